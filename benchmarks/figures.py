"""``python -m benchmarks.figures``: what uses cost that nobody asked before, beside known ones.

All times are ratios to the story's clause written by hand, in the same process and the same round: h.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import platform
import pstats
import random
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import growth, hand, story
from benchmarks.generated import uses
from benchmarks.lines import LINES, Figure, Line, Pools
from benchmarks.timing import ROOT, Call, fresh, load, quiet, seconds_a_call, short

_UNIT = 0.05
"""Seconds for which the clause by hand is asked, before each line of each round."""

_CLAUSES = 10_000
_COLUMNS = ("line", "what", "unit", "never asked", "again", "goal")
_HANDED = "handed to the reference"
_WIDE = 100


def say(text: str) -> None:
    """Progress, for whoever waits."""
    print(text, file=sys.stderr, flush=True)


def asked_before_by_nobody(wanted: int, rounds: int, seed: int) -> Pools:
    """Uses, made in a process of their own."""
    say("making uses that were never asked …")
    numbers = ("--wanted", str(wanted), "--rounds", str(rounds), "--seed", str(seed))
    return fresh(["-m", "benchmarks.unasked", *numbers], {"TOSDSL_CACHE": "off"})


def measured(lines: Sequence[Line], rounds: int, seed: int, by_hand: Sequence[Any]) -> list[float]:
    """Every line in every round, in an order drawn anew. What h was each time, in seconds."""
    draw, units = random.Random(seed), []
    for number in range(rounds):
        for line in draw.sample(lines, len(lines)):
            say(f"round {number + 1} of {rounds}: {line.name}")
            with quiet():
                unit = seconds_a_call(hand.verdict, by_hand, _UNIT)
                line.round(number, unit)
            units.append(unit)
    return units


def grown(times: int) -> list[Figure]:
    """Many clauses, until the first answer: from the text, from the cache, with ten edited."""
    say(f"{_CLAUSES:,} clauses …")
    question = json.dumps(uses(_CLAUSES, growth.MANY, 1, unknown=0.0)[0])
    found = growth.loads_of("tosdsl", _CLAUSES, growth.MANY, question, times)
    taken = {how: median(each["seconds"] for each in several) for how, several in found.items()}
    cold, name = taken[growth.COLD], "growth"
    figures = [Figure(name, f"{_CLAUSES:,} clauses, cold from text", "s", cold, None, "4")]
    for how, what, goal in (
        (growth.CACHED, "from the cache, a share of that: 1 /", "50"),
        (growth.EDITED, "ten edited, from the cache: 1 /", "20"),
        (growth.AGAIN, "ten edited, in a running process: 1 /", "20"),
    ):
        if how in taken:
            figures.append(Figure(name, what, "", cold / taken[how], None, goal))
    return figures


def handed(lines: Sequence[Line]) -> Figure:
    """How many questions went to the reference, where the policies count them."""
    counts: Counter[str] = Counter()
    counted = False
    for line in lines:
        for policies in line.policies:
            stats = getattr(policies, "stats", None)
            if stats is not None:
                counted = True
                counts.update(stats())
    note = ", ".join(f"{way} {number:,}" for way, number in sorted(counts.items()))
    number = float(counts["reference"]) if counted else None
    return Figure("reference", _HANDED, "", number, None, "0", note if counted else "not counted")


# --- the report -----------------------------------------------------------------------------------


def machine(units: Sequence[float], rounds: int, before: float) -> dict[str, Any]:
    """On what, how busy, and what h is."""
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "load_before": round(before, 2),
        "load_after": round(load(), 2),
        "rounds": rounds,
        "h_microseconds": median(units) * 1e6,
        "h_lowest": min(units) * 1e6,
        "h_highest": max(units) * 1e6,
    }


def lines_of(made: Mapping[str, Any], figures: Sequence[Figure]) -> list[str]:
    """The report as plain text: a table, and below it what its figures are of."""
    rows: list[tuple[str, ...]] = [_COLUMNS]
    notes: list[str] = []
    for figure in figures:
        what = figure.what
        if figure.note and figure.never_asked is not None:
            notes.append(f"[{len(notes) + 1}] {_cut(figure.note)}")
            what = f"{what} [{len(notes)}]"
        never = figure.note if figure.never_asked is None else _number(figure.never_asked)
        cells = (never, _number(figure.again), figure.goal)
        rows.append((figure.line, what, figure.unit, *cells))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    table = [
        "  ".join(
            cell.ljust(width) if at < 3 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return [
        f"{made['python']}, {made['system']}, {made['cores']} cores; load {made['load_before']} "
        f"before, {made['load_after']} after; {made['rounds']} interleaved rounds.",
        f"h is the story's clause by hand: {short(made['h_microseconds'])} µs "
        f"({short(made['h_lowest'])} to {short(made['h_highest'])}).",
        "",
        table[0],
        "-" * max(map(len, table)),
        *table[1:],
        "",
        *notes,
    ]


def _number(value: float | None) -> str:
    return "–" if value is None else short(value)


def _cut(note: str) -> str:
    return note if len(note) <= 4 * _WIDE else f"{note[: 4 * _WIDE]} …"


# --- a profile ------------------------------------------------------------------------------------


def profiled(line: Line, most: int = 25) -> list[str]:
    """Where the time of never-asked uses goes: by part of the program, then by function."""
    calls: list[tuple[Call, Any]] = list(line.questions())
    say(f"a profile of {len(calls):,} calls …")
    profile = cProfile.Profile()
    with quiet():
        for call, question in calls:
            profile.enable()
            call(question)
            profile.disable()
    own: Counter[str] = Counter()
    functions = []
    stats: Mapping[tuple[str, int, str], tuple[Any, ...]] = vars(pstats.Stats(profile))["stats"]
    for (file, at, name), (_, number, alone, whole, _) in stats.items():
        own[_part(file)] += alone
        functions.append((whole, alone, number, f"{_place(file)}:{at} {name}" if at else name))
    each, total = 1e6 / len(calls), sum(own.values())
    lines = [
        f"{line.name}: {short(total * each)} µs a call while profiled, which makes Python slower; "
        f"{len(calls):,} never-asked uses.",
        "",
        "  own µs   share  part",
        *(
            f"{short(spent * each):>8}  {spent / total:>6.1%}  {part}"
            for part, spent in own.most_common(most)
        ),
        "",
        "  all µs  own µs   times  function",
    ]
    for whole, alone, number, name in sorted(functions, reverse=True)[:most]:
        lines.append(
            f"{short(whole * each):>8}{short(alone * each):>8}{short(number / len(calls)):>8}  {name}"
        )
    return lines


def _part(file: str) -> str:
    """A package of the program, or what is not of it."""
    place = _place(file)
    if not place.startswith("tosdsl/"):
        return "generated code" if file.startswith("<") else "Python and libraries"
    return "/".join(place.split("/")[:3])


def _place(file: str) -> str:
    path = Path(file)
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name


# --- the command ----------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.figures", description=__doc__)
    parser.add_argument("--only", choices=sorted(LINES), action="append", help="these lines alone")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--uses", type=int, default=100, help="of each version of a policy, at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--growth", action="store_true", help=f"{_CLAUSES:,} clauses as well (minutes)")
    parser.add_argument("--profile", choices=sorted(LINES), metavar="LINE", help="in place of figures")
    parser.add_argument("--json", action="store_true", help="JSON in place of a table")
    given = parser.parse_args(arguments)
    os.environ["TOSDSL_CACHE"] = "off"  # nothing comes from what an earlier run left
    before = load()
    pools = asked_before_by_nobody(given.uses, given.rounds, given.seed)
    if given.profile:
        print("\n".join(profiled(LINES[given.profile](pools, given.rounds))))
        return 0
    lines = []
    for name in given.only or LINES:
        say(f"loading: {name}")
        lines.append(LINES[name](pools, given.rounds))
    units = measured(lines, given.rounds, given.seed, story.requests(2_000, 1))
    figures = [figure for line in lines for figure in line.figures()]
    figures += grown(min(3, given.rounds)) if given.growth else []
    figures.append(handed(lines))
    made = machine(units, given.rounds, before)
    if given.json:
        print(json.dumps({**made, "figures": [asdict(each) for each in figures]}, indent=2))
    else:
        print("\n".join(lines_of(made, figures)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
