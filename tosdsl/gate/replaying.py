"""Logged decisions, decided anew by other policies: which come out otherwise, grouped, with an example.

Lines are read one by one. A line whose facts stand in it as hashes can be decided again only if the
policies do not read those facts; else it is counted as such, and never guessed.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from attrs import define, field, frozen

from tosdsl.decision.model import Decision
from tosdsl.errors import FactError
from tosdsl.facade import PolicySet
from tosdsl.gate.log import Torn, day_of
from tosdsl.gate.model import Trust
from tosdsl.gate.problem import needs_of

_SKIPPED = ("failure", "facts_wrong", "stranger")
"""Outcomes without a verdict: there was nothing to decide."""

_MOST_WARNINGS = 100
"""Warnings that are told; some name a value, so there may be as many as decisions."""

Decided = tuple[str, frozenset[str], frozenset[str], tuple[str, ...]]
"""A verdict as a gate takes it, the clauses that decide, the facts that are needed, and the warnings
that keep a gate closed though the use is permitted."""


@frozen
class Class:
    """Decisions that change alike: before, after, and the clauses that decide on one side alone."""

    before: str
    after: str
    clauses: tuple[str, ...]


@define
class Report:
    """What a replay found. ``examples`` has one line of the log for each class."""

    decided: int = 0
    same: int = 0
    hashed: int = 0
    """Lines that could not be decided: a fact that matters is logged as a hash."""
    hidden: set[str] = field(factory=set)
    """Those facts."""
    without: int = 0
    """Lines of requests that had no verdict."""
    torn: list[int] = field(factory=list)
    counts: dict[Class, int] = field(factory=dict)
    examples: dict[Class, Mapping[str, Any]] = field(factory=dict)
    warned: dict[str, int] = field(factory=dict)
    """Decisions that change as they are permitted with a warning now, on which no gate opens, by it."""

    def to_json(self) -> dict[str, Any]:
        classes = sorted(self.counts, key=lambda each: -self.counts[each])
        return {
            "schema": "tosdsl.gate.replay/1",
            "decided": self.decided,
            "same": self.same,
            "hashed": self.hashed,
            "hidden": sorted(self.hidden),
            "without": self.without,
            "torn": self.torn,
            "warned": self.warned,
            "classes": [
                {
                    "before": each.before,
                    "after": each.after,
                    "clauses": list(each.clauses),
                    "count": self.counts[each],
                    "example": self.examples[each],
                }
                for each in classes
            ],
        }


def replay(lines: Iterable[Mapping[str, Any] | Torn], policies: PolicySet) -> Report:
    """Decide each line anew."""
    report = Report()
    known = known_to(policies)
    sections = {
        f"{policy.id}#{section.id}"
        for policy in policies.choices.policies()
        for section in policy.root.walk()
        if section.id
    }
    kept: dict[str, Decided | None] = {}
    for line in lines:
        if isinstance(line, Torn):
            report.torn.append(line.number)
        elif line["outcome"] in _SKIPPED and "verdict" not in line:
            report.without += 1
        else:
            _line(line, policies, known, sections, kept, report)
    return report


def facts_of(
    line: Mapping[str, Any], known: Collection[str]
) -> tuple[dict[str, Any], dict[str, Any], set[str]]:
    """The facts of a line as they stand in it, what was presumed of them, and those that are hashes."""
    facts: dict[str, Any] = {}
    assumed: dict[str, Any] = {}
    hashed: set[str] = set()
    for each in line.get("facts", ()):
        if "hash" in each:
            hashed.add(each["fact"])
        elif each["fact"] in known:  # what failed was unknown, and nothing was presumed of it
            of = assumed if each["trust"] == Trust.PRESUMED.word else facts
            of[each["fact"]] = each.get("value")
    return facts, assumed, hashed


def known_to(policies: PolicySet) -> set[str]:
    """The facts that policies know, by leaf and by their whole."""
    leaves = {leaf.path for leaf in policies.vocabulary.leaves()}
    return leaves | {each.name for each in policies.vocabulary.facts}


def decided_again(line: Mapping[str, Any], policies: PolicySet) -> tuple[Decision, tuple[str, ...]]:
    """The decision on a line, as policies make it now, and the facts that stand in it as hashes: here
    they are unknown. Raises FactError if its facts are wrong for these policies."""
    facts, assumed, hashed = facts_of(line, known_to(policies))
    return _decision(policies, facts, assumed, line), tuple(sorted(hashed))


def _line(
    line: Mapping[str, Any],
    policies: PolicySet,
    known: set[str],
    sections: set[str],
    kept: dict[str, Any],
    report: Report,
) -> None:
    facts, assumed, hashed = facts_of(line, known)
    presuming = line.get("presuming") is True
    said = [facts, assumed, presuming, line.get("as_of"), line.get("reading")]
    key = json.dumps(said, sort_keys=True)
    if key not in kept:
        if len(kept) > 100_000:
            kept.clear()
        kept[key] = _decided(policies, facts, assumed, line)
    made = kept[key]
    if made is None:
        after: str = "facts_wrong"
        clauses, needs, warnings = frozenset[str](), frozenset[str](), tuple[str, ...]()
    else:
        after, clauses, needs, warnings = made
    hidden = {
        fact for fact in hashed if any(need == fact or need.startswith(f"{fact}.") for need in needs)
    }
    if hidden:
        report.hashed += 1
        report.hidden |= hidden
        return
    report.decided += 1
    before = _before(line)
    if before == after:
        report.same += 1
        return
    for each in warnings:
        if each in report.warned or len(report.warned) < _MOST_WARNINGS:
            report.warned[each] = report.warned.get(each, 0) + 1
    apart = deciding(clauses, line.get("clauses", ()), sections)
    found = Class(before, after, tuple(apart))
    report.counts[found] = report.counts.get(found, 0) + 1
    report.examples.setdefault(found, {"id": line["id"], "as_of": line.get("as_of"), "facts": facts})


def deciding(one: Iterable[str], other: Iterable[str], sections: Collection[str] = ()) -> list[str]:
    """The clauses that decide on one side alone, without defaults if there are others; those of both
    sides if there are none. Defaults are those of documents and of ``sections``."""
    first, second = set(one), set(other)
    for found in (first ^ second, first | second):
        clauses = {each for each in found if "#" in each and each not in sections}
        if clauses or found:
            return sorted(clauses or found)
    return []


def _before(line: Mapping[str, Any]) -> str:
    """The verdict as a gate takes it: permitted with a warning, or presumably, is not settled."""
    verdict = str(line.get("verdict", line["outcome"]))
    return "undetermined" if verdict == "permitted" and line["outcome"] != "permitted" else verdict


def _decided(
    policies: PolicySet, facts: Mapping[str, Any], assumed: Mapping[str, Any], line: Mapping[str, Any]
) -> Decided | None:
    try:
        decision = _decision(policies, facts, assumed, line)
    except FactError:
        return None
    verdict = decision.verdict.value
    presuming = line.get("presuming") is True
    passes = decision.passes_presuming if presuming else decision.passes
    warnings: tuple[str, ...] = ()
    if verdict == "permitted" and not passes:
        verdict, warnings = "undetermined", decision.warnings
    clauses = frozenset(each.clause for each in decision.basis)
    return verdict, clauses, frozenset(each.fact for each in needs_of(decision, presuming)), warnings


def _decision(
    policies: PolicySet, facts: Mapping[str, Any], assumed: Mapping[str, Any], line: Mapping[str, Any]
) -> Decision:
    offered = {each.path: each.readings for each in policies.vocabulary.interpretations}
    said = line.get("reading", {}).items()
    reading = {path: word for path, word in said if word in offered.get(path, ())}
    return policies.decide(facts, as_of=day_of(line), assume=assumed or None, reading=reading or None)
