"""Days counted as contracts count them.

"Within N days after X" leaves out the day of X, so the last good day is X + N. Months and years are
calendar ones; past the end of a month they end on its last day. Business days are Monday to Friday,
less the holidays given. Nothing raises: what lies past the calendar's ends stays at its ends.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from tosdsl.trees.quantities import Duration

_Day = TypeVar("_Day", date, datetime)
_SATURDAY = 5


def shift(start: _Day, by: Duration, holidays: Collection[date] = ()) -> _Day:
    """A date or an instant, later by a duration (earlier, by a negative one)."""
    try:
        match by.unit:
            case "seconds":
                return start + timedelta(seconds=by.count)
            case "days":
                return start + timedelta(days=by.count)
            case "months":
                return _months(start, by.count)
            case _:
                return _business_days(start, by.count, frozenset(holidays))
    except (OverflowError, ValueError):
        return _end(start, by.count > 0)


def _end(start: _Day, last: bool) -> _Day:
    day = date.max if last else date.min
    if isinstance(start, datetime):
        return datetime.combine(day, time.max if last else time.min, tzinfo=UTC)
    return day


def _months(start: _Day, count: int) -> _Day:
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    if not date.min.year <= year <= date.max.year:
        return _end(start, count > 0)
    last = monthrange(year, month + 1)[1]
    return start.replace(year=year, month=month + 1, day=min(start.day, last))


def _business_days(start: _Day, count: int, holidays: frozenset[date]) -> _Day:
    step = timedelta(days=1 if count > 0 else -1)
    first, left = start, abs(count)
    weeks = max(left - 1, 0) // 5  # the last day is stepped to: a week from a Saturday is a Saturday
    start += weeks * 7 * step  # every seven days pass five weekdays, wherever they begin
    left -= weeks * 5
    left += sum(_passed(_day(first), _day(start), each) for each in holidays)
    while left:
        start += step
        day = _day(start)
        if day.weekday() < _SATURDAY and day not in holidays:
            left -= 1
    return start


def _passed(first: date, last: date, holiday: date) -> bool:
    """Whether a holiday would have been counted on the way from the first day, itself left out."""
    between_ = first < holiday <= last or last <= holiday < first
    return between_ and holiday.weekday() < _SATURDAY


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def between(start: _Day, end: _Day) -> Duration:
    """From the first to the second: days between dates, seconds between instants."""
    gap = end - start
    if isinstance(start, datetime):
        return Duration(gap.days * 86_400 + gap.seconds, "seconds")
    return Duration(gap.days, "days")
