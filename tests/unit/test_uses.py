"""``tosdsl.testing.uses``: what it draws fits the policies, and meets what they distinguish."""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import tosdsl
from tosdsl.errors import TosdslError
from tosdsl.testing import days, facts, uses

COMPETING = "openai.business_terms#competing_models"


def met(policies: tosdsl.PolicySet, examples: int = 200) -> Counter[str]:
    """What the decisions on some examples come to: verdicts, and what defeated what."""
    found: Counter[str] = Counter()

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(uses(policies))
    def draw(use: dict[str, Any]) -> None:
        decision = policies.decide(use)
        found[decision.verdict.value] += 1
        found.update(each.by for each in decision.defeated)

    draw()
    return found


def test_two_hundred_uses_meet_each_verdict_and_each_exception() -> None:
    found = met(tosdsl.load("openai.business_terms"))
    for what in (
        "forbidden",
        "permitted",
        "undetermined",
        f"{COMPETING}.classifiers",
        f"{COMPETING}.fine_tuning",
    ):
        assert found[what] >= 3, found


@pytest.mark.parametrize(
    "name", ["meta.llama_2", "google.gemma_terms", "github.acceptable_use", "anthropic.usage_policy"]
)
def test_what_is_drawn_is_answered(name: str) -> None:
    found = met(tosdsl.load(name), 60)
    assert (
        found["undetermined"] + found["permitted"] + found["forbidden"] + found["not_applicable"] == 60
    )
    assert len([each for each in ("permitted", "forbidden", "undetermined") if found[each]]) >= 2


KINDS = """\
vocabulary kinds

type Level is one of, rising
    low
    high

type Sale has
    price: money in USD
    on: date

fact level: Level
fact count: integer
fact share: number
fact paid: money in USD
fact wait: duration in days
fact ends: optional date
fact at: instant
fact name: text
fact sales: list of Sale

policy kinds.terms
    effective from 2024-03-01
    default permit

use kinds

forbid much when count > 41
forbid dear when paid >= 250.50 USD
forbid late when wait > 30 days
forbid after when ends > 2025-06-30
forbid named when name starts with "Acme"
forbid high_level when level >= high
forbid whole when some sale in sales satisfies sale.price > 5 USD
forbid shared when share < 0.25
"""


def test_each_kind_of_value_meets_the_clause_that_asks_for_it() -> None:
    policies = tosdsl.loads(_laid_out(KINDS))
    seen: set[str] = set()

    @settings(
        max_examples=300,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(uses(policies))
    def draw(use: dict[str, Any]) -> None:
        seen.update(
            each.clause.partition("#")[2] for each in policies.decide(use).basis if each.force == "true"
        )

    draw()
    assert seen >= {"much", "dear", "late", "after", "named", "high_level", "shared"}


def _laid_out(text: str) -> str:
    """Each clause's condition on a line of its own."""
    lines = [
        line.replace(" when ", "\n    when ") if line.startswith("forbid") else line
        for line in text.splitlines()
    ]
    return "\n".join(lines) + "\n"


@given(st.data())
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
def test_facts_of_a_vocabulary_are_read_without_a_mistake(data: st.DataObject) -> None:
    policies = tosdsl.load("openai.business_terms")
    for source in (policies, policies.vocabulary):
        policies.decide(data.draw(facts(source)))


def test_days_are_those_on_which_versions_change() -> None:
    found: set[object] = set()

    @settings(
        max_examples=100,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(days("openai.services_agreement"))
    def draw(day: object) -> None:
        found.add(day)

    draw()
    assert {str(day) for day in found} >= {"None", "2025-05-30", "2025-05-31", "2025-06-01"}


def test_without_hypothesis_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "tosdsl.testing.strategies.uses", raising=False)
    for name in [name for name in sys.modules if name.startswith("tosdsl.testing.strategies")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("tosdsl.testing.strategies", raising=False)
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    with pytest.raises(TosdslError, match="TOS6007") as raised:
        uses("openai.business_terms")
    assert "pip install 'tosdsl[testing]'" in str(raised.value)
