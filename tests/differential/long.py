"""The long run: a million generated questions, each put to the generated code and to the reference.

    python -m tests.differential.long --pairs 1_000_000 --seed 7 --jobs 2

A pair is a generated policy and a use of it. On each, the verdict and every field of the decision must
be those of the reference, the first time and the second (which is answered from what the first has
taught); explanations are compared on one pair of ``EXPLAINED``. Policies come from the strategies that
the laws use, hundreds of uses of each from ``drawn``. Every other policy is looked up in an index,
however few clauses it has.

What differs is written to a file (``--out``) as tests. The exit status is 1 if anything does.
A policy's uses depend on the seed alone; how many of them are asked depends on the time that they take.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from typing import Any

from attrs import define, evolve, field, fields
from hypothesis import HealthCheck, Phase, given, seed, settings

import tosdsl
from tests.conftest import fields_of
from tests.differential import constructs
from tests.differential.both import compared
from tests.differential.drawn import Asked, uses
from tests.properties.worlds import World, worlds
from tosdsl import compiled
from tosdsl.engine import plans
from tosdsl.trees.expressions import Compare, FactRef
from tosdsl.trees.norms import Norm

USES = 400
"""Of one policy, at most."""

SECONDS = 0.1
"""For one policy. One whose needs take long to find gets fewer uses; the report says how many did."""

FEWER = 12
"""The same of a policy of one clause, which has fewer ways to come out: others are drawn sooner."""

KINDS: tuple[dict[str, bool], ...] = (
    *({"simple": True}, {"small": True}, {}),
    *({"small": True}, {"burdened": True}, {"small": True}),
)
"""Batches of policies, in turn. In small ones nothing hides a condition that comes out wrong."""

EXPLAINED = 50
SHARE = 25_000
"""Pairs after which a process makes room for a new one, and the run says how far it is."""

BATCH = 10
"""Policies that Hypothesis draws in one go; it begins each with the simplest."""

SIZES = (1, 2, 4, 8, 16, 32)
MOST_WRITTEN = 50


@define
class Report:
    """What a run has come to. Reports of several processes add up."""

    pairs: int = 0
    seconds: float = 0.0
    """Of processor time."""
    policies: Counter[str] = field(factory=Counter)
    """By how they were answered."""
    sizes: Counter[int] = field(factory=Counter)
    """Policies by their clauses: at most so many, and more than the size before."""
    cut: Counter[int] = field(factory=Counter)
    """Those of them whose time ran out before all their uses were asked."""
    forms: Counter[str] = field(factory=Counter)
    verdicts: Counter[str] = field(factory=Counter)
    explained: int = 0
    constructs: Counter[str] = field(factory=Counter)
    """Policies that have each: of the trees, and of the core."""
    different: list[str] = field(factory=list)
    """Each as a test."""

    def add(self, other: Report) -> None:
        for each in fields(Report):
            mine, its = getattr(self, each.name), getattr(other, each.name)
            setattr(self, each.name, mine + its)

    def lines(self) -> Iterator[str]:
        rate = self.pairs / self.seconds if self.seconds else 0
        yield f"{self.pairs:,} pairs, {sum(self.policies.values()):,} policies {_counts(self.policies)}"
        yield f"{rate:,.0f} pairs a second and core; {self.explained:,} explanations compared"
        yield f"uses: {_counts(self.forms)}; what came of them: {_counts(self.verdicts)}"
        for size in sorted(self.sizes):
            cut = f", {self.cut[size]:,} of them cut short by time" if self.cut[size] else ""
            yield f"at most {size} clauses: {self.sizes[size]:,} policies{cut}"
        yield f"constructs, by policies that have them: {_counts(self.constructs)}"
        yield f"differences: {len(self.different)}"


def _counts(several: Mapping[str, int]) -> str:
    most = sorted(several.items(), key=lambda each: (-each[1], each[0]))
    return ", ".join(f"{name} {count:,}" for name, count in most)


# --- one policy ------------------------------------------------------------------------------------


@define
class Run:
    """Draws policies and asks them, until there are pairs enough, and policies with all constructs that
    are ``wanted``; or until time is out."""

    seed: str
    pairs: int
    seconds: float
    wanted: frozenset[str] = frozenset()
    each: float = SECONDS
    """Seconds for the questions to one policy."""
    report: Report = field(factory=Report)
    _started: float = field(factory=process_time)
    _policies: int = 0

    def over(self) -> bool:
        self.report.seconds = process_time() - self._started
        enough = self.report.pairs >= self.pairs and self.wanted <= self.report.constructs.keys()
        return enough or self.report.seconds >= self.seconds

    def whole(self) -> Report:
        batch = 0
        while not self.over():
            self._batch(batch)
            batch += 1
        return self.report

    def _batch(self, number: int) -> None:
        @seed(Random(f"{self.seed} {number}").getrandbits(64))
        @settings(
            database=None,
            deadline=None,
            phases=(Phase.generate,),
            max_examples=BATCH,
            suppress_health_check=list(HealthCheck),
        )
        @given(worlds(**KINDS[number % len(KINDS)]))
        def drawn(world: World) -> None:
            if not self.over():
                self.policy(world)

        drawn()

    def policy(self, world: World) -> None:
        """Every use of one policy that there is time for."""
        self._policies += 1
        random = Random(f"{self.seed} {self._policies}")
        indexed = self._policies % 2 == 0
        before = plans.FEW, compiled.MANY
        if indexed:
            plans.FEW = compiled.MANY = 0
        try:
            self._asked(world, random)
        finally:
            plans.FEW, compiled.MANY = before
        self.report.policies["with the index" if indexed else "without"] += 1
        self.report.constructs.update({named for each in nodes(world.linked) for named in names(each)})
        self.report.constructs.update(constructs.of(world.policies))

    def _asked(self, world: World, random: Random) -> None:
        report = self.report
        clauses = sum(1 for _ in world.linked.norms())
        size = next((size for size in SIZES if clauses <= size), clauses)
        report.sizes[size] += 1
        started, met = perf_counter(), set[str]()
        read = {each.path for each in nodes(world.linked) if isinstance(each, FactRef)}
        several = uses(world.leaves, read, random)
        for number in range(FEWER if clauses == 1 else USES):
            if perf_counter() - started > self.each:
                report.cut[size] += 1
                break
            one = next(several)
            asked = repr(one)
            if asked in met:  # the same question again would be no pair of its own
                continue
            met.add(asked)
            explain = number % EXPLAINED == 0
            found, came = difference(world.policies, one, explain)
            if repr(one) != asked:
                found.append(f"the facts are changed: {asked}")
            report.pairs += 1
            report.explained += explain
            report.forms[one.form] += 1
            report.verdicts[came] += 1
            if found and len(report.different) < MOST_WRITTEN:
                report.different.append(as_test(world, smaller(world.policies, one), found))


def difference(policies: tosdsl.PolicySet, one: Asked, explain: bool = True) -> tuple[list[str], str]:
    """Where the two do not tell the same, an exception that is none of either's answers among it; and
    what the reference says."""
    try:
        found, right = compared(policies, one.facts, explain=explain, **one.days)
    except Exception as error:  # a run of hours tells of it with the policy and goes on
        return [f"raises {error!r}"], "raises"
    return found, "wrong facts" if right.codes else str(right.answer.verdict.value)


def smaller(policies: tosdsl.PolicySet, one: Asked) -> Asked:
    """A question without the facts that do not matter for the difference."""
    for key in list(one.facts):
        less = {name: value for name, value in one.facts.items() if name != key}
        if difference(policies, fewer := evolve(one, facts=less))[0]:
            one = fewer
    return one


def as_test(world: World, one: Asked, found: list[str]) -> str:
    texts = "".join(f'    r"""\n{text}""",\n' for text in world.texts)
    days = "".join(f", {name}={day!r}" for name, day in one.days.items())
    told = "".join(f"    # {each[:300]}\n" for each in found).replace("\n    #", "\n    #")
    return f"    policies = tosdsl.loads(\n{texts}    )\n{told}    facts = {one.facts!r}\n" + (
        f"    assert differences(policies, facts{days}) == []\n"
    )


def nodes(tree: Any) -> Iterator[Any]:
    """Every node of a tree, in no order that means anything."""
    left = [tree]
    while left:
        one = left.pop()
        if isinstance(one, tuple | list):
            left += one
        elif (names := fields_of(type(one))) is not None:
            yield one
            left += [getattr(one, name) for name in names]


def names(node: Any) -> Iterator[str]:
    """What a report calls a node: by its class, clauses and comparisons by their words as well."""
    if type(node).__module__ == "tosdsl.trees.norms":
        yield type(node).__name__
    if isinstance(node, Compare):
        yield f"`{node.op}`"
    if isinstance(node, Norm):
        yield node.modality


# --- the command -----------------------------------------------------------------------------------


def part(given: tuple[str, int, float, frozenset[str], float]) -> Report:
    return Run(*given).whole()


def run(
    pairs: int,
    seed: str,
    jobs: int = 1,
    seconds: float = float("inf"),
    wanted: frozenset[str] = frozenset(),
    of_each: float = SECONDS,
) -> Report:
    """The report of so many processes, which take shares of the pairs; it says how far they are."""
    shares = max(jobs, pairs // SHARE)
    each = -(-pairs // shares), seconds * jobs / shares, wanted, of_each
    parts = [(f"{seed}.{number}", *each) for number in range(shares)]
    if shares == 1:
        return part(parts[0])
    report = Report()
    with get_context("spawn").Pool(jobs, maxtasksperchild=1) as pool:
        for one in pool.imap_unordered(part, parts):
            report.add(one)
            print(f"{report.pairs:,} pairs, differences: {len(report.different)}", file=sys.stderr)
            print(*one.different, sep="\n", end="", file=sys.stderr)  # so that nobody has to wait
    return report


HEAD = '''"""What the long run found."""
import datetime
from decimal import Decimal
from fractions import Fraction

import tosdsl
from tests.differential.both import differences
from tests.generators.facts import OwnMapping, OwnText
from tosdsl.trees.quantities import ABSENT, Duration, Money

'''


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tests.differential.long", description="The long run.")
    parser.add_argument("--pairs", type=int, default=1_000_000)
    parser.add_argument("--seed", default=date.today().isoformat())
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument(
        "--seconds", type=float, default=float("inf"), help="of processor time, each job"
    )
    parser.add_argument(
        "--each",
        type=float,
        default=SECONDS,
        help="seconds for the questions to one policy: with more of them, more pairs of fewer policies",
    )
    parser.add_argument("--out", type=Path, default=Path("test_found.py"), help="where differences go")
    options = parser.parse_args(arguments)
    report = run(options.pairs, options.seed, options.jobs, options.seconds, of_each=options.each)
    print(f"seed {options.seed}", *report.lines(), sep="\n")
    if not report.different:
        return 0
    found = (f"def test_{number}() -> None:\n{each}" for number, each in enumerate(report.different, 1))
    options.out.write_text(HEAD + "\n\n".join(found), encoding="utf-8")
    print(f"written to {options.out}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
