"""The long run, as long as CI has time for; and what it is worth: it sees a decision that is off."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from attrs import evolve

from tests.conftest import either
from tests.differential import long
from tests.differential.constructs import KINDS, wanted
from tosdsl import compiled
from tosdsl.decision.model import Decision
from tosdsl.engine import dated
from tosdsl.trees import vocabulary as v
from tosdsl.trees.quantities import COUNTED_IN

PAIRS = either(400, 800)
SECONDS = 240
"""Of processor time: a bound, and no aim. The pairs take some twenty of them."""
OF_EACH = either(0.05, long.SECONDS)
"""Seconds for the questions to one policy. More policies are drawn than the pairs need, until each
construct has been: so few uses of each are pairs enough."""

TEXT_TESTS = ("starts with", "ends with", "contains word")
OPERATORS = (
    *("is", "in", "includes", "overlaps", "<", "<=", ">", ">="),
    *(f"{test}{case}" for test in TEXT_TESTS for case in ("", " ignoring case")),
)


def test_thousands_of_questions_come_out_as_the_meaning_has_them() -> None:
    report = long.run(PAIRS, "ci", seconds=SECONDS, wanted=wanted(), of_each=OF_EACH)
    print(*report.lines(), sep="\n")
    assert report.different == []
    assert report.pairs >= PAIRS
    assert min(report.policies.values()) > 10
    assert wanted() - report.constructs.keys() == set()
    assert {"forbidden", "permitted", "undetermined", "not_applicable", "wrong facts"} <= set(
        report.verdicts
    )


def test_what_has_to_be_drawn_is_every_construct_of_the_core() -> None:
    assert wanted() >= KINDS
    assert {f"type {each.__name__}" for each in get_args(v.Type)} <= wanted()
    assert {f"duration in {each}" for each in COUNTED_IN} <= wanted()
    assert {f"total {each}" for each in ("count", "sum", "highest")} <= wanted()
    assert {f"compare {each}" for each in OPERATORS} <= wanted()


@pytest.mark.parametrize("name", ["basis", "needs", "judgements", "defeated", "policies"])
def test_it_sees_a_field_that_is_off(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right = dated.decided

    def off(shared: dict[str, Any], rest: Any, values: Any) -> Decision:
        told = getattr(right(shared, rest, values), name)  # it may be worked out only now
        return right({**shared, name: (*told, "more")}, rest, values)

    monkeypatch.setattr(dated, "decided", off)
    report = long.run(either(60, 300), "off")
    assert report.different
    assert f"decide: {name} is" in report.different[0]


def test_it_sees_a_verdict_that_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    right = compiled.lower

    def off(*given: Any) -> Any:
        rules = right(*given)
        return evolve(rules, rows=tuple(evolve(row, default="forbid") for row in rules.rows))

    monkeypatch.setattr(compiled, "lower", off)
    report = long.run(20, "off")
    assert any("verdict:" in each for each in report.different)
