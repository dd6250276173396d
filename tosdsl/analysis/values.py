"""Values of which one behaves like any value there is, under comparisons with constants.

In: the type of a leaf, and the constants that its tests compare it with. Out: candidates, plainest
first. INVARIANT: for every value of the type, a candidate comes out alike in every such test.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from tosdsl.lower.tests import Ranked
from tosdsl.trees import vocabulary as v
from tosdsl.trees.moments import Moment
from tosdsl.trees.quantities import ABSENT, COUNTED_IN, Duration, Money
from tosdsl.values.nearby import around, between, can_be_written, later, own_step

_GAPS = (timedelta(minutes=1), timedelta(seconds=1), timedelta(microseconds=1))
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
    several = _candidates(kind, pool_of(constants), around, parties)
    return [each for each in several if can_be_written(each)]


def _candidates(
    kind: v.Type,
    pool: list[Any],
    around: tuple[Iterable[str], Iterable[str]],
    parties: Iterable[str],
) -> list[Any]:
    match kind:
        case v.Boolean():
            return [False, True]
        case v.Enum(members=members):
            return list(members)
        case v.OptionalOf(item=item):
            return [*_candidates(item, pool, around, parties), ABSENT]
        case v.Integer():
            return _with_neighbours((each for each in pool if type(each) is int), 0)
        case v.Number():
            return _between({Fraction(x) for x in pool if isinstance(x, int | Fraction)})
        case v.Money(currency=currency):
            amounts = {each.amount for each in pool if isinstance(each, Money)}
            return [Money(each, currency) for each in _between(amounts)]
        case v.Duration(kind=counted):
            lengths = (each for each in pool if isinstance(each, Duration))
            return _with_neighbours(lengths, Duration(0, COUNTED_IN[counted]))
        case v.Date():
            days = (each for each in pool if isinstance(each, date) and not isinstance(each, datetime))
            return _with_neighbours(days, date(2024, 1, 1))
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


def _with_neighbours(constants: Iterable[Any], plain: Any) -> list[Any]:
    """The constants, which are what a reader knows from the text; then their neighbours."""
    several = sorted(set(constants), key=_order)
    if not several:
        return [plain]
    near = {each for constant in several for each in around(constant)}
    return several + sorted(near - set(several), key=_plainest)


def _plainest(value: Any) -> Any:
    """Whole minutes before what takes a smaller unit; otherwise in order."""
    return (-own_step(value), value.count) if isinstance(value, Duration) else value


def _order(value: Any) -> Any:
    return value.count if isinstance(value, Duration) else value


def _between(constants: set[Fraction]) -> list[Fraction]:
    """The constants, one between each two, and one beyond each end."""
    if not constants:
        return [Fraction(0)]
    several = sorted(constants)
    inner = (between(one, other) for one, other in pairwise(several))
    return [*several, *sorted({several[0] - 1, *inner, several[-1] + 1})]


def _instants(constants: set[Moment]) -> list[Moment]:
    """Neighbours a minute away first: those can be written down plainly."""
    if not constants:
        return [Moment(2024, 1, 1, tzinfo=UTC)]
    found: list[Any] = sorted(constants)
    for gap in _GAPS:
        found += [later(each, way * gap) for each in sorted(constants) for way in (-1, 1)]
    found += [between(one, other) for one, other in pairwise(sorted(constants))]
    return [each for each in dict.fromkeys(found) if each is not None]


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
