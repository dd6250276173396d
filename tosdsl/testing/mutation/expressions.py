"""Small changes of one condition: a part dropped, a test flipped, a number moved by one step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from attrs import evolve

from tosdsl.base.span import Span
from tosdsl.trees import expressions as ex
from tosdsl.trees import vocabulary as v
from tosdsl.trees.quantities import Duration, Money
from tosdsl.trees.rows import Row
from tosdsl.trees.states import state_name
from tosdsl.trees.wording import value_words, words
from tosdsl.values.nearby import beside, can_be_written, later, moved, own_step

_STATES_TAKEN_FOR = {
    "triggered": ("breached",),
    "fulfilled": ("triggered",),
    "pending": ("breached",),
    "breached": ("pending",),
}
"""By the state of an obligation: those that a writer may have meant."""

_LONGEST = 60
_CENT = Fraction(1, 100)

Change = tuple[str, str, ex.Expr, Span]


def changed(expr: ex.Expr, *, flipped: bool = True) -> Iterator[Change]:
    """Every expression that differs from this one in one small way, in the order of the text.

    Not ``flipped``: it is not itself turned round, as that is another change already.
    """
    yield from (each for each in _here(expr) if flipped or each[0] != "condition flipped")
    inner = not isinstance(expr, ex.Not | ex.Compare)
    for name, at, child in _parts(expr):
        for kind, what, made, span in changed(child, flipped=inner):
            yield kind, what, _with(expr, name, at, made), _place(span, expr)


def _place(span: Span, outer: ex.Expr) -> Span:
    return span if span.line else outer.span


def _here(expr: ex.Expr) -> Iterator[Change]:
    match expr:
        case ex.And(items=items) | ex.Or(items=items):
            for at, each in enumerate(items):
                rest = (*items[:at], *items[at + 1 :])
                made = rest[0] if len(rest) == 1 else evolve(expr, items=rest)
                if rest:
                    what = f"`{_short(each)}` dropped"
                    yield "condition dropped", what, made, _place(each.span, expr)
        case ex.Not(item=item) if _flippable(item):
            yield "condition flipped", f"`{_short(expr)}` without its `not`", item, expr.span
        case ex.SetOf(items=items) if len(items) > 1:
            for at, each in enumerate(items):
                rest = (*items[:at], *items[at + 1 :])
                word = value_words(each.value) if isinstance(each, ex.Literal) else f"item {at + 1}"
                yield (
                    "member dropped",
                    f"{word} dropped from the set",
                    evolve(expr, items=rest),
                    _place(each.span, expr),
                )
        case ex.Literal(value=Mapping() as row):  # of a table
            yield from _fields(expr, row)
        case ex.PeriodEnd(length=length):
            for other in _steps(length):
                what = f"every {other} instead of every {length}"
                yield "number shifted", what, evolve(expr, length=other), expr.span
        case ex.Aggregate(window=Duration() as window):
            for other in _steps(window):
                what = f"any {other} instead of any {window}"
                yield "number shifted", what, evolve(expr, window=other), expr.span
        case ex.Literal(value=value):
            for moved in _steps(value):
                what = f"{value_words(moved)} instead of {value_words(value)}"
                yield "number shifted", what, evolve(expr, value=moved), expr.span
        case ex.DefinitionRef(name=name) if " is " in name:  # the state of an obligation
            duty, _, state = name.partition(" is ")
            for other in _STATES_TAKEN_FOR[state]:
                made = evolve(expr, name=state_name(duty, other))
                yield "state swapped", f"`{other}` instead of `{state}`", made, expr.span
            yield "condition flipped", f"`{_short(expr)}` turned round", ex.Not(expr), expr.span
        case _ if _flippable(expr):
            yield "condition flipped", f"`{_short(expr)}` turned round", ex.Not(expr), expr.span


def _fields(expr: ex.Literal, row: Mapping[str, Any]) -> Iterator[Change]:
    """Changes of a row of a table: a number in it that is another."""
    for name, value in row.items():
        for other in _steps(value):
            what = f"{name} {value_words(other)} instead of {value_words(value)} in a row"
            yield "number shifted", what, evolve(expr, value=Row({**row, name: other})), expr.span


def _short(expr: ex.Expr) -> str:
    """A condition in words, cut off where it is long."""
    text = words(expr)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _flippable(expr: ex.Expr) -> bool:
    """A single condition, no conjunction of several."""
    if isinstance(expr, ex.Compare | ex.Quantified):
        return True
    if not isinstance(expr, ex.FactRef | ex.DefinitionRef | ex.Call | ex.Variable):
        return False
    return isinstance(v.bare(expr.type), v.Boolean)


def _steps(value: Any) -> list[Any]:
    """The values just below and just above."""
    match value:
        case bool():
            return []
        case int():
            return [value - 1, value + 1]
        case Fraction():
            return [value - _CENT, value + _CENT]
        case Money(amount=amount, currency=currency):
            return [Money(amount - _CENT, currency), Money(amount + _CENT, currency)]
        case Duration(count=count):
            lengths = (moved(value, by * own_step(value)) for by in (-1, 1))
            return [each for each in lengths if can_be_written(each) and (each.count >= 0 or count < 0)]
        case datetime():
            several = [later(value, timedelta(minutes=by)) for by in (-1, 1)]
            return [each for each in several if each is not None]
        case date():
            return beside(value)
        case _:
            return []


_FIELDS = {
    ex.Compare: ("left", "right"),
    ex.Not: ("item",),
    ex.Shown: ("item",),
    ex.Arithmetic: ("left", "right"),
    ex.Convert: ("value",),
    ex.Rounded: ("value",),
    ex.PartOfDay: ("day",),
    ex.InZone: ("moment",),
    ex.Late: ("moment",),
    ex.PeriodEnd: ("start",),
    ex.Conditional: ("condition", "then", "otherwise"),
    ex.Quantified: ("body",),
    ex.Aggregate: ("value", "where"),
}
_SEVERAL = {
    ex.And: "items",
    ex.Or: "items",
    ex.SetOf: "items",
    ex.Extreme: "items",
    ex.Call: "arguments",
}


def _parts(expr: ex.Expr) -> Iterator[tuple[str, int | None, ex.Expr]]:
    """The parts of an expression with the fields, and the places among several, that they are in."""
    for name in _FIELDS.get(type(expr), ()):
        child = getattr(expr, name)
        if child is not None:
            yield name, None, child
    several = _SEVERAL.get(type(expr))
    if several is not None:
        for at, child in enumerate(getattr(expr, several)):
            yield several, at, child


def _with(expr: Any, name: str, at: int | None, part: ex.Expr) -> ex.Expr:
    if at is not None:
        items = getattr(expr, name)
        made: ex.Expr = evolve(expr, **{name: (*items[:at], part, *items[at + 1 :])})
        return made
    single: ex.Expr = evolve(expr, **{name: part})
    return single
