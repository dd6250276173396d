"""Explanations reach the bottom: items of lists, worked out values, exceptions of definitions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import tosdsl
from tests.oracle.answer import decide as by_reference
from tosdsl.decision.model import Decision, Why
from tosdsl.decision.text import decision_lines

TEXT = """\
vocabulary sales

type Kind is one of
    book
    film

type Sale has
    kind: Kind
    amount: money in USD
    fair: boolean judged

fact sales: list of Sale
fact large: boolean
fact signed: date
fact fee: money in USD

policy shop.sales
    default permit

use sales

define base as
    3 USD

define cap as
    if large then 5 USD else 2 * base

define dear(s: Sale, most: money in USD) as
    s.amount > most
    except fair_one
        when s.fair

define bad as
    some s in sales satisfies not s.fair
    except small
        when fee < 10 USD

forbid films at "1"
    when some s in sales satisfies (s.kind is film and dear(s, cap))

forbid all_dear at "2"
    when every s in sales satisfies s.amount >= 6 USD

forbid total at "3"
    when sum(s.amount for s in sales where s.kind is film) + fee > cap

forbid unfair at "4"
    when bad

require report at "5"
    when large
    must fee > max(cap, 1 USD)
    within 30 days after signed
"""

SALES: list[dict[str, Any]] = [
    {"kind": "book", "amount": "9 USD", "fair": True},
    {"kind": "film", "amount": "6 USD", "fair": False},
    {"kind": "film", "amount": "4 USD"},
]
FACTS: dict[str, Any] = {"sales": SALES, "large": True, "signed": date(2024, 1, 1), "fee": "4 USD"}


def decided(**more: Any) -> Decision:
    return tosdsl.loads(TEXT).decide({**FACTS, **more}, as_of="2024-03-01")


def below(node: Why) -> Iterator[Why]:
    yield node
    for child in node.children:
        yield from below(child)


def under(decision: Decision, clause: str) -> list[tuple[str, str, str, str]]:
    """The nodes of a clause as kind, text, truth and note."""
    (node,) = [each for each in below(decision.explanation) if each.clause == f"shop.sales#{clause}"]
    return [(each.kind, each.text, each.truth, each.note) for each in below(node)]


def test_the_item_that_makes_some_true_is_shown_with_what_makes_it_so() -> None:
    found = under(decided(), "films")
    item = "{amount: 6 USD, fair: no, kind: film}"
    assert ("item", "item 2 of 3 of sales", "true", item) in found
    assert ("condition", "s.amount > most", "true", "s.amount is 6 USD; most is 5 USD") in found
    assert all("item 1 of" not in text for _, text, _, _ in found)


def test_the_item_that_makes_every_false_is_shown() -> None:
    found = under(decided(), "all_dear")
    assert ("condition", "s.amount >= 6 USD", "false", "s.amount is 4 USD") in found
    assert [text for kind, text, _, _ in found if kind == "item"] == ["item 3 of 3 of sales"]


def test_items_of_which_it_is_not_known_are_shown_where_it_is_open() -> None:
    open_ = under(decided(sales=[{"kind": "film"}, {"kind": "book", "amount": "1 USD"}]), "films")
    items = [(text, truth) for kind, text, truth, _ in open_ if kind == "item"]
    assert items == [("item 1 of 2 of sales", "unknown")]
    assert any(note == "s.amount is not known; most is 5 USD" for _, _, _, note in open_)


def test_of_many_items_that_are_alike_a_few_are_shown() -> None:
    many = under(decided(sales=[{"kind": "film", "amount": "9 USD", "fair": False}] * 9), "films")
    assert sum(kind == "item" for kind, _, _, _ in many) == 3
    assert any(note == "6 more like these" for _, _, _, note in many)
    none = under(decided(sales=[{"kind": "book", "amount": "9 USD"}] * 9), "films")
    assert any(note == "none of 9 items" for _, _, _, note in none)
    empty = under(decided(sales=[]), "films")
    assert any(note == "the list is empty" for _, _, _, note in empty)


def test_values_that_were_worked_out_are_shown_down_to_the_case_that_held() -> None:
    found = under(decided(large=False), "total")
    sum_ = "sum(s.amount for s in sales where s.kind is film)"
    assert ("value", f"{sum_} + fee", "true", "is 14 USD") in found
    assert ("value", sum_, "true", "is 10 USD, of 2 of 3 items") in found
    caps = [each for each in below(decided(large=False).explanation) if each.text == "cap"]
    shown = next(each for each in caps if each.children)
    assert shown.note == "is 6 USD"
    assert [each.text for each in shown.children] == ["large", "2 * base"]
    assert [each.note for each in shown.children[1].children] == ["is 3 USD"]


def test_the_exception_of_a_definition_is_shown_for_each_call() -> None:
    found = under(decided(sales=[{"kind": "film", "amount": "9 USD", "fair": True}]), "films")
    assert ("exception", "fair_one", "true", "applies") in found
    assert ("condition", "s.fair", "true", "s.fair is yes (a judgement)") in found
    assert ("exception", "small", "true", "applies") in under(decided(), "unfair")


def test_a_deadline_says_what_it_was_counted_from() -> None:
    found = under(decided(), "report")
    note = "the last day is 2024-01-31; signed is 2024-01-01"
    assert ("deadline", "within signed + 30 days", "false", note) in found
    assert ("value", "max(cap, 1 USD)", "true", "is 5 USD") in found


def test_the_text_and_the_data_show_the_same_and_so_does_the_reference() -> None:
    policies = tosdsl.loads(TEXT)
    for more in ({}, {"large": None}, {"sales": None}, {"fee": None}, {"sales": SALES[:1]}):
        facts = {**FACTS, **more}
        decision = policies.decide(facts)
        assert decision.explanation == by_reference(policies, facts).explanation
        told = "\n".join(line.plain for line in decision_lines(decision))
        for node in below(decision.explanation):
            if node.kind in {"item", "value"}:
                assert node.text in told
                assert node.note in told
        as_data = json.dumps(decision.to_json()["explanation"], ensure_ascii=False)
        assert ('"kind": "item"' in as_data) is ("item 1 of" in told or "item 2 of" in told)


OWN_ACT = """\
vocabulary acts

fact who: text
fact lawful: boolean
fact age: integer


policy acts.terms
    default permit

use acts

define own_act as
    who is "customer"

forbid unlawful
    when own_act and not lawful

forbid minors
    when own_act and age < 18
"""


def met_first(decision: Decision) -> Iterator[tuple[str, bool]]:
    """The definitions of each document, in the order in which they are told; whether each says what it
    means, or is told before."""
    for document in decision.explanation.children:
        told: set[str] = set()
        for node in below(document):
            if node.kind == "definition":
                yield node.text, bool(node.children) or node.text in told
                told.add(node.text)


def test_a_definition_is_told_where_it_is_met_first() -> None:
    policies = tosdsl.loads(OWN_ACT)
    for lawful in (True, False, None):
        made = policies.decide({"who": "customer", "lawful": lawful, "age": 17})
        found = [*met_first(made)]
        assert found
        assert all(told for _, told in found)
        assert ("own_act (as above)" in made.explain()) is (lawful is not True)


def test_no_shipped_scenario_refers_to_what_is_not_told() -> None:
    policies = tosdsl.load("openai.services_agreement")
    for _, scenario, use in policies.scenarios():
        found = [*met_first(policies.decide_use(use))]
        assert all(told for _, told in found), scenario.title
