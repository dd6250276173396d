"""What is short enough to be answered without counting steps takes no more than is allowed."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tosdsl
from tests.conftest import ROOT
from tests.differential.drawn import facts_of
from tests.properties.worlds import World, worlds
from tosdsl.base import limits
from tosdsl.engine.steps import Counter, longest
from tosdsl.runtime.checks import Odd

UNKNOWN = (0.0, 0.3)


@given(world=worlds(), seed=st.integers(0, 99), most=st.sampled_from((1, 20, 300)))
def test_what_is_short_takes_no_more_steps_than_are_allowed(world: World, seed: int, most: int) -> None:
    """With so low a limit that counting matters."""
    random, kept = Random(seed), limits.MAX_STEPS
    limits.MAX_STEPS = most
    try:
        counter = Counter.of(world.linked)
        short = counter.short
    finally:
        limits.MAX_STEPS = kept
    for _ in range(20):
        try:
            known, _ = world.policies.predicates.bodies.typed.read(
                facts_of(world.leaves, random, random.choice(UNKNOWN))
            )
        except Odd:  # a value that the full reading has to look at
            continue
        if longest(known) <= short:
            assert counter.steps(known.get) <= most


@pytest.mark.parametrize("name", ["elastic", "aws"])
def test_shipped_policies_count_nothing_for_common_sizes(name: str) -> None:
    counter = Counter.of(tosdsl.load(ROOT / "policies" / name).linked)
    assert counter.short >= 50
