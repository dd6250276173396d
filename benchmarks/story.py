"""``python -m benchmarks.story``: one decision on the story's clause, several engines side by side.

Each engine's verdicts are compared with those of hand-written Python before anything is timed: on
all 10,206 combinations of known and unknown facts, or on the 960 with none unknown, and on the
requests that are timed.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from statistics import fmean, median
from typing import Any

import tosdsl
from benchmarks import hand, peers
from benchmarks.peers import Engine
from benchmarks.timing import (
    heading,
    in_turns,
    interleaved,
    load,
    micro,
    quiet,
    seconds_at_first,
    seconds_each,
    table,
)

_COLD = (
    "*Never asked* is a request whose decision no request before it had, asked once of an engine that "
    "was just prepared, the clock looked at around each, which adds to the fastest what it adds to "
    "hand-written Python; its ratio, too, is to hand-written Python asked again."
)

_AT_HAND = 100

_TRUTHS = (True, False)
_ACTIVITIES = ("train", "annotate", "distill", "fine_tune", "evaluate", "promote")
_PURPOSES = ("generate", "classify", "categorize", "organize", "predict")
_PARTIES = ("openai", "microsoft", "anthropic")
_DOMAINS: Mapping[str, Sequence[Any]] = {
    "activities": [[one] for one in _ACTIVITIES],
    "output_of": [["openai"], ["microsoft"]],
    "model.purpose": _PURPOSES,
    "model.competes_with": [["openai"], ["microsoft"]],
    "model.distributed": _TRUTHS,
    "model.commercially_available": _TRUTHS,
    "model.base_offered_by": ["openai", "microsoft"],
}
"""Values that the clause can tell apart, and some that it cannot."""


def combinations(*, unknown: bool) -> Iterator[dict[str, Any]]:
    """A use for each combination of the values; if ``unknown``, of what is not known as well."""
    nothing = (None,) if unknown else ()
    for values in product(*((*domain, *nothing) for domain in _DOMAINS.values())):
        yield nested(dict(zip(_DOMAINS, values, strict=True)))


def nested(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts by dotted name as nested mappings; what is None is left out."""
    made: dict[str, Any] = {}
    for name, value in facts.items():
        *parents, last = name.split(".")
        if value is not None:
            at = made
            for parent in parents:
                at = at.setdefault(parent, {})
            at[last] = value
    return made


def requests(number: int, seed: int, unknown: float = 0.0) -> list[dict[str, Any]]:
    """Uses drawn at random, about half of them forbidden. Each fact is left out with that chance."""
    draw = random.Random(seed)

    def some(words: Sequence[str]) -> list[str]:
        return draw.sample(words, draw.choice((1, 1, 2)))

    def parties() -> list[str]:
        return ["openai"] if draw.random() < 0.7 else some(_PARTIES)

    def one() -> dict[str, Any]:
        facts = {
            "activities": some(_ACTIVITIES),
            "output_of": parties(),
            "model.purpose": draw.choice(_PURPOSES),
            "model.competes_with": parties(),
            "model.distributed": draw.choice(_TRUTHS),
            "model.commercially_available": draw.choice(_TRUTHS),
            "model.base_offered_by": draw.choice(_PARTIES),
        }
        return nested({k: None if draw.random() < unknown else v for k, v in facts.items()})

    return [one() for _ in range(number)]


def installed(wanted: Sequence[peers.Prepare]) -> tuple[list[Engine], list[str]]:
    """The engines that are there, and a line for each that is not."""
    found, missing = [], []
    for prepare in wanted:
        try:
            engine = prepare()
        except ImportError as error:
            missing.append(f"Left out: `{prepare.__name__}`, as {error.name} is not installed.")
            continue
        if engine is None:
            missing.append(f"Left out: `{prepare.__name__}`, which this version does not offer.")
        else:
            found.append(engine)
    return found, missing


def wrong(engine: Engine, uses: Sequence[Any], verdicts: Sequence[hand.Word]) -> str | None:
    """What is wrong with an engine's verdicts, or None."""
    for use, verdict in zip(uses, verdicts, strict=True):
        if (given := engine.read(engine.ask(use))) != verdict:
            return f"{engine.title} says {given}, hand-written Python {verdict}: {use!r}"
    return None


class Disagreement(Exception):
    """An engine's verdict is not the one that everything is compared with: nothing is timed."""


def part(
    title: str,
    wanted: Sequence[peers.Prepare],
    uses: Sequence[Mapping[str, Any]],
    checked: Sequence[Mapping[str, Any]],
    options: argparse.Namespace,
    what: str = "a decision",
    encoded: bool = False,
    new: Sequence[Sequence[Mapping[str, Any]]] = (),
) -> list[str]:
    """One table of the report, its first engine the one that ratios are to. ``new`` are rounds of
    requests for engines that were asked none before. Raises Disagreement."""
    found, missing = installed(wanted)
    both = [*checked, *(facts for several in new for facts in several), *uses]
    verdicts = [hand.verdict_with_gaps(facts) for facts in both]
    questions: list[Any] = [_encoded(facts) for facts in both] if encoded else both
    for engine in found:
        if (problem := wrong(engine, questions, verdicts)) is not None:
            raise Disagreement(problem)
    shares = Counter(verdicts[-len(uses) :])
    counted = ", ".join(f"{shares[word]:,} {word}" for word in sorted(shares))
    rounds = interleaved(
        {engine.title: engine.ask for engine in found},
        questions[-len(uses) :],
        options.rounds,
        options.seed,
    )
    cold = never_asked(wanted, [list(map(_encoded, each)) for each in new] if encoded else new)
    return [
        f"## {title}",
        "",
        f"Before timing, each engine gave the verdicts of hand-written Python on {len(checked):,} "
        f"combinations of facts and on the {len(uses):,} requests that are timed ({counted}).",
        "",
        *table(rounds, found[0].title, what, cold),
        *(f"{line}\n" for line in missing),
    ]


def one_of_each_decision(
    asked: Sequence[Mapping[str, Any]], rounds: int
) -> list[list[Mapping[str, Any]]]:
    """Requests in rounds: in each, one for each decision that there is, and none that another has.

    Of the decisions on the story's clause few differ, so each round is for policies just loaded.
    """
    policies = tosdsl.load(peers.POLICY)
    several: dict[str, list[Mapping[str, Any]]] = {}
    for facts in asked:
        made = policies.decide(facts).to_json(explain=False)
        found = several.setdefault(json.dumps(made, sort_keys=True), [])
        if facts not in found:
            found.append(facts)
    full = [found for found in several.values() if len(found) >= rounds]
    return [[found[number] for found in full] for number in range(rounds)]


def never_asked(
    wanted: Sequence[peers.Prepare], rounds: Sequence[Sequence[Any]]
) -> dict[str, list[float]]:
    """Seconds a call of each engine in each round, prepared anew for it, each request asked once.

    The first request of a round is not timed, and asked some times: code that is made at the first
    question is then there, and the processor has it at hand.
    """
    taken: dict[str, list[float]] = {}
    for first, *others in rounds:
        for engine in installed(wanted)[0]:
            with quiet():
                for _ in range(_AT_HAND):
                    engine.ask(first)
                each = [seconds for seconds, _ in seconds_each(engine.ask, others)]
            taken.setdefault(engine.title, []).append(fmean(each))
    return taken


def at_first(asked: Sequence[Mapping[str, Any]], rounds: int) -> list[str]:
    """What the very first request of policies just loaded takes: code is made for it."""
    lines = []
    for what in ("verdict", "decide"):
        firsts = []
        for number in range(rounds):
            ask = getattr(tosdsl.load(peers.POLICY), what)
            firsts.append(seconds_at_first(ask, asked[number : number + 1], 1.0))
        lines.append(f"* `{what}`: {micro(median(firsts))} µs.")
    return ["The very first request of policies that were just loaded:", "", *lines, ""]


def _encoded(facts: Mapping[str, Any]) -> bytes:
    """A use as a gateway gets it; every engine is asked the same bytes."""
    return json.dumps({"facts": facts}).encode()


def report(options: argparse.Namespace) -> str:
    """The whole of it as Markdown. Raises Disagreement."""
    before = load()
    known = requests(options.requests, options.seed)
    gaps = requests(options.requests, options.seed, 0.15)
    several = min(options.rounds, 5)
    new = one_of_each_decision(requests(400 * several, options.seed + 1), several)
    new_gaps = one_of_each_decision(requests(400 * several, options.seed + 1, 0.15), several)
    settled, every = list(combinations(unknown=False)), list(combinations(unknown=True))
    parts = [
        *part("All facts known", peers.KNOWN, known, settled, options, new=new),
        *part(
            "Some facts unknown: each of seven with a chance of 15 %",
            *(peers.GAPS, gaps, every, options),
            new=new_gaps,
        ),
        *part("A whole decision, all facts known", peers.DECIDE, known, settled, options, new=new),
        *at_first(known, several),
        *part(
            "JSON bytes in, JSON bytes out",
            *(peers.JSON, known, settled, options),
            encoded=True,
            new=new,
        ),
    ]
    head = heading(
        "One decision on the story's clause",
        peers.PACKAGES,
        f"{in_turns(options.rounds)} {_COLD}",
        before,
    )
    return "\n".join([*head, *parts]).rstrip() + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.story", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="how often each engine is timed")
    parser.add_argument("--requests", type=int, default=2_000, help="how many requests there are")
    parser.add_argument("--seed", type=int, default=1)
    try:
        print(report(parser.parse_args(arguments)), end="")
    except Disagreement as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
