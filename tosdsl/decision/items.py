"""Questions about the items of a list that was given, where they do not say all that is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.walk import fields


def of_items(items: object, kind: v.Type, linked: n.Linked) -> Iterator[str]:
    """What each record is still to say; nothing of anything but a list of records."""
    if not (
        isinstance(kind, v.ListOf) and isinstance(kind.item, v.Record) and isinstance(items, tuple)
    ):
        return
    asked = _asked(linked)
    for number, item in enumerate(items, 1):
        yield from _lacking(number, item, kind.item, asked)


def _lacking(number: int, item: Mapping[str, Any], kind: v.Record, asked: set[str]) -> Iterator[str]:
    for part in kind.fields:
        if part.name not in item and part.name in asked:
            question = part.question or f"what is {part.name}?"
            yield f"Of item {number}, {part.name}: {question}"


def _asked(linked: n.Linked) -> set[str]:
    """The fields of items that clauses and exceptions read."""
    found: set[str] = set()
    for document in linked.documents:
        bodies = {each.name: each.body for each in document.policy.definitions}
        nodes: list[n.Norm | n.ExceptionNode] = [*document.policy.root.all_norms()]
        while nodes:
            node = nodes.pop()
            nodes += node.exceptions
            owed = node.owed if isinstance(node, n.Norm) else ()
            for expr in (node.when, *node.provisos, *owed):
                found |= set() if expr is None else set(fields(expr, bodies))
    return found
