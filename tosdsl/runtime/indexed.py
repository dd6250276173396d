"""Clauses found by what they need, and judged by bodies that they share.

Clauses of one shape have one body: a function of the facts and of the clause's constants. It is made
when the first of them is met. Everything here is data and plain functions, and comes from a cache as it
is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush

from tosdsl.runtime.checks import Odd
from tosdsl.runtime.tables import FORBIDDEN, WORDS, Table, Truth, joined, row_left

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing takes longer to import than all of this
    from typing import Any
else:
    Any = object

Entry = tuple[Any, ...]
"""The number of a body, the clause's column, its number, and its constants: one object to look into."""

CONSTANTS = 3
"""Where in an entry the constants begin."""

Body = Callable[[Any, Entry], Truth]
File = tuple[tuple[str, ...], bool, Mapping[Any, Any]]
"""Leaves, whether the leaf is a list, and tuples of entries by value; by one value and then another
where there are two leaves; under None where there are none."""


_OUTSIDE = -1
"""What the documents' rows stand in."""


def _at_rest(
    tables: Sequence[Table], scopes: Sequence[Entry | bool]
) -> tuple[list[int], list[int], dict[int, dict[int, int]]]:
    """Where nothing is found: the row around each row, the verdicts that remain of it, and for each
    row (and outside of all) how many of its inner rows each of these sets remains of."""
    around = [_OUTSIDE] * len(tables)
    for at, (_, inside) in enumerate(tables):
        for each in inside:
            around[each] = at
    base = [0] * len(tables)
    counts: dict[int, dict[int, int]] = {at: {} for at in range(_OUTSIDE, len(tables))}
    for at in reversed(range(len(tables))):
        base[at] = row_left(tables[at][0], scopes[at] is not False, False, False, _kinds(counts[at]))
        inner = counts[around[at]]
        inner[base[at]] = inner.get(base[at], 0) + 1
    return around, base, counts


def _kinds(counts: Mapping[int, int]) -> list[int]:
    """The sets that there are: how often makes no difference."""
    return [mask for mask, number in counts.items() if number]


class Indexed:
    """Clauses under the values that they need; see ``formulas.index``.

    A body takes for granted what its clauses are filed under. ``whole`` has the bodies that take
    nothing for granted, by those that do. ``scopes`` are the entries of the rows'
    scopes, or what is always so of them.

    A column is the number of a row, doubled, and one more for permissions. That of prohibitions which
    forbid whatever else is so, being always in scope, is given as ``~column``.
    """

    __slots__ = (
        *("_around", "_base", "_counts", "_open_scopes", "_opened", "_partial"),
        *("bodies", "files", "names", "scopes", "tables", "top", "verdicts", "whole"),
    )

    def __init__(
        self,
        files: Sequence[File],
        bodies: list[Body],
        whole: Mapping[int, int],
        tables: tuple[Table, ...],
        top: tuple[int, ...],
        scopes: Sequence[Entry | bool],
        verdicts: Mapping[str, Any],
        names: frozenset[str],
    ) -> None:
        self.files = files
        self.bodies = bodies
        self.whole = whole
        self.tables = tables
        self.top = top
        self.scopes = scopes
        self.verdicts = verdicts
        self.names = names
        self._open_scopes = [(at, each) for at, each in enumerate(scopes) if not isinstance(each, bool)]
        self._around, self._base, self._counts = _at_rest(tables, scopes)
        settled = not self._open_scopes and self.left({}, {}) | FORBIDDEN == FORBIDDEN
        self._opened = self.verdicts["forbidden"] if settled else None
        self._partial: dict[int, Mapping[Any, list[tuple[Entry, ...]]]] = {}

    def met(self, known: Sequence[tuple[Any, ...]]) -> Iterator[Entry]:
        """The clauses that can matter. ``known`` has the values of each file's leaves."""
        for at, values in enumerate(known):
            yield from self._met(at, values)

    def open(self, facts: Mapping[str, Any], known: Sequence[tuple[Any, ...]]) -> dict[int, Truth]:
        """What is true or unknown, by column. ``known`` has the values of each file's leaves.

        Where one of them is unknown, no clause of the file is true: one that is unknown is enough.
        """
        found: dict[int, Truth] = {}
        for at, values in enumerate(known):
            unknown = None in values
            for entry in self._met(at, values):
                column = entry[1]
                if found.get(column, False) is True or (unknown and column in found):
                    continue
                body = self.bodies[self.whole[entry[0]] if unknown else entry[0]]
                truth = body(facts, entry)
                if truth is not False:
                    found[column] = truth
        return found

    def _met(self, at: int, values: tuple[Any, ...]) -> Iterator[Entry]:
        """The clauses of a file that the leaves that are known let in."""
        _, listed, entries = self.files[at]
        match values:
            case ():
                yield from entries[None]
            case (None,):
                for several in entries.values():
                    yield from several
            case (value,):
                for each in value if listed else values:
                    yield from entries.get(each, ())
            case (None, None):
                for inner in entries.values():
                    for several in inner.values():
                        yield from several
            case (first, None):
                for several in entries.get(first, {}).values():
                    yield from several
            case (None, second):
                for several in self._by_second(at).get(second, ()):
                    yield from several
            case (first, second):
                yield from entries.get(first, {}).get(second, ())

    def _by_second(self, at: int) -> Mapping[Any, list[tuple[Entry, ...]]]:
        """The clauses of a file by the second of its leaves alone; made when it is first needed."""
        if at not in self._partial:
            made: dict[Any, list[tuple[Entry, ...]]] = {}
            for inner in self.files[at][2].values():
                for second, several in inner.items():
                    made.setdefault(second, []).append(several)
            self._partial[at] = made
        return self._partial[at]

    def answer(self, facts: Mapping[str, Any], found: Mapping[int, Truth]) -> Any:
        """The verdict, from what is true or unknown; raises Odd where facts have names with dots."""
        sure = max(found, default=0) < 0  # then nothing is open but sure prohibitions
        if any(column < 0 and truth for column, truth in found.items()):
            return self.verdicts["forbidden"]
        if not self.names.issuperset(facts):
            raise Odd
        if sure and self._opened is not None:
            return self._opened
        return self._verdict(self.left(facts, found))

    def _verdict(self, left: int) -> Any:
        """Raises Odd where several remain: all ways to fill in what is unknown may agree."""
        word = WORDS[left] if left < len(WORDS) else ""
        if not word:
            raise Odd
        return self.verdicts[word]

    def left(self, facts: Mapping[str, Any], found: Mapping[int, Truth]) -> int:
        """The verdicts that remain. Rows that nothing was found for are as they always are."""
        own: dict[int, list[Truth]] = {}
        for at, entry in self._open_scopes:
            own[at] = [self.bodies[entry[0]](facts, entry), False, False]
        for column, truth in found.items():
            at, side = divmod(~column if column < 0 else column, 2)
            row = own.setdefault(at, [self.scopes[at] is not False, False, False])
            row[1 + side] = row[1 + side] or truth
        counts: dict[int, dict[int, int]] = {}
        todo = [-at for at in own]
        heapify(todo)
        while todo:  # a row comes after those around it, so the last one is judged first
            at = -heappop(todo)
            inside = _kinds(counts.get(at, self._counts[at]))
            scope, forbade, permits = own[at]
            made = row_left(self.tables[at][0], scope, forbade, permits, inside)
            around = self._around[at]
            if made != self._base[at]:
                inner = counts.setdefault(around, dict(self._counts[around]))
                inner[self._base[at]] -= 1
                inner[made] = inner.get(made, 0) + 1
                if around not in own and around != _OUTSIDE:
                    own[around] = [self.scopes[around] is not False, False, False]
                    heappush(todo, -around)
        whole = counts.get(_OUTSIDE, self._counts[_OUTSIDE])
        return joined(_kinds(whole))
