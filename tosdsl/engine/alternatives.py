"""One answer where it is open which choice of documents governs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tosdsl.base.verdict import Verdict
from tosdsl.decision.alternatives import either
from tosdsl.decision.model import Decision
from tosdsl.runtime.tables import FORBIDDEN, NOT_APPLICABLE, PERMITTED
from tosdsl.trees.facts import Use

_VERDICTS = {
    PERMITTED: Verdict.PERMITTED,
    FORBIDDEN: Verdict.FORBIDDEN,
    NOT_APPLICABLE: Verdict.NOT_APPLICABLE,
}


class Answering(Protocol):
    """What answers about one choice of documents."""

    def decide(self, use: Use) -> Decision: ...

    def verdict(self, use: Use) -> int: ...


def decide_any(several: Sequence[Answering], use: Use) -> Decision:
    """The decision where it is open which of these govern."""
    return either([each.decide(use) for each in several])


def verdict_any(several: Sequence[Answering], use: Use) -> Verdict:
    """The verdict alone: that of ``decide_any``."""
    found = 0
    for each in several:
        found |= each.verdict(use)
    return of_bits(found)


def of_bits(possible: int) -> Verdict:
    """The verdict where these are possible."""
    return _VERDICTS.get(possible, Verdict.UNDETERMINED)
