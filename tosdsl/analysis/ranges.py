"""The values around one that come out like it in every test: what a witness says besides its value."""

from __future__ import annotations

from collections.abc import Set
from itertools import takewhile
from typing import Any

from attrs import frozen

from tosdsl.analysis.axes import ORDERS, Axes
from tosdsl.analysis.values import candidates, pool_of
from tosdsl.trees import vocabulary as v
from tosdsl.trees.quantities import ABSENT
from tosdsl.values.comparison import rank

_STEPPED = (v.Integer, v.Duration, v.Date)
"""Types whose values have neighbours, so that every end belongs to its range."""


@frozen
class Range:
    """From ``low`` to ``high``; None where there is no end. ``with_low``, ``with_high``: the end itself
    belongs to it."""

    low: Any
    high: Any
    with_low: bool = True
    with_high: bool = True

    def nearest(self, value: Any) -> Any:
        """The value of the range that is nearest; None if there is no nearest, as to ``none``."""
        if value is ABSENT:
            return None
        at = rank(value, ())
        low = None if self.low is None else rank(self.low, ())
        high = None if self.high is None else rank(self.high, ())
        if low is not None and (at < low or (at == low and not self.with_low)):
            return self.low if self.with_low else None
        if high is not None and (at > high or (at == high and not self.with_high)):
            return self.high if self.with_high else None
        return value


def range_of(axes: Axes, path: str, value: Any, opaque: Set[str]) -> Range | None:
    """The range of a known value. None: it is alone, or no order is asked for, or the fact is one of
    ``opaque``, which conditions read that are no test of one fact."""
    axis, leaf = axes.of.get(("leaf", path)), axes.leaves[path]
    kind = v.bare(leaf.type)
    if axis is None or value is ABSENT or path in opaque:
        return None
    nodes = [axes.space[number] for number in axis.masks]
    if isinstance(kind, v.Enum) or not any(node[1] in ORDERS for node in nodes):
        return None
    constants = sorted(
        {rank(each, ()) for each in pool_of(node[4] for node in nodes) if each is not ABSENT}
    )
    several = candidates(kind, [node[4] for node in nodes], ((), ()), ())
    tried = sorted({rank(each, ()): each for each in several}.items())
    own, at = axes.cell(axis.key, value), rank(value, ())
    before = [each for each in reversed(tried) if each[0] <= at]
    after = [each for each in tried if each[0] >= at]

    def alike(each: tuple[Any, Any]) -> bool:
        return axes.cell(axis.key, each[1]) == own

    run = [*reversed([*takewhile(alike, before)]), *takewhile(alike, after)]
    if not run:
        return None
    first, last = run[0], run[-1]
    stepped = isinstance(kind, _STEPPED)
    low, high = (None if end == each else each for end, each in ((tried[0], first), (tried[-1], last)))
    values = {rank(each, ()): each for each in pool_of(node[4] for node in nodes) if each is not ABSENT}
    with_low = with_high = True
    if low is not None and not stepped and low[0] not in constants:
        bound = max(each for each in constants if each < low[0])
        low, with_low = (bound, values[bound]), False
    if high is not None and not stepped and high[0] not in constants:
        bound = min(each for each in constants if each > high[0])
        high, with_high = (bound, values[bound]), False
    if (low is None and high is None) or (low == high):
        return None
    return Range(low and low[1], high and high[1], with_low, with_high)
