"""A refusal as ``application/problem+json`` (RFC 9457): what an end user may read of a decision.

It names clauses with their places and texts, and the questions that are open. It has no fact's value:
those may be another's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tosdsl.decision.model import Decision, Need
from tosdsl.gate.plan import Plan
from tosdsl.trees.moments import MOMENT_OF_USE

BASE = "urn:tosdsl:problem:"
"""Types of problems are names and lead nowhere: this and the kind."""

TITLES = {
    "forbidden": "The terms forbid this use",
    "undetermined": "It is not settled whether the terms permit this use",
    "not_applicable": "No document that this gate knows speaks of this use",
    "facts_wrong": "The request describes the use wrongly",
    "stranger": "The caller is not known",
    "failure": "The check could not be made",
}

_MOST = 20
"""Clauses and needs that one refusal lists."""


def needs_of(decision: Decision, presuming: bool) -> tuple[Need, ...]:
    """What would settle a use: for a gate that opens on no presumption, with nothing presumed."""
    bare = decision.without
    return decision.needs if presuming or bare is None else bare.needs


def facts_of(needs: Iterable[Need]) -> tuple[Need, ...]:
    """Those of them that are facts, which a source can give. The moment of the use is none."""
    return tuple(each for each in needs if each.fact != MOMENT_OF_USE)


def problem_of(
    id_: str, kind: str, status: int, detail: str, decision: Decision | None, plan: Plan
) -> dict[str, Any]:
    """The body of a refusal."""
    made: dict[str, Any] = {
        "type": BASE + kind,
        "title": TITLES[kind],
        "status": status,
        "detail": detail,
        "instance": f"urn:uuid:{id_}",
    }
    if decision is not None and plan.explain:
        made["clauses"] = [_clause(each) for each in decision.basis[:_MOST]]
        made["needs"] = [
            {"fact": each.fact, "question": each.question}
            for each in needs_of(decision, plan.presuming)[:_MOST]
        ]
    return made


def _clause(basis: Any) -> Mapping[str, Any]:
    made = {
        "clause": basis.clause,
        "at": basis.at,
        "text": basis.text,
        "document": basis.title or basis.document,
        "version": basis.version,
        "source": basis.source,
    }
    return {key: value for key, value in made.items() if value is not None}
