"""The laws of the meaning. Each takes a library and descriptions of a use, and asserts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen
from hypothesis import strategies as st

from tests.properties.worlds import World, worlds
from tosdsl.reference.decide import verdicts
from tosdsl.reference.force import forces
from tosdsl.reference.needs import needs
from tosdsl.testing.strategies.facts import leaf_values, values
from tosdsl.trees.facts import Use
from tosdsl.trees.findings import VerdictWord

Facts = Mapping[str, Any]


@frozen
class Case:
    """A library; what is known of a use; the same with less and with more known; one value a leaf."""

    world: World
    facts: dict[str, Any]
    less: dict[str, Any]
    more: dict[str, Any]
    all: dict[str, Any]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    world = draw(worlds())
    facts = draw(leaf_values(world.leaves))
    everything = {path: draw(values(kind)) for path, kind in world.leaves.items()}
    less = {path: value for path, value in facts.items() if draw(st.booleans())}
    more = {path: value for path, value in everything.items() if draw(st.booleans())} | facts
    return Case(world, facts, less, more, everything | facts)


def remaining(world: World, facts: Facts) -> frozenset[VerdictWord]:
    """The possible verdicts."""
    return verdicts(world.linked, Use(facts))


def learning_never_widens_what_is_possible(case: Case) -> None:
    """So it never flips a settled verdict."""
    assert remaining(case.world, case.more) <= remaining(case.world, case.facts)


def learning_never_flips_a_settled_force(case: Case) -> None:
    before, after = (
        forces(case.world.linked, Use(case.facts)),
        forces(case.world.linked, Use(case.more)),
    )
    for key, found in before.items():
        assert found.force in {None, after[key].force}


def all_known_is_settled(case: Case) -> None:
    assert len(remaining(case.world, case.all)) == 1


def forgetting_never_permits_what_is_forbidden(case: Case) -> None:
    if remaining(case.world, case.facts) == {"forbidden"}:
        assert "forbidden" in remaining(case.world, case.less)


def what_is_not_needed_never_changes_the_verdict(case: Case) -> None:
    before = remaining(case.world, case.facts)
    needed = needs(case.world.linked, Use(case.facts))
    idle = {path: value for path, value in case.all.items() if path not in needed}
    after = remaining(case.world, {**case.facts, **idle})
    assert (len(before) == 1) == (len(after) == 1)
    assert len(before) > 1 or after == before


def needs_are_unknown_facts_of_an_open_verdict(case: Case) -> None:
    needed = set(needs(case.world.linked, Use(case.facts)))
    assert needed <= set(case.world.leaves) - set(case.facts)
    assert bool(needed) == (len(remaining(case.world, case.facts)) > 1)


def nested_exceptions_reinstate(case: Case) -> None:
    """An exception that is itself defeated displaces nothing; with none left, the norm is in force."""
    for found in forces(case.world.linked, Use(case.facts)).values():
        for exception in found.exceptions:
            if True in [inner.force for inner in exception.exceptions]:
                assert exception.force is False
        displaced = [each.force for each in found.exceptions] + [force for _, force in found.above]
        if found.applies is True and set(found.provisos) <= {True}:
            if all(force is False for force in displaced):
                assert found.force is True
            elif True in displaced:
                assert found.force is False


def a_decision_tells_what_the_meaning_finds(case: Case) -> None:
    policies = case.world.policies
    decision = policies.decide(case.facts)
    words = {verdict.value for verdict in decision.possible}
    assert words == remaining(case.world, case.facts)
    assert (decision.verdict.value in words) == (len(words) == 1)
    settled = {"permitted": True, "not_applicable": True, "forbidden": False}
    assert decision.compliant is settled.get(decision.verdict.value)
    assert decision.verdict is policies.verdict(case.facts)
    assert (decision.basis == ()) == (decision.verdict.value == "not_applicable")
    assert {need.fact for need in decision.needs} == set(needs(case.world.linked, Use(case.facts)))
    assert all(need.clauses for need in decision.needs)
    assert decision.explain()
    assert decision == policies.decide(case.facts)


LAWS: tuple[Callable[[Case], None], ...] = (
    learning_never_widens_what_is_possible,
    learning_never_flips_a_settled_force,
    all_known_is_settled,
    forgetting_never_permits_what_is_forbidden,
    what_is_not_needed_never_changes_the_verdict,
    needs_are_unknown_facts_of_an_open_verdict,
    nested_exceptions_reinstate,
    a_decision_tells_what_the_meaning_finds,
)
