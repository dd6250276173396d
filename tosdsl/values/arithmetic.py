"""Arithmetic, the extremes of several values, and money in another currency.

A number that grows past a limit, a day that no calendar has and a division by zero are told by
``limit_met``: what is worked out is unknown then.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import Enum
from fractions import Fraction
from math import ceil, floor
from typing import Any, Final

from tosdsl.base import limits
from tosdsl.trees.quantities import ABSENT, Duration, Money, amount_of
from tosdsl.values.calendar import PAST_CALENDAR, between, shifted
from tosdsl.values.comparison import rank


class Divided(Enum):
    """What no number is: the result of a division by zero."""

    BY_ZERO = "by zero"


BY_ZERO: Final = Divided.BY_ZERO

_TOO_MUCH = 10**limits.MAX_DIGITS_WORKED_OUT


def arithmetic(op: str, left: Any, right: Any, holidays: Any = ()) -> Any:
    """``left op right``. One holiday that is not known leaves the day open.

    A day that no calendar has is ``PAST_CALENDAR``, and what is divided by zero ``BY_ZERO``.
    """
    if left is ABSENT or right is ABSENT:
        return ABSENT
    if left is None or right is None or holidays is None or None in holidays:
        return None
    if ABSENT in holidays:
        holidays = tuple(day for day in holidays if day is not ABSENT)
    if op == "+" and type(right) is Duration and isinstance(left, date):
        return shifted(left, right, holidays)
    if op == "/" and is_zero(right):
        return BY_ZERO
    if isinstance(left, Duration) and not isinstance(right, Duration | int | Fraction):
        left, right = right, left
    match op, left, right:
        case "+" | "-", Money(), Money():
            return Money(_number(op, left.amount, right.amount), left.currency)
        case "*", int() | Fraction(), Money():
            return Money(left * right.amount, right.currency)
        case "/", Money(), Money():
            return Fraction(left.amount) / right.amount
        case "*" | "/", Money(), _:
            return Money(_number(op, left.amount, right), left.currency)
        case "+" | "-", Duration(), Duration():
            return _lasting(_number(op, left.count, right.count), left.unit)
        case "/", Duration(), Duration():
            return Fraction(left.count) / right.count
        case "*" | "/", Duration(), _:
            return _lasting(_number(op, left.count, right), left.unit)
        case "*", _, Duration():
            return _lasting(left * right.count, right.unit)
        case "+", _, Duration():
            return shifted(left, right, holidays)
        case "-", _, Duration():
            return shifted(left, Duration(-right.count, right.unit), holidays)
        case "-", _, _ if not isinstance(left, int | Fraction):
            return between(right, left)
        case _:
            return _number(op, left, right)


def _lasting(count: int | Fraction, unit: str) -> Duration:
    """A duration, whose count is an ``int`` wherever it is whole: a day is moved by that alone."""
    return Duration(int(count) if count.denominator == 1 else count, unit)


def is_zero(value: Any) -> bool:
    """Whether a number, an amount or a duration is zero, by which nothing can be divided."""
    return value is not ABSENT and not amount_of(value)


def _number(op: str, left: Any, right: Any) -> Any:
    match op:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            return Fraction(left) / right


def extreme(kind: str, items: Iterable[Any], scale: tuple[str, ...]) -> Any:
    """The least (``min``) or the greatest (``max``) of values; ``none`` does not count."""
    items = list(items)
    if None in items:
        return None
    known = [item for item in items if item is not ABSENT]
    if not known:
        return ABSENT
    chosen = min if kind == "min" else max
    return chosen(known, key=lambda item: rank(item, scale))


def converted(value: Any, currency: str, rate: Any) -> Any:
    """Money in another currency, at a rate."""
    if value is ABSENT or rate is ABSENT:
        return ABSENT
    if value is None or rate is None:
        return None
    return Money(value.amount * rate, currency)


def rounded(value: Any, way: str, step: Any) -> Any:
    """The multiple of a step that is nearest to a value (``nearest``: of two, that away from zero;
    ``half even``: that of an even number of steps), or the next one ``up`` or ``down``."""
    if value is None or value is ABSENT:
        return value
    by = amount_of(step)
    several = amount_of(value) / by
    match way:
        case "up":
            count = ceil(several)
        case "down":
            count = floor(several)
        case "half even":
            count = round(several)
        case _:
            count = floor(abs(several) + Fraction(1, 2)) * (-1 if several < 0 else 1)
    match step:
        case Money(amount=amount, currency=currency):
            return Money(count * amount, currency)
        case Duration(count=length, unit=unit):
            return Duration(count * length, unit)
        case _:
            return count * step


def small(number: int | Fraction) -> bool:
    """Whether a number that was worked out has no more digits than it may, above or below the line."""
    return bool(abs(number.numerator) < _TOO_MUCH and number.denominator < _TOO_MUCH)


def limit_met(value: Any) -> str | None:
    """The name of the limit that a value that was worked out is past, if it is: then it is unknown."""
    if isinstance(value, date):  # of the others, classes are asked that take longer to tell
        return None
    if value is PAST_CALENDAR:
        return "CALENDAR"
    if value is BY_ZERO:
        return "ZERO"
    match value:
        case Money(amount=number) | Duration(count=number) | (int() | Fraction() as number):
            if not small(number):
                return "MAX_DIGITS_WORKED_OUT"
    return None
