"""Tables: rows of constants, each a record of one type.

table NAME of RECORD, a record a line  ->  a definition whose value is a list of records

A condition reads a table as it reads a list of facts. Every field is said in every row, so that nothing
in a table is ever unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from tosdsl.base import limits
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.elaborate.brief import brief
from tosdsl.elaborate.expressions import Typer, is_none, may_be_none
from tosdsl.elaborate.types import accepts, article, type_of
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v
from tosdsl.trees.lazy import only
from tosdsl.trees.rows import Row


class _Wrong(Exception):
    """A cell is not right, which is reported."""


def elaborate_tables(
    unit: s.Policy, typer: Typer, problems: list[Diagnostic]
) -> tuple[n.Definition, ...]:
    """The tables. One with a mistake is known to have no type, so that it is not missed."""
    made: dict[str, n.Definition | None] = {}
    spans = typer.vocabulary.spans()
    for item in only(unit.items, s.Table):
        name, first = item.name.text, spans.get(item.name.text)
        if first is not None:
            file = f" of {first.file}" if first.file != item.name.span.file else ""
            words = {"name": name, "line": first.line, "file": file}
            problems.append(mistake("TOS2004", item.name.span, None, **words))
            continue
        spans[name] = item.name.span
        made[name] = _table(item, typer)
    for name, table in made.items():
        typer.definitions[name] = None if table is None else table.type
    return tuple(each for each in made.values() if each is not None)


def _table(item: s.Table, typer: Typer) -> n.Definition | None:
    records = {each.name: each for each in typer.vocabulary.types if isinstance(each, v.Record)}
    record = records.get(item.record.text)
    if record is None:
        if item.record.text not in typer.lost:
            near = (item.record.text, records)
            typer.report("TOS2063", item.record.span, near, name=item.record.text)
        return None
    if len(item.rows) > limits.MAX_TABLE_ROWS:
        typer.report("TOS5050", item.name.span, None, limit=limits.MAX_TABLE_ROWS)
        return None
    rows = [_literal(row, record, typer, item.name.text) for row in item.rows]
    good = tuple(row for row in rows if row is not None)
    if len(good) < len(rows):
        return None
    kind = v.ListOf(record)
    body = ex.SetOf(good, kind, span=item.span)
    return n.Definition(item.name.text, body, kind, item.description, item.at, span=item.name.span)


def _literal(row: s.RecordValue, record: v.Record, typer: Typer, table: str) -> ex.Literal | None:
    before = len(typer.problems)
    values = Row(_fields(row, record, typer, table))
    if len(typer.problems) > before:
        return None
    return ex.Literal(values, record, span=row.span)


def _fields(
    row: s.RecordValue, record: v.Record, typer: Typer, table: str
) -> Iterator[tuple[str, Any]]:
    """The values of a row by the paths of its fields; what is wrong is reported."""
    fields = {each.name: each for each in record.fields}
    said: dict[str, s.Value] = {}
    slips = 0
    for key, value in row.entries:
        name = key.text
        if name in said:
            typer.report("TOS2064", key.span, None, name=name)
        elif name in fields:
            said[name] = value
        elif name not in typer.lost:
            slips += 1  # it may be what is missing, in other letters
            hint = f"Its fields are {', '.join(fields)}."
            words = {"type": f"`{record}`", "name": name, "hint": hint}
            typer.report("TOS2002", key.span, (name, fields), **words)
    missing = [name for name in fields if name not in said]
    if missing and not slips:
        several = ", ".join(f"`{name}`" for name in missing)
        typer.report("TOS2065", row.span, None, table=table, names=several, name=missing[0])
    for name, value in said.items():
        kind = fields[name].type
        if isinstance(kind, v.Record) and isinstance(value, s.RecordValue):
            inner = _fields(value, kind, typer, table)
            yield from ((f"{name}.{path}", each) for path, each in inner)
        else:
            try:
                yield name, _cell(value, kind, typer, name, table)
            except _Wrong:
                continue


_OF_TYPES = frozenset(("TOS2006", "TOS2022", "TOS2031"))
"""What is said of two values that do not compare. A cell is compared with nothing."""


def _refused(typer: Typer, value: s.Value, kind: v.Type, name: str) -> _Wrong:
    """What is raised of a cell of another type, when it has been reported."""
    text = _brief(value)
    typer.report("TOS2066", value.span, None, name=name, type=article(kind), text=text)
    return _Wrong()


def _brief(value: s.Value) -> str:
    """A cell in a sentence."""
    match value:
        case s.ListValue():
            return "[…]"
        case s.RecordValue():
            return "{…}"
        case _:
            return brief(value)


def _cell(value: s.Value, kind: v.Type, typer: Typer, name: str, table: str) -> Any:
    """A constant of a type. Raises _Wrong, with a report."""
    match value, v.bare(kind):
        case s.ListValue(items=items), v.ListOf(item=item):
            return tuple(_cell(each, item, typer, name, table) for each in items)
        case s.RecordValue(), v.Record() as record:
            return Row(_fields(value, record, typer, table))
        case (s.ListValue() | s.RecordValue(), _) | (_, v.ListOf() | v.Record()):
            raise _refused(typer, value, kind, name)
    assert not isinstance(value, s.ListValue | s.RecordValue)
    if is_none(value) and not may_be_none(kind):
        raise _refused(typer, value, kind, name)
    before = len(typer.problems)
    made = typer.check(value, kind, f"{table}.{name}")
    if made is None:
        if any(each.code in _OF_TYPES for each in typer.problems[before:]):
            del typer.problems[before:]
            raise _refused(typer, value, kind, name)
        raise _Wrong
    if not isinstance(made, ex.Literal):
        typer.report("TOS2067", value.span, None, text=brief(value))
        raise _Wrong
    if not accepts(kind, type_of(made)):
        raise _refused(typer, value, kind, name)
    is_number = isinstance(v.bare(kind), v.Number)
    return Fraction(made.value) if is_number and isinstance(made.value, int) else made.value
