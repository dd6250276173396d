"""A chain of clauses, each subject to the next: as text, and what it takes as it grows."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from time import process_time
from typing import Any

import tosdsl
from benchmarks.timing import seconds_each

_HEAD = """policy chained
    "A chain that nobody wrote, to measure by."
    title "Chained Terms"
    provider northwind
    version "2024-01-01"
    effective from 2024-01-01
    default permit

use chained_words
"""


def text(length: int) -> str:
    """A vocabulary and a policy of so many clauses; each has a fact of its own."""
    lines = ["vocabulary chained_words", '    "Facts."', "", 'party northwind "A company"', ""]
    lines += [f"fact f{number}: boolean" for number in range(length)]
    lines += ["", _HEAD]
    for number in range(length):
        lines += [f'{("forbid", "permit")[number % 2]} c{number} at "{number + 1}"', '    "A clause."']
        lines += [f"    when f{number}"]
        lines += [f"    subject to c{number + 1}"] if number + 1 < length else []
        lines += [""]
    return "\n".join(lines)


def facts(length: int, number: int) -> dict[str, Any]:
    """A use of which all facts are known: it meets the first clause, and one of each three others."""
    return {f"f{each}": not each or (each * 7 + number) % 3 == 0 for each in range(length)}


@dataclass(frozen=True)
class Grown:
    """Seconds from the text to the first verdict, for a verdict on new facts, on the same."""

    first: float
    after: float
    again: float
    policies: tosdsl.PolicySet


def measure(length: int, number: int) -> Grown:
    """One chain, from its text on. Another number is another series of uses."""
    written = text(length)
    asked = [facts(length, number * 10 + other) for other in range(6)]
    start = process_time()
    policies = tosdsl.loads(written)
    policies.verdict(asked[0])
    first = process_time() - start
    after = [seconds for seconds, _ in seconds_each(policies.verdict, asked[1:])]
    again = [seconds for seconds, _ in seconds_each(policies.verdict, [asked[-1]] * 5)]
    return Grown(first, median(after), median(again), policies)
