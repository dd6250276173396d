"""Coverage: what uses show is among the goals, and what they show is what the meaning finds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.generators import leaf_values
from tests.properties.worlds import World, worlds
from tosdsl.decision.build import both
from tosdsl.reference.decide import find
from tosdsl.testing.coverage.goals import goals
from tosdsl.testing.coverage.record import shown
from tosdsl.trees.facts import Use

SEEN = {True: "in force", False: "not in force", None: "undetermined"}


@given(worlds(), st.data())
def test_what_is_shown_is_a_goal_or_one_that_unconditional_clauses_lack(
    world: World, data: st.DataObject
) -> None:
    findings = find(world.linked, Use(data.draw(leaf_values(world.leaves))))
    found = set(shown(findings))
    above = frozenset(id_ for (_, id_), up in world.linked.above.items() if up)
    there = {goal.key for each in world.linked.documents for goal in goals(each.policy, above)}
    assert {key for key in found - there if "clauses" not in key} == set()
    settled = {key[:-1] for key in there if "clauses" in key}
    assert {key[:-1] for key in found if "clauses" in key} <= settled


@given(worlds(), st.data())
def test_clauses_are_shown_as_the_meaning_finds_them(world: World, data: st.DataObject) -> None:
    findings = find(world.linked, Use(data.draw(leaf_values(world.leaves))))
    found = {key[2:] for key in shown(findings) if "clauses" in key}
    for (index, id_), norm in findings.norms.items():
        if findings.in_force[index]:
            assert ("clauses", id_, SEEN[both(norm.scope, norm.force)]) in found
