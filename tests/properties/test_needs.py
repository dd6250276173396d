"""``needs`` against its definition, by trying everything: questions are small, the search is plain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from fractions import Fraction
from itertools import combinations, product
from typing import Any

from hypothesis import given, note
from hypothesis import strategies as st

from tests.generators.facts import (
    AMOUNTS,
    DAYS,
    INTEGERS,
    MOMENTS,
    PARTIES,
    WORDS,
    leaf_values,
)
from tests.properties.laws import remaining
from tests.properties.worlds import World, worlds
from tosdsl.reference.fold import fold
from tosdsl.reference.needs import needs
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Use
from tosdsl.trees.quantities import ABSENT, COUNTED_IN, Duration, Money

MOST_UNKNOWN = 3
MOST_COMBINATIONS = 500

SIZES = {"days": (1, 7), "months": (1, 12), "hours": (60, 3600), "business days": (1,)}
"""In which sizes each kind of duration is written."""


def every_value(kind: v.Type) -> list[Any]:
    """Values enough to make every generated condition come out either way."""
    match kind:
        case v.Boolean():
            return [True, False]
        case v.Integer():
            return [min(INTEGERS) - 1, *INTEGERS, max(INTEGERS) + 1]
        case v.Date():
            return [min(DAYS) - timedelta(1), *DAYS, max(DAYS) + timedelta(1)]
        case v.Text():
            return [*WORDS, "never mentioned"]
        case v.Party():
            return [*PARTIES, "never mentioned"]
        case v.Enum(members=members):
            return list(members)
        case v.ListOf(item=item):
            items = every_value(item)
            return [
                each for size in range(min(len(items), 4) + 1) for each in combinations(items, size)
            ]
        case v.Number():
            return sorted({Fraction(n, 4) for n in range(-4, 9)})
        case v.Money(currency=currency):
            wanted = {Fraction(n, 2) for n in range(-1, 2 * max(AMOUNTS) + 2)}
            return [Money(amount, currency) for amount in sorted(wanted)]
        case v.Duration(kind=unit):
            counts = {n * size for n in INTEGERS for size in SIZES[unit]}
            return [Duration(n, COUNTED_IN[unit]) for n in sorted({*counts, -1, max(counts) + 1})]
        case v.Instant():
            step = timedelta(minutes=1)
            return sorted({m + by for m in MOMENTS for by in (-step, timedelta(), step)})
        case v.OptionalOf(item=item):
            return [ABSENT, *every_value(item)]
        case v.Record(fields=fields):
            known = {each.name: every_value(each.type)[-1] for each in fields}
            return [{}, known, {**known, **{each.name: every_value(each.type)[0] for each in fields}}]


def matters(world: World, facts: Mapping[str, Any], path: str, others: list[str]) -> bool:
    """Some knowledge of the others leaves the verdict open without the fact and settled by it."""
    pools = [[None, *every_value(world.leaves[other])] for other in others]
    for guess in product(*pools):
        known = {
            **facts,
            **{o: value for o, value in zip(others, guess, strict=True) if value is not None},
        }
        if len(remaining(world, known)) > 1 and any(
            len(remaining(world, {**known, path: value})) == 1
            for value in every_value(world.leaves[path])
        ):
            return True
    return False


def combinations_of(world: World, unknown: list[str]) -> int:
    size = 1
    for path in unknown:
        size *= len(every_value(world.leaves[path])) + 1
    return size


@st.composite
def small_questions(draw: st.DrawFn) -> tuple[World, dict[str, Any], list[str]]:
    world = draw(worlds())
    facts = draw(leaf_values(world.leaves))
    open_ = [path for path in world.leaves if path not in facts]
    for path in open_[MOST_UNKNOWN:]:
        facts[path] = draw(st.sampled_from(every_value(world.leaves[path])))
    unknown = open_[:MOST_UNKNOWN]
    while combinations_of(world, unknown) > MOST_COMBINATIONS:
        path = unknown.pop()
        facts[path] = draw(st.sampled_from(every_value(world.leaves[path])))
    return world, facts, unknown


def by_trying(world: World, facts: Mapping[str, Any], unknown: list[str]) -> Iterator[str]:
    for path in unknown:
        if matters(world, facts, path, [other for other in unknown if other != path]):
            yield path


@given(small_questions())
def test_needs_are_the_facts_that_can_matter_and_no_others(
    case: tuple[World, dict[str, Any], list[str]],
) -> None:
    """None is left out. Where a list, an arithmetic or a wording stands in, some may be too many."""
    world, facts, unknown = case
    note(f"{facts} open: {unknown}")
    needed = set(needs(world.linked, Use(facts)))
    if len(remaining(world, facts)) == 1:
        assert needed == set()
        return
    tried = set(by_trying(world, facts, unknown))
    assert tried <= needed
    if all(atom.stand_in is None for atom in fold(world.linked, Use(facts)).atoms()):
        assert needed == tried
