"""Which judged facts, and judged fields of items, a decision names as those that it rests on."""

from __future__ import annotations

import json
from typing import Any

import pytest

import tosdsl

_VOCABULARY = """\
vocabulary words

type Review has
    fair: boolean judged "Is it fair?"
    stars: integer

type Owner has
    honest: boolean judged

type Supplier has
    name: text
    competes: boolean judged "Does it compete?"
    worth: integer judged
    on: date
    owner: Owner
    reviews: list of Review
    marks: list of integer judged

type Past has
    suppliers: list of Supplier

fact suppliers: list of Supplier
fact past: Past
fact within: boolean judged "Is it within reach?"
fact whole: list of Supplier judged

policy p
    default permit
use words

define rival(one: Supplier) as
    one.competes

define is_true(value: boolean) as
    value

define worth as
    sum(each.worth for each in suppliers)

define strict as
    every one in past.suppliers satisfies rival(one)
"""

SUPPLIER = {
    "name": "x",
    "competes": True,
    "worth": 5,
    "on": "2024-01-01",
    "owner": {"honest": False},
    "reviews": [{"fair": True, "stars": 1}, {"fair": False, "stars": 2}],
    "marks": [1],
}
FACTS: dict[str, Any] = {
    "suppliers": [SUPPLIER, {"name": "y", "competes": False, "worth": 1}],
    "past": {"suppliers": [SUPPLIER]},
    "within": True,
    "whole": [SUPPLIER],
}


def _rests_on(condition: str, facts: dict[str, Any], *, scope: str = "") -> dict[str, str]:
    clause = f"forbid clause\n    when {condition}\n"
    if scope:
        clause = (
            f"section part\n    applies when {scope}\n    forbid clause\n        when {condition}\n"
        )
    policies = tosdsl.loads(f"{_VOCABULARY}\n{clause}")
    decision = policies.decide(facts)
    told = {each.fact: each.value for each in decision.judgements}
    body = json.loads(policies.decide_json(json.dumps({"facts": facts}).encode()))
    assert {each["fact"]: each["value"] for each in body["judgements"]} == told
    return told


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("some s in suppliers satisfies s.competes", {"suppliers.competes": "[yes, no]"}),
        ("some s in suppliers satisfies rival(s)", {"suppliers.competes": "[yes, no]"}),
        ("some s in suppliers satisfies is_true(s.competes)", {"suppliers.competes": "[yes, no]"}),
        ("strict", {"past.suppliers.competes": "yes"}),
        ('some s in suppliers satisfies s.name is "x"', {}),
        ("some s in suppliers satisfies not s.owner.honest", {"suppliers.owner.honest": "no"}),
        (
            "some s in suppliers satisfies some r in s.reviews satisfies r.fair",
            {"suppliers.reviews.fair": "[yes, no]"},
        ),
        ("some s in suppliers satisfies count(r in s.reviews where r.stars > 0) > 1", {}),
        (
            "some s in suppliers satisfies count(r in s.reviews where r.fair) > 0",
            {"suppliers.reviews.fair": "[yes, no]"},
        ),
        ("some s in suppliers satisfies s.marks includes 1", {"suppliers.marks": "[1]"}),
        ("worth > 5", {"suppliers.worth": "[5, 1]"}),
        ("count(s in suppliers where s.competes) > 0", {"suppliers.competes": "[yes, no]"}),
        (
            "highest(s.worth for s in past.suppliers where s.competes, in any 3 days by s.on) > 1",
            {"past.suppliers.competes": "yes", "past.suppliers.worth": "5"},
        ),
        ("within", {"within": "yes"}),
    ],
)
def test_judged_fields_of_items_are_named(condition: str, expected: dict[str, str]) -> None:
    assert _rests_on(condition, FACTS) == expected


def test_a_list_that_is_judged_as_a_whole_is_named_as_a_whole() -> None:
    told = _rests_on("some s in whole satisfies s.competes", FACTS)
    assert list(told) == ["whole"]


def test_what_no_item_says_is_no_judgement() -> None:
    policies = tosdsl.loads(
        f"{_VOCABULARY}\nforbid clause\n    when some s in suppliers satisfies s.competes\n"
    )
    told = [
        [each.value for each in policies.decide({"suppliers": items}).judgements]
        for items in ([], [{"competes": False}], [], [{"competes": False}, {"competes": False}])
    ]
    assert told == [[], ["no"], [], ["[no, no]"]]


@pytest.mark.parametrize(
    ("scope", "within", "expected"),
    [
        ("within", True, {"within": "yes", "suppliers.competes": "yes"}),
        ("within", False, {"within": "no"}),
        ("some s in suppliers satisfies s.worth > 3", True, {"suppliers.worth", "suppliers.competes"}),
    ],
)
def test_the_scope_of_a_section_is_judged_as_well(scope: str, within: bool, expected: Any) -> None:
    facts = {"suppliers": [SUPPLIER], "within": within}
    told = _rests_on("some s in suppliers satisfies s.competes", facts, scope=scope)
    assert (told if isinstance(expected, dict) else set(told)) == expected


def test_what_was_asserted_is_judged_as_what_was_given() -> None:
    policies = tosdsl.loads(
        f"{_VOCABULARY}\nforbid clause\n    when some s in suppliers satisfies s.competes\n"
    )
    said = {
        "fact": "suppliers",
        "value": [{"competes": True}],
        "status": "confirmed",
        "source": "a report",
    }
    decision = policies.decide({}, assertions=[said], standard="confirmed")
    assert [(each.fact, each.value) for each in decision.judgements] == [("suppliers.competes", "yes")]
    assert decision.verdict.value == "forbidden"
