"""The ways in which a program may say a use: the plain one, and those that a fast path likes less."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from benchmarks.story import nested

Pool = Mapping[str, Any]
"""What ``benchmarks.unasked`` says of a version of a policy."""

Said = tuple[dict[str, Any], dict[str, Any]]
"""Facts, and what a question says besides them."""

_UNREAD = 3


def plain(facts: Mapping[str, Any], pool: Pool, number: int) -> Said | None:
    return nested(facts), {}


def with_unread(facts: Mapping[str, Any], pool: Pool, number: int) -> Said | None:
    """With facts that nothing in the policy reads; None if it reads all."""
    more = dict(list(pool["unread"].items())[:_UNREAD])
    return (nested({**facts, **more}), {}) if more else None


def nearly_spelt(facts: Mapping[str, Any], pool: Pool, number: int) -> Said | None:
    """With a party's name that lacks a letter, which may be another party's."""
    for path in pool["parties"]:
        value: Any = facts.get(path)
        first = value[0] if isinstance(value, list) and value else value
        if first in pool["known"]:
            near = first[:-1]
            changed = [near, *value[1:]] if isinstance(value, list) else near
            return nested({**facts, path: changed}), {}
    return None


def dotted(facts: Mapping[str, Any], pool: Pool, number: int) -> Said | None:
    """With dotted keys in place of nested mappings."""
    return (dict(facts), {}) if any("." in path for path in facts) else None


def by_standard(facts: Mapping[str, Any], pool: Pool, number: int) -> Said | None:
    return nested(facts), {"standard": "alleged"}


def on_a_day(facts: Mapping[str, Any], pool: Pool, number: int) -> Said | None:
    """On a day on which the policy is in force, the same for all uses."""
    return nested(facts), {"as_of": pool["day"]}


def on_a_new_day(facts: Mapping[str, Any], pool: Pool, number: int) -> Said | None:
    """On a day that no other use has."""
    day = date.fromisoformat(pool["day"]) + timedelta(number + 1)
    return nested(facts), {"as_of": day.isoformat()}


def with_assertion(facts: Mapping[str, Any], pool: Pool, number: int) -> Said | None:
    """With one of the facts as somebody's assertion."""
    for path in sorted(facts):
        value = facts[path]
        if value != "none" and not isinstance(value, list | dict):
            said = {"fact": path, "value": value, "status": "confirmed", "source": "a letter"}
            others = {other: facts[other] for other in facts if other != path}
            return nested(others), {"assertions": [said]}
    return None


Form = Callable[[Mapping[str, Any], Pool, int], Said | None]

FORMS: Mapping[str, Form] = {
    "plain": plain,
    "facts that nothing reads": with_unread,
    "a party's name nearly spelt": nearly_spelt,
    "dotted keys": dotted,
    "a standard": by_standard,
    "a day, the same for all": on_a_day,
    "a day of its own": on_a_new_day,
    "one assertion": with_assertion,
}


def encoded(said: Said) -> bytes:
    """The document that a gateway gets."""
    facts, more = said
    return json.dumps({"facts": facts, **more}).encode()


def wrong(facts: Mapping[str, Any]) -> bytes:
    """A document with one name misspelt, in UTF-8."""
    first = min(facts, default="fact")
    spelt = {f"{path}s" if path == first else path: value for path, value in facts.items()}
    return encoded((nested(spelt or {"fact": True}), {}))
