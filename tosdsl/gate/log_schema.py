"""The JSON Schema (2020-12) of a line of the decision log; ``docs/gate/log.schema.json`` is a copy."""

from __future__ import annotations

from typing import Any

from tosdsl.gate.log import SCHEMA
from tosdsl.gate.model import KINDS, Trust

_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}
_VERDICT = {"enum": ["permitted", "forbidden", "undetermined", "not_applicable"]}
_MAYBE = {"type": ["string", "null"]}


def log_schema() -> dict[str, Any]:
    """The schema. A reader must take keys that it does not know."""
    outcome = {"enum": list(KINDS)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "One decision of a gate",
        "type": "object",
        "required": ["schema", "id", "at", "door", "outcome", "status", "digest", "engine", "ms"],
        "properties": {
            "schema": {"const": SCHEMA},
            "id": {"type": "string", "description": "A UUID, which the answer had as well."},
            "at": {"type": "string", "format": "date-time"},
            "door": _TEXT,
            "method": _TEXT,
            "path": {
                **_TEXT,
                "description": "As it came, without the query; the first 500 characters.",
            },
            "outcome": outcome,
            "status": {"type": "integer"},
            "digest": {"type": "string", "description": "Of the policies, a plus, of the mapping."},
            "engine": {"type": "string", "description": "The version of the program."},
            "ms": {"type": "number", "minimum": 0},
            "subject": {**_MAYBE, "description": "A salted hash of who asked."},
            "as_of": {**_MAYBE, "description": "The day of the use, or its moment."},
            "facts": {"type": "array", "items": _fact()},
            "verdict": _VERDICT,
            "clauses": _TEXTS,
            "needs": _TEXTS,
            "presumed": {
                **_TEXTS,
                "description": "Facts presumed, and clauses not shown, that decide.",
            },
            "presuming": {"const": True, "description": "The gate opens on what is presumed."},
            "reading": {
                "type": "object",
                "additionalProperties": _TEXT,
                "description": "How texts are read, by interpretation.",
            },
            "without": {**_VERDICT, "description": "The verdict with nothing presumed."},
            "duties": {
                "type": "array",
                "items": {"type": "object", "required": ["clause", "state"]},
            },
            "warnings": _TEXTS,
            "policies": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["id", "version", "digest"],
                    "properties": {"id": _TEXT, "version": _MAYBE, "digest": _TEXT},
                },
            },
            "why": {"type": "string", "description": "Why there is no verdict."},
            "shadow": {
                "type": "object",
                "required": ["outcome", "digest", "clauses"],
                "properties": {"outcome": outcome, "digest": _TEXT, "clauses": _TEXTS},
            },
            "canary": {"const": True, "description": "The shadow has answered."},
            "active": {"type": "object", "properties": {"outcome": outcome, "digest": _TEXT}},
        },
    }


def _fact() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["fact", "trust", "from"],
        "properties": {
            "fact": _TEXT,
            "trust": {"enum": [each.word for each in Trust]},
            "from": _TEXT,
            "value": {},
            "hash": {"type": "string", "description": "A salted hash of the value."},
            "failed": {"type": "string", "description": "Why the fact is unknown."},
        },
        "oneOf": [{"required": [key]} for key in ("value", "hash", "failed")],
    }
