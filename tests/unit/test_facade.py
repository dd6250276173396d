"""The library as a program calls it."""

from __future__ import annotations

import copy
import json
import pickle
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from attrs.exceptions import FrozenInstanceError

import tosdsl

BUSINESS = "openai.business_terms"
SEED = {
    "activities": ["train", "evaluate"],
    "output_of": ["openai"],
    "model": {"purpose": "generate", "competes_with": ["openai"]},
}
CLASSIFIER = {
    "activities": ["train"],
    "output_of": ["openai"],
    "model.purpose": "classify",
    "model.competes_with": ["openai"],
    "model": {"distributed": False, "commercially_available": False},
}
KEYS = [
    *("schema", "verdict", "possible", "compliant", "basis", "defeated", "conditions", "duties"),
    *(
        "conflicts",
        "judgements",
        "needs",
        "policies",
        "governs",
        "as_of",
        "known_at",
        "warnings",
        "explanation",
    ),
    *("standard", "evidence", "allegations", "contested", "enforcement", "readings", "agree", "exact"),
    *("presumed", "without", "interpretations"),
]


@pytest.fixture(scope="module")
def policies() -> tosdsl.PolicySet:
    return tosdsl.load(BUSINESS)


def names(policies: tosdsl.PolicySet) -> list[str]:
    return [document.policy.id for document in policies.linked.documents]


# --- load ---------------------------------------------------------------------------------------


def test_load_takes_a_file_a_folder_an_id_a_version_or_several(shop: Path) -> None:
    assert names(tosdsl.load(shop)) == names(tosdsl.load(str(shop.parent))) == ["shop.terms"]
    assert names(tosdsl.load(BUSINESS)) == names(tosdsl.load(f"{BUSINESS}@2023-11-14")) == [BUSINESS]
    assert names(tosdsl.load(shop, "azure.openai_service")) == [
        "shop.terms",
        "azure.openai_service",
        BUSINESS,
    ]


def test_the_same_policy_asked_for_twice_counts_once(shop: Path) -> None:
    assert names(tosdsl.load(shop, str(shop), shop.parent)) == ["shop.terms"]


def test_load_each_makes_a_set_of_each(shop: Path) -> None:
    assert [names(each) for each in tosdsl.load_each(shop, BUSINESS)] == [["shop.terms"], [BUSINESS]]


def test_loads_reads_texts() -> None:
    words = "vocabulary words\n\nfact sold: boolean\n"
    terms = "policy terms\n    default permit\n\nuse words\n\nforbid selling\n    when sold\n"
    assert tosdsl.loads(words, terms).verdict({"sold": True}) is tosdsl.Verdict.FORBIDDEN
    with pytest.raises(tosdsl.PolicyError, match="<text 2>:1:1"):
        tosdsl.loads(words, "polcy terms\n")


def test_a_policy_error_carries_every_mistake_of_every_file(tmp_path: Path) -> None:
    (tmp_path / "a.tos").write_text(
        "policy a\n    default permit\n\nforbid x\n    when nothing\n\nforbid x\n    when no_one\n",
        encoding="utf-8",
    )
    (tmp_path / "b.tos").write_text("policy b\n", encoding="utf-8")
    with pytest.raises(tosdsl.PolicyError) as caught:
        tosdsl.load(tmp_path)
    found = [
        (Path(each.span.file).name, each.span.line, each.code) for each in caught.value.diagnostics
    ]
    assert found == [
        ("a.tos", 5, "TOS2001"),
        ("a.tos", 7, "TOS2004"),
        ("a.tos", 8, "TOS2001"),
        ("b.tos", 1, "TOS1017"),
    ]
    assert str(caught.value).count("error[TOS") == 4
    assert isinstance(caught.value, tosdsl.TosdslError)


@pytest.mark.parametrize("words", [("no.such",), ("no.such", BUSINESS), (Path("no/such.tos"),)])
def test_what_is_not_there_is_a_policy_error(words: tuple[str | Path, ...]) -> None:
    with pytest.raises(tosdsl.PolicyError, match="TOS6001"):
        tosdsl.load(*words)


# --- decide -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "path"),
    [
        ({"modle": {}}, "modle"),
        ({"model": {"porpose": "classify"}}, "model.porpose"),
        ({"model.purpose": "clasify"}, "model.purpose"),
        ({"model": {"distributed": "no"}}, "model.distributed"),
        ({"activities": "train"}, "activities"),
        ({"activities": ["train", "trian"]}, "activities[1]"),
        ({"activities": ["train", None]}, "activities"),
        ({"model": "gpt"}, "model"),
        ({"model.purpose": "classify", "model": {"purpose": "classify"}}, "model.purpose"),
    ],
)
def test_a_fact_error_names_the_path(
    policies: tosdsl.PolicySet, facts: dict[str, Any], path: str
) -> None:
    with pytest.raises(tosdsl.FactError) as caught:
        policies.decide(facts)
    assert f"`{path}`" in caught.value.diagnostics[0].message
    try:
        verdict = policies.verdict(facts)
    except tosdsl.FactError as error:
        assert f"`{path}`" in error.diagnostics[0].message
    else:  # it did not come to what is wrong
        assert verdict is tosdsl.Verdict.UNDETERMINED


def test_a_fact_error_carries_all_of_them(policies: tosdsl.PolicySet) -> None:
    with pytest.raises(tosdsl.FactError) as caught:
        policies.decide({"modle": {}, "activities": "train", "model": {"distributed": 1}})
    assert [each.code for each in caught.value.diagnostics] == ["TOS4002", "TOS4003", "TOS4003"]


@pytest.mark.parametrize("fact", ["user.age", "model.distributed", "customer", "activities"])
def test_no_number_is_too_long_to_be_refused(policies: tosdsl.PolicySet, fact: str) -> None:
    for number in (10**100, -(10**100), 10**5000):
        with pytest.raises(tosdsl.FactError, match="digits"):
            policies.decide({fact: number})
    policies.decide({"user.age": 10**100 - 1})


def test_nested_and_dotted_facts_tuples_and_sets_are_the_same(policies: tosdsl.PolicySet) -> None:
    dotted = {
        "activities": ("train", "evaluate"),
        "output_of": frozenset({"openai"}),
        "model.purpose": "generate",
        "model.competes_with": ["openai"],
    }
    assert policies.decide(SEED) == policies.decide(dotted)


def test_none_is_not_known(policies: tosdsl.PolicySet) -> None:
    silent = {**SEED, "user": None, "model": {**SEED["model"], "distributed": None}}
    assert policies.decide(silent) == policies.decide(SEED)
    assert policies.decide({"model": None}) == policies.decide({})


def test_deciding_is_pure(policies: tosdsl.PolicySet) -> None:
    facts = copy.deepcopy(CLASSIFIER)
    first, second = policies.decide(facts), policies.decide(facts)
    assert first == second
    assert first.to_json() == second.to_json()
    assert first.explain() == second.explain()
    assert facts == CLASSIFIER


def test_a_decision_does_not_change_with_the_facts_it_was_given(policies: tosdsl.PolicySet) -> None:
    facts = copy.deepcopy(SEED)
    made = policies.decide(facts)
    before = policies.decide(SEED).explain()
    facts["activities"].clear()
    facts["model"]["purpose"] = "classify"
    assert made.explain() == before


@pytest.mark.parametrize("facts", [{}, SEED, CLASSIFIER, {"model": {"purpose": "classify"}}])
@pytest.mark.parametrize("as_of", [None, date(2023, 12, 15), date(2020, 1, 1)])
def test_the_verdict_alone_is_the_decisions(
    policies: tosdsl.PolicySet, facts: dict[str, Any], as_of: date | None
) -> None:
    assert policies.verdict(facts, as_of=as_of) is policies.decide(facts, as_of=as_of).verdict


def test_threads_agree() -> None:
    def ask(facts: dict[str, Any]) -> tuple[str, str]:
        made = tosdsl.load(BUSINESS, "azure.openai_service").decide(facts, as_of=date(2023, 12, 15))
        return json.dumps(made.to_json()), made.explain()

    asked = [SEED, CLASSIFIER] * 8
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, asked))
    assert answers == [ask(SEED), ask(CLASSIFIER)] * 8


def test_threads_share_one_set_and_one_decision(policies: tosdsl.PolicySet) -> None:
    made = policies.decide(SEED)
    with ThreadPoolExecutor(8) as pool:
        decisions = list(pool.map(lambda _: policies.decide(SEED), range(32)))
        texts = set(pool.map(lambda _: made.explain(), range(32)))
    assert all(each == made for each in decisions)
    assert len(texts) == 1


def test_parts_given_as_functions_are_made_once_and_only_when_asked_for(
    policies: tosdsl.PolicySet,
) -> None:
    made: list[str] = []

    def choices() -> Any:
        made.append("choices")
        time.sleep(0.01)  # long enough for every thread to ask
        return policies.choices

    kept = tosdsl.PolicySet(choices, lambda: made.append("sources") or {}, tuple)
    assert made == []
    with ThreadPoolExecutor(8) as pool:
        verdicts = set(pool.map(lambda _: kept.verdict(SEED), range(32)))
    assert verdicts == {tosdsl.Verdict.FORBIDDEN}
    assert made == ["choices"]
    assert kept == policies
    assert (kept.sources, kept.sources, made) == ({}, {}, ["choices", "sources"])


def test_a_part_that_cannot_be_made_is_tried_again() -> None:
    tries = iter([OSError("gone"), OSError("gone")])

    def choices() -> Any:
        raise next(tries)

    kept = tosdsl.PolicySet(choices, {})
    for _ in range(2):
        with pytest.raises(OSError, match="gone"):
            kept.decide(SEED)


def test_a_set_survives_copying_and_pickling(policies: tosdsl.PolicySet) -> None:
    for other in (
        copy.copy(policies),
        copy.deepcopy(policies),
        pickle.loads(pickle.dumps(policies)),
    ):
        assert other == policies
        assert other.sources == policies.sources
        assert other.decide(SEED) == policies.decide(SEED)
    assert policies != tosdsl.loads("policy other\n    default permit\n")
    assert policies != "policies"
    assert repr(policies) == "PolicySet(openai.business_terms@2023-11-14)"


# --- the decision -------------------------------------------------------------------------------


@pytest.mark.parametrize("facts", [{}, SEED, CLASSIFIER])
def test_json_has_the_promised_keys_and_survives_a_round_trip(
    policies: tosdsl.PolicySet, facts: dict[str, Any]
) -> None:
    made = policies.decide(facts, as_of=date(2023, 12, 15)).to_json()
    assert sorted(made) == sorted(KEYS)
    assert json.loads(json.dumps(made)) == made
    assert made["schema"] == "tosdsl.decision/1"
    assert (made["as_of"], made["known_at"]) == ("2023-12-15", None)


def test_json_entries_have_the_promised_keys(policies: tosdsl.PolicySet) -> None:
    made = policies.decide({**CLASSIFIER, "model": {}}).to_json()
    promised = {
        "basis": {"clause", "at", "effect", "force", "path"},
        "defeated": {"clause", "by"},
        "conditions": {"clause", "text", "holds"},
        "judgements": {"fact"},
        "needs": {"fact", "question", "clauses"},
        "policies": {"id", "version", "digest"},
    }
    sure = policies.decide(CLASSIFIER).to_json()
    for name, keys in promised.items():
        entries = [*made[name], *sure[name]]
        assert entries, name
        assert all(keys <= entry.keys() for entry in entries)


def test_what_is_given_out_is_frozen(policies: tosdsl.PolicySet) -> None:
    made = policies.decide(CLASSIFIER)
    for thing, name in [
        (policies, "linked"),
        (made, "verdict"),
        (made.basis[0], "clause"),
        (made.explanation, "children"),
    ]:
        with pytest.raises(FrozenInstanceError):
            setattr(thing, name, None)
        with pytest.raises(FrozenInstanceError):
            delattr(thing, name)


def test_everything_public_is_there_and_documented() -> None:
    assert sorted(tosdsl.__all__) == list(tosdsl.__all__)
    assert all(getattr(tosdsl, name).__doc__ for name in tosdsl.__all__)
