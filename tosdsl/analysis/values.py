"""Values of which one behaves like any value there is, under comparisons with constants.

In: the type of a leaf, and the constants that its tests compare it with. Out: candidates, plainest
first. INVARIANT: for every value of the type, a candidate comes out alike in every such test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeVar

from tosdsl.lower.wide import Ranked
from tosdsl.trees import vocabulary as v
from tosdsl.trees.moments import Moment
from tosdsl.trees.quantities import ABSENT, COUNTED_IN, Duration, Money

_X = TypeVar("_X", int, date, datetime)
_OTHERS = ("another_party", "some_other_party")
_BLANKS = ("…", " · ", " … ", "§", "¶", "†", "‡")


def pool_of(constants: Iterable[Any]) -> list[Any]:
    """The single values in the constants of tests."""
    found: list[Any] = []
    for each in constants:
        if isinstance(each, frozenset):
            found += each
        elif isinstance(each, Ranked):
            found.append(each.member)
        elif each is not None:
            found.append(each)
    return found


def candidates(
    kind: v.Type,
    constants: Iterable[Any],
    around: tuple[Iterable[str], Iterable[str]],
    parties: Iterable[str],
) -> list[Any]:
    """Known values. ``around``: beginnings and ends that texts are tested for."""
    pool = pool_of(constants)
    match kind:
        case v.Boolean():
            return [False, True]
        case v.Enum(members=members):
            return list(members)
        case v.OptionalOf(item=item):
            return [*candidates(item, pool, around, parties), ABSENT]
        case v.Integer():
            return _steps({each for each in pool if type(each) is int}, lambda x, by: x + by, 0)
        case v.Number():
            return _between({Fraction(x) for x in pool if isinstance(x, int | Fraction)})
        case v.Money(currency=currency):
            amounts = {each.amount for each in pool if isinstance(each, Money)}
            return [Money(each, currency) for each in _between(amounts)]
        case v.Duration(kind=counted):
            counts = {each.count for each in pool if isinstance(each, Duration)}
            whole = _steps(counts, lambda x, by: x + by, 0)
            return [Duration(each, COUNTED_IN[counted]) for each in whole]
        case v.Date():
            days = {each for each in pool if isinstance(each, date) and not isinstance(each, datetime)}
            return _steps(days, _day, date(2024, 1, 1))
        case v.Instant():
            return _instants({each for each in pool if isinstance(each, Moment)})
        case v.Party():
            return [*_sorted_texts(pool), _fresh_party(pool, parties)]
        case v.Text():
            return _texts(pool, *around)
        case v.ListOf() | v.Record():
            return []


def _sorted_texts(pool: Iterable[Any]) -> list[str]:
    return sorted({each for each in pool if isinstance(each, str)})


def _steps(constants: set[_X], step: Callable[[_X, int], _X], plain: _X) -> list[_X]:
    """The constants, which are what a reader knows from the text; then their neighbours."""
    if not constants:
        return [plain]
    near: set[_X] = {step(each, by) for each in constants for by in (-1, 1)}
    first: list[_X] = sorted(constants)
    return first + sorted(near - constants)


def _day(day: date, by: int) -> date:
    try:
        return day + timedelta(by)
    except OverflowError:
        return day


def _between(constants: set[Fraction]) -> list[Fraction]:
    """The constants, one between each two, and one beyond each end."""
    if not constants:
        return [Fraction(0)]
    several = sorted(constants)
    between = (_plainest(one, other) for one, other in pairwise(several))
    return [*several, *sorted({several[0] - 1, *between, several[-1] + 1})]


def _plainest(low: Fraction, high: Fraction) -> Fraction:
    """A number between two, a whole one if there is one."""
    whole = Fraction(low.__floor__() + 1)
    return whole if whole < high else (low + high) / 2


def _instants(constants: set[Moment]) -> list[Moment]:
    """Neighbours a minute away first: those can be written down plainly."""
    if not constants:
        return [Moment(2024, 1, 1, tzinfo=UTC)]
    found: list[Moment] = sorted(constants)
    for gap in (timedelta(minutes=1), timedelta(seconds=1)):
        found += [moment for each in sorted(constants) for moment in _both_sides(each, gap)]
    found += [one + (other - one) / 2 for one, other in pairwise(sorted(constants))]
    return list(dict.fromkeys(found))


def _both_sides(moment: Moment, gap: timedelta) -> list[Moment]:
    made = []
    for sign in (-1, 1):
        try:
            made.append(moment.later(sign * gap))
        except OverflowError:
            continue
    return made


def _fresh_party(pool: Iterable[Any], parties: Iterable[str]) -> str:
    """A party that no test mentions: a declared one if there is one."""
    said = set(pool)
    return next(each for each in (*parties, *_OTHERS, "x" * 60) if each not in said)


def _texts(pool: Iterable[Any], starts: Iterable[str], ends: Iterable[str]) -> list[str]:
    """The constants, and each beginning with each end around what no constant has.

    A text that is none of the constants comes out like that of its longest beginning and end.
    """
    heads, tails = sorted({"", *starts}), sorted({"", *ends})
    said = "".join((*_sorted_texts(pool), *heads, *tails))
    if heads == [""] == tails:
        blank = next(each for each in ("another text", *_BLANKS) if each not in said)
    else:
        blank = next(each for each in _BLANKS if not set(each) & set(said) - {" "})
    return [*_sorted_texts(pool), *(head + blank + tail for head in heads for tail in tails)]
