"""``tosdsl check --values``: the definitions that no clause reads have a value too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

_TAX = """\
vocabulary tax_words

fact income: money in USD
fact age: integer presumed 40
fact sold_on: date
fact zero: integer presumed 0
fact weeks: integer
fact bills: list of Bill

type Bill has
    amount: integer
    paid: integer

policy acme.tax
    default permit

use tax_words

define due at "3" as
    base * 0.2 rounded to 0.01 USD

define base as
    max(income - 1_000 USD, 0 USD)

define last_day as
    sold_on + 1 month

define old as
    age > 65

define third as
    1 / 3

define nothing as
    age / zero

define unpaid as
    bills

define owed as
    sum(b.paid for b in bills) + (if old then zero else weeks)

define twice(x: integer) as
    x * 2

forbid nobody
    when base < 0 USD
"""


@pytest.fixture
def tax(tmp_path: Path) -> Path:
    (tmp_path / "tax.tos").write_text(_TAX, "utf-8")
    facts = "facts: {income: 2345.67 USD, bills: [{amount: 3}]}\n"
    (tmp_path / "use.yaml").write_text(facts, "utf-8")
    return tmp_path


def test_every_definition_has_its_value_in_the_order_of_the_text(run: Any, tax: Path) -> None:
    done = run("check", tax / "tax.tos", "--facts", tax / "use.yaml", "--values")
    assert done.out.partition("Values\n")[2].splitlines() == [
        '  due is 269.13 USD at "3"',
        "  base is 1345.67 USD",
        "  last_day is not known: it needs sold_on",
        "  old is no",
        "  third is about 0.333333",
        "  nothing is not known",
        "  unpaid is [{amount: 3}]",
        "  owed is not known: it needs bills, weeks",
    ]


def test_the_values_are_data_as_well(run: Any, tax: Path) -> None:
    done = run("check", tax / "tax.tos", "--facts", tax / "use.yaml", "--values", "--format", "json")
    found = {each["definition"]: each["value"] for each in json.loads(done.out)["values"]}
    assert found["due"] == "269.13 USD"
    assert found["unpaid"] == [{"amount": 3}]
    needs = {each["definition"]: each.get("needs") for each in json.loads(done.out)["values"]}
    assert (needs["last_day"], needs["owed"], needs["due"]) == (["sold_on"], ["bills", "weeks"], None)
    assert (found["old"], found["last_day"], found["third"]) == (False, None, "1/3")


def test_they_are_told_where_one_asks(run: Any, tax: Path) -> None:
    assert "Values" not in run("check", tax / "tax.tos", "--facts", tax / "use.yaml").out
    done = run("check", tax / "tax.tos", "--facts", tax / "use.yaml", "--format", "json")
    assert "values" not in json.loads(done.out)
