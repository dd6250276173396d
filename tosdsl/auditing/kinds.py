"""Kinds of rows, each with what one decision tells of all its rows.

a decision, the facts of its use -> the number of a kind
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import pyarrow as pa
from attrs import define, field

from tosdsl.auditing.told import LISTS, PRESUMING, WITHOUT, Told
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Use
from tosdsl.trees.uses import value_text

BREACHED = ": breached"
"""How what is told of a duty ends that is breached."""
_TEXTS = pa.list_(pa.string())


@define(eq=False)
class Kinds:
    """What was told, by the number of the kind; with the row that was decided, and how many rows.
    ``presuming`` says whether the policies presume something, or can be read in several ways."""

    presuming: bool = False
    told: list[Told] = field(factory=list)
    rows: list[int] = field(factory=list)
    uses: dict[int, Use] = field(factory=dict)
    """The uses that were decided in this run, by the number of the kind."""
    _read: dict[int, Sequence[v.Leaf]] = field(factory=dict)
    """The facts that were read of each of them."""
    _facts: dict[int, list[str]] = field(factory=dict)
    """The facts of uses that were decided in an earlier run, as lines."""
    _made: pa.Table | None = None

    def add(self, made: Told, row: int, use: Use, read: Sequence[v.Leaf]) -> int:
        """Keeps what was told of a use; the number of its kind."""
        number = self._add(made, row)
        self.uses[number], self._read[number] = use, read
        return number

    def add_again(self, made: Told, row: int, facts: list[str]) -> None:
        """Keeps what an earlier run told."""
        self._facts[self._add(made, row)] = facts

    def _add(self, made: Told, row: int) -> int:
        self.told.append(made)
        self.rows.append(row)
        return len(self.told) - 1

    def breached(self, most: int) -> list[int]:
        """Kinds whose rows breach a duty, those that were met first."""
        found = (
            number
            for number, each in enumerate(self.told)
            if any(duty.endswith(BREACHED) for duty in each.duties)
        )
        return [*islice(found, most)]

    def facts(self, kind: int) -> list[str]:
        """The facts of the use that was decided, as lines. Few of them are shown, so none is made
        before it is asked for."""
        use = self.uses.get(kind)
        if use is None:
            return self._facts[kind]
        return [*use_lines(use, self._read[kind])]

    def columns(self) -> tuple[str, ...]:
        """What is told beside the verdict, in order."""
        return (*LISTS, *PRESUMING, WITHOUT) if self.presuming else LISTS

    def table(self) -> pa.Table:
        """The kinds as a table, in which each stands at its number. A piece adds few to those of the
        pieces before it, so those are kept."""
        first = 0 if self._made is None else self._made.num_rows
        if self._made is None or first < len(self.told):
            new = self._table(first)
            self._made = new if self._made is None else pa.concat_tables([self._made, new])
            self._made = self._made.combine_chunks()
        return self._made

    def _table(self, first: int) -> pa.Table:
        """Kinds from a number on."""
        texts = {"verdict", WITHOUT}
        several = self.told[first:]
        columns = {"kind": pa.array(range(first, len(self.told)), pa.int32())}
        for name in ("verdict", *self.columns()):
            kind = pa.string() if name in texts else _TEXTS
            columns[name] = pa.array([getattr(each, name) for each in several], kind)
        return pa.table(columns)


def use_lines(use: Use, leaves: Iterable[v.Leaf]) -> Iterator[str]:
    """A use as a file of facts has it, with some of its facts, line by line."""
    for key, day in (("as_of", use.as_of), ("known_at", use.known_at)):
        if day is not None:
            yield f"{key}: {day}"
    lines = [line for leaf in leaves if (line := fact_line(use, leaf))]
    yield "facts:" if lines else "facts: {}"
    yield from (f"  {line}" for line in lines)


def fact_line(use: Use, leaf: v.Leaf) -> str:
    """A fact as a file of facts has it; empty where nothing is said of it."""
    if leaf.path in use.facts:
        return f"{leaf.path}: {value_text(use.facts[leaf.path], leaf.type)}"
    return f"{leaf.path}: unknown" if leaf.path in use.unknown else ""
