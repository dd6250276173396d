"""``needs`` against its definition, by trying everything: questions are small, the search is plain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import combinations, product
from typing import Any

from hypothesis import assume, given, note
from hypothesis import strategies as st

from tests.properties.laws import remaining
from tests.properties.worlds import World, worlds
from tosdsl.reference.needs import needs
from tosdsl.testing.strategies.facts import DAYS, INTEGERS, PARTIES, WORDS, leaf_values
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Use

MOST_UNKNOWN = 3
MOST_COMBINATIONS = 4_000


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
        case v.Record():
            return [{}]


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
    world, facts, unknown = case
    assume(len(remaining(world, facts)) > 1)
    note(f"{facts} open: {unknown}")
    assert set(needs(world.linked, Use(facts))) == set(by_trying(world, facts, unknown))
