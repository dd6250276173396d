"""Counts, sums and highest totals over lists.

All or nothing: if it is not known whether an item counts, or how much, the result is unknown.

The highest total is that of any stretch of a given length: a stretch that begins on a day (or at a
moment) d takes in what is dated from d up to, and without, d plus the length. Of nothing, it is 0.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from itertools import accumulate
from typing import Any

from tosdsl.reference.calendar import shift
from tosdsl.trees import expressions as ex
from tosdsl.trees import vocabulary as v
from tosdsl.trees.moments import compared
from tosdsl.trees.quantities import ABSENT, COUNTED_IN, Absent, Duration, Money

_LONGEST_CLAMP = 5
"""Days that lie between two months' ends, or over a weekend, at most, and one more."""

Of = Callable[[ex.Expr, Any], Any]
"""The value of an expression for one item of the list."""


def aggregate(expr: ex.Aggregate, rows: Iterable[Any], of: Of) -> Any:
    """What the items for which ``where`` holds amount to; None if that is not known."""
    chosen = []
    for row in rows:
        holds = True if expr.where is None else of(expr.where, row)
        if holds is None:
            return None
        if holds:
            chosen.append(row)
    amounts = [1 if expr.value is None else of(expr.value, row) for row in chosen]
    if any(amount is None for amount in amounts):
        return None
    if expr.window is None or expr.by is None:
        return _total(amounts, expr.type)
    dates = [of(expr.by, row) for row in chosen]
    groups = [() if expr.per is None else compared(of(expr.per, row)) for row in chosen]
    if any(each is None for each in (*dates, *groups)):
        return None
    grouped: dict[Any, list[tuple[Any, Any]]] = {}
    for moment, amount, group in zip(dates, amounts, groups, strict=True):
        if moment is ABSENT:
            continue  # what has no date is in no stretch
        grouped.setdefault(group, []).append((moment, _size(amount)))
    return _total(
        [max((_highest(each, expr.window) for each in grouped.values()), default=0)], expr.type
    )


def _total(amounts: Iterable[Any], kind: v.Type) -> Any:
    """The sum, as a value of the type; ``none`` adds nothing."""
    total = sum(map(_size, amounts), start=0)
    match kind:
        case v.Money(currency=currency):
            return Money(total, currency)
        case v.Duration(kind=unit):
            return Duration(total, COUNTED_IN[unit])
        case _:
            return total


def _size(value: Any) -> Any:
    match value:
        case Money(amount=amount):
            return amount
        case Duration(count=count):
            return count
        case Absent():
            return 0
        case _:
            return value


def _highest(dated: list[tuple[Any, Any]], length: Duration) -> Any:
    """The highest total of any stretch. Where nothing is negative, one begins with what is in it."""
    dated.sort(key=lambda each: each[0])
    moments = [moment for moment, _ in dated]
    sums = [0, *accumulate(size for _, size in dated)]
    negative = any(size < 0 for _, size in dated)
    starts = {
        start for moment in moments for start in (_around(moment, length) if negative else (moment,))
    }
    return max(
        sums[_past(moments, start, length)] - sums[bisect_left(moments, start)] for start in starts
    )


def _past(moments: list[Any], start: Any, length: Duration) -> int:
    """How many come before the end of a stretch. One that reaches the calendar's end has no other."""
    end = shift(start, length)
    day = end.date() if isinstance(end, datetime) else end
    return bisect_right(moments, end) if day == date.max else bisect_left(moments, end)


def _around(moment: Any, length: Duration) -> Iterator[Any]:
    """Beginnings, among them all where the total can change: where this comes in, or is left behind."""
    step = Duration(1, "seconds" if isinstance(moment, datetime) else "days")
    first = shift(moment, Duration(-length.count, length.unit))
    for days in range(_LONGEST_CLAMP):
        near = shift(first, Duration(days, "days"))
        yield from (near, shift(near, step))
        if isinstance(near, datetime):
            yield near.replace(hour=0, minute=0, second=0, microsecond=0)
    yield from (moment, shift(moment, step))
