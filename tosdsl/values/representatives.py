"""Values to try for a fact: of each kind that conditions can tell apart, one.

They lie on, between and beside the values that conditions compare with.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import chain, combinations, pairwise
from math import ceil, floor
from typing import Any

from tosdsl.base import limits
from tosdsl.trees import vocabulary as v
from tosdsl.trees.moments import Moment
from tosdsl.trees.quantities import ABSENT, COUNTED_IN, Duration, Money
from tosdsl.values.nearby import can_be_written, later, moved

_FRESH = ("\x00another", "\x00yet another")
"""Texts that no policy mentions."""


def to_try(kind: v.Type, constants: Iterable[Any]) -> list[Any]:
    """Values of a type: one of them behaves like any value there is where it is compared with these."""
    pool = sorted(_apart(constants), key=repr)
    numeric = [x for x in pool if isinstance(x, int | Fraction)]
    match kind:
        case v.Boolean():
            return [True, False]
        case v.Enum(members=members):
            return list(members)
        case v.OptionalOf(item=item):
            return [ABSENT, *to_try(item, pool)]
        case v.Integer():
            numbers = {end for x in numeric for end in (floor(x), ceil(x))} or {0}
            return _near(numbers)
        case v.Number():
            numbers_ = set(map(Fraction, numeric)) or {Fraction(0)}
            return _around(numbers_)
        case v.Money(currency=currency):
            amounts = {x.amount for x in pool if isinstance(x, Money)} or {Fraction(0)}
            return [Money(amount, currency) for amount in _around(amounts)]
        case v.Duration(kind=counted):
            unit = COUNTED_IN[counted]
            lengths = {x for x in pool if isinstance(x, Duration) and x.unit == unit}
            return _near(lengths or {Duration(0, unit)})
        case v.Instant():
            moments = {x for x in pool if isinstance(x, Moment)} or {Moment(2000, 1, 2, tzinfo=UTC)}
            days_away = {later(x, timedelta(days=step)) for x in moments for step in (-1, 1, 2)}
            return sorted({*_near(moments), *(x for x in days_away if x is not None)})
        case v.Date():
            days = {x for x in pool if isinstance(x, date)} - {
                x for x in pool if isinstance(x, datetime)
            }
            near_days = days or {date(2000, 1, 2)}
            return _near(near_days)
        case v.Text() | v.Party():
            return [*(x for x in pool if isinstance(x, str)), *_FRESH]
        case v.ListOf(item=item):
            return _lists(_mentioned(item, pool) if isinstance(item, v.Enum) else to_try(item, pool))
        case v.Record():
            return [{}]


def _apart(constants: Iterable[Any]) -> set[Any]:
    """Each constant once. No is 0 to Python, and yes is 1: truths are told apart without constants."""
    return {each for each in constants if not isinstance(each, bool)}


def _around(numbers: set[Fraction]) -> list[Fraction]:
    """The numbers, one between each two, and one beyond each end."""
    several = sorted(numbers)
    between = [(one + other) / 2 for one, other in pairwise(several)]
    return sorted({*several, *between, several[0] - 1, several[-1] + 1})


def _mentioned(kind: v.Enum, pool: list[Any]) -> list[Any]:
    """The members that conditions mention, and one that stands for the others."""
    others = [member for member in kind.members if member not in pool]
    return [*(member for member in kind.members if member in pool), *others[:1]]


def _near(values: Iterable[Any]) -> list[Any]:
    """The values, the one before each and the two after."""
    several = {moved(value, step) for value in values for step in (-1, 0, 1, 2)} - {None}
    order = (lambda each: each.count) if isinstance(next(iter(several)), Duration) else None
    return sorted(filter(can_be_written, several), key=order)


def _lists(items: list[Any]) -> list[Any]:
    sizes = range(len(items) + 1) if len(items) <= limits.MAX_MEMBERS_TRIED else (0, 1, 2, len(items))
    return list(chain.from_iterable(combinations(items, size) for size in sizes))
