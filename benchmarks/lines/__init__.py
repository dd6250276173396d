"""The lines of ``benchmarks.figures``: what each asks in a round, and the figures it makes of it.

A line has policies of its own, loaded for it. What is *never asked* is asked of them once; what is
asked *again* was asked right before. Times are ratios to the story's clause by hand, measured in the
same round, and called h.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from benchmarks.lines.clauses import Chain, Story
from benchmarks.lines.common import Figure, Line, Pools
from benchmarks.lines.decisions import Decisions, Together, Verdicts
from benchmarks.lines.documents import Bodies

__all__ = ["LINES", "Figure", "Line", "Pools"]

LINES: Mapping[str, Callable[[Pools, int], Line]] = {
    each.name: each for each in (Verdicts, Decisions, Together, Bodies, Story, Chain)
}
