"""Routes between documents: what excludes each other, and what a route switches off."""

from __future__ import annotations

import pytest

import tosdsl
from tosdsl.facade import load_texts

WORDS = """vocabulary w

fact press: boolean
fact sold: boolean
fact a: boolean
fact b: boolean
fact n: integer
fact t: text
type Kind is one of
    x
    y
fact k: list of Kind
"""


def document(name: str, *lines: str) -> str:
    return "\n".join([f"policy {name}", "    default permit", "", "use w", "", *lines, ""])


def codes(*texts: str) -> list[str]:
    try:
        return [each.code for each in tosdsl.loads(WORDS, *texts).warnings]
    except tosdsl.PolicyError as error:
        return [each.code for each in error.diagnostics]


# --- conditions that exclude each other --------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('t starts with "x"', 'not t starts with "x"'),
        ("k includes x", "not k includes x"),
        ("n + 1 > 5", "not n + 1 > 5"),
        ("n + 1 > 5", "n + 1 <= 5"),
        ("a or b", "not (a or b)"),
        ("a or b", "not (b or a)"),
        ("a and n + 1 > 5", "not (n + 1 > 5 and a)"),
        ("rare", "not rare"),
    ],
)
def test_a_condition_and_its_denial_exclude_each_other(one: str, other: str) -> None:
    define = "define rare as n * 2 > 4 or a"
    first = document("first", define, "governed by second", f"    when {one}")
    second = document("second", define, "governed by first", f"    when {other}")
    assert codes(first, second) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('t starts with "x"', 'not t starts with "y"'),
        ("k includes x", "not k includes y"),
        ("n + 1 > 5", "not n + 2 > 5"),
        ("a or b", "not (a and b)"),
        ("rare", "not a"),
    ],
)
def test_conditions_that_can_hold_together_are_a_circle(one: str, other: str) -> None:
    first = document("first", "define rare as n > 4 or a", "governed by second", f"    when {one}")
    second = document("second", "governed by first", f"    when {other}")
    assert codes(first, second) == ["TOS3040"]


def test_a_definition_of_one_name_can_mean_something_else_in_another_document() -> None:
    first = document("first", "define rare as n * 2 > 4", "governed by second", "    when rare")
    second = document("second", "define rare as n * 2 > 6", "governed by first", "    when not rare")
    assert codes(first, second) == ["TOS3040"]


# --- clauses of a document that leads here -----------------------------------------------------------

SALE = ("forbid sale", "    when sold")
GENERAL = document("general", "governed by special", "    when press", *SALE)


@pytest.mark.parametrize("what", ["general#sale", "general"])
def test_a_document_cannot_take_in_clauses_of_one_that_leads_to_it(what: str) -> None:
    special = document("special", f"incorporate {what}")
    assert codes(GENERAL, special) == ["TOS3041"]
    with pytest.raises(tosdsl.PolicyError, match="TOS3041"):
        load_texts({"w": WORDS, "g": GENERAL, "s": special}, ["s"])


def test_nor_by_way_of_others() -> None:
    special = document("special", "incorporate middle")
    middle = document("middle", "incorporate general#sale")
    assert codes(GENERAL, special, middle) == ["TOS3041"]
    first = document("general", "governed by between", "    when press", *SALE)
    between = document("between", "governed by special", "    when a")
    assert codes(first, between, document("special", "incorporate general")) == ["TOS3041"]


def test_a_third_document_that_both_incorporate_is_the_way_out() -> None:
    shared = document("shared", *SALE)
    general = document("general", "governed by special", "    when press", "incorporate shared")
    special = document("special", "incorporate shared#sale")
    policies = load_texts({"w": WORDS, "h": shared, "g": general, "s": special}, ["s"])
    assert policies.verdict({"press": True, "sold": True}) is tosdsl.Verdict.FORBIDDEN


def test_it_is_no_mistake_where_the_document_does_not_speak_of_the_uses_that_lead_to_it() -> None:
    routed = document("special", "governed by elsewhere", "    when press", "incorporate general#sale")
    assert codes(GENERAL, routed) == []
