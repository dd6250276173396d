"""Periods of one length that follow each other from a day on, and what was done in which of them.

The first one begins on that day, and each ends on the last good day of so many lengths after it. Every
end is counted from the first day: from the end of January on, months end where their own days do.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from tosdsl.trees.quantities import ABSENT, Duration
from tosdsl.values.calendar import shift

FIRST_MISSED, AT_HAND = "first missed", "at hand"


def period_end(which: str, start: Any, of: Any, length: Duration) -> Any:
    """The last day of a period: of the first one in which nothing was done (``first missed``), where
    ``of`` are the days on which it was; or of the one that the day ``of`` lies in (``at hand``). None
    if it is not known; ``none`` if the periods never begin."""
    if start is ABSENT:
        return ABSENT
    if start is None or of is None:
        return None
    if which == AT_HAND:
        return _end(start, length, _number(start, length, of))
    return None if None in of else _end(start, length, _first_missed(start, length, of))


def _end(start: date, length: Duration, number: int) -> date:
    """The last day of a period; of one past the calendar's end, the last day that there is."""
    return shift(start, Duration(length.count * number, length.unit))


def _first_missed(start: date, length: Duration, days: Iterable[Any]) -> int:
    """The number of the first period without one of the days. It looks at no more periods than days."""
    number, before = 1, None
    for day in sorted(each for each in days if each is not ABSENT and each >= start):
        end = _end(start, length, number)
        if before is not None and day <= before:
            continue
        if day > end:
            break
        number, before = number + 1, end
    return number


def _number(start: date, length: Duration, day: date) -> int:
    """The number of the period that a day lies in; of one before all periods, that of the first."""
    if day <= start:
        return 1
    if length.unit == "months":
        months = (day.year - start.year) * 12 + day.month - start.month
        number = max(1, months // length.whole)
        while day > (end := _end(start, length, number)) and end < date.max:
            number += 1
        return number
    return -((start - day).days // length.whole)
