"""Single uses that are shown: each can be pasted, and does there what it is shown for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.generators.thresholds import VOCABULARY
from tests.properties.test_pasted import answers, scenarios, write_facts

CONDITIONS = {
    "held > 72 hours and held < 73 hours": "held: 4321 minutes",
    "held + 1 hour > 1 hour and held + 1 hour < 62 minutes": "held: 1 minute",
    "held > 16_667 hours and held < 16_668 hours": "held: 1_000_021 minutes",
    "held > 1 minute and held < 2 minutes": "held: 61 seconds",
    "held > 1 second and held < 2 seconds": "held: 1001 milliseconds",
    "held > 1 millisecond and held < 2 milliseconds": "held: 1001 microseconds",
    "held + 1 hour > 61 minutes and held + 1 hour < 62 minutes": " seconds",
    "notice < 0 days": "notice: -1 day",
    "term is -10 months": "term: -10 months",
    "grace < -1_000 business days": "grace: -1001 business days",
    "notice + notice is -2 days": "notice: -1 day",
    "began > 2024-01-01T00:00Z and began < 2024-01-01T00:00:01Z": "began: 2024-01-01T00:00:00.000001Z",
    "began < 0001-01-01T00:01Z": "began: 0001-01-01T00:00Z",
    "signed > 9999-12-30": "signed: 9999-12-31",
    "share * 3 > 1 and share * 3 < 1.0001": "share: 0.33",
    "share * share is 2.25": "share: ",
    'said is "two\\nlines\\\\ \\"so\\" \\u202e"': 'said: "two\\nlines\\\\ \\"so\\" \\u202e"',
    'buyer is "all"': "buyer: all",
    "stage is none": "stage: none",
    "left is none": "left: none",
    "not buyers overlaps {acme} and count(x in rows) is 0": "buyers: []",
    'some row in rows satisfies row.note is "`|"': 'note: "`|"',
}
"""A condition, and what a use in which it holds says."""


def policy(condition: str) -> str:
    """A policy whose one prohibition asks it."""
    lines = "\n        ".join(condition.split(" and "))
    return (
        f"{VOCABULARY}\n\npolicy p\n    default permit\n\nuse words\n\n"
        f"forbid clause\n    when all of\n        {lines}\n        yes\n"
    )


@pytest.mark.parametrize(("condition", "said"), CONDITIONS.items())
def test_a_use_that_is_shown_can_be_pasted(condition: str, said: str, run: Any, tmp_path: Path) -> None:
    file, facts = tmp_path / "p.tos", tmp_path / "facts.yaml"
    text = policy(condition)
    file.write_text(f'{text}\nproperty "never"\n    expect never forbidden\n', encoding="utf-8")
    (pasted,) = scenarios(run("test", file).out)
    file.write_text(f"{text}\n{pasted}", encoding="utf-8")
    assert run("test", file).status == 0
    assert said.partition(":")[0] in pasted
    write_facts(facts, {})
    shown = answers(run("ask", file, "--facts", facts).out)
    forbidden = next(each for verdict, each in shown if verdict == "forbidden")
    write_facts(facts, forbidden)
    assert run("check", file, "--facts", facts).out.startswith("FORBIDDEN")
    assert said in facts.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "condition",
    [
        "held > 1 microsecond and held < 2 microseconds",
        "held + 1 hour > 3600001 milliseconds and held + 1 hour < 3600001001 microseconds",
        "notice > 1 day and notice < 2 days",
        "notice + notice is 1 day",
        "began > 2024-01-01T00:00Z and began < 2024-01-01T00:00:00.000001Z",
        "term > 1_000_000 months",
    ],
)
def test_between_a_value_and_the_next_there_is_none(condition: str, run: Any, tmp_path: Path) -> None:
    file = tmp_path / "p.tos"
    claim = 'property "never"\n    expect never forbidden\n'
    file.write_text(f"{policy(condition)}\n{claim}", encoding="utf-8")
    ran = run("test", file)
    assert ran.status == 0
    assert "proved for every use" in ran.out


@pytest.mark.parametrize("bound", ["left > 2024-01-01", "left <= 2024-01-03"])
def test_what_is_known_to_be_none_can_become_a_value(bound: str, run: Any, tmp_path: Path) -> None:
    file, facts = tmp_path / "p.tos", tmp_path / "facts.yaml"
    text = policy(bound).replace("forbid clause", "permit clause")
    file.write_text(text.replace("default permit", "default forbid"), encoding="utf-8")
    write_facts(facts, {"left": "none"})
    ((verdict, shown),) = answers(run("ask", file, "--facts", facts).out)
    write_facts(facts, shown)
    assert verdict == "permitted"
    assert run("check", file, "--facts", facts).out.startswith("PERMITTED")
