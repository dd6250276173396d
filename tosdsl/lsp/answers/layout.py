"""Outline, folding, links to sources, and the canonical layout."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from attrs import evolve
from lsprotocol import types as t

from tosdsl.language.outline import Part
from tosdsl.library.literate import is_literate
from tosdsl.lsp.answers.finding import KINDS
from tosdsl.lsp.answers.places import range_of
from tosdsl.lsp.desk import Look
from tosdsl.lsp.texts import Text
from tosdsl.syntax.markdown import format_text
from tosdsl.syntax.parser import parse
from tosdsl.trees import surface as s

_MOST_LINES = 20_000
"""Lines that are compared one by one; a longer text is replaced as a whole."""

_LINK = re.compile(r"https?://[^\s\"<>]+")


def outline(look: Look) -> list[t.DocumentSymbol]:
    """What a text holds, as a tree."""
    return [_symbol(look, part) for part in look.parts]


def _symbol(look: Look, part: Part) -> t.DocumentSymbol:
    whole, named = range_of(look.text, part.span), range_of(look.text, part.named)
    return t.DocumentSymbol(
        name=part.name or " ",
        kind=KINDS[part.kind],
        range=whole,
        selection_range=named,
        detail=" ".join(filter(None, (part.word, part.detail))),
        children=[_symbol(look, each) for each in part.parts],
    )


def folding(look: Look) -> list[t.FoldingRange]:
    """Everything that has more than one line."""
    made = []
    for unit in look.parts:
        for part in unit.walk():
            place = range_of(look.text, part.span)
            if place.end.line > place.start.line:
                made.append(t.FoldingRange(place.start.line, place.end.line))
    return made


def links(look: Look) -> list[t.DocumentLink]:
    """The addresses from which documents were taken."""
    made = []
    for unit in look.checked.work.units_in(look.name):
        source = unit.header.source if isinstance(unit, s.Policy) else None
        if source is None:
            continue
        for match in _LINK.finditer(source.value):
            start = source.span.column + 1 + match.start()
            end = start + len(match[0])
            place = evolve(source.span, column=start, end_line=source.span.line, end_column=end)
            made.append(t.DocumentLink(range_of(look.text, place), match[0], "the document's source"))
    return made


def formatted(text: Text, name: str) -> list[t.TextEdit] | None:
    """What makes the canonical layout of a text; None if it has a mistake."""
    parsed = parse(text.text, name)
    if parsed.diagnostics:
        return None
    new = format_text(text.text, parsed, name)
    if "\r\n" in text.text and not is_literate(name):
        new = new.replace("\n", "\r\n")
    return list(_edits(text, new))


def _edits(text: Text, new: str) -> Iterator[t.TextEdit]:
    """The lines that differ; ends of lines belong to them."""
    old = _lines(text.text)
    wanted = _lines(new)
    if len(old) + len(wanted) > _MOST_LINES:
        if text.text != new:
            yield _edit(text, 0, len(old), new)
        return
    for what, a, b, c, d in SequenceMatcher(None, old, wanted, autojunk=False).get_opcodes():
        if what != "equal":
            yield _edit(text, a, b, "".join(wanted[c:d]))


def _lines(text: str) -> list[str]:
    """The lines with their ends."""
    return [each for each in re.split(r"(?<=\n)", text) if each]


def _edit(text: Text, first: int, last: int, new: str) -> t.TextEdit:
    start, end = text.position(first + 1, 1), text.position(last + 1, 1)
    if last >= text.text.count("\n") + 1:
        end = text.end
    return t.TextEdit(t.Range(t.Position(*start), t.Position(*end)), new)
