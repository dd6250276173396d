"""Nodes of the core as expressions again: they mean what was written, however much is a definition."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tosdsl
from tests.generators.facts import leaf_values
from tests.properties.worlds import World, worlds
from tosdsl.lower.core import Core
from tosdsl.lower.unfolded import Unfolded
from tosdsl.reference.evaluate import evaluate, evaluate_definitions
from tosdsl.trees.walk import conditions, parts

DRAWN = 3
SIZES = {"in one piece": (10**9, 10**9), "in small pieces": (0, 3), "as it comes": (500, 50)}
"""How large an expression may be that has no definitions, and a definition otherwise."""


@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES.keys())
@pytest.mark.parametrize("inlined", [True, False], ids=["calls written out", "calls"])
@given(world=worlds(), data=st.data())
def test_an_expression_of_a_node_means_what_was_written(
    inlined: bool, sizes: tuple[int, int], world: World, data: st.DataObject
) -> None:
    shared = Core(inlined=inlined)
    documents = shared.documents(world.linked, ())
    unfolded = Unfolded(shared.block, shared.functions, *sizes)
    drawn = [data.draw(leaf_values(world.leaves)) for _ in range(DRAWN)]
    for index, document in enumerate(world.linked.documents):
        definitions = document.policy.definitions
        for written in conditions(document.policy):
            expr, own = unfolded.of(documents.condition(index, written))
            for facts in drawn:
                came = evaluate(expr, facts, evaluate_definitions(own.values(), facts))
                assert came == evaluate(written, facts, evaluate_definitions(definitions, facts))


WORDS = "vocabulary words\n\nfact units: integer\n\n"


@pytest.mark.parametrize("inlined", [True, False])
@pytest.mark.parametrize("deep", [20, 40])
def test_what_is_made_grows_with_the_text(deep: int, inlined: bool) -> None:
    """Calls inside calls, each of which reads its parameter twice, below definitions that do so too."""
    text = f"{WORDS}policy p\n    default permit\n\nuse words\n\n"
    text += "define twice(n: integer) as\n    n + n\n\ndefine d_0 as\n    units\n\n"
    for at in range(1, deep + 1):
        text += f"define d_{at} as\n    twice(d_{at - 1}) + d_{at - 1}\n\n"
    linked = tosdsl.loads(f"{text}forbid much\n    when d_{deep} > 9\n").linked
    shared = Core(inlined=inlined)
    documents = shared.documents(linked, ())
    ((_, norm),) = linked.norms()
    expr, own = Unfolded(shared.block, shared.functions).of(documents.condition(0, norm.when))
    held = [expr, *(each.body for each in own.values())]
    assert sum(1 for each in held for _ in parts(each)) < 20 * deep
    facts = {"units": 1}
    assert evaluate(expr, facts, evaluate_definitions(own.values(), facts)) is True
