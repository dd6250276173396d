"""A source of the plan as a function: a request in, a value out.

What comes back is the value, None where the request has none, or ``Failed`` where there may be one and
it cannot be told which. A value of a wrong kind stays as it is: the vocabulary refuses it later.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from tosdsl.gate.asked import Asked
from tosdsl.gate.model import UNKNOWN, Failed, Trust
from tosdsl.gate.plan import TEXTUAL, Source
from tosdsl.trees import vocabulary as v

Look = Callable[[Asked], Any]
Store = Callable[[Asked, str], Any]
"""Looks a name up in a register or a counter: the request, the name."""

_INTEGER = re.compile(r"-?[0-9]{1,100}")
_NUMBER = re.compile(r"-?[0-9]{1,100}(?:\.[0-9]{1,100})?")


def look_of(source: Source, kind: v.Type, stores: Mapping[str, Store]) -> Look:
    """The function of a source whose fact has this type."""
    steps = [_getter(source, stores)]
    if source.strip:
        steps.append(_stripped(source.strip))
    if source.split:
        steps.append(_split(source.split))
    if source.table is not None:
        steps.append(_translated(source.table))
    elif source.of in TEXTUAL:
        steps.append(_typed(kind))
    if source.list:
        steps.append(lambda value: value if isinstance(value, list | tuple) else [value])
    return _chained(steps[0], steps[1:])


def _chained(get: Look, steps: list[Callable[[Any], Any]]) -> Look:
    if not steps:
        return get

    def look(asked: Asked) -> Any:
        value = get(asked)
        for step in steps:
            if value is None or type(value) is Failed:
                return value
            value = step(value)
        return value

    return look


def _getter(source: Source, stores: Mapping[str, Store]) -> Look:
    name = source.name
    match source.of:
        case "header" if source.split and source.trust <= Trust.DECLARED:
            return lambda asked: asked.header(name)
        case "header":
            return lambda asked: asked.one_header(name)
        case "query":
            return lambda asked: asked.query.get(name)
        case "path" if not name:
            return lambda asked: asked.path
        case "path":
            return _step(int(name))
        case "method":
            return lambda asked: _method(asked.request.method)
        case "body":
            steps = tuple(name.split("."))
            return _key(name) if len(steps) == 1 else lambda asked: asked.in_body(steps)
        case "client":
            return lambda asked: getattr(asked.request, name) or None
        case "const":
            const = UNKNOWN if source.const is None else source.const
            return lambda _: const
        case _:
            store = stores[source.register if source.of == "register" else source.of]
            return lambda asked: store(asked, name)


def _key(name: str) -> Look:
    """What stands under a key of the body itself: what ``in_body`` finds, in fewer steps."""
    steps, missing = (name,), object()

    def look(asked: Asked) -> Any:
        body = asked.body
        if type(body) is not dict:
            return asked.in_body(steps)
        value = body.get(name, missing)
        return None if value is missing else UNKNOWN if value is None else value

    return look


def _step(number: int) -> Look:
    def look(asked: Asked) -> Any:
        steps = asked.steps
        if isinstance(steps, Failed):
            return steps
        return steps[number - 1] or None if 0 < number <= len(steps) else None

    return look


def _method(method: str) -> Any:
    """Methods are told apart by case, and a server may think otherwise."""
    return (
        method if method.isascii() and method.isalpha() and method.isupper() else Failed("odd method")
    )


def _stripped(prefix: str) -> Callable[[Any], Any]:
    """Letter case does not count: a scheme such as ``Bearer`` has none (RFC 9110, section 11.1)."""
    wanted = prefix.lower()

    def strip(value: Any) -> Any:
        if type(value) is str and value[: len(prefix)].lower() == wanted:
            return value[len(prefix) :].strip(" \t") or None
        return Failed(f"it does not begin with {prefix.strip()}")

    return strip


def _split(mark: str) -> Callable[[Any], Any]:
    def split(value: Any) -> Any:
        if type(value) is not str:
            return value
        parts = [each.strip(" \t") for each in value.split(mark)]
        return parts if all(parts) else Failed("an item is empty")

    return split


def _translated(table: Mapping[str, Any]) -> Callable[[Any], Any]:
    """By a table. Of a list each item stands for none, one or several, and the result is one list."""
    known = {key: UNKNOWN if value is None else value for key, value in table.items()}
    exact = {key: value for key, value in known.items() if not key.endswith("*")}
    begins = sorted((key[:-1] for key in table if key.endswith("*")), key=len, reverse=True)
    unlisted = Failed("the table has no entry for it")

    def one(value: Any) -> Any:
        if type(value) is not str:
            return unlisted
        found = exact.get(value, unlisted)
        if found is unlisted:
            start = next((each for each in begins if value.startswith(each)), None)
            return unlisted if start is None else known[start + "*"]
        return found

    def translate(value: Any) -> Any:
        if type(value) not in (list, tuple):
            made = one(value)
            return list(made) if type(made) is tuple else made
        several = [one(each) for each in value]
        failed = next((each for each in several if type(each) is Failed), None)
        if failed is not None:
            return failed
        return [item for each in several for item in (each if type(each) is tuple else (each,))]

    return translate


_TRUTHS = {"yes": True, "true": True, "no": False, "false": False}
"""Texts that are truths, in letters of either case, as in a table that is audited."""


def _typed(kind: v.Type) -> Callable[[Any], Any]:
    """Text as the value that it spells for a type; what spells none stays, and is refused later."""
    bare = v.bare(kind)
    bare = bare.item if isinstance(bare, v.ListOf) else bare

    def one(text: Any) -> Any:
        match bare:
            case v.Boolean():
                return _TRUTHS.get(text.lower(), text)
            case v.Integer() if _INTEGER.fullmatch(text):
                return int(text)
            case v.Number() if _NUMBER.fullmatch(text):
                return Decimal(text)
            case _:
                return text

    return lambda value: [one(each) for each in value] if type(value) is list else one(value)
