"""``tosdsl test``: what holds, what fails, what is not there; as text, JSON and JUnit XML."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.unit.conftest import SHOP, Run


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
