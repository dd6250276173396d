"""A table of PostgreSQL as pieces: ``postgresql://host/database#table``.

All pieces are of one snapshot. Its rows have no order, so that no run goes on with another's parts.
What Python or Arrow could not hold (a day after 9999, an infinite one, a number that is none) comes as
a value that is wrong, and never as unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from attrs import frozen

from tosdsl.diagnostics.model import mistake
from tosdsl.errors import TosdslError

_BEYOND_DAYS, _BEYOND_TIME = 2_000_000_000, 9_000_000_000_000_000_000
"""In the place of days and moments that are infinite: the calendar does not have them."""
_DAY = "CASE WHEN isfinite({c}) THEN {c} - DATE '1970-01-01' WHEN {c} IS NOT NULL THEN {far} END"
_TIME = (
    "CASE WHEN isfinite({c}) THEN CAST(least(EXTRACT(EPOCH FROM {c}) * 1000000, {far}) AS BIGINT) "
    "WHEN {c} IS NOT NULL THEN {far} END"
)


@frozen
class _Read:
    """How columns of a type are read: SQL, what comes, and what that stands for."""

    sql: str
    comes: pa.DataType
    kind: pa.DataType


def _plain(kind: pa.DataType, sql: str = "{c}") -> _Read:
    return _Read(sql, kind, kind)


_WHOLE, _FLOAT = _plain(pa.int64()), _plain(pa.float64(), "CAST({c} AS FLOAT8)")
_BY_OID = {
    16: _plain(pa.bool_()),
    **dict.fromkeys((20, 21, 23), _WHOLE),
    **dict.fromkeys((700, 701), _FLOAT),
    1000: _plain(pa.list_(pa.bool_())),
    **dict.fromkeys((1005, 1007, 1016), _plain(pa.list_(pa.int64()))),
    **dict.fromkeys((1021, 1022), _plain(pa.list_(pa.float64()), "CAST({c} AS FLOAT8[])")),
    1082: _Read(_DAY.replace("{far}", str(_BEYOND_DAYS)), pa.int32(), pa.date32()),
    1114: _Read(_TIME.replace("{far}", str(_BEYOND_TIME)), pa.int64(), pa.timestamp("us")),
    1184: _Read(_TIME.replace("{far}", str(_BEYOND_TIME)), pa.int64(), pa.timestamp("us", "UTC")),
}
_TEXT = _plain(pa.string(), "CAST({c} AS TEXT)")
_TEXTS = _plain(pa.list_(pa.string()), "CAST({c} AS TEXT[])")


@frozen
class Rows:
    """A table of a server. ``columns`` have their names."""

    where: str
    table: str
    columns: tuple[tuple[str, _Read], ...]
    identity: str

    def schema(self) -> pa.Schema:
        return pa.schema([(name, read.kind) for name, read in self.columns])

    def pieces(self, size: int) -> Iterator[pa.Table]:
        """The rows, so many at a time. Raises OSError."""
        with _connected(self.where) as connection, connection.cursor(name="uses") as cursor:
            told = ", ".join(read.sql.replace("{c}", _quoted(name)) for name, read in self.columns)
            cursor.execute(f"SELECT {told} FROM {_table(self.table)}".encode())
            first = True
            while (rows := cursor.fetchmany(size)) or first:
                first = False
                yield self._arrow(rows)

    def _arrow(self, rows: list[tuple[Any, ...]]) -> pa.Table:
        columns = [*zip(*rows, strict=True)] if rows else [() for _ in self.columns]
        arrays = [
            pa.array(values, read.comes).view(read.kind)
            if read.comes != read.kind
            else pa.array(values, read.kind)
            for values, (_, read) in zip(columns, self.columns, strict=True)
        ]
        return pa.Table.from_arrays(arrays, schema=self.schema())


def rows_of(name: str) -> Rows:
    """The table that a name says. Raises OSError, or TosdslError if the driver is not installed."""
    where, _, table = name.partition("#")
    if not table:
        raise OSError("behind its address stands no table: postgresql://host/database#table")
    with _connected(where) as connection:
        found = connection.execute(f"SELECT * FROM {_table(table)} LIMIT 0".encode()).description
        oids = [each.type_code for each in found]
        lists = "SELECT oid FROM pg_type WHERE typcategory = 'A' AND oid = ANY (%s)"
        arrays = {oid for (oid,) in connection.execute(lists, [oids]).fetchall()}
        [(now,)] = connection.execute("SELECT CAST(clock_timestamp() AS TEXT)").fetchall()
    columns = tuple(
        (each.name, _BY_OID.get(each.type_code, _TEXTS if each.type_code in arrays else _TEXT))
        for each in found
    )
    return Rows(where, table, columns, f"{table} {now}")


def _connected(where: str) -> Any:
    """A connection that reads one snapshot, and writes nothing."""
    try:
        import psycopg
    except ImportError:
        words = {"what": "A table of PostgreSQL", "package": "psycopg", "extra": "postgresql"}
        raise TosdslError((mistake("TOS6007", None, None, **words),), {}) from None
    connection = psycopg.connect(where, options="-c datestyle=ISO -c timezone=UTC")
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    return connection


def unreadable() -> tuple[type[Exception], ...]:
    """What the driver raises; nothing if it is not installed."""
    try:
        import psycopg
    except ImportError:
        return ()
    return (psycopg.Error,)


def _table(name: str) -> str:
    return ".".join(_quoted(each) for each in name.split("."))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
