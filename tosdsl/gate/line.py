"""A line of the decision log as text, written once from plain values.

What is the same in every line (a fact with its trust and source, the documents with their digests) is
text that is kept. INVARIANT: a line is compact JSON, by ``log_schema``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from tosdsl.decision.model import Decision, Duty
from tosdsl.gate.log import SCHEMA, compact, engine, hashing
from tosdsl.gate.model import Given, Outcome, Trust
from tosdsl.gate.plan import LogPlan
from tosdsl.gate.values import plain

_quoted = json.encoder.encode_basestring

_MOST = 10_000
"""Heads of facts that are kept: each is a fact with a trust and a source of the mapping."""


class Lines:
    """Writes the lines of one log. Safe to share between threads."""

    def __init__(self, plan: LogPlan, salt: bytes) -> None:
        self._values = frozenset(plan.values)
        self._all = "*" in plan.values
        self._hashed = hashing(salt, plain)
        self._heads: dict[tuple[str, Trust, str], str] = {}
        self._engine = f',"engine":{_quoted(engine())},"ms":'
        self._policies: tuple[Any, str] = ((), "[]")
        """The documents of the last decision, and their text."""

    def of(self, outcome: Outcome, door: str, more: Mapping[str, Any]) -> str:
        """One line: what was asked, what came of it, and by what."""
        use, decision = outcome.use, outcome.decision
        parts = [
            f'{{"schema":"{SCHEMA}","id":"{outcome.id}","at":"',
            datetime.now(UTC).isoformat(timespec="milliseconds"),
            f'","door":{_quoted(door)},"outcome":"{outcome.kind}","status":{outcome.status}',
            f',"digest":{_quoted(outcome.digest)}{self._engine}{round(outcome.seconds * 1000, 3)}',
        ]
        if use is not None:
            subject = "null" if use.subject is None else f'"{self._hashed(use.subject)}"'
            day = "null" if use.as_of is None else f'"{use.as_of}"'
            facts = ",".join(map(self._fact, use.given))
            parts.append(f',"subject":{subject},"as_of":{day},"facts":[{facts}]')
        if decision is not None:
            parts.append(self._decision(decision))
        elif outcome.problem is not None:
            parts.append(f',"why":{compact(outcome.problem["detail"])}')
        for key, value in more.items():
            parts.append(f',"{key}":{_quoted(value) if type(value) is str else compact(value)}')
        parts.append("}")
        return "".join(parts)

    def _decision(self, decision: Decision) -> str:
        presumed = _presumed(decision) if decision.presumed else ""
        clauses = _texts([each.clause for each in decision.basis])
        needs = _texts([each.fact for each in decision.needs])
        duties = ",".join(map(_duty, decision.duties))
        return (
            f',"verdict":"{decision.verdict.value}","clauses":{clauses},"needs":{needs}{presumed}'
            f',"duties":[{duties}],"warnings":{_texts(decision.warnings)}'
            f',"policies":{self._documents(decision)}'
        )

    def _documents(self, decision: Decision) -> str:
        several, text = self._policies
        if several is not decision.policies:  # decisions on one program have them in common
            made = [
                {"id": each.id, "version": each.version, "digest": each.digest}
                for each in decision.policies
            ]
            text = compact(made)
            self._policies = decision.policies, text
        return text

    def _fact(self, given: Given) -> str:
        fact, value, trust, source, failed = given
        head = self._heads.get((fact, trust, source))
        if head is None:
            head = f'{{"fact":{_quoted(fact)},"trust":"{trust.word}","from":{_quoted(source)}'
            if len(self._heads) < _MOST:
                self._heads[fact, trust, source] = head
        if failed is not None:
            return f'{head},"failed":{_quoted(failed.why)}}}'
        if self._all or fact in self._values:
            return f'{head},"value":{compact(plain(value))}}}'
        return f'{head},"hash":"{self._hashed(value)}"}}'


def _texts(several: Iterable[str]) -> str:
    return f"[{','.join(map(_quoted, several))}]"


def _duty(duty: Duty) -> str:
    return f'{{"clause":{_quoted(duty.clause)},"state":{_quoted(duty.state)}}}'


def _presumed(decision: Decision) -> str:
    """What was presumed and decides, and what comes without it."""
    names = [each.fact or each.clause for each in decision.presumed if each.decides]
    bare = decision.verdict if decision.without is None else decision.without.verdict
    return f',"presumed":{compact(names)},"without":"{bare.value}"'
