"""Tables of cases: where they are found, which policy they are put to, how cells are read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.unit.conftest import SHOP
from tosdsl.diagnostics.model import Diagnostic
from tosdsl.facade import PolicyError
from tosdsl.testing.collect import Collection, collect
from tosdsl.testing.runner import run_tests
from tosdsl.testing.suite import ScenarioTest
from tosdsl.testing.tables.cells import read_cells
from tosdsl.testing.tables.places import tables_below

CASES = "case,sold,expect\nfree,no,permitted\n"


@pytest.fixture(autouse=True)
def _here(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop.parent)


def write(file: str, text: str) -> None:
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    Path(file).write_text(text, encoding="utf-8")


def titles(found: Collection) -> list[str]:
    return [test.title for test in found.tests]


def outcomes(found: Collection) -> dict[str, str]:
    return {result.title: result.outcome for result in run_tests(found.tests)}


def refused(*words: str) -> list[Diagnostic]:
    with pytest.raises(PolicyError) as raised:
        collect(words)
    return list(raised.value.diagnostics)


# --- where they are ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("shop.tos", ["kept", "sold", "free"]),
        (".", ["kept", "sold", "free"]),
        ("shop.cases.csv", ["free"]),
    ],
)
def test_a_table_is_run_with_its_policy_its_folder_and_by_itself(
    word: str, expected: list[str]
) -> None:
    write("shop.cases.csv", CASES)
    assert titles(collect([word])) == expected
    assert titles(collect([word, "shop.cases.csv"])) == expected


def test_a_table_belongs_to_a_markdown_policy_as_well() -> None:
    Path("shop.tos").rename("plain.tos")
    write("shop.tos.md", f"# Shop\n\n```tos\n{SHOP}```\n")
    Path("plain.tos").unlink()
    write("shop.cases.csv", CASES)
    assert outcomes(collect(["."])) == {"kept": "passed", "sold": "passed", "free": "passed"}


def test_a_folder_of_tables_alone_asks_the_policies_that_they_name() -> None:
    write(
        "desk/openai.cases.yaml",
        """\
policy: openai.business_terms
cases:
  - case: before there were terms
    as_of: 2020-01-01
    activities: [train]
    expect: not_applicable
  - case: trained in house
    given: {activities: [train], output_of: [openai], model: {purpose: classify}}
    as_of: 2024-01-01
    expect: undetermined
    expect needs: [model.competes_with, model.distributed, model.commercially_available]
""",
    )
    assert set(outcomes(collect(["desk"])).values()) == {"passed"}


def test_hidden_folders_are_left_out() -> None:
    write(".old/shop.cases.csv", CASES)
    write("b/x.cases.csv", CASES)
    write("a.cases.yaml", "cases: []\n")
    assert tables_below(".") == ["a.cases.yaml", "b/x.cases.csv"]


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"alone.cases.csv": CASES}, "no file beside it"),
        (
            {"two.cases.csv": CASES, "two.tos": f"{SHOP}\npolicy shop.other\n    default permit\n"},
            "two.tos has 2",
        ),
        (
            {"shop.cases.csv": CASES, "shop.tos.md": "```tos\npolicy x\n    default permit\n```\n"},
            "two files",
        ),
    ],
)
def test_a_table_of_no_one_policy_is_refused(files: dict[str, str], words: str) -> None:
    for file, text in files.items():
        write(file, text)
    (found,) = refused(next(iter(files)))
    assert found.code == "TOS6020"
    assert words in found.message


def test_mistakes_of_policies_and_of_tables_are_told_together() -> None:
    write("shop.cases.csv", CASES.replace("sold", "slod"))
    write("bad.tos", "policy bad\n    default permitt\n")
    codes = {each.code for each in refused(".")}
    assert "TOS4002" not in codes  # what a table says cannot be judged while policies are wrong
    assert codes
    Path("bad.tos").unlink()
    assert [each.code for each in refused(".")] == ["TOS4002"]


# --- what they say ----------------------------------------------------------------------------------


def test_cells_mean_what_a_facts_file_means() -> None:
    write(
        "all.tos",
        """\
vocabulary all

type Level is one of
    low
    high

fact level: Level
fact labels: list of text
fact fee: money in USD
fact ends: optional date
fact case: boolean

policy all.terms
    default permit

use all

define cheap as fee < 5 USD

forbid every
    when all of
        level is high
        labels includes "a b"
        ends is none
        case
""",
    )
    write(
        "all.cases.csv",
        """\
case,level,labels,fee,ends,given.case,expect,expect cheap,expect every
all of it,high,a b; c,4.50 USD,none,yes,forbidden,is yes,in force
no labels,high,[],5 USD,none,yes,permitted,is no,not in force
open,high,a b,,2024-01-01,,permitted,is undetermined,
unknown,high,"a b",,,yes,undetermined; needs ends,,undetermined
""",
    )
    found = collect(["all.cases.csv"])
    assert set(outcomes(found).values()) == {"passed"}, run_tests(found.tests)


def test_days_are_those_of_the_row_of_the_table_or_of_the_run() -> None:
    write(
        "shop.cases.yaml",
        "as_of: 2024-05-05\ncases:\n"
        "  - {case: own, as_of: 2023-01-01, known_at: 2024-02-02, sold: yes, expect: not_applicable}\n"
        "  - {case: shared, sold: yes, expect: forbidden}\n",
    )
    write("shop.cases.csv", CASES)
    tests = collect(["."], as_of=date(2024, 7, 7)).tests
    days = {test.title: test.use.as_of for test in tests if isinstance(test, ScenarioTest)}
    assert days == {
        "kept": date(2024, 7, 7),
        "sold": date(2024, 7, 7),
        "free": date(2024, 7, 7),
        "own": date(2023, 1, 1),
        "shared": date(2024, 5, 5),
    }
    assert {result.outcome for result in run_tests(tests)} == {"passed"}


def test_a_case_without_a_title_is_called_by_its_line() -> None:
    write("shop.cases.csv", "sold,expect\nno,permitted\n\n# a comment, with a comma\nyes,forbidden\n")
    assert titles(collect(["shop.cases.csv"])) == ["line 2", "line 5"]


# --- cells ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b\n", [["a", "b"]]),
        ("a,b", [["a", "b"]]),
        ("a,\r\n,b\r\n", [["a", ""], ["", "b"]]),
        (' a , "b, ""c""" ,d\n', [["a", 'b, "c"', "d"]]),
        ('"one\ntwo",b\nc,d\n', [["one\ntwo", "b"], ["c", "d"]]),
        ("\n\n# x, y\na\n", [["a"]]),
        ("é,\u4e2d\n", [["é", "\u4e2d"]]),
        ("", []),
    ],
)
def test_a_csv_text_is_read_as_cells(text: str, expected: list[list[str]]) -> None:
    problems: list[Diagnostic] = []
    rows = [[cell.text for cell in row] for row in read_cells(text, "t.csv", problems)]
    assert (rows, problems) == (expected, [])


def test_each_cell_has_its_place() -> None:
    rows = list(read_cells('ab, "c\nd" ,e\n"f", gh\n', "t.csv", []))
    places = [(cell.span.line, cell.span.column) for row in rows for cell in row]
    assert places == [(1, 1), (1, 5), (2, 5), (3, 1), (3, 6)]
