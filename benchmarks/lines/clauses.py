"""The story's clause, and a chain of clauses."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from statistics import mean, median
from typing import Any

import tosdsl
from benchmarks import bodies, chain, hand, story
from benchmarks.lines.common import WARM, Figure, Pools
from benchmarks.peers import POLICY
from benchmarks.timing import Call, seconds_a_call, seconds_at_first, seconds_each
from benchmarks.unasked import STORY

_AT_HAND = 100
"""How often nothing is asked of policies just loaded, so that code is made and at hand."""


class Story:
    """The story's clause, all facts known; what is never asked is asked of policies just loaded."""

    name = "story"
    _ways = (("verdict", "3.4"), ("decide", "16"), ("decide_json", "19"))

    def __init__(self, pools: Pools, rounds: int) -> None:
        self._pool: list[list[Any]] = pools[STORY]
        self._again = story.requests(2_000, 1)
        self._bytes = [bodies.encoded((facts, {})) for facts in self._again]
        self.policies: list[tosdsl.PolicySet] = []
        self._taken: dict[str, list[tuple[float, float]]] = {}

    def round(self, number: int, h: float) -> None:
        distinct = {json.dumps(facts): facts for facts in story.requests(400, 100 + number)}
        new = seconds_at_first(hand.verdict, distinct.values(), 5.0)
        self._put("by hand", new / h, seconds_a_call(hand.verdict, self._again, WARM) / h)
        for way, _ in self._ways:
            call, uses = self._fresh(way), self._pool[number % len(self._pool)]
            if way == "verdict":  # too fast to look at the clock around each
                new = seconds_at_first(call, distinct.values(), 5.0)
            else:
                asked = self._encoded(way, uses)
                new = mean(seconds for seconds, _ in seconds_each(call, asked))
            known = self._bytes if way == "decide_json" else self._again
            for each in known:
                call(each)
            self._put(way, new / h, seconds_a_call(call, known, 0.05) / h)

    def _put(self, way: str, new: float, again: float) -> None:
        self._taken.setdefault(way, []).append((new, again))

    def _encoded(self, way: str, uses: Sequence[Any]) -> Sequence[Any]:
        return [bodies.encoded((facts, {})) for facts in uses] if way == "decide_json" else uses

    def _fresh(self, way: str) -> Call:
        """A policy that was just loaded, its code made."""
        policies = tosdsl.load(POLICY)
        self.policies.append(policies)
        call: Call = getattr(policies, way)
        nothing = self._encoded(way, [{}])[0]
        for _ in range(_AT_HAND):
            call(nothing)
        return call

    def figures(self) -> list[Figure]:
        made = []
        goals = dict(self._ways)
        for way, taken in self._taken.items():
            news, agains = zip(*taken, strict=True)
            goal = f"{goals[way]} again" if way in goals else ""
            made.append(Figure(self.name, way, "h", median(news), median(agains), goal))
        return made

    def questions(self) -> Iterator[tuple[Call, Any]]:
        for uses in self._pool:
            call = self._fresh("decide")
            yield from ((call, facts) for facts in uses)


class Chain:
    """A chain of clauses, each subject to the next."""

    name = "chain"

    def __init__(self, pools: Pools, rounds: int, sizes: Sequence[int] = (500, 1_000, 2_000)) -> None:
        self.policies: list[tosdsl.PolicySet] = []
        self._sizes = sizes
        self._taken: list[dict[int, tuple[float, float, float]]] = []
        chain.measure(10, 0)  # what is imported is imported

    def round(self, number: int, h: float) -> None:
        taken = {}
        for size in self._sizes:
            made = chain.measure(size, number)
            self.policies.append(made.policies)
            taken[size] = (made.first / h, made.after / h, made.again / h)
        self._taken.append(taken)

    def figures(self) -> list[Figure]:
        made = []
        for size in self._sizes:
            first, after, again = (median(each[size][way] for each in self._taken) for way in range(3))
            made.append(Figure(self.name, f"{size:,} clauses, text to first verdict", "h", first))
            made.append(Figure(self.name, f"{size:,} clauses, a verdict after", "h", after, again))
        for less, more in zip(self._sizes, self._sizes[1:], strict=False):
            first, after, again = (
                median(each[more][way] / each[less][way] for each in self._taken) for way in range(3)
            )
            what = f"{more:,} clauses over {less:,}"
            made.append(Figure(self.name, f"{what}, to first verdict", "times", first, None, "2.2"))
            made.append(Figure(self.name, f"{what}, a verdict after", "times", after, again, "2.2"))
        return made

    def questions(self) -> Iterator[tuple[Call, Any]]:
        for size in self._sizes:
            policies = tosdsl.loads(chain.text(size))
            policies.verdict(chain.facts(size, 0))
            yield from ((policies.verdict, chain.facts(size, number)) for number in range(1, 6))
