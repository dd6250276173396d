"""Answers against their definition, by trying everything: questions are small, the search is plain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from itertools import combinations, product
from typing import Any

from attrs import evolve, frozen
from hypothesis import given, note
from hypothesis import strategies as st

from tests.generators.facts import (
    AMOUNTS,
    DAYS,
    INTEGERS,
    MOMENTS,
    PARTIES,
    WORDS,
    completed,
    leaf_values,
)
from tests.oracle.answer import patient
from tests.properties.worlds import World, worlds
from tosdsl.reference.completions import Completions, Outcome
from tosdsl.reference.decide import find_all_but_needs
from tosdsl.reference.fold import Folding
from tosdsl.reference.representatives import representatives
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Use
from tosdsl.trees.findings import VerdictWord
from tosdsl.trees.norms import NormKey
from tosdsl.trees.quantities import ABSENT, COUNTED_IN, Duration, Money

MOST_UNKNOWN = 3
MOST_COMBINATIONS = 150

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


def by_trying(question: Question, of: Callable[[dict[str, Any]], Any]) -> Everything:
    """``of`` what is filled in, for every way to do so."""
    unknown = question.unknown
    pools = [list(enumerate(question.tried(path))) for path in unknown]
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


@frozen
class Question:
    """A use of which little is unknown: some leaves, and what is missing of items of lists.

    ``known`` is ``facts`` with such items made whole. Without a day, the day may be any.
    """

    world: World
    facts: Mapping[str, Any]
    known: Mapping[str, Any]
    unknown: list[str]
    day: date | None

    @property
    def use(self) -> Use:
        return Use(self.facts, as_of=self.day)

    def with_all(self, more: Mapping[str, Any]) -> Use:
        """The use where everything is known."""
        return Use({**self.known, **more}, as_of=self.day)

    def tried(self, path: str) -> list[Any]:
        """Every value of a fact; and, as values come from arithmetic as well, those that the reference
        holds to be different: it has to show of each that it is possible."""
        plain = every_value(kind_of(self.world, path))
        more = self.told_apart.get(path, [])
        return [*plain, *(each for each in more if each not in plain)]

    @cached_property
    def told_apart(self) -> dict[str, list[Any]]:
        return representatives(self.world.linked, Folding(self.world.linked, self.use).residual())


@st.composite
def small_questions(draw: st.DrawFn) -> Question:
    world = draw(worlds())
    facts = draw(leaf_values(world.leaves))
    open_ = [path for path in world.leaves if path not in facts]
    for path in open_[MOST_UNKNOWN:]:
        facts[path] = draw(st.sampled_from(every_value(world.leaves[path])))
    unknown = open_[:MOST_UNKNOWN]
    while combinations_of(world, unknown) > MOST_COMBINATIONS:
        path = unknown.pop()
        facts[path] = draw(st.sampled_from(every_value(world.leaves[path])))
    known = {path: draw(completed(world.leaves[path], value, True)) for path, value in facts.items()}
    facts = draw(st.sampled_from((facts, known)))
    return Question(world, facts, known, unknown, draw(st.none() | st.sampled_from(DAYS)))


@given(small_questions())
def test_what_is_told_is_what_all_ways_agree_on(question: Question) -> None:
    """Nothing that is possible is left out, and no fact that matters. Where nothing is opaque, nothing
    else is told either. So it is of the reference and of a decision."""
    world, day = question.world, question.day
    note(f"{question.facts} open: {question.unknown}, on {day}, otherwise {question.known}")
    if day is None and world.day is not None:
        with_day = [*question.unknown, v.DAY_OF_USE]
        if combinations_of(world, with_day) <= MOST_COMBINATIONS and not named_days(world):
            open_day = evolve(question, unknown=with_day)
            reference_tells(open_day, every_way(open_day))
        else:
            question = evolve(question, day=world.day)
            reference_tells(question, every_way(question))
        day = world.day
    else:
        reference_tells(question, every_way(question))
        if len(world.policies.alternatives(day, None)) > 1:  # ``tests/differential`` has such days
            day = world.day
    question = evolve(question, day=day)
    decision_tells(question, every_way(question))


def named_days(world: World) -> bool:
    """Whether an obligation names the day on which it was done. Where no day of the use is said, it is
    then not any day, but one on or after that."""
    deadlines = (norm.deadline for _, norm in world.linked.norms())
    return any(each is not None and each.missed is not None for each in deadlines)


@frozen
class Told:
    """What a use comes to where everything is known: the verdicts that remain, each duty's state."""

    verdicts: frozenset[VerdictWord]
    duties: Mapping[NormKey, str]


def every_way(question: Question) -> Everything:
    def told(more: dict[str, Any]) -> Told:
        found = find_all_but_needs(question.world.linked, question.with_all(more))
        return Told(found.possible, {key: duty.state for key, duty in found.duties.items()})

    return by_trying(question, told)


def reference_tells(question: Question, all_ways: Everything) -> None:
    whole = Completions(question.world.linked, question.use)
    with patient():
        holds(whole.verdicts(), question, [(way, told.verdicts) for way, told in all_ways])
        for key, norm in question.world.linked.norms():
            if norm.modality == "require":
                states = [(way, told.duties[key]) for way, told in all_ways]
                holds(whole.duty(key), question, states)


def decision_tells(question: Question, all_ways: Everything) -> None:
    decide = question.world.policies.predicates.decide_use
    decision = decide(question.use)
    tried = by_trying(question, lambda more: decide(question.with_all(more)).compliant)
    verdicts = [(way, told.verdicts) for way, told in all_ways]
    possible = frozenset(verdict.value for verdict in decision.possible)
    reached = frozenset().union(*(what for _, what in verdicts))
    needed = {need.fact for need in decision.needs}
    matters = that_matter(question.unknown, verdicts)
    exact = decision.exact and question.known == question.facts and v.MOMENT_OF_USE not in needed
    assert reached <= possible
    assert len(possible) == 1 or matters <= needed
    if exact:
        assert reached == possible
        assert matters == needed
    found = {what for _, what in tried}
    if decision.compliant is not None:
        assert found == {decision.compliant}
    elif exact:
        assert found != {True}
        assert found != {False}


def holds(outcome: Outcome, question: Question, everything: Everything) -> None:
    leaves, tried = {what for _, what in everything}, that_matter(question.unknown, everything)
    # What grows past a limit stays open though all is known; so does what hangs on the time of the day.
    exact = outcome.exact and v.MOMENT_OF_USE not in outcome.facts
    if not exact:
        leaves -= {what for what in leaves if what == "undetermined" or is_open(what)}
    assert leaves <= outcome.leaves
    assert tried <= outcome.facts
    if exact and question.known == question.facts:
        assert leaves == outcome.leaves
        assert tried == outcome.facts


def is_open(what: Any) -> bool:
    return isinstance(what, frozenset) and len(what) > 1
