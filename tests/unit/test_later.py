"""Fields of a decision that are worked out when somebody reads them."""

from __future__ import annotations

import pickle
from datetime import date
from itertools import islice
from operator import attrgetter
from random import Random
from threading import Barrier, Thread
from typing import Any

import pytest
from attrs import fields

import tosdsl
from benchmarks.gate.__main__ import uses
from tosdsl.decision.model import LATER, Decision

NAMES = [each.name for each in fields(Decision) if each.name != "_explain"]
LADDER = "openai.services_agreement@2025-12-01"
"""A document with an enforcement ladder and obligations: here every field takes some work."""

SMALL = "openai.business_terms"
"""One of a few clauses over single facts, of which decisions are kept by how its tests come out."""


@pytest.fixture(scope="module")
def facts() -> list[dict[str, Any]]:
    return [*islice(uses(LADDER, 40, 3), 40)]


def test_whatever_is_read_first_the_fields_are_the_same(facts: list[dict[str, Any]]) -> None:
    one, other = tosdsl.load(LADDER), tosdsl.load(LADDER)
    draw = Random(1)
    for use in facts:
        in_order, mixed = one.decide(use), other.decide(use)
        for name in draw.sample(NAMES, len(NAMES)):
            getattr(mixed, name)
        assert [getattr(in_order, name) for name in NAMES] == [getattr(mixed, name) for name in NAMES]
        assert in_order == mixed
        assert in_order.to_json() == mixed.to_json()
        assert pickle.loads(pickle.dumps(in_order)) == mixed
    assert any(one.decide(use).enforcement for use in facts)
    assert any(one.decide(use).judgements for use in facts)


@pytest.mark.parametrize("name", [LADDER, SMALL])
@pytest.mark.parametrize("day", [None, date(2026, 1, 2)])
def test_a_decision_that_was_kept_has_them_too(name: str, day: date | None) -> None:
    facts = [*islice(uses(name, 40, 3), 40)]
    policies, fresh = tosdsl.load(name), tosdsl.load(name)
    for use in facts:
        policies.decide(use, as_of=day)  # nobody reads it, so it is kept without them
    again = [policies.decide(use, as_of=day) for use in facts]
    assert again == [fresh.decide(use, as_of=day) for use in facts]
    third = (policies.decide(use, as_of=day) for use in facts)
    assert all(vars(each).keys() >= LATER for each in third)  # worked out once


def test_threads_that_read_one_decision_at_once_read_the_same(facts: list[dict[str, Any]]) -> None:
    policies, fresh = tosdsl.load(LADDER), tosdsl.load(LADDER)
    for use in facts:
        made, start, read = policies.decide(use), Barrier(4), list[Any]()

        def reader(names: list[str], made: Any = made, start: Any = start, read: Any = read) -> None:
            start.wait()
            read.append({name: getattr(made, name) for name in names})

        orders = [sorted(LATER), sorted(LATER, reverse=True)] * 2
        several = [Thread(target=reader, args=(names,)) for names in orders]
        for each in several:
            each.start()
        for each in several:
            each.join()
        wanted = {name: getattr(fresh.decide(use), name) for name in LATER}
        assert read == [wanted] * 4


def test_a_name_that_no_field_has_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="no attribute 'complaint'"):
        attrgetter("complaint")(tosdsl.load(LADDER).decide({}))
