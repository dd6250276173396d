"""Answers about many clauses: those that can matter to a use are looked up, and the program is theirs.

What is asked of ten thousand clauses is decided by the few whose conditions the use can meet. A clause
that is left out is to a decision as one that has no force.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from attrs import define, field

from tosdsl.decision.model import Decision, changed
from tosdsl.engine.answers import Answers
from tosdsl.facts.evidence import under_each_reading, weigh, weigh_allegations_first
from tosdsl.lower.narrow import Narrowing
from tosdsl.runtime.checks import Odd
from tosdsl.runtime.indexed import Indexed
from tosdsl.trees import norms as n
from tosdsl.trees.facts import Facts, Use
from tosdsl.trees.rules import Rules

MANY = 300
"""Clauses from which on they are looked up."""

_KEPT = 200
"""Programs of clauses that were met together, that are kept; past it, they are forgotten."""


@define(eq=False)
class Many:
    """As ``Answers``, for many clauses."""

    linked: n.Linked
    in_force: tuple[bool, ...]
    rules: Rules
    indexed: Indexed
    whole: Callable[[], Answers]
    """What answers with all clauses: an explanation lists those that do not apply, and evidence may
    be of what keeps one out."""
    values: Callable[[Any], Any]
    """The values of given facts under which clauses are filed."""
    _narrowing: Narrowing = field(init=False)
    _records: frozenset[tuple[str, ...]] = field(init=False)
    _known: dict[frozenset[n.NormKey], Answers] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self._narrowing = Narrowing(self.linked)
        leaves = self.rules.vocabulary.leaves()
        self._records = frozenset(tuple(leaf.path.split(".")[:-1]) for leaf in leaves)

    def decide(self, use: Use) -> Decision:
        """The decision on a use. Raises FactError if it would take too many steps."""
        if use.assertions:  # a decision lists the evidence for what kept a prohibition off as well
            return self.whole().decide(use)
        made = self._answers(use).decide(use)
        return changed(made, _explain=cache(lambda: self.whole().decide(use).explanation))

    def verdict(self, use: Use) -> int:
        """The verdict as a bit; several bits where it is open."""
        return self._answers(use).verdict(use)

    def _answers(self, use: Use) -> Answers:
        try:
            met = self._met(use)
        except Odd:  # a value that is compared with care, as a name in other letters is
            return self.whole()
        found = self._known.get(met)
        if found is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            found = self._known[met] = Answers(self._narrowing.to(met), self.in_force)
        return found

    def _met(self, use: Use) -> frozenset[n.NormKey]:
        """The clauses that a use can meet. Raises Odd."""
        return frozenset(
            self.rules.clauses[entry[2]].key
            for facts in _versions(use)
            for entry in self.indexed.met(self.values(_nested(facts, self._records)))
        )


def _versions(use: Use) -> list[Facts]:
    """The facts of a use, in each way in which they may be looked at."""
    if not use.assertions and not use.readings:
        return [use.facts]
    found = []
    for one in (use, *under_each_reading(use)):
        found += [weigh(one, "confirmed").facts, weigh(one, "alleged").facts]
        found.append(weigh_allegations_first(one).facts)
    return found


def _nested(facts: Facts, around: Iterable[tuple[str, ...]]) -> dict[str, Any]:
    """Facts by path as a program gives them, in all the records that there are."""
    made: dict[str, Any] = {}
    for steps in around:
        _at(made, steps)
    for path, value in facts.items():
        *inner, last = path.split(".")
        _at(made, inner)[last] = value
    return made


def _at(made: dict[str, Any], steps: Iterable[str]) -> dict[str, Any]:
    for step in steps:
        made = made.setdefault(step, {})
    return made
