"""One decision of several: the same question under several readings of what is judged."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from tosdsl.base.verdict import Verdict
from tosdsl.decision.model import (
    Decider,
    Decision,
    Need,
    ReadingOutcome,
    Supplied,
    Without,
    changed,
)
from tosdsl.trees.facts import Reading
from tosdsl.trees.wording import value_words


def combine(open_: Decision, readings: Sequence[Reading], each: Sequence[Decision]) -> Decision:
    """The decision over all readings. ``open_`` is that in which what they supply is unknown.

    If all give one verdict, it is that of the first, with what is possible or needed under any.
    If not, it is undetermined: ``open_`` with the verdicts that the readings leave possible.
    """
    agree = len({made.verdict for made in each}) == 1
    found = {verdict for made in each for verdict in made.possible}
    possible = tuple(verdict for verdict in Verdict if verdict in found)
    outcomes = tuple(_outcome(*pair) for pair in zip(readings, each, strict=True))
    if agree:
        needs = all_needs(each)
        exact = all(made.exact for made in each)
        return changed(
            each[0], possible=possible, needs=needs, readings=outcomes, agree=True, exact=exact
        )
    return changed(
        open_,
        verdict=Verdict.UNDETERMINED,
        possible=possible,
        compliant=None,
        readings=outcomes,
        agree=False,
    )


def _outcome(reading: Reading, made: Decision) -> ReadingOutcome:
    # By name: a receipt keeps no order of facts, and what is decided again must come out alike.
    facts = tuple(Supplied(path, value_words(value)) for path, value in sorted(reading.facts.items()))
    by = tuple(Decider(each.clause, each.at, each.by_default) for each in made.basis)
    return ReadingOutcome(reading.name, made.verdict, made.possible, facts, by)


def all_needs(each: Sequence[Decision | Without]) -> tuple[Need, ...]:
    """What is needed under any reading, each fact once."""
    needs: dict[str, Need] = {}
    for need in (need for made in each for need in made.needs):
        before = needs.get(need.fact, need)
        clauses = tuple(dict.fromkeys((*before.clauses, *need.clauses)))
        needs[need.fact] = evolve(before, clauses=clauses)
    return tuple(needs.values())
