"""The JSON Schema of a use and the reader of uses refuse the same documents."""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

import tosdsl
from tests.unit.conftest import Run

USES = sorted((Path(__file__).parents[2] / "policies" / "uses").glob("*.yaml"))


@cache
def policies() -> tosdsl.PolicySet:
    return tosdsl.load("openai.business_terms")


@cache
def validator() -> Draft202012Validator:
    schema = policies().schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def read(text: str) -> bool:
    """Whether the reader takes the document."""
    try:
        policies().read_use(text)
    except tosdsl.FactError:
        return False
    return True


def plain(data: Any) -> Any:
    """As JSON has it: dates are texts."""
    return json.loads(json.dumps(data, default=str))


def test_there_are_uses() -> None:
    assert len(USES) >= 4


@pytest.mark.parametrize("file", USES, ids=lambda file: file.stem)
def test_the_shipped_uses_fit(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    validator().validate(plain(yaml.safe_load(text)))
    assert read(text)


SAID = {"fact": "activities", "value": ["train"], "status": "alleged", "source": "a report"}

TAKEN: list[Any] = [
    {"facts": {}},
    {"facts": None},
    {"use": "a title", "as_of": "2023-12-15", "known_at": "2024-02-29", "facts": {}},
    {"use": None, "as_of": None, "known_at": None, "facts": {}},
    {"facts": {"activities": ["train", "evaluate"]}},
    {"facts": {"activities": []}},
    {"facts": {"activities": None}},
    {"facts": {"model": {"purpose": "classify", "distributed": True}}},
    {"facts": {"model": None}},
    {"facts": {"model": {}}},
    {"facts": {"model": {"purpose": None}}},
    {"facts": {"model.purpose": "classify", "model": {"distributed": False}}},
    {"facts": {"output_of": ["a company nobody knows"]}},
    {"facts": {"user": {"age": 17}}},
    {"facts": {"user.age": -1}},
    {"facts": {"user.age": 10**30}},
    {"facts": {}, "assertions": None, "standard": None, "readings": None},
    {"facts": {}, "assertions": [], "standard": "alleged", "readings": {}},
    {"facts": {}, "assertions": [SAID, {**SAID, "said_on": "2023-12-15", "said_by": "a paper"}]},
    {"facts": {}, "assertions": [{**SAID, "said_on": None, "said_by": None}]},
    {"facts": {}, "assertions": [{**SAID, "fact": "model", "value": {"distributed": True}}]},
    {
        "facts": {},
        "readings": {"a": {"model.competes_with": []}, "b": {"model": {"competes_with": None}}},
    },
    {"facts": {}, "readings": {"a": None, "b": {}}},
]
REFUSED: list[Any] = [
    {},
    [],
    "facts",
    {"facts": []},
    {"facts": "none"},
    {"facts": {}, "fact": {}},
    {"use": ["a", "b"], "facts": {}},
    {"use": 7, "facts": {}},
    {"as_of": "2023-02-30", "facts": {}},
    {"as_of": "15.12.2023", "facts": {}},
    {"as_of": 20231215, "facts": {}},
    {"facts": {"activites": ["train"]}},
    {"facts": {"activities": "train"}},
    {"facts": {"activities": ["trian"]}},
    {"facts": {"activities": [None]}},
    {"facts": {"activities": [["train"]]}},
    {"facts": {"activities": {"train": True}}},
    {"facts": {"model": "gpt"}},
    {"facts": {"model": ["classify"]}},
    {"facts": {"model": {"purpose": "clasify"}}},
    {"facts": {"model": {"purpose": ""}}},
    {"facts": {"model": {"purpose": True}}},
    {"facts": {"model": {"purpos": "classify"}}},
    {"facts": {"model": {"distributed": "false"}}},
    {"facts": {"model": {"distributed": 0}}},
    {"facts": {"model.distributed": "no"}},
    {"facts": {"model.distributed.to": True}},
    {"facts": {"output_of": [""]}},
    {"facts": {"output_of": [1]}},
    {"facts": {"user": {"age": "17"}}},
    {"facts": {"user": {"age": 17.5}}},
    {"facts": {"user": {"age": True}}},
    {"facts": {"customer": 1}},
    {"facts": {}, "assertions": {}},
    {"facts": {}, "assertions": ["a report"]},
    {"facts": {}, "assertions": [{key: SAID[key] for key in SAID if key != "source"}]},
    {"facts": {}, "assertions": [{**SAID, "status": "rumoured"}]},
    {"facts": {}, "assertions": [{**SAID, "value": "train"}]},
    {"facts": {}, "assertions": [{**SAID, "value": None}]},
    {"facts": {}, "assertions": [{**SAID, "fact": "activites"}]},
    {"facts": {}, "assertions": [{**SAID, "said_on": "yesterday"}]},
    {"facts": {}, "assertions": [{**SAID, "by": "a paper"}]},
    {"facts": {}, "standard": "proven"},
    {"facts": {}, "readings": []},
    {"facts": {}, "readings": {"a": []}},
    {"facts": {}, "readings": {"a": {"model.distributed": True}}},
    {"facts": {}, "readings": {"a": {"model": {"competes_with": "openai"}}}},
]


STRICTER = {
    "a fraction of nothing, which JSON Schema calls an integer": '{"facts": {"user": {"age": 17.0}}}',
    "more digits than MAX_DIGITS": '{"facts": {"user": {"age": 1%s}}}' % ("0" * 100),
    "a fact given twice, nested and with dots": '{"facts": {"user.age": 1, "user": {"age": 2}}}',
    "a key given twice, which JSON readers drop": '{"facts": {"user.age": 1, "user.age": 2}}',
}
"""What the schema takes and the reader refuses: no schema can say it."""


@pytest.mark.parametrize("document", TAKEN, ids=json.dumps)
def test_what_the_schema_takes_the_reader_takes(document: Any) -> None:
    validator().validate(document)
    assert read(json.dumps(document))


@pytest.mark.parametrize("document", REFUSED, ids=json.dumps)
def test_what_the_schema_refuses_the_reader_refuses(document: Any) -> None:
    assert not validator().is_valid(document)
    assert not read(json.dumps(document))


@pytest.mark.parametrize("document", STRICTER.values(), ids=STRICTER)
def test_where_the_reader_is_stricter(document: str) -> None:
    assert validator().is_valid(json.loads(document))
    assert not read(document)


def test_json_means_the_same_with_and_without_a_reader_of_yaml(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    documents = [json.dumps(document, indent="\t") for document in (*TAKEN, *REFUSED)]
    documents += STRICTER.values()
    taken = [read(document) for document in documents]
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert [read(document) for document in documents] == taken


def test_the_command_prints_it(run: Run) -> None:
    ran = run("schema", "openai.business_terms")
    assert (ran.status, ran.err) == (0, "")
    assert json.loads(ran.out) == policies().schema()
    assert run("schema", "no.such").status == 1


def test_questions_and_judgements_are_told() -> None:
    model = policies().schema()["properties"]["facts"]["properties"]["model"]["properties"]
    assert model["distributed"]["description"] == "Is it distributed to third parties, free or not?"
    assert model["competes_with"]["description"].endswith("A judgement.")
