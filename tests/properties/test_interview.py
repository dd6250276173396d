"""Interviews about shipped and generated policies: each comes to what it was answered."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tosdsl
from tests.conftest import ROOT
from tests.properties.worlds import World, worlds
from tosdsl.interview import Interview, Question, facts_read, template
from tosdsl.library.listing import shipped_files
from tosdsl.trees import vocabulary as v
from tosdsl.trees.quantities import ABSENT
from tosdsl.trees.uses import value_text
from tosdsl.trees.vocabulary import DAY_OF_USE
from tosdsl.values.representatives import to_try

SEEDS = 3
"""Interviews about each policy."""

FILES = [
    pytest.param(each, id=name)
    for name, each in shipped_files().items()
    if re.search(r"^policy ", Path(each).read_text("utf-8"), re.MULTILINE)
]


def _answer(question: Question, pick: Random) -> Any:
    """A value that somebody may give; None for what is not known."""
    if pick.random() < 0.2:
        return None
    if question.fields:
        return [_item(question, pick) for _ in range(pick.choice((0, 1, 2)))]
    settling = [text for text, _ in question.settles]
    return pick.choice(settling) if settling and pick.random() < 0.5 else _text(question.type, pick)


def _item(question: Question, pick: Random) -> dict[str, str]:
    return {leaf.path: _text(leaf.type, pick) for leaf in question.fields if pick.random() < 0.8}


def _text(kind: v.Type, pick: Random) -> str:
    """What somebody types for a value of the type."""
    several = [each for each in to_try(kind, ()) if each is ABSENT or "\\x00" not in repr(each)]
    return value_text(pick.choice(several), kind) if several else "somebody"


def check(policies: tosdsl.PolicySet, seed: int) -> None:
    """One interview, answered at random: it asks for what can matter, and comes to its answers."""
    pick, interview = Random(seed), Interview.begin(policies)
    asked: list[str] = []
    while (question := interview.question()) is not None:
        assert question.fact in {each.fact for each in interview.decision().needs}
        assert question.fact not in asked
        asked.append(question.fact)
        answer = _answer(question, pick)
        if answer is None:
            interview = interview.not_known(question.fact)
        else:
            interview = interview.answered(question.fact, answer)
            if answer in [text for text, _ in question.settles]:
                assert (answer, interview.decision().verdict) in question.settles
    decision = interview.decision()
    left = {*interview.open, *_incomplete(interview), DAY_OF_USE}  # it asks for facts alone
    assert {each.fact for each in decision.needs} <= left
    if not decision.needs:
        assert len(decision.possible) == 1
    read, _ = policies.read_use(interview.document())
    again = policies.decide(read.to_json(policies)["facts"])
    assert (again.verdict, again.possible, again.needs) == (
        decision.verdict,
        decision.possible,
        decision.needs,
    )
    assert read.facts == interview.use.facts


def _incomplete(interview: Interview) -> list[str]:
    """Lists of records that were given, and may lack a field."""
    return [path for path, value in interview.use.facts.items() if isinstance(value, tuple)]


@pytest.mark.parametrize("file", FILES)
def test_each_way_through_a_shipped_policy_comes_to_its_answers(file: str) -> None:
    for policies in tosdsl.load_each(file):
        for seed in range(SEEDS):
            check(policies, seed)


@given(worlds(), st.integers(0, 1_000))
@settings(max_examples=20)
def test_each_way_through_a_generated_policy_comes_to_its_answers(world: World, seed: int) -> None:
    check(world.policies, seed)


@pytest.mark.parametrize("file", FILES)
def test_facts_to_fill_in_are_a_use_of_which_nothing_is_known(file: str) -> None:
    for policies in tosdsl.load_each(file):
        text = template(policies)
        use, warnings = policies.read_use(text)
        assert (use.facts, warnings) == ({}, ())
        decision = policies.decide_use(use)
        read = [each.leaf.path for each in facts_read(policies)]
        assert {each.fact for each in decision.needs} <= set(read)
        assert {path for duty in decision.duties for path in duty.needs} <= set(read)
        assert all(f"{path.rpartition('.')[2]}:" in text for path in read)


@given(worlds())
@settings(max_examples=40)
def test_facts_of_a_generated_policy_are_a_use(world: World) -> None:
    use, warnings = world.policies.read_use(template(world.policies))
    assert (use.facts, warnings) == ({}, ())
    read = {each.leaf.path for each in facts_read(world.policies)} | {DAY_OF_USE}
    assert {each.fact for each in world.policies.decide({}).needs} <= read


def test_a_clause_reads_less_than_its_policy() -> None:
    policies = tosdsl.load(str(ROOT / "policies" / "openai" / "business_terms-2023-11-14.tos"))
    whole = {each.leaf.path for each in facts_read(policies)}
    part = {each.leaf.path for each in facts_read(policies, "competing_models")}
    assert part <= whole
    assert facts_read(policies, "openai.business_terms#competing_models") == facts_read(
        policies, "competing_models"
    )
