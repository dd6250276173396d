"""How many places a list needs, for all that is asked of its items to come out any way it can."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from tosdsl.trees import expressions as ex
from tosdsl.trees import vocabulary as v

MOST_PLACES = 4
"""Items that a list may need for all that is asked of it, where a proof is to hold for any list."""


def places_needed(exprs: Iterable[ex.Expr], tests: Mapping[str, int]) -> dict[str, int]:
    """For each list that has such a number: with how many items any list comes out.

    A condition on some item, or on every one, hangs on one item for each way in which it comes out,
    and with fewer items nothing else changes. That is so unless conditions on items stand within
    others. ``tests``: how many tests of single leaves each list has.
    """
    asked: dict[str, set[ex.Expr]] = {path: set() for path in tests}
    nested: set[str] = set()
    for expr, inside in _walked(exprs):
        for path in _lists_of(expr):
            asked.setdefault(path, set()).add(expr)
            if inside:
                nested.add(path)
    needed = {path: len(found) + tests.get(path, 0) for path, found in asked.items()}
    return {
        path: count for path, count in needed.items() if path not in nested and count <= MOST_PLACES
    }


def _walked(exprs: Iterable[ex.Expr]) -> Iterator[tuple[ex.Expr, bool]]:
    stack = [(each, False) for each in exprs]
    while stack:
        expr, inside = stack.pop()
        yield expr, inside
        inner = inside or isinstance(expr, ex.Quantified | ex.Aggregate)
        stack += [(each, inner) for each in ex.children(expr)]


def _lists_of(expr: ex.Expr) -> Iterator[str]:
    """The lists that an expression itself speaks of."""
    if isinstance(expr, ex.Quantified | ex.Compare):
        sides = (expr.over,) if isinstance(expr, ex.Quantified) else (expr.left, expr.right)
        for each in sides:
            if isinstance(each, ex.FactRef) and isinstance(each.type, v.ListOf):
                yield each.path
