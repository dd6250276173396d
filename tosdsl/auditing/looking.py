"""The first rows of a table, read by a mapping and not judged: how many of them are wrong."""

from __future__ import annotations

from attrs import frozen

from tosdsl.auditing.counts import Counts
from tosdsl.auditing.database import InDuckDB
from tosdsl.auditing.fitting import ROW
from tosdsl.auditing.run import Run
from tosdsl.auditing.singles import SQL
from tosdsl.auditing.telling import wrong_columns
from tosdsl.diagnostics.model import mistake
from tosdsl.errors import TosdslError

FIRST_ROWS = 1_000
"""Rows that are read to see whether a mapping fits."""


@frozen
class Looked:
    """What was found: how many rows were read, whether these are all that there are, and what is wrong
    with them for the policies and for those that are compared with."""

    rows: int
    whole: bool
    counts: Counts
    against: Counts | None = None

    def refuse(self, name: str) -> None:
        """Raises TosdslError if each row is wrong."""
        read = self.counts.rows
        if read and sum(self.counts.wrong.values()) == read:
            words = {"name": name, "rows": f"{read:,}"}
            raise TosdslError((mistake("TOS4121", None, None, **words),), {})


def look(run: Run, most: int = FIRST_ROWS) -> Looked:
    """Reads the first rows of the table of an audit. Raises TosdslError if they cannot be read."""
    piece = run.table.first(most + 1)
    whole, piece = piece.num_rows <= most, piece.slice(0, most)
    reading = run.reading
    rows = reading.rows(piece, 0)
    database = InDuckDB(connection=reading.connection)  # Spark is not asked for so few
    found = []
    for side in run.sides():
        assert side.fitted is not None
        reading.base(rows, side.vocabulary, side.fitted, "looked_base")
        columns = f"b.{SQL.ident(ROW)}{wrong_columns(SQL)}"
        database.keep("looked_at", f"SELECT {columns} FROM looked_base b")
        no, open_ = reading.left_out
        counts = Counts(rows=piece.num_rows - no - open_, left_out=no + open_, left_open=open_)
        counts.add_wrong(database, "looked_at")
        for several, count in database.rows(
            "SELECT mistakes, count(*) AS n FROM looked_at WHERE wrong IS NOT NULL GROUP BY ALL"
        ):
            counts.texts.update(dict.fromkeys(several or (), count))
        run.look_at(counts, side, database, "looked_base")
        found.append(counts)
    return Looked(piece.num_rows, whole, *found)
