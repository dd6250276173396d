"""Counts, sums and highest totals of lists, and days that are months away, as terms of a solver.

Of a list there are terms for so many items, so a total speaks of lists that are no longer. How many
days a month has is not said: a day that is months away lies between two days.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from attrs import frozen

from tosdsl.analysis.solver.digits import NONE, most
from tosdsl.analysis.solver.values import (
    LAST_DAY,
    LAST_MOMENT,
    SECOND,
    Beyond,
    Names,
    Rows,
    Value,
    each_place,
)
from tosdsl.trees import expressions as ex
from tosdsl.trees import vocabulary as v
from tosdsl.trees.quantities import Duration

if TYPE_CHECKING:
    from tosdsl.analysis.solver.terms import Terms

_MONTH = 30.436875
"""Days of a month of the calendar, over four hundred years."""
_ASIDE = 4
"""Days by which so many months, or business days, may be longer or shorter than in the long run."""


@frozen(eq=False)
class _Entry:
    """An item of a list: whether it counts, and with how much. ``known``: what must be so for that."""

    chosen: Any
    known: tuple[Any, ...]
    amount: Any
    degree: int
    inner: Names
    value: Value | None = None


def _entries(terms: Terms, expr: ex.Aggregate, names: Names) -> Iterator[_Entry]:
    z3 = terms.z3
    for present, inner in each_place(terms.rows(expr.over, names), expr.variable, names):
        chosen, known = present, []
        if expr.where is not None:
            true, false = terms.pair(expr.where, inner)
            known.append(z3.Implies(present, z3.Or(true, false)))
            chosen = z3.And(present, true)
        amount: Any = z3.IntVal(1)
        degree = 0
        value: Value | None = None
        if expr.value is not None:
            value = terms.of(expr.value, inner)
            if value.value is None:
                raise Beyond
            known.append(z3.Implies(chosen, value.known))
            amount, degree = z3.If(value.absent, z3.IntVal(0), value.value), value.degree
        yield _Entry(chosen, tuple(known), amount, degree, inner, value)


def total(terms: Terms, expr: ex.Aggregate, names: Names) -> Value:
    """A count or a sum over the places that there are: of longer lists, nothing is said."""
    rows, z3 = terms.rows(expr.over, names), terms.z3
    _may_be_longer(terms, rows)
    known, made, degree, digits = [rows.known], z3.IntVal(0), 1, NONE
    for entry in _entries(terms, expr, names):
        known += entry.known
        made = made + z3.If(entry.chosen, entry.amount, 0)
        degree = max(degree, entry.degree)
        digits = digits if entry.value is None else digits + entry.value.digits
    digits, small = terms.small(digits)
    return Value(z3.And([*known, *small]), z3.BoolVal(False), made, expr.type, degree, digits)


def _may_be_longer(terms: Terms, rows: Rows) -> None:
    """Note that nothing is said of longer lists. A list of the text has no other length. Raises Beyond
    where that would leave out uses that count."""
    if rows.name in terms.bounds:
        if terms.widely:
            raise Beyond
        terms.inexact = True


def of_items(terms: Terms, expr: ex.Aggregate, names: Names) -> Value:
    """The least or the greatest of the places that there are: of longer lists, nothing is said."""
    rows = terms.rows(expr.over, names)
    _may_be_longer(terms, rows)
    z3, least = terms.z3, ex.EXTREMES[expr.kind] == "min"
    order = v.scale(expr.type)
    known, degree, digits = [rows.known], 1, NONE
    best: Any = None
    absent = z3.BoolVal(True)
    for entry in _entries(terms, expr, names):
        known += entry.known
        degree = max(degree, entry.degree)
        assert entry.value is not None
        each = entry.value
        digits = most(digits, each.digits)
        there = z3.And(entry.chosen, z3.Not(each.absent))
        if best is None:
            best, absent = each.value, z3.Not(there)
            continue
        one, other = (
            terms.rank(Value(z3.BoolVal(True), absent, value, v.bare(expr.type)), order)
            for value in (best, each.value)
        )
        taken = z3.And(there, z3.Or(absent, other < one if least else other > one))
        best = z3.If(taken, each.value, best)
        absent = z3.And(absent, z3.Not(there))
    if best is None:
        raise Beyond
    return Value(z3.And(known), absent, best, expr.type, degree, digits)


def highest(terms: Terms, expr: ex.Aggregate, names: Names) -> Value:
    """The highest total of any stretch, which begins with an item where no amount is negative.

    Left out are lists with negative amounts, and those of which it hangs on the calendar whether two
    items fall into one stretch.
    """
    assert expr.window is not None
    assert expr.by is not None
    rows, z3 = terms.rows(expr.over, names), terms.z3
    if terms.widely or rows.name not in terms.bounds:
        raise Beyond
    known, entries, degree = [rows.known], [], 1
    for entry in _entries(terms, expr, names):
        by = terms.of(expr.by, entry.inner)
        group = None if expr.per is None else terms.of(expr.per, entry.inner)
        known += [*entry.known, z3.Implies(entry.chosen, by.known)]
        known += [] if group is None else [z3.Implies(entry.chosen, group.known)]
        degree = max(degree, entry.degree)
        entries.append((z3.And(entry.chosen, z3.Not(by.absent)), entry.amount, by, group))
    aside, best = [], z3.IntVal(0)
    for chosen, amount, by, group in entries:
        least, most, last = _length(expr.window, by.kind)
        aside.append(z3.Implies(chosen, z3.And(amount >= 0, by.value + most < last)))
        made = z3.IntVal(0)
        for other, size, then, its in entries:
            both = z3.And(
                chosen, other, *([] if group is None or its is None else [terms.same(group, its)])
            )
            after = then.value - by.value
            aside.append(z3.Implies(both, z3.Or(after < least, after >= most)))
            made = made + z3.If(z3.And(both, after >= 0, after < least), size, 0)
        best = z3.If(made > best, made, best)
    terms.inexact = True
    terms.bounds[rows.name] += aside
    return Value(z3.And(known), z3.BoolVal(False), best, expr.type, degree)


def _length(window: Duration, by: v.Type) -> tuple[int, int, int]:
    """The least and the greatest length of a stretch, and where the calendar ends, as dates count."""
    match v.bare(by), window.unit:
        case v.Instant(), "microseconds":
            return window.whole, window.whole, LAST_MOMENT - 86_400 * SECOND
        case v.Date(), unit if unit != "microseconds":
            return *_days(window), LAST_DAY
    raise Beyond


def _days(of: Duration) -> tuple[int, int]:
    """Between how many days a duration is that is counted in days, months or business days."""
    if of.unit == "days":
        return of.whole, of.whole
    mean = of.whole * (_MONTH if of.unit == "months" else 7 / 5)
    return floor(mean) - _ASIDE, ceil(mean) + _ASIDE


def moved(terms: Terms, expr: ex.Arithmetic, one: Value, other: Value) -> Any:
    """A day that is so many months, or business days, before or after another; None if it is not that.

    It is loose: any of the days that it may be.
    """
    day, by = (one, expr.right) if isinstance(v.bare(one.kind), v.Date) else (other, expr.left)
    written = by.value if isinstance(by, ex.Literal) else None
    if not isinstance(v.bare(day.kind), v.Date) or not isinstance(written, Duration):
        return None
    if written.unit not in {"months", "business days"}:
        return None
    low, high = _days(written)
    if expr.op == "-":
        low, high = -high, -low
    return terms.some_day(day.value + low, day.value + high)
