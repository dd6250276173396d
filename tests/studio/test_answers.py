"""What the page is told, asked in Python: the same functions that the browser runs."""

from __future__ import annotations

import json
from typing import Any

import pytest

import tosdsl
from tosdsl.facade import PolicySet, load_each
from tosdsl.interview import first_policy
from tosdsl.studio.answers import Studio
from tosdsl.studio.desk import key_of
from tosdsl.studio.writing import Places
from tosdsl.testing.suite import scenario_tests

TERMS = first_policy("acme.terms")
BUSINESS = {"id": "openai.business_terms", "version": "2023-11-14", "recorded": "2024-01-10"}
STUDIO = Studio()


def said(name: str, **request: Any) -> Any:
    answer = json.loads(STUDIO.answer(name, json.dumps(request)))
    assert "ok" in answer, answer
    return answer["ok"]


def source_of(policies: PolicySet) -> dict[str, Any]:
    ((policy,),) = policies.choices.asked
    version, recorded = key_of(policy)
    return {"id": policy.id, "version": version, "recorded": recorded}


SHIPPED = {
    each.choices.asked[0][0].name + str(each.choices.asked[0][0].recorded or ""): each
    for each in load_each(*{one["id"] for one in said("library")})
}


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_a_scenario_as_a_form_is_decided_as_it_is_everywhere(name: str) -> None:
    source = source_of(SHIPPED[name])
    for test in scenario_tests([SHIPPED[name]]):
        use = said("scenario", source=source, title=test.title)
        decision = said("ask", source=source, use=use)["decision"]
        about = test.scenario.about
        policies = test.policies.about(about) if about else test.policies
        expected = policies.decide_use(test.use).to_json()
        assert decision == json.loads(json.dumps(expected)), test.title


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_every_clause_of_a_document_has_its_code_beside_it(name: str) -> None:
    (document,) = said("document", source=source_of(SHIPPED[name]))
    ((policy,),) = SHIPPED[name].choices.asked
    clauses = [each for each in document["rows"] if each["kind"] == "clause"]
    assert [each["id"] for each in clauses] == [each.id for each in policy.root.all_norms()]
    for each in clauses:
        assert f"{each['modality']} {each['id']}" in each["code"]["text"]


def test_a_document_is_read_with_what_may_be_done_about_a_breach_and_where_that_is_said() -> None:
    (document,) = said("document", source=BUSINESS)
    (row,) = [each for each in document["rows"] if each.get("word") == "enforces"]
    assert row["at"] == "statement of 2023-12-15"
    assert "Where a breach is confirmed: require changes, otherwise terminate." in row["text"]


def test_the_library_has_every_version_of_every_document() -> None:
    listed = {
        (one["id"], each["version"], each["recorded"])
        for one in said("library")
        for each in one["versions"]
    }
    assert listed == {
        (policy.id, *key_of(policy)) for each in SHIPPED.values() for policy in each.choices.asked[0]
    }


def test_a_clause_tells_what_it_hangs_on_and_which_scenarios_reach_it() -> None:
    found = said("clause", source=BUSINESS, policy=BUSINESS["id"], clause="competing_models")
    assert "Whose products does the model compete with?" in [
        each["question"] for each in found["facts"]
    ]
    assert found["reached"]["competing_models.classifiers"] == [
        "an in-house ticket classifier",
        "a model that sorts data into groups, kept in house",
    ]
    assert {each["verdict"] for each in found["scenarios"].values()} == {
        "forbidden",
        "permitted",
        "undetermined",
    }


def test_only_facts_that_can_still_matter_are_needed() -> None:
    use = {"answers": {"output_of": ["another maker"]}}
    found = said("ask", source=BUSINESS, use=use)
    assert found["decision"]["verdict"] == "permitted"
    assert {each["state"] for each in found["facts"]} == {"answered", "idle"}
    assert found["next"] is None


def test_what_nobody_knows_is_an_answer_and_still_matters() -> None:
    answers = {"activities": ["train"], "output_of": ["openai"], "model.purpose": "generate"}
    found = said("ask", source=BUSINESS, use={"answers": answers, "open": ["model.competes_with"]})
    (fact,) = [each for each in found["facts"] if each["fact"] == "model.competes_with"]
    assert (fact["state"], fact["matters"]) == ("open", True)
    assert found["next"] is None or found["next"]["fact"] != "model.competes_with"


TIMED = """\
vocabulary v

fact credit: boolean "Is the provider named?"
fact told: instant "When was it told?"
fact done: optional instant "When was it done?"


policy a.b
    default permit

use v

forbid x at "1"
    when not credit and day of use >= 2025-01-01

require notice at "2"
    when credit
    must done is not none
    within 72 hours after told

scenario "in time"
    as of 2025-05-07T11:00+02:00
    given
        credit: yes
        told: 2025-05-04T10:00Z
        done: none
    expect duty notice pending
"""


def test_the_day_and_the_hour_are_asked_for_where_something_hangs_on_them() -> None:
    source = {"text": TIMED}
    use = said("scenario", source=source, title="in time")
    assert use["as_of"] == "2025-05-07T11:00+02:00"

    def at(answers: dict[str, Any], when: str | None) -> tuple[str, str | None, bool, bool]:
        found = said("ask", source=source, use={"answers": answers, "as_of": when})
        decision = found["decision"]
        duties = [each["state"] for each in decision["duties"]]
        return decision["verdict"], next(iter(duties), None), *found["time"].values()

    no = {"credit": "no"}
    assert at(no, None) == ("undetermined", None, True, False)
    assert at(no, "2025-05-07") == ("forbidden", None, False, False)
    assert at(use["answers"], None) == ("permitted", "undetermined", True, False)
    assert at(use["answers"], "2025-05-07") == ("permitted", "undetermined", False, True)
    assert at(use["answers"], use["as_of"]) == ("permitted", "pending", False, False)
    assert at(use["answers"], "2025-05-07T12:01+02:00") == ("permitted", "breached", False, False)


RIVAL = {"activities": ["train"], "output_of": ["openai"], "model.competes_with": ["openai"]}


def test_an_answer_that_is_alleged_does_not_count_until_it_is_confirmed_or_asked_for() -> None:
    answers = {**RIVAL, "model.purpose": "generate"}

    def asked(status: str, standard: str | None = None) -> Any:
        word = {"model.purpose": {"status": status, "source": "press"}}
        use = {"answers": answers, "said": word, "standard": standard}
        return said("ask", source=BUSINESS, use=use)

    found = asked("alleged")
    assert found["decision"]["verdict"] == "undetermined"
    assert [each["source"] for each in found["decision"]["allegations"]] == ["press"]
    (purpose,) = [each for each in found["facts"] if each["fact"] == "model.purpose"]
    assert (purpose["state"], purpose["matters"]) == ("answered", True)
    assert found["next"] is None or found["next"]["fact"] != "model.purpose"
    assert asked("alleged", "alleged")["decision"]["verdict"] == "forbidden"
    assert asked("confirmed")["decision"]["verdict"] == "forbidden"


def test_what_is_said_goes_into_the_facts_that_are_kept() -> None:
    word = {"status": "alleged", "source": "press", "said_on": "2023-12-15", "said_by": "a paper"}
    use = {"answers": RIVAL, "said": {"model.competes_with": word}, "known_at": "2024-01-10"}
    facts = said("facts", source=BUSINESS, use=use)
    assert facts["assertions"] == [{"fact": "model.competes_with", "value": ["openai"], **word}]
    assert facts["known_at"] == "2024-01-10"
    assert facts["facts"].keys() == {"activities", "output_of"}


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_a_scenario_of_a_document_saved_again_expects_what_comes_of_it(name: str) -> None:
    source = source_of(SHIPPED[name])
    for test in scenario_tests([SHIPPED[name]]):
        if not (test.use.assertions or test.use.readings or test.use.known_at or test.scenario.about):
            continue
        use = said("scenario", source=source, title=test.title)
        saved = said("save", source=source, use=use, title="the same once more")
        (again,) = [
            each
            for each in tosdsl.loads(saved["text"]).scenarios()
            if each[1].title == "the same once more"
        ]
        assert again[2].assertions == test.use.assertions
        found = said(
            "ask",
            source={"text": saved["text"]},
            use=said("scenario", source={"text": saved["text"]}, title="the same once more"),
        )
        expected = said("ask", source=source, use=use)
        assert found["decision"]["verdict"] == expected["decision"]["verdict"], test.title


def test_a_wrong_answer_is_told_at_its_fact_and_settles_nothing() -> None:
    right = {"activities": ["train"], "output_of": ["openai"], "model.competes_with": ["openai"]}
    found = said("ask", source=BUSINESS, use={"answers": {**right, "model.distributed": "perhaps"}})
    (wrong,) = [each for each in found["facts"] if each["wrong"]]
    assert wrong["fact"] == "model.distributed"
    assert "perhaps" in wrong["wrong"]
    assert found["decision"]["verdict"] == "undetermined"


def test_each_way_to_settle_a_use_settles_it() -> None:
    use: dict[str, Any] = {"answers": {"activities": ["train"], "output_of": ["openai"]}}
    found = said("settle", source=BUSINESS, use=use)
    assert {each["verdict"] for each in found["settling"]} == {"permitted", "forbidden"}
    ways = [(each["verdict"], each["steps"]) for each in found["settling"]]
    for verdict, steps in (*ways, *(("permitted", each) for each in found["permitted"])):
        more = {each["fact"]: each["answer"] for each in steps}
        changed = said("ask", source=BUSINESS, use={"answers": {**use["answers"], **more}})
        assert changed["decision"]["verdict"] == verdict


def test_a_list_that_would_change_is_told_item_by_item() -> None:
    text = """\
vocabulary v

type Sale has
    amount: number "How much was paid?"
    ours: boolean "Is it ours?"

fact sales: list of Sale "What was sold?"


policy a.b
    default permit

use v

forbid x at "1"
    when count(s in sales where s.ours and s.amount > 10) > 1
"""
    sales = [{"amount": "11", "ours": "yes"}, {"amount": "12", "ours": "yes"}]
    found = said("settle", source={"text": text}, use={"answers": {"sales": sales}})
    ((step,), *_) = found["permitted"]
    assert [[one["value"] for one in each] for each in step["was"]] == [["11", "yes"], ["12", "yes"]]
    assert {one["question"] for one in step["was"][0]} == {"How much was paid?", "Is it ours?"}
    assert step["items"] != step["was"]


def test_a_saved_scenario_holds_in_the_text_that_it_was_saved_in() -> None:
    use = {
        "answers": {"purpose": "commercial", "credit": "yes"},
        "open": ["harmful"],
        "as_of": "2024-05-01",
    }
    saved = said("save", source={"text": TERMS}, use=use, title='sold, "and" named')
    found = said("check", source={"text": saved["text"]})
    assert not found["diagnostics"]
    assert [(each["held"], each["title"]) for each in found["scenarios"]][-1] == (
        True,
        'sold, "and" named',
    )
    assert said("format", source={"text": saved["text"]}) == saved["text"]


def test_the_facts_of_a_form_are_a_document_for_the_command_line() -> None:
    use = {
        "answers": {"activities": ["train"], "output_of": ["openai"]},
        "open": ["model.purpose"],
        "as_of": "2024-01-01",
    }
    facts = said("facts", source=BUSINESS, use=use)
    assert facts == {
        "as_of": "2024-01-01",
        "facts": {"activities": ["train"], "output_of": ["openai"], "model": {"purpose": None}},
    }
    read, _ = tosdsl.load("openai.business_terms").read_use(json.dumps(facts))
    assert read.unknown == {"model.purpose"}


def test_mistakes_have_places_as_a_browser_counts_and_mends_that_mend() -> None:
    text = TERMS.replace('"at home, for oneself"', '"at home 🏠, for oneself"').replace(
        "when credit", "when credti"
    )
    (found,) = said("check", source={"text": text})["diagnostics"]
    units = text.encode("utf-16-le")
    assert units[2 * found["from"] : 2 * found["to"]].decode("utf-16-le") == "credti"
    (mend,) = found["mends"]
    (edit,) = mend["edits"]
    mended = units[: 2 * edit["from"]] + edit["new"].encode("utf-16-le") + units[2 * edit["to"] :]
    assert not said("check", source={"text": mended.decode("utf-16-le")})["diagnostics"]


@pytest.mark.parametrize("text", ["", "a", "a\n", "🏠a\n\nb🏠", "\n"])
def test_places_lead_there_and_back(text: str) -> None:
    places = Places(text)
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        for column in range(1, len(line) + 2):
            assert places.place(places.at(number, column)) == (number, column)


def test_what_may_stand_at_a_place_is_offered() -> None:
    at = TERMS.index("when purpose") + len("when pu")
    found = said("complete", source={"text": TERMS}, at=at)
    assert [each["label"] for each in found["options"]] == ["purpose"]
    assert found["from"] == at - len("pu")


def test_looking_over_finds_what_the_linter_finds_and_counts_what_was_shown() -> None:
    text = TERMS.replace("        provided not harmful\n", "")
    found = said("look over", source={"text": text})
    assert "TOS7012" in [each["code"] for each in found["findings"]]
    assert found["coverage"]["met"] < found["coverage"]["goals"]


def test_a_use_is_compared_with_the_library_and_with_the_draft_in_its_place() -> None:
    ids = ["openai.business_terms", "openai.terms_of_use", "aws.service_terms"]
    text = said("document", source=BUSINESS)[0]["text"].replace(
        'title "OpenAI Business Terms"', 'title "Mine"'
    )
    use = {"answers": {"activities": ["train"], "output_of": ["openai"]}, "as_of": "2024-01-01"}
    found = said("compare", source={"text": text}, use=use, ids=ids)
    told = [each["title"] for group in found["groups"] for each in group["documents"]]
    told += [each["title"] for each in found["not_in_force"]]
    assert "Mine" in told
    assert "OpenAI Business Terms" not in told
    assert len(told) == len(ids)
    assert {each["fact"] for each in found["facts"]} == {"activities", "output_of"}


def test_a_change_has_an_example_that_changes() -> None:
    new = TERMS.replace("        provided not harmful\n", "")
    found = said("change", old={"text": TERMS}, new={"text": new}, names=["as it was", "as it is"])
    assert found["changes"]
    for each in found["changes"]:
        answers = {one["fact"]: one["answer"] for one in each["use"]}
        came = [
            said("ask", source={"text": text}, use={"answers": answers})["decision"]["verdict"]
            for text in (TERMS, new)
        ]
        assert came == [each["before"], each["after"]]
    assert any(not part["same"] for group in found["lines"] for part in group["parts"])


@pytest.mark.parametrize("name", ["document", "scenarios", "ask", "look over"])
@pytest.mark.parametrize(
    ("text", "code"),
    [("", "TOS1016"), ("vocabulary v\n", "TOS6004"), ("policy a.b\n    default permt\n", None)],
)
def test_a_text_that_cannot_be_asked_is_told_as_a_problem(
    name: str, text: str, code: str | None
) -> None:
    answer = json.loads(STUDIO.answer(name, json.dumps({"source": {"text": text}, "use": {}})))
    assert answer["problems"]
    assert code is None or [each["code"] for each in answer["problems"]] == [code]


@pytest.mark.parametrize(
    ("source", "use", "code"),
    [
        ({"id": "openai.business_terms", "version": "1999-01-01"}, {}, "TOS6005"),
        ({"id": "nobody.terms", "version": ""}, {}, "TOS6005"),
        ({"text": TERMS}, {"as_of": "yesterday"}, "TOS4003"),
        ({"text": TERMS}, {"about": "nothing"}, "TOS6028"),
    ],
)
def test_a_link_that_leads_nowhere_is_told_as_a_problem(
    source: dict[str, Any], use: dict[str, Any], code: str
) -> None:
    answer = json.loads(STUDIO.answer("ask", json.dumps({"source": source, "use": use})))
    assert [each["code"] for each in answer["problems"]] == [code]
