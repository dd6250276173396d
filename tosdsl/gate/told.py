"""Where each fact of a gate comes from, and which of them can ever matter: a table for people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from attrs import frozen

from tosdsl.facade import PolicySet
from tosdsl.gate.plan import Plan
from tosdsl.gate.problem import needs_of


@frozen
class Row:
    """One leaf: its sources with their trust, and whether it can change a verdict on the day."""

    fact: str
    sources: tuple[tuple[str, str], ...]
    matters: bool
    judged: bool
    question: str


def rows(plan: Plan, policies: PolicySet, day: date) -> Iterator[Row]:
    """Every leaf that can decide or has a source, those that can decide first."""
    matters = {need.fact for need in needs_of(policies.decide({}, as_of=day), plan.presuming)}
    given = {fact.path: fact for fact in plan.facts}
    found: list[Row] = []
    for leaf in policies.vocabulary.leaves():
        parts = leaf.path.split(".")
        above = (".".join(parts[:count]) for count in range(1, len(parts) + 1))
        fact = next((given[path] for path in above if path in given), None)
        sources = [(str(each), each.trust.word) for each in fact.sources] if fact else []
        if leaf.path in plan.assume:
            sources.append(("assume", "presumed"))
        if leaf.path in matters or sources:
            row = Row(leaf.path, tuple(sources), leaf.path in matters, leaf.judged, leaf.question)
            found.append(row)
    yield from sorted(found, key=lambda row: not row.matters)
