"""Differences of policies whose facts are declared otherwise, or that lead elsewhere: never equal in
silence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

_KINDS = "type K is one of\n    low\n    high\n\n"
_RISING = "type K is one of, rising\n    low\n    mid\n    high\n\n"
_RECORD = "type R has\n    x: boolean\n\n"


def one(folder: Path, stem: str, kind: str, condition: str, types: str = "", more: str = "") -> Path:
    file = folder / f"{stem}.tos"
    file.write_text(
        f'vocabulary words\n\n{types}fact m: {kind}  "M?"\nfact d: date\nfact done: boolean\n\n'
        f"policy one\n    default permit\n\nuse words\n\n{more}forbid f\n    when {condition}\n",
        encoding="utf-8",
    )
    return file


CHANGED = [
    ("money in USD", "m < 50 USD", "", "money in EUR", "m < 50 EUR", ""),
    ("integer", "m < 50", "", "money in EUR", "m < 50 EUR", ""),
    ("duration in days", "m < 2 days", "", "duration in hours", "m < 2 hours", ""),
    ("integer", "m < 50", "", "boolean", "m", ""),
    ("boolean", "m", "", "integer", "m < 50", ""),
    ("date", "m < 2024-01-01", "", "instant", "m < 2024-01-01T00:00Z", ""),
    ("boolean", "m", "", "list of party", "m includes acme", "party acme\n\n"),
    ("K", "m is high", _KINDS, "boolean", "m", ""),
    ("list of K", "m includes high", _KINDS, "K", "m is high", _KINDS),
    ("K", "m >= mid", _RISING, "K", "m >= mid", _RISING.replace("    high\n", "")),
    ("R", "m.x", _RECORD, "boolean", "m", ""),
    ("K", "m is high", _KINDS, "K", "m in {high, top}", _KINDS.replace("high\n", "high\n    top\n")),
    ("integer", "m > 100", "", "number", "m >= 100.5", ""),
]


@pytest.mark.parametrize(("kind", "when", "types", "other", "then", "others"), CHANGED)
def test_a_fact_of_another_type_is_told_of_and_its_uses_are_shown(
    run: Any, tmp_path: Path, kind: str, when: str, types: str, other: str, then: str, others: str
) -> None:
    old = one(tmp_path, "old", kind, when, types)
    new = one(tmp_path, "new", other, then, others)
    for first, second in ((old, new), (new, old)):
        done = run("diff", first, second)
        assert done.status == 3
        assert "Facts that are declared otherwise\n  m" in done.out
        assert "Equal, proved" not in done.out


def test_a_member_that_nothing_asks_for_changes_no_verdict_and_is_told_of(
    run: Any, tmp_path: Path
) -> None:
    old = one(tmp_path, "old", "K", "m is high", _KINDS)
    new = one(tmp_path, "new", "K", "m is high", _KINDS.replace("high\n", "high\n    top\n"))
    done = run("diff", old, new)
    assert done.status == 0
    assert "m: it can be top now" in done.out
    assert "a use that says them may be refused" in done.out


def test_questions_and_judgements_are_told_of(run: Any, tmp_path: Path) -> None:
    old = one(tmp_path, "old", "boolean", "m")
    new = one(tmp_path, "new", "boolean judged", "m")
    new.write_text(new.read_text().replace("M?", "N?"))
    done = run("diff", old, new)
    assert "m: a judgement" in done.out
    assert "m: asks “N?”, and asked “M?”" in done.out


def test_a_deadline_is_compared_with_its_definitions_worked_in(run: Any, tmp_path: Path) -> None:
    files = []
    for days in (30, 14):
        duty = f"define last as d + {days} days\n\nrequire g\n    must done\n    by last\n\n"
        files.append(one(tmp_path, f"{days}", "boolean", "m", more=duty))
    done = run("diff", *files)
    assert "by d + 30 days → by d + 14 days" in done.out
    assert "Equal, proved" not in done.out


def test_a_version_that_was_not_compared_is_named(run: Any, tmp_path: Path) -> None:
    sides = []
    for side, most in (("old", 18), ("new", 16)):
        (tmp_path / side).mkdir()
        for version, number in (("2023", most), ("2024", 21)):
            file = one(tmp_path / side, version, "integer", f"m < {number}")
            head = f'    version "{version}"\n    effective from {version}-01-01\n    default permit'
            text = file.read_text().replace("    default permit", head)
            file.write_text(text if version == "2023" else text[text.index("policy one") :])
        sides.append(tmp_path / side)
    done = run("diff", *sides)
    assert (done.status, "one@2023" in done.out, "Equal, proved" in done.out) == (3, True, False)
    assert "loosened" in run("diff", *sides, "--as-of", "2023-06-01").out.lower()


def test_what_leads_to_other_documents_is_told_of(run: Any, tmp_path: Path) -> None:
    files = []
    for name in ("business", "consumer"):
        route = f"governed by acme.{name}\n    when done\n\n"
        files.append(one(tmp_path, name, "boolean", "m", more=route))
    done = run("diff", *files)
    assert "now: governed by acme.consumer" in done.out
    assert "Equal, proved" not in done.out


@pytest.mark.parametrize(
    "renames",
    [
        ("model.purpose=model.distributed",),
        ("activities=output_of",),
        ("model.distributed=model.commercially_available", "activities=model.commercially_available"),
    ],
)
def test_facts_that_cannot_be_one_are_refused(run: Any, renames: tuple[str, ...]) -> None:
    words = [word for each in renames for word in ("--rename", each)]
    done = run("diff", "openai.business_terms", "openai.business_terms", *words)
    assert (done.status, "TOS6024" in done.err) == (1, True)


def test_scenarios_that_are_kept_say_the_day(run: Any, tmp_path: Path) -> None:
    old, new = one(tmp_path, "old", "boolean", "m"), one(tmp_path, "new", "boolean", "not m")
    kept = tmp_path / "kept.txt"
    run("diff", old, new, "--as-of", "2024-05-01", "--emit-scenarios", kept)
    assert "    as of 2024-05-01\n" in kept.read_text()
