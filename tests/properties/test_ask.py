"""What is said of one use, held to the reference on any library."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from tests.generators import leaf_values
from tests.properties.worlds import World, worlds
from tosdsl.analysis.ask import ask
from tosdsl.reference.decide import verdicts
from tosdsl.trees.facts import Facts, Use


def verdict(world: World, facts: Facts) -> str:
    remaining = verdicts(world.linked, Use(facts))
    return next(iter(remaining)) if len(remaining) == 1 else "undetermined"


@given(worlds(simple=True), st.data())
def test_what_is_shown_has_the_verdict_that_is_said(world: World, data: st.DataObject) -> None:
    facts = data.draw(leaf_values(world.leaves))
    found = ask(world.linked, Use(facts))
    assert found.verdict == verdict(world, facts)
    for each in found.settling:
        assert not facts.keys() & each.facts.keys()
        assert verdict(world, {**facts, **each.facts}) == each.verdict
        if each.smallest:
            for left_out in combinations(each.facts, 1):
                fewer = {path: value for path, value in each.facts.items() if path not in left_out}
                assert verdict(world, {**facts, **fewer}) == "undetermined"
    for near in found.nearest:
        then = {path: value for path, (_, value) in near.changed.items()}
        assert {path: now for path, (now, _) in near.changed.items()} == {p: facts[p] for p in then}
        assert verdict(world, {**facts, **then, **near.added}) == "permitted"
        for path in then:
            kept = {other: value for other, value in then.items() if other != path}
            assert verdict(world, {**facts, **kept, **near.added}) != "permitted"
    if found.never:
        assert verdict(world, data.draw(leaf_values(world.leaves))) != "permitted"


@given(worlds(simple=True), st.data())
def test_a_permitted_use_that_only_says_more_is_not_missed(world: World, data: st.DataObject) -> None:
    """Where some further facts make it permitted, no known fact is changed."""
    whole = data.draw(leaf_values(world.leaves))
    if verdict(world, whole) != "permitted":
        return
    known = data.draw(st.sets(st.sampled_from(sorted(whole)))) if whole else set()
    facts = {path: value for path, value in whole.items() if path in known}
    found = ask(world.linked, Use(facts))
    assert found.verdict in {"permitted", "undetermined"} or found.nearest
    if found.verdict == "undetermined" and not found.open:
        assert found.nearest
        assert not found.nearest[0].changed
        assert len(found.nearest[0].added) <= len(whole) - len(facts)
