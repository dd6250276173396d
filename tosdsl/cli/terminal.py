"""Output: results to standard output, everything else to standard error; colour on a terminal only."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from tosdsl.base.visible import visible, visible_lines

if TYPE_CHECKING:  # printing is imported with every command, also with those that need none of this
    from collections.abc import Iterable, Mapping
    from fractions import Fraction
    from typing import Any, TextIO

    from tosdsl.decision.text import Line
    from tosdsl.diagnostics.model import Diagnostic

OK, WRONG, USAGE, FORBIDDEN, UNDETERMINED = range(5)
"""Exit statuses."""

INTERRUPTED = 130
"""What a shell shows for a command that was stopped from the keyboard."""

_STYLES = {
    "permitted": "bold green",
    "forbidden": "bold red",
    "undetermined": "bold yellow",
    "not_applicable": "bold blue",
    "true": "green",
    "false": "red",
    "unknown": "yellow",
    "clause": "bold",
    "title": "bold underline",
    "document": "bold",
    "use": "bold",
    "note": "dim",
    "path": "cyan",
    "prohibition-true": "red",
    "prohibition-false": "green",
    "prohibition-unknown": "yellow",
    "permission-true": "green",
    "permission-false": "dim",
    "permission-unknown": "yellow",
    "exception-true": "green",
    "exception-false": "dim",
    "exception-unknown": "yellow",
    "section-true": "",
    "section-false": "dim",
    "section-unknown": "yellow",
    "good": "bold green",
    "bad": "bold red",
}


def prepare() -> None:
    """Whatever a stream cannot encode is escaped, and a closed one is written to nowhere."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - for the whole run
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def abandon_stdout() -> None:
    """Nothing reads standard output any more: what is still buffered goes nowhere."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):  # a stream of a program's own, with no file behind it
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - for the whole run


def print_lines(lines: Iterable[Line]) -> None:
    """Styled on a terminal, plain elsewhere."""
    if _has_colour(sys.stdout):
        try:
            _print_styled(lines)
        except ImportError:
            pass
        else:
            return
    for line in lines:  # each is visible by being a Line
        print(line.plain)


def print_line(text: str, *, error: bool = False) -> None:
    """One line of words, whatever names stand in it."""
    print(visible(text), file=sys.stderr if error else sys.stdout)


def print_text(text: str) -> None:
    """A document of several lines, such as HTML."""
    sys.stdout.write(visible_lines(text))


def _has_colour(stream: TextIO) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _print_styled(lines: Iterable[Line]) -> None:
    """With rich; a line too long for the terminal goes on under its own beginning."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(highlight=False)
    for line in lines:
        text = Text.assemble(*((part, _STYLES.get(style, "")) for part, style in line.parts))
        indent = len(line.plain) - len(line.plain.lstrip())
        console.print(Padding(text[indent:], (0, 0, 0, indent)) if line.plain else "")


class Counter:
    """A line on standard error that counts tests, if that is a terminal and the run is long."""

    PATIENCE = 0.5
    """Seconds after which a run counts as long."""

    def __init__(self) -> None:
        from time import perf_counter

        self._clock = perf_counter
        self._next = perf_counter() + self.PATIENCE
        self._shown = False

    def __enter__(self) -> Counter:
        return self

    def show(self, done: int, all_: int, wrong: int) -> None:
        """Write the line anew, ten times a second at most."""
        if self._clock() < self._next or not sys.stderr.isatty():
            return
        self._next = self._clock() + 0.1
        self._shown = True
        bar = "━" * (24 * done // all_)
        failed = f", {wrong:,} not held" if wrong else ""
        sys.stderr.write(f"\r\x1b[2K{bar:<24} {done:,} of {all_:,}{failed}")
        sys.stderr.flush()

    def __exit__(self, *_: object) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()


def clear() -> None:
    """An empty terminal; nothing elsewhere."""
    if sys.stdout.isatty():
        sys.stdout.write("\x1b[2J\x1b[H")
        sys.stdout.flush()


def print_markdown(text: str, plain: str) -> None:
    """Laid out on a terminal, ``plain`` elsewhere."""
    if _has_colour(sys.stdout):
        try:
            from rich.console import Console
            from rich.markdown import Markdown
        except ImportError:
            pass
        else:
            Console().print(Markdown(text, code_theme="ansi_dark"))
            return
    print(plain, end="")


def print_json(data: Mapping[str, Any]) -> None:
    """One document, in characters that the stream can encode."""
    plain = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    print(json_text(data, plain=plain))


def json_text(data: Mapping[str, Any], *, plain: bool = False) -> str:
    """One document of JSON, which any reader can decode: what cannot be seen is escaped (all that is
    not ASCII if ``plain``), and a byte of a file's name that is not UTF-8 is the text ``\\xe9``. A
    ``Fraction`` is a number with all its decimals, which have to end."""
    import json
    import re
    from uuid import uuid4

    from tosdsl.trees.quantities import decimal_words

    mark = uuid4().hex  # the standard library writes no decimals but those of a float

    def exact(number: Fraction) -> str:
        return mark + decimal_words(number).replace("_", "")

    text = json.dumps(data, ensure_ascii=False, indent=2, default=exact)
    text = text if mark not in text else re.sub(rf'"{mark}([-0-9.]+)"', r"\1", text)
    escaped: dict[int, str] = {}
    for each in set(text) - {"\n"}:
        if not each.isprintable() or (plain and not each.isascii()):
            is_byte_of_a_name = "\ud800" <= each <= "\udfff"
            escaped[ord(each)] = json.dumps(visible(each) if is_byte_of_a_name else each)[1:-1]
    return text.translate(escaped) if escaped else text


def print_diagnostics(
    diagnostics: Iterable[Diagnostic], sources: Mapping[str, str], *, as_data: bool = False
) -> None:
    """To standard error as text; as one JSON document on standard output if ``as_data``."""
    several = list(diagnostics)
    if as_data:
        data = [each.to_json() for each in several]
        print_json({"schema": "tosdsl.diagnostics/1", "diagnostics": data})
        return
    from tosdsl.diagnostics.render import render

    for index, each in enumerate(several):
        print(("\n" if index else "") + _coloured(render(each, sources)), file=sys.stderr)


def print_where_more_is(diagnostics: Iterable[Diagnostic]) -> None:
    """The last line of a run, for a person: how to read about the first mistake."""
    first = next(iter(diagnostics), None)
    if first is not None and sys.stderr.isatty():
        print(f"\n`tosdsl explain {first.code}` says more.", file=sys.stderr)


def _coloured(text: str) -> str:
    if not _has_colour(sys.stderr):
        return text
    head, _, rest = text.partition("\n")
    colour = "31" if head.startswith("error") else "33"
    word, _, place = head.partition(" ")
    return f"\x1b[1;{colour}m{word}\x1b[0m {place}\n{rest}"
