"""A verdict is that of the decision, whatever was asked before: what is learnt of questions makes it
faster and never another one."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import tosdsl
from tests.differential.both import told
from tests.differential.drawn import facts_of
from tests.properties.worlds import World, worlds
from tosdsl.base.verdict import Verdict
from tosdsl.engine.examples import ONE

UNKNOWN = (0.2, 0.5, 0.8)
QUESTIONS = 12

BURDENED = """
vocabulary v
fact told: boolean
fact agreed: boolean
fact minor: boolean

policy p
    default permit

use v

# One of the two forbids, whatever was told.
forbid telling
    when told
    except agreement

forbid silence
    when not told
    except agreement

exception agreement to be shown
    when agreed

forbid minors
    when minor
"""


def agree(policies: tosdsl.PolicySet, facts: Any) -> None:
    verdict, decision = told(policies.verdict, facts), told(policies.decide, facts)
    assert decision.codes or verdict.answer is decision.answer.verdict, facts


@given(
    world=st.one_of(worlds(), worlds(presuming=True), worlds(burdened=True)), seed=st.integers(0, 99)
)
def test_after_any_questions_a_verdict_is_that_of_the_decision(world: World, seed: int) -> None:
    random = Random(seed)
    for _ in range(QUESTIONS):
        agree(world.policies, facts_of(world.leaves, random, random.choice(UNKNOWN)))


def test_what_has_to_be_shown_is_not_taken_for_learnt() -> None:
    policies = tosdsl.loads(BURDENED)
    names = ("told", "agreed", "minor")
    uses = [dict(zip(names, values, strict=True)) for values in product((True, False, None), repeat=3)]
    for _ in range(2):
        for facts in uses:
            agree(policies, {name: value for name, value in facts.items() if value is not None})
    assert policies.verdict({}) is Verdict.FORBIDDEN


def test_an_open_verdict_is_told_by_example_from_the_second_time_on() -> None:
    policies = tosdsl.loads(BURDENED.replace(" to be shown", ""))
    [answers] = policies.predicates.answers(None, None)
    policies.verdict({"agreed": True})
    assert answers.examples.verdict({"agreed": True}, None) not in {*ONE, None}
    assert answers.examples.verdict({"agreed": True, "told": False}, None) not in {*ONE, None}
    assert answers.examples.verdict({"agreed": True, "minor": False}, None) in ONE
