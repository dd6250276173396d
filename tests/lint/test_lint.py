"""Each text gets just the findings that it must get; a use that is shown is a scenario that holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.conftest import ROOT
from tests.malformed import corpus
from tests.malformed.judge import check
from tosdsl.cli.main import main
from tosdsl.diagnostics.catalogue import CATALOGUE
from tosdsl.facade import PolicyError, load_each
from tosdsl.lint.check import lint
from tosdsl.lint.model import Report
from tosdsl.lint.report import MOST_NAMED, as_json, fingerprints, lines, summary
from tosdsl.lint.sarif import as_sarif
from tosdsl.testing.scenarios import run

TEXTS = {path.name: corpus.read(path) for path in (Path(__file__).parent / "policies").iterdir()}


MONTHS = (
    'vocabulary shop\n\nfact signed: date  "When?"\nfact used: date    "When?"\n\n\n'
    "policy acme.terms\n    default permit\n\nuse shop\n\n"
    "forbid sale\n    when used > signed + 1 month and used < signed + 28 days\n"
)


WORKDAYS = """\
vocabulary shop

fact signed: date            "When?"
fact used: date              "When?"
fact closed: list of date    "Which days are holidays?"
fact early: boolean presumed yes  "Early?"


policy acme.terms
    default permit

use shop

forbid sale
    when used > signed + 2 business days excluding closed
    provided used < signed + 5 days and early
"""

DAYS_SHOWN = """
scenario "a"
    given
        signed: 2024-02-01
        used: 2024-02-05
        closed: [2024-02-05]
    expect permitted

scenario "b"
    given
        signed: 2024-01-29
        used: 2024-02-01
        closed: []
    expect forbidden
"""


def linted(text: str, name: str = "terms.tos") -> Report:
    """The report on one text, in the current folder."""
    Path(name).write_text(text, encoding="utf-8")
    return lint(name)


@pytest.fixture(autouse=True)
def _apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_findings(name: str) -> None:
    text = TEXTS[name]
    report = linted(text.text, name)
    check(text, [each.problem for each in report.findings], dict(report.sources))


def test_every_code_of_the_linter_is_found_in_a_text() -> None:
    found = {expected.code for text in TEXTS.values() for expected in text.expected}
    assert found == {code for code in CATALOGUE if code.startswith("TOS7")}


def test_the_shipped_policies_have_no_findings() -> None:
    report = lint(ROOT / "policies")
    assert [(each.code, each.problem.span.file) for each in report.findings] == []
    assert report.unsettled == ()
    assert report.policies > 20
    assert all(each.reason for each in report.allowed)


def test_without_a_solver_less_is_settled_and_nothing_else_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = lint(ROOT / "policies")
    monkeypatch.setattr("tosdsl.analysis.engine.solver_at_hand", lambda: False)
    report = lint(ROOT / "policies")
    assert report.findings == ()
    assert len(report.unsettled) > len(whole.unsettled)


@pytest.mark.parametrize("name", ["conflict.tos", "idle.tos", "overlap.tos", "dead.tos"])
def test_a_use_that_is_shown_is_a_scenario_that_holds(name: str) -> None:
    text = TEXTS[name].text
    shown = [each.use for each in linted(text, name).findings if each.use is not None]
    assert shown
    Path(name).write_text(text + "\n" + "\n".join(each.scenario for each in shown), encoding="utf-8")
    results = run(load_each(name))
    assert len(results) == len(shown)
    assert [failure for result in results for failure in result.failures] == []


def test_a_vocabulary_elsewhere_is_not_told_of() -> None:
    """Other policies may read its facts."""
    Path("shop.tos").write_text('vocabulary shop\n\nfact paid: boolean  "Paid?"\n', encoding="utf-8")
    text = "policy acme.terms\n    default permit\n\nuse shop\n"
    assert linted(text).findings == ()
    assert [each.code for each in lint(".").findings] == ["TOS7012"]


def test_facts_that_one_policy_of_a_folder_reads_are_used() -> None:
    Path("shop.tos").write_text('vocabulary shop\n\nfact paid: boolean  "Paid?"\n', encoding="utf-8")
    for name, clause in {"one": "", "other": "\nforbid sale\n    when paid\n"}.items():
        text = f"policy acme.{name}\n    default permit\n\nuse shop\n{clause}"
        Path(f"{name}.tos").write_text(text, encoding="utf-8")
    assert lint(".").findings == ()


def test_a_wrong_policy_is_refused() -> None:
    with pytest.raises(PolicyError):
        linted("policy acme.terms\n    default perhaps\n")


def test_what_is_not_settled_is_told_of_apart() -> None:
    """A month has no number of days that a proof could lean on; that it has more than 25 is known."""
    report = linted(MONTHS)
    assert [each.problem.code for each in report.findings] == ["TOS7015"]  # that months are added
    open_ = {(each.code, each.subject, each.span.line) for each in report.unsettled}
    assert open_ == {("TOS7002", "acme.terms#sale", 12), ("TOS7010", "acme.terms#sale", 13)}
    assert all(each.why for each in report.unsettled)
    assert "could not be settled" in summary(report)


def test_what_a_scenario_shows_is_settled() -> None:
    """With what is presumed in it as well: a use that says so is one like it."""
    assert {each.code for each in linted(WORKDAYS).unsettled} == {"TOS7002", "TOS7009", "TOS7010"}
    assert linted(WORKDAYS + DAYS_SHOWN).unsettled == ()


def test_each_question_that_is_not_settled_is_named_in_every_format() -> None:
    report = linted(MONTHS)
    text = [each.plain for each in lines(report)]
    at = text.index("Neither shown nor ruled out:")
    assert text[at + 1] == (
        "  terms.tos:12:8 `acme.terms#sale`: whether it can ever be in force [TOS7002]"
    )
    assert text[at + 2].strip() == report.unsettled[0].why
    for each, plain in zip(report.unsettled, as_json(report)["unsettled"], strict=True):
        assert (plain["asked"], plain["why"]) == (each.asked, each.why)
        assert plain["asked"]
        assert plain["why"]
    (run,) = as_sarif(report, "0.1.0")["runs"]
    (invocation,) = run["invocations"]
    told = invocation["toolExecutionNotifications"]
    assert [each["descriptor"]["id"] for each in told] == ["TOS7002", "TOS7010"]
    assert all(report.unsettled[0].why in each["message"]["text"] for each in told)


def test_of_many_questions_the_first_are_named_and_the_others_counted() -> None:
    clause = MONTHS[MONTHS.index("forbid sale") :]
    text = MONTHS + "".join(clause.replace("sale", f"sale_{at}") for at in range(9))
    report = linted(text)
    shown = [each.plain for each in lines(report)]
    assert len(report.unsettled) == 20
    assert sum(each.startswith("  terms.tos:") for each in shown) == MOST_NAMED
    assert "  and 10 more: `--unsettled` shows them all" in shown
    every = [each.plain for each in lines(report, unsettled=True)]
    assert sum(each.startswith("not settled") for each in every) == 20


# --- output ---------------------------------------------------------------------------------------


def test_fingerprints_stay_when_lines_move() -> None:
    text = TEXTS["idle.tos"].text
    before = list(fingerprints(linted(text).findings))
    moved = text.replace("forbid sale", "# A comment.\n\n\nforbid sale", 1)
    assert moved != text
    after = linted(moved)
    assert list(fingerprints(after.findings)) == before
    assert len(set(before)) == len(before)
    assert after.findings[-1].problem.span.line == linted(text).findings[-1].problem.span.line + 3


def test_json() -> None:
    made = as_json(linted(TEXTS["allowed.tos"].text))
    assert json.loads(json.dumps(made)) == made
    assert made["schema"] == "tosdsl.lint/1"
    assert {each["code"] for each in made["allowed"]} == {"TOS7003", "TOS7012"}
    assert made["allowed"][0]["reason"] == "it is for the next version"


_MESSAGE = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
_URI = {"type": "string", "pattern": "^[A-Za-z0-9%._~/:-]+$"}
_REGION = {
    "type": "object",
    "required": ["startLine"],
    "properties": {
        key: {"type": "integer", "minimum": 1}
        for key in ("startLine", "startColumn", "endLine", "endColumn")
    },
    "additionalProperties": False,
}
_RESULT = {
    "type": "object",
    "required": ["ruleId", "ruleIndex", "level", "message", "partialFingerprints"],
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": _MESSAGE,
        "locations": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "physicalLocation": {
                        "type": "object",
                        "required": ["artifactLocation"],
                        "properties": {
                            "artifactLocation": {"type": "object", "properties": {"uri": _URI}},
                            "region": _REGION,
                        },
                        "additionalProperties": False,
                    }
                },
                "additionalProperties": False,
            },
        },
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
        "suppressions": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["kind"],
                "properties": {
                    "kind": {"enum": ["inSource", "external"]},
                    "justification": {"type": "string"},
                },
                "additionalProperties": False,
            },
        },
        "properties": {"type": "object"},
    },
    "additionalProperties": False,
}
_NOTIFICATION = {
    "type": "object",
    "required": ["message"],
    "properties": {
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": _MESSAGE,
        "descriptor": {"type": "object", "properties": {"id": {"type": "string"}}},
        "locations": _RESULT["properties"]["locations"],
        "properties": {"type": "object"},
    },
    "additionalProperties": False,
}
_INVOCATION = {
    "type": "object",
    "required": ["executionSuccessful"],
    "properties": {
        "executionSuccessful": {"type": "boolean"},
        "toolExecutionNotifications": {"type": "array", "items": _NOTIFICATION},
    },
    "additionalProperties": False,
}
_RULE = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string"},
        "shortDescription": _MESSAGE,
        "help": _MESSAGE,
        "defaultConfiguration": {
            "type": "object",
            "properties": {"level": {"enum": ["none", "note", "warning", "error"]}},
            "additionalProperties": False,
        },
        "properties": {"type": "object"},
    },
    "additionalProperties": False,
}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "$schema": {"type": "string"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "properties": {
                                    "name": {"type": "string"},
                                    "semanticVersion": {"type": "string"},
                                    "rules": {"type": "array", "items": _RULE, "uniqueItems": True},
                                },
                                "additionalProperties": False,
                            }
                        },
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "artifacts": {"type": "array", "uniqueItems": True},
                    "invocations": {"type": "array", "items": _INVOCATION},
                    "results": {"type": "array", "items": _RESULT},
                    "properties": {"type": "object"},
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}
"""The part of SARIF 2.1.0 that is used here: names, kinds and words, as the standard has them."""


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_sarif(name: str) -> None:
    report = linted(TEXTS[name].text, name)
    made = json.loads(json.dumps(as_sarif(report, "0.1.0")))
    Draft202012Validator(SARIF).validate(made)
    (run,) = made["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(set(rules)) == len(rules)
    results: list[dict[str, Any]] = run["results"]
    assert [rules[each["ruleIndex"]] for each in results] == [each["ruleId"] for each in results]
    assert sum("suppressions" in each for each in results) == len(report.allowed)
    assert len(results) == len(report.findings) + len(report.allowed)
    for each, result in zip(report.findings, results, strict=False):
        region = result["locations"][0]["physicalLocation"]["region"]
        assert (region["startLine"], region["startColumn"]) == (
            each.problem.span.line,
            each.problem.span.column,
        )
        assert (region["endLine"], region["endColumn"]) > (region["startLine"], region["startColumn"])
    for rule in run["tool"]["driver"]["rules"]:
        assert (ROOT / "docs" / rule["properties"]["page"]).is_file()


@pytest.mark.parametrize(
    ("name", "options", "status"),
    [
        ("months.tos", [], 0),
        ("months.tos", ["--fail-on", "note"], 3),
        ("conflict.tos", [], 3),
        ("conflict.tos", ["--format", "json"], 3),
        ("conflict.tos", ["--format", "sarif"], 3),
    ],
)
def test_the_status(
    name: str, options: list[str], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(name).write_text(TEXTS[name].text, encoding="utf-8")
    assert main(["lint", name, *options]) == status
    printed = capsys.readouterr().out
    assert printed
    if "--format" in options:
        json.loads(printed)


def test_the_status_of_a_wrong_policy(capsys: pytest.CaptureFixture[str]) -> None:
    Path("wrong.tos").write_text("policy acme.terms\n    default perhaps\n", encoding="utf-8")
    assert main(["lint", "wrong.tos"]) == 1
    assert "TOS" in capsys.readouterr().err


def test_a_clean_policy(capsys: pytest.CaptureFixture[str]) -> None:
    Path("clean.tos").write_text("policy acme.terms\n    default permit\n", encoding="utf-8")
    assert main(["lint", "clean.tos"]) == 0
    assert capsys.readouterr().out == "Nothing found in 1 policy.\n"
