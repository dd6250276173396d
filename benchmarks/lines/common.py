"""What the lines of the figures share: policies, uses dealt out in rounds, and rows of the report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Protocol

import tosdsl
from benchmarks import bodies
from benchmarks.story import nested
from benchmarks.timing import ROOT, Call
from benchmarks.unasked import named

Pools = Mapping[str, Any]
"""What ``benchmarks.unasked`` prints."""

WARM_UP = 10
"""One in so many uses of a policy is asked before anything is timed, so that its code is made."""

WARM = 0.01
ONE = 0.0005
"""Seconds for one use that is asked again and again."""


@dataclass(frozen=True)
class Figure:
    """A row of the report. ``goal`` is what it should come to, ``note`` names what it is of."""

    line: str
    what: str
    unit: str
    never_asked: float | None
    again: float | None = None
    goal: str = ""
    note: str = ""


class Line(Protocol):
    """Rows of the report that are measured together."""

    name: str
    policies: list[tosdsl.PolicySet]

    def round(self, number: int, h: float) -> None:
        """One round; ``h`` is what the clause by hand takes in it, in seconds."""

    def figures(self) -> list[Figure]:
        """The rows, of all rounds."""

    def questions(self) -> Iterator[tuple[Call, Any]]:
        """What is never asked: the calls of all rounds, for a profile."""


def percentile(values: Sequence[float], share: float) -> float:
    """The value that so great a share is not above."""
    return sorted(values)[max(0, ceil(share * len(values)) - 1)]


@dataclass(frozen=True)
class Dealt:
    """One version of a policy, and its uses: some to begin with, the others in rounds."""

    name: str
    policies: tosdsl.PolicySet
    pool: bodies.Pool
    first: list[bodies.Said]
    uses: list[dict[str, Any]]

    def of_round(self, number: int, rounds: int) -> list[dict[str, Any]]:
        return [nested(facts) for facts in self.uses[number::rounds]]


def dealt(pools: Pools) -> list[Dealt]:
    """All that is shipped, loaded anew."""
    made = []
    for policies in tosdsl.load_each(ROOT / "policies"):
        name = named(policies)
        if name in pools:
            uses = pools[name]["uses"]
            cut = len(uses) // WARM_UP
            first: list[bodies.Said] = [({}, {}), *((nested(facts), {}) for facts in uses[:cut])]
            made.append(Dealt(name, policies, pools[name], first, uses[cut:]))
    return made
