"""The laws of the meaning, over generated libraries and generated descriptions, unknowns included."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import assume, given, note
from hypothesis import strategies as st

from tests.properties.worlds import World, worlds
from tosdsl.reference.force import forces
from tosdsl.reference.needs import needs
from tosdsl.reference.verdict import possible, tables
from tosdsl.testing.strategies.facts import leaf_values, values
from tosdsl.trees.findings import VerdictWord

Facts = Mapping[str, Any]


def remaining(world: World, facts: Facts) -> frozenset[VerdictWord]:
    found = forces(world.linked, facts)
    return possible(tables(world.linked, facts, found, None, None))


@st.composite
def questions(draw: st.DrawFn) -> tuple[World, dict[str, Any]]:
    world = draw(worlds())
    return world, draw(leaf_values(world.leaves))


@st.composite
def two_states(draw: st.DrawFn) -> tuple[World, dict[str, Any], dict[str, Any]]:
    """A question before and after something was learnt."""
    world, less = draw(questions())
    more = {path: draw(values(kind)) for path, kind in world.leaves.items() if draw(st.booleans())}
    return world, less, {**more, **less}


@given(two_states())
def test_learning_a_fact_never_flips_a_settled_verdict(case: tuple[World, Facts, Facts]) -> None:
    world, less, more = case
    before = remaining(world, less)
    assert remaining(world, more) <= before


@given(two_states())
def test_learning_a_fact_never_flips_a_settled_force(case: tuple[World, Facts, Facts]) -> None:
    world, less, more = case
    before, after = forces(world.linked, less), forces(world.linked, more)
    for key, found in before.items():
        assert found.force in {None, after[key].force}


@given(questions(), st.data())
def test_leaving_facts_out_of_a_forbidden_use_never_permits_it(
    case: tuple[World, dict[str, Any]], data: st.DataObject
) -> None:
    world, facts = case
    assume(remaining(world, facts) == {"forbidden"})
    kept = {path: value for path, value in facts.items() if data.draw(st.booleans())}
    assert "forbidden" in remaining(world, kept)


@given(questions(), st.data())
def test_a_fact_that_is_not_needed_never_changes_the_verdict(
    case: tuple[World, dict[str, Any]], data: st.DataObject
) -> None:
    world, facts = case
    before = remaining(world, facts)
    needed = set(needs(world.linked, facts))
    note(f"needs {sorted(needed)}")
    idle = [path for path in world.leaves if path not in facts and path not in needed]
    learnt = {path: data.draw(values(world.leaves[path]), label=path) for path in idle}
    after = remaining(world, {**facts, **learnt})
    assert len(before) > 1 or after == before
    assert len(after) > 1 or after == before


@given(questions())
def test_a_settled_verdict_needs_nothing(case: tuple[World, dict[str, Any]]) -> None:
    world, facts = case
    if len(remaining(world, facts)) == 1:
        assert needs(world.linked, facts) == ()
    else:
        assert set(needs(world.linked, facts)) <= set(world.leaves) - set(facts)


@given(questions())
def test_an_open_verdict_needs_something(case: tuple[World, dict[str, Any]]) -> None:
    world, facts = case
    if len(remaining(world, facts)) > 1:
        assert needs(world.linked, facts)


@given(questions())
def test_nested_exceptions_reinstate(case: tuple[World, dict[str, Any]]) -> None:
    """An exception that an exception of its own defeats displaces nothing."""
    world, facts = case
    for found in forces(world.linked, facts).values():
        for exception in found.exceptions:
            nested = [inner.force for inner in exception.exceptions]
            if True in nested:
                assert exception.force is False
            elif all(force is False for force in nested) and exception.applies is True:
                assert exception.force in {True, None} or False in exception.provisos
        if found.exceptions and not found.above and found.applies is True:
            alive = [exception.force for exception in found.exceptions]
            if all(force is False for force in alive) and set(found.provisos) <= {True}:
                assert found.force is True


@given(questions())
def test_a_decision_is_one_of_what_is_possible(case: tuple[World, dict[str, Any]]) -> None:
    world, facts = case
    decision = world.policies.decide(facts)
    words = {verdict.value for verdict in decision.possible}
    assert words == remaining(world, facts)
    assert (decision.verdict.value in words) == (len(words) == 1)
    assert decision.compliant is {"permitted": True, "not_applicable": True, "forbidden": False}.get(
        decision.verdict.value
    )
    assert decision.verdict is world.policies.verdict(facts)
    assert (decision.basis == ()) == (decision.verdict.value == "not_applicable")
    assert decision.explain()
    for need in decision.needs:
        assert need.clauses, need
