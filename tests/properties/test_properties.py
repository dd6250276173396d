"""A property that a search refutes is refuted by a scenario of the policy itself, in any library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

import tosdsl
from tests.conftest import either
from tests.generators import leaf_values
from tests.properties.worlds import World, worlds
from tosdsl.analysis.proving import Proofs
from tosdsl.syntax import parse
from tosdsl.testing import properties, scenarios
from tosdsl.trees import surface as s
from tosdsl.trees.facts import Use

SEARCHING = settings(
    max_examples=either(20, 40),  # each is a search by itself
    suppress_health_check=[HealthCheck.nested_given, HealthCheck.too_slow],
)


def claims(world: World) -> list[str]:
    """Claims about the verdict, and about the clauses of the first document."""
    norms = list(world.linked.documents[0].policy.root.all_norms())
    found = ["never forbidden", "always permitted", "never undetermined", "never permitted"]
    for norm in norms:
        ids = [norm.id, *(node.id for node in norm.exceptions if node.id.startswith(norm.id))]
        found += [f"{id_} {how} in force" for id_ in ids for how in ("never", "always")]
        if norm.modality == "require":
            found += [f"duty {norm.id} never breached", f"duty {norm.id} always fulfilled"]
    return found


def with_property(world: World, claim: str) -> list[str]:
    """The texts, with a property in the file that declares the first document last, or none."""
    id_ = world.linked.documents[0].policy.id
    texts = list(world.texts)
    for at, text in enumerate(texts):
        unit = parse(text, "t").file.units[-1]
        if isinstance(unit, s.Policy) and unit.name.text == id_:
            texts[at] = f'{text}\nproperty "p"\n    expect {claim}\n'
            return texts
    return []


@SEARCHING
@given(worlds(), st.data())
def test_a_refutation_is_a_scenario_that_holds(world: World, data: st.DataObject) -> None:
    texts = with_property(world, data.draw(st.sampled_from(claims(world))))
    if not texts:
        return
    policies = tosdsl.loads(*texts)
    of = next(properties.properties([policies]))
    result = properties.search(of, examples=60)
    event(result.outcome)
    found = result.counterexample
    if found is None:
        return
    pasted = [f"{text}\n{found.scenario}" if 'property "p"' in text else text for text in texts]
    run = scenarios.run([tosdsl.loads(*pasted)])
    assert [each.failures for each in run if each.scenario.title == "counterexample: p"] == [()]


@SEARCHING
@given(worlds(), st.data())
def test_what_a_prover_says_is_put_to_the_meaning(world: World, data: st.DataObject) -> None:
    """Whatever facts it hands over, a refutation stands only where the decision says so."""
    claim = data.draw(st.sampled_from(["never forbidden", "never permitted", "never undetermined"]))
    texts = with_property(world, claim)
    if not texts:
        return
    policies = tosdsl.loads(*texts)
    facts: Any = data.draw(leaf_values(world.leaves))
    of = next(properties.properties([policies]))
    result = properties.settle(of, examples=5, prover=lambda linked, item: facts)
    verdict = policies.decide_use(Use(facts)).verdict.value
    if verdict == claim.split()[1]:
        assert result.outcome == "refuted"
        assert result.counterexample is not None
        assert dict(result.counterexample.use.facts) == facts


@SEARCHING
@given(worlds(), st.data())
def test_what_is_proved_no_search_and_no_drawn_use_refutes(world: World, data: st.DataObject) -> None:
    texts = with_property(world, data.draw(st.sampled_from(claims(world))))
    if not texts:
        return
    policies = tosdsl.loads(*texts)
    of = next(properties.properties([policies]))
    said = Proofs()(of.linked, of.item)
    event(said if isinstance(said, bool) else type(said).__name__)
    if said is True:
        assert properties.search(of, examples=60).outcome == "searched"
        drawn = data.draw(leaf_values(world.leaves))
        result = properties.settle(of, examples=5, prover=lambda linked, item: drawn)
        assert result.outcome == "searched"  # facts that refute nothing are no refutation
    elif isinstance(said, Mapping):
        result = properties.settle(of, examples=1, prover=lambda linked, item: said)
        assert result.outcome == "refuted"
        assert result.counterexample is not None
        assert dict(result.counterexample.use.facts) == dict(said)
