"""What a text holds, part by part: for outlines, for folding, for lists of everything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import evolve, frozen

from tosdsl.base.span import Span
from tosdsl.language.symbols import Kind
from tosdsl.trees import surface as s


@frozen
class Part:
    """``word`` is what the text calls it (``forbid``), ``name`` its own name, ``detail`` what stands
    beside that. ``named`` is where the name stands, ``span`` all of it, the lines below included."""

    kind: Kind
    word: str
    name: str
    detail: str
    named: Span
    span: Span
    parts: tuple[Part, ...] = ()

    def walk(self) -> Iterator[Part]:
        """It, and all in it."""
        yield self
        for each in self.parts:
            yield from each.walk()


def outline(units: Iterable[s.Unit], text: str) -> tuple[Part, ...]:
    """The vocabularies and policies of a text, each with what it declares."""
    lines = text.split("\n")
    made = [
        _part(
            lines,
            "vocabulary" if isinstance(unit, s.Vocabulary) else "document",
            "vocabulary" if isinstance(unit, s.Vocabulary) else "policy",
            unit.name,
            _title(unit),
            _items(lines, unit.items),
        )
        for unit in units
    ]
    return tuple(evolve(each, span=_around(each)) for each in made)


def _title(unit: s.Unit) -> str:
    if isinstance(unit, s.Vocabulary):
        return unit.description or ""
    return unit.header.title.value if unit.header.title else ""


def _around(part: Part) -> Span:
    """A unit's items stand in column 1, as it does itself, so it ends where the last of them ends."""
    ends = [(each.span.end_line, each.span.end_column) for each in (part, *part.parts)]
    line, column = max(ends)
    return evolve(part.span, end_line=line, end_column=column)


def _part(
    lines: Sequence[str],
    kind: Kind,
    word: str,
    name: s.Name | s.Text,
    detail: str = "",
    parts: Iterable[Part] = (),
) -> Part:
    span = name.span
    if isinstance(name, s.Text):  # what stands between the quotation marks
        named = evolve(span, column=span.column + 1, end_column=span.end_column - 1)
        return Part(kind, word, name.value, detail, named, block(lines, span), tuple(parts))
    return Part(kind, word, name.text, detail, span, block(lines, span), tuple(parts))


def block(lines: Sequence[str], head: Span) -> Span:
    """The line of something, and the lines below it that belong to it by their indentation."""
    first = head.line - 1
    if not 0 <= first < len(lines):
        return head
    indent = _indent(lines[first])
    last = first
    for number in range(first + 1, len(lines)):
        if lines[number].strip():
            if _indent(lines[number]) <= indent:
                break
            last = number
    column = indent + 1
    return Span(head.file, head.line, column, last + 1, len(lines[last].rstrip()) + 1)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _items(lines: Sequence[str], items: Iterable[object]) -> Iterator[Part]:
    for item in items:
        match item:
            case s.EnumType(name=name, members=members):
                inner = [_part(lines, "member", "member", m.name, m.text or "") for m in members]
                yield _part(lines, "type", "type", name, "one of", inner)
            case s.RecordType(name=name, fields=fields):
                inner = [
                    _part(lines, "field", "field", f.name, f.question or f.type.name) for f in fields
                ]
                yield _part(lines, "type", "type", name, "", inner)
            case s.Fact(decl=decl):
                yield _part(lines, "fact", "fact", decl.name, decl.question or decl.type.name)
            case s.Party(name=name, text=text):
                yield _part(lines, "party", "party", name, text or "")
            case s.Section(name=name, at=at, items=inside):
                yield _part(lines, "section", "section", name, at or "", _items(lines, inside))
            case s.Norm(modality=word, name=name, at=at, exceptions=inside):
                yield _part(lines, "clause", word, name, at or "", _exceptions(lines, inside))
            case s.Standalone(node=node):
                below = _exceptions(lines, node.exceptions)
                yield _part(lines, "exception", "exception", node.name, node.at or "", below)
            case s.Define(name=name, at=at, exceptions=inside):
                below = _exceptions(lines, inside)
                yield _part(lines, "definition", "define", name, at or "", below)
            case s.Table(name=name, at=at):
                yield _part(lines, "definition", "table", name, at or "")
            case s.Interpretation(name=name, question=question, readings=readings):
                inner = [_part(lines, "member", "reading", each) for each in readings]
                yield _part(lines, "interpretation", "interpretation", name, question or "", inner)
            case s.Scenario(title=title):
                yield _part(lines, "scenario", "scenario", title)
            case s.Property(title=title):
                yield _part(lines, "property", "property", title)


def _exceptions(lines: Sequence[str], several: Iterable[object]) -> Iterator[Part]:
    for each in several:
        if isinstance(each, s.ExceptionNode):
            below = _exceptions(lines, each.exceptions)
            yield _part(lines, "exception", "except", each.name, each.at or "", below)
