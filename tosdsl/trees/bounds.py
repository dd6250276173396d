"""Days and moments that versions begin and end with, beside the day or the moment of a question.

The dates of a version are bounds, and so is the day of knowledge: a day is all of it. A use and a
recording are events: a day is some moment of it. A bound that is a day is held against the day of an
event; the day of an event is held against a bound that is a moment as a day of the bound's zone. Where
it is that very day, it is open on which side of the bound the event lies.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, timezone

from tosdsl.trees.moments import Moment

Day = date | Moment | None
"""A day or a moment; None: not said."""

EVER = date.min
"""In place of a first day that is not said."""

_INSTANT = timedelta(microseconds=1)
_ZONES = tuple(timezone(timedelta(minutes=each)) for each in (-1439, 0, 1439))
"""The zones furthest from UTC, and UTC."""


def is_moment(day: Day) -> bool:
    """Whether it says more than a day."""
    return isinstance(day, Moment)


def opens_day(moment: Moment) -> bool:
    """Whether it is the first of its day, so that it lies behind no other moment of it."""
    return moment.time() == time.min


def has_come(bound: date, use: date, passed: Moment | None) -> bool:
    """Whether a use does not precede the beginning of a bound. Of bounds at moments of the very day of
    the use, those up to ``passed`` are taken to have come."""
    if not isinstance(bound, Moment):
        return bound <= _day(use)
    if isinstance(use, Moment):
        return bound <= use
    day = bound.date()
    return day < use or (day == use and (opens_day(bound) or (passed is not None and bound <= passed)))


def has_ended(bound: date, use: date, passed: Moment | None) -> bool:
    """Whether a use lies past a bound. A day ends after its last moment; at a moment, it has ended."""
    return has_come(bound, use, passed) if isinstance(bound, Moment) else bound < _day(use)


def within(day: Day, bounds: Iterable[Day]) -> list[Moment]:
    """The moments at which bounds divide the day of a use, one after another."""
    if day is None or isinstance(day, Moment):
        return []
    found = {
        each.utc: each
        for each in bounds
        if isinstance(each, Moment) and each.date() == day and not opens_day(each)
    }
    return [found[utc] for utc in sorted(found)]


def is_known(recorded: Day, known_at: Day) -> bool | None:
    """Whether what was recorded then could be read; None where that is open."""
    if recorded is None or known_at is None:
        return True
    if not isinstance(known_at, Moment):
        return _day(recorded) <= known_at
    if isinstance(recorded, Moment):
        return recorded <= known_at
    return None if recorded == known_at.date() else recorded < known_at.date()


def begins_before(one: date, other: date) -> bool:
    """Whether one first day or moment comes before another: a day at its beginning, in the zone of a
    moment that it is held against."""
    if isinstance(one, Moment):
        return one < other if isinstance(other, Moment) else one.date() < other
    if not isinstance(other, Moment):
        return one < other
    return one < other.date() or (one == other.date() and not opens_day(other))


def is_empty(first: date, last: date) -> bool:
    """Whether nothing lies from the first of two bounds until the last."""
    return not begins_before(first, last) if isinstance(last, Moment) else last < _day(first)


def recorded_before(one: date, other: date) -> bool:
    """Whether one recording came before another for certain."""
    if isinstance(one, Moment) and isinstance(other, Moment):
        return one < other
    return _day(one) < _day(other)


def order(day: Day) -> tuple[date, time]:
    """A place among days and moments, each as it is written; what is not said comes first."""
    return _day(day or EVER), day.time() if isinstance(day, Moment) else time.min


def samples(days: Iterable[date], moments: Iterable[Moment]) -> set[date]:
    """Days and moments of which one lies on the same sides of all of these as any other does.

    A day can be met at moments from its beginning furthest in the east to its end furthest in the west,
    and a moment on three days.
    """
    said, found = {*days}, set[date]()
    moments = [*moments]
    for moment in moments:
        said |= {moment.date(), _after(moment.date())}
        for utc in (moment.utc, _or_none(moment.utc, -_INSTANT)):
            found |= {made for zone in _ZONES if (made := _in_zone(utc, zone)) is not None}
    for day in said if moments else ():
        first, last = (datetime.combine(day, each) for each in (time.min, time.max))
        for plain, zone in ((first, _ZONES[-1]), (last, _ZONES[0])):
            made = Moment.of(plain.replace(tzinfo=zone))
            found |= set() if made is None else {made}
    return found | said


def first_after(bound: Day) -> date:
    """The first day after a bound that is a day."""
    return EVER if bound is None else _after(_day(bound))


def _day(said: date) -> date:
    return said.date() if isinstance(said, Moment) else said


def _after(day: date) -> date:
    return EVER if day == date.max else day + timedelta(1)


def _or_none(moment: datetime, by: timedelta) -> datetime | None:
    try:
        return moment + by
    except OverflowError:
        return None


def _in_zone(moment: datetime | None, zone: timezone) -> Moment | None:
    try:
        return None if moment is None else Moment.of(moment.astimezone(zone))
    except OverflowError:
        return None
