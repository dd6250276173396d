"""Values next to values: the one home of what may be tried as the value of a fact.

A fact has the values that can be written for it: whole numbers and decimals of so many digits,
durations and moments to the millionth of a second, durations in days, months and business days, days of
the calendar. Whoever looks for a value to try takes it from here: what is found can be written down.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from tosdsl.base import limits
from tosdsl.trees.moments import Moment
from tosdsl.trees.quantities import (
    NAMED_FOR,
    Duration,
    Money,
    decimal_places,
    is_within,
)

_TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1)

_PLAIN = {"microseconds": (60_000_000, 1_000_000, 1_000, 1)}
"""Steps from a duration to another that a reader is shown, plainest first, by the unit in which it is
counted; one of it, where it is not said."""


def can_be_written(value: Any) -> bool:
    """Whether a scenario and a facts document can say the value."""
    match value:
        case bool():
            return True
        case int() | Fraction():
            return _digits(Fraction(value)) <= limits.MAX_DIGITS
        case Money(amount=amount):
            return _digits(amount) <= limits.MAX_DIGITS
        case Duration():
            return isinstance(value.count, int) and is_within(value, limits.MAX_DURATION)
        case tuple():
            return len(value) <= limits.MAX_LIST and all(map(can_be_written, value))
        case Mapping():
            return all(map(can_be_written, value.values()))
        case _:
            return True


def _digits(number: Fraction) -> int:
    """How many digits it takes to write a number; more than any limit, if its decimals do not end."""
    places = decimal_places(number.denominator)
    whole = abs(number.numerator) // number.denominator
    if places is None or whole.bit_length() > 4 * limits.MAX_DIGITS:
        return limits.MAX_DIGITS + 1
    return len(str(whole)) + places


def longest(unit: str) -> int:
    """The count of the longest duration that is counted in a unit."""
    return limits.MAX_DURATION * NAMED_FOR[unit]


def cut_to_places(value: Any, places: int) -> Any:
    """The value with so many decimals in all its numbers, so that it can be written."""
    match value:
        case Fraction():
            return Fraction(round(value * 10**places), 10**places)
        case Money(amount=amount, currency=currency):
            return Money(cut_to_places(amount, places), currency)
        case tuple():
            return tuple(cut_to_places(each, places) for each in value)
        case Mapping():
            return {key: cut_to_places(each, places) for key, each in value.items()}
        case _:
            return value


def beside(value: Any) -> list[Any]:
    """The values one step below and one above. Those of numbers and amounts are 1 away, as there is no
    next one. What cannot be written, or lies past the calendar's ends, is left out."""
    several = (moved(value, by) for by in (-1, 1))
    return [each for each in several if each is not None and can_be_written(each)]


def around(value: Any) -> list[Any]:
    """The same, and before them those that are easier to read: of a duration, those a minute away."""
    if not isinstance(value, Duration):
        return beside(value)
    counts = (value.count + way * size for size in _steps(value.unit) for way in (-1, 1))
    return [each for count in counts if can_be_written(each := Duration(count, value.unit))]


def plain_step(unit: str) -> int:
    """How much of the unit in which it is counted a duration is moved by, where that can be chosen."""
    return _steps(unit)[0]


def own_step(length: Duration) -> int:
    """The plainest step of which a duration is a multiple, in what it is counted in."""
    return next(size for size in _steps(length.unit) if length.count % size == 0)


def _steps(unit: str) -> tuple[int, ...]:
    return _PLAIN.get(unit, (1,))


def moved(value: Any, by: int, *, plain: bool = False) -> Any:
    """The value so many steps further; None where there is none. ``plain``: durations by minutes, where
    they have any."""
    match value:
        case bool():
            return None
        case int() | Fraction():
            return value + by
        case Money(amount=amount, currency=currency):
            return Money(amount + by, currency)
        case Duration(count=count, unit=unit):
            return Duration(count + by * (plain_step(unit) if plain else 1), unit)
        case datetime():
            return later(value, by * _TICK)
        case date():
            return later(value, by * _DAY)
        case _:
            return None


def steps_between(value: Any, other: Any) -> int | None:
    """How many plain steps of ``moved`` lead from a whole number, a length or a day to another; None
    for what has no such steps, or so small ones that nobody counts in them."""
    match value, other:
        case (bool(), _) | (_, bool()) | (datetime(), _) | (_, datetime()):
            return None
        case int(), int():
            return other - value
        case Duration(count=count, unit=unit), Duration(count=to, unit=same) if unit == same:
            return (to - count) // plain_step(unit)
        case date(), date():
            return (other - value).days
        case _:
            return None


def later(moment: Any, by: timedelta) -> Any:
    """A day or a moment, later by so much; None past the calendar's ends."""
    try:
        return moment.later(by) if isinstance(moment, Moment) else moment + by
    except OverflowError:
        return None


def between(low: Any, high: Any) -> Any:
    """A value between two numbers, amounts or moments: a plain one, if there is one; None, if there is
    none at all."""
    match low, high:
        case Money(), Money():
            return Money(between(low.amount, high.amount), low.currency)
        case datetime(), datetime():
            for size in (_DAY, timedelta(minutes=1), timedelta(seconds=1), _TICK):
                made = later(low, size)
                if made is not None and made < high:
                    return made
            return None
    whole = Fraction(low.__floor__() + 1)
    if whole < high:
        return whole
    scale = 10
    while True:  # some decimal lies between any two numbers
        made = Fraction((low * scale).__floor__() + 1, scale)
        if made < high:
            return made
        scale *= 10
