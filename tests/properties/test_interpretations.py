"""Laws of interpretations: a text read in one way is the text with a fact, and what all ways to read
it agree on is so."""

from __future__ import annotations

from itertools import product
from typing import Any

from attrs import frozen
from hypothesis import assume, given, note
from hypothesis import strategies as st

import tosdsl
from tests.generators import could_be_read, facts_for, libraries, with_interpretations
from tests.oracle import answer as oracle
from tosdsl import Decision, Verdict
from tosdsl.syntax.format import format_file
from tosdsl.trees import vocabulary as v


@frozen
class Texts:
    """The same library with facts, and with interpretations in their place."""

    facts: tosdsl.PolicySet
    texts: tosdsl.PolicySet
    readings: dict[str, tuple[str, ...]]
    policies: tuple[str, ...]

    def ways(self) -> list[dict[str, str]]:
        names = list(self.readings)
        return [dict(zip(names, way, strict=True)) for way in product(*self.readings.values())]

    def full(self, way: dict[str, str]) -> dict[str, str]:
        """How each policy is read, by the full ids."""
        known = {each.path for each in self.texts.vocabulary.interpretations}
        named = {f"{policy}#{name}": way[name] for policy in self.policies for name in way}
        return {path: reading for path, reading in named.items() if path in known}


@st.composite
def texts(draw: st.DrawFn) -> Texts:
    files = draw(libraries(simple=draw(st.booleans()), small=True))
    able = could_be_read(files)
    assume(able)
    names = draw(st.lists(st.sampled_from(able), min_size=1, max_size=2, unique=True))
    made = draw(with_interpretations(files, names))
    try:
        one, other = (tosdsl.loads(*map(format_file, each)) for each in (files, made))
    except tosdsl.PolicyError:  # two facts of one type were compared
        assume(False)
        raise
    types = {fact.name: fact.type for fact in one.vocabulary.facts}
    kinds = {name: kind for name in names if isinstance(kind := types[name], v.Enum)}
    readings = {name: kind.members for name, kind in kinds.items()}
    policies = tuple(unit.name.text for file in made[1:] for unit in file.units)
    return Texts(one, other, readings, policies)


@st.composite
def questions(draw: st.DrawFn) -> tuple[Texts, list[dict[str, Any]]]:
    of = draw(texts())
    leaves = {leaf.path: leaf.type for leaf in of.texts.vocabulary.leaves()}
    return of, draw(st.lists(facts_for(leaves), min_size=2, max_size=4))


def told(made: Decision) -> tuple[Any, ...]:
    """What does not hang on the name of an input."""
    duties = [(duty.clause, duty.state, duty.due, duty.needs) for duty in made.duties]
    needs = [need.fact for need in made.needs] if made.exact else []
    return made.verdict, made.possible, made.compliant, made.exact, duties, needs, made.basis


@given(questions())
def test_a_text_that_is_read_in_one_way_is_the_text_with_a_fact(
    question: tuple[Texts, list[dict[str, Any]]],
) -> None:
    of, several = question
    for facts in several:
        for way in of.ways():
            note(f"{facts!r} read as {way!r}")
            made = of.texts.decide(facts, reading=of.full(way))
            assert told(made) == told(of.facts.decide({**facts, **way}))
            assert made.agree is None


@given(questions())
def test_what_every_way_to_read_agrees_on_is_so(question: tuple[Texts, list[dict[str, Any]]]) -> None:
    of, several = question
    if len(of.policies) > 1:  # each policy is read by itself
        return
    for facts in several:
        note(f"{facts!r}")
        made = of.texts.decide(facts)
        each = [of.facts.decide({**facts, **way}) for way in of.ways()]
        if not all(one.exact for one in (made, *each)):
            continue
        verdicts = {one.verdict for one in each}
        assert made.verdict is (verdicts.pop() if len(verdicts) == 1 else Verdict.UNDETERMINED)
        assert set(made.possible) == {verdict for one in each for verdict in one.possible}
        assert {need.fact for need in made.needs} == {need.fact for one in each for need in one.needs}
        if len({one.verdict for one in each}) > 1:
            assert made.agree is False
            assert made.interpretations
        if made.passes:
            assert all(one.passes for one in each)
        paths = {one.path for one in of.texts.vocabulary.interpretations}
        assert paths.isdisjoint(need.fact for need in made.needs)
        assert paths.isdisjoint(fact for duty in made.duties for fact in duty.needs)


@given(questions())
def test_the_code_and_the_reference_tell_the_same(
    question: tuple[Texts, list[dict[str, Any]]],
) -> None:
    of, several = question
    for facts in several:
        note(f"{facts!r}")
        made = of.texts.decide(facts)
        with oracle.patient():
            right = oracle.decide(of.texts, facts)
        if not right.exact:
            assert made.verdict is right.verdict or made.exact
            continue
        assert made == right
        assert of.texts.verdict(facts) is made.verdict
