"""``decide_json`` beside ``decide`` of the same use, in each form that a use may have."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import tosdsl
from benchmarks import bodies
from benchmarks.lines.common import ONE, Figure, Pools, dealt
from benchmarks.story import nested
from benchmarks.timing import Call, seconds_a_call, seconds_each, short


@dataclass
class _Pairs:
    """By form: what ``decide`` and ``decide_json`` took for the same use, new and again, in h."""

    new: list[tuple[float, float]] = field(default_factory=list)
    again: list[tuple[float, float]] = field(default_factory=list)


class Bodies:
    """What ``decide_json`` takes more than ``decide`` of the same use, in each form of it."""

    name = "json"

    def __init__(self, pools: Pools, rounds: int) -> None:
        self._plain, self._json = dealt(pools), dealt(pools)
        self.policies = [each.policies for each in (*self._plain, *self._json)]
        self._left = [list(each.uses) for each in self._plain]
        self._pairs: dict[str, _Pairs] = {form: _Pairs() for form in bodies.FORMS}
        self._wrong: list[tuple[float, float]] = []
        for one, other in zip(self._plain, self._json, strict=True):
            day = {"as_of": one.pool["day"]}
            for facts, more in [*one.first, *((facts, day) for facts, _ in one.first)]:
                one.policies.decide(facts, **more)
                other.policies.decide_json(bodies.encoded((facts, more)))

    def round(self, number: int, h: float) -> None:
        turned = list(bodies.FORMS.items())
        turned = turned[number % len(turned) :] + turned[: number % len(turned)]
        for at, (one, other) in enumerate(zip(self._plain, self._json, strict=True)):
            right: tuple[float, float] | None = None
            for form, say in turned:
                said = self._next(at, say, one.pool, number)
                if said is None:
                    continue
                new, again = self._both(one.policies, other.policies, said, h)
                self._pairs[form].new.append(new)
                self._pairs[form].again.append(again)
                if form == "plain":
                    right = new[1], again[1]
            if right is not None and self._left[at]:
                refuse = _refusing(other.policies.decide_json)
                body = bodies.wrong(self._left[at].pop())
                [(new_one, _)] = seconds_each(refuse, [body])
                again_one = seconds_a_call(refuse, [body], ONE)
                self._wrong.append((new_one / h / right[0], again_one / h / right[1]))

    def _next(self, at: int, say: bodies.Form, pool: bodies.Pool, number: int) -> bodies.Said | None:
        """A use that was not asked, in this form; None if none is left that has it."""
        left = self._left[at]
        for place, facts in enumerate(left):
            if (said := say(facts, pool, number)) is not None:
                del left[place]
                return said
        return None

    def _both(
        self, plain: tosdsl.PolicySet, by_json: tosdsl.PolicySet, said: bodies.Said, h: float
    ) -> tuple[tuple[float, float], tuple[float, float]]:
        facts, more = said

        def decide(facts: Any) -> object:
            return plain.decide(facts, **more)

        ask, data = plain.decide if not more else decide, bodies.encoded(said)
        [(one, _)] = seconds_each(ask, [facts])
        [(other, _)] = seconds_each(by_json.decide_json, [data])
        again = seconds_a_call(ask, [facts], ONE), seconds_a_call(by_json.decide_json, [data], ONE)
        return (one / h, other / h), (again[0] / h, again[1] / h)

    def figures(self) -> list[Figure]:
        made = []
        for form, pairs in self._pairs.items():
            if pairs.new:
                new, again = _middle(pairs.new), _middle(pairs.again)
                note = (
                    f"decide {short(new[0])}, decide_json {short(new[1])}; "
                    f"again {short(again[0])}, {short(again[1])}"
                )
                what = f"decide_json over decide: {form}"
                made.append(Figure(self.name, what, "+ h", new[2], again[2], "+ 30", note))
        if self._wrong:
            new_ones, again_ones = zip(*self._wrong, strict=True)
            what = "a wrong body over a right one"
            made.append(Figure(self.name, what, "times", median(new_ones), median(again_ones)))
        return made

    def questions(self) -> Iterator[tuple[Call, Any]]:
        for one, other in zip(self._plain, self._json, strict=True):
            for facts in one.uses:
                yield other.policies.decide_json, bodies.encoded((nested(facts), {}))


def _middle(pairs: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """The median of one, of the other, and of the difference."""
    return (
        median(one for one, _ in pairs),
        median(other for _, other in pairs),
        median(other - one for one, other in pairs),
    )


def _refusing(decide_json: Callable[[bytes], bytes]) -> Call:
    """A function that wants the body refused."""

    def refuse(data: bytes) -> None:
        try:
            decide_json(data)
        except tosdsl.FactError:
            return
        raise AssertionError(f"nothing is wrong with {data!r}")

    return refuse
