"""A clause that comes in alone, or with its section, has the force that it has at home."""

from __future__ import annotations

from itertools import product

from hypothesis import assume, given, note
from hypothesis import strategies as st

import tosdsl
from tests.properties.homes import FACTS, GATE, Home, homes
from tosdsl.diagnostics.model import Severity
from tosdsl.facade import PolicySet, load_texts
from tosdsl.reference.decide import find_all_but_needs
from tosdsl.trees.facts import Use
from tosdsl.trees.norms import Linked

WHOLE = tuple(product((True, False), repeat=len(FACTS)))
PARTLY = tuple(each for each in product((True, False, None), repeat=len(FACTS)) if None in each)


@given(
    homes(),
    st.lists(st.sampled_from(PARTLY), min_size=12, max_size=12),
    st.sampled_from(("w", "around")),
)
def test_a_part_has_the_force_that_it_has_at_home(
    home: Home, partly: list[tuple[bool | None, ...]], wrapper: str
) -> None:
    texts = home.texts(wrapped=True)
    note("\n\n".join(texts.values()))
    at_home = _loaded(home.texts(wrapped=False), "p.home")
    wrapped = _loaded(texts, wrapper)
    for values in (*WHOLE, *partly):
        facts = {name: value for name, value in zip(FACTS, values, strict=True) if value is not None}
        one, other = (_found(each.linked, Use(facts)) for each in (at_home, wrapped))
        for clause in home.clauses:
            assert other[clause] == one[clause], facts
        assert wrapped.verdict(facts) is wrapped.decide_use(Use(facts)).verdict


@given(homes(), st.lists(st.sampled_from((*WHOLE, *PARTLY)), min_size=8, max_size=8))
def test_a_part_under_a_condition_is_there_or_is_not(
    home: Home, several: list[tuple[bool | None, ...]]
) -> None:
    """Where the condition holds, as if there were none; where it does not, as if nothing came in; where
    it is open, either may be."""
    texts = home.texts(wrapped=True, when=GATE)
    note("\n\n".join(texts.values()))
    always, conditional = _loaded(home.texts(wrapped=True), "w"), _loaded(texts, "w")
    for values in several:
        facts = {name: value for name, value in zip(FACTS, values, strict=True) if value is not None}
        there = always.decide(facts)
        decided = {gate: conditional.decide({**facts, GATE: gate}) for gate in (True, False, None)}
        assert decided[True].possible == there.possible
        assert decided[True].duties == there.duties
        assert decided[False].possible == (tosdsl.Verdict.PERMITTED,)
        assert not decided[False].duties
        assert set(decided[None].possible) == {*there.possible, tosdsl.Verdict.PERMITTED}
        asked = GATE in {need.fact for need in decided[None].needs}
        assert asked == (set(there.possible) != {tosdsl.Verdict.PERMITTED})
        assert {each.clause for each in decided[None].duties} == {each.clause for each in there.duties}


@given(homes(whole=True), st.lists(st.sampled_from(PARTLY), min_size=12, max_size=12))
def test_what_is_asked_beside_takes_no_force_from_what_forbids(
    home: Home, partly: list[tuple[bool | None, ...]]
) -> None:
    """All that ``p.home`` names has come in to it, so no copy that is asked about by itself makes a
    prohibition or an obligation weaker than it is where ``p.home`` is asked about alone."""
    texts = home.texts(wrapped=False)
    note("\n\n".join(texts.values()))
    alone, beside = _loaded(texts, "p.home"), _loaded(texts, "p.home", "p.one", "p.two")
    for values in (*WHOLE, *partly):
        facts = {name: value for name, value in zip(FACTS, values, strict=True) if value is not None}
        one, other = (find_all_but_needs(each.linked, Use(facts)) for each in (alone, beside))
        for section in alone.linked.documents[0].policy.root.walk():
            for norm in section.norms:
                if norm.modality != "permit":
                    key = (0, norm.id)
                    assert _STRENGTH[other.norms[key].force] >= _STRENGTH[one.norms[key].force], facts


_STRENGTH = {False: 0, None: 1, True: 2}


def _loaded(texts: dict[str, str], *roots: str) -> PolicySet:
    try:
        return load_texts(texts, roots)
    except tosdsl.PolicyError as error:
        wrong = {each.code for each in error.diagnostics if each.severity is Severity.ERROR}
        assume(not wrong <= {"TOS3004", "TOS3050"})  # who prevails goes in a circle
        raise


def _found(linked: Linked, use: Use) -> dict[str, tuple[object, ...]]:
    """What is found of each clause of ``p.home``: all but the places of those that prevail over it."""
    findings = find_all_but_needs(linked, use)
    index = next(at for at, each in enumerate(linked.documents) if each.policy.id == "p.home")
    return {
        id_: (
            its.scope,
            its.applies,
            its.exceptions,
            its.defeated,
            its.force,
            findings.duties.get((at, id_)),
        )
        for (at, id_), its in findings.norms.items()
        if at == index
    }
