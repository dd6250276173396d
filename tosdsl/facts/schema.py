"""The JSON Schema (draft 2020-12) of a use: what ``check --facts`` reads, as editors can use it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, assert_never

from tosdsl.base import limits
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import STANDARDS
from tosdsl.trees.quantities import COUNTED_IN, UNITS

_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_HOUR = "[0-9]{2}:[0-9]{2}"
_ZONE = "[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*"
_TIME = rf"T{_HOUR}(:[0-9]{{2}}(\.[0-9]{{1,6}})?)?((Z|[+-]{_HOUR})( +{_ZONE})?| +{_ZONE})"
_DIGITS = r"[0-9][0-9_]*(\.[0-9]+)?( +(thousand|million|billion))?"


def schema_of(vocabulary: v.Vocabulary, asked: Sequence[str]) -> dict[str, Any]:
    """The schema. Facts nest or have dotted keys; each may be null, which means unknown."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"A use, as {' and '.join(asked)} ask{'' if len(asked) > 1 else 's'} about it",
        "type": "object",
        "anyOf": [{"required": [key]} for key in ("facts", "assertions", "readings", "assume")],
        "additionalProperties": False,
        "properties": {
            "use": {"type": ["string", "null"], "description": "A title."},
            "as_of": {**_date_or_moment(), "description": "The day of the use, or its moment."},
            "known_at": {
                **_date_or_moment(),
                "description": "The day, or the moment, up to which the asker could read.",
            },
            "facts": {
                "type": ["object", "null"],
                "description": "What is known. Leave out what is not.",
                "additionalProperties": False,
                "properties": _fields(vocabulary.facts, dotted=True),
            },
            "assume": {
                "type": ["object", "null"],
                "description": "What is presumed where the facts say nothing.",
                "additionalProperties": False,
                "properties": _fields(vocabulary.facts, dotted=True),
            },
            **_reading(vocabulary),
            "assertions": {
                "type": ["array", "null"],
                "description": "Who asserts what, where a fact is not simply given.",
                "maxItems": limits.MAX_LIST,
                "items": {"oneOf": [*map(_assertion, _assertable(vocabulary.facts))]},
            },
            "standard": {
                "enum": [*STANDARDS, None],
                "description": "What counts: confirmed values alone, or allegations where nothing is.",
            },
            "readings": {
                "type": ["object", "null"],
                "description": "Named ways to judge; each is tried.",
                "maxProperties": limits.MAX_READINGS,
                "additionalProperties": {
                    "type": ["object", "null"],
                    "additionalProperties": False,
                    "properties": {**_judged(vocabulary.facts), **_interpretations(vocabulary)},
                },
            },
        },
    }


def _reading(vocabulary: v.Vocabulary) -> dict[str, Any]:
    """The key that says how texts are read, where that can be said."""
    if not vocabulary.interpretations:
        return {}
    return {
        "reading": {
            "type": ["object", "null"],
            "description": "How texts are read. Leave out what is to be tried each way.",
            "additionalProperties": False,
            "properties": _interpretations(vocabulary),
        }
    }


def _interpretations(vocabulary: v.Vocabulary) -> dict[str, Any]:
    """The interpretations by full id, and by name where that is enough."""
    several = vocabulary.interpretations
    names = Counter(each.name for each in several)
    facts = {fact.name for fact in vocabulary.facts}
    made: dict[str, Any] = {}
    for each in several:
        schema = {"enum": [*each.readings, None], "description": each.leaf().question}
        made[each.path] = schema
        if names[each.name] == 1 and each.name not in facts:
            made[each.name] = schema
    return made


def _assertable(fields: tuple[v.Field, ...]) -> list[tuple[str, v.Type]]:
    """Everything that can be asserted: leaves and whole records, by path."""
    found: list[tuple[str, v.Type]] = []
    for field in fields:
        found.append((field.name, field.type))
        if isinstance(field.type, v.Record):
            inner = _assertable(field.type.fields)
            found += [(f"{field.name}.{name}", kind) for name, kind in inner]
    return found


def _assertion(about: tuple[str, v.Type]) -> dict[str, Any]:
    fact, kind = about
    return {
        "type": "object",
        "required": ["fact", "value", "status", "source"],
        "additionalProperties": False,
        "properties": {
            "fact": {"const": fact},
            "value": _type(kind),
            "status": {"enum": [*STANDARDS]},
            "source": {"type": "string", "description": "Where it was said."},
            "said_on": {**_date(), "description": "The day on which it was said."},
            "said_by": {"type": ["string", "null"], "description": "Who said it."},
        },
    }


def _judged(fields: tuple[v.Field, ...], inherited: bool = False) -> dict[str, Any]:
    """The judged facts as a reading may write them: nested, or with dots."""
    made: dict[str, Any] = {}
    for field in fields:
        judged = inherited or field.judged
        if isinstance(field.type, v.Record):
            inner = _judged(field.type.fields, judged)
            if inner:
                made[field.name] = {
                    "type": ["object", "null"],
                    "additionalProperties": False,
                    "properties": inner,
                }
                made |= {f"{field.name}.{name}": schema for name, schema in inner.items()}
        elif judged:
            made[field.name] = _described(_nullable(field.type), field)
    return made


def _date_or_moment() -> dict[str, Any]:
    return {"anyOf": [_date(), _pattern(f"^{_DAY}{_TIME}$")]}


def _date() -> dict[str, Any]:
    return {"type": ["string", "null"], "format": "date", "pattern": f"^{_DAY}$"}


def _fields(fields: tuple[v.Field, ...], *, dotted: bool) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for field in fields:
        made[field.name] = _described(_nullable(field.type), field)
        if dotted and isinstance(field.type, v.Record):
            inner = _fields(field.type.fields, dotted=True)
            made |= {f"{field.name}.{name}": schema for name, schema in inner.items()}
    return made


def _described(schema: dict[str, Any], field: v.Field) -> dict[str, Any]:
    notes = [note for note in (field.question, "A judgement." if field.judged else None) if note]
    return {**schema, "description": " ".join(notes)} if notes else schema


def _nullable(kind: v.Type) -> dict[str, Any]:
    schema = _type(kind)
    if "anyOf" in schema:
        return {"anyOf": [*schema["anyOf"], {"type": "null"}]}
    if "enum" in schema:
        return {**schema, "enum": [*schema["enum"], None]}
    return {**schema, "type": [schema["type"], "null"]}


def _pattern(pattern: str) -> dict[str, Any]:
    return {"type": "string", "pattern": pattern}


def _type(kind: v.Type) -> dict[str, Any]:
    match kind:
        case v.Boolean():
            return {"type": "boolean"}
        case v.Integer():
            return {"type": "integer"}
        case v.Number():
            return {"type": "number"}
        case v.Money(currency=currency):
            return _pattern(rf"^(?!-?[1-9][0-9]{{0,2}}\.000 )-?{_DIGITS} +{currency}$")
        case v.Duration(kind=unit):
            units = "|".join(each for each, counted in UNITS.items() if counted[0] == COUNTED_IN[unit])
            return _pattern(rf"^-?[0-9][0-9_]* +({units.replace(' ', ' +')})s?$")
        case v.Instant():
            return _pattern(f"^{_DAY}{_TIME}$")
        case v.OptionalOf(item=item):
            return {"anyOf": [_type(item), {"enum": ["none"]}]}
        case v.Text():
            return {"type": "string"}
        case v.Party():
            return {"type": "string", "minLength": 1}
        case v.Date():
            return {**_date(), "type": "string"}
        case v.Enum(members=members):
            return {"enum": list(members)}
        case v.ListOf(item=item):
            return {"type": "array", "items": _type(item), "maxItems": limits.MAX_LIST}
        case v.Record(fields=fields):
            return {
                "type": "object",
                "additionalProperties": False,
                "properties": _fields(fields, dotted=True),
            }
    assert_never(kind)
