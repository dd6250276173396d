"""A diagnostic as text: place, source line, caret, what is wrong, how to mend it; or as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from unicodedata import combining, east_asian_width

from tosdsl.base.span import Span
from tosdsl.base.visible import visible
from tosdsl.diagnostics.model import Diagnostic

WIDEST = 110
"""Columns of a source line that are shown; a longer line is cut around the place."""


def render(diagnostic: Diagnostic, sources: Mapping[str, str]) -> str:
    """The diagnostic as lines of plain text. ``sources`` maps file names to their texts."""
    span = diagnostic.span
    head = f"{diagnostic.severity.value}[{diagnostic.code}]"
    body = [f"  {diagnostic.message}", f"  {diagnostic.mend}"]
    if not span.file and not span.line:
        return "\n".join([head, *body])
    file = visible(span.file)
    where = f"{file}:{span.line}:{span.column}" if span.line else file
    return "\n".join([f"{head} {where}", *excerpt(span, sources), *body])


def sentences(diagnostic: Diagnostic) -> str:
    """What is wrong and how to mend it, without the place."""
    return f"{diagnostic.message} {diagnostic.mend}"


def excerpt(span: Span, sources: Mapping[str, str]) -> list[str]:
    """The source line of a place, and carets below it; nothing if it is not at hand."""
    text = sources.get(span.file)
    if text is None or span.line < 1:
        return []
    lines = text.split("\n", span.line)
    if span.line > len(lines):
        return []
    line = lines[span.line - 1].rstrip("\r")
    start = min(span.column - 1, len(line))
    stop = span.end_column - 1 if span.end_line == span.line else len(line)
    cut = max(0, start - WIDEST // 2) if len(line) > WIDEST else 0
    shown = _printable(line[cut : cut + WIDEST])  # a body is one line, and may be a very long one
    marked = shown[start - cut : stop - cut]
    gutter = " " * len(str(span.line))
    return [
        f"{gutter} |",
        f"{span.line} | {shown}".rstrip(),
        f"{gutter} | {' ' * _columns(shown[: start - cut])}{'^' * max(1, _columns(marked))}",
    ]


def _printable(line: str) -> str:
    """The line with nothing in it that a terminal would obey; a tab takes one column."""
    if line.isprintable():
        return line
    return "".join(each if each.isprintable() else _IN_PLACE.get(each, "\ufffd") for each in line)


_IN_PLACE = {"\t": " ", "\u00a0": "\u00a0"}


def _columns(text: str) -> int:
    """How wide a terminal shows the text."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(each) else 2 if east_asian_width(each) in "WF" else 1 for each in text)


def render_all(diagnostics: Iterable[Diagnostic], sources: Mapping[str, str]) -> str:
    """All of them, a blank line between two."""
    return "\n\n".join(render(diagnostic, sources) for diagnostic in diagnostics)
