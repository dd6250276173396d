"""What the solver answers is held to the reference: proofs to uses at random, uses to a replay."""

from __future__ import annotations

import operator
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import either
from tests.generators import leaf_values
from tests.properties.worlds import World, worlds
from tosdsl.analysis.claims import MASKS, among
from tosdsl.analysis.engine import Analysis, Proof, Witness
from tosdsl.analysis.sides import VERDICTS
from tosdsl.analysis.solver.door import solver_at_hand
from tosdsl.reference.decide import find_all_but_needs, verdicts
from tosdsl.trees.facts import Use

pytestmark = pytest.mark.skipif(not solver_at_hand(), reason="needs z3-solver")
_WORDS = (*VERDICTS, "undetermined")


@settings(max_examples=max(either(12, 25), settings.default.max_examples // 5))
@given(worlds(), st.data())
def test_the_solver_is_never_contradicted(world: World, data: st.DataObject) -> None:
    analysis = Analysis.of(world.linked, timeout=1.0)
    (side,) = analysis.sides
    found = {
        word: analysis.find(side.verdict(word), told=partial(operator.eq, (word,))) for word in _WORDS
    }
    for word, answer in found.items():
        if isinstance(answer, Witness):
            assert answer.verdicts == (word,)
    for _ in range(10):
        facts = data.draw(leaf_values(world.leaves))
        remaining = verdicts(world.linked, Use(facts))
        word = next(iter(remaining)) if len(remaining) == 1 else "undetermined"
        answer = found[word]
        assert not isinstance(answer, Proof)
        # Smallest of those in which each condition alone makes the verdict what it is.
        alone = find_all_but_needs(world.linked, Use(facts)).possible == remaining
        if isinstance(answer, Witness) and answer.smallest and alone:
            assert answer.known <= len(facts)


@settings(max_examples=max(either(12, 25), settings.default.max_examples // 5))
@given(worlds(), st.data())
def test_each_condition_comes_out_as_the_solver_has_it(world: World, data: st.DataObject) -> None:
    analysis = Analysis.of(world.linked, timeout=1.0)
    space = analysis.space
    parts = [part for part in range(len(space)) if space[part][0] == "beyond"][:6]
    answers = {
        (part, mask): analysis.find(among(part, mask)) for part in parts for mask in MASKS.values()
    }
    tried = [data.draw(leaf_values(world.leaves)) for _ in range(15)]
    tried += [dict(each.facts) for each in answers.values() if isinstance(each, Witness)]
    for facts in tried:
        for part in parts:
            came = MASKS[analysis.truth(part, facts)]
            answer = answers[part, came]
            assert not isinstance(answer, Proof)
            if isinstance(answer, Witness) and answer.smallest:
                assert answer.known <= len(facts)
