"""Values that are written, worked out of others or the least of several, as terms of a solver."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from tosdsl.analysis.solver.digits import Digits, most, of_a_number
from tosdsl.analysis.solver.leaves import Leaves
from tosdsl.analysis.solver.values import (
    SECOND,
    Beyond,
    Pair,
    Value,
    fraction,
    kind_of,
    micros_of,
    real,
)
from tosdsl.trees import expressions as ex
from tosdsl.trees import vocabulary as v
from tosdsl.trees.quantities import ABSENT, COUNTED_IN, Duration, Money

_MICROS = {"microseconds": 1, "days": 86_400 * SECOND}


def literal(leaves: Leaves, value: Any, kind: v.Type) -> Value:
    """The value that is written."""
    z3 = leaves.z3
    true, false = z3.BoolVal(True), z3.BoolVal(False)
    match value:
        case bool():
            return Value(true, false, z3.BoolVal(value), v.Boolean(), 0)
        case int():
            return Value(true, false, z3.IntVal(value), v.Integer(), 0, of_a_number(Fraction(value)))
        case Fraction():
            return Value(true, false, fraction(z3, value), v.Number(), 0, of_a_number(value))
        case Money(amount=amount, currency=currency):
            return Value(true, false, fraction(z3, amount), v.Money(currency), 0, of_a_number(amount))
        case Duration(count=count):
            return Value(true, false, z3.IntVal(count), kind_of(value), 0, of_a_number(Fraction(count)))
        case datetime():
            return Value(true, false, z3.IntVal(micros_of(value)), v.Instant(), 0)
        case date():
            return Value(true, false, z3.IntVal(value.toordinal()), v.Date(), 0)
        case str():
            return Value(true, false, z3.IntVal(leaves.code(value)), kind, 0)
    if value is ABSENT:
        return Value(true, true, None, v.OptionalOf(v.Boolean()), 0)
    raise Beyond


def worked(z3: Any, op: str, one: Value, other: Value, right: ex.Expr) -> Any:
    """What two values come to. Raises Beyond where that cannot be said."""
    if one.value is None or other.value is None:
        raise Beyond
    match op, v.bare(one.kind), v.bare(other.kind):
        case "+" | "-", v.Date(), v.Duration(kind="days"):
            by = _whole(z3, other.value)
            return one.value + by if op == "+" else one.value - by
        case "+", v.Duration(kind="days"), v.Date():
            return _whole(z3, one.value) + other.value
        case "+" | "-", v.Instant(), v.Duration(kind="days" | "hours" as unit):
            by = _whole(z3, other.value) * _MICROS[COUNTED_IN[unit]]
            return one.value + by if op == "+" else one.value - by
        case ("-", v.Date(), v.Date()) | ("-", v.Instant(), v.Instant()):
            return one.value - other.value
        case "+" | "-", v.Duration(kind=first), v.Duration(kind=second) if first == second:
            return one.value + other.value if op == "+" else one.value - other.value
        case ("*", v.Duration(), v.Integer() | v.Number()) | (
            "*",
            v.Integer() | v.Number(),
            v.Duration(),
        ):
            return one.value * other.value
        case "/", v.Integer() | v.Number() | v.Money() | v.Duration(), _:
            return real(z3, one.value) / real(z3, other.value)
        case "+" | "-" | "*", a, b if {type(a), type(b)} <= {v.Integer, v.Number, v.Money}:
            worked = {"+": lambda x, y: x + y, "-": lambda x, y: x - y, "*": lambda x, y: x * y}
            return worked[op](one.value, other.value)
    raise Beyond


def _whole(z3: Any, value: Any) -> Any:
    """A duration that moves a day: it is whole, though its term may be a real number."""
    return z3.ToInt(value) if value.is_real() else value


def digits_of(op: str, one: Value, other: Value, right: ex.Expr) -> Digits:
    """The most digits of what is worked out."""
    match op:
        case "*":
            return one.digits * other.digits
        case "/" if isinstance(right, ex.Literal) and isinstance(right.value, int | Fraction):
            return one.digits.over(Fraction(right.value))
        case "/":
            return one.digits.over_any(other.digits)
        case _:
            return one.digits + other.digits


def rounded(z3: Any, value: Any, way: str, step: Fraction, *, whole: bool) -> Any:
    """The multiple of a step that a number is rounded to, as ``values.arithmetic.rounded`` has it."""
    several = real(z3, value) / fraction(z3, step)
    half = fraction(z3, Fraction(1, 2))
    match way:
        case "up":
            count = -z3.ToInt(-several)
        case "down":
            count = z3.ToInt(several)
        case "half even":
            near = z3.ToInt(several + half)
            tie = z3.And(z3.ToReal(near) == several + half, near % 2 == 1)
            count = z3.If(tie, near - 1, near)
        case _:
            count = z3.If(several < 0, -z3.ToInt(half - several), z3.ToInt(several + half))
    return count * int(step) if whole else z3.ToReal(count) * fraction(z3, step)


def by_cases(z3: Any, test: Pair, then: Value, otherwise: Value, same: Any, kind: v.Type) -> Value:
    """One value or the other; ``test`` is when it is the one, and when the other. ``same``: both are
    one value, though it is not known which of them it is."""
    true, false = test
    one, other = (then, otherwise) if then.value is not None else (otherwise, then)
    if one.value is None:
        raise Beyond
    chosen = false if one is otherwise else true
    made = one.value if other.value is None else z3.If(chosen, one.value, other.value)
    both = z3.And(then.known, otherwise.known, same)
    known = z3.Or(z3.And(true, then.known), z3.And(false, otherwise.known), both)
    absent = z3.If(true, then.absent, otherwise.absent)
    degree = max(then.degree, otherwise.degree)
    return Value(known, absent, made, kind, degree, most(then.digits, otherwise.digits))


def extreme(
    z3: Any, expr: ex.Extreme, several: Sequence[Value], rank: Callable[[Value, tuple[str, ...]], Any]
) -> Value:
    """The least or the greatest of several values."""
    known = z3.And([each.known for each in several])
    first, *rest = several
    absent, best = first.absent, first.value
    for each in rest:
        one, other = (
            rank(Value(known, absent, best, expr.type), expr.scale),
            rank(each, expr.scale),
        )
        better = other < one if expr.kind == "min" else other > one
        taken = z3.And(z3.Not(each.absent), z3.Or(absent, better))
        best = z3.If(taken, each.value, best)
        absent = z3.And(absent, each.absent)
    degree = max(each.degree for each in several)
    return Value(known, absent, best, expr.type, degree, most(*(each.digits for each in several)))
