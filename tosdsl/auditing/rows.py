"""One row of a table: the use that it describes, or all that is wrong with it.

a run, the number or the name of a row -> OneRow
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
from attrs import frozen

from tosdsl.auditing.fitting import MISTAKES, NAME, ROW, WRONG
from tosdsl.auditing.judging import use_of
from tosdsl.auditing.kinds import use_lines
from tosdsl.auditing.mistakes import Mistakes, WrongRow
from tosdsl.auditing.run import Run, Side
from tosdsl.auditing.singles import SQL
from tosdsl.auditing.sources import not_on_spark
from tosdsl.backends.sql.values import Values
from tosdsl.decision.model import Decision
from tosdsl.diagnostics.model import mistake
from tosdsl.errors import TosdslError
from tosdsl.trees.facts import Use


@frozen
class OneRow:
    """A row as one side reads it. Either ``wrong`` says what is wrong, or ``decision`` is about
    ``use``."""

    side: Side
    row: int
    name: str | None
    use: Use | None = None
    decision: Decision | None = None
    wrong: WrongRow | None = None

    def facts(self) -> Iterator[str]:
        """The use as a file of facts has it, line by line."""
        assert self.use is not None
        yield from use_lines(self.use, self.side.vocabulary.leaves())


def one_row(run: Run, number: int | None, name: str | None) -> list[OneRow]:
    """The row of a number, from 1, or of a name, as each side reads it. Raises TosdslError if there is
    none."""
    piece, at = _by_number(run, number) if number is not None else _by_name(run, name or "")
    rows = run.reading.rows(piece, at)
    return [_read(run, side, rows, at) for side in run.sides()]


def _by_number(run: Run, number: int) -> tuple[pa.Table, int]:
    before = 0
    for piece in run.table.pieces():
        if number <= before + piece.num_rows:
            return piece.slice(number - 1 - before, 1), number - 1
        before += piece.num_rows
    raise _none(f"number {number:,}", f"It has {before:,}.")


def _by_name(run: Run, name: str) -> tuple[pa.Table, int]:
    assert run.side.fitted is not None
    if run.mapped.row is None:
        raise _none(f"`{name}`", "The mapping says with `row` which column names a row.")
    named, before = dict(run.side.fitted.columns)[NAME], 0
    for piece in run.table.pieces():
        rows = run.reading.rows(piece, before)
        sql = f"SELECT min({SQL.ident(ROW)}) FROM {rows} WHERE {named} = {SQL.text(name)}"
        [(found,)] = run.reading.connection.execute(sql).fetchall()
        if found is not None:
            return piece.slice(found - before, 1), found
        before += piece.num_rows
    raise _none(f"`{name}` in the column `{run.mapped.row}`", f"It has {before:,} rows.")


def _none(which: str, then: str) -> TosdslError:
    return TosdslError((mistake("TOS4123", None, None, row=which, then=then),), {})


def _read(run: Run, side: Side, rows: str, at: int) -> OneRow:
    assert side.fitted is not None
    run.reading.base(rows, side.vocabulary, side.fitted, "one_base")
    several = run.reading.connection.sql("SELECT * FROM one_base").to_arrow_table().to_pylist()
    if not several:
        raise _none(f"number {at + 1:,} that is read", "`where` of the mapping leaves it out.")
    [row] = several
    name = row[NAME]
    if row[WRONG] is not None:
        known = Mistakes(side.vocabulary, side.fitted.sources)
        return OneRow(side, at + 1, name, wrong=known.row(name, row[MISTAKES], row=at + 1))
    facts = dict(Values(side.vocabulary, side.fitted.layout).facts(row))
    use = use_of(row, facts)
    return OneRow(side, at + 1, name, use, side.predicates.decide_use(use))


def refuse_on_spark() -> TosdslError:
    """What is said where one row of a frame of Spark is asked for: such rows have no order."""
    return not_on_spark("one row is asked for", "Leave out `--engine spark`.")
