"""``python -m benchmarks.diff``: how long it takes to say what an edit of a large policy changes.

For each size, and without and with numbers among the facts: a generated policy, the same with some of
its clauses edited, every class of change with its use. Beside it the same questions put to z3 alone
(``solver.py``), as far as time allows. Seconds are the processor's; reading the texts is not counted.
The least of some rounds counts.
"""

from __future__ import annotations

import argparse
import gc
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from time import process_time

import tosdsl
from benchmarks.generated import edited, policy
from tosdsl.analysis.changes import Difference
from tosdsl.analysis.diff import diff, difference
from tosdsl.trees import norms as n

SIZES = (100, 300, 1_000, 3_000, 10_000)
EDITED = 20
LARGEST_ALONE = 1_000
"""Of policies with more clauses, z3 alone is not asked: it would take longer than all else together."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table: a line a size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=list(SIZES))
    parser.add_argument("--edited", type=int, default=EDITED, help="clauses that are edited")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--largest-alone", type=int, default=LARGEST_ALONE, help="for z3 alone")
    parser.add_argument("--draw", type=Path, help="an SVG file to draw the growth into")
    options = parser.parse_args(arguments)
    print("| clauses | edited | facts | classes | not known | seconds | z3 alone | times |")
    print("|---:|---:|---|---:|---:|---:|---:|---:|")
    curves: dict[str, list[tuple[int, float]]] = {}
    for numbers in (False, True):
        facts = "with numbers" if numbers else "finite"
        for size in options.sizes:
            text = policy(size, min(size, 50), options.seed, numbers=numbers)
            old = tosdsl.loads(text).linked
            new = tosdsl.loads(edited(text, min(options.edited, size), options.seed)).linked
            found, took = least(partial(diff, old, new), options.rounds)
            curves.setdefault(f"tosdsl, {facts}", []).append((size, took))
            other, ratio = "", ""
            if size <= options.largest_alone:
                seconds = by_solver(old, new, found)
                curves.setdefault(f"z3 alone, {facts}", []).append((size, seconds))
                other, ratio = f"{seconds:.2f}", f"{seconds / took:.1f}"
            cells = (
                size,
                min(options.edited, size),
                facts,
                len(found.changes),
                len(found.unsettled),
                f"{took:.2f}",
                other,
                ratio,
            )
            print(f"| {' | '.join(map(str, cells))} |", flush=True)
    if options.draw is not None:
        draw(curves, options.draw)


def least(ask: Callable[[], Difference], rounds: int) -> tuple[Difference, float]:
    """An answer, and the least of the seconds that it took."""
    took: dict[float, Difference] = {}
    for _ in range(rounds):
        gc.collect()
        start = process_time()
        found = ask()
        took[process_time() - start] = found
    return took[min(took)], min(took)


def by_solver(old: n.Linked, new: n.Linked, expected: Difference) -> float:
    """Seconds that z3 alone takes. Raises AssertionError if it finds other classes."""
    from benchmarks.solver import alone  # z3 is asked only here

    found, took = least(lambda: difference(alone(old, new), {}), 1)
    assert {each.of for each in found.changes} == {each.of for each in expected.changes}
    return took


def draw(curves: dict[str, list[tuple[int, float]]], file: Path) -> None:
    """Seconds over clauses, both on a scale of powers."""
    import matplotlib.pyplot as plt

    plt.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "tosdsl", "font.family": "sans-serif"}
    figure, axes = plt.subplots(figsize=(7, 4.2), layout="constrained")
    looks = {"tosdsl": ("#0b6e4f", "o"), "z3 alone": ("#b5651d", "s")}
    for title, points in curves.items():
        colour, marker = looks[title.split(",")[0]]
        style = "--" if title.endswith("numbers") else "-"
        axes.loglog(*zip(*points, strict=True), style, color=colour, marker=marker, label=title)
    axes.set_xlabel("clauses, of which twenty are edited")
    axes.set_ylabel("seconds of the processor")
    axes.set_title("Every class of change, with a use of each", loc="left")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value:,g}")
    axes.grid(which="major", color="#dddddd")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    figure.savefig(file, metadata={"Date": None})


if __name__ == "__main__":
    main()
