"""``tosdsl diff`` from the command line, on the policies that are shipped."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tosdsl.analysis.changes import Class, Difference
from tosdsl.analysis.report import diff_lines, diff_markdown
from tosdsl.base import limits

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


def test_several_documents_are_asked_as_one_and_it_is_said(run: Any, tmp_path: Path) -> None:
    words = "vocabulary shop\n\nfact paid: boolean\n"
    strict = "policy strict\n    default permit\n\nuse shop\n\nforbid all\n"
    loose = "policy loose\n    default permit\n\nuse shop\n\nforbid sale\n    when {}paid\n"
    for name, negated in (("old", ""), ("new", "not ")):
        folder = tmp_path / name
        folder.mkdir()
        for file, text in (("shop", words), ("strict", strict), ("loose", loose.format(negated))):
            (folder / f"{file}.tos").write_text(text, encoding="utf-8")
    whole = run("diff", tmp_path / "old", tmp_path / "new")
    assert "2 documents are asked as one here" in whole.out
    assert "name its file on both sides" in whole.out
    one = run("diff", tmp_path / "old" / "loose.tos", tmp_path / "new" / "loose.tos")
    assert one.status == 3
    assert "asked as one" not in one.out


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
    assert "about no particular day: `tosdsl diff --as-of` asks" in run("diff", old, new).out
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


DUTY = """\
vocabulary breaches

fact leak: boolean
fact found_on: date
fact told: boolean
fact told_board: boolean

policy acme.breaches
    default permit

use breaches

require {name} at "9"
    when leak
    must {must}
    within {days} days after found_on
"""


def duties(folder: Path, stem: str, **words: str) -> str:
    file = folder / f"{stem}.tos"
    text = DUTY.format(**{"name": "notice", "must": "told", "days": "30", **words})
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_what_a_duty_asks_for_is_said_on_both_sides(run: Any, tmp_path: Path) -> None:
    old = duties(tmp_path, "old")
    new = duties(tmp_path, "new", name="notify", must="told and told_board", days="15")
    found = json.loads(run("diff", old, new, "--format", "json").out)
    (change,) = found["changes"]
    assert change["kind"] == "duties changed"
    assert "told → must told and told_board" in change["words"]
    assert "found_on + 30 days → within found_on + 15 days" in change["words"]
    assert change["use"]["facts"] == {"leak": True}
    assert "name: notice → notify" in found["besides"]


def test_a_text_that_is_not_in_force_yet_is_named_as_the_reason(run: Any, tmp_path: Path) -> None:
    old = version(tmp_path, "old", start="2023-01-01")
    new = version(tmp_path, "new", version="2", start="2025-01-01")
    done = run("diff", old, new, "--as-of", "2024-06-01")
    assert "the new text is not in force on that day" in done.out
    assert (
        "the old text is not in force on that day" in run("diff", new, old, "--as-of", "2024-06-01").out
    )


def test_a_threshold_that_moved_is_shown_as_a_range(run: Any, tmp_path: Path) -> None:
    files = []
    for most in (1000, 2500):
        file = tmp_path / f"{most}.tos"
        file.write_text(
            "vocabulary words\n\nfact users: integer\n\npolicy one\n    default permit\n\nuse words\n\n"
            f"forbid many\n    when users > {most}\n",
            encoding="utf-8",
        )
        files.append(file)
    (change,) = json.loads(run("diff", *files, "--format", "json").out)["changes"]
    assert change["use"]["ranges"] == {"users": {"from": "1001", "to": "2500"}}


PRICED = """vocabulary words

fact units: integer "How many?"
type Step has
    above: integer
    fee: money in USD

policy one
    default permit

use words

table steps of Step
    {{above: 0, fee: 1 USD}}
    {{above: 9, fee: {step}}}

define price as
    units * {price}

define large as
    units > {large}

define many as
    units > 10
    except {few}
        when units < 20

forbid some_of_them
    when {bound} and not many
"""


def _priced(tmp_path: Path, name: str, **changed: str) -> Path:
    plain = {"step": "2 USD", "price": "5 USD", "large": "7", "few": "few", "bound": "units > 3"}
    file = tmp_path / name
    file.write_text(PRICED.format(**plain | changed), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"price": "6 USD"}, ["value of price: units * 5 USD → units * 6 USD"]),
        ({"step": "3 USD"}, ["value of steps: [{above: 0, fee: 1 USD}, {above: 9, fee: 2 USD}] → "]),
        ({"large": "8"}, ["value of large: units > 7 → units > 8"]),
        ({"large": "8", "bound": "large"}, []),  # the verdicts tell it
        ({}, []),
    ],
)
def test_a_value_that_no_verdict_tells_of_is_told(
    run: Any, tmp_path: Path, changed: dict[str, str], told: list[str]
) -> None:
    done = run("diff", _priced(tmp_path, "old.tos"), _priced(tmp_path, "new.tos", **changed))
    assert [each.strip() for each in told if each not in done.out] == []
    assert done.out.count("value of ") == len(told)
    assert (done.status, "Equal, proved" in done.out) == (
        (3, False) if "bound" in changed else (0, True)
    )


def test_a_value_of_a_fact_that_has_another_name_is_the_same(run: Any, tmp_path: Path) -> None:
    old, new = _priced(tmp_path, "old.tos"), tmp_path / "new.tos"
    new.write_text(old.read_text(encoding="utf-8").replace("units", "pieces"), encoding="utf-8")
    done = run("diff", old, new)
    assert "units → pieces" in done.out
    assert "value of" not in done.out


def test_a_kind_that_is_misspelt_has_a_near_one(run: Any) -> None:
    done = run("diff", _MARCH, _MARCH, "--fail-on", "newly-setled")
    assert (done.status, "did you mean newly-settled" in done.err) == (2, True)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_a_path_in_a_revision_is_one_from_here_or_from_the_top(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "inner").mkdir()
    version(tmp_path / "inner", "text")
    for words in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "text")):
        author = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        subprocess.run(["git", *author, *words], cwd=tmp_path, check=True)
    for place, path in (
        (".", "inner/text.tos"),
        (".", "./inner/text.tos"),
        ("inner", "text.tos"),
        ("inner", "./text.tos"),
        ("inner", "inner/text.tos"),
        ("inner", "../inner/text.tos"),
        ("inner", ""),
    ):
        monkeypatch.chdir(tmp_path / place)
        assert run("diff", f"HEAD:{path}", f"HEAD:{path}").status == 0
    assert "TOS6002" in run("diff", "HEAD:./inner/text.tos", "HEAD:").err


def test_a_duty_of_which_it_is_not_known_whether_it_changed() -> None:
    clause = ("p#attribution", "p#attribution")
    made = Class("permitted", "permitted", clause, "true", "unknown", duty=True)
    shown = diff_markdown(Difference((), ((made, "it asks too much"),)), {}, ("old", "new"))
    assert (
        "duties changed: attribution was in force, and is perhaps in force (it asks too much)" in shown
    )


def test_a_reason_that_many_classes_share_is_said_once() -> None:
    several = [
        (Class("permitted", "forbidden", (f"p#{name}", f"p#{name}"), "true", "unknown"), why)
        for name, why in (("a", "too much"), ("b", "not asked"), ("c", "too much"))
    ]
    found, names = Difference((), tuple(several)), ("old", "new")
    text = "\n".join(line.plain for line in diff_lines(found, {}, names))
    for shown in (text, diff_markdown(found, {}, names)):
        order = ("too much", ": a was", ": c was", ": b was", "not asked")
        assert [shown.count(each) for each in order] == [1] * len(order)
        assert sorted(order, key=shown.index) == list(order)


# --- what git is told ---------------------------------------------------------------------------------


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two commits of one policy, under names that are no words of a language."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    monkeypatch.chdir(tmp_path)
    version(tmp_path, "text")
    text = Path("text.tos").read_text(encoding="utf-8")
    for odd in ("-text.tos", os.fsdecode(b"caf\xe9.tos"), "a\nb.tos", ".hidden/hidden.tos"):
        Path(odd).parent.mkdir(exist_ok=True)
        Path(odd).write_text(text.replace("policy shop.terms", "policy odd.terms"), encoding="utf-8")
    Path("link.tos").symlink_to("text.tos")
    with Path("large.tos").open("wb") as stream:
        stream.truncate(limits.MAX_FILE_BYTES + 1)
    for words in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "text"), ("tag", "one")):
        author = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        subprocess.run(["git", *author, *words], cwd=tmp_path, check=True)
    return tmp_path


@pytest.mark.parametrize(
    "revision", ["--output=made", "-o", "--help", "--textconv", "-", "--", "--end-of-options", "--all"]
)
def test_a_revision_is_no_option_of_git(run: Any, repository: Path, revision: str) -> None:
    before = sorted(repository.iterdir())
    for words in ((f"{revision}:text.tos", "text.tos"), ("text.tos", f"{revision}:text.tos")):
        done = run("diff", "--", *words)
        assert (done.status, "no revision begins with a hyphen" in done.err) == (1, True)
    assert sorted(repository.iterdir()) == before


@pytest.mark.parametrize("path", ["-text.tos", os.fsdecode(b"caf\xe9.tos"), "a\nb.tos"])
def test_any_path_can_be_read_from_git(run: Any, repository: Path, path: str) -> None:
    assert run("diff", "--", f"one:{path}", f"./{path}").status == 0
    assert run("diff", "one:text.tos", "text.tos").status == 0  # beside names that are not UTF-8


def test_what_is_in_a_revision_is_looked_at_before_it_is_read(run: Any, repository: Path) -> None:
    assert "error[TOS6002]" in run("diff", "one:link.tos", "text.tos").err
    assert "error[TOS5001] one:large.tos:1:1" in run("diff", "one:large.tos", "text.tos").err


def test_hidden_files_of_a_revision_are_not_read(run: Any, repository: Path) -> None:
    Path(".hidden/hidden.tos").write_text("policy no.more\n    default permit\n", encoding="utf-8")
    for odd in ("-text.tos", os.fsdecode(b"caf\xe9.tos"), "a\nb.tos", "link.tos", "large.tos"):
        Path(odd).unlink()
    for words in (("add", "-A"), ("commit", "-q", "-m", "less"), ("tag", "two")):
        author = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        subprocess.run(["git", *author, *words], cwd=repository, check=True)
    assert run("diff", "two:.", ".").status == 0
    assert "no.more" not in run("diff", "two:.", "two:", "--format", "json").out


def test_git_runs_nothing_that_a_repository_configures(run: Any, repository: Path) -> None:
    """A conversion for people to look at is no text of a policy."""
    Path(".gitattributes").write_text("*.tos diff=odd\n", encoding="utf-8")
    subprocess.run(["git", "config", "diff.odd.textconv", "touch made; cat"], check=True)
    assert run("diff", "one:text.tos", "text.tos").status == 0
    assert not Path("made").exists()


def test_in_a_hook_the_repository_is_the_one_that_git_says(
    run: Any, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "elsewhere").mkdir()
    monkeypatch.setenv("GIT_DIR", str(repository / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(repository))
    monkeypatch.chdir(repository / "elsewhere")
    assert run("diff", "one:../text.tos", "one:../text.tos").status == 0


def test_another_presumption_is_a_difference(run: Any, tmp_path: Any) -> None:
    """It changes no use that says the fact, and what ``check`` tells of one that does not."""
    old, new = tmp_path / "old.tos", tmp_path / "new.tos"
    words = "vocabulary v\n\nfact a: boolean presumed yes\nfact b: boolean\n"
    head = f"{words}\n\npolicy p\n    default permit\n"
    clause = "\nforbid x\n    when not a and b\n"
    old.write_text(f"{head}\nuse v\n{clause}", "utf-8")
    new.write_text(f"{head}\nuse v\n\npresume a is no\n\npresume b is yes\n{clause}", "utf-8")
    done = run("diff", old, new)
    assert done.status == 3
    told = "Presumptions changed\n  a: yes → no\n  b: nothing → yes\n"
    assert told in done.out
    assert "Equal" not in done.out
    found = json.loads(run("diff", old, new, "--format", "json").out)
    assert (found["equal"], found["presumed"]) == (False, ["a: yes → no", "b: nothing → yes"])
    assert run("diff", old, new, "--fail-on", "presumptions-changed").status == 3
    assert run("diff", old, new, "--fail-on", "loosened,tightened").status == 0
    assert run("diff", old, old).status == 0
