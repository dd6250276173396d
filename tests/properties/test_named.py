"""An order of documents is what it comes to between clauses, save those that are named against it."""

from __future__ import annotations

from itertools import product

from hypothesis import assume, given, note
from hypothesis import strategies as st

import tosdsl
from tests.properties.homes import FACTS
from tosdsl.facade import PolicySet, load_texts
from tosdsl.reference.decide import find_all_but_needs
from tosdsl.trees.facts import Use

_VOCABULARY = "vocabulary words\n\n" + "".join(f"fact {name}: boolean\n" for name in FACTS)
_CONTRARY = {"forbid": "permit", "permit": "forbid"}
_WORDS = {False: "notwithstanding", True: "subject to"}

_clauses = st.lists(
    st.tuples(st.sampled_from(("forbid", "permit")), st.sampled_from(FACTS)), min_size=1, max_size=3
)


@st.composite
def _orders(draw: st.DrawFn) -> tuple[dict[str, str], dict[str, str]]:
    """Documents of which one orders the two and names clauses against it; and the same, spelled out."""
    own, others, yields = draw(_clauses), draw(_clauses), draw(st.booleans())
    rivals = [
        (at, of)
        for (at, (kind, _)), (of, (other, _)) in product(enumerate(own), enumerate(others))
        if other == _CONTRARY[kind]
    ]
    assume(rivals)
    named = draw(st.sets(st.sampled_from(rivals), max_size=2))
    ours, theirs = {at for at, _ in named}, {of for _, of in named}
    against = _WORDS[not yields]
    general, spelled = ({at: [] for at in range(len(own))} for _ in range(2))
    for at, of in rivals:
        if (at, of) in named:
            general[at].append(f"    {against} other#o{of}")
            spelled[at].append(f"    {against} other#o{of}")
        elif not (at in ours and of in theirs):
            spelled[at].append(f"    {_WORDS[yields]} other#o{of}")
    order = ["yields to other" if yields else "prevails over other"]
    other = _text(
        "other", [], [[f"{kind} o{of}", f"    when {a}"] for of, (kind, a) in enumerate(others)]
    )
    made = [
        {
            "words": _VOCABULARY,
            "other": other,
            "own": _text(
                "own",
                ["incorporate other", *said],
                [[f"{kind} n{at}", f"    when {a}", *ranks[at]] for at, (kind, a) in enumerate(own)],
            ),
        }
        for said, ranks in ((order, general), ([], spelled))
    ]
    return made[0], made[1]


def _text(name: str, lines: list[str], clauses: list[list[str]]) -> str:
    inner = [*lines, *(line for clause in clauses for line in clause)]
    return "\n".join([f"policy {name}", "    default permit", "", "use words", *inner, ""])


@given(_orders(), st.lists(st.tuples(*[st.sampled_from((True, False, None))] * len(FACTS)), max_size=9))
def test_a_clause_that_is_named_is_excepted_from_the_order_of_documents(
    orders: tuple[dict[str, str], dict[str, str]], partly: list[tuple[bool | None, ...]]
) -> None:
    note("\n\n".join(orders[0].values()))
    one, other = (_loaded(each) for each in orders)
    for values in (*product((True, False), repeat=len(FACTS)), *partly):
        facts = {name: value for name, value in zip(FACTS, values, strict=True) if value is not None}
        assert _forces(one, facts) == _forces(other, facts)
        decision = one.decide(facts)
        assert decision.verdict is other.decide(facts).verdict is one.verdict(facts)


def _forces(policies: PolicySet, facts: dict[str, bool]) -> dict[object, bool | None]:
    found = find_all_but_needs(policies.linked, Use(facts))
    return {key: its.force for key, its in found.norms.items()}


def _loaded(texts: dict[str, str]) -> PolicySet:
    try:
        return load_texts(texts, ["own"])
    except tosdsl.PolicyError as error:  # two that are named in turn: no circle may be left
        note(str(error))
        raise
