"""Evidence, enforcement and readings as a command prints them and a program gets them."""

from __future__ import annotations

import json
import pickle
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import pytest

import tosdsl
from tests.unit.conftest import Run

BUSINESS = "openai.business_terms"
RIVAL: dict[str, Any] = {"output_of": ["openai"], "model.purpose": "generate"}
TRAINED: dict[str, Any] = {
    "fact": "activities",
    "value": ["train"],
    "status": "alleged",
    "source": "press report",
    "said_on": date(2023, 12, 15),
    "said_by": "a newspaper",
}
COMPETES = {
    "fact": "model.competes_with",
    "value": ["openai"],
    "status": "confirmed",
    "source": "an opinion",
}
WAYS = {"narrow": {"model.competes_with": []}, "broad": {"model": {"competes_with": ["openai"]}}}


@cache
def policies() -> tosdsl.PolicySet:
    return tosdsl.load(BUSINESS)


def decide(*said: Mapping[str, Any], **more: Any) -> tosdsl.Decision:
    return policies().decide(RIVAL, assertions=said, **more)


def lines_after(text: str, title: str) -> list[str]:
    """The lines of a part of the answer."""
    lines = text.splitlines()
    start = lines.index(title) + 1
    end = lines.index("", start) if "" in lines[start:] else len(lines)
    return lines[start:end]


STATEMENT = 'OpenAI Business Terms, enforcement at "statement of 2023-12-15"'


@pytest.mark.parametrize(
    ("use", "status", "lines"),
    [
        (
            "project_seed_alleged",
            4,
            ["  suspend “pending investigation”", f"      on an alleged breach, said by {STATEMENT}"],
        ),
        (
            "project_seed_confirmed",
            3,
            [
                "  require changes, else terminate",
                f"      on a confirmed breach, said by {STATEMENT}",
            ],
        ),
        (
            "project_seed_cleared",
            0,
            [
                "  reinstate",
                f"      as what is confirmed rules out the alleged breach, said by {STATEMENT}",
            ],
        ),
    ],
)
def test_the_ladder_of_the_story(run: Run, use: str, status: int, lines: list[str]) -> None:
    ran = run("check", BUSINESS, "--facts", use)
    assert ran.status == status
    assert lines_after(ran.out, "Enforcement") == lines


def test_the_standard_changes_the_verdict_and_not_what_is_open(run: Run) -> None:
    ran = run("check", BUSINESS, "--facts", "project_seed_alleged", "--standard", "alleged")
    assert ran.status == 3
    assert "  What is alleged counts here, where nothing better is known." in ran.out.splitlines()
    assert lines_after(ran.out, "Enforcement")[0] == "  suspend “pending investigation”"
    assert "alleged by The Verge, “article 24003542”, 2023-12-15" in ran.out
    assert run("check", BUSINESS, "--facts", "project_seed_alleged", "--standard", "rumour").status == 2


def test_a_document_may_name_its_standard(run: Run, tmp_path: Any) -> None:
    file = tmp_path / "use.yaml"
    said = "{fact: model.competes_with, value: [openai], status: alleged, source: a report}"
    given = "facts: {activities: [train], output_of: [openai], model.purpose: generate}"
    file.write_text(f"{given}\nassertions:\n  - {said}\nstandard: alleged\n", encoding="utf-8")
    assert run("check", BUSINESS, "--facts", str(file)).status == 3
    assert run("check", BUSINESS, "--facts", str(file), "--standard", "confirmed").status == 4


def test_a_clause_that_came_in_alone_brings_no_ladder(run: Run) -> None:
    ran = run("check", "azure.openai_service", "--facts", "project_seed_confirmed", "--format", "json")
    assert json.loads(ran.out)["verdict"] == "forbidden"
    assert json.loads(ran.out)["enforcement"] == []


def test_evidence_is_listed_where_the_decision_rests_on_it() -> None:
    idle = {**COMPETES, "fact": "model.distributed", "value": False}
    decision = decide(TRAINED, COMPETES, idle, standard="alleged")
    assert decision.verdict is tosdsl.Verdict.FORBIDDEN
    assert decision.standard == "alleged"
    assert [each.fact for each in decision.evidence] == ["activities", "model.competes_with"]
    assert decision.to_json()["evidence"][0] == {**TRAINED, "value": "[train]", "said_on": "2023-12-15"}
    text = decision.explain()
    assert "activities is [train], alleged by a newspaper, “press report”, 2023-12-15" in text
    assert "model.competes_with is [openai] (a judgement), confirmed by “an opinion”" in text


def test_what_is_alleged_only_is_unknown_and_the_answer_says_by_whom() -> None:
    decision = decide(TRAINED, COMPETES)
    assert decision.verdict is tosdsl.Verdict.UNDETERMINED
    assert "activities" in {need.fact for need in decision.needs}
    assert [(each.fact, each.said_by) for each in decision.allegations] == [
        ("activities", "a newspaper")
    ]
    text = decision.explain()
    assert "activities is not known, only alleged by a newspaper" in text
    assert "      [train] is alleged by a newspaper, “press report”, 2023-12-15" in text.splitlines()


def test_what_is_contested_is_listed_with_its_sources() -> None:
    other = {**COMPETES, "value": [], "source": "another opinion", "said_by": "a scholar"}
    decision = decide(COMPETES, other)
    (contested,) = decision.contested
    assert (contested.fact, contested.given) == ("model.competes_with", None)
    assert [each.source for each in contested.assertions] == ["an opinion", "another opinion"]
    assert lines_after(decision.explain(), "Contested") == [
        "  ? model.competes_with  Whose products does the model compete with?",
        "      [openai]  confirmed by “an opinion”",
        "      []  confirmed by a scholar, “another opinion”",
    ]


def test_a_plain_fact_against_a_confirmed_one_is_contested() -> None:
    facts = {**RIVAL, "model.competes_with": []}
    (contested,) = policies().decide(facts, assertions=[COMPETES]).contested
    assert contested.given == "[]"
    allegation = {**COMPETES, "status": "alleged"}
    assert policies().decide(facts, assertions=[allegation]).contested == ()


def test_an_open_measure_as_data() -> None:
    (measure,) = decide(TRAINED, COMPETES).enforcement
    assert (measure.measure, measure.text, measure.within) == ("suspend", "pending investigation", None)
    assert (measure.finding, measure.clause, measure.document) == ("alleged breach", None, BUSINESS)
    confirmed = decide({**TRAINED, "status": "confirmed"}, COMPETES).to_json()
    assert confirmed["enforcement"][0]["else"] == [
        {"measure": "terminate", "within": None, "text": None}
    ]


def test_readings_that_split() -> None:
    decision = policies().decide({**RIVAL, "activities": ["train"]}, readings=WAYS)
    assert decision.verdict is tosdsl.Verdict.UNDETERMINED
    assert decision.agree is False
    assert [verdict.value for verdict in decision.possible] == ["permitted", "forbidden"]
    assert lines_after(decision.explain(), "Readings") == [
        '  narrow  permitted  by default of openai.business_terms#restrictions at "2"',
        "          model.competes_with is []",
        '  broad   forbidden  by openai.business_terms#competing_models at "2(e)"',
        "          model.competes_with is [openai]",
    ]
    assert decision.to_json()["readings"][1] == {
        "name": "broad",
        "verdict": "forbidden",
        "possible": ["forbidden"],
        "facts": [{"fact": "model.competes_with", "value": "[openai]"}],
        "by": [{"clause": f"{BUSINESS}#competing_models", "at": "2(e)", "by_default": False}],
    }


def test_readings_that_agree() -> None:
    decision = policies().decide({**RIVAL, "activities": ["promote"]}, readings=WAYS)
    assert (decision.verdict, decision.agree) == (tosdsl.Verdict.PERMITTED, True)
    text = decision.explain()
    assert lines_after(text, "Readings")[0] == "  They agree; why is shown for narrow."
    assert policies().decide(RIVAL).agree is None


def test_a_use_made_by_a_program_and_one_that_was_read_are_judged_alike() -> None:
    said = tuple(
        tosdsl.Assertion(each["fact"], tuple(each["value"]), each["status"], each["source"])
        for each in (TRAINED, COMPETES)
    )
    use = tosdsl.Use(RIVAL, assertions=said, standard="alleged")
    assert policies().decide_use(use).verdict is tosdsl.Verdict.FORBIDDEN
    ways = (tosdsl.Reading("only", {"model.competes_with": ()}),)
    assert policies().decide_use(tosdsl.Use(RIVAL, readings=ways)).verdict is tosdsl.Verdict.PERMITTED
    text = json.dumps({"facts": RIVAL, "assertions": [{**TRAINED, "said_on": "2023-12-15"}, COMPETES]})
    read, _ = policies().read_use(text)
    assert policies().decide_use(read) == decide(TRAINED, COMPETES)


def test_a_decision_travels_with_its_evidence() -> None:
    decision = policies().decide(RIVAL, assertions=[TRAINED], readings=WAYS, standard="alleged")
    assert pickle.loads(pickle.dumps(decision)) == decision


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        ({"assertions": "a report"}, "TOS4003", "`assertions` must be a list"),
        ({"assertions": ["a report"]}, "TOS4015", "An assertion is a mapping"),
        ({"assertions": [{**COMPETES, "by": "me"}]}, "TOS4016", "no key `by`"),
        ({"assertions": [{**COMPETES, "source": None}]}, "TOS4017", "no `source`"),
        ({"assertions": [{**COMPETES, "value": None}]}, "TOS4018", "says nothing"),
        ({"assertions": [{**COMPETES, "value": "openai"}]}, "TOS4003", "a list of party"),
        ({"standard": "proven"}, "TOS4004", "`standard` cannot be `proven`"),
        ({"standard": 3}, "TOS4003", "`standard` must be alleged or confirmed"),
        ({"readings": ["narrow"]}, "TOS4003", "`readings` must be a mapping"),
        ({"readings": {"a": {"activities": []}}}, "TOS4019", "`activities` is no judgement"),
        ({"readings": {"a": {"model.purpose": "generate"}}}, "TOS4019", "`model.purpose`"),
        ({"readings": WAYS, "assertions": [COMPETES]}, "TOS4020", "is asserted too"),
        ({"readings": {str(key): None for key in range(101)}}, "TOS4021", "101 readings"),
    ],
)
def test_what_a_program_gives_wrongly(given: dict[str, Any], code: str, words: str) -> None:
    with pytest.raises(tosdsl.FactError) as caught:
        policies().decide(RIVAL, **given)
    assert {each.code for each in caught.value.diagnostics} == {code}
    assert words in caught.value.diagnostics[0].message
    with pytest.raises(tosdsl.FactError):
        policies().decide(RIVAL, **given)


def test_a_failed_expectation_says_what_came(run: Run, tmp_path: Any) -> None:
    file = tmp_path / "terms.tos"
    file.write_text(
        'policy p\n    default permit\n\nscenario "s"\n    expect measure warn\n'
        "    expect readings agree\n",
        encoding="utf-8",
    )
    ran = run("test", str(file))
    assert ran.status == 3
    assert "measure none" in ran.out
    assert "readings none given" in ran.out


SCOPED = """
vocabulary v

fact member: boolean
fact loud: boolean


policy club
    default permit

use v

section rooms
    applies when member

    forbid noise
        when loud
"""


def test_evidence_under_a_sections_scope_is_listed() -> None:
    said = {"fact": "member", "value": True, "status": "confirmed", "source": "the register"}
    decision = tosdsl.loads(SCOPED).decide({"loud": True}, assertions=[said])
    assert decision.verdict is tosdsl.Verdict.FORBIDDEN
    assert [each.source for each in decision.evidence] == ["the register"]
