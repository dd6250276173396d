"""What an expression reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import assert_never

from tosdsl.trees import norms as n


def paths(expr: n.Expr, definitions: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """Every fact that an expression reads; ``definitions`` tells those that definitions read."""
    match expr:
        case n.FactRef(path=path):
            yield path
        case n.DefinitionRef(name=name):
            yield from definitions[name]
        case n.Compare(left=left, right=right):
            yield from paths(left, definitions)
            yield from paths(right, definitions)
        case n.SetOf(items=items) | n.And(items=items) | n.Or(items=items):
            for item in items:
                yield from paths(item, definitions)
        case n.Not(item=item):
            yield from paths(item, definitions)
        case n.Literal():
            return
        case _:
            assert_never(expr)
