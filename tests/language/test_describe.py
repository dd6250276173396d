"""What is said of a symbol is what its text says; a use is put to documents that know a part of it."""

from __future__ import annotations

import pytest

import tosdsl
from tests.conftest import ROOT
from tests.language.test_occurrences import TEXT, named
from tosdsl.language.check import check
from tosdsl.language.describe import describe
from tosdsl.language.known import decide_known
from tosdsl.language.occurrences import occurrences

SAID = TEXT.replace(
    "fact research: boolean", 'fact research: boolean judged "Is it research?"'
).replace("    forbid boxed\n", '    forbid boxed at "1(a)"\n        "No boxes."\n')


@pytest.mark.parametrize(
    ("word", "line", "wanted"),
    [
        ("research", "    when research", {"question": "Is it research?", "type": "boolean"}),
        ("boxed", "notwithstanding boxed", {"text": "No boxes.", "at": "1(a)", "type": "forbid"}),
        ("boxed", "notwithstanding boxed", {"defeated_by": ("shop.terms#bagged",)}),
        ("weight", "box.weight >", {"type": "integer"}),
        ("boxes", "some box in", {"type": "list of Box"}),
        ("Size", "    size: Size", {"text": "small, large"}),
    ],
)
def test_what_is_said_of_a_symbol(word: str, line: str, wanted: dict[str, object]) -> None:
    checked = check({"shop.tos": SAID}, ["shop.tos"])
    found = describe(checked, occurrences(checked), named(word, line))
    for name, value in wanted.items():
        assert getattr(found, name) == value
    assert found.declared is not None
    assert found.used


WORDS = """\
vocabulary {name}
type Size is one of
    small
    {size}
fact size: Size
fact {own}: boolean
"""
TERMS = """\
policy {name}.terms
    default permit
use {name}
forbid it
    when size is {size} and {own}
"""


def test_a_use_is_put_to_documents_that_know_a_part_of_it() -> None:
    one = {"name": "one", "size": "large", "own": "sold"}
    other = {"name": "other", "size": "huge", "own": "lent"}
    made = [tosdsl.loads(WORDS.format(**each), TERMS.format(**each)) for each in (one, other)]
    facts = {"size": "large", "sold": True, "lent": True}
    first, second = (decide_known(each, facts) for each in made)
    assert (first.decision.verdict.value, first.unknown) == ("forbidden", ("lent",))
    assert (second.decision.verdict.value, second.unknown) == ("undetermined", ("sold", "size"))


def test_a_use_of_one_vocabulary_comes_out_as_ever() -> None:
    policies = tosdsl.load(ROOT / "policies/openai/business_terms-2023-11-14.tos")
    for _, _, use in policies.scenarios():
        facts = dict(use.facts)
        if use.assertions or use.readings or use.as_of:
            continue
        found = decide_known(policies, facts)
        assert found.unknown == ()
        assert found.decision == policies.decide(facts)
