"""``verdict`` and ``decide`` of all that is shipped, each policy by itself and all at once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import tosdsl
from benchmarks.lines.common import ONE, WARM, Figure, Pools, dealt, percentile
from benchmarks.story import nested
from benchmarks.timing import ROOT, Call, seconds_a_call, seconds_at_first, seconds_each
from benchmarks.unasked import STORY


class Verdicts:
    """``verdict`` of each version of each shipped policy."""

    name = "verdict"

    def __init__(self, pools: Pools, rounds: int) -> None:
        self._rounds = rounds
        self._dealt = dealt(pools)
        self.policies = [each.policies for each in self._dealt]
        self._taken: dict[str, list[tuple[float, float]]] = {}
        for each in self._dealt:
            for facts, _ in each.first:
                each.policies.verdict(facts)

    def round(self, number: int, h: float) -> None:
        for each in self._dealt:
            if uses := each.of_round(number, self._rounds):
                new = seconds_at_first(each.policies.verdict, uses, 5.0)
                again = seconds_a_call(each.policies.verdict, uses, WARM)
                self._taken.setdefault(each.name, []).append((new / h, again / h))

    def figures(self) -> list[Figure]:
        middle = {
            name: (median(new for new, _ in taken), median(again for _, again in taken))
            for name, taken in self._taken.items()
        }
        slowest = (
            max(middle, key=lambda name: middle[name][0]),
            max(middle, key=lambda name: middle[name][1]),
        )
        what = f"median of {len(middle)} policies"
        note = f"{slowest[0]}; again: {slowest[1]}" if slowest[0] != slowest[1] else slowest[0]
        news, agains = zip(*middle.values(), strict=True)
        return [
            Figure(self.name, what, "h", median(news), median(agains)),
            Figure(self.name, "the slowest policy", "h", max(news), max(agains), "100", note),
        ]

    def questions(self) -> Iterator[tuple[Call, Any]]:
        for each in self._dealt:
            yield from ((each.policies.verdict, nested(facts)) for facts in each.uses)


@dataclass(frozen=True)
class Asked:
    """One use, and what a decision on it took."""

    policy: str
    facts: Mapping[str, Any]
    settled: bool
    new: float
    again: float


class Decisions:
    """``decide`` of each version of each shipped policy."""

    name = "decide"

    def __init__(self, pools: Pools, rounds: int) -> None:
        self._rounds = rounds
        self._dealt = dealt(pools)
        self.policies = [each.policies for each in self._dealt]
        self._asked: list[Asked] = []
        for each in self._dealt:
            for facts, _ in each.first:
                each.policies.decide(facts)

    def round(self, number: int, h: float) -> None:
        for each in self._dealt:
            decide, uses = each.policies.decide, each.of_round(number, self._rounds)
            for facts, (new, made) in zip(uses, seconds_each(decide, uses), strict=True):
                settled = made.verdict is not tosdsl.Verdict.UNDETERMINED
                again = seconds_a_call(decide, [facts], ONE)
                self._asked.append(Asked(each.name, facts, settled, new / h, again / h))

    def figures(self) -> list[Figure]:
        settled = [each for each in self._asked if each.settled]
        open_ = [each for each in self._asked if not each.settled]
        made = []
        if settled:
            made = [
                self._figure(f"settled ({len(settled):,} uses), median", settled, 0.5, "300"),
                self._figure("settled, p99", settled, 0.99, "1,500", name=True),
            ]
        if open_:
            made += [
                self._figure(f"undetermined ({len(open_):,} uses), median", open_, 0.5),
                self._figure("undetermined, p99", open_, 0.99, "10,000", name=True),
                self._figure("undetermined, worst", open_, 1.0, name=True),
            ]
        return made

    def _figure(
        self, what: str, asked: Sequence[Asked], share: float, goal: str = "", *, name: bool = False
    ) -> Figure:
        new = percentile([each.new for each in asked], share)
        at = next(each for each in asked if each.new == new)
        note = f"{at.policy}: {json.dumps(at.facts)}" if name else ""
        again = percentile([each.again for each in asked], share)
        return Figure(self.name, what, "h", new, again, goal, note)

    def questions(self) -> Iterator[tuple[Call, Any]]:
        for each in self._dealt:
            yield from ((each.policies.decide, nested(facts)) for facts in each.uses)


class Together:
    """``decide`` where all shipped policies are loaded at once."""

    name = "together"

    def __init__(self, pools: Pools, rounds: int, each: int = 4) -> None:
        found = [facts for name, pool in pools.items() if name != STORY for facts in pool["uses"][:3]]
        step = max(1, len(found) // (rounds * each + 1))
        taken = [nested(facts) for facts in found[::step]]
        self._each = each
        policies = tosdsl.load(ROOT / "policies")
        self.policies = [policies]
        self._decide = policies.decide
        self._decide(taken[0])
        self._uses = taken[1:]
        self._taken: list[tuple[float, float]] = []

    def round(self, number: int, h: float) -> None:
        uses = self._uses[number * self._each : (number + 1) * self._each]
        for facts, (new, _) in zip(uses, seconds_each(self._decide, uses), strict=True):
            again = seconds_a_call(self._decide, [facts], ONE)
            self._taken.append((new / h, again / h))

    def figures(self) -> list[Figure]:
        if not self._taken:
            return []
        news, agains = zip(*self._taken, strict=True)
        what = f"decide, all policies at once, median of {len(news)} uses"
        return [Figure(self.name, what, "h", median(news), median(agains), "10,000")]

    def questions(self) -> Iterator[tuple[Call, Any]]:
        yield from ((self._decide, facts) for facts in self._uses)
