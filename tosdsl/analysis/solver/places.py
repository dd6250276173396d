"""How many places a list needs, for all that is asked of its items to come out any way it can."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set

from tosdsl.trees import expressions as ex
from tosdsl.trees import vocabulary as v
from tosdsl.trees.walk import parts

MOST_PLACES = 4
"""Items that a list may need for all that is asked of it, where a proof is to hold for any list."""


_PLACES = 3
"""Items of the lists with which a use is looked for, if nothing is said of how many there are."""
_MOST_COUNTED = 6


def places_wanted(exprs: Iterable[ex.Expr]) -> int:
    """With how many items of each list a use is looked for: one more than those that are counted."""
    several = [each for expr in exprs for each in parts(expr)]
    if not any(isinstance(each, ex.Aggregate) and each.kind == "count" for each in several):
        return _PLACES
    sides = (
        side for each in several if isinstance(each, ex.Compare) for side in (each.left, each.right)
    )
    said = (side.value for side in sides if isinstance(side, ex.Literal) and type(side.value) is int)
    return max([_PLACES, *(each + 1 for each in said if each <= _MOST_COUNTED)])


def places_needed(
    exprs: Iterable[ex.Expr], tests: Mapping[str, int], unseen: Set[str] = frozenset()
) -> dict[str, int]:
    """For each list that has such a number: with how many items any list comes out.

    A condition on some item, or on every one, hangs on one item for each way in which it comes out,
    and with fewer items nothing else changes. That is so unless conditions on items stand within
    others. ``tests``: how many tests of single leaves each list has.
    """
    asked: dict[str, set[ex.Expr]] = {path: set() for path in tests}
    nested: set[str] = set(unseen)
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
