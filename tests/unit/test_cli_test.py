"""``tosdsl test``: what holds, what fails, what is not there; as text, JSON and JUnit XML."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped

from tests.unit.conftest import SHOP, Run
from tosdsl.base.span import Span
from tosdsl.cli.main import main
from tosdsl.cli.test import status_of
from tosdsl.testing import scenarios
from tosdsl.testing.collect import collect
from tosdsl.testing.model import Outcome, TestResult
from tosdsl.testing.reports import as_junit
from tosdsl.testing.runner import run_tests
from tosdsl.testing.text import result_lines


@pytest.fixture
def failing(shop: Path) -> Path:
    """One scenario holds, one fails."""
    shop.write_text(SHOP.replace("expect forbidden", "expect permitted"), encoding="utf-8")
    return shop


def test_all_held_is_0(run: Run, shop: Path) -> None:
    ran = run("test", shop)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.endswith("2 scenarios in 1 policy: all held\n")
    assert "  ✓ kept\n  ✓ sold\n" in ran.out


def test_the_shipped_library_holds(run: Run) -> None:
    for policy in (
        "anthropic.commercial_terms",
        "anthropic.suspension_and_termination",
        "anthropic.usage_policy",
        "azure.openai_service",
        "deepseek.terms_of_use",
        "openai.business_terms",
        "openai.services_agreement",
        "openai.suspension_and_termination",
        "openai.terms_of_use",
        "openai.usage_policies",
    ):
        assert run("test", policy).status == 0


def test_the_folder_here_is_meant_when_none_is_named(
    run: Run, failing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(failing.parent)
    assert run("test").status == 3


def test_a_failure_is_3_and_says_what_came_and_where(run: Run, failing: Path) -> None:
    ran = run("test", failing)
    assert ran.status == 3
    line = failing.read_text(encoding="utf-8").splitlines().index('scenario "sold"') + 1
    assert f"  ✗ sold  {failing}:{line}\n" in ran.out
    assert f"      expected  permitted  line {line + 3}\n      came      forbidden\n" in ran.out
    assert ran.out.endswith("2 scenarios in 1 policy: 1 failed\n")
    assert "shop.terms, version 1" not in ran.out
    assert "shop.terms, version 1" in run("test", failing, "-v").out


def test_a_failure_shows_the_clause_and_the_facts_to_look_at(run: Run, failing: Path) -> None:
    out = run("test", failing).out
    assert 'prohibition selling at "1" is in force\n        ✓ sold  sold is yes\n' in out
    assert "      look at sold is yes\n" in out


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("policy bare\n    default permit\n", "TOS6008"),
        ("vocabulary words\n\nfact sold: boolean\n", "TOS6004"),
        ('policy bare\n    default permit\n\nscenario "x"\n    expect permited\n', "TOS1021"),
    ],
)
def test_nothing_to_run_is_1(run: Run, tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "bare.tos").write_text(text, encoding="utf-8")
    ran = run("test", tmp_path)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith(f"error[{code}]")


def test_an_empty_folder_and_a_missing_one_are_1(run: Run, tmp_path: Path) -> None:
    assert run("test", tmp_path).status == 1
    assert run("test", tmp_path / "gone").status == 1


def test_json_names_each_scenario(run: Run, failing: Path) -> None:
    ran = run("test", failing, "--format", "json")
    assert (ran.status, ran.err) == (3, "")
    made = json.loads(ran.out)
    assert (made["schema"], made["scenarios"], made["held"]) == ("tosdsl.test/1", 2, 1)
    assert made["diagnostics"] == []
    kept, sold = made["results"]
    assert (kept["scenario"], kept["held"], kept["failures"]) == ("kept", True, [])
    assert (sold["scenario"], sold["held"], sold["verdict"]) == ("sold", False, "forbidden")
    (failure,) = sold["failures"]
    assert (failure["expected"], failure["actual"]) == ("permitted", "forbidden")
    assert sold["line"] < failure["line"]


def test_junit_parses_and_counts(run: Run, failing: Path) -> None:
    more = 'policy other\n    default forbid\n\nscenario "a < b & \\"c\\""\n    expect forbidden\n'
    (failing.parent / "other.tos").write_text(more, encoding="utf-8")
    ran = run("test", failing.parent, "--format", "junit")
    assert ran.status == 3
    root = ElementTree.fromstring(ran.out)
    assert (root.tag, root.get("tests"), root.get("failures")) == ("testsuites", "3", "1")
    suites = {suite.get("name"): (suite.get("tests"), suite.get("failures")) for suite in root}
    assert suites == {"other": ("1", "0"), "shop.terms@1": ("2", "1")}
    cases = root.findall("testsuite/testcase")
    assert [case.get("name") for case in cases] == ['a < b & "c"', "kept", "sold"]
    (failure,) = root.iter("failure")
    assert failure.get("message") == "expected permitted, came forbidden"
    assert (failure.text or "").startswith("FORBIDDEN")


def test_junit_is_silent_on_standard_output_when_policies_are_wrong(run: Run) -> None:
    ran = run("test", "no.such", "--format", "junit")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith("error[TOS6001]")


def test_some_tests_are_chosen_by_words_of_their_names(run: Run, failing: Path) -> None:
    assert run("test", failing, "-k", "KEPT shop").status == 0
    ran = run("test", failing, "-k", "slod")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith("error[TOS6021]")
    assert "None of the 2 tests has `slod`" in ran.err


def test_a_day_for_all_that_say_none(run: Run, shop: Path) -> None:
    assert run("test", shop, "--as-of", "2024-02-02").status == 0
    assert run("test", shop, "--as-of", "2020-02-02").status == 3


def test_what_is_printed_does_not_depend_on_the_number_of_processes(run: Run, failing: Path) -> None:
    rows = "".join(f"case {at},{'yes' if at % 7 else 'no'},forbidden\n" for at in range(120))
    failing.with_name("shop.cases.csv").write_text(f"case,sold,expect\n{rows}", encoding="utf-8")
    one, three = (run("test", failing, "--jobs", jobs) for jobs in (1, 3))
    assert one == three
    assert one.status == 3
    assert "  ✓ 102 of 120\n  ✗ case 0  " in one.out
    assert one.out.endswith("2 scenarios and 120 cases in 1 policy: 19 failed\n")


@pytest.mark.parametrize("jobs", ["0", "-1", "many", "1000"])
def test_a_number_of_processes_that_is_none_is_refused(run: Run, shop: Path, jobs: str) -> None:
    assert run("test", shop, "--jobs", jobs).status == 2


def test_failures_become_annotations(run: Run, failing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = run("test", failing, "--annotations", "github")
    line = failing.read_text(encoding="utf-8").splitlines().index("    expect permitted", 26) + 1
    (made,) = ran.err.splitlines()
    assert made.startswith(f"::error file={failing},line={line},title=shop.terms@1%3A sold::expected ")
    assert "%0A" in made
    assert run("test", failing).err == ""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert run("test", failing).err == ran.err
    assert run("test", failing, "--annotations", "none").err == ""


class Fixed:
    """A test of another kind, which comes to what it is told to."""

    kind, policy, title, span = "property", "shop.terms", "a property", Span("shop.tos", 3, 1, 3, 2)

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome

    def run(self) -> TestResult:
        return TestResult(
            self.kind,
            self.policy,
            self.title,
            span=self.span,
            outcome=self._outcome,
            message="a < b & c",
        )


@pytest.mark.parametrize(
    ("outcomes", "status"),
    [
        (("passed",), 0),
        (("passed", "unknown"), 4),
        (("unknown", "failed"), 3),
        (("passed", "error"), 3),
    ],
)
def test_any_kind_of_test_is_run_and_told(outcomes: tuple[Outcome, ...], status: int) -> None:
    results = run_tests([Fixed(each) for each in outcomes])
    assert [each.outcome for each in results] == list(outcomes)
    assert status_of(results) == status
    suite = JUnitXml.fromstring(as_junit(results, 0.1).encode())
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (
        len(outcomes),
        outcomes.count("failed"),
        outcomes.count("error"),
        outcomes.count("unknown"),
    )
    kinds = {"failed": Failure, "error": Error, "unknown": Skipped}
    for outcome, case in zip(outcomes, next(iter(suite)), strict=True):
        assert [type(each) for each in case.result] == ([kinds[outcome]] if outcome != "passed" else [])
        assert [each.message for each in case.result] == ["a < b & c"] * (outcome != "passed")
    last = list(result_lines(results, 0.1))[-1].plain
    assert last.startswith("1 property" if len(outcomes) == 1 else "2 properties")


def test_an_exception_is_an_outcome_and_the_others_still_run(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = iter([RecursionError("too deep"), None])

    def judge(*words: Any) -> Any:
        if (error := next(calls)) is not None:
            raise error
        return scenarios.judge(*words)

    monkeypatch.setattr("tosdsl.testing.suite.judge", judge)
    first, second = run_tests(collect([shop]).tests)
    assert (first.outcome, first.message) == ("error", "RecursionError: too deep")
    assert second.outcome == "passed"


def test_watching_sees_what_changes_and_ends_when_stopped(
    failing: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    table = failing.with_name("shop.cases.csv")
    changes = [
        lambda: failing.write_text(SHOP, encoding="utf-8"),
        lambda: table.write_text("case,sold,expect\nfree,no,permitted\n", encoding="utf-8"),
        lambda: table.write_text("case,slod,expect\nfree,no,permitted\n", encoding="utf-8"),
    ]

    def sleep(seconds: float) -> None:
        if not changes:
            raise KeyboardInterrupt
        changes.pop(0)()

    monkeypatch.setattr("tosdsl.cli.watch.time.sleep", sleep)
    assert main(["test", str(failing), "--watch"]) == 0
    shown = capsys.readouterr()
    ends = [line for line in shown.out.splitlines() if " in 1 policy: " in line]
    assert ends == [
        "2 scenarios in 1 policy: 1 failed",
        "2 scenarios in 1 policy: all held",
        "2 scenarios and 1 case in 1 policy: all held",
    ]
    assert "error[TOS4002]" in shown.err
    assert shown.err.endswith("\nStopped.\n")


# --- days -----------------------------------------------------------------------------------------

PROPERTY = """
property "what is sold is never permitted"
    as of {day}
    where sold
    expect never permitted
"""


def test_a_property_on_a_day_on_which_its_document_is_not_in_force_is_not_proved_for_every_use(
    run: Run, shop: Path
) -> None:
    shop.write_text(SHOP + PROPERTY.format(day="2030-05-05"), encoding="utf-8")
    ran = run("test", shop)
    assert ran.status == 0
    assert "proved for every use" not in ran.out
    assert "holds of nothing" in ran.out
    assert "TOS7019" in ran.err
    assert "2030-05-05" in ran.err
    told = json.loads(run("test", shop, "--format", "json").out)["diagnostics"]
    assert [each["code"] for each in told] == ["TOS7019"]


def test_on_a_day_of_its_document_nothing_is_said(run: Run, shop: Path) -> None:
    shop.write_text(SHOP + PROPERTY.format(day="2024-05-05"), encoding="utf-8")
    ran = run("test", shop)
    assert "proved for every use" in ran.out
    assert ran.err == ""


def test_a_day_for_all_scenarios_is_looked_at_as_well(run: Run, shop: Path) -> None:
    shop.write_text(SHOP.replace("expect forbidden", "expect selling not in force"), encoding="utf-8")
    ran = run("test", shop, "--as-of", "2031-01-01")
    assert ran.err.count("TOS7019") == 2
    assert ran.out.count("holds of nothing") == 1
