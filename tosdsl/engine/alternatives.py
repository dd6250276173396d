"""One answer where it is open which choice of documents governs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tosdsl.base.verdict import Verdict
from tosdsl.decision.alternatives import either
from tosdsl.decision.model import Decision
from tosdsl.runtime.tables import FORBIDDEN, NOT_APPLICABLE, PERMITTED
from tosdsl.trees.facts import Use
from tosdsl.trees.norms import Linked
from tosdsl.trees.standings import Open, what_is_open

_VERDICTS = {
    PERMITTED: Verdict.PERMITTED,
    FORBIDDEN: Verdict.FORBIDDEN,
    NOT_APPLICABLE: Verdict.NOT_APPLICABLE,
}


class Answering(Protocol):
    """What answers about one choice of documents."""

    @property
    def linked(self) -> Linked: ...

    @property
    def in_force(self) -> tuple[bool, ...]: ...

    def decide(self, use: Use) -> Decision: ...

    def verdict(self, use: Use) -> int: ...


def decide_any(several: Sequence[Answering], use: Use) -> Decision:
    """The decision where it is open which of these govern."""
    made = [each.decide(use) for each in several]
    if len(made) == 1:
        return made[0]
    return either(made, why_several(several, use))


def why_several(several: Sequence[Answering], use: Use) -> Open:
    """Why it is open which of these govern."""
    wholes = [(each.linked, each.in_force) for each in several]
    return what_is_open(wholes, use.as_of, use.known_at)


def verdict_any(several: Sequence[Answering], use: Use) -> Verdict:
    """The verdict alone: that of ``decide_any``."""
    found = 0
    for each in several:
        found |= each.verdict(use)
    return of_bits(found)


def of_bits(possible: int) -> Verdict:
    """The verdict where these are possible."""
    return _VERDICTS.get(possible, Verdict.UNDETERMINED)
