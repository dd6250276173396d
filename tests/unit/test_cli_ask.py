"""``tosdsl ask`` on shipped policies and uses."""

from __future__ import annotations

import json
from typing import Any

_TERMS = "openai.business_terms@2023-11-14"


def test_an_open_question_names_what_would_settle_it(run: Any) -> None:
    done = run("ask", _TERMS, "--facts", "published_classifier", "--format", "json")
    assert done.status == 4
    found = json.loads(done.out)
    sets = {each["verdict"]: each["facts"] for each in found["settling"]}
    assert sets["forbidden"] == {"model.competes_with": "[openai]"}
    assert all(each["smallest"] for each in found["settling"])


def test_a_forbidden_use_has_permitted_neighbours(run: Any) -> None:
    done = run("ask", _TERMS, "--facts", "project_seed")
    assert done.status == 3
    assert "model.competes_with: [openai] → []" in done.out
    assert "What would settle it" not in done.out


def test_where_nothing_is_permitted_it_is_proved(run: Any, tmp_path: Any) -> None:
    policy, facts = tmp_path / "p.tos", tmp_path / "f.yaml"
    body = "    default forbid\n\nuse v\n\nforbid x\n    when a\n"
    policy.write_text(f"policy p\n{body}\n\nvocabulary v\n\nfact a: boolean\n", "utf-8")
    facts.write_text("facts: {a: true}\n")
    done = run("ask", policy, "--facts", facts)
    assert done.status == 3
    assert "proved" in done.out
