"""``python -m benchmarks.corpus``: the shipped policies, asked about the uses of their own scenarios.

First all of them at once, each document in its newest version, which is what a gateway that knows every
contract would ask; then each by itself. Answers are compared with the reference meaning before anything
is timed.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time
from typing import Any

import tosdsl
from benchmarks.reference import reference, reference_decision
from benchmarks.story import Disagreement, nested
from benchmarks.timing import ROOT, heading, in_turns, interleaved, load, micro, short
from tosdsl.trees.facts import Use

PACKAGES = ("tosdsl", "attrs", "lark")
VERDICT = "`verdict`"
DECIDE = "`decide`"
REFERENCE = "the reference, verdict"
REFERENCE_DECIDE = "the reference, decision"

Facts = Mapping[str, Any]
Ask = Callable[[Facts], Any]


def facts_of(use: Use) -> Facts:
    """A use's facts as a program would give them: nested mappings, lists."""
    return nested({name: _plain(value) for name, value in use.facts.items()})


def _plain(value: Any) -> Any:
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def engines(policies: tosdsl.PolicySet) -> dict[str, Ask]:
    return {
        VERDICT: policies.verdict,
        DECIDE: policies.decide,
        REFERENCE: reference(policies),
        REFERENCE_DECIDE: reference_decision(policies),
    }


def compare(calls: Mapping[str, Ask], uses: Sequence[Facts], patience: float) -> tuple[int, int]:
    """How many verdicts and how many decisions were found right in that time. Raises Disagreement."""
    return (
        _same(calls[VERDICT], calls[REFERENCE], uses, patience),
        _same(calls[DECIDE], calls[REFERENCE_DECIDE], uses, patience),
    )


def _same(fast: Ask, slow: Ask, uses: Sequence[Facts], patience: float) -> int:
    start, done = perf_counter(), 0
    for facts in uses:
        if (given := fast(facts)) != (meant := slow(facts)):
            raise Disagreement(f"The reference means {meant!r}, and the answer is {given!r}: {facts!r}")
        done += 1
        if perf_counter() - start > patience:
            break
    return done


def per_second(rounds: Sequence[Mapping[str, float]]) -> list[str]:
    """A row for each way of asking: how many answers a second, and what the reference takes."""
    base = {VERDICT: REFERENCE, DECIDE: REFERENCE_DECIDE}
    lines = ["| asked | answers a second | µs an answer | times faster than the reference |"]
    lines.append("|---|---:|---:|---:|")
    for title in rounds[0]:
        seconds = median(taken[title] for taken in rounds)
        gains = sorted(taken[base.get(title, title)] / taken[title] for taken in rounds)
        gain = f"{short(median(gains))} ({short(gains[0])} to {short(gains[-1])})"
        gain = gain if title in base else "1"
        lines.append(f"| {title} | {short(1 / seconds)} | {micro(seconds)} | {gain} |")
    return [*lines, ""]


@dataclass(frozen=True)
class Row:
    """One version of one policy: how many uses it has, and seconds for each way of asking."""

    name: str
    uses: int
    seconds: Mapping[str, float]


def each_policy(options: argparse.Namespace) -> list[Row]:
    """Every version of every policy by itself, on its own scenarios. Raises Disagreement."""
    rows = []
    for policies in tosdsl.load_each(ROOT / "policies"):
        uses = [facts_of(use) for _, _, use in policies.scenarios()]
        if not uses:
            continue
        calls = engines(policies)
        compare(calls, uses, options.patience)
        rounds = interleaved(calls, uses, min(options.rounds, 3), options.seed, 0.02)
        seconds = {title: median(taken[title] for taken in rounds) for title in calls}
        policy = policies.choices.asked[0][0]
        recorded = f", recorded {policy.recorded}" if policy.recorded else ""
        rows.append(Row(f"{policy.name}{recorded}", len(uses), seconds))
    return rows


def slowest(rows: Sequence[Row], number: int) -> list[str]:
    """Markdown: the policies whose decisions take longest."""
    ways = (VERDICT, DECIDE, REFERENCE, REFERENCE_DECIDE)
    head = f"| policy | uses | {' | '.join(f'µs, {way}' for way in ways)} |"
    lines = [head, "|---|---:|" + "---:|" * len(ways)]
    for row in sorted(rows, key=lambda row: -row.seconds[DECIDE])[:number]:
        times = " | ".join(micro(row.seconds[way]) for way in ways)
        lines.append(f"| {row.name} | {row.uses} | {times} |")
    return [*lines, ""]


def report(options: argparse.Namespace) -> str:
    """The whole of it as Markdown. Raises Disagreement."""
    before, start = load(), process_time()
    policies = tosdsl.load(ROOT / "policies")
    loaded = process_time() - start
    uses = [facts_of(use) for _, _, use in policies.scenarios()]
    random.Random(options.seed).shuffle(uses)
    calls = engines(policies)
    verdicts, decisions = compare(calls, uses, options.patience)
    rounds = interleaved(calls, uses, options.rounds, options.seed)
    rows = each_policy(options)
    documents = len(policies.linked.documents)
    return "\n".join(
        [
            *heading("The shipped policies", PACKAGES, in_turns(options.rounds), before),
            "## All at once",
            "",
            f"{documents} documents, loaded in {short(loaded)} s, and the {len(uses):,} uses of their "
            f"scenarios. Before timing, {verdicts:,} verdicts and {decisions:,} whole decisions were "
            "compared with the reference; what there was no time for was left out.",
            "",
            *per_second(rounds),
            f"## Each by itself: of {len(rows)}, those that are slowest to decide",
            "",
            *slowest(rows, options.slowest),
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.corpus", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each way of asking is timed")
    parser.add_argument("--patience", type=float, default=20, help="seconds for a comparison")
    parser.add_argument("--slowest", type=int, default=15, help="how many policies are listed")
    parser.add_argument("--seed", type=int, default=1)
    try:
        print(report(parser.parse_args(arguments)), end="")
    except Disagreement as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
