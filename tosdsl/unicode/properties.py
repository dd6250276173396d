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
    """A property whose values are texts, several with spaces between them; of no range, the empty one.

    From each of ``starts`` on, up to the next, it has one value.
    """

    _starts: list[int]
    _values: list[str]
    _found: dict[int, str] = field(factory=dict)

    @classmethod
    def of(cls, table: Mapping[str, str]) -> Property:
        """The property of a table."""
        begin: dict[int, list[str]] = {}
        end: dict[int, list[str]] = {}
        for value, text in table.items():
            for each in text.split():
                first, _, last = each.partition("-")
                begin.setdefault(int(first, 16), []).append(value)
                end.setdefault(int(last or first, 16) + 1, []).append(value)
        starts = sorted({0, *begin, *end})
        values: list[str] = []
        here: set[str] = set()
        for start in starts:
            here = here.difference(end.get(start, ())).union(begin.get(start, ()))
            values.append(" ".join(sorted(here)))
        return cls(starts, values)

    def __getitem__(self, point: int) -> str:
        found = self._found.get(point)
        if found is None:
            found = self._values[bisect_right(self._starts, point) - 1]
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
