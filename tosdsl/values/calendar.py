"""Days counted as contracts count them.

"Within N days after X" leaves out the day of X, so the last good day is X + N. Months and years are
calendar ones; past the end of a month they end on its last day. Business days are Monday to Friday,
less the holidays given. The days of an instant are those of the zone that it is written in, and it
stays in that zone. Nothing raises: of what lies past the calendar's ends, ``shifted`` says so.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import lru_cache
from typing import Any, Final, Literal, TypeVar

from tosdsl.trees.moments import Moment, moment_in
from tosdsl.trees.quantities import ABSENT, Duration
from tosdsl.trees.vocabulary import WEEKDAY
from tosdsl.trees.zones import at_clock, in_zone, zone_called

_Day = TypeVar("_Day", date, Moment)
_SATURDAY = 5
_KEPT = 16
"""Lists of holidays that are kept in order: a loop over a list counts with the same ones each time."""


class Past(Enum):
    """What lies past the calendar's ends: before year 1, after year 9999."""

    CALENDAR = "past the calendar"


PAST_CALENDAR: Final = Past.CALENDAR


def shifted(
    start: _Day, by: Duration, holidays: Collection[date] = ()
) -> _Day | Literal[Past.CALENDAR]:
    """A date or an instant, later by a duration (earlier, by a negative one)."""
    try:
        match by.unit:
            case "microseconds":
                return _later(start, timedelta(microseconds=by.whole))
            case "days":
                return _later(start, timedelta(days=by.whole))
            case "months":
                return _within(_months(start, by.whole))
            case _:
                return _within(_business_days(start, by.whole, tuple(holidays)))
    except (OverflowError, ValueError):
        return PAST_CALENDAR


def shift(start: _Day, by: Duration, holidays: Collection[date] = ()) -> _Day:
    """The same, kept within the calendar: the end of a stretch of time that no day can reach."""
    made = shifted(start, by, holidays)
    return _end(start, by.count > 0) if made is PAST_CALENDAR else made


def _end(start: _Day, last: bool) -> _Day:
    if isinstance(start, Moment):
        end = datetime.max if last else datetime.min
        return moment_in(end.replace(tzinfo=UTC), start.tzinfo)
    return date.max if last else date.min


def _later(start: _Day, by: timedelta) -> _Day:
    if isinstance(start, Moment):
        return start.later(by)
    return start + by


def _within(day: _Day) -> _Day:
    """The same. Raises OverflowError for a moment past the calendar's ends."""
    if isinstance(day, Moment):
        return day.later(timedelta())
    return day


def _months(start: _Day, count: int) -> _Day:
    """Raises ValueError past the calendar's ends."""
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    if not date.min.year <= year <= date.max.year:
        raise ValueError(year)
    last = monthrange(year, month + 1)[1]
    return start.replace(year=year, month=month + 1, day=min(start.day, last))


def _business_days(start: _Day, count: int, holidays: tuple[Any, ...]) -> _Day:
    step = timedelta(days=1 if count > 0 else -1)
    first, left = start, abs(count)
    weeks = max(left - 1, 0) // 5  # the last day is stepped to: a week from a Saturday is a Saturday
    start += weeks * 7 * step  # every seven days pass five weekdays, wherever they begin
    left -= weeks * 5
    off, in_order = _weekdays(holidays)
    left += _passed(_day(first), _day(start), in_order)
    while left:
        start += step
        day = _day(start)
        if day.weekday() < _SATURDAY and day not in off:
            left -= 1
    return start


@lru_cache(_KEPT)
def _weekdays(holidays: tuple[Any, ...]) -> tuple[frozenset[date], tuple[date, ...]]:
    """The holidays that would otherwise count, each once; and these in order."""
    several = frozenset(day for day in holidays if day.weekday() < _SATURDAY)
    return several, tuple(sorted(several))


def _passed(first: date, last: date, in_order: tuple[date, ...]) -> int:
    """How many holidays are on the way from the first day, itself left out."""
    if first <= last:
        return bisect_right(in_order, last) - bisect_right(in_order, first)
    return bisect_left(in_order, first) - bisect_left(in_order, last)


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, Moment) else moment


def part_of_day(part: str, day: Any) -> Any:
    """What is asked of a date, by the words of ``written.PARTS_OF_DAYS``, or the day on which a year of
    that number begins or ends; of a moment, by those of ``written.PARTS_OF_MOMENTS``, in its own zone.
    None and ``none`` stay what they are."""
    if day is None or day is ABSENT:
        return day
    match part:
        case "day of":
            return day.date()
        case "hour of":
            return day.hour
        case "minute of":
            return day.minute
        case "day of week of":
            return WEEKDAY.members[day.weekday()]
        case "day of month of":
            return day.day
        case "month of":
            return day.month
        case "year of":
            return day.year
        case "start of month of":
            return day.replace(day=1)
        case "end of month of":
            return day.replace(day=monthrange(day.year, day.month)[1])
    year = day if isinstance(day, int) else day.year
    if not date.min.year <= year <= date.max.year:
        return PAST_CALENDAR
    return date(year, 1, 1) if part.startswith("start") else date(year, 12, 31)


def by_zone(moment: Any, name: str, keeps: bool) -> Any:
    """A moment by the clocks of a zone; if it ``keeps`` what it shows, the moment at which they show
    that. None and ``none`` stay what they are; past the calendar's ends also where the zone is not to
    be found, as text that names it is refused there."""
    if moment is None or moment is ABSENT:
        return moment
    zone = zone_called(name)
    try:
        return PAST_CALENDAR if zone is None else (at_clock if keeps else in_zone)(moment, zone)
    except OverflowError:
        return PAST_CALENDAR


def between(start: date, end: date) -> Duration:
    """From the first to the second: days between dates, microseconds between instants."""
    gap = end - start
    if isinstance(start, datetime):
        return Duration(gap // timedelta.resolution, "microseconds")
    return Duration(gap.days, "days")
