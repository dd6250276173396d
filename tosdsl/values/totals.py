"""Sums, and highest totals of stretches of time.

The highest total is that of any stretch of a given length: a stretch that begins on a day (or at a
moment) d takes in what is dated from d up to, and without, d plus the length. Of nothing, it is 0.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import accumulate
from typing import Any

from tosdsl.trees import vocabulary as v
from tosdsl.trees.moments import compared
from tosdsl.trees.quantities import ABSENT, COUNTED_IN, Absent, Duration, Money
from tosdsl.values.calendar import shift

_LONGEST_CLAMP = 5
"""Days that lie between two months' ends, or over a weekend, at most, and one more."""


def highest(
    amounts: Iterable[Any], dates: Iterable[Any], groups: Iterable[Any], window: Duration, kind: v.Type
) -> Any:
    """The highest total of any stretch within one group, as a value of the type.

    What has the date ``none`` is in no stretch. All of them are known.
    """
    grouped: dict[Any, list[tuple[Any, Any]]] = {}
    for moment, amount, group in zip(dates, amounts, groups, strict=True):
        if moment is not ABSENT:
            grouped.setdefault(compared(group), []).append((moment, _size(amount)))
    return total([max((_highest(each, window) for each in grouped.values()), default=0)], kind)


def stretch(
    amounts: Iterable[Any], dates: Iterable[Any], groups: Iterable[Any], window: Duration
) -> list[int]:
    """Which of several make the highest total: the places of those in the first stretch that has it.

    None of them where nothing has a date. All of them are known.
    """
    grouped: dict[Any, list[tuple[Any, Any, int]]] = {}
    for place, (moment, amount, group) in enumerate(zip(dates, amounts, groups, strict=True)):
        if moment is not ABSENT:
            grouped.setdefault(compared(group), []).append((moment, _size(amount), place))
    found: tuple[Any, list[int]] | None = None
    for several in grouped.values():
        most, start = _best([each[:2] for each in several], window)
        if found is None or most > found[0]:
            moments = sorted(each[0] for each in several)
            first, past = bisect_left(moments, start), _past(moments, start, window)
            within = sorted(several, key=lambda each: each[0])[first:past]
            found = (most, sorted(each[2] for each in within))
    return [] if found is None else found[1]


def total(amounts: Iterable[Any], kind: v.Type) -> Any:
    """The sum, as a value of the type; ``none`` adds nothing."""
    size = sum(map(_size, amounts), start=0)
    match kind:
        case v.Money(currency=currency):
            return Money(size, currency)
        case v.Duration(kind=unit):
            return Duration(size, COUNTED_IN[unit])
        case _:
            return size


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
    """The highest total of any stretch."""
    return _best(dated, length)[0]


def _best(dated: list[tuple[Any, Any]], length: Duration) -> tuple[Any, Any]:
    """The highest total, and where the first stretch begins that has it. Where nothing is negative, one
    begins with what is in it."""
    dated.sort(key=lambda each: each[0])
    moments = [moment for moment, _ in dated]
    sums = [0, *accumulate(size for _, size in dated)]
    negative = any(size < 0 for _, size in dated)
    starts = {
        start for moment in moments for start in (_around(moment, length) if negative else (moment,))
    }
    made = (
        (sums[_past(moments, start, length)] - sums[bisect_left(moments, start)], start)
        for start in sorted(starts)
    )
    return max(made, key=lambda each: each[0])


def _past(moments: list[Any], start: Any, length: Duration) -> int:
    """How many come before the end of a stretch. One that reaches the calendar's end has no other."""
    end = shift(start, length)
    day = end.date() if isinstance(end, datetime) else end
    return bisect_right(moments, end) if day == date.max else bisect_left(moments, end)


def _around(moment: Any, length: Duration) -> Iterator[Any]:
    """Beginnings, among them all where the total can change: where this comes in, or is left behind."""
    step = Duration(1, "microseconds" if isinstance(moment, datetime) else "days")
    first = shift(moment, Duration(-length.count, length.unit))
    for days in range(_LONGEST_CLAMP):
        near = shift(first, Duration(days, "days"))
        yield from (near, shift(near, step))
        if isinstance(near, datetime):
            yield near.replace(hour=0, minute=0, second=0, microsecond=0)
    yield from (moment, shift(moment, step))
