"""Which items of a long disjunction may be anything but false, told by the cells that are left.

In policies of many clauses nearly all are out of question as soon as a fact or two are known. What an
index leaves out is false for certain; what it names may be false as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import define, field

if TYPE_CHECKING:
    from tosdsl.analysis.axes import Axes, AxisKey

MANY = 24
"""Disjunctions of fewer items are gone through as they are."""

_FEW_CELLS = 8
"""A test that more cells of its axis leave open tells too little."""

_MOST_CELLS = 64
"""Nor does a domain of more cells."""


@define
class Index:
    """Sets of items are integers, a bit an item."""

    items: tuple[int, ...]
    _by_axis: dict[AxisKey, tuple[int, dict[int, int]]]
    """For each axis, the items that do not hang on it, and for each of its cells those that it leaves
    open."""
    _found: dict[tuple[AxisKey, int], int] = field(factory=dict)

    @classmethod
    def of(cls, axes: Axes, items: Iterable[int]) -> Index:
        items = tuple(items)
        everything = (1 << len(items)) - 1
        bound: dict[AxisKey, int] = {}
        cells: dict[AxisKey, dict[int, int]] = {}
        for at, item in enumerate(items):
            open_: dict[AxisKey, int] = {}
            for key, mask in _asked(axes, item):
                open_[key] = open_.get(key, mask) & mask
            for key, mask in open_.items():
                bound[key] = bound.get(key, 0) | 1 << at
                by_cell = cells.setdefault(key, {})
                for cell in _bits(mask):
                    by_cell[cell] = by_cell.get(cell, 0) | 1 << at
        return cls(items, {key: (everything & ~those, cells[key]) for key, those in bound.items()})

    def open(self, domains: Mapping[AxisKey, int]) -> Sequence[int]:
        """The items that may be anything but false where each axis is in one of its domain's cells."""
        return self.items if (left := self._left(domains)) is None else _chosen(self.items, left)

    def places(self, domains: Mapping[AxisKey, int]) -> Iterable[int]:
        """Where these items are."""
        left = self._left(domains)
        return range(len(self.items)) if left is None else _bits(left)

    def _left(self, domains: Mapping[AxisKey, int]) -> int | None:
        left = everything = (1 << len(self.items)) - 1
        for key in self._by_axis:
            domain = domains.get(key)
            if domain is not None and domain.bit_count() <= _MOST_CELLS:
                left &= self._open(key, domain)
        return None if left == everything else left

    def _open(self, key: AxisKey, domain: int) -> int:
        found = self._found.get((key, domain))
        if found is None:
            found, cells = self._by_axis[key]
            for cell in _bits(domain):
                found |= cells.get(cell, 0)
            self._found[key, domain] = found
        return found


def _asked(axes: Axes, part: int) -> Iterator[tuple[AxisKey, int]]:
    """Axes with the cells outside of which the part is false: those of tests that it is a conjunction
    of."""
    stack = [part]
    while stack:
        at = stack.pop()
        node = axes.space[at]
        if node[0] == "and":
            stack += node[1]
            continue
        turned = node[0] == "not"
        entry = axes.test.get(node[1] if turned else at)
        if isinstance(entry, tuple):
            true, false = axes.of[entry].masks[node[1] if turned else at]
            mask = axes.of[entry].full & ~(true if turned else false)
            if mask.bit_count() <= _FEW_CELLS:
                yield entry, mask


def _chosen(items: tuple[int, ...], mask: int) -> list[int]:
    return [items[at] for at in _bits(mask)]


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
