"""Answers against their definition, by trying everything: questions are small, the search is plain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations, product
from typing import Any

from attrs import frozen
from hypothesis import given, note
from hypothesis import strategies as st

from tests.generators.facts import (
    AMOUNTS,
    DAYS,
    INTEGERS,
    MOMENTS,
    PARTIES,
    WORDS,
    leaf_values,
)
from tests.oracle.answer import patient
from tests.properties.worlds import World, worlds
from tosdsl.reference.completions import Completions, Outcome
from tosdsl.reference.decide import find_all_but_needs
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Use
from tosdsl.trees.findings import VerdictWord
from tosdsl.trees.norms import NormKey
from tosdsl.trees.quantities import ABSENT, COUNTED_IN, Duration, Money

MOST_UNKNOWN = 3
MOST_COMBINATIONS = 500

SIZES = {
    "days": (1, 7),
    "months": (1, 12),
    "hours": (10**3, 10**6, 60 * 10**6, 3600 * 10**6),
    "business days": (1,),
}
"""In which sizes ``tests/generators`` writes each kind of duration."""


def every_value(kind: v.Type) -> list[Any]:
    """Values enough to make every generated condition come out either way."""
    match kind:
        case v.Boolean():
            return [True, False]
        case v.Integer():
            return [-2, -1, *INTEGERS, max(INTEGERS) + 1]  # -1 is a constant as well
        case v.Date():
            return [min(DAYS) - timedelta(1), *DAYS, max(DAYS) + timedelta(1)]
        case v.Text():
            return [*WORDS, "never mentioned"]
        case v.Party():
            return [*PARTIES, "never mentioned"]
        case v.Enum(members=members):
            return list(members)
        case v.ListOf(item=item):
            items = every_value(item)
            return [
                each for size in range(min(len(items), 4) + 1) for each in combinations(items, size)
            ]
        case v.Number():
            return sorted({Fraction(n, 4) for n in range(-4, 9)})
        case v.Money(currency=currency):
            wanted = {Fraction(n, 2) for n in range(-1, 2 * max(AMOUNTS) + 2)}
            return [Money(amount, currency) for amount in sorted(wanted)]
        case v.Duration(kind=unit):
            counts = {n * size for n in INTEGERS for size in SIZES[unit]}
            return [Duration(n, COUNTED_IN[unit]) for n in sorted({*counts, -1, max(counts) + 1})]
        case v.Instant():
            step = timedelta(minutes=1)
            return sorted({m + by for m in MOMENTS for by in (-step, timedelta(), step)})
        case v.OptionalOf(item=item):
            return [ABSENT, *every_value(item)]
        case v.Record(fields=fields):
            ends = ({each.name: every_value(each.type)[at] for each in fields} for at in (0, -1))
            return [*ends]


Everything = list[tuple[tuple[int, ...], Any]]
"""Every way to fill in what is unknown, by the numbers of the values, with what is so then."""


def by_trying(unknown: list[str], world: World, of: Callable[[dict[str, Any]], Any]) -> Everything:
    """``of`` what is filled in, for every way to do so."""
    pools = [list(enumerate(every_value(kind_of(world, path)))) for path in unknown]
    made = []
    for each in product(*pools):
        values = {path: value for path, (_, value) in zip(unknown, each, strict=True)}
        made.append((tuple(number for number, _ in each), of(values)))
    return made


def that_matter(unknown: list[str], everything: Everything) -> set[str]:
    """The facts such that two ways that differ in nothing else come to something else."""
    found = set()
    for at, path in enumerate(unknown):
        came: dict[tuple[Any, ...], set[Any]] = {}
        for values, what in everything:
            came.setdefault(values[:at] + values[at + 1 :], set()).add(what)
        if any(len(several) > 1 for several in came.values()):
            found.add(path)
    return found


def kind_of(world: World, path: str) -> v.Type:
    """The type of a fact, or of the day of the use."""
    return v.DAY.type if path == v.DAY_OF_USE else world.leaves[path]


def combinations_of(world: World, unknown: list[str]) -> int:
    size = 1
    for path in unknown:
        size *= len(every_value(kind_of(world, path)))
    return size


@st.composite
def small_questions(draw: st.DrawFn) -> tuple[World, dict[str, Any], list[str]]:
    world = draw(worlds())
    facts = draw(leaf_values(world.leaves))
    open_ = [path for path in world.leaves if path not in facts]
    for path in open_[MOST_UNKNOWN:]:
        facts[path] = draw(st.sampled_from(every_value(world.leaves[path])))
    unknown = open_[:MOST_UNKNOWN]
    while combinations_of(world, unknown) > MOST_COMBINATIONS:
        path = unknown.pop()
        facts[path] = draw(st.sampled_from(every_value(world.leaves[path])))
    return world, facts, unknown


@given(small_questions(), st.none() | st.sampled_from(DAYS))
def test_what_is_told_is_what_all_ways_agree_on(
    case: tuple[World, dict[str, Any], list[str]], as_of: date | None
) -> None:
    """Nothing that is possible is left out, and no fact that matters. Where nothing is opaque, nothing
    else is told either. So it is of the reference and of a decision."""
    world, facts, unknown = case
    note(f"{facts} open: {unknown}")
    if as_of is not None or world.day is None:
        all_ways = every_way(world, facts, unknown, as_of)
        reference_tells(world, facts, unknown, as_of, all_ways)
        if len(world.policies.alternatives(as_of, None)) > 1:  # ``tests/differential`` has such days
            as_of = world.day
            all_ways = every_way(world, facts, unknown, as_of)
        decision_tells(world, facts, unknown, as_of, all_ways)
        return
    all_ways = every_way(world, facts, unknown, world.day)
    decision_tells(world, facts, unknown, world.day, all_ways)
    with_day = [*unknown, v.DAY_OF_USE]  # as no day is said, it may be any
    if combinations_of(world, with_day) > MOST_COMBINATIONS:
        reference_tells(world, facts, unknown, world.day, all_ways)
    else:
        reference_tells(world, facts, with_day, None, every_way(world, facts, with_day, None))


@frozen
class Told:
    """What a use comes to where everything is known: the verdicts that remain, each duty's state."""

    verdicts: frozenset[VerdictWord]
    duties: Mapping[NormKey, str]


def every_way(
    world: World, facts: Mapping[str, Any], unknown: list[str], as_of: date | None
) -> Everything:
    def told(more: dict[str, Any]) -> Told:
        found = find_all_but_needs(world.linked, Use({**facts, **more}, as_of=as_of))
        return Told(found.possible, {key: duty.state for key, duty in found.duties.items()})

    return by_trying(unknown, world, told)


def reference_tells(
    world: World,
    facts: dict[str, Any],
    unknown: list[str],
    as_of: date | None,
    all_ways: Everything,
) -> None:
    whole = Completions(world.linked, Use(facts, as_of=as_of))
    with patient():
        holds(whole.verdicts(), unknown, [(way, told.verdicts) for way, told in all_ways])
        for key, norm in world.linked.norms():
            if norm.modality == "require":
                states = [(way, told.duties[key]) for way, told in all_ways]
                holds(whole.duty(key), unknown, states)


def decision_tells(
    world: World,
    facts: dict[str, Any],
    unknown: list[str],
    as_of: date | None,
    all_ways: Everything,
) -> None:
    decide = world.policies.predicates.decide_use
    decision = decide(Use(facts, as_of=as_of))
    tried = by_trying(
        unknown, world, lambda more: decide(Use({**facts, **more}, as_of=as_of)).compliant
    )
    verdicts = [(way, told.verdicts) for way, told in all_ways]
    possible = frozenset(verdict.value for verdict in decision.possible)
    reached = frozenset().union(*(what for _, what in verdicts))
    needed = {need.fact for need in decision.needs}
    assert reached <= possible
    assert len(possible) == 1 or that_matter(unknown, verdicts) <= needed
    if decision.exact:
        assert reached == possible
        assert that_matter(unknown, verdicts) == needed
    found = {what for _, what in tried}
    if decision.compliant is not None:
        assert found == {decision.compliant}
    elif decision.exact:
        assert found != {True}
        assert found != {False}


def holds(outcome: Outcome, unknown: list[str], everything: Everything) -> None:
    leaves, tried = {what for _, what in everything}, that_matter(unknown, everything)
    if not outcome.exact:  # what grows past a limit stays open though all is known
        leaves -= {what for what in leaves if what == "undetermined" or is_open(what)}
    assert leaves <= outcome.leaves
    assert tried <= outcome.facts
    if outcome.exact:
        assert leaves == outcome.leaves
        assert tried == outcome.facts


def is_open(what: Any) -> bool:
    return isinstance(what, frozenset) and len(what) > 1
