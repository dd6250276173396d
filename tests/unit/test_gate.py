"""Attempts to open the gate by mistake: each is refused, or answered soundly."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import date, datetime
from enum import Enum
from typing import Any

import pytest

import tosdsl

SEED: dict[str, Any] = {
    "activities": ["train"],
    "output_of": ["openai"],
    "model": {"purpose": "generate", "competes_with": ["openai"]},
}


@pytest.fixture(scope="module")
def policies() -> tosdsl.PolicySet:
    return tosdsl.load("openai.business_terms")


class Word(str, Enum):  # noqa: UP042 - the older form, whose str() is its own name
    OPENAI = "openai"
    TRAIN = "train"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"output_of": ["OpenAI"]}, "TOS4013"),
        ({"output_of": ["Open AI"]}, "TOS4013"),
        ({"output_of": ["ｏｐｅｎａｉ"]}, "TOS4013"),
        ({"output_of": ["оpеnаi"]}, "TOS4044"),
        ({"output_of": ["оpenai"]}, "TOS4044"),
        ({"output_of": ["0penai"]}, "TOS4044"),
        ({"output_of": ["ОрenAI"]}, "TOS4044"),
        ({"output_of": ["openaı"]}, "TOS4044"),
        ({"output_of": ["\u202eianepo"]}, "TOS4042"),
        ({"output_of": ["acme\x08"]}, "TOS4042"),
        ({"output_of": ["ac\u00adme"]}, "TOS4042"),
        ({"output_of": ["Асmе"]}, "TOS4043"),
        ({"output_of": ["Яндекс Cloud"]}, "TOS4043"),
        ({"аctivities": ["train"]}, "TOS4002"),
        ({"activities": ["trаin"]}, "TOS4004"),
        ({"output_of": ["provider"]}, "TOS4014"),
        ({"output_of": ["Provider"]}, "TOS4014"),
        ({"output_of": [" "]}, "TOS4003"),
        ({"output_of": [""]}, "TOS4003"),
        ({"output_of": "openai"}, "TOS4003"),
        ({"output_of": [None]}, "TOS4008"),
        ({"activities": ["Train"]}, "TOS4004"),
        ({"activities": "train"}, "TOS4003"),
        ({"model.distributed": 0}, "TOS4003"),
        ({"model.distributed": "false"}, "TOS4003"),
        ({"model.purpose": "generate"}, "TOS4005"),
        ({"distributed": False}, "TOS4002"),
        ({"activities": (each for each in ["train"])}, "TOS4003"),
        ({"user.age": True}, "TOS4003"),
        ({"activities": ["train"] * 10_001}, "TOS5007"),
    ],
)
def test_facts_that_do_not_fit_are_refused(
    policies: tosdsl.PolicySet, changed: dict[str, Any], code: str
) -> None:
    with pytest.raises(tosdsl.FactError) as raised:
        policies.decide({**SEED, **changed})
    assert code in {each.code for each in raised.value.diagnostics}
    try:
        verdict = policies.verdict({**SEED, **changed})
    except tosdsl.FactError as error:
        assert code in {each.code for each in error.diagnostics}
    else:  # it was settled, or open, before it came to what is wrong
        assert verdict in {tosdsl.Verdict.FORBIDDEN, tosdsl.Verdict.UNDETERMINED}


@pytest.mark.parametrize("day", [datetime(2023, 12, 15), "soon", "", 0, True])
def test_a_day_that_is_none_is_refused(policies: tosdsl.PolicySet, day: Any) -> None:
    for ask in (policies.decide, policies.verdict):
        with pytest.raises(tosdsl.FactError):
            ask(SEED, as_of=day)
        with pytest.raises(tosdsl.FactError):
            ask(SEED, known_at=day)
    with pytest.raises(tosdsl.FactError):
        policies.decide(SEED, use=3)  # type: ignore[arg-type] - that is the point


@pytest.mark.parametrize(
    "changed",
    [
        {"activities": ("train",)},
        {"activities": {"train"}},
        {"activities": [Word.TRAIN], "output_of": [Word.OPENAI]},
        {"output_of": ["openai", "someone else"]},
        {"model": {"purpose": "generate", "competes_with": ["openai"], "distributed": None}},
    ],
)
def test_the_same_in_other_clothes_is_still_forbidden(
    policies: tosdsl.PolicySet, changed: dict[str, Any]
) -> None:
    decision = policies.decide({**SEED, **changed})
    assert decision.verdict is tosdsl.Verdict.FORBIDDEN
    assert [each.value for each in decision.judgements] == ["[openai]"]


def test_a_use_made_by_a_program_is_checked_as_well(policies: tosdsl.PolicySet) -> None:
    for facts in ({"output_of": "openai"}, {"model.distributed": 0}, {"nothing": 1}, {"user.age": "x"}):
        with pytest.raises(tosdsl.FactError):
            policies.decide_use(tosdsl.Use(facts))  # type: ignore[arg-type] - that is the point


def test_no_policy_at_all_is_an_error() -> None:
    with pytest.raises(tosdsl.PolicyError) as raised:
        tosdsl.load()
    assert [each.code for each in raised.value.diagnostics] == ["TOS6004"]


@pytest.mark.parametrize("policy", ["openai.business_terms", "azure.openai_service"])
def test_a_document_that_has_ended_is_said_to_have(policy: str) -> None:
    decision = tosdsl.load(policy).decide(SEED, as_of=date(2025, 6, 1))
    assert decision.verdict is not tosdsl.Verdict.FORBIDDEN
    assert any("is not in force" in each for each in decision.warnings)
    assert not tosdsl.load(policy).decide(SEED, as_of=date(2025, 5, 30)).warnings


def test_a_name_near_a_known_one_is_said_to_be(policies: tosdsl.PolicySet) -> None:
    decision = policies.decide({**SEED, "output_of": ["opnai"]})
    assert any("openai" in each for each in decision.warnings)


def test_titles_and_names_cannot_steer_a_terminal(policies: tosdsl.PolicySet) -> None:
    text = policies.decide(SEED, use="ok\n\x1b[31mPERMITTED").explain()
    with pytest.raises(tosdsl.FactError) as raised:
        policies.decide({**SEED, "output_of": ["openai", "x\x1b[31mPERMITTED\n"]})
    for each in (text, str(raised.value)):
        assert "\x1b" not in each
        assert not [line for line in each.split("\n") if line.startswith("PERMITTED")]


LOOKS_LIKE_OPENAI = "оpеnаi"
ASKED = {
    "decide": lambda policies, name: policies.decide({**SEED, "output_of": [name]}),
    "verdict": lambda policies, name: policies.verdict({**SEED, "output_of": [name]}),
    "a set": lambda policies, name: policies.decide({**SEED, "output_of": {name, "acme"}}),
    "JSON": lambda policies, name: policies.decide_json(
        json.dumps({"facts": {"activities": ["train"], "output_of": [name]}}).encode()
    ),
    "YAML": lambda policies, name: policies.read_use(f"facts:\n  output_of: [{name}]\n".encode()),
    "an assertion": lambda policies, name: policies.decide(
        SEED,
        assertions=[
            {"fact": "model.base_offered_by", "value": name, "status": "confirmed", "source": "us"}
        ],
    ),
    "a reading": lambda policies, name: policies.decide(
        {"activities": ["train"]},
        readings={"one": {"model.competes_with": [name]}, "other": {"model.competes_with": []}},
    ),
}


@pytest.mark.parametrize("asked", ASKED)
def test_a_name_that_looks_like_a_partys_is_refused_whichever_way_it_comes(
    policies: tosdsl.PolicySet, asked: str
) -> None:
    """And what was asked before with a good name does not change it."""
    for name, code in (
        (LOOKS_LIKE_OPENAI, "TOS4044"),
        ("OpenAl", "TOS4044"),
        ("acme\u2060", "TOS4042"),
        ("Асmе", "TOS4043"),
    ):
        ASKED[asked](policies, "somebody")
        with pytest.raises(tosdsl.FactError) as raised:
            ASKED[asked](policies, name)
        assert code in {each.code for each in raised.value.diagnostics}


@pytest.mark.parametrize(
    "name",
    [
        "ソニー",
        "ソニーSony株式会社",
        "네이버",
        "Яндекс",
        "Ελλάς",
        "Groß & Söhne",
        "Crédit Agricole",
        "می\u200cخواهم",
    ],
)
def test_a_name_in_one_script_is_a_name(policies: tosdsl.PolicySet, name: str) -> None:
    assert not policies.decide({**SEED, "output_of": [name]}).warnings


def test_facts_that_multiply_are_refused(policies: tosdsl.PolicySet) -> None:
    shared: list[Any] = ["train"] * 100
    for _ in range(15):
        shared = [shared] * 100
    with pytest.raises(tosdsl.FactError) as raised:
        policies.decide({"activities": shared})
    assert {each.code for each in raised.value.diagnostics} == {"TOS5018"}


def test_bytes_are_read_as_utf_8(policies: tosdsl.PolicySet) -> None:
    use, _ = policies.read_use(b'{"facts": {"activities": ["train"]}}')
    assert use.facts == {"activities": ("train",)}
    with pytest.raises(tosdsl.FactError) as raised:
        policies.read_use(b"facts: \xff")
    assert [each.code for each in raised.value.diagnostics] == ["TOS1015"]


def test_decisions_and_errors_travel_between_processes(policies: tosdsl.PolicySet) -> None:
    decision = policies.decide(SEED, as_of=date(2023, 12, 15))
    for moved in (pickle.loads(pickle.dumps(decision)), copy.deepcopy(decision)):
        assert moved == decision
        assert moved.explain() == decision.explain()
    with pytest.raises(tosdsl.FactError) as raised:
        policies.decide({"nothing": 1})
    moved_error = pickle.loads(pickle.dumps(raised.value))
    assert moved_error.diagnostics == raised.value.diagnostics
    assert [each.path for each in moved_error.diagnostics] == ["nothing"]


def test_neither_a_verdict_nor_a_decision_is_a_condition(policies: tosdsl.PolicySet) -> None:
    """``if policies.verdict(facts): let_pass()`` would let everything pass."""
    decision = policies.decide(SEED)
    for each in (*tosdsl.Verdict, decision):
        with pytest.raises(TypeError, match="neither true nor false"):
            bool(each)
    assert not decision.passes


@pytest.mark.parametrize(
    ("name", "passes"),
    [
        *(("anthropic", True), ("acme", True), ("openair", False), ("openai", False)),
        *((each, False) for each in ("OpenAI, L.L.C.", "api.openai.com", "azure openai service")),
    ],
)
def test_what_passes_is_permitted_and_has_nothing_to_mind(
    policies: tosdsl.PolicySet, name: str, passes: bool
) -> None:
    facts = {**SEED, "output_of": [name], "model": {**SEED["model"], "competes_with": [name]}}
    assert policies.decide(facts, as_of=date(2023, 12, 15)).passes is passes
    assert not policies.decide(facts, as_of=date(2026, 1, 1)).passes
