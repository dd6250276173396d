"""Policies and uses to what was seen of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import frozen

from tosdsl.facade import PolicySet
from tosdsl.facts.evidence import under_each_reading, weigh
from tosdsl.testing.coverage.goals import KINDS, Goal, Key, goals
from tosdsl.testing.coverage.record import shown
from tosdsl.trees import norms as n
from tosdsl.trees.facts import Use


@frozen
class Document:
    """A policy with its goals, and the titles of the uses that met each: the first of them."""

    policy: n.Policy
    goals: tuple[Goal, ...]
    seen: Mapping[Key, str]
    uses: int
    """The uses that were put to it."""

    def met(self, goal: Goal) -> bool:
        return goal.key in self.seen

    def missing(self) -> tuple[Goal, ...]:
        return tuple(goal for goal in self.goals if not self.met(goal))


@frozen
class Coverage:
    """What was seen of several policies; ``sources`` are their texts, by file."""

    documents: tuple[Document, ...]
    sources: Mapping[str, str]

    def totals(self, only: Document | None = None) -> dict[str, tuple[int, int]]:
        """Of each kind that there is, how many goals are met and how many there are."""
        found: dict[str, tuple[int, int]] = {}
        for document in (only,) if only is not None else self.documents:
            for goal in document.goals:
                met, all_ = found.get(goal.kind, (0, 0))
                found[goal.kind] = (met + document.met(goal), all_ + 1)
        return {kind: found[kind] for kind in KINDS if kind in found}

    def total(self, only: Document | None = None) -> tuple[int, int]:
        counts = self.totals(only).values()
        return sum(met for met, _ in counts), sum(all_ for _, all_ in counts)

    @property
    def percent(self) -> float:
        met, all_ = self.total()
        return 100 * met / all_ if all_ else 100.0


def measure(
    sets: Sequence[PolicySet],
    uses: Iterable[Use] = (),
    cases: Iterable[tuple[str, Use]] = (),
) -> Coverage:
    """What the scenarios of the policies show of these, further ``uses``, put to each of them, and
    ``cases``, each put to the policy of its id.

    What a scenario shows of a document that comes in counts for it too, if it is among the policies.
    """
    seen: dict[Key, str] = {}
    counts: dict[int, int] = {}
    further, rows = tuple(uses), tuple(cases)
    for at, policies in enumerate(sets):
        ids = {policy.id for versions in policies.choices.asked for policy in versions}
        of_tables = [use for id_, use in rows if id_ in ids]
        asked = [*(use for _, _, use in policies.scenarios()), *of_tables, *further]
        counts[at] = len(asked)
        for use in asked:
            for answers in policies.predicates.presuming_on(use.as_of, use.known_at):
                for one in under_each_reading(answers.filled(use)):
                    for key in shown(answers.whole.findings(weigh(one))):
                        seen.setdefault(key, use.title or "a use without a title")
    documents = []
    for at, policies in enumerate(sets):
        beaten = _beaten(policies)
        for policy in (each for versions in policies.choices.asked for each in versions):
            mine = goals(policy, beaten)
            found = {goal.key: seen[goal.key] for goal in mine if goal.key in seen}
            documents.append(Document(policy, mine, found, counts[at]))
    return Coverage(tuple(documents), sets[0].sources if sets else {})


def _beaten(policies: PolicySet) -> frozenset[str]:
    """The ids of norms over which some other prevails."""
    return frozenset(
        id_
        for linked in policies.choices.linked.values()
        for (_, id_), up in linked.above.items()
        if up
    )
