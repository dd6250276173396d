"""Changes of texts as edits: a symbol renamed, the mends of a mistake."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, Edit
from tosdsl.language.symbols import Occurrence, Symbol


@frozen
class Mend:
    """One way to mend a mistake: what to say of it, and the edits, all of which belong together."""

    title: str
    edits: tuple[Edit, ...]

    def to_json(self) -> dict[str, object]:
        """JSON-ready data."""
        return {"title": self.title, "edits": [each.to_json() for each in self.edits]}


def rename(found: Iterable[Occurrence], symbol: Symbol, new: str) -> tuple[Edit, ...]:
    """A symbol by another name, wherever it is named. Whether the name is free is not looked at."""
    return tuple(Edit(each.span, new) for each in found if each.symbol == symbol)


def mends(found: Diagnostic, text: str) -> tuple[Mend, ...]:
    """The ways to mend a mistake of a text that leave nothing to decide, the likeliest first."""
    several = []
    if found.edits:
        several.append(Mend(found.mend, found.edits))
    place = _name(found, text)
    if place is not None:
        several += [Mend(f"Write `{name}`.", (Edit(place, name),)) for name in found.near]
    return tuple(several)


_NAMED = ("name", "path", "found")
"""The word of a mistake that is what stands there."""


def _name(found: Diagnostic, text: str) -> Span | None:
    """Where the name stands in whose place another is meant: all of what is marked, or the part of a
    reference before or behind ``#``."""
    span, words = found.span, dict(found.words)
    lines = text.split("\n")
    if not found.near or span.line != span.end_line or not 0 < span.line <= len(lines):
        return None
    said = lines[span.line - 1][span.column - 1 : span.end_column - 1]
    for word in (words[key] for key in _NAMED if key in words):
        if said == word or said.startswith((f"{word}#", f"{word}@")):
            return Span(span.file, span.line, span.column, span.line, span.column + len(word))
        if said.endswith(f"#{word}"):
            return Span(span.file, span.line, span.end_column - len(word), span.line, span.end_column)
    return None


def applied(texts: Mapping[str, str], edits: Iterable[Edit]) -> dict[str, str]:
    """The texts with edits made, none of which may overlap.

    A line ends with a line feed and with nothing else, as the parser has it.
    """
    made = dict(texts)
    for edit in sorted(edits, key=lambda each: _start(each.span), reverse=True):
        lines = made[edit.span.file].split("\n")
        start, end = edit.span.line - 1, edit.span.end_line - 1
        before, after = lines[start][: edit.span.column - 1], lines[end][edit.span.end_column - 1 :]
        lines[start : end + 1] = [before + edit.new + after]
        made[edit.span.file] = "\n".join(lines)
    return made


def _start(span: Span) -> tuple[str, int, int]:
    return span.file, span.line, span.column
