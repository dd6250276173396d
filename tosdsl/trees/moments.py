"""Instants: a moment, and the zone that it is written in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

_MINUTE = timedelta(minutes=1)

DAY_OF_USE = "day of use"
"""The day that a question is about, as conditions read it. No fact has a space in its name."""

MOMENT_OF_USE = "moment of use"
"""The moment that it is about, by which a deadline inside that day has passed or not. No condition
reads it."""


class Moment(datetime):
    """A moment with the distance of its zone from UTC, in whole minutes.

    The moment is what order is about, and the equality that policies ask for: see ``compared``. The
    zone says in which day it lies, and so where a month or a business day later is. Two of one moment
    with different zones are therefore different values: no key and no table takes one for the other.
    Beside a plain ``datetime``, whose equality knows nothing of zones, the moment alone counts.
    """

    __slots__ = ()

    @classmethod
    def of(cls, value: datetime) -> Moment | None:
        """The same moment; None without a zone, or where its zone or its moment cannot be written."""
        offset = value.utcoffset()
        if offset is None or offset % _MINUTE:
            return None
        try:
            value.astimezone(UTC)
        except OverflowError:
            return None
        return cls.combine(value.date(), value.time(), timezone(offset) if offset else UTC)

    @property
    def utc(self) -> datetime:
        """The moment alone. Raises OverflowError past the calendar's ends."""
        return datetime.combine(self.date(), self.time(), self.tzinfo).astimezone(UTC)

    def later(self, by: timedelta) -> Moment:
        """The moment so much later, in the same zone. Raises OverflowError past the calendar's ends."""
        return moment_in(self.utc + by, self.tzinfo)

    def __eq__(self, other: object) -> bool:
        same = datetime.__eq__(self, other)
        return same is True and (not isinstance(other, Moment) or self.utcoffset() == other.utcoffset())

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return datetime.__hash__(self)

    def __str__(self) -> str:
        """As the language writes it: ``2023-11-14T18:30Z``, ``2023-11-14T19:30:15+01:00``."""
        plain = self.replace(tzinfo=None)
        text = plain.isoformat(timespec="minutes")
        if self.second or self.microsecond:
            text += f":{self.second:02d}"
        if self.microsecond:
            text += f".{self.microsecond:06d}".rstrip("0")
        return text + (datetime.isoformat(self)[-6:] if self.utcoffset() else "Z")


def moment_in(moment: datetime, zone: tzinfo | None) -> Moment:
    """A moment in a zone; in UTC where the calendar of that zone does not have it."""
    try:
        local = moment.astimezone(zone)
    except OverflowError:
        local = moment.astimezone(UTC)
    return Moment.combine(local.date(), local.time(), local.tzinfo)


def day_of(said: date | None) -> date | None:
    """The day of what is a day or a moment: of a moment, the day in its own zone."""
    return said.date() if isinstance(said, datetime) else said


def with_zone(said: date | None, name: str) -> date | None:
    """What a program says as a day or a moment: a ``datetime`` as a ``Moment``.

    Raises TypeError for one without a zone, or with one that is not in whole minutes.
    """
    if not isinstance(said, datetime):
        return said
    made = Moment.of(said)
    if made is None:
        raise TypeError(f"{name} must be a date, or a datetime with a zone in whole minutes")
    return made


def compared(value: object) -> object:
    """What a value is compared by for equality: of an instant, its moment alone."""
    return value.utc if isinstance(value, Moment) else value
