"""Properties of single characters, looked up in the tables."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from functools import cache

from attrs import define, field

from tosdsl.unicode import tables

_KEPT = 10_000
"""Code points of which a table keeps what it found; a text can hold a million others."""


@define
class Property:
    """A property whose values are texts; what no range has has the empty one."""

    _starts: list[int]
    _ends: list[int]
    _values: list[str]
    _found: dict[int, str] = field(factory=dict)

    @classmethod
    def of(cls, table: Mapping[str, str]) -> Property:
        """The property of a table."""
        ranges = []
        for value, text in table.items():
            for each in text.split():
                first, _, last = each.partition("-")
                ranges.append((int(first, 16), int(last or first, 16), value))
        ranges.sort()
        starts, ends, values = zip(*ranges, strict=True)
        return cls(list(starts), list(ends), list(values))

    def __getitem__(self, point: int) -> str:
        found = self._found.get(point)
        if found is None:
            at = bisect_right(self._starts, point) - 1
            found = self._values[at] if at >= 0 and point <= self._ends[at] else ""
            if len(self._found) < _KEPT:
                self._found[point] = found
        return found


@cache
def scripts() -> Property:
    """The short names of the scripts that use a character, with spaces between them."""
    return Property.of(tables.SCRIPTS)


@cache
def looks() -> dict[int, str]:
    """For code points that look like letters and digits of ASCII, those."""
    return {int(point, 16): key for key, text in tables.LOOKS.items() for point in text.split()}
