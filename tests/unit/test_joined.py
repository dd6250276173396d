"""The strongest verdict of many parts: what is found out part by part is what a diagram of all says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tosdsl.engine import joined
from tosdsl.engine.diagrams import Diagram, Diagrams
from tosdsl.engine.joined import RANKS, Joined
from tosdsl.runtime.tables import FORBIDDEN, NOT_APPLICABLE, PERMITTED

LEVELS = 6
VALUES = (2, 3, 2, 2, 4, 2)
"""How many values the name of each level has."""

Part = tuple[tuple[int, ...], tuple[int, ...]]
"""The levels that a part asks for, in their order, and the verdicts it comes to, in theirs."""


@st.composite
def parts(draw: st.DrawFn) -> Part:
    levels = sorted(draw(st.sets(st.integers(0, LEVELS - 1), max_size=3)))
    count = 1
    for level in levels:
        count *= VALUES[level]
    verdicts = draw(
        st.sampled_from(
            (
                *((NOT_APPLICABLE, FORBIDDEN), (PERMITTED, FORBIDDEN), (NOT_APPLICABLE, PERMITTED)),
                (NOT_APPLICABLE, PERMITTED, FORBIDDEN),
            )
        )
    )
    leaves = draw(st.lists(st.sampled_from(verdicts), min_size=count, max_size=count))
    return tuple(levels), tuple(leaves)


def diagram(made: Diagrams, part: Part) -> Diagram:
    levels, leaves = part
    rows = [made.leaf(each) for each in leaves]
    for level in reversed(levels):
        size = VALUES[level]
        rows = [made.node(level, tuple(rows[at : at + size])) for at in range(0, len(rows), size)]
    return rows[0]


@pytest.mark.parametrize("few", [0, 3])
@given(several=st.lists(parts(), min_size=1, max_size=12))
def test_it_is_what_a_diagram_of_all_says(few: int, several: list[Part]) -> None:
    made = Diagrams(1_000_000)
    all_ = [diagram(made, part) for part in several]
    whole = made.join_of(all_)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(joined, "_FEW", few)
        leaves, levels = Joined(made, {}).settled(all_)
        assert leaves == made.leaves(whole)
        assert levels == made.levels(whole)
        assert Joined(made, {}).leaves(all_) == leaves


@given(several=st.lists(parts(), min_size=1, max_size=12))
def test_below_the_floor_nothing_is_told_apart(several: list[Part]) -> None:
    made = Diagrams(1_000_000)
    all_ = [diagram(made, part) for part in several]
    right = {
        max(verdict, PERMITTED, key=RANKS.__getitem__) for verdict in made.leaves(made.join_of(all_))
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(joined, "_FEW", 0)
        assert Joined(made, {}, RANKS[PERMITTED]).leaves(all_) == right
