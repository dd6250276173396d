"""Values that Python has no type for: money, durations, and ``none``.

Numbers are exact: an ``int``, or a ``Fraction`` where a fact or an operation is a ``number``.
Instants are in ``moments.py``. None stays what it is everywhere: not known.
"""

from __future__ import annotations

import re
from datetime import datetime
from enum import Enum
from fractions import Fraction

from tosdsl.base.node import frozen
from tosdsl.trees.moments import Moment
from tosdsl.trees.zones import NAME, Misread, read_in_zone


class Absent(Enum):
    """``none``: known to be absent, which is not the same as not known."""

    NONE = "none"

    def __str__(self) -> str:
        return "none"


ABSENT = Absent.NONE


@frozen(order=False)
class Money:
    """An amount in one currency, by its three letters."""

    amount: Fraction
    currency: str

    def __str__(self) -> str:
        return f"{number_words(self.amount)} {self.currency}"


UNITS = {
    "microsecond": ("microseconds", 1),
    "millisecond": ("microseconds", 1_000),
    "second": ("microseconds", 1_000_000),
    "minute": ("microseconds", 60_000_000),
    "hour": ("microseconds", 3_600_000_000),
    "day": ("days", 1),
    "week": ("days", 7),
    "month": ("months", 1),
    "year": ("months", 12),
    "business day": ("business days", 1),
}
"""For each unit that can be written, the unit in which it is counted, and how many of it."""

KINDS = {
    "microseconds": "hours",
    "milliseconds": "hours",
    "seconds": "hours",
    "minutes": "hours",
    "hours": "hours",
    "days": "days",
    "weeks": "days",
    "months": "months",
    "years": "months",
    "business days": "business days",
}
"""For each ``duration in …``, the kind of duration; durations of one kind compare and add up."""

COUNTED_IN = {
    "hours": "microseconds",
    "days": "days",
    "months": "months",
    "business days": "business days",
}
"""The unit in which each kind of duration is counted."""

NAMED_FOR = {"microseconds": 3_600_000_000, "days": 1, "months": 1, "business days": 1}
"""How many of the unit in which it is counted make the one that a kind of duration is named for."""

_TIMES = ("hour", "minute", "second", "millisecond", "microsecond")
_WRITTEN = ("business day", "day", "month", *_TIMES)
_LARGER = {
    "microseconds": tuple((each, UNITS[each][1]) for each in _TIMES[:-1]),
    "months": (("year", 12),),
    "days": (("week", 7),),
}


@frozen(order=False)
class Duration:
    """``count`` of ``unit``: microseconds, days, months or business days.

    A count that is not whole was worked out: it compares and is rounded, and moves no day.
    """

    count: int | Fraction
    unit: str

    @property
    def whole(self) -> int:
        """The count. Raises ValueError where it is not whole."""
        if self.count.denominator != 1:
            raise ValueError(self)
        return int(self.count)

    def __str__(self) -> str:
        if self.count.denominator != 1:
            return self._part()
        count, unit = self.whole, self.unit.removesuffix("s")
        if self.unit == "microseconds" and count == 0:
            unit = "hour"  # the kind is named for it
        if self.unit != "days":
            for larger, size in _LARGER.get(self.unit, ()):
                if count and count % size == 0:
                    count, unit = count // size, larger
                    break
        return f"{count} {unit}{'' if abs(count) == 1 else 's'}"

    def _part(self) -> str:
        """What is no whole number of its unit, in decimals of the largest unit that is no longer."""
        several = _LARGER[self.unit] if self.unit == "microseconds" else ()
        size = abs(Fraction(self.count))
        unit, one = next(
            (each for each in several if each[1] <= size), (self.unit.removesuffix("s"), 1)
        )
        return f"{decimal_words(Fraction(self.count) / one)} {unit}s"


def duration(count: int, unit: str) -> Duration:
    """A duration as it is written: ``duration(2, "week")``."""
    counted, size = UNITS[unit]
    return Duration(count * size, counted)


_LARGE = (("billion", 10**9), ("million", 10**6))
_MOST_SCALED = 1000
_SHOWN_DIGITS = 6


def amount_of(value: object) -> Fraction:
    """The number in a number, an amount of money or a duration."""
    match value:
        case Money(amount=amount):
            return Fraction(amount)
        case Duration(count=count):
            return Fraction(count)
        case int() | Fraction():
            return Fraction(value)
    raise TypeError(value)


def is_within(length: Duration, most: int) -> bool:
    """Whether a duration has no more than ``most`` hours, days, months or business days, either way."""
    longest = most * NAMED_FOR[length.unit]
    return -longest <= length.count <= longest


def written_duration(length: Duration) -> tuple[int, str]:
    """Its count and unit as it is written, the unit in the singular. Raises ValueError for a part."""
    for unit in _WRITTEN:
        counted, size = UNITS[unit]
        if counted == length.unit and length.whole % size == 0:
            return length.whole // size, unit
    raise AssertionError(length.unit)


def number_words(number: int | Fraction) -> str:
    """A number as the language writes it: ``700 million``, ``12_500``, ``0.25``."""
    number = Fraction(number)
    for word, size in _LARGE:
        scaled = number / size
        if 1 <= abs(scaled) < _MOST_SCALED and (scaled * 1000).denominator == 1:
            return f"{decimal_words(scaled)} {word}"
    return decimal_words(number)


def decimal_words(number: Fraction) -> str:
    """Digits in groups of three from five on; about, if it has no end."""
    sign = "-" if number < 0 else ""
    whole, rest = divmod(abs(number), 1)
    digits = f"{whole:_}" if whole >= 10_000 else str(whole)
    if not rest:
        return sign + digits
    places = decimal_places(rest.denominator)
    if places is None:
        return f"about {sign}{digits}.{round(rest * 10**_SHOWN_DIGITS):0{_SHOWN_DIGITS}d}"
    return f"{sign}{digits}.{int(rest * 10**places):0{places}d}"


def decimal_places(denominator: int) -> int | None:
    """How many decimals a fraction has, None if they do not end."""
    twos = fives = 0
    while denominator % 2 == 0:
        denominator //= 2
        twos += 1
    while denominator % 5 == 0:
        denominator //= 5
        fives += 1
    return max(twos, fives) if denominator == 1 else None


# --- as text ------------------------------------------------------------------------------------

SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_NUMBER = re.compile(r"(-?)([0-9][0-9_]*)(?:\.([0-9]+))?(?: +(thousand|million|billion))?\Z")
GROUPED = re.compile(r"-?[1-9][0-9]{0,2}\.000(?: +(?:thousand|million|billion))?\Z")
"""A thousand for some readers, and one for others, of whatever is counted: it is refused."""

_MONEY = re.compile(r"(.*?[^ ]) +([A-Z]{3})\Z")
_DURATION = re.compile(
    r"(-?)([0-9][0-9_]*) +"
    r"(business +day|microsecond|millisecond|second|minute|hour|day|week|month|year)s?\Z"
)
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)"
    rf"(?:(Z|[+-][0-9]{{2}}:[0-9]{{2}})(?: +({NAME}))?| +({NAME}))\Z"
)
"""The clock, the distance, and the zone, behind the distance or in its place."""


def read_number(text: str) -> Fraction | None:
    """``700 million``, ``1_000_000``, ``-0.25``; None if it is no number, or could be two."""
    match = _NUMBER.match(text)
    if match is None or GROUPED.match(text):
        return None
    sign, whole, decimals, scale = match[1], match[2].replace("_", ""), match[3] or "", match[4]
    value = Fraction(int(whole + decimals), 10 ** len(decimals)) * SCALES.get(scale, 1)
    return -value if sign == "-" else value


def read_money(text: str) -> Money | None:
    """``20 million USD``; None if it is none."""
    match = _MONEY.match(text)
    amount = read_number(match[1]) if match else None
    return None if match is None or amount is None else Money(amount, match[2])


def read_duration(text: str) -> tuple[int, str] | None:
    """``30 days`` as count and unit, which is in the singular; None if it is none."""
    match = _DURATION.match(text)
    if match is None:
        return None
    count = int(match[2].replace("_", ""))
    return (-count if match[1] == "-" else count), " ".join(match[3].split())


def is_instant(text: str) -> bool:
    """Whether it is written as an instant, whether there is one such or not."""
    return _INSTANT.match(text) is not None


def read_instant(text: str) -> Moment | None:
    """``2023-11-14T18:30Z``, ``2024-07-01T09:30 Europe/Dublin``; None if it is none, or there is none
    such."""
    made = instant_or_why(text)
    return made if isinstance(made, Moment) else None


def instant_or_why(text: str) -> Moment | Misread | None:
    """The same, or why a moment in a named zone is none."""
    match = _INSTANT.match(text)
    if match is None:
        return None
    try:
        zone = match[3] or match[4]
        if zone is None:
            return Moment.of(datetime.fromisoformat(text))
        return read_in_zone(match[1], match[2] or "", zone)
    except ValueError:
        return None


def zone_written(text: str) -> tuple[str | None, bool]:
    """The zone that a written instant names, and whether its distance is written too."""
    match = _INSTANT.match(text)
    return (None, True) if match is None else (match[3] or match[4], match[2] is not None)
