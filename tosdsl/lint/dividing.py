"""Divisions by what may be zero: which there are, and what is asked of each."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from tosdsl.analysis import claims as c
from tosdsl.analysis.claims import Claim
from tosdsl.analysis.sides import Side
from tosdsl.trees import expressions as ex
from tosdsl.trees import vocabulary as v
from tosdsl.trees.quantities import COUNTED_IN, Duration, Money
from tosdsl.trees.walk import parts

_NUMBER = v.Number()


def divisions(expr: ex.Expr) -> Iterator[ex.Arithmetic]:
    """The divisions in an expression by what is not written."""
    for each in parts(expr):
        match each:
            case ex.Arithmetic(op="/", right=right) if not isinstance(right, ex.Literal):
                yield each


def of_an_item(division: ex.Arithmetic) -> bool:
    """Whether it divides by what an item or a parameter has: of that, no use is looked for."""
    return any(isinstance(each, ex.Variable) for each in parts(division.right))


def left_open(side: Side, whole: ex.Expr, division: ex.Arithmetic) -> Claim:
    """That the divisor is zero and the whole expression not known, which a policy can rule out."""
    zero = ex.Compare("is", division.right, _zero(division.right))
    known = whole if _is_truth(whole) else ex.Compare("is", whole, whole)
    part = side.condition(known)
    unknown = c.both(c.is_not_true(part), c.is_not_false(part))
    return c.both(c.is_true(side.condition(zero)), unknown)


def _zero(divisor: ex.Expr) -> ex.Literal:
    match v.bare(getattr(divisor, "type", _NUMBER)):
        case v.Money(currency=currency) as kind:
            return ex.Literal(Money(Fraction(0), currency), kind)
        case v.Duration(kind=counted) as kind:
            return ex.Literal(Duration(0, COUNTED_IN[counted]), kind)
        case _:
            return ex.Literal(0, v.Integer())


def _is_truth(expr: ex.Expr) -> bool:
    return isinstance(getattr(expr, "type", v.Boolean()), v.Boolean)
