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
from tosdsl.values.nearby import can_be_written, later, longest, moved


def to_try(kind: v.Type, constants: Iterable[Any], together: int = 1) -> list[Any]:
    """Values of a type: one of them behaves like any value there is where it is compared with these,
    if ``stand_for_all`` says so.

    ``together``: so many facts are compared with one another as well. So there are as many values
    between two constants, and past the ends.
    """
    pool = sorted(_apart(constants), key=repr)
    numeric = [x for x in pool if isinstance(x, int | Fraction)]
    match kind:
        case v.Boolean():
            return [True, False]
        case v.Enum(members=members):
            return list(members)
        case v.OptionalOf(item=item):
            return [ABSENT, *to_try(item, pool, together)]
        case v.Integer():
            return _near(_whole(numeric, 10**limits.MAX_DIGITS - 1), together)
        case v.Number():
            numbers_ = set(map(Fraction, numeric)) or {Fraction(0)}
            return _around(numbers_, together)
        case v.Money(currency=currency):
            amounts = {x.amount for x in pool if isinstance(x, Money)} or {Fraction(0)}
            return [Money(amount, currency) for amount in _around(amounts, together)]
        case v.Duration(kind=counted):
            unit = COUNTED_IN[counted]
            lengths = (x.count for x in pool if isinstance(x, Duration) and x.unit == unit)
            counts = _whole(lengths, longest(unit))
            return _near({Duration(count, unit) for count in counts}, together)
        case v.Instant():
            moments = {x for x in pool if isinstance(x, Moment)} or {Moment(2000, 1, 2, tzinfo=UTC)}
            days_away = {later(x, timedelta(days=step)) for x in moments for step in (-1, 1, 2)}
            return sorted({*_near(moments, together), *(x for x in days_away if x is not None)})
        case v.Date():
            days = {x for x in pool if isinstance(x, date)} - {
                x for x in pool if isinstance(x, datetime)
            }
            near_days = days or {date(2000, 1, 2)}
            return _near(near_days, together)
        case v.Text() | v.Party():
            return [*(x for x in pool if isinstance(x, str)), *map(_fresh, range(together + 1))]
        case v.ListOf(item=item):
            return _lists(_items(item, pool, together))
        case v.Record():
            return [{}]


def stand_for_all(kind: v.Type, constants: Iterable[Any], together: int = 1) -> bool:
    """Whether the values of ``to_try`` do: not if there are too many lists, or lists of records."""
    match kind:
        case v.OptionalOf(item=item):
            return stand_for_all(item, constants, together)
        case v.ListOf(item=v.Record()):
            return False
        case v.ListOf(item=item):
            return (
                len(_items(item, sorted(_apart(constants), key=repr), together))
                <= limits.MAX_MEMBERS_TRIED
            )
        case _:
            return True


def _apart(constants: Iterable[Any]) -> set[Any]:
    """Each constant once. No is 0 to Python, and yes is 1: truths are told apart without constants."""
    return {each for each in constants if not isinstance(each, bool)}


def _fresh(number: int) -> str:
    """A text that no policy mentions."""
    return f"\x00another {number}"


def _items(kind: v.Type, pool: list[Any], together: int) -> list[Any]:
    """The items of which lists are made."""
    if together == 1 and isinstance(kind, v.Enum):
        return _mentioned(kind, pool)
    return to_try(kind, pool, together)


def _around(numbers: set[Fraction], together: int) -> list[Fraction]:
    """The numbers, some between each two, and some beyond each end."""
    several = sorted(numbers)
    steps = range(1, together + 1)
    between = [
        low + (high - low) * step / (together + 1) for low, high in pairwise(several) for step in steps
    ]
    ends = [end for step in steps for end in (several[0] - step, several[-1] + step)]
    return sorted({*several, *between, *ends})


def _mentioned(kind: v.Enum, pool: list[Any]) -> list[Any]:
    """The members that conditions mention, and one that stands for the others."""
    others = [member for member in kind.members if member not in pool]
    return [*(member for member in kind.members if member in pool), *others[:1]]


def _whole(constants: Iterable[int | Fraction], most: int) -> set[int]:
    """The whole numbers around constants, up to ``most`` either way: others cannot be written."""
    ends = {end for each in constants for end in (floor(each), ceil(each))} or {0}
    return {min(max(end, -most), most) for end in ends}


def _near(values: Iterable[Any], together: int) -> list[Any]:
    """The values, some before each and some after."""
    steps = range(-together, together + 2)
    several = {moved(value, step) for value in values for step in steps} - {None}
    order = (lambda each: each.count) if isinstance(next(iter(several)), Duration) else None
    return sorted(filter(can_be_written, several), key=order)


def _lists(items: list[Any]) -> list[Any]:
    sizes = range(len(items) + 1)
    return list(chain.from_iterable(combinations(items, size) for size in sizes))
