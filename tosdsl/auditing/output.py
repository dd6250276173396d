"""The verdicts of an audit as a file of Parquet or CSV, piece by piece, so that a run can go on.

OUT.parquet.parts/     while the audit runs; of OUT.csv, OUT.csv.parts/
    state.json         which audit it is, and what was counted and told of kinds so far
    0.parquet, …       what came of each piece, without what the kind of a row tells
OUT.parquet            at the end
"""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from attrs import asdict, define, field

from tosdsl.auditing import as_csv
from tosdsl.auditing.counts import Counts
from tosdsl.auditing.kinds import Kinds
from tosdsl.auditing.moves import Moves
from tosdsl.auditing.telling import with_kinds
from tosdsl.auditing.told import restored
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.errors import TosdslError

_MARK = {b"tosdsl": b"audit"}
"""What a file says that an audit has written."""
_AT_ONCE = 122_880
"""Rows that are put together at once; as many as DuckDB likes in a group."""


@define(eq=False)
class Output:
    """A file that verdicts are written to. ``identity`` tells one audit from another."""

    name: str
    identity: str
    moves: Moves | None = None
    done: list[int] = field(factory=list)
    """The rows of each piece that was done."""
    _saved: list[list[str]] = field(factory=list)

    @property
    def parts(self) -> Path:
        return Path(f"{self.name}.parts")

    @property
    def _as_csv(self) -> bool:
        return self.name.lower().endswith(".csv")

    def begin(self, counts: Counts, kinds: Iterable[Kinds]) -> None:
        """Makes the folder of parts, or goes on with one of the same audit. Raises TosdslError."""
        try:
            self._not_in_the_way()
            state = self.parts / "state.json"
            if state.exists():
                self._go_on(json.loads(state.read_text("utf-8")), counts, kinds)
            elif self.parts.exists():
                raise _wrong(mistake("TOS4109", None, name=str(self.parts)))
            else:
                self.parts.mkdir()
                self._save(counts, kinds)
        except (OSError, ValueError, pa.ArrowException) as error:
            raise self._cannot(error) from None

    def _not_in_the_way(self) -> None:
        """That there is no file of the name, or one that an audit has written."""
        path = Path(self.name)
        if path.exists() and not (as_csv.is_ours(path) if self._as_csv else _is_ours(path)):
            words = {"why": "it holds something else than the verdicts of an audit", "then": ""}
            raise _wrong(mistake("TOS6023", None, None, name=self.name, **words))

    def _go_on(self, state: dict[str, Any], counts: Counts, kinds: Iterable[Kinds]) -> None:
        if state["identity"] != self.identity:
            raise _wrong(mistake("TOS4109", None, name=str(self.parts)))
        self.done = list(state["done"])
        _restore(counts, state["counts"])
        if self.moves is not None:
            self.moves.restore(state["states"])
        for each, saved in zip(kinds, state["kinds"], strict=True):
            for told, facts, row in saved:
                each.add_again(restored(told), row, facts)

    def _save(self, counts: Counts, kinds: Iterable[Kinds]) -> None:
        """What was counted and told so far; whole, or as it was."""
        state = {
            "identity": self.identity,
            "done": self.done,
            "counts": _plain(counts),
            "states": [] if self.moves is None else self.moves.saved(),
        }
        every = ", ".join(f"[{', '.join(each)}]" for each in self._kinds(kinds))
        beside = self.parts / "state.new"
        beside.write_text(f'{json.dumps(state)[:-1]}, "kinds": [{every}]}}', "utf-8")
        os.replace(beside, self.parts / "state.json")

    def _kinds(self, kinds: Iterable[Kinds]) -> list[list[str]]:
        """What was told of kinds, as JSON. That of the pieces before is kept."""
        for number, each in enumerate(kinds):
            if number == len(self._saved):
                self._saved.append([])
            saved = self._saved[number]
            for kind in range(len(saved), len(each.told)):
                saved.append(json.dumps((asdict(each.told[kind]), each.facts(kind), each.rows[kind])))
        return self._saved

    def add(self, piece: pa.Table, rows: int, counts: Counts, kinds: Iterable[Kinds]) -> None:
        """Writes what came of a piece, without what kinds tell. Raises TosdslError."""
        try:
            pq.write_table(piece, self.parts / f"{len(self.done)}.parquet")
            self.done.append(rows)
            self._save(counts, kinds)
        except OSError as error:
            raise self._cannot(error) from None

    def end(self, kinds: Kinds) -> None:
        """Puts the parts together, each row with what its kind tells. Raises TosdslError."""
        new = Path(f"{self.name}.new")
        told = kinds.table()
        try:
            first = pq.read_schema(self.parts / "0.parquet")
            schema = with_kinds(first.empty_table(), told).schema
            schema = schema.with_metadata({**(schema.metadata or {}), **_MARK})
            with (
                as_csv.writer(new, schema) if self._as_csv else pq.ParquetWriter(new, schema) as writer
            ):
                for number in range(len(self.done)):
                    part = pq.ParquetFile(self.parts / f"{number}.parquet")
                    for batch in part.iter_batches(_AT_ONCE):
                        rows = with_kinds(pa.Table.from_batches([batch]), told).cast(schema)
                        writer.write_table(as_csv.flat(rows) if self._as_csv else rows)
            os.replace(new, self.name)
            shutil.rmtree(self.parts)
        except OSError as error:
            new.unlink(missing_ok=True)
            raise self._cannot(error) from None

    def _cannot(self, error: Exception) -> TosdslError:
        problem = getattr(error, "strerror", None) or str(error)
        return _wrong(mistake("TOS6010", None, name=self.name, problem=problem))


def _is_ours(path: Path) -> bool:
    """Whether an audit has written a file of Parquet."""
    try:
        return (pq.read_schema(path).metadata or {}).get(b"tosdsl") == b"audit"
    except pa.ArrowException:
        return False


def _wrong(made: Diagnostic) -> TosdslError:
    return TosdslError((made,), {})


def _plain(counts: Counts) -> dict[str, Any]:
    """Counts as JSON has them: a counter is a list of pairs."""
    return {
        name: list(value.items()) if isinstance(value, Counter) else value
        for name, value in asdict(counts, recurse=False).items()
    }


def _restore(counts: Counts, saved: dict[str, Any]) -> None:
    for name, value in saved.items():
        if isinstance(getattr(counts, name), Counter):
            pairs = ((tuple(key) if isinstance(key, list) else key, count) for key, count in value)
            setattr(counts, name, Counter(dict(pairs)))
        else:
            setattr(counts, name, value)
