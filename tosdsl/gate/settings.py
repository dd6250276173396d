"""The keys of ``gate.yaml``, and what holds where one is not written."""

from __future__ import annotations

from tosdsl.base import limits

KEYS = (
    "policies",
    "subject",
    "registers",
    "counters",
    "facts",
    "unknown",
    "as_of",
    "assume",
    "presuming",
    "reading",
    "on",
    "log",
    "limits",
    "retry_after",
    "explain",
)
SOURCE_KEYS = ("from", "const", "strip", "split", "table", "list", "trust")
REGISTER_KEYS = ("file", "sqlite", "postgresql", "table", "column", "age", "max_age", "refresh")

STATUSES = {
    "stranger": 401,
    "forbidden": 403,
    "undetermined": 403,
    "not_applicable": 403,
    "facts_wrong": 400,
    "failure": 503,
}
"""INVARIANT: a status of 500 or more only where the check itself failed, and there none below."""

LIMITS: dict[str, float] = {
    "body": limits.MAX_REQUEST_BYTES,
    "headers": limits.MAX_REQUEST_HEADERS,
    "header": limits.MAX_REQUEST_HEADER,
    "nesting": limits.MAX_FACTS_NESTING,
    "batch": limits.MAX_REQUEST_BATCH,
    "connections": limits.MAX_CONNECTIONS,
    "deadline": limits.MAX_REQUEST_SECONDS,
}
"""Limits of one gate; bytes, counts, and for the deadline seconds."""

MOST = {
    "body": limits.MAX_FACTS_BYTES,
    "headers": 10_000,
    "header": 1024 * 1024,
    "nesting": limits.MAX_FACTS_NESTING,
    "batch": 10_000,
    "connections": 1_000_000,
}
"""How far each of them may be raised."""
