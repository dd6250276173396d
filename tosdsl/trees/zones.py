"""Named time zones, such as ``Europe/Dublin``, by the zone data of the machine.

A zone says how far its clocks are from UTC at each moment. A distance that is no whole number of
minutes, as clocks had before 1972, counts as the whole minutes below it: so it can be written.
Names are those of the IANA database with an area and a place, and ``UTC``.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cache

from tosdsl.base.node import frozen
from tosdsl.trees.moments import Moment, day_of

_MINUTE = timedelta(minutes=1)
_NEAR_MOST = 4

NAME = r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*"
"""What is looked up as the name of a zone."""

UNKNOWN, NO_DATA, MISSED, TWICE, ELSEWHERE = "unknown", "no data", "missed", "twice", "elsewhere"

_MEANT = {
    "BST": "Europe/London",
    "CDT": "America/Chicago",
    "CEST": "Europe/Berlin",
    "CET": "Europe/Berlin",
    "CST": "America/Chicago",
    "CT": "America/Chicago",
    "EDT": "America/New_York",
    "EET": "Europe/Athens",
    "EST": "America/New_York",
    "ET": "America/New_York",
    "GMT": "Europe/London",
    "HST": "Pacific/Honolulu",
    "JST": "Asia/Tokyo",
    "MDT": "America/Denver",
    "MST": "America/Denver",
    "MT": "America/Denver",
    "PDT": "America/Los_Angeles",
    "PST": "America/Los_Angeles",
    "PT": "America/Los_Angeles",
    "San_Francisco": "America/Los_Angeles",
    "WET": "Europe/Lisbon",
}
"""What is often meant by what names no place of the database. `CST` is used in several parts of the
world, so no zone is taken by such a word: it is offered."""


@frozen
class Misread:
    """Why a moment in a zone is none: ``reason`` is one of the five words above. ``instead``: what can
    be written in its place. ``near``: the names to look for near ones in."""

    reason: str
    zone: str
    clock: str = ""
    instead: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


@cache
def names() -> frozenset[str]:
    """The names that a zone can be called by; none where the machine has no zone data."""
    import zoneinfo

    return frozenset(each for each in zoneinfo.available_timezones() if "/" in each or each == "UTC")


@cache
def zone_called(name: str) -> tzinfo | None:
    """The zone of a name; None if there is none such on this machine."""
    if name == "UTC":
        return UTC
    if name not in names():
        return None
    import zoneinfo

    try:
        return zoneinfo.ZoneInfo(name)
    except (OSError, ValueError):  # listed, and cannot be read
        return None


def misnamed(name: str) -> Misread | None:
    """Why a name is that of no zone; None if it is one."""
    if zone_called(name) is not None:
        return None
    if not names():
        return Misread(NO_DATA, name)
    place = name.rsplit("/", 1)[-1].replace(" ", "_").casefold()
    found = [each for each in names() if each.rsplit("/", 1)[-1].casefold() == place]
    meant = _MEANT.get(name.upper()) or _MEANT.get(name)
    several = [meant] if meant in names() else sorted(found, key=lambda each: (each.count("/"), each))
    return Misread(UNKNOWN, name, "", tuple(several[:_NEAR_MOST]), tuple(sorted(names())))


def distance(zone: tzinfo, moment: datetime) -> timedelta:
    """How far the clocks of a zone are from UTC at a moment. Raises OverflowError past the calendar's
    ends."""
    return _whole(moment.astimezone(zone).utcoffset())


def _whole(offset: timedelta | None) -> timedelta:
    return (offset or timedelta()) // _MINUTE * _MINUTE


def in_zone(moment: Moment, zone: tzinfo) -> Moment:
    """The same moment by the clocks of a zone. Raises OverflowError past the calendar's ends."""
    utc = moment.utc
    return _at(utc.replace(tzinfo=None) + (by := distance(zone, utc)), by)


def day_in(said: date | None, name: str | None) -> date | None:
    """The day of what is a day or a moment: of a moment, the day in a zone, or in its own if none is
    named, or where the calendar ends. None where the zone is not to be found."""
    if name is None or not isinstance(said, Moment):
        return day_of(said)
    zone = zone_called(name)
    try:
        return None if zone is None else in_zone(said, zone).date()
    except OverflowError:
        return said.date()


def _at(clock: datetime, by: timedelta) -> Moment:
    return Moment.combine(clock.date(), clock.time(), timezone(by) if by else UTC)


def moments_at(clock: datetime, zone: tzinfo) -> tuple[Moment, ...]:
    """The moments at which the clocks of a zone show a time, in their order: one, two or none."""
    found = {}
    for fold in (0, 1):
        try:
            by = _whole(clock.replace(tzinfo=zone, fold=fold).utcoffset())
            made = _at(clock, by)
            if distance(zone, made.utc) == by:
                found[made.utc] = made
        except OverflowError:  # no moment of the calendar
            continue
    return tuple(found[each] for each in sorted(found))


def at_clock(moment: Moment, zone: tzinfo) -> Moment:
    """The moment at which the clocks of a zone show what ``moment`` shows, whatever its distance.

    Of two the one at its distance, else the earlier; where the clocks skip that time, as though they
    had not yet been put forward (as RFC 5545 counts). Raises OverflowError past the calendar's ends.
    """
    by = moment.utcoffset()
    if distance(zone, moment.utc) == by:
        return moment
    clock = moment.replace(tzinfo=None)
    found = moments_at(clock, zone)
    if found:
        return found[0]
    return in_zone(_at(clock, _whole(clock.replace(tzinfo=zone, fold=0).utcoffset())), zone)


def read_in_zone(clock: str, offset: str, name: str) -> Moment | Misread:
    """``2024-03-31T03:30``, perhaps with its distance, in a zone. Raises ValueError if there is no such
    day or hour."""
    plain = datetime.fromisoformat(clock)
    wrong = misnamed(name)
    zone = zone_called(name)
    if wrong is not None or zone is None:
        return wrong or Misread(NO_DATA, name)
    found = moments_at(plain, zone)
    if offset:
        said = datetime.fromisoformat(clock + offset).utcoffset()
        fits = [each for each in found if each.utcoffset() == said]
        if fits:
            return fits[0]
    if not found:
        return _missed(plain, zone, name, clock)
    several = tuple(f"{each} {name}".replace("Z ", "+00:00 ") for each in found)
    if offset:
        return Misread(ELSEWHERE, name, clock + offset, several)
    return found[0] if len(found) == 1 else Misread(TWICE, name, clock, several)


def _missed(plain: datetime, zone: tzinfo, name: str, clock: str) -> Moment | Misread:
    """A time that the clocks skip: what they show an hour earlier and later, as a rule."""
    shown = []
    for fold in (1, 0):
        try:
            by = _whole(plain.replace(tzinfo=zone, fold=fold).utcoffset())
            near = in_zone(_at(plain, by), zone)
        except OverflowError as past:
            raise ValueError(clock) from past
        shown.append(f"{clock_of(near)} {name}")
    return Misread(MISSED, name, clock, tuple(dict.fromkeys(shown)))


def clock_of(moment: Moment) -> str:
    """What the clocks show at a moment, without the distance: ``2024-03-31T03:30``."""
    return re.sub(r"(?:Z|[+-][0-9]{2}:[0-9]{2})\Z", "", str(moment))
