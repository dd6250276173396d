"""``stats``: no right use is left to the full reading, whatever harmless thing it says."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given

import tosdsl
from tests.differential.both import told
from tests.differential.constructs import files
from tests.differential.test_libraries import questions
from tests.differential.test_typed import as_bytes, document, in_json, nested
from tests.oracle import answer as oracle
from tests.properties.worlds import World
from tosdsl.trees.facts import Use

NONE = {"full_readings": 0}


def asked(policies: tosdsl.PolicySet, use: Use) -> None:
    """Every question that can be asked of a use, in every form."""
    days = {"as_of": use.as_of, "known_at": use.known_at}
    facts = {**use.facts}
    for each in (facts, nested(facts), in_python(facts)):
        policies.verdict(each, **days)
        policies.decide(each, **days)
    if use.assertions or use.readings:
        more = document(use)
        del more["use"]
        policies.decide(more.pop("facts"), **{key: value for key, value in more.items() if value})
    for given_ in (document(use), {"facts": facts, **days}):
        data = as_bytes(given_)
        policies.decide_json(data)
        policies.decide_json(json.dumps(json.loads(data), indent=1).encode(), explain=True)


def in_python(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Texts where a program may write them, lists for tuples."""
    return {
        path: list(value)
        if isinstance(value, tuple)
        else value
        if isinstance(value, date)
        else in_json(value)
        if not isinstance(value, Mapping)
        else dict(value)
        for path, value in facts.items()
    }


@pytest.mark.parametrize("file", files(), ids=lambda file: file.stem)
def test_every_scenario(file: Any) -> None:
    policies = tosdsl.load(file)
    several = list(policies.scenarios())
    presuming = policies.predicates.presuming  # these have to be read in full: see ADR 28
    for _, scenario, use in several:
        asked(policies, use)
        assert presuming or policies.stats() == NONE, scenario.title


@given(questions())
def test_generated_policies(question: tuple[World, list[dict[str, Any]]]) -> None:
    world, several = question
    for facts in several:
        before = world.policies.stats()
        if told(lambda given_: oracle.decide(world.policies, given_), facts).codes or odd(facts):
            continue
        world.policies.verdict(facts)
        world.policies.decide(facts)
        assert world.policies.stats() == before, facts


def odd(value: Any) -> bool:
    """Whether something in it is of a class that neither Python nor the package ships."""
    if type(value) is dict:
        return any(type(key) is not str or odd(each) for key, each in value.items())
    if type(value) in {list, tuple, set, frozenset}:
        return any(map(odd, value))
    return not re.match(r"(builtins|datetime|decimal|fractions|tosdsl)\.", _class(value))


def _class(value: object) -> str:
    return f"{type(value).__module__}.{type(value).__name__}"


# --- harmless things --------------------------------------------------------------------------------

FACTS: dict[str, Any] = {
    "activities": ["train"],
    "output_of": ["openai"],
    "model": {"purpose": "classify", "competes_with": ["openai"], "distributed": False},
}
SAID = {"status": "confirmed", "source": "a letter"}

HARMLESS: dict[str, dict[str, Any]] = {
    "nothing besides": {},
    "facts that nothing reads": {
        "facts": {"model": {"base_offered_by": "openai"}, "services_of": ["x"]}
    },
    "eight of them": {
        "facts": {
            "services_of": ["openai"],
            "attacks": [],
            "inputs_to": ["anthropic"],
            "attempts": ["train"],
            "product_rivals": ["microsoft"],
            "resold": [],
            "supported": [],
            "approval": {"level": "express", "covers_training": True},
        }
    },
    "dotted keys": {"facts": {"model.base_offered_by": "microsoft", "approval.covers_training": True}},
    "a party that is nearly named": {"facts": {"output_of": ["openai", "opena1x"]}},
    "a party that nobody knows": {"facts": {"output_of": ["openai", "northwind"]}},
    "a standard": {"standard": "alleged"},
    "the other standard": {"standard": "confirmed"},
    "days": {"as_of": "2024-01-05", "known_at": "2024-03-01"},
    "a title": {"use": "a use"},
    "an assertion": {"assertions": [{"fact": "model.commercially_available", "value": True, **SAID}]},
    "several assertions": {
        "assertions": [
            {"fact": "model.commercially_available", "value": True, **SAID, "said_on": "2024-01-01"},
            {"fact": "model", "value": {"base_offered_by": "openai"}, **SAID, "said_by": "counsel"},
        ]
    },
    "readings": {
        "facts": {"model": {"competes_with": None}},
        "readings": {"one": {"model": {"competes_with": ["openai"]}}, "other": {}},
    },
    "null": {"facts": {"model": {"commercially_available": None}}, "as_of": None, "assertions": None},
}


def with_more(more: dict[str, Any]) -> dict[str, Any]:
    """A use with something more in it; of both, what stands deeper stays."""
    return {**more, "facts": merged(FACTS, more.get("facts", {}))}


def merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    made = {**one}
    for key, value in other.items():
        both = isinstance(value, dict) and isinstance(made.get(key), dict)
        made[key] = merged(made[key], value) if both else value
    return made


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_harmless_is_left_to_nobody(name: str) -> None:
    use = with_more(HARMLESS[name])
    for policies in map(tosdsl.load, ("openai.business_terms", "anthropic.commercial_terms")):
        said = {key: value for key, value in use.items() if key != "facts" and value is not None}
        right = policies.decide_json(json.dumps(use).encode())
        assert policies.decide(use["facts"], **said).to_json(explain=False) == json.loads(right)
        if said.keys() <= {"as_of", "known_at"}:
            policies.verdict(use["facts"], **said)
        assert policies.stats() == NONE
