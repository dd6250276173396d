"""The JSON Schema of a use and the reader of uses refuse the same documents."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
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
    {"assertions": [SAID]},
    {"readings": None},
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


# --- quantities ------------------------------------------------------------------------------------

QUANTITIES = Path(__file__).parents[1] / "malformed" / "facts" / "quantities.tos"

SALE = {"amount": "3 USD", "on": "2023-01-01", "shipped": "none"}

FITTING: dict[str, list[Any]] = {
    "share": [0, 1, -3, 0.25, 1e-3, None],
    "revenue": ["20 USD", "20 million USD", "1_000.50 USD", "-5 USD", "0 USD", None],
    "notice": ["30 days", "1 day", "2 weeks", "0 days", "-3 days", None],
    "stay": ["3 months", "1 year", None],
    "delay": ["36 hours", "1 minute", "90 seconds", None],
    "grace": ["5 business days", "1 business day", None],
    "asked": ["2023-11-14T18:30Z", "2023-11-14T18:30:59+02:00", None],
    "ended": ["2023-11-14", "none", None],
    "cap": ["5 EUR", "none", None],
    "level": ["low", "high", None],
    "sales": [[], [SALE], [{**SALE, "shipped": "2023-02-01"}], [{**SALE, "on": None}], None],
}
UNFITTING: dict[str, list[Any]] = {
    "share": [
        "0.25",
        "700 million",
        "half",
        "50%",
        "1.000.000",
        "1,5",
        ".5",
        "5.",
        True,
        "0.25 USD",
        [],
        "3 days",
        "none",
    ],
    "revenue": [20, 20.5, "20", "20 EUR", "USD 20", "$20", "20 usd", "20USD", "20 million", "none"],
    "notice": [30, "30", "30 d", "3 months", "5 hours", "5 business days", "P30D", "none"],
    "stay": ["30 days", "2 weeks", "3 fortnights"],
    "delay": ["2 days", "90 sec"],
    "grace": ["5 days", "5 working days"],
    "asked": ["2023-11-14", "2023-11-14T18:30", "2023-11-14 18:30Z", "18:30Z", 1699986600, "none"],
    "started": ["none", "2023-11-14T18:30Z", 20231114],
    "ended": ["never", "None", 0, "2023-02-30"],
    "cap": ["5 USD", 5, "null"],
    "level": ["medium", "none", 1],
    "sales": [
        SALE,
        [{**SALE, "amount": 3}],
        [{**SALE, "on": "none"}],
        [{**SALE, "of": "x"}],
        ["none"],
        "none",
    ],
}


@cache
def quantities() -> tosdsl.PolicySet:
    return tosdsl.load(QUANTITIES)


def schema_takes(policies: tosdsl.PolicySet, document: Any) -> bool:
    schema = policies.schema()
    Draft202012Validator.check_schema(schema)
    checker = Draft202012Validator.FORMAT_CHECKER
    return Draft202012Validator(schema, format_checker=checker).is_valid(document)


def pairs(table: dict[str, list[Any]]) -> list[dict[str, Any]]:
    return [{"facts": {fact: value}} for fact, values in table.items() for value in values]


@pytest.mark.parametrize("document", pairs(FITTING), ids=json.dumps)
def test_quantities_that_fit_are_taken_by_both(document: Any) -> None:
    assert schema_takes(quantities(), document)
    quantities().read_use(json.dumps(document))


@pytest.mark.parametrize("document", pairs(UNFITTING), ids=json.dumps)
def test_quantities_that_do_not_fit_are_refused_by_both(document: Any) -> None:
    assert not schema_takes(quantities(), document)
    with pytest.raises(tosdsl.FactError):
        quantities().read_use(json.dumps(document))


@pytest.mark.parametrize(
    "document",
    [
        {"facts": {"asked": "2023-11-14T25:30Z"}},
        {"facts": {"notice": "1_000_001 days"}},
        {"facts": {"revenue": "9" * 101 + " USD"}},
    ],
    ids=json.dumps,
)
def test_what_a_pattern_cannot_count_the_reader_refuses(document: Any) -> None:
    assert schema_takes(quantities(), document)
    with pytest.raises(tosdsl.FactError):
        quantities().read_use(json.dumps(document))


@pytest.mark.parametrize(
    ("fact", "value", "words"),
    [
        ("share", 0.25, "an int, a Decimal or a Fraction"),
        ("share", float("nan"), "an int, a Decimal or a Fraction"),
        ("revenue", 20, "an amount such as 250 USD, and `20` is given"),
        ("revenue", 20.0, "an amount such as 250 USD, and `20.0` is given"),
        ("notice", 30, "a duration such as 30 days, and `30` is given"),
        ("asked", datetime(2023, 11, 14, 18, 30), "an instant with its zone"),
        ("asked", date(2023, 11, 14), "an instant with its zone"),
        ("started", datetime(2023, 11, 14, tzinfo=UTC), "a date such as 2023-12-15"),
    ],
)
def test_python_values_that_would_lose_something_are_refused(fact: str, value: Any, words: str) -> None:
    with pytest.raises(tosdsl.FactError, match="TOS4003") as raised:
        quantities().decide({fact: value})
    assert words in str(raised.value)


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


def test_the_title_of_several_policies() -> None:
    several = tosdsl.load("openai.business_terms", "openai.terms_of_use").schema()
    assert several["title"] == "A use, as openai.business_terms and openai.terms_of_use ask about it"
