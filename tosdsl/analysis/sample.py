"""Many worlds at once, chosen and not all of them: what is found in them need not be searched for.

As in a table, a set of worlds is one integer, and a formula is worked out once for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from random import Random

from attrs import define, field

from tosdsl.analysis.axes import Axes, AxisKey, Total
from tosdsl.analysis.claims import ALWAYS, Claim
from tosdsl.analysis.tables import Table, World

_BASES = 48
"""Worlds of one claim from which others are made."""
_DRAWN = 4
_MOST_DROPPED = 10


def known_in(world: Mapping[AxisKey, int]) -> int:
    return sum(1 for key, cell in world.items() if cell and key[0] in {"leaf", "list"})


@define
class Sample(Table):
    """Some worlds, those with the fewest known facts first. An axis that is not there is in its first
    cell."""

    several: list[World] = field(factory=list)
    _where: dict[AxisKey, dict[int, int]] = field(factory=dict)

    @classmethod
    def chosen(cls, axes: Axes, worlds: Iterable[World]) -> Sample:
        unlike = {frozenset((key, cell) for key, cell in each.items() if cell): each for each in worlds}
        made = cls(axes, ALWAYS)
        made.several = sorted(unlike.values(), key=known_in)
        made._size = len(made.several)
        for number, world in enumerate(made.several):
            for key, cell in world.items():
                if cell:
                    cells = made._where.setdefault(key, {})
                    cells[cell] = cells.get(cell, 0) | 1 << number
        made.domains = Total(
            (key, sum(1 << cell for cell in cells) | (made._cells(key, 1) > 0))
            for key, cells in made._where.items()
        )
        return made

    def smallest(self, claim: Claim) -> World | None:
        """The world with the fewest known facts that meets a claim."""
        found = self._claim(claim)
        return self.several[(found & -found).bit_length() - 1] if found else None

    def narrowed(self, claim: Claim) -> Sample:
        """The worlds that meet a claim. Where facts are known in all of them, less is worked out."""
        found = self._claim(claim)
        return Sample.chosen(
            self.axes, (world for at, world in enumerate(self.several) if found >> at & 1)
        )

    def _cells(self, key: AxisKey, mask: int) -> int:
        known = self._of_cells.get((key, mask))
        if known is None:
            known, others = 0, 0
            for cell, worlds in self._where.get(key, {}).items():
                others |= worlds
                known |= worlds if mask >> cell & 1 else 0
            known |= self.everything & ~others if mask & 1 else 0
            self._of_cells[key, mask] = known
        return known


def around(axes: Axes, claims: Iterable[Claim]) -> Iterator[World]:
    """Worlds in which each claim holds, with more or less known besides."""
    random = Random(0)
    for claim in claims:
        table = Table.of(axes, claim)
        if table is None:
            continue
        for at, world in enumerate(table.smallest_first(table.worlds())):
            if at >= _BASES:
                break
            yield world
            lists = {key: 1 for key in axes.of if key[0] == "list"}
            yield {**lists, **world}
            open_ = [key for key in axes.of if key[0] == "leaf" and key not in world]
            for last in (False, True):
                yield {
                    **lists,
                    **{key: len(axes.of[key].values) - 1 if last else 1 for key in open_},
                    **world,
                }
            for _ in range(_DRAWN):
                drawn = {key: random.randrange(len(axes.of[key].values)) for key in open_}
                yield {**lists, **drawn, **world}


def without(axes: Axes, world: World) -> Sample | None:
    """The world with some of its facts left out, in every way; None if these are too many."""
    facts = [
        key for key, cell in sorted(world.items(), key=repr) if cell and key[0] in {"leaf", "list"}
    ]
    if len(facts) > _MOST_DROPPED:
        return None
    return Sample.chosen(axes, _subsets(world, facts))


def _subsets(world: World, facts: list[AxisKey]) -> Iterator[World]:
    for bits in range(1 << len(facts)):
        left = {key for at, key in enumerate(facts) if bits >> at & 1}
        yield {
            key: cell
            for key, cell in world.items()
            if cell and (key in left or (key[0] == "item" and ("list", key[1]) in left))
        }
