"""Values as objects of a class that Python ships, and of none below it.

Of a subclass what it is underneath is taken, by the methods of the class above: what it overrides is
not asked. Numbers are measured before work is done with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timezone, tzinfo
from decimal import Decimal
from fractions import Fraction
from math import log10
from typing import Any, TypeGuard, cast

from tosdsl.base import limits
from tosdsl.trees.quantities import Absent, Duration, Money

_LONG = 4 * limits.MAX_DIGITS + 64
"""Bits that no number has whose digits, before and after the point, are within the limit."""


def single(value: Any) -> object:
    """A value without parts, or None if it is of a type that no fact has."""
    kind = type(value)
    if issubclass(kind, str):
        return str.__str__(value)
    if kind is bool:
        return value
    if issubclass(kind, int):
        return int.__int__(value)
    if issubclass(kind, float):
        return float.__float__(value)
    if issubclass(kind, Decimal):
        return Decimal(value)
    if issubclass(kind, Fraction):
        return _fraction(value)
    if issubclass(kind, datetime):
        return _moment(value)
    if issubclass(kind, date):
        return date.fromordinal(date.toordinal(value))
    return None


def _fraction(value: Fraction) -> Fraction | None:
    over, under = field(Fraction, "_numerator", value), field(Fraction, "_denominator", value)
    if type(over) is not int or type(under) is not int or under < 1:
        return None
    return value if type(value) is Fraction else Fraction(over, under)


def _moment(value: datetime) -> datetime:
    zone: tzinfo | None = datetime.tzinfo.__get__(value)
    day, time = date.toordinal(value), datetime.time(value)
    made = datetime.combine(date.fromordinal(day), time)
    return made.replace(tzinfo=zone)


def field(kind: type, name: str, value: object) -> Any:
    """A field as it was set, whatever a subclass says that it is; None where it never was."""
    try:
        return vars(kind)[name].__get__(value)
    except AttributeError:
        return None


def items(value: Any) -> Iterable[object]:
    """The items of a list, a tuple, a set or another sequence."""
    for kind in (list, tuple, set, frozenset):
        if issubclass(type(value), kind):
            made: Iterator[object] = kind.__iter__(value)
            return made
    return _going_through(value)


def _going_through(value: Iterable[object]) -> Iterator[object]:
    """The items; what its class may raise is raised when they are asked for."""
    yield from value


def entries(value: Mapping[object, object]) -> Iterable[tuple[object, object]]:
    """The entries of a mapping."""
    if issubclass(type(value), dict):
        found: Iterable[tuple[object, object]] = dict.items(cast("dict[object, object]", value))
        return found
    return ((key, value[key]) for key in _going_through(value))


def is_number(value: object) -> TypeGuard[int | Fraction | Decimal]:
    """Whether a value is an exact number, and no truth."""
    if isinstance(value, Decimal):
        return value.is_finite()
    return isinstance(value, int | Fraction) and not isinstance(value, bool)


def is_exact(value: object) -> bool:
    """Whether a value, with all that is in it, is of classes that have no equality but their own.

    What is not, no key of anything that is remembered may hold: it could be equal to what it is not.
    Of many values it is not found out: they have limits, which the full reading has.
    """
    return _is_flat(value, True) or _left(value, _MOST) >= 0


def _is_flat(facts: Any, whole: bool) -> bool:
    """Whether these are texts, truths and lists of texts, and records of such: what most facts are."""
    if type(facts) is not dict:
        return False
    for key, value in facts.items():
        if type(key) is not str:
            return False
        kind = type(value)
        if kind is list:
            for each in value:
                if type(each) is not str:
                    return False
        elif kind is dict:
            if not whole or not _is_flat(value, False):
                return False
        elif kind is not str and kind is not bool:
            return False
    return True


def _left(value: Any, left: int) -> int:
    """How many values may still follow; less than none if this one is not exact."""
    kind = type(value)
    left -= 1
    if kind in _SINGLE:
        return left
    if kind is dict:
        for key, inner in value.items():
            if type(key) is not str:
                return -1
            left = left - 1 if type(inner) in _SINGLE else _left(inner, left)
            if left < 0:
                return -1
        return left
    if kind is list or kind is tuple or kind is set or kind is frozenset:
        for inner in value:
            left = left - 1 if type(inner) in _SINGLE else _left(inner, left)
            if left < 0:
                return -1
        return left
    return left if _is_exact_object(value) else -1


def _is_exact_object(value: object) -> bool:
    match value:
        case Fraction():
            return _fraction(value) is value
        case datetime():
            return type(value) is datetime and type(value.tzinfo) in _ZONES
        case Money() | Duration() if type(value) in {Money, Duration}:
            return all(map(is_exact, _parts(value)))
        case _:
            return False


def _parts(value: object) -> list[object]:
    names = {Money: ("amount", "currency"), Duration: ("count", "unit")}[type(value)]
    return [field(type(value), name, value) for name in names]


_MOST = 10_000
"""Values that are looked at."""

_ZONES = (type(None), timezone)
_SINGLE = frozenset((str, bool, int, float, type(None), date, Decimal, Absent))


# --- how long a number is -------------------------------------------------------------------------


def digits(number: int) -> int:
    """How many digits a whole number has; about how many if Python would not even write it out."""
    return len(str(abs(number))) if number.bit_length() < 10_000 else int(log10(abs(number))) + 1


def size(number: int | Fraction | Decimal) -> int:
    """How many digits a number has when it is written out, those after the point too.

    Of a fraction whose decimals have no end: as many as are above the line or below it.
    """
    if isinstance(number, Decimal):
        _, known, exponent = number.as_tuple()
        places = exponent if isinstance(exponent, int) else 0
        return max(len(known) + places, 1) + max(-places, 0)
    if isinstance(number, int):
        return digits(number)
    over, under = number.numerator, number.denominator
    if max(over.bit_length(), under.bit_length()) > _LONG:
        return max(digits(over), digits(under))
    twos = (under & -under).bit_length() - 1
    rest, fives = under >> twos, 0
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest > 1:
        return max(digits(over), digits(under))
    return digits(over // under if over >= 0 else -over // under) + max(twos, fives)
