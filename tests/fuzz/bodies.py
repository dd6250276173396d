"""Hostile bodies: whatever is asked of a gate, an answer or a mistake of the facts comes out, and soon.

    python -m tests.fuzz.bodies --runs 200000 --seed 1
    python -m tests.fuzz.bodies --runs 20000 --seed 1 --python

Each run takes a shipped policy, or one in which every construct stands, makes sound facts of its
vocabulary, does something odd to them, and asks ``decide_json`` (or, with ``--python``, ``decide``).
Nothing but FactError may be raised, and no body may take more than 100 times as long as the median of
sound bodies of its size, by powers of two. Time is that of the processor, with the collector at rest;
what takes too long is asked again of a set that has not seen it, so that a pause does not count. The
seed and the number of the run are all that is needed to see one again (``--only NUMBER``).
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from math import inf
from statistics import median
from typing import Any

from attrs import define, field

from tests.conftest import ROOT
from tests.fuzz.mutate import HERE
from tests.fuzz.values import damaged, odd_json, odd_python, sound, written
from tosdsl import FactError, PolicyError, PolicySet, load, load_each
from tosdsl.base import limits

TIMES = 100
"""How many times the median of sound bodies no body takes."""

_SIZES = tuple(2**power for power in range(4, 17))
_REPEATED = 2**12
"""Bytes of a body up to which something more is done to it: that may write it two thousand times."""

_SOUND = 9
"""Sound bodies of one size that are measured."""

Ask = Callable[[PolicySet, Any], object]


def ask_json(policies: PolicySet, data: bytes) -> object:
    """A body of bytes."""
    return policies.decide_json(data)


def ask_python(policies: PolicySet, facts: Any) -> object:
    """A body of Python's objects."""
    return policies.decide(facts)


@define(eq=False)
class Target:
    """One set of policies, and how long sound bodies take with it."""

    policies: PolicySet
    ask: Ask
    make: Callable[[Mapping[str, Any]], Any]
    name: str = ""
    _medians: dict[int, float] = field(factory=dict)

    def sound(self, dice: random.Random, size: int) -> Any:
        return self.make(sound(self.policies.vocabulary, dice, size))

    def usual(self, size: int) -> float:
        """The median of sound bodies of a size. A larger one than there are counts as several."""
        wanted = min(_SIZES, key=lambda each: abs(each.bit_length() - size.bit_length()))
        if wanted not in self._medians:
            dice = random.Random(wanted)
            bodies = [self.sound(dice, wanted) for _ in range(_SOUND)]
            self._medians[wanted] = median(taken(self.ask, self.policies, body)[0] for body in bodies)
        return self._medians[wanted] * max(1.0, size / _SIZES[-1])

    def afresh(self, body: Any) -> float:
        """How long a body takes with a set that has seen sound ones alone."""
        policies = PolicySet(self.policies.choices, self.policies.sources)
        dice = random.Random(0)
        for size in _SIZES[:6]:
            taken(self.ask, policies, self.sound(dice, size))
        return taken(self.ask, policies, body)[0]


@define
class Report:
    """What came of the runs."""

    runs: int = 0
    answered: int = 0
    seconds: float = 0.0
    codes: Counter[str] = field(factory=Counter)
    worst: float = 0.0
    """The most times the usual that a body took."""
    worst_run: int = -1
    longest: float = 0.0
    slow: list[str] = field(factory=list)
    raised: list[str] = field(factory=list)

    def lines(self) -> Iterator[str]:
        yield (
            f"{self.runs} bodies in {self.seconds:.0f} s, {self.answered} answered; the longest took "
            f"{self.longest:.3f} s, the worst {self.worst:.0f} times the usual (run {self.worst_run})"
        )
        yield f"{len(self.raised)} raised what is no FactError, {len(self.slow)} took too long"
        yield from (*self.raised, *self.slow)
        yield from (f"{count:8} {code}" for code, count in sorted(self.codes.items()))


def taken(ask: Ask, policies: PolicySet, body: Any) -> tuple[float, tuple[str, ...]]:
    """How long an answer takes, and the codes of what is wrong."""
    codes: tuple[str, ...] = ()
    began = time.process_time()
    try:
        ask(policies, body)
    except (FactError, PolicyError) as error:
        codes = tuple(each.code for each in error.diagnostics)
    return time.process_time() - began, codes


@cache
def _sets() -> tuple[PolicySet, ...]:
    shipped = load_each(ROOT / "policies")
    everything = load(HERE / "everything.tos")
    return (*shipped, *[everything] * (len(shipped) // 2))


def _document(facts: Mapping[str, Any]) -> bytes:
    return written({"facts": dict(facts)}).encode("utf-8", "surrogatepass")


@cache
def targets(ask: Ask) -> tuple[Target, ...]:
    """The sets that are asked, each with the way in which bodies are made for it."""
    make = _document if ask is ask_json else dict
    found = {id(each): Target(each, ask, make, repr(each)) for each in _sets()}
    for target in found.values():
        dice = random.Random(0)
        for size in _SIZES[:8]:
            taken(ask, target.policies, target.sound(dice, size))
    return tuple(found[id(each)] for each in _sets())


def run(number: int, seed: int, ask: Ask) -> tuple[Target, Any, int]:
    """The target and the body of a run, and its size."""
    dice = random.Random(f"{seed}:{number}")
    target = dice.choice(targets(ask))
    size = dice.choice(_SIZES[:7]) if dice.random() < 0.95 else dice.choice(_SIZES)
    facts: Any = sound(target.policies.vocabulary, dice, size)
    if ask is ask_python:
        for _ in range(dice.choice((0, 1, 1, 1, 2))):
            facts = odd_python(facts, dice) if measure(facts) < _SIZES[-1] else facts
        return target, facts, max(size, measure(facts))
    for _ in range(dice.choice((0, 0, 1, 1, 1, 2, 3))):
        facts = odd_json(facts, dice) if measure(facts) < _REPEATED else facts
    use = {"facts": facts}
    if dice.random() < 0.1 and measure(use) < _REPEATED:
        use = odd_json({**use, "as_of": "2024-01-01", "use": "x", "assertions": []}, dice)
    data = written(use).encode("utf-8", "surrogatepass")
    if dice.random() < 0.3:
        data = damaged(data, dice)
    return target, data, len(data)


def measure(value: Any, deep: int = 0) -> int:
    """About how many bytes a body of objects would have written out, up to those of a document."""
    if isinstance(value, str | bytes | bytearray):
        return len(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return int.bit_length(value) // 3
    if deep > limits.MAX_FACTS_NESTING or not isinstance(value, dict | list | tuple | set | frozenset):
        return 8
    total = 2
    for each in value:
        total += measure(each, deep + 1) + 4
        total += measure(value[each], deep + 1) if isinstance(value, dict) else 0
        if total >= limits.MAX_FACTS_BYTES:
            return limits.MAX_FACTS_BYTES
    return total


def fuzz(runs: int, seed: int, ask: Ask, first: int = 0, seconds: float = inf) -> Report:
    """So many runs, or as many as time allows. What is raised or takes too long is in the report."""
    report = Report()
    targets(ask)
    began = time.perf_counter()
    for number in range(first, first + runs):
        if time.perf_counter() - began > seconds:
            break
        target, body, size = run(number, seed, ask)
        report.runs += 1
        gc.disable()
        try:
            took, codes = taken(ask, target.policies, body)
        except BaseException as error:
            report.raised.append(f"run {number}, {target.name}: {error!r:.200}\n  {_short(body)}")
            continue
        finally:
            gc.enable()
        report.answered += not codes
        report.codes.update(set(codes))
        times = took / target.usual(size)
        if times > TIMES:
            took = min(took, target.afresh(body))
            times = took / target.usual(size)
        report.longest = max(report.longest, took)
        if times > report.worst:
            report.worst, report.worst_run = times, number
        if times > TIMES:
            line = f"run {number}, {target.name}: {took:.3f} s, {times:.0f} times the usual"
            report.slow.append(f"{line}\n  {_short(body)}")
    report.seconds = time.perf_counter() - began
    return report


def _short(body: Any) -> str:
    """A body as far as it can be shown."""
    if isinstance(body, bytes):
        return repr(body[:400])
    try:
        return repr(body)[:400]
    except Exception as error:
        return f"(cannot be shown: {type(error).__name__})"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Ask with hostile bodies.")
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first run")
    parser.add_argument("--seconds", type=float, default=inf, help="end then, and report")
    parser.add_argument("--python", action="store_true", help="ask `decide`, with Python's objects")
    parser.add_argument("--only", type=int, help="show this run, and what comes of it")
    options = parser.parse_args(arguments)
    ask = ask_python if options.python else ask_json
    if options.only is not None:
        target, body, _ = run(options.only, options.seed, ask)
        sys.stdout.write(f"{target.name}\n{body!r}\n")
        sys.stdout.write(f"{taken(ask, target.policies, body)}\n")
        return 0
    report = fuzz(options.runs, options.seed, ask, options.first, options.seconds)
    sys.stdout.write("\n".join(report.lines()).encode("utf-8", "backslashreplace").decode() + "\n")
    return int(bool(report.raised or report.slow))


if __name__ == "__main__":
    sys.exit(main())
