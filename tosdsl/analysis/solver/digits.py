"""How long a number can get that is worked out, so that no proof speaks of one past the limit.

The evaluation does not know a number of more than MAX_DIGITS_WORKED_OUT digits, above or below the
line of its fraction. Terms of a solver know no such limit. So of each term the most digits are kept
that it can have, whatever the facts are; where that is more than the limit, a proof takes the value for
one that may be unknown.
"""

from __future__ import annotations

from fractions import Fraction

from attrs import frozen

from tosdsl.base import limits
from tosdsl.trees import vocabulary as v


@frozen
class Digits:
    """The most digits of a fraction: ``above`` the line; below it, of a power of ten and of others."""

    above: int
    tens: int = 0
    others: int = 0

    def __mul__(self, other: Digits) -> Digits:
        """Those of a product."""
        return Digits(self.above + other.above, self.tens + other.tens, self.others + other.others)

    def __add__(self, other: Digits) -> Digits:
        """Those of a sum or a difference, over the common denominator."""
        tens, others = max(self.tens, other.tens), self.others + other.others
        return Digits(max(self.above, other.above) + tens + others + 1, tens, others)

    def over(self, divisor: Fraction) -> Digits:
        """Those of a quotient."""
        above, below = len(str(abs(divisor.numerator))), len(str(divisor.denominator))
        return Digits(self.above + below, self.tens, self.others + above)

    def over_any(self, divisor: Digits) -> Digits:
        """Those of a quotient of which the divisor is no number of the text."""
        below = divisor.tens + divisor.others + 1
        return Digits(self.above + below, self.tens, self.others + divisor.above)

    def rounded(self, step: Fraction) -> Digits:
        """Those of a multiple of a step."""
        by = of_a_number(step)
        return Digits(self.above + by.tens + 2 + by.above, by.tens)

    def kept(self) -> Digits:
        """Those of a value that the evaluation knows."""
        most = limits.MAX_DIGITS_WORKED_OUT
        return Digits(min(self.above, most), min(self.tens, most), min(self.others, most))

    @property
    def too_many(self) -> bool:
        """Whether there may be more than the evaluation knows."""
        return max(self.above, self.tens + self.others) > limits.MAX_DIGITS_WORKED_OUT


NONE = Digits(20)
"""Of what is no number: a day, a moment, and the time between two of them has fewer."""


def of_a_fact(kind: v.Type) -> Digits:
    """The most digits of a value that is given."""
    match v.bare(kind):
        case v.Integer():
            return Digits(limits.MAX_DIGITS)
        case v.Number() | v.Money():
            return Digits(limits.MAX_DIGITS, limits.MAX_DIGITS - 1)  # one stands before the point
        case v.Duration():
            return Digits(len(str(limits.MAX_DURATION)) + 10)  # counted in microseconds, at most
        case _:
            return NONE


def of_any_known() -> Digits:
    """The most digits of any number that the evaluation knows."""
    most = limits.MAX_DIGITS_WORKED_OUT
    return Digits(most, most)


def of_a_number(value: Fraction) -> Digits:
    """Those of a number that is written."""
    return Digits(len(str(abs(value.numerator))), len(str(value.denominator)) - 1)


def most(*several: Digits) -> Digits:
    """Those of a value that is one of several."""
    return Digits(
        max(each.above for each in several),
        max(each.tens for each in several),
        max(each.others for each in several),
    )
