"""Documents that are asked about together."""

from __future__ import annotations

import json
from datetime import date

import pytest

import tosdsl
from tosdsl.base import limits
from tosdsl.facade import load_texts
from tosdsl.testing import properties, scenarios

WORDS = "vocabulary w\n\nfact a: boolean\n"


def document(name: str, *lines: str) -> str:
    return "\n".join([f"policy {name}", "    default permit", "", "use w", "", *lines, ""])


def test_clauses_of_documents_that_say_nothing_of_each_other_are_in_conflict() -> None:
    one = document("one", "forbid f", "    when a")
    two = document("two", "permit p", "    when a")
    decision = tosdsl.loads(WORDS, one, two).decide({"a": True})
    assert decision.verdict is tosdsl.Verdict.FORBIDDEN
    assert [(each.prohibition, each.permission) for each in decision.conflicts] == [("one#f", "two#p")]


def test_a_document_that_prevails_is_in_no_conflict_with_the_other() -> None:
    one = document("one", "forbid f", "    when a")
    two = document("two", "prevails over one", "permit p", "    when a")
    decision = tosdsl.loads(WORDS, one, two).decide({"a": True})
    assert decision.conflicts == ()


def test_a_pair_is_listed_once_where_a_document_came_in_twice() -> None:
    one = document("one", "forbid f", "    when a")
    two = document("two", "permit p", "    when a")
    three = document("three", "incorporate one", "incorporate two")
    decision = tosdsl.loads(WORDS, one, two, three).decide({"a": True})
    assert len(decision.conflicts) == 1


def test_of_a_great_many_conflicts_as_many_are_listed_as_the_limit_says_and_that_is_said() -> None:
    clauses = [line for at in range(400) for line in (f"forbid f{at}", f"permit p{at}")]
    decision = tosdsl.loads(WORDS, document("many", *clauses)).decide({})
    assert len(decision.conflicts) == limits.MAX_CONFLICTS
    assert [each for each in decision.warnings if "more than 100,000 conflicts" in each]


# --- a clause that came in, and its own document beside it -------------------------------------------

RESALE = "vocabulary w\n\nfact a: boolean\nfact in_eu: boolean\n"
PROVIDER = document("provider", "permit claim", "    when a")
CAME_IN = ("incorporate provider#claim", "    when in_eu")
NO_CLAIM = ("forbid no_claim", "    when a")


@pytest.mark.parametrize(
    "lines",
    [
        (*CAME_IN, *NO_CLAIM, "    subject to provider#claim"),
        (*CAME_IN, *NO_CLAIM, "yields to provider"),
        ("incorporate provider", "    when in_eu", *NO_CLAIM, "    subject to provider#claim"),
        (*CAME_IN, "require no_claim", "    must not a", "    subject to provider#claim"),
    ],
)
def test_what_forbids_yields_to_the_clause_that_came_in_and_not_to_one_asked_beside(
    lines: tuple[str, ...],
) -> None:
    reseller = document("reseller", *lines)
    for texts in ([PROVIDER, reseller], [reseller, PROVIDER]):
        policies = tosdsl.loads(RESALE, *texts)
        found = [policies.decide({"a": True, "in_eu": known}) for known in (True, False, None)]
        if "require" in reseller:
            assert [each.compliant for each in found] == [True, False, None]
        else:
            closed = tosdsl.Verdict.FORBIDDEN
            assert [each.verdict for each in found] == [
                tosdsl.Verdict.PERMITTED,
                closed,
                tosdsl.Verdict.UNDETERMINED,
            ]
            assert "in_eu" in {need.fact for need in found[2].needs}


def test_a_provider_that_prevails_by_its_own_words_does_so_where_it_came_in() -> None:
    provider = document(
        "provider", "permit claim", "    when a", "    notwithstanding reseller#no_claim"
    )
    policies = tosdsl.loads(RESALE, provider, document("reseller", *CAME_IN, *NO_CLAIM))
    assert policies.verdict({"a": True, "in_eu": True}) is tosdsl.Verdict.PERMITTED
    assert policies.verdict({"a": True, "in_eu": False}) is tosdsl.Verdict.FORBIDDEN


def test_the_text_that_was_agreed_counts_and_not_a_newer_one_that_is_asked_beside() -> None:
    old, new = (
        PROVIDER.replace("policy provider", f'policy provider\n    version "{version}"').replace(
            "when a", condition
        )
        for version, condition in (("1", "when a and in_eu"), ("2", "when a"))
    )
    lines = ("incorporate provider@1#claim", *NO_CLAIM, "    subject to provider#claim")
    together = tosdsl.loads(RESALE, old, new, document("reseller", *lines))
    assert together.verdict({"a": True, "in_eu": False}) is tosdsl.Verdict.FORBIDDEN
    assert together.verdict({"a": True, "in_eu": True}) is tosdsl.Verdict.PERMITTED


def test_what_came_in_around_a_document_is_nearer_than_what_is_asked_beside() -> None:
    """The reseller takes nothing in; its own shop does, in some cases only."""
    reseller = document("reseller", *NO_CLAIM, "    subject to provider#claim")
    shop = document("shop", "incorporate reseller", *CAME_IN)
    texts = {"w": RESALE, "provider": PROVIDER, "reseller": reseller, "shop": shop}
    policies = load_texts(texts, ["shop", "provider"])
    assert policies.verdict({"a": True, "in_eu": True}) is tosdsl.Verdict.PERMITTED
    assert policies.verdict({"a": True, "in_eu": False}) is tosdsl.Verdict.FORBIDDEN


def test_where_nothing_of_it_came_in_a_clause_yields_to_the_one_asked_beside() -> None:
    reseller = document("reseller", *NO_CLAIM, "    subject to provider#claim")
    policies = tosdsl.loads(RESALE, PROVIDER, reseller)
    assert policies.verdict({"a": True}) is tosdsl.Verdict.PERMITTED


def test_a_permission_prevails_over_what_came_in_and_over_what_is_asked_beside() -> None:
    rules = document("rules", "forbid claim", "    when a")
    lines = ("incorporate rules#claim", "    when in_eu", "permit ours", "    when a")
    agreement = document("agreement", *lines, "    notwithstanding rules#claim")
    policies = tosdsl.loads(RESALE, rules, agreement)
    for known in (True, False, None):
        assert policies.verdict({"a": True, "in_eu": known}) is tosdsl.Verdict.PERMITTED


# --- two versions of one day ------------------------------------------------------------------------

STRICT = """policy shop
    version "1"
    effective from 2023-01-01
    recorded 2022-12-01
    default permit

use w

forbid sale
    when a

require report
    when a
    must b

scenario "nobody knows which text governs a sale"
    as of 2023-05-01
    given
        a: yes
        b: no
    expect undetermined
    expect sale in force
    expect duty report undetermined
"""
MILD = """policy shop
    version "2"
    effective from 2023-01-01
    recorded 2022-12-01
    default permit

use w

permit sale
    when a

property "a sale is never forbidden"
    where a
    expect never forbidden

"""
LATER = """policy shop
    version "3"
    effective from 2024-01-01
    default permit

use w

permit sale
    when a
"""
FACTS = "vocabulary w\n\nfact a: boolean\nfact b: boolean\n"
DAY = "2023-05-01"


@pytest.fixture
def tied() -> tosdsl.PolicySet:
    return tosdsl.loads(FACTS, STRICT, MILD)


def test_it_is_open_which_of_two_texts_of_one_day_governs(tied: tosdsl.PolicySet) -> None:
    decision = tied.decide({"a": True}, as_of=DAY)
    assert decision.verdict is tosdsl.Verdict.UNDETERMINED
    assert {each.value for each in decision.possible} == {"permitted", "forbidden"}
    assert decision.needs == ()
    assert decision.compliant is None
    assert [each for each in decision.warnings if "which version governs, 1 or 2" in each]
    assert {each.version for each in decision.policies} == {"1", "2"}
    assert decision.governs == ()
    assert [each.state for each in decision.duties] == ["undetermined"]
    explained = decision.explain()
    assert explained.index("shop, version 2") < explained.index("shop, version 1")


def test_what_both_texts_say_is_settled(tied: tosdsl.PolicySet) -> None:
    decision = tied.decide({"a": False}, as_of=DAY)
    assert decision.verdict is tosdsl.Verdict.PERMITTED


@pytest.mark.parametrize("days", [{}, {"as_of": date(2023, 5, 1)}, {"known_at": date(2022, 12, 24)}])
def test_every_way_to_ask_leaves_it_open(tied: tosdsl.PolicySet, days: dict[str, date]) -> None:
    assert tied.verdict({"a": True}, **days) is tosdsl.Verdict.UNDETERMINED
    assert tied.decide({"a": True}, **days).verdict is tosdsl.Verdict.UNDETERMINED
    answer = json.loads(tied.decide_json(b'{"facts": {"a": true}}', **days))
    assert answer["verdict"] == "undetermined"


def test_a_text_that_is_incorporated_is_as_open() -> None:
    shop = "policy market\n    default permit\n\nuse w\n\nincorporate shop\n"
    policies = load_texts({"w": FACTS, "one": STRICT, "two": MILD, "market": shop}, ["market"])
    assert policies.verdict({"a": True}) is tosdsl.Verdict.UNDETERMINED


def test_a_later_text_settles_it_for_later_days() -> None:
    policies = tosdsl.loads(FACTS, STRICT, MILD, LATER)
    assert policies.verdict({"a": True}) is tosdsl.Verdict.PERMITTED
    assert policies.verdict({"a": True}, as_of=DAY) is tosdsl.Verdict.UNDETERMINED


def test_what_needs_one_text_says_that_there_are_two(tied: tosdsl.PolicySet) -> None:
    with pytest.raises(tosdsl.PolicyError, match="TOS6025"):
        tied.at(None, None)


def test_scenarios_and_properties_hold_of_either_text(tied: tosdsl.PolicySet) -> None:
    assert [each.failures for each in scenarios.run([tied])] == [()]
    assert [each.outcome for each in properties.run([tied])] == ["refuted"]


def test_too_many_ways_to_choose_are_refused() -> None:
    def text(name: str, version: int) -> str:
        return f'policy {name}\n    version "{version}"\n    default permit\n'

    texts = [text(name, version) for name in "pqrs" for version in range(4)]
    with pytest.raises(tosdsl.PolicyError, match="TOS5041"):
        tosdsl.loads(*texts)
