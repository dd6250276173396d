"""``tosdsl diff`` from the command line, on the policies that are shipped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_MARCH, _BUSINESS = "openai.terms_of_use@2023-03-14", "openai.business_terms@2023-11-14"


def test_two_exceptions_loosened_competing_models(run: Any) -> None:
    done = run("diff", _MARCH, _BUSINESS, "--format", "json")
    assert done.status == 3
    found = json.loads(done.out)
    assert found["proved"]
    name = "openai.business_terms#competing_models"
    by = {
        each["by"]["new"]
        for each in found["changes"]
        if each["kind"] == "loosened" and each["clause"]["new"] == name
    }
    assert by == {f"{name}.classifiers", f"{name}.fine_tuning"}


def test_a_text_is_equal_to_itself(run: Any) -> None:
    done = run("diff", _MARCH, _MARCH)
    assert done.status == 0
    assert "Equal, proved" in done.out


def test_kinds_choose_the_status(run: Any) -> None:
    assert run("diff", _MARCH, _BUSINESS, "--fail-on", "tightened").status == 0
    assert run("diff", _MARCH, _BUSINESS, "--fail-on", "loosened").status == 3


def test_a_revision_that_is_not_there_is_a_mistake(run: Any) -> None:
    done = run("diff", "no-such-revision:policies", _MARCH)
    assert done.status == 1
    assert "TOS6013" in done.err


TEXT = """\
policy shop.terms
    title "{title}"
    version "{version}"
    effective from {start}
    default permit

use words

forbid resale at "{at}"
    "{said}"
    when sold
    except press
        when for_the_press


vocabulary words

fact sold: boolean
fact for_the_press: boolean
"""


def version(folder: Path, name: str, **words: str) -> str:
    plain = {"title": "Terms", "version": "1", "start": "2024-01-01", "at": "3", "said": "No resale."}
    file = folder / f"{name}.tos"
    file.write_text(TEXT.format(**{**plain, **words}), encoding="utf-8")
    return str(file)


def test_versions_that_differ_in_wording_alone_are_equal_and_proved(run: Any, tmp_path: Path) -> None:
    old = version(tmp_path, "old")
    new = version(tmp_path, "new", title="New terms", at="4", said="Nothing is to be sold on.")
    done = run("diff", old, new)
    assert done.status == 0
    assert "Equal, proved" in done.out
    assert "--as-of" not in done.out
    assert "title: Terms → New terms" in done.out


def test_where_days_differ_it_is_said_that_this_is_about_one(run: Any, tmp_path: Path) -> None:
    old = version(tmp_path, "old")
    new = version(tmp_path, "new", version="2", start="2025-01-01")
    assert "about no particular day: `--as-of` asks" in run("diff", old, new).out
    done = run("diff", old, new, "--as-of", "2024-06-01")
    assert done.status == 3
    assert "as of 2024-06-01" in done.out


def test_emitted_scenarios_overwrite_nothing(run: Any, tmp_path: Path) -> None:
    old, new = version(tmp_path, "old"), version(tmp_path, "new")
    text = Path(new).read_text().replace("when sold", "when not sold")
    Path(new).write_text(text, encoding="utf-8")
    done = run("diff", old, new, "--emit-scenarios", new)
    assert (done.status, "TOS6023" in done.err) == (1, True)
    assert Path(new).read_text() == text
    emitted = tmp_path / "scenarios.txt"
    assert run("diff", old, new, "--emit-scenarios", str(emitted)).status == 3
    policy, _, vocabulary = text.partition("\n\n\nvocabulary")
    Path(new).write_text(f"{policy}\n\n{emitted.read_text()}\n\nvocabulary{vocabulary}")
    assert run("test", new).status == 0
