"""Bit-parallel truth tables: a set of worlds is one Python integer, a bit a world.

For claims over few axes. Finds the world with the fewest known facts, and of these the plainest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import prod
from typing import Any

from attrs import define, field

from tosdsl.analysis.axes import Axes, AxisKey, ListTest
from tosdsl.analysis.claims import All, Claim, F, In, Is, Some, T, U, parts_of
from tosdsl.formulas.space import UNKNOWN

MOST_WORLDS = 1 << 16
"""Worlds of one table."""

World = Mapping[AxisKey, int]
"""A cell for each axis that matters."""

_NOWHERE: World = {}


@define
class Table:
    """The worlds over the axes of a claim. ``cells`` has, for each axis, cells that are told apart."""

    axes: Axes
    claim: Claim
    keys: tuple[AxisKey, ...] = ()
    cells: dict[AxisKey, list[int]] = field(factory=dict)
    domains: Mapping[AxisKey, int] = field(factory=dict)
    """The cells that an axis can be in, where these are not all."""
    _stride: dict[AxisKey, int] = field(factory=dict)
    _size: int = 1
    _pairs: dict[int, tuple[int, int]] = field(factory=dict)
    _joint: dict[int, tuple[Claim, int]] = field(factory=dict)
    """By identity, as claims share their parts. Each is held, so that its number stays its own."""
    _of_cells: dict[tuple[AxisKey, int], int] = field(factory=dict)

    @classmethod
    def of(
        cls, axes: Axes, claim: Claim, domains: World = _NOWHERE, most: int | None = None
    ) -> Table | None:
        """The table of a claim over the cells that are left in domains; None if it is too large."""
        most = MOST_WORLDS if most is None else most
        table = cls(axes, claim, domains=domains)
        tests: dict[AxisKey, list[tuple[int, int]]] = {}
        for single in parts_of(claim):
            if isinstance(single, In):
                tests.setdefault(single.axis, []).append((single.cells, 0))
                continue
            open_ = [key for key in axes.support(single.part) if domains.get(key, 3).bit_count() > 1]
            if 1 << len(open_) > most:
                return None
            for number in axes.space.tests(single.part):
                entry = axes.test[number]
                if isinstance(entry, ListTest):
                    for key in (entry.known, *entry.items):
                        tests.setdefault(key, [])
                else:
                    tests.setdefault(entry, []).append(axes.of[entry].masks[number])
        for key, masks in tests.items():
            count = len(axes.of[key].values)
            domain = domains.get(key, axes.of[key].full)
            left = [cell for cell in range(count) if domain >> cell & 1]
            if key[0] != "leaf":
                table.cells[key] = left
                continue
            unlike: dict[tuple[tuple[int, int], ...], int] = {}
            for cell in left:
                came = tuple((true >> cell & 1, false >> cell & 1) for true, false in masks)
                unlike.setdefault(came, cell)
            table.cells[key] = list(unlike.values())
        table.keys = tuple(sorted(tests, key=repr))
        table._size = prod(len(table.cells[key]) for key in table.keys)
        if table._size > most:
            return None
        stride = 1
        for key in table.keys:
            table._stride[key] = stride
            stride *= len(table.cells[key])
        return table

    @property
    def everything(self) -> int:
        return (1 << self._size) - 1

    def worlds(self) -> int:
        """The worlds in which the claim holds."""
        return self._claim(self.claim)

    def settled(self, others: Iterable[Claim]) -> int:
        """The worlds in which none of these claims holds, however what is unknown is filled in."""
        found = self.everything
        for claim in others:
            found &= ~self._filled_in(self._claim(claim))
        return found

    def _filled_in(self, worlds: int) -> int:
        """These worlds, and all that become one of them when more is known."""
        for key in self.keys:
            if key[0] == "item" or self.cells[key][0] != 0:
                continue  # an item is known with its list; the others are known in every world
            known = worlds & ~self._cells(key, 1)
            if key[0] == "list":
                for item in self.keys:
                    if item[:2] == ("item", key[1]):
                        known = self._any(known, item)
            stride = self._stride[key]
            for at in range(1, len(self.cells[key])):
                worlds |= (known & self._cells(key, 1 << self.cells[key][at])) >> stride * at
        return worlds

    def _any(self, worlds: int, key: AxisKey) -> int:
        """These worlds, with any cell of an axis."""
        cells, stride, found = self.cells[key], self._stride[key], 0
        for one, cell in enumerate(cells):
            here = worlds & self._cells(key, 1 << cell)
            for other in range(len(cells)):
                by = stride * (other - one)
                found |= here << by if by >= 0 else here >> -by
        return found

    def smallest_first(self, worlds: int) -> Iterator[World]:
        """The worlds of a set: fewest known facts first, then plainest values."""
        levels: list[int] = [worlds]
        for key in self.keys:
            if key[0] not in {"leaf", "list"}:
                continue
            open_ = self._cells(key, 1)
            more = [0, *levels]
            levels = [
                (level & open_) | (before & ~open_)
                for level, before in zip([*levels, 0], more, strict=True)
            ]
        for level in levels:
            left = level
            while left:
                low = left & -left
                yield self.world(low.bit_length() - 1)
                left ^= low

    def world(self, number: int) -> World:
        found = {}
        for key in self.keys:
            cells = self.cells[key]
            found[key] = cells[number // self._stride[key] % len(cells)]
        return found

    # --- sets of worlds -------------------------------------------------------------------------

    def _cells(self, key: AxisKey, mask: int) -> int:
        """The worlds that are in one of these cells of an axis."""
        known = self._of_cells.get((key, mask))
        if known is None:
            stride, cells = self._stride[key], self.cells[key]
            run = (1 << stride) - 1
            block = sum(run << at * stride for at, cell in enumerate(cells) if mask >> cell & 1)
            known = block * (self.everything // ((1 << stride * len(cells)) - 1))
            self._of_cells[key, mask] = known
        return known

    def _claim(self, claim: Claim) -> int:
        match claim:
            case Is(part=part, mask=mask):
                true, false = self._pair(part)
                found = (true if mask & T else 0) | (false if mask & F else 0)
                return found | (self.everything & ~(true | false) if mask & U else 0)
            case In(axis=axis, cells=cells):
                return self._cells(axis, cells)
        known = self._joint.get(id(claim))
        if known is None:
            known = self._joint[id(claim)] = claim, self._joined(claim)
        return known[1]

    def _joined(self, claim: All | Some) -> int:
        if isinstance(claim, All):
            found = self.everything
            for each in claim.items:
                found &= self._claim(each)
                if not found:
                    break
            return found
        found = 0
        for each in claim.items:
            found |= self._claim(each)
            if found == self.everything:
                break
        return found

    def _pair(self, part: int) -> tuple[int, int]:
        """The worlds in which a part is true, and those in which it is false."""
        stack = [part]
        pairs, everything = self._pairs, self.everything
        while stack:
            at = stack[-1]
            if at in pairs:
                stack.pop()
                continue
            node = self.axes.space[at]
            if at <= UNKNOWN:
                pairs[at] = (
                    everything if node[1] is True else 0,
                    everything if node[1] is False else 0,
                )
                continue
            match node[0]:
                case "not":
                    if node[1] not in pairs:
                        stack.append(node[1])
                        continue
                    true, false = pairs[node[1]]
                    pairs[at] = false, true
                case "and" | "or":
                    items = node[1]
                    if len(items) >= self.axes.many:
                        items = self.axes.open_items(at, self.domains)
                    open_ = [each for each in items if each not in pairs]
                    if open_:
                        stack += open_
                        continue
                    pairs[at] = self._many(node[0], [pairs[each] for each in items])
                case _:
                    pairs[at] = self._test(at)
        return pairs[part]

    def _many(self, kind: str, inner: list[tuple[int, int]]) -> tuple[int, int]:
        winning, losing = 0, self.everything
        at = 1 if kind == "and" else 0
        for pair in inner:
            winning |= pair[at]
            losing &= pair[1 - at]
        return (losing, winning) if kind == "and" else (winning, losing)

    def _test(self, number: int) -> tuple[int, int]:
        entry: Any = self.axes.test[number]
        if not isinstance(entry, ListTest):
            true, false = self.axes.of[entry].masks[number]
            return self._cells(entry, true), self._cells(entry, false)
        known, some = self._cells(entry.known, 2), 0
        for each in entry.items:
            some |= self._cells(each, 2)
        return known & some, known & ~some
