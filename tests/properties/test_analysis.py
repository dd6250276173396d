"""The analysis is held to the reference: its formulas, what it finds, and what it proves."""

from __future__ import annotations

from unittest import mock

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.conftest import either
from tests.generators import leaf_values
from tests.properties.test_exact import every_value
from tests.properties.worlds import World, worlds
from tosdsl.analysis import tables
from tosdsl.analysis.engine import Analysis, Answer, Proof, Unknown, Witness
from tosdsl.analysis.sides import VERDICTS
from tosdsl.reference.decide import find_all_but_needs, verdicts
from tosdsl.reference.force import forces
from tosdsl.trees.facts import Use
from tosdsl.trees.vocabulary import bare

_WORDS = (*VERDICTS, "undetermined")


def find(analysis: Analysis, word: str) -> Answer:
    """A use with this verdict."""
    return analysis.find(analysis.sides[0].verdict(word), told=lambda told: told == (word,))


@given(worlds(), st.data())
def test_formulas_come_out_as_the_reference_has_it(world: World, data: st.DataObject) -> None:
    analysis = Analysis.of(world.linked, smt=False)
    for _ in range(3):
        analysis.replay(data.draw(leaf_values(world.leaves)))


@given(worlds(simple=True), st.data())
def test_what_is_proved_never_happens_and_what_is_found_does(world: World, data: st.DataObject) -> None:
    analysis = Analysis.of(world.linked)
    found = {word: find(analysis, word) for word in _WORDS}
    for word, answer in found.items():
        assert not isinstance(answer, Unknown)
        if isinstance(answer, Witness):
            assert answer.verdicts == (word,)
    for _ in range(5):
        facts = data.draw(leaf_values(world.leaves))
        remaining = verdicts(world.linked, Use(facts))
        word = next(iter(remaining)) if len(remaining) == 1 else "undetermined"
        answer = found[word]
        assert isinstance(answer, Witness)
        # Smallest of those in which each condition alone makes the verdict what it is.
        if find_all_but_needs(world.linked, Use(facts)).possible == remaining:
            assert not answer.smallest or answer.known <= len(facts)


@given(worlds(simple=True))
def test_tables_and_search_find_and_prove_the_same(world: World) -> None:
    analysis = Analysis.of(world.linked)
    for word in _WORDS:
        one = find(analysis, word)
        with mock.patch.object(tables, "MOST_WORLDS", 1):
            other = find(analysis, word)
        assert isinstance(one, Proof) == isinstance(other, Proof)


@settings(max_examples=max(either(6, 12), settings.default.max_examples // 8))
@given(worlds(), st.data())
def test_values_of_a_range_come_out_alike(world: World, data: st.DataObject) -> None:
    analysis = Analysis.of(world.linked, smt=False)
    analysis.axes.refresh()
    facts = data.draw(leaf_values(world.leaves))
    ranges = {path: analysis.range_of(path, value) for path, value in facts.items()}
    assume(any(ranges.values()))
    expected = forces(world.linked, Use(facts))
    for path, several in ranges.items():
        for value in () if several is None else every_value(bare(world.leaves[path])):
            if several.nearest(value) == value:
                assert forces(world.linked, Use({**facts, path: value})) == expected
