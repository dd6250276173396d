"""The commands that judge a use."""

from __future__ import annotations

import argparse

from tosdsl.cli.arguments.common import Command
from tosdsl.cli.arguments.kinds import AS_OF, KNOWN_AT, day_or_moment


def _add_reading(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--reading",
        action="append",
        default=[],
        metavar="NAME=READING",
        help="how a text is read: one of the readings of an interpretation; several times if wanted",
    )


def _check(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "policy",
        nargs="+",
        metavar="POLICY",
        help="a file, a folder or an id; ID#CLAUSE asks about one clause or section",
    )
    command.add_argument(
        "--facts",
        required=True,
        metavar="FILE",
        help="the use, as YAML or JSON; - reads standard input; or the name of a shipped use",
    )
    command.add_argument(
        "--assume",
        action="append",
        default=[],
        metavar="FILE",
        help="what is presumed where the facts say nothing: YAML or JSON with the key assume; of "
        "several files the later one counts",
    )
    _add_reading(command)
    command.add_argument("--as-of", type=day_or_moment, metavar="WHEN", help=AS_OF)
    command.add_argument("--known-at", type=day_or_moment, metavar="WHEN", help=KNOWN_AT)
    command.add_argument(
        "--standard",
        choices=("confirmed", "alleged"),
        help="what counts: what is confirmed (the default), or also what is alleged",
    )
    command.add_argument(
        "--strict",
        action="store_true",
        help="for gates: 0 only if permitted with nothing to mind; 4 also for what is not applicable",
    )
    command.add_argument("--receipt", metavar="FILE", help="put a receipt of the decision into a file")
    command.add_argument(
        "--values",
        action="store_true",
        help="tell the value of every definition, whether a clause reads it or not",
    )
    command.add_argument("--format", choices=("text", "json"), default="text")


def _replay(command: argparse.ArgumentParser) -> None:
    command.add_argument("receipt", nargs="+", metavar="RECEIPT", help="a file of receipts, or -")
    command.add_argument(
        "--texts",
        action="append",
        metavar="PATH",
        help="where the policies' texts are looked for first; by default the folder at hand",
    )
    command.add_argument(
        "--no-git", dest="git", action="store_false", help="do not look into the history of git"
    )
    command.add_argument("--format", choices=("text", "json"), default="text")


def _provenance(command: argparse.ArgumentParser) -> None:
    command.add_argument("receipt", nargs="+", metavar="RECEIPT", help="a file of receipts, or -")


def _ask(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "policy",
        nargs="+",
        metavar="POLICY",
        help="a file, a folder or an id; ID#CLAUSE asks about one clause or section",
    )
    command.add_argument("--facts", required=True, metavar="FILE", help="the use, as `check` takes it")
    _add_reading(command)
    command.add_argument("--as-of", type=day_or_moment, metavar="WHEN", help=AS_OF)
    command.add_argument("--known-at", type=day_or_moment, metavar="WHEN", help=KNOWN_AT)
    command.add_argument(
        "--presuming", action="store_true", help="take what is presumed for given, as `check` does"
    )
    command.add_argument("--format", choices=("text", "json"), default="text")


def _compare(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "policy",
        nargs="*",
        metavar="POLICY",
        help="a file, a folder or an id; without one, all there are",
    )
    command.add_argument("--facts", required=True, metavar="FILE", help="the use, as `check` takes it")
    command.add_argument("--as-of", type=day_or_moment, metavar="WHEN", help=AS_OF)
    command.add_argument("--known-at", type=day_or_moment, metavar="WHEN", help=KNOWN_AT)
    command.add_argument(
        "--standard",
        choices=("confirmed", "alleged"),
        help="what counts: what is confirmed (the default), or also what is alleged",
    )
    command.add_argument("--format", choices=("text", "json", "html"), default="text")
    command.add_argument("--output", metavar="FILE", help="write the comparison to a file")


def _facts(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "policy", nargs="+", metavar="POLICY[#CLAUSE]", help="a file, a folder or an id; a clause of it"
    )
    command.add_argument("--as-of", type=day_or_moment, metavar="WHEN", help=AS_OF)
    command.add_argument("--known-at", type=day_or_moment, metavar="WHEN", help=KNOWN_AT)
    command.add_argument(
        "--as-map", action="store_true", help="as a mapping of the columns of a table, for `audit`"
    )


def _interview(command: argparse.ArgumentParser) -> None:
    command.add_argument("policy", nargs="+", metavar="POLICY", help="a file, a folder or an id")
    command.add_argument("--facts", metavar="FILE", help="what is known before, as `check` takes it")
    command.add_argument("--as-of", type=day_or_moment, metavar="WHEN", help=AS_OF)
    command.add_argument("--output", metavar="FILE", help="write the answers to a file")


USES = (
    Command("check", "judge one use: the verdict, and why", _check),
    Command("replay", "decide receipts again: the same, or what differs", _replay),
    Command("provenance", "receipts as W3C PROV (PROV-JSONLD)", _provenance),
    Command("ask", "what would settle a use, or make it permitted", _ask),
    Command("compare", "one use against every document that governs then", _compare),
    Command("facts", "the facts that policies read, as a file to fill in", _facts),
    Command("interview", "ask about a use, one question after another", _interview),
)
