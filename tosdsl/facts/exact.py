"""Values as objects of a class that Python ships, and of none below it.

Of a subclass what it is underneath is taken, by the methods of the class above: what it overrides is
not asked. Numbers are measured before work is done with them.
"""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tosdsl import limits

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
