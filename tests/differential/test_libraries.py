"""Generated libraries and uses, odd ones among them: the code tells what the reference tells."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

import tosdsl
from tests.conftest import ROOT, either
from tests.differential.both import differences
from tests.generators import facts_for, spoilt_facts
from tests.properties.worlds import World, worlds

DAYS = st.none() | st.dates(date(2023, 1, 1), date(2026, 1, 1))


@st.composite
def questions(draw: st.DrawFn) -> tuple[World, list[dict[str, Any]]]:
    """A library, and several uses: some are as they should be, some are not."""
    world = draw(worlds(simple=draw(st.booleans())))
    right = st.lists(facts_for(world.leaves), min_size=2, max_size=6)
    wrong = st.lists(spoilt_facts(world.leaves), min_size=2, max_size=6)
    return world, draw(right) + draw(wrong)


@settings(max_examples=either(8, 15))  # explanations, too, of policies of any size
@given(questions())
def test_the_code_and_the_reference_tell_the_same(question: tuple[World, list[dict[str, Any]]]) -> None:
    world, several = question
    for facts in several:
        note(repr(facts))
        assert differences(world.policies, facts) == []


POLICIES = (
    "openai.business_terms",
    "openai.terms_of_use",
    "azure.openai_service",
)


def conformance() -> list[Any]:
    files = sorted((ROOT / "tests" / "conformance").rglob("good/*.tos"))
    files = [file for file in files if file.parts[-3] != "presumptions"]  # in ``test_presuming``
    return [pytest.param(str(file), id=f"{file.parts[-3]}/{file.stem}") for file in files]


@pytest.mark.parametrize("where", [*POLICIES, *conformance()])
def test_all_scenarios_of_a_policy_come_out_the_same(where: str) -> None:
    policies = tosdsl.load(where)
    for _, scenario, use in policies.scenarios():
        days = {"as_of": use.as_of, "known_at": use.known_at}
        assert differences(policies, use.facts, **days) == [], scenario.title
        assert differences(policies, nested(use.facts), **days) == [], scenario.title


def nested(facts: Any) -> dict[str, Any]:
    """The same with the mappings that dotted keys stand for."""
    made: dict[str, Any] = {}
    for path, value in facts.items():
        *around, last = path.split(".")
        inner = made
        for step in around:
            inner = inner.setdefault(step, {})
        inner[last] = value
    return made
