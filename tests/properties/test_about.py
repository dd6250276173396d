"""One question: a clause or a section asked about by itself."""

from __future__ import annotations

from typing import Any

from hypothesis import given, note, settings
from hypothesis import strategies as st

from tests.conftest import either
from tests.generators import facts_for
from tests.properties.worlds import World, worlds
from tosdsl.interview import facts_read
from tosdsl.trees.parts import names
from tosdsl.trees.vocabulary import DAY_OF_USE


@st.composite
def questions(draw: st.DrawFn) -> tuple[World, str, list[dict[str, Any]]]:
    """A library, a clause or a section of it, and uses."""
    world = draw(worlds(burdened=True))
    parts = sorted(
        f"{policy.id}#{name}" for policy in world.policies.choices.policies() for name in names(policy)
    )
    uses = draw(st.lists(facts_for(world.leaves), min_size=2, max_size=5))
    return world, draw(st.sampled_from(parts)), uses


@settings(max_examples=either(12, 30))  # each compiles a policy twice
@given(questions())
def test_a_part_asks_for_nothing_that_only_others_read(
    question: tuple[World, str, list[dict[str, Any]]],
) -> None:
    world, part, several = question
    note(part)
    asked = world.policies.about(part)
    read = {each.leaf.path for each in facts_read(world.policies, part)} | {DAY_OF_USE}
    for facts in several:
        made = asked.decide(facts)
        assert {need.fact for need in made.needs} <= read
        assert {fact for duty in made.duties for fact in duty.needs} <= read
        assert all(duty.clause.startswith(part.partition("#")[0]) for duty in made.duties)
        assert asked.verdict(facts) is made.verdict


@settings(max_examples=either(12, 30))  # each compiles a policy twice
@given(questions())
def test_a_clause_that_forbids_by_itself_forbids_in_the_whole(
    question: tuple[World, str, list[dict[str, Any]]],
) -> None:
    world, part, several = question
    note(part)
    asked = world.policies.about(part)
    for facts in several:
        made = asked.decide(facts)
        if made.verdict.value == "forbidden" and not any(each.by_default for each in made.basis):
            whole = world.policies.decide(facts)
            assert whole.verdict is made.verdict
