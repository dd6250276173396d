"""Small changes of one condition: a part dropped, a test flipped, a number moved by one step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from attrs import evolve

from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.quantities import Duration, Money
from tosdsl.trees.span import Span
from tosdsl.trees.wording import value_words, words

_LONGEST = 60
_CENT = Fraction(1, 100)

Change = tuple[str, str, n.Expr, Span]


def changed(expr: n.Expr, *, flipped: bool = True) -> Iterator[Change]:
    """Every expression that differs from this one in one small way, in the order of the text.

    Not ``flipped``: it is not itself turned round, as that is another change already.
    """
    yield from (each for each in _here(expr) if flipped or each[0] != "condition flipped")
    inner = not isinstance(expr, n.Not | n.Compare)
    for name, at, child in _parts(expr):
        for kind, what, made, span in changed(child, flipped=inner):
            yield kind, what, _with(expr, name, at, made), _place(span, expr)


def _place(span: Span, outer: n.Expr) -> Span:
    return span if span.line else outer.span


def _here(expr: n.Expr) -> Iterator[Change]:
    match expr:
        case n.And(items=items) | n.Or(items=items):
            for at, each in enumerate(items):
                rest = (*items[:at], *items[at + 1 :])
                made = rest[0] if len(rest) == 1 else evolve(expr, items=rest)
                if rest:
                    what = f"`{_short(each)}` dropped"
                    yield "condition dropped", what, made, _place(each.span, expr)
        case n.Not(item=item) if _flippable(item):
            yield "condition flipped", f"`{_short(expr)}` without its `not`", item, expr.span
        case n.SetOf(items=items) if len(items) > 1:
            for at, each in enumerate(items):
                rest = (*items[:at], *items[at + 1 :])
                word = value_words(each.value) if isinstance(each, n.Literal) else f"item {at + 1}"
                yield (
                    "member dropped",
                    f"{word} dropped from the set",
                    evolve(expr, items=rest),
                    _place(each.span, expr),
                )
        case n.Literal(value=value):
            for moved in _steps(value):
                what = f"{value_words(moved)} instead of {value_words(value)}"
                yield "number shifted", what, evolve(expr, value=moved), expr.span
        case _ if _flippable(expr):
            yield "condition flipped", f"`{_short(expr)}` turned round", n.Not(expr), expr.span


def _short(expr: n.Expr) -> str:
    """A condition in words, cut off where it is long."""
    text = words(expr)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _flippable(expr: n.Expr) -> bool:
    """A single condition, no conjunction of several."""
    if isinstance(expr, n.Compare | n.Quantified):
        return True
    if not isinstance(expr, n.FactRef | n.DefinitionRef | n.Call | n.Variable):
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
        case Duration(count=count, unit=unit):
            return [Duration(count + by, unit) for by in (-1, 1) if count + by >= 0]
        case datetime():
            return [value + timedelta(minutes=by) for by in (-1, 1)]
        case date():
            return [value + timedelta(by) for by in (-1, 1)]
        case _:
            return []


_FIELDS = {
    n.Compare: ("left", "right"),
    n.Not: ("item",),
    n.Arithmetic: ("left", "right"),
    n.Convert: ("value",),
    n.Quantified: ("body",),
    n.Aggregate: ("value", "where"),
}
_SEVERAL = {
    n.And: "items",
    n.Or: "items",
    n.SetOf: "items",
    n.Extreme: "items",
    n.Call: "arguments",
}


def _parts(expr: n.Expr) -> Iterator[tuple[str, int | None, n.Expr]]:
    """The parts of an expression with the fields, and the places among several, that they are in."""
    for name in _FIELDS.get(type(expr), ()):
        child = getattr(expr, name)
        if child is not None:
            yield name, None, child
    several = _SEVERAL.get(type(expr))
    if several is not None:
        for at, child in enumerate(getattr(expr, several)):
            yield several, at, child


def _with(expr: Any, name: str, at: int | None, part: n.Expr) -> n.Expr:
    if at is not None:
        items = getattr(expr, name)
        made: n.Expr = evolve(expr, **{name: (*items[:at], part, *items[at + 1 :])})
        return made
    single: n.Expr = evolve(expr, **{name: part})
    return single
