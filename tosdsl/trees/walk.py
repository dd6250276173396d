"""What an expression reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tosdsl.trees import norms as n


def paths(expr: n.Expr, definitions: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """Every fact that an expression reads; ``definitions`` tells those that definitions read."""
    if isinstance(expr, n.FactRef):
        yield expr.path
    elif isinstance(expr, n.DefinitionRef | n.Call):
        yield from definitions[expr.name]
    for child in n.children(expr):
        yield from paths(child, definitions)
