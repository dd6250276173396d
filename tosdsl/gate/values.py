"""Values of facts as JSON-ready data, as a facts document writes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tosdsl.trees.quantities import ABSENT, Duration, Money, decimal_words
from tosdsl.trees.wording import value_words


def plain(value: Any) -> Any:
    """The value as data. A number that a float does not hold is text."""
    kind = type(value)
    if value is None or kind is str or kind is bool:
        return value
    if kind is dict:
        return {str(key): plain(inner) for key, inner in value.items()}
    if kind is list or kind is tuple:
        return [plain(each) for each in value]
    match value:  # what is left is rare, or of a class of its own
        case str() | bool():
            return value
        case int():
            return value if abs(value) < 2**53 else str(value)
        case Decimal() | Fraction():
            exact = Fraction(value)
            if exact.denominator == 1:
                return plain(int(exact))
            near = float(exact)
            right = Fraction(repr(near)) == exact
            return near if right else decimal_words(exact).replace("_", "")
        case Money() | Duration():
            return value_words(value)
        case datetime() | date():
            return value.isoformat()
        case Mapping():
            return {str(key): plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [plain(each) for each in value]
        case _ if value is ABSENT:
            return "none"
    return str(value)
