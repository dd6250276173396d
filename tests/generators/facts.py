"""Descriptions of uses, with unknowns, near the constants that generated conditions compare with.

In: the leaves of a vocabulary, each with its type. Out: strategies for what is known of a use. The
ranges are small, so that every comparison can come out either way.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, assert_never

from hypothesis import strategies as st

from tests.generators.drawing import one_of
from tosdsl.testing.strategies.uses import plain_value
from tosdsl.trees import facts as f
from tosdsl.trees import vocabulary as v
from tosdsl.trees.moments import Moment
from tosdsl.trees.quantities import ABSENT, COUNTED_IN, UNITS, Money, duration

INTEGERS = (0, 1, 2, 3)
DAYS = (*(date(2024, 1, day) for day in (1, 2, 3, 4)), date(2023, 12, 31))
NUMBERS = tuple(Fraction(number, 2) for number in (-1, 0, 1, 2, 3))
AMOUNTS = (0, 1, 2, 5)
_EAST = timezone(timedelta(hours=2))
MOMENTS = (
    *(Moment(2024, 1, 1, hour, tzinfo=UTC) for hour in (0, 9, 10, 23)),
    Moment(2024, 1, 1, 11, tzinfo=_EAST),  # nine o'clock again
    Moment(2024, 1, 2, 0, 30, tzinfo=_EAST),  # the next day there, and not yet in UTC
)
BOUNDS = (
    Moment(2024, 1, 1, 9, tzinfo=UTC),
    Moment(2024, 1, 1, 12, tzinfo=_EAST),
    Moment(2024, 1, 4, 12, tzinfo=UTC),
)
"""Moments at which versions begin or end: two on a day that is asked about, one on a later one."""
ZONES = ("America/Los_Angeles", "Europe/Dublin", "Pacific/Kiritimati")
"""The day before, a change of the clock in three months, and the next day."""
WORDS = ("red", "green", "two words")
PARTIES = ("alpha", "beta", "gamma")


@lru_cache(1000)
def values(kind: v.Type) -> st.SearchStrategy[f.Value]:
    """Known values of a type; a list is a tuple."""
    match kind:
        case v.Boolean():
            return st.booleans()
        case v.Integer():
            return st.sampled_from(INTEGERS)
        case v.Number():
            return st.sampled_from(NUMBERS)
        case v.Money():
            return st.sampled_from(AMOUNTS).map(lambda amount: Money(Fraction(amount), kind.currency))
        case v.Duration():
            units = [unit for unit, (counted, _) in UNITS.items() if counted == COUNTED_IN[kind.kind]]
            return st.builds(duration, st.sampled_from(INTEGERS), st.sampled_from(units))
        case v.Instant():
            return st.sampled_from(MOMENTS)
        case v.OptionalOf(item=item):
            return st.just(ABSENT) | values(item)
        case v.Text():
            return st.sampled_from(WORDS)
        case v.Date():
            return st.sampled_from(DAYS)
        case v.Party():
            return st.sampled_from(PARTIES)
        case v.Enum(members=members):
            return st.sampled_from(members)
        case v.ListOf(item=item):
            return st.lists(values(item), max_size=3).map(tuple)
        case v.Record(fields=fields):
            return st.fixed_dictionaries({}, optional={each.name: values(each.type) for each in fields})
        case _:
            assert_never(kind)


@st.composite
def completed(draw: st.DrawFn, kind: v.Type, value: f.Value, wholly: bool = False) -> f.Value:
    """The value with some of what is not known of it filled in, or all: fields of records in lists."""
    match kind, value:
        case v.ListOf(item=item), tuple():
            return tuple(draw(completed(item, each, wholly)) for each in value)
        case v.Record(fields=fields), Mapping():
            wanted = [each for each in fields if wholly or draw(st.booleans())]
            return {**{each.name: draw(values(each.type)) for each in wanted}, **value}
        case _:
            return value


@st.composite
def leaf_values(draw: st.DrawFn, leaves: Mapping[str, v.Type]) -> dict[str, f.Value]:
    """What is known, by path; each leaf is unknown one time in three."""
    return {path: draw(values(kind)) for path, kind in leaves.items() if one_of(draw, range(3))}


@st.composite
def facts_for(draw: st.DrawFn, leaves: Mapping[str, v.Type]) -> dict[str, Any]:
    """The same as a person may write it: each path with dots or nested, an unknown left out or null."""
    facts: dict[str, Any] = {}
    known = draw(leaf_values(leaves))
    for path in draw(st.permutations(list(leaves))):
        if path in known:
            _put(facts, path, plain_value(known[path]), draw(st.booleans()))
        elif one_of(draw, range(6)) == 0:
            _put(facts, path, None, draw(st.booleans()))
    return facts


class OwnText(str):
    """A text of a program's own type."""


class OwnMapping(dict[str, Any]):
    """A mapping of a program's own type."""


ODD_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2, 0.5, 10**18, -(10**99), 10**101, Decimal("1.5"), Decimal("NaN")),
    *("", "none", "true", "1", "2024-01-02", "2024-02-30", "5 USD", "2 days", "2024-01-01T10:00Z"),
    *("Alpha", "ALPHA", "al pha", "alhpa", "provider", "Provider", "someone else", "é", "e\u0301", "…"),
    *(OwnText("alpha"), OwnText("red"), OwnText("label"), ABSENT, b"alpha", object()),
    *(date(2024, 1, 2), datetime(2024, 1, 2), datetime(2024, 1, 2, 9, tzinfo=UTC), Fraction(1, 2)),
    *([], [None], ["alpha", 1], ("alpha", "beta"), {"alpha"}, frozenset(), [["alpha"]], {}, {"x": 1}),
    *(["alpha"] * 101, [1] * 99, [True, 1], ["label"] * 10_001, OwnMapping(), {1: 2}),
)
"""What programs give by mistake, or in ways of their own."""


@st.composite
def spoilt_facts(draw: st.DrawFn, leaves: Mapping[str, v.Type]) -> dict[str, Any]:
    """Facts as a person may write them, of which something is then changed: seldom for the better."""
    facts = draw(facts_for(leaves))
    for _ in range(draw(st.integers(1, 3))):
        here: dict[Any, Any] = facts
        inner = [each for each in here.values() if isinstance(each, dict)]
        if draw(st.booleans()) and inner:
            here = one_of(draw, inner)
        steps = sorted({step for path in leaves for step in (path, *path.split("."))})
        key: Any = one_of(draw, [*steps, *map(OwnText, steps), "modle", "model.x", 1])
        match one_of(draw, ("value", "value", "good value", "drop", "own mapping", "item")):
            case "value":
                here[key] = one_of(draw, ODD_VALUES)
            case "good value":
                kind = leaves.get(str(key)) or one_of(draw, list(leaves.values()))
                here[key] = plain_value(draw(values(kind)))
            case "drop":
                here.pop(key, None)
            case "own mapping":
                facts = OwnMapping(facts)
            case _:
                for each in here.values():
                    if isinstance(each, list):
                        each.append(one_of(draw, ODD_VALUES))
    return facts


def _put(facts: dict[str, Any], path: str, value: object, dotted: bool) -> None:
    *around, last = path.split(".")
    if dotted:
        facts[path] = value
        return
    for step in around:
        facts = facts.setdefault(step, {})
    facts[last] = value
