"""Clauses that are ordered against clauses of a document that takes no part in the question."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import tosdsl
from tosdsl.facade import load_texts
from tosdsl.lint.check import lint

WORDS = "vocabulary w\n\nfact paid: boolean\nfact bad: boolean\n"
TERMS = (
    "policy terms\n    default permit\n\nuse w\n\n"
    "forbid abuse\n    when bad\n\nforbid other\n    when bad\n\npermit leave\n    when paid\n"
)
USE = {"paid": True, "bad": True}


def shop(line: str, *more: str, clause: str = "permit sale") -> str:
    lines = ["policy shop", "    default forbid", "", "use w", "", *more]
    return "\n".join([*lines, clause, "    when paid", f"    {line}", ""])


def loaded(text: str, *asked: str) -> tosdsl.PolicySet:
    texts = {"w": WORDS, "terms": TERMS, "shop": text}
    return load_texts(texts, asked or ["shop"])


@pytest.mark.parametrize("more", [(), ("incorporate terms#other", "")])
def test_a_permission_subject_to_what_takes_no_part_opens_no_gate(more: tuple[str, ...]) -> None:
    policies = loaded(shop("subject to terms#abuse", *more))
    assert [each.code for each in policies.warnings] == ["TOS3042"]
    decision = policies.decide({"paid": True, "bad": False})
    assert decision.verdict is tosdsl.Verdict.PERMITTED
    assert not decision.passes
    assert "`sale` is subject to `terms#abuse`, which takes no part here" in decision.warnings[0]
    answer = json.loads(policies.decide_json(b'{"facts": {"paid": true, "bad": false}}'))
    assert tuple(answer["warnings"]) == decision.warnings


def test_it_has_effect_where_the_clause_comes_in_or_both_are_asked_about() -> None:
    for policies in (
        loaded(shop("subject to terms#abuse", "incorporate terms#abuse", "")),
        loaded(shop("subject to terms#abuse"), "shop", "terms"),
    ):
        assert policies.warnings == ()
        assert policies.verdict(USE) is tosdsl.Verdict.FORBIDDEN
        assert policies.decide({"paid": True, "bad": False}).passes


@pytest.mark.parametrize(
    ("clause", "line"),
    [
        ("permit sale", "notwithstanding terms#abuse"),
        ("forbid sale", "subject to terms#leave"),
        ("forbid sale", "notwithstanding terms#leave"),
    ],
)
def test_what_opens_nothing_is_told_at_the_load_alone(clause: str, line: str) -> None:
    policies = loaded(shop(line, clause=clause))
    assert "TOS3042" in {each.code for each in policies.warnings}
    assert policies.decide(USE).warnings == ()


def test_the_linter_tells_of_it_unless_both_are_named(tmp_path: Path) -> None:
    for name, text in {"w": WORDS, "terms": TERMS, "shop": shop("subject to terms#abuse")}.items():
        (tmp_path / f"{name}.tos").write_text(text)
    alone = lint(tmp_path / "shop.tos").findings
    assert "TOS3042" in {each.code for each in alone}
    assert "TOS3042" not in {each.code for each in lint(tmp_path).findings}
