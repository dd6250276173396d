"""Counts, sums, highest totals, and the least and the greatest of lists.

All or nothing: if it is not known whether an item counts, or how much, the result is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tosdsl.trees import expressions as ex
from tosdsl.trees.vocabulary import scale
from tosdsl.values.arithmetic import extreme
from tosdsl.values.totals import highest, total

Of = Callable[[ex.Expr, Any], Any]
"""The value of an expression for one item of the list."""


def aggregate(expr: ex.Aggregate, rows: Iterable[Any], of: Of) -> Any:
    """What the items for which ``where`` holds amount to; None if that is not known."""
    chosen = []
    for row in rows:
        holds = True if expr.where is None else of(expr.where, row)
        if holds is None:
            return None
        if holds:
            chosen.append(row)
    amounts = [1 if expr.value is None else of(expr.value, row) for row in chosen]
    if any(amount is None for amount in amounts):
        return None
    if expr.kind in ex.EXTREMES:
        return extreme(ex.EXTREMES[expr.kind], amounts, scale(expr.type))
    if expr.window is None or expr.by is None:
        return total(amounts, expr.type)
    dates = [of(expr.by, row) for row in chosen]
    groups = [() if expr.per is None else of(expr.per, row) for row in chosen]
    if any(each is None for each in (*dates, *groups)):
        return None
    return highest(amounts, dates, groups, expr.window, expr.type)
