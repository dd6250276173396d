"""``tosdsl``: parses the command line and hands over to a command's module."""

from __future__ import annotations

import argparse
import gc
import sys
from importlib import import_module
from typing import TYPE_CHECKING, cast

from tosdsl.base.visible import visible
from tosdsl.cli.arguments import COMMANDS
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
    from typing import NoReturn

_OBJECTS = 100_000
"""More than a command makes before it begins with its work."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is what the command's module returns."""
    prepare()
    words = sys.argv[1:] if arguments is None else arguments
    options = _parser(words).parse_args(words)
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


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """What reads these words: of one command, if the first of them is its name."""
    parser = _Parser(
        prog="tosdsl",
        description="Terms of service as code: check uses, test policies.",
        epilog="A policy is a file, a folder, or an id from the library (openai.business_terms).",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and stop")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    named = COMMANDS.get(words[0]) if words else None
    for each in COMMANDS.values() if named is None else (named,):
        each.add(commands.add_parser(each.name, help=each.help))
    return parser


class _Version(argparse.Action):
    """Looks the version up when asked for it: the lookup is slow, and every start would pay for it."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"tosdsl {version('tosdsl')}")
        parser.exit()


if __name__ == "__main__":
    sys.exit(main())
