"""How everything here is timed, compared and printed."""

from __future__ import annotations

import gc
import json
import os
import platform
import random
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

SLICE = 0.1
"""Seconds of the processor that one engine gets in one round, about."""

_LOOK = 0.002
"""Seconds between two looks at the clock, about."""

Call = Callable[[Any], object]
"""What is timed: an answer from one question."""


def seconds_a_call(
    call: Call, questions: Sequence[Any], budget: float = SLICE, first: int = 0
) -> float:
    """Seconds of the processor for one call, over as many of the questions as the budget allows.

    The questions are taken in their order, from ``first`` on, round and round; all threads of the
    process count.
    """
    few, at, done = 1, first % len(questions), 0
    start = last = process_time()
    while True:
        some = questions[at : at + few]
        deque(map(call, some), 0)  # the loop that costs least
        at = (at + len(some)) % len(questions)
        done += len(some)
        now = process_time()
        if now - start >= budget:
            return (now - start) / done
        if now - last < _LOOK:
            few = min(few * 2, len(questions))
        last = now


def seconds_at_first(call: Call, questions: Iterable[Any], budget: float) -> float:
    """Seconds of the processor for one call, each question asked once, until the budget is spent."""
    done, left = 0, iter(questions)
    start = process_time()
    while some := list(islice(left, 16)):
        deque(map(call, some), 0)
        done += len(some)
        if process_time() - start > budget:
            break
    return (process_time() - start) / done


def seconds_each(call: Call, questions: Iterable[Any]) -> list[tuple[float, Any]]:
    """Seconds of the processor for each call by itself, with its answer.

    What it takes to look at the clock is taken off. Each question is asked once.
    """
    looks, made = [], []
    for _ in range(101):
        start = process_time()
        looks.append(process_time() - start)
    look = median(looks)
    for question in questions:
        start = process_time()
        answer = call(question)
        made.append((max(process_time() - start - look, 0.0), answer))
    return made


@contextmanager
def quiet() -> Iterator[None]:
    """The cycle collector is off, after one last time."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def interleaved(
    calls: Mapping[str, Call],
    questions: Sequence[Any] | Mapping[str, Sequence[Any]],
    rounds: int,
    seed: int = 1,
    budget: float = SLICE,
) -> list[dict[str, float]]:
    """Seconds a call of each engine, round by round; each round in an order of its own, and from
    another question on, which is the same for all.

    ``questions`` may be given for each engine by itself, where engines read different forms. The cycle
    collector is off while an engine is timed.
    """
    draw = random.Random(seed)
    made = []
    gc.collect()
    gc.freeze()  # what was loaded is not gone through again
    try:
        for _ in range(rounds):
            taken, first = {}, draw.randrange(1_000_000)
            for title in draw.sample(list(calls), len(calls)):
                mine = questions[title] if isinstance(questions, Mapping) else questions
                with quiet():
                    taken[title] = seconds_a_call(calls[title], mine, budget, first)
            made.append(taken)
    finally:
        gc.unfreeze()
    return made


def ratios(rounds: Sequence[Mapping[str, float]], title: str, base: str) -> tuple[float, float, float]:
    """An engine's time over another's: the median of the rounds, the lowest, the highest."""
    each = [taken[title] / taken[base] for taken in rounds]
    return median(each), min(each), max(each)


def table(
    rounds: Sequence[Mapping[str, float]],
    base: str,
    what: str = "a decision",
    cold: Mapping[str, Sequence[float]] | None = None,
) -> list[str]:
    """Markdown: the fastest first, with ratios to ``base``.

    ``cold`` are seconds a call where nothing was asked before, in rounds of their own; the columns for
    them have ratios to the same as the others.
    """
    middle = {title: median(taken[title] for taken in rounds) for title in rounds[0]}
    rows = []
    for title in sorted(middle, key=middle.__getitem__):
        ratio, low, high = ratios(rounds, title, base)
        cells = [title, micro(middle[title]), short(ratio), f"{short(low)} to {short(high)}"]
        if cold:
            new = median(cold[title])
            cells += [micro(new), short(new / middle[base])]
        rows.append(f"| {' | '.join(cells)} |")
    head, line = (
        f"| engine | µs {what} | times hand-written | lowest to highest round |",
        "|---|---:|---:|---:|",
    )
    if cold:
        head, line = f"{head} µs, never asked | times hand-written |", f"{line}---:|---:|"
    return [head, line, *rows, ""]


def micro(seconds: float) -> str:
    """Microseconds, to three digits."""
    return short(seconds * 1e6)


def short(number: float) -> str:
    """Three digits, or all of them before the point."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def load() -> float:
    """How many processes want the processor, over the last minute."""
    return os.getloadavg()[0]


def heading(title: str, packages: Iterable[str], how: str, before: float) -> list[str]:
    """The head of a report: what was measured, on what, how busy, and how, with which versions."""
    found = [f"{name} {installed}" for name in packages if (installed := installed_version(name))]
    return [
        f"# {title}",
        "",
        f"{platform.python_implementation()} {platform.python_version()}, {platform.system()} "
        f"{platform.machine()}, {os.cpu_count()} cores; load {before:.2f} before, {load():.2f} after. "
        f"{how}",
        "",
        f"Versions: {', '.join(found)}.",
        "",
    ]


def in_turns(rounds: int) -> str:
    """What a report says of figures that ``interleaved`` made."""
    return (
        "Time is the processor's, of all threads of the process; "
        f"each figure is the median of {rounds} interleaved rounds."
    )


def installed_version(package: str) -> str | None:
    """A package's version, or None if it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


@cache
def _bytecode() -> TemporaryDirectory[str]:
    return TemporaryDirectory()


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """That of a process of its own: bytecode is kept as it usually is, for as long as this one runs."""
    made = {**os.environ, "PYTHONPYCACHEPREFIX": _bytecode().name, **more}
    made.pop("PYTHONDONTWRITEBYTECODE", None)
    return made


def fresh(arguments: Sequence[str], env: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What a new Python prints as JSON on its last line; a failure is shown and raised."""
    ran = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment(env or {}),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if ran.returncode:
        raise RuntimeError(f"{' '.join(arguments)}\n{ran.stdout}{ran.stderr}")
    made: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return made


def resident(field: str = "VmRSS") -> float:
    """Memory of this process now, or the most it ever had (``VmHWM``), in MiB (Linux).
    ``getrusage`` would begin with what the parent had."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith(field))
    return int(line.split()[1]) / 1024
