"""Presumptions and burdens: the code tells what the reference tells, with them and without them."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

import tosdsl
from tests.conftest import ROOT, either
from tests.differential.both import _differs
from tests.generators import facts_for
from tests.generators.facts import DAYS
from tests.oracle import answer as oracle
from tests.oracle import presumed as reference
from tests.properties.worlds import World, worlds
from tosdsl import asking
from tosdsl.decision.model import Decision

_OWN = frozenset(("_explain", "presumed", "without"))
_OPEN = frozenset(("undetermined", "pending"))


_Asked = tuple[dict[str, Any], dict[str, Any], date | None]
"""Facts, what their asker presumes, and the day of the use."""


@st.composite
def questions(draw: st.DrawFn) -> tuple[World, list[_Asked]]:
    """A library, and several questions."""
    world = draw(worlds(presuming=True))
    facts = facts_for(world.leaves)
    days = st.none() | st.sampled_from(DAYS)
    asked = st.tuples(facts, st.just({}) | facts, days)
    return world, draw(st.lists(asked, min_size=3, max_size=6))


@settings(max_examples=either(8, 15))  # each question is put to the reference twice
@given(questions())
def test_the_code_and_the_reference_tell_the_same(
    question: tuple[World, list[_Asked]],
) -> None:
    world, several = question
    for facts, assume, day in several:
        note(f"{facts!r}, on {day}, assuming {assume!r}")
        made = world.policies.decide(facts, assume=assume or None, as_of=day)
        use = asking.use_said(world.policies.choices, facts, assume=assume or None, as_of=day)
        if len(world.policies.alternatives(day, None)) > 1:
            continue
        with oracle.patient():
            right, bare = reference.decide(world.policies, use)
        different = [
            f"{name} is {getattr(made, name)!r}, and should be {value!r}"
            for name, value in vars(right).items()
            if name not in _OWN and _differs(name, made, right)
        ]
        assert different == []
        compared(made, bare)


@pytest.mark.parametrize("name", ["presumptions", "burdens"])
def test_all_scenarios_come_out_the_same(name: str) -> None:
    policies = tosdsl.load(ROOT / "tests" / "conformance" / "presumptions" / "good" / f"{name}.tos")
    for _, scenario, use in policies.scenarios():
        if not use.assertions:
            right, bare = reference.decide(policies, use)
            made = policies.decide_use(use)
            assert made.verdict is right.verdict, scenario.title
            compared(made, bare)


def compared(made: Decision, bare: Decision) -> None:
    """What a decision says of the one with nothing presumed."""
    if made.without is None:  # nothing that was presumed mattered
        assert made.presumed == ()
        assert (made.verdict, made.compliant) == (bare.verdict, bare.compliant)
        return
    assert made.presumed
    without = made.without
    assert (without.verdict, without.compliant) == (bare.verdict, bare.compliant)
    if bare.exact:
        assert set(without.possible) == set(bare.possible)
        assert {each.fact for each in without.needs} == {each.fact for each in bare.needs}
    for each in made.presumed:
        if each.kind == "presumption":
            assert each.fact == each.facts[0]
        assert (each.otherwise is None) is not each.decides
        if each.decides and each.kind == "burden":
            assert bare.verdict is not made.verdict or each.facts


@settings(max_examples=either(8, 15))  # each question is put to the reference twice
@given(questions())
def test_no_gate_opens_on_what_is_presumed(
    question: tuple[World, list[_Asked]],
) -> None:
    world, several = question
    for facts, assume, day in several:
        made = world.policies.decide(facts, assume=assume or None, as_of=day)
        if made.passes:
            use = asking.use_said(world.policies.choices, facts, as_of=day)
            if len(world.policies.alternatives(day, None)) > 1:
                continue
            with oracle.patient():
                _, bare = reference.decide(world.policies, use)
            assert bare.verdict is tosdsl.Verdict.PERMITTED
        if not assume:
            assert world.policies.verdict(facts, as_of=day) is made.verdict


@given(questions(), st.data())
@settings(max_examples=either(20, 40))
def test_the_compiled_reading_loses_nothing_that_is_said_to_be_unknown(
    question: tuple[World, list[_Asked]], data: st.DataObject
) -> None:
    world, several = question
    predicates = world.policies.predicates
    for facts, _, day in several:
        nulls = (
            data.draw(st.lists(st.sampled_from([*world.leaves]), max_size=2)) if world.leaves else []
        )
        given = {**{path: value for path, value in facts.items() if path not in nulls}}
        given |= dict.fromkeys(nulls)
        said = {"as_of": day}
        made, right = (told(ask, given, said) for ask in (predicates.use_said, predicates.use_read))
        assert made == right
        body = json.dumps({"facts": given, "as_of": day}, default=str).encode()
        as_json = told(lambda data, _: predicates.decide_json()(data), body, None)
        full = told(lambda data, _: predicates.decide_use(predicates.read_bytes(data)), body, None)
        if isinstance(full, tuple):
            assert as_json == full
        else:
            assert Decision.from_json(as_json) == Decision.from_json(full.to_json())


def told(ask: Any, first: Any, second: Any) -> Any:
    """What is answered, or the codes of what is wrong."""
    try:
        return ask(first, second)
    except tosdsl.FactError as error:
        return tuple(each.code for each in error.diagnostics)


NULLS = """\
vocabulary shop

type Pet has
    age: integer
    name: text

fact pet: Pet presumed {age: 3, name: "Rex"}
fact old: boolean presumed yes


policy p
    default permit

use shop

forbid n
    when old and pet.age > 2
"""


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({}, "forbidden"),
        ({"old": None}, "undetermined"),
        ({"pet": {"age": None}}, "undetermined"),
        ({"pet": None}, "undetermined"),
        ({"pet.age": None}, "undetermined"),
        ({"pet": {"age": 1}}, "permitted"),
    ],
)
def test_null_is_not_presumed(facts: dict[str, Any], verdict: str) -> None:
    policies = tosdsl.loads(NULLS)
    assert policies.verdict(facts).value == verdict
    assert policies.decide(facts).verdict.value == verdict
    body = json.dumps({"facts": facts}).encode()
    assert json.loads(policies.decide_json(body))["verdict"] == verdict
