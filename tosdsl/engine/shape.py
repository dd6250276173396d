"""Whether a fact may yet decide a question, seen from the shape of its conditions alone.

Each open condition is given the pairs of truths to which it may come: without the fact and with it,
once some of the other unknown facts are learnt. A fact that two conditions read may differ between
them here: what is not found cannot happen, and what is found may not happen either.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, reduce
from itertools import product
from typing import Any

from tosdsl.engine.parallel import Choice, Residual
from tosdsl.runtime.tables import joined, row_left

Truth = bool | None
Pairs = frozenset[tuple[Any, Any]]

_KEPT = 4_096
"""Of each combination, so many are kept: there are few, and the same ones come again."""

_ONE = frozenset((1, 2, 4))
"""Sets of one verdict."""


def may_decide(residual: Residual, name: str, choice: Choice, known: Mapping[str, Choice]) -> bool:
    """Whether more may be learnt so that the verdict is open, and settled by this value of a fact.

    ``known`` are the names of which it has been chosen what is learnt of them.
    """
    program, found = residual.program, dict[int, Pairs]()

    def of(at: int) -> Pairs:
        return found[at] if at in found else frozenset({(residual.values[at],) * 2})

    for at in residual.nodes:
        if at in residual.outcomes:
            found[at] = _atom(*residual.outcomes[at], name, choice, known)
            continue
        match program.body.nodes[at]:
            case ("and", items):
                found[at] = reduce(_and, map(of, items))
            case ("or", items):
                found[at] = reduce(_or, map(of, items))
            case ("not", item):
                found[at] = _not(of(item))
            case ("table", scope, forbids, permits, default, tables):
                own = _own(of(forbids), of(permits), default)
                found[at] = _scoped(of(scope), reduce(_joined, map(of, tables), own))
            case ("join", tables):
                found[at] = reduce(_joined, map(of, tables))
            case _:
                found[at] = frozenset({(None, None)})
    return any(without not in _ONE and with_ in _ONE for without, with_ in of(program.possible))


def _atom(
    names: tuple[str, ...],
    outcomes: Mapping[tuple[Choice, ...], Any],
    name: str,
    choice: Choice,
    known: Mapping[str, Choice],
) -> Pairs:
    made = set()
    for choices, came in outcomes.items():
        pairs = dict(zip(names, choices, strict=True))
        if all(pairs[each] == known[each] for each in names if each in known):
            if name not in pairs:
                made.add((came, came))
            elif pairs[name] is None:
                with_ = tuple(choice if each == name else pairs[each] for each in names)
                made.add((came, outcomes[with_]))
    return frozenset(made)


@lru_cache(_KEPT)
def _and(some: Pairs, more: Pairs) -> Pairs:
    return frozenset((_both(a, c), _both(b, d)) for (a, b), (c, d) in product(some, more))


def _both(one: Truth, other: Truth) -> Truth:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


@lru_cache(_KEPT)
def _or(some: Pairs, more: Pairs) -> Pairs:
    return _not(_and(_not(some), _not(more)))


@lru_cache(_KEPT)
def _not(several: Pairs) -> Pairs:
    return frozenset((_opposite(one), _opposite(other)) for one, other in several)


def _opposite(one: Truth) -> Truth:
    return None if one is None else not one


@lru_cache(_KEPT)
def _own(forbids: Pairs, permits: Pairs, default: str | None) -> Pairs:
    """What may remain of a section that applies, by its own norms."""
    return frozenset(
        (row_left(default, True, a, c, ()), row_left(default, True, b, d, ()))
        for (a, b), (c, d) in product(forbids, permits)
    )


@lru_cache(_KEPT)
def _scoped(scope: Pairs, inside: Pairs) -> Pairs:
    """The same of a section with this scope."""
    return frozenset((_in(a, one), _in(b, other)) for (a, b), (one, other) in product(scope, inside))


def _in(scope: Truth, inside: int) -> int:
    if scope is True:
        return inside
    return 4 if scope is False else inside | 4


@lru_cache(_KEPT)
def _joined(some: Pairs, more: Pairs) -> Pairs:
    """The same of both together."""
    return frozenset((joined((a, c)), joined((b, d))) for (a, b), (c, d) in product(some, more))
