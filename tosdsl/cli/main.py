"""``tosdsl``: parses the command line and hands over to a command's module."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, cast

from tosdsl.base.visible import visible
from tosdsl.cli.terminal import (
    INTERRUPTED,
    WRONG,
    abandon_stdout,
    prepare,
    print_diagnostics,
    print_line,
    print_where_more_is,
)
from tosdsl.errors import TosdslError

if TYPE_CHECKING:  # what a command needs, its own module imports
    from collections.abc import Sequence
    from datetime import date
    from typing import NoReturn

_AS_OF = "the day of the use, or its moment with the zone"

_OBJECTS = 100_000
"""More than a command makes before it begins with its work."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is what the command's module returns."""
    prepare()
    options = _parser().parse_args(arguments)
    thresholds = gc.get_threshold()
    gc.set_threshold(_OBJECTS, *thresholds[1:])  # looking for garbage took a tenth of a short run
    try:
        return _run(options)
    finally:
        gc.set_threshold(*thresholds)


def _run(options: argparse.Namespace) -> int:
    command = import_module(f"tosdsl.cli.{options.command}")
    try:
        try:
            status = cast(int, command.run(options))
        except TosdslError as error:
            as_data = getattr(options, "format", "text") == "json"
            print_diagnostics(error.diagnostics, error.sources, as_data=as_data)
            if not as_data:
                print_where_more_is(error.diagnostics)
            status = WRONG
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has gone; the answer went with it
        abandon_stdout()
        return WRONG
    except OSError as error:  # a full disk; commands report the files that they read as diagnostics
        abandon_stdout()
        print_line(f"tosdsl: {error}", error=True)
        return WRONG
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """A word that it repeats may be the name of a file, which a shell has put there for a ``*``."""
        super().error(visible(message))


def _add_reading(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--reading",
        action="append",
        default=[],
        metavar="NAME=READING",
        help="how a text is read: one of the readings of an interpretation; several times if wanted",
    )


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="tosdsl",
        description="Terms of service as code: check uses, test policies.",
        epilog="A policy is a file, a folder, or an id from the library (openai.business_terms).",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and stop")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    check = commands.add_parser("check", help="judge one use: the verdict, and why")
    check.add_argument(
        "policy",
        nargs="+",
        metavar="POLICY",
        help="a file, a folder or an id; ID#CLAUSE asks about one clause or section",
    )
    check.add_argument(
        "--facts",
        required=True,
        metavar="FILE",
        help="the use, as YAML or JSON; - reads standard input; or the name of a shipped use",
    )
    check.add_argument(
        "--assume",
        action="append",
        default=[],
        metavar="FILE",
        help="what is presumed where the facts say nothing: YAML or JSON with the key assume; of "
        "several files the later one counts",
    )
    _add_reading(check)
    check.add_argument("--as-of", type=_day_or_moment, metavar="WHEN", help=_AS_OF)
    check.add_argument(
        "--known-at", type=_date, metavar="DATE", help="the day up to which the asker could read"
    )
    check.add_argument(
        "--standard",
        choices=("confirmed", "alleged"),
        help="what counts: what is confirmed (the default), or also what is alleged",
    )
    check.add_argument(
        "--strict",
        action="store_true",
        help="for gates: 0 only if permitted with nothing to mind; 4 also for what is not applicable",
    )
    check.add_argument("--receipt", metavar="FILE", help="put a receipt of the decision into a file")
    check.add_argument("--format", choices=("text", "json"), default="text")

    replay = commands.add_parser("replay", help="decide receipts again: the same, or what differs")
    replay.add_argument("receipt", nargs="+", metavar="RECEIPT", help="a file of receipts, or -")
    replay.add_argument(
        "--texts",
        action="append",
        metavar="PATH",
        help="where the policies' texts are looked for first; by default the folder at hand",
    )
    replay.add_argument(
        "--no-git", dest="git", action="store_false", help="do not look into the history of git"
    )
    replay.add_argument("--format", choices=("text", "json"), default="text")

    provenance = commands.add_parser("provenance", help="receipts as W3C PROV (PROV-JSONLD)")
    provenance.add_argument("receipt", nargs="+", metavar="RECEIPT", help="a file of receipts, or -")

    test = commands.add_parser("test", help="run scenarios, cases and properties of policies")
    test.add_argument(
        "path", nargs="*", default=["."], metavar="PATH", help="a file, a folder, an id, or a table"
    )
    test.add_argument("--format", choices=("text", "json", "junit"), default="text")
    test.add_argument("-v", "--verbose", action="store_true", help="explain each failure in full")
    test.add_argument(
        "-k", metavar="WORDS", help="only tests that have all of the words in their names"
    )
    test.add_argument(
        "--as-of", type=_day_or_moment, metavar="WHEN", help="the day or moment of tests that say none"
    )
    test.add_argument(
        "--jobs", type=_jobs, metavar="N", help="processes; as many as processors for long runs"
    )
    test.add_argument("--watch", action="store_true", help="run again after each change")
    test.add_argument(
        "--annotations",
        choices=("none", "github"),
        default="github" if os.environ.get("GITHUB_ACTIONS") == "true" else "none",
        help="mark failures in a code review; as a workflow of GitHub runs them by default",
    )
    test.add_argument(
        "--examples", type=_count, default=400, metavar="N", help="uses tried for a property (400)"
    )
    test.add_argument("--seed", type=int, default=0, metavar="N", help="other uses for another number")
    test.add_argument(
        "--no-proof", dest="proof", action="store_false", help="search properties, and prove none"
    )

    coverage = commands.add_parser("coverage", help="which clauses and conditions scenarios have shown")
    coverage.add_argument(
        "policy", nargs="*", default=["."], metavar="POLICY", help="a file, a folder or an id"
    )
    coverage.add_argument("--format", choices=("text", "json", "html"), default="text")
    coverage.add_argument("--output", metavar="FILE", help="write the report to a file")
    coverage.add_argument(
        "--fail-under", type=_percent, default=0.0, metavar="N", help="3 if less than N percent is seen"
    )
    coverage.add_argument(
        "--uses", action="append", default=[], metavar="FILE", help="a use that is put to them as well"
    )

    ask = commands.add_parser("ask", help="what would settle a use, or make it permitted")
    ask.add_argument(
        "policy",
        nargs="+",
        metavar="POLICY",
        help="a file, a folder or an id; ID#CLAUSE asks about one clause or section",
    )
    ask.add_argument("--facts", required=True, metavar="FILE", help="the use, as `check` takes it")
    ask.add_argument("--as-of", type=_day_or_moment, metavar="WHEN", help=_AS_OF)
    ask.add_argument(
        "--known-at", type=_date, metavar="DATE", help="the day up to which the asker could read"
    )
    ask.add_argument("--format", choices=("text", "json"), default="text")

    compare = commands.add_parser("compare", help="one use against every document that governs then")
    compare.add_argument(
        "policy",
        nargs="*",
        metavar="POLICY",
        help="a file, a folder or an id; without one, all there are",
    )
    compare.add_argument("--facts", required=True, metavar="FILE", help="the use, as `check` takes it")
    compare.add_argument("--as-of", type=_day_or_moment, metavar="WHEN", help=_AS_OF)
    compare.add_argument(
        "--known-at", type=_date, metavar="DATE", help="the day up to which the asker could read"
    )
    compare.add_argument(
        "--standard",
        choices=("confirmed", "alleged"),
        help="what counts: what is confirmed (the default), or also what is alleged",
    )
    compare.add_argument("--format", choices=("text", "json", "html"), default="text")
    compare.add_argument("--output", metavar="FILE", help="write the comparison to a file")

    mcp = commands.add_parser("mcp", help="the policies as tools for assistants, by MCP")
    mcp.add_argument(
        "policy",
        nargs="*",
        metavar="POLICY",
        help="a file, a folder or an id; without one, all there are",
    )
    mcp.add_argument(
        "--http",
        type=_port,
        nargs="?",
        const=8765,
        metavar="PORT",
        help="over HTTP on this machine (8765), and not over standard input and output",
    )

    commands.add_parser("lsp", help="the language server: what editors talk to")

    studio = commands.add_parser("studio", help="the policies as a page: read, ask, write, compare")
    studio.add_argument(
        "--port", type=_port, default=8750, metavar="PORT", help="where it is on this machine (8750)"
    )
    studio.add_argument("--build", metavar="DIR", help="write it as a folder of static files instead")

    mutate = commands.add_parser("mutate", help="which small changes of a policy no scenario notices")
    mutate.add_argument("policy", nargs="+", metavar="POLICY", help="a file, a folder or an id")
    mutate.add_argument("--format", choices=("text", "json"), default="text")
    mutate.add_argument(
        "--fail-under",
        type=_percent,
        default=0.0,
        metavar="N",
        help="3 if less than N percent is noticed",
    )
    mutate.add_argument(
        "--emit-scenarios", metavar="FILE", help="write scenarios that would notice what none does"
    )
    mutate.add_argument(
        "--jobs", type=_jobs, metavar="N", help="processes; as many as processors for many mutants"
    )

    fmt = commands.add_parser("fmt", help="write policies in the one canonical layout")
    fmt.add_argument("path", nargs="*", default=["."], metavar="PATH", help="a file, a folder, or -")
    fmt.add_argument("--check", action="store_true", help="change nothing; 3 if something would change")

    schema = commands.add_parser("schema", help="the JSON Schema of a policy's facts")
    schema.add_argument("policy", nargs="+", metavar="POLICY", help="a file, a folder or an id")

    diff = commands.add_parser("diff", help="what a change of a policy changes, with uses that show it")
    diff.add_argument("old", metavar="OLD", help="a file, a folder, an id, or REVISION:PATH of git")
    diff.add_argument("new", metavar="NEW", help="the same")
    diff.add_argument("--format", choices=("text", "json", "markdown"), default="text")
    diff.add_argument(
        "--fail-on",
        type=_kinds,
        metavar="KIND,…",
        help="exit with 3 for these kinds alone: loosened, tightened, newly-undetermined, …",
    )
    diff.add_argument(
        "--emit-scenarios", metavar="FILE", help="write a scenario for each class whose verdict changes"
    )
    diff.add_argument(
        "--rename",
        type=_rename,
        action="append",
        default=[],
        metavar="OLD=NEW",
        help="a fact that has another name in the new policy",
    )
    diff.add_argument("--as-of", type=_day_or_moment, metavar="WHEN", help=_AS_OF)
    diff.add_argument(
        "--known-at", type=_date, metavar="DATE", help="the day up to which the asker could read"
    )

    audit = commands.add_parser("audit", help="check a table of uses: every row, and a report")
    audit.add_argument("policy", nargs="+", metavar="POLICY", help="a file, a folder or an id")
    audit.add_argument(
        "--rows",
        required=True,
        metavar="FILE",
        help="the table: Parquet, CSV, JSON Lines, Arrow, or postgresql://host/database#table",
    )
    audit.add_argument("--map", metavar="FILE", help="which column is which fact, as YAML")
    audit.add_argument(
        "--to", type=_parquet, metavar="FILE", help="write the verdicts of all rows, as Parquet"
    )
    audit.add_argument("--report", metavar="FILE", help="write a report, as one page of HTML")
    audit.add_argument(
        "--against", action="append", metavar="POLICY", help="what would change: judge by this as well"
    )
    audit.add_argument(
        "--check", action="store_true", help="only look whether the mapping fits the table"
    )
    audit.add_argument("--seed", type=int, default=0, metavar="N", help="check other rows one by one")

    invent = commands.add_parser("invent", help="make a table of invented uses, to try an audit on")
    invent.add_argument("policy", nargs="+", metavar="POLICY", help="a file, a folder or an id")
    invent.add_argument("--rows", type=_count, default=1_000_000, metavar="N", help="rows (a million)")
    invent.add_argument(
        "--to", type=_parquet, required=True, metavar="FILE", help="the table (Parquet)"
    )
    invent.add_argument("--map", metavar="FILE", help="write the mapping of its columns as well")
    invent.add_argument(
        "--unknown", type=_percent, default=10.0, metavar="N", help="percent of facts not known (10)"
    )
    invent.add_argument(
        "--seed", type=int, default=0, metavar="N", help="other uses for another number"
    )

    lint = commands.add_parser(
        "lint", help="what policies say and may not mean: conflicts, dead clauses"
    )
    lint.add_argument(
        "path", nargs="*", default=["."], metavar="PATH", help="a file, a folder, or an id"
    )
    lint.add_argument("--format", choices=("text", "json", "sarif"), default="text")
    lint.add_argument(
        "--fail-on",
        choices=("warning", "note"),
        default="warning",
        help="exit with 3 for warnings (the default), or also for notes",
    )
    lint.add_argument(
        "--unsettled", action="store_true", help="list what could be neither shown nor ruled out"
    )

    facts = commands.add_parser("facts", help="the facts that policies read, as a file to fill in")
    facts.add_argument(
        "policy", nargs="+", metavar="POLICY[#CLAUSE]", help="a file, a folder or an id; a clause of it"
    )
    facts.add_argument("--as-of", type=_day_or_moment, metavar="WHEN", help=_AS_OF)
    facts.add_argument(
        "--known-at", type=_date, metavar="DATE", help="the day up to which the asker could read"
    )

    interview = commands.add_parser("interview", help="ask about a use, one question after another")
    interview.add_argument("policy", nargs="+", metavar="POLICY", help="a file, a folder or an id")
    interview.add_argument("--facts", metavar="FILE", help="what is known before, as `check` takes it")
    interview.add_argument("--as-of", type=_day_or_moment, metavar="WHEN", help=_AS_OF)
    interview.add_argument("--output", metavar="FILE", help="write the answers to a file")

    new = commands.add_parser("new", help="write a policy to begin with, and its facts to fill in")
    new.add_argument("policy", metavar="ID", help="what it is to be called, such as acme.terms")
    new.add_argument("--folder", default=".", metavar="FOLDER", help="where; this folder if not said")

    compile_ = commands.add_parser("compile", help="print the code that answers for policies")
    compile_.add_argument("policy", nargs="+", metavar="POLICY", help="a file, a folder or an id")
    compile_.add_argument(
        "--to",
        choices=("python", "core", "sql"),
        default="python",
        help="generated Python (the default), the core (each condition by name), or SQL",
    )
    compile_.add_argument(
        "--dialect",
        choices=("duckdb", "postgresql"),
        default="duckdb",
        help="of SQL, the database: duckdb (the default) or postgresql",
    )
    compile_.add_argument("--as-of", type=_day_or_moment, metavar="WHEN", help=_AS_OF)
    compile_.add_argument(
        "--known-at", type=_date, metavar="DATE", help="the day up to which the asker could read"
    )

    _gate(commands)

    explain = commands.add_parser("explain", help="what the code of a mistake means, with an example")
    explain.add_argument(
        "code", nargs="?", type=_code, metavar="CODE", help="such as TOS2006; without it, all codes"
    )
    return parser


def _gate(commands: argparse._SubParsersAction[_Parser]) -> None:
    """The commands of a gate, which have names of their own below it."""
    gate = commands.add_parser("gate", help="a decision point for a gateway: from requests to verdicts")
    several = gate.add_subparsers(dest="gate", required=True, metavar="COMMAND")
    init = several.add_parser("init", help="a gate.yaml for a policy, to be filled in")
    init.add_argument("policy", nargs="+", metavar="POLICY", help="a file, a folder or an id")
    check = several.add_parser("check", help="hold a gate.yaml to the policies and the registers")
    facts = several.add_parser("facts", help="which fact comes from where, and which can decide")
    for each in (check, facts):
        each.add_argument("file", metavar="FILE", help="the gate.yaml")
        each.add_argument("--format", choices=("text", "json"), default="text")
    serve = several.add_parser("serve", help="answer requests until told to stop")
    serve.add_argument("file", metavar="FILE", help="the gate.yaml")
    serve.add_argument("--host", default="127.0.0.1", help="the address to listen at (127.0.0.1)")
    serve.add_argument("--port", type=_port, default=8181, help="the port (8181)")
    serve.add_argument("--key-file", metavar="FILE", help="the file with the key that callers show")
    serve.add_argument("--no-key", action="store_true", help="let everybody ask who reaches it")
    serve.add_argument("--cert", metavar="FILE", help="a certificate, for TLS")
    serve.add_argument("--cert-key", metavar="FILE", help="its key")
    serve.add_argument("--client-ca", metavar="FILE", help="who signs certificates of callers")
    serve.add_argument("--grpc", metavar="HOST:PORT", help="answer Envoy's gRPC there as well")
    serve.add_argument(
        "--bundle-key",
        action="append",
        default=[],
        metavar="FILE",
        help="FILE is a bundle; the public key of who has to have signed it",
    )
    replay = several.add_parser("replay", help="decide a log anew: what would come out otherwise")
    replay.add_argument("log", metavar="LOG", help="a decision log")
    replay.add_argument(
        "--with", dest="policy", nargs="+", required=True, metavar="POLICY", help="what decides anew"
    )
    replay.add_argument("--format", choices=("text", "json"), default="text")
    _bundle(commands)
    for each in (init, check, facts):
        each.add_argument("--as-of", type=_date, metavar="DATE", help="the day of the uses; else today")


def _bundle(commands: argparse._SubParsersAction[_Parser]) -> None:
    bundle = commands.add_parser("bundle", help="a gate's mapping and policies as one signed file")
    several = bundle.add_subparsers(dest="bundle", required=True, metavar="COMMAND")
    build = several.add_parser("build", help="put a gate.yaml and all its texts into one file")
    build.add_argument("file", metavar="FILE", help="the gate.yaml")
    build.add_argument("--output", required=True, metavar="BUNDLE", help="the file to write")
    build.add_argument("--name", default="gate", help="what it is called (gate)")
    build.add_argument(
        "--number", type=_count, required=True, metavar="N", help="a version that only rises"
    )
    build.add_argument("--days", type=_count, metavar="N", help="how long it may be put to work")
    sign = several.add_parser("sign", help="sign a bundle")
    sign.add_argument("file", metavar="BUNDLE")
    sign.add_argument("--key", required=True, metavar="FILE", help="a private key: Ed25519 or P-256")
    sign.add_argument("--output", metavar="BUNDLE", help="the file to write; else the bundle itself")
    verify = several.add_parser("verify", help="check a bundle, and unpack it")
    verify.add_argument("file", metavar="BUNDLE")
    verify.add_argument("--key", action="append", default=[], metavar="FILE", help="a public key")
    verify.add_argument("--above", type=_count, metavar="N", help="refuse a version below this one")
    verify.add_argument("--output", metavar="FOLDER", help="an empty folder to unpack it into")


def _parquet(text: str) -> str:
    if not text.lower().endswith(".parquet"):
        raise argparse.ArgumentTypeError(f"{text!r} does not end in .parquet")
    return text


class _Version(argparse.Action):
    """Looks the version up when asked for it: the lookup is slow, and every start would pay for it."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"tosdsl {version('tosdsl')}")
        parser.exit()


def _jobs(text: str) -> int:
    if text.isdecimal() and 0 < int(text) <= 256:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of processes")


def _port(text: str) -> int:
    if text.isdecimal() and 0 < int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a port, a number from 1 to 65535")


def _date(text: str) -> date:
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        from tosdsl.diagnostics.days import written_right

        raise argparse.ArgumentTypeError(f"{text!r} is not a date. {written_right(text)}") from None


def _day_or_moment(text: str) -> date:
    """A day, or a moment with its zone: ``2024-01-31T10:00Z``."""
    from tosdsl.trees.quantities import is_instant, read_instant

    if not is_instant(text):
        return _date(text)
    moment = read_instant(text)
    if moment is None:
        from tosdsl.diagnostics.days import written_right

        raise argparse.ArgumentTypeError(f"{text!r} is not a moment. {written_right(text)}")
    return moment


def _percent(text: str) -> float:
    if not text.isdecimal() or int(text) > 100:  # a percentage
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 100")
    return float(text)


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 on")
    return int(text)


def _rename(text: str) -> tuple[str, str]:
    old, equals, new = text.partition("=")
    if not (old and equals and new):
        raise argparse.ArgumentTypeError(f"{text!r} is not OLD=NEW, two names of a fact")
    return old.strip(), new.strip()


def _kinds(text: str) -> list[str]:
    """Kinds of changes; hyphens may stand for spaces."""
    from tosdsl.analysis.changes import KINDS
    from tosdsl.diagnostics.near import nearest

    found = [each.strip().replace("-", " ") for each in text.split(",")]
    for each in found:
        if each not in KINDS:
            near = " or ".join(kind.replace(" ", "-") for kind in nearest(each, KINDS))
            known = ", ".join(kind.replace(" ", "-") for kind in KINDS)
            hint = f"did you mean {near}?" if near else f"there are {known}"
            raise argparse.ArgumentTypeError(f"there is no kind {each!r}; {hint}")
    return found


def _code(text: str) -> str:
    """A code of the catalogue; the letters may be small or left out."""
    from tosdsl.diagnostics.catalogue import CATALOGUE
    from tosdsl.diagnostics.near import nearest

    code = text.upper()
    if code.isdecimal():
        code = f"TOS{code}"
    if code in CATALOGUE:
        return code
    near = " or ".join(nearest(code, CATALOGUE))
    hint = f"did you mean {near}?" if near else "`tosdsl explain` lists all codes"
    raise argparse.ArgumentTypeError(f"there is no code {text!r}; {hint}")


if __name__ == "__main__":
    sys.exit(main())
