"""Kinds of rows, each with what one decision tells of all its rows.

a decision, the facts of its use -> the number of a kind
"""

from __future__ import annotations

import pyarrow as pa
from attrs import asdict, define, field

from tosdsl.auditing.told import LISTS, PRESUMING, WITHOUT, Told
from tosdsl.trees.facts import Use

_TEXTS = pa.list_(pa.string())


@define(eq=False)
class Kinds:
    """What was told, by the number of the kind; with the row that was decided, and how many rows.
    ``presuming`` says whether the policies presume something, or can be read in several ways."""

    presuming: bool = False
    told: list[Told] = field(factory=list)
    facts: list[list[str]] = field(factory=list)
    rows: list[int] = field(factory=list)
    uses: dict[int, Use] = field(factory=dict)
    """The uses that were decided in this run, by the number of the kind."""

    def add(self, made: Told, facts: list[str], row: int) -> int:
        self.told.append(made)
        self.facts.append(facts)
        self.rows.append(row)
        return len(self.told) - 1

    def columns(self) -> tuple[str, ...]:
        """What is told beside the verdict, in order."""
        return (*LISTS, *PRESUMING, WITHOUT) if self.presuming else LISTS

    def table(self, first: int = 0) -> pa.Table:
        """Kinds from a number on, as a table."""
        texts = {"verdict", WITHOUT}
        named = ("verdict", *self.columns())
        several = [(each, pa.string() if each in texts else _TEXTS) for each in named]
        rows = [{"kind": first + at, **asdict(each)} for at, each in enumerate(self.told[first:])]
        return pa.Table.from_pylist(rows, schema=pa.schema([("kind", pa.int32()), *several]))
