"""Clauses found by what they need, and judged by bodies that they share.

Clauses of one shape have one body: a function of the facts and of the clause's constants. It is made
when the first of them is met. Everything here is data and plain functions, and comes from a cache as it
is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tosdsl.runtime.checks import Odd
from tosdsl.runtime.tables import WORDS, Table, Truth, remaining

Body = Callable[[Any, tuple[Any, ...]], Truth]
Entry = tuple[int, tuple[Any, ...], int]
"""The number of a body, the clause's constants, and its column."""


class Indexed:
    """Clauses under the values that they need; see ``formulas.index``.

    ``files``: for each, the leaves, whether the leaf is a list, and the entries under each combination
    of values; a body takes for granted what its clauses are filed under. ``whole`` has, for each file,
    the bodies that take nothing for granted, by those that do. ``scopes`` are the entries of the rows'
    scopes, None for a row that always applies.

    A column is the number of a row, doubled, and one more for permissions. That of prohibitions which
    forbid whatever else is so, being always in scope, is given as ``~column``.
    """

    __slots__ = ("_partial", "bodies", "files", "names", "scopes", "tables", "top", "verdicts", "whole")

    def __init__(
        self,
        files: Sequence[tuple[tuple[str, ...], bool, Mapping[Any, tuple[Entry, ...]]]],
        bodies: list[Body],
        whole: Mapping[int, int],
        tables: tuple[Table, ...],
        top: tuple[int, ...],
        scopes: Sequence[Entry | None],
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
        self._partial: dict[tuple[int, int], Mapping[Any, tuple[Entry, ...]]] = {}

    def open(self, facts: Mapping[str, Any], known: Sequence[tuple[Any, ...]]) -> dict[int, Truth]:
        """What is true or unknown, by column. ``known`` has the values of each file's leaves.

        Where one of them is unknown, no clause of the file is true: one that is unknown is enough.
        """
        found: dict[int, Truth] = {}
        for at, (values, (_, listed, entries)) in enumerate(zip(known, self.files, strict=True)):
            unknown = None in values
            if unknown:
                several = self._of_the_known(at, values)
            elif listed:
                several = (each for value in values[0] for each in entries.get(value, ()))
            else:
                key = values if len(values) > 1 else values[0] if values else None
                several = iter(entries.get(key, ()))
            for number, constants, column in several:
                if found.get(column, False) is True or (unknown and column in found):
                    continue
                body = self.bodies[self.whole[number] if unknown else number]
                truth = body(facts, constants)
                if truth is not False:
                    found[column] = truth
        return found

    def _of_the_known(self, at: int, values: tuple[Any, ...]) -> Iterator[Entry]:
        """The clauses of a file that the leaves that are known let in."""
        entries = self.files[at][2]
        if len(values) == 2 and values != (None, None):
            side = 0 if values[1] is None else 1
            if (at, side) not in self._partial:
                made: dict[Any, list[Entry]] = {}
                for key, several in entries.items():
                    made.setdefault(key[side], []).extend(several)
                self._partial[at, side] = {key: tuple(several) for key, several in made.items()}
            yield from self._partial[at, side].get(values[side], ())
        else:
            for several in entries.values():
                yield from several

    def answer(self, facts: Mapping[str, Any], found: Mapping[int, Truth]) -> Any:
        """The verdict, from what is true or unknown; raises Odd where facts have names with dots."""
        if any(column < 0 and truth for column, truth in found.items()):
            return self.verdicts["forbidden"]
        rows: list[tuple[Truth, Truth, Truth]] = []
        for at, scope in enumerate(self.scopes):
            applies = True if scope is None else self.bodies[scope[0]](facts, scope[1])
            forbids = found.get(2 * at, False)
            if forbids is False:
                forbids = found.get(~(2 * at), False)
            rows.append((applies, forbids, found.get(2 * at + 1, False)))
        tables = [*self.tables, (None, self.top)]
        left = remaining(tables, len(self.tables), [*rows, (True, False, False)])
        if not self.names.issuperset(facts):
            raise Odd
        word = WORDS[left] if left < len(WORDS) else ""
        return self.verdicts[word or "undetermined"]
