"""The commands that are about policies as texts."""

from __future__ import annotations

import argparse
import os

from tosdsl.cli.arguments.common import Command
from tosdsl.cli.arguments.kinds import (
    AS_OF,
    KNOWN_AT,
    code,
    count,
    day_or_moment,
    jobs,
    kinds,
    percent,
    rename,
)


def _test(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "path", nargs="*", default=["."], metavar="PATH", help="a file, a folder, an id, or a table"
    )
    command.add_argument("--format", choices=("text", "json", "junit"), default="text")
    command.add_argument("-v", "--verbose", action="store_true", help="explain each failure in full")
    command.add_argument(
        "-k", metavar="WORDS", help="only tests that have all of the words in their names"
    )
    command.add_argument(
        "--as-of", type=day_or_moment, metavar="WHEN", help="the day or moment of tests that say none"
    )
    command.add_argument(
        "--jobs", type=jobs, metavar="N", help="processes; as many as processors for long runs"
    )
    command.add_argument("--watch", action="store_true", help="run again after each change")
    command.add_argument(
        "--annotations",
        choices=("none", "github"),
        default="github" if os.environ.get("GITHUB_ACTIONS") == "true" else "none",
        help="mark failures in a code review; as a workflow of GitHub runs them by default",
    )
    command.add_argument(
        "--examples", type=count, default=400, metavar="N", help="uses tried for a property (400)"
    )
    command.add_argument(
        "--seed", type=int, default=0, metavar="N", help="other uses for another number"
    )
    command.add_argument(
        "--no-proof", dest="proof", action="store_false", help="search properties, and prove none"
    )


def _coverage(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "policy", nargs="*", default=["."], metavar="POLICY", help="a file, a folder or an id"
    )
    command.add_argument("--format", choices=("text", "json", "html"), default="text")
    command.add_argument("--output", metavar="FILE", help="write the report to a file")
    command.add_argument(
        "--fail-under", type=percent, default=0.0, metavar="N", help="3 if less than N percent is seen"
    )
    command.add_argument(
        "--uses", action="append", default=[], metavar="FILE", help="a use that is put to them as well"
    )


def _mutate(command: argparse.ArgumentParser) -> None:
    command.add_argument("policy", nargs="+", metavar="POLICY", help="a file, a folder or an id")
    command.add_argument("--format", choices=("text", "json"), default="text")
    command.add_argument(
        "--fail-under",
        type=percent,
        default=0.0,
        metavar="N",
        help="3 if less than N percent is noticed",
    )
    command.add_argument(
        "--emit-scenarios", metavar="FILE", help="write scenarios that would notice what none does"
    )
    command.add_argument(
        "--jobs", type=jobs, metavar="N", help="processes; as many as processors for many mutants"
    )


def _fmt(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "path", nargs="*", default=["."], metavar="PATH", help="a file, a folder, or -"
    )
    command.add_argument(
        "--check", action="store_true", help="change nothing; 3 if something would change"
    )


def _schema(command: argparse.ArgumentParser) -> None:
    command.add_argument("policy", nargs="+", metavar="POLICY", help="a file, a folder or an id")


def _diff(command: argparse.ArgumentParser) -> None:
    command.add_argument("old", metavar="OLD", help="a file, a folder, an id, or REVISION:PATH of git")
    command.add_argument("new", metavar="NEW", help="the same")
    command.add_argument("--format", choices=("text", "json", "markdown"), default="text")
    command.add_argument(
        "--fail-on",
        type=kinds,
        metavar="KIND,…",
        help="exit with 3 for these kinds alone: loosened, tightened, newly-undetermined, …",
    )
    command.add_argument(
        "--emit-scenarios", metavar="FILE", help="write a scenario for each class whose verdict changes"
    )
    command.add_argument(
        "--rename",
        type=rename,
        action="append",
        default=[],
        metavar="OLD=NEW",
        help="a fact that has another name in the new policy",
    )
    command.add_argument("--as-of", type=day_or_moment, metavar="WHEN", help=AS_OF)
    command.add_argument("--known-at", type=day_or_moment, metavar="WHEN", help=KNOWN_AT)


def _lint(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "path", nargs="*", default=["."], metavar="PATH", help="a file, a folder, or an id"
    )
    command.add_argument("--format", choices=("text", "json", "sarif"), default="text")
    command.add_argument(
        "--fail-on",
        choices=("warning", "note"),
        default="warning",
        help="exit with 3 for warnings (the default), or also for notes",
    )
    command.add_argument(
        "--unsettled", action="store_true", help="list what could be neither shown nor ruled out"
    )


def _new(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "policy",
        metavar="ID",
        help="what it is to be called, such as acme.terms; with --copy, a document of the library",
    )
    command.add_argument(
        "--copy", action="store_true", help="begin with the texts of the library's document of this id"
    )
    command.add_argument(
        "--folder", default=".", metavar="FOLDER", help="where; this folder if not said"
    )


def _compile(command: argparse.ArgumentParser) -> None:
    command.add_argument("policy", nargs="+", metavar="POLICY", help="a file, a folder or an id")
    command.add_argument(
        "--to",
        choices=("python", "core", "sql"),
        default="python",
        help="generated Python (the default), the core (each condition by name), or SQL",
    )
    command.add_argument(
        "--dialect",
        choices=("duckdb", "postgresql", "spark"),
        default="duckdb",
        help="of SQL, the database: duckdb (the default), postgresql or spark",
    )
    command.add_argument("--as-of", type=day_or_moment, metavar="WHEN", help=AS_OF)
    command.add_argument("--known-at", type=day_or_moment, metavar="WHEN", help=KNOWN_AT)


def _explain(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "code", nargs="?", type=code, metavar="CODE", help="such as TOS2006; without it, all codes"
    )


def _policies(command: argparse.ArgumentParser) -> None:
    command.add_argument("--format", choices=("text", "json"), default="text")


TEXTS = (
    Command("test", "run scenarios, cases and properties of policies", _test),
    Command("coverage", "which clauses and conditions scenarios have shown", _coverage),
    Command("mutate", "which small changes of a policy no scenario notices", _mutate),
    Command("fmt", "write policies in the one canonical layout", _fmt),
    Command("schema", "the JSON Schema of a policy's facts", _schema),
    Command("diff", "what a change of a policy changes, with uses that show it", _diff),
    Command("lint", "what policies say and may not mean: conflicts, dead clauses", _lint),
    Command("policies", "the documents of the library, by their ids", _policies),
    Command("new", "write a policy to begin with, and its facts to fill in", _new),
    Command("compile", "print the code that answers for policies", _compile),
    Command("explain", "what the code of a mistake means, with an example", _explain),
)
