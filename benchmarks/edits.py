"""``python -m benchmarks.edits``: an edit in a running process beside a load from the text.

How long it takes until mistakes and the first verdict are there: of 10,000 clauses, and of the longest
shipped document. In one process, rounds interleaved; each edit is a new one. Seconds of the processor.
"""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from statistics import median
from time import process_time

from benchmarks.generated import edited, policy, uses
from benchmarks.timing import heading, load, short

CLAUSES, SHAPES, ROUNDS = 10_000, 1_000, 5
_ASKED = {"": "", "verdict": ", and a verdict", "decide": ", and a decision"}


def seconds(act: Callable[[], object]) -> float:
    gc.collect()
    start = process_time()
    act()
    return process_time() - start


def moved(text: str, random: Random) -> str:
    """The text with an empty line more somewhere in its first half: all that follows moves."""
    lines = text.split("\n")
    lines.insert(random.randrange(len(lines) // 2), "")
    return "\n".join(lines)


def broken(text: str, random: Random) -> str:
    """The text with a word misspelt in some condition."""
    places = [match.end() for match in re.finditer(r"\n +when \w", text)]
    at = random.choice(places)
    return f"{text[:at]}_{text[at:]}"


def clause_edited(text: str, random: Random) -> str:
    """The text with one condition turned around."""
    places = [match.end() for match in re.finditer(r"\n +(?:when|provided) (?!all|any|none)", text)]
    at = random.choice(places)
    return f"{text[:at]}not {text[at:]}"


def rounds(text: str, clause: Callable[[str, Random], str], facts: dict[str, object]) -> Iterator[str]:
    """A line for each kind of edit."""
    from tosdsl.errors import PolicyError
    from tosdsl.facade import load_texts
    from tosdsl.workspace.memory import Workspace

    workspace, random = Workspace(), Random(1)
    taken: dict[str, list[float]] = {}

    def once(now: str, kept: Workspace | None, ask: str) -> None:
        try:
            made = load_texts({"text.tos": now}, ["text.tos"], workspace=kept)
        except PolicyError:
            return
        if ask:
            getattr(made, ask)(facts)

    def measure(name: str, now: str, kept: Workspace | None, ask: str = "") -> None:
        taken.setdefault(name, []).append(seconds(lambda: once(now, kept, ask)))

    once(text, workspace, "verdict")
    for _ in range(ROUNDS):
        now = text
        for ask, more in _ASKED.items():
            measure(f"from the text{more}", text, None, ask)
            now = clause(now, random)
            measure(f"one clause edited{more}", now, workspace, ask)
        measure("a line put in", moved(text, random), workspace)
        measure("a word misspelt", broken(text, random), workspace)
        measure("and mended", text, workspace)
    yield "| | ms | of the same from the text |"
    yield "|---|---:|---:|"
    for name, several in taken.items():
        more = next(more for more in reversed(list(_ASKED.values())) if name.endswith(more))
        whole = f"from the text{more}"
        share = median(taken[whole]) / median(several)
        yield f"| {name} | {short(median(several) * 1e3)} | 1/{short(share)} |"


def main() -> None:
    os.environ["TOSDSL_CACHE"] = "off"
    before = load()
    print(f"\n{CLAUSES:,} clauses:\n")
    [facts] = uses(CLAUSES, SHAPES, 1, unknown=0.0)
    seeds = Random(2)

    def clause(text: str, random: Random) -> str:
        return edited(text, 1, seeds.randrange(10**6))

    print("\n".join(rounds(policy(CLAUSES, SHAPES), clause, facts)))
    how = f"{ROUNDS} rounds, interleaved, each edit a new one; medians of the processor's time."
    folder = Path(__file__).parent.parent / "policies"
    longest = max(folder.rglob("*.tos"), key=lambda file: file.stat().st_size)
    print(f"\nThe longest shipped document, {longest.name}:\n")
    print("\n".join(rounds(longest.read_text(encoding="utf-8"), clause_edited, {})))
    print("\n".join(["", *heading("Edits in a running process", ("attrs", "lark"), how, before)]))


if __name__ == "__main__":
    main()
