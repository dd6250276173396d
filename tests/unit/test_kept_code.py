"""Code that an earlier process has made: the same verdicts, and none where the policies changed."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import tosdsl
from benchmarks import generated

MANY, SHAPES = 60, 12


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TOSDSL_CACHE", str(tmp_path / "cache"))
    return tmp_path


def policy(folder: Path, text: str) -> str:
    file = folder / "policy.tos"
    file.write_text(text, encoding="utf-8")
    return str(file)


def chain(length: int) -> str:
    """Clauses of which each is subject to the next: written out, they grow with the square."""
    clauses = "\n".join(
        f"{('permit', 'forbid')[number % 2]} c{number}\n    when done\n"
        + f"    subject to c{number + 1}\n" * (number + 1 < length)
        for number in range(length)
    )
    return f"vocabulary w\n\nfact done: boolean\n\npolicy p\n    default permit\n\nuse w\n\n{clauses}"


def asked(number: int) -> list[dict[str, Any]]:
    return generated.uses(MANY, SHAPES, number, unknown=0.2)


def settled() -> dict[str, Any]:
    """A use of which every fact is known: kept code does not answer alone where a condition is open."""
    return generated.uses(MANY, SHAPES, 1, unknown=0)[0]


def test_kept_code_gives_the_verdicts_of_fresh_code(kept: Path) -> None:
    where = policy(kept, generated.policy(MANY, SHAPES))
    first = tosdsl.load(where)
    facts = settled()
    one = first.verdict(facts)
    again = tosdsl.load(where)
    assert again.verdict(facts) is one
    assert "_predicates" not in vars(again)  # nothing was made for it
    right = [first.verdict(facts) for facts in asked(300)]
    assert len(set(right)) == 3
    assert [again.verdict(facts) for facts in asked(300)] == right
    assert [tosdsl.load(where).verdict(facts) for facts in asked(20)] == right[:20]
    assert again.verdict(asked(1)[0], as_of=date(2030, 1, 1)) is first.verdict(
        asked(1)[0], as_of=date(2030, 1, 1)
    )


def test_a_body_that_was_not_compiled_is_compiled_when_it_is_met(kept: Path) -> None:
    where = policy(kept, generated.policy(MANY, SHAPES))
    tosdsl.load(where).verdict({})  # few clauses are judged, so few bodies are compiled
    fresh = tosdsl.loads(generated.policy(MANY, SHAPES))
    again = tosdsl.load(where)
    for facts in asked(200):
        assert again.verdict(facts) is fresh.verdict(facts)


def test_a_wrong_fact_is_refused_by_kept_code_too(kept: Path) -> None:
    where = policy(kept, generated.policy(MANY, SHAPES))
    tosdsl.load(where).verdict({})
    with pytest.raises(tosdsl.FactError, match="TOS4002"):
        tosdsl.load(where).verdict({"aktivity": "train"})


def test_code_of_an_edited_policy_is_not_used(kept: Path) -> None:
    before = (
        "vocabulary w\n\nfact done: boolean\n\n"
        "policy p\n    default permit\n\nuse w\n\nforbid a\n    when {}\n"
    )
    where = policy(kept, before.format("done"))
    assert tosdsl.load(where).verdict({"done": True}) is tosdsl.Verdict.FORBIDDEN
    where = policy(kept, before.format("not done"))
    for _ in range(2):
        assert tosdsl.load(where).verdict({"done": True}) is tosdsl.Verdict.PERMITTED


def test_where_there_is_no_code_none_is_kept(kept: Path) -> None:
    where = policy(kept, chain(800))
    for _ in range(2):
        policies = tosdsl.load(where)
        with pytest.raises(tosdsl.PolicyError, match="TOS5022"):
            policies.predicates.listing(None, None)
        facts = {"done": True}
        assert policies.verdict(facts) is policies.decide(facts).verdict is tosdsl.Verdict.FORBIDDEN


def test_a_date_in_a_condition_is_no_obstacle(kept: Path) -> None:
    text = "vocabulary w\n\nfact on: date\n\npolicy p\n    default permit\n\nuse w\n\n" + "\n".join(
        f"forbid a{day}\n    when on is 2024-01-0{day}\n" for day in range(1, 9)
    )
    where = policy(kept, text)
    for _ in range(3):
        policies = tosdsl.load(where)
        assert policies.verdict({"on": date(2024, 1, 3)}) is tosdsl.Verdict.FORBIDDEN
        assert policies.verdict({"on": "2024-01-09"}) is tosdsl.Verdict.PERMITTED


def test_a_verdict_from_the_cache_imports_no_pass(kept: Path) -> None:
    where = policy(kept, generated.policy(MANY, SHAPES))
    facts = settled()
    tosdsl.load(where).verdict(facts)
    code = (
        "import sys, tosdsl\n"
        f"print(tosdsl.load({where!r}).verdict({facts!r}).value)\n"
        "print(*sorted({'attr', 'attrs', 'lark', 'yaml', 'rich', 're', 'datetime', 'tosdsl.compiled',"
        " 'tosdsl.trees', 'tosdsl.reference'} & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    verdict, *imported = ran.stdout.splitlines()
    assert verdict == tosdsl.load(where).verdict(facts).value
    assert imported == [""]
