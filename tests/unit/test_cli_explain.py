"""``tosdsl explain``: the page of a code, plain and laid out; and the line that leads to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.conftest import Run
from tests.unit.test_cli_process import ESCAPE, on_a_terminal
from tosdsl.cli.explain import plain
from tosdsl.diagnostics.catalogue import CATALOGUE

HINT = "`tosdsl explain TOS6001` says more."


@pytest.mark.parametrize("word", ["TOS3010", "tos3010", "3010"])
def test_the_page_of_a_code_as_plain_text(run: Run, word: str) -> None:
    ran = run("explain", word)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith(
        f"TOS3010: {CATALOGUE['TOS3010'].title}\n\nEach section answers for itself"
    )
    assert '\n    section resale at "7"\n        "Access is sold on by partners only."\n' in ran.out
    assert "\n    warning[TOS3010] terms.tos:9:9\n" in ran.out
    assert "\nInstead:\n\n    -permit partners" in ran.out
    assert "```" not in ran.out
    assert "](" not in ran.out


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_code_has_a_page(run: Run, code: str) -> None:
    ran = run("explain", code)
    assert (ran.status, ran.out.splitlines()[0]) == (0, f"{code}: {CATALOGUE[code].title}")


def test_without_a_code_all_are_listed(run: Run) -> None:
    out = run("explain").out
    assert all(f"\n* {code}: {entry.title}" in out for code, entry in CATALOGUE.items())


@pytest.mark.parametrize(
    ("word", "words"),
    [
        ("TOS2018", "did you mean TOS"),
        ("TOS206", "did you mean TOS"),
        ("resale", "`tosdsl explain` lists all codes"),
        ("../index", "`tosdsl explain` lists all codes"),
        ("x" * 5_000, "`tosdsl explain` lists all codes"),
        ("", "`tosdsl explain` lists all codes"),
        ("٢٠٠٦", "`tosdsl explain` lists all codes"),
    ],
)
def test_a_code_that_is_not_there(run: Run, word: str, words: str) -> None:
    ran = run("explain", word)
    assert (ran.status, ran.out) == (2, "")
    assert f"there is no code {word!r}; {words}" in ran.err


def test_signs_of_markdown_in_an_example_stay() -> None:
    assert plain("# A\n\n```tos x\n# a comment\n\n```\n") == "A\n\n    # a comment\n\n"


def test_a_terminal_gets_it_laid_out() -> None:
    status, shown = on_a_terminal("explain", "TOS3010")
    assert status == 0
    assert ESCAPE in shown
    assert "```" not in shown
    assert "Each section answers for itself" in shown
    status, shown = on_a_terminal("explain", "TOS3010", NO_COLOR="1")
    assert status == 0
    assert ESCAPE not in shown


def test_a_run_that_ends_in_mistakes_says_where_more_is_on_terminals_only(run: Run) -> None:
    words = ("check", "no.such", "--facts", "project_seed")
    shown = on_a_terminal(*words)[1].replace("\r", "")
    assert shown.endswith(f"\n\n{HINT}\n")
    assert HINT not in run(*words).err
    assert HINT not in on_a_terminal(*words, "--format", "json")[1]
    assert "says more" not in on_a_terminal("check", "openai.business_terms", "--facts", "fine_tune")[1]


def test_it_is_said_once_whatever_the_number_of_mistakes(tmp_path: Path) -> None:
    file = tmp_path / "terms.tos"
    file.write_text('policy p\n    default allow\n    titel "T"\n', encoding="utf-8")
    shown = on_a_terminal("test", str(file))[1]
    assert shown.count("error") == 2
    assert shown.count("says more") == 1
    assert "`tosdsl explain TOS1008` says more." in shown
