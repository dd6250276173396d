"""A table as SQL judges it: the mapping put to it, and the rows of a piece in columns of facts.

Tables are read by DuckDB, wherever they are judged, so that each column is read in one way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from attrs import define, field

from tosdsl.auditing.fitting import ROW, Fitted, Fitting
from tosdsl.auditing.parties import Parties
from tosdsl.auditing.silent import silent
from tosdsl.auditing.singles import SQL
from tosdsl.auditing.sources import Table, unreadable
from tosdsl.diagnostics.model import Diagnostic, Severity, in_order, mistake
from tosdsl.errors import TosdslError
from tosdsl.mapping.model import Mapped, Source
from tosdsl.trees import vocabulary as v

_EXPRESSION = "It is an expression of DuckDB's SQL over the columns of the table, and reads no file."
_CONDITION = "It has to be true or false of a row, such as `provider = 'OpenAI'`."
_TEXTS = "The columns of a CSV and of JSON Lines are texts: write 'no' for false, and '5' for 5."
_AT_ONCE = 20_480
"""Rows that DuckDB takes at once: its threads share a table by these, and they fit into its caches."""
_INSTEAD = re.compile(r"\s*coalesce\(\s*([A-Za-z_][\w.]*)\s*,\s*(true|false)\s*\)\s*", re.IGNORECASE)
"""A truth value in the place of an empty cell."""


def connected() -> duckdb.DuckDBPyConnection:
    """DuckDB inside the process, that reads no file."""
    made = silent()
    made.execute("SET TimeZone = 'UTC'")
    made.execute("SET enable_external_access = false")  # SQL of a mapping reads no file
    return made


@define(eq=False)
class Reading:
    """Reads one table by one mapping. ``children`` are its child tables, by the path of the fact."""

    mapped: Mapped
    table: Table
    children: Mapping[str, pa.Table]
    parties: frozenset[str] = frozenset()
    """Names that the policies know, of all that are asked: one knows others than another."""
    connection: duckdb.DuckDBPyConnection = field(factory=connected)

    def __attrs_post_init__(self) -> None:
        """For each child table its items by the row that they belong to, as a table of DuckDB."""
        for number, child in enumerate(self.mapped.tables.values()):
            self.connection.register("given", self.children[child.path])
            key = SQL.ident(child.key)
            if child.key not in self.children[child.path].column_names:
                names = ", ".join(self.children[child.path].column_names)
                said = mistake(
                    "TOS4103", child.span, None, column=child.key, path=child.path, columns=names
                )
                raise TosdslError((said,), {})
            self.connection.execute(
                f"CREATE TEMP TABLE child{number} AS SELECT CAST({key} AS VARCHAR) AS key, "
                f"list(g) AS items FROM given g GROUP BY ALL"
            )
            self.connection.unregister("given")

    left_out: tuple[int, int] = (0, 0)
    """Rows of the last piece that the mapping leaves out: its condition is false, is not known."""

    def rows(self, piece: pa.Table, first: int) -> str:
        """The table that the mapping reads, for one piece; ``first`` is the number of its first row.
        Raises TosdslError if its condition cannot be put to it."""
        every, where = self._every(piece, first), self.mapped.where
        if where is None:
            return every
        counted = ", ".join(
            f"count(*) FILTER (WHERE ({where.sql}) IS {which})" for which in ("FALSE", "NULL")
        )
        try:
            [kind] = self.connection.sql(f"SELECT ({where.sql}) FROM {every}").types
            if str(kind) != "BOOLEAN":
                words = {"path": where.path, "problem": f"it is no condition, but of type {kind}"}
                said = mistake("TOS4122", where.span, None, then=_CONDITION, **words)
                raise TosdslError((said,), {})
            [self.left_out] = self.connection.execute(f"SELECT {counted} FROM {every}").fetchall()
        except duckdb.Error as error:
            raise TosdslError((_of_sql(where, error),), {}) from None
        return f"(SELECT * FROM {every} WHERE ({where.sql}))"

    def _every(self, piece: pa.Table, first: int) -> str:
        """The same with the rows that the mapping leaves out."""
        ones = pa.repeat(pa.scalar(1, pa.int64()), piece.num_rows)
        numbered = piece.append_column(ROW, pc.cumulative_sum(ones, start=first - 1))
        batches = numbered.to_batches(_AT_ONCE)
        self.connection.register("piece", pa.Table.from_batches(batches, numbered.schema))
        if not self.mapped.tables:
            return "piece"
        if self.mapped.row is None:
            wanted = "the column that names a row"
            said = mistake(
                "TOS4101", self.mapped.span, None, path="row", expected=wanted, found="nothing"
            )
            raise TosdslError((said,), {})
        told_, joined = ["p.*"], "piece p"
        for number, path in enumerate(self.mapped.tables):
            named = f"CAST(p.{SQL.ident(self.mapped.row)} AS VARCHAR)"
            joined += f" LEFT JOIN child{number} c{number} ON {named} = c{number}.key"
            told_.append(f"coalesce(c{number}.items, []) AS {SQL.ident(path)}")
        return f"(SELECT {', '.join(told_)} FROM {joined})"

    def fitted(self, vocabulary: v.Vocabulary) -> Fitted:
        """The mapping put to the table. Raises TosdslError if it does not fit."""
        try:
            rows = self.rows(self.table.schema.empty_table(), 0)
            relation = self.connection.sql(f"SELECT * EXCLUDE ({SQL.ident(ROW)}) FROM {rows}")
        except duckdb.Error as error:
            raise unreadable(self.table.name, error) from None
        types = dict(zip(relation.columns, relation.types, strict=True))
        problems: list[Diagnostic] = []
        sql_types: dict[str, Any] = {}
        for source in self._written():
            assert source.sql is not None
            try:
                [sql_types[source.sql]] = self.connection.sql(
                    f"SELECT ({source.sql}) FROM {rows}"
                ).types
            except duckdb.Error as error:
                problems.append(_of_sql(source, error))
        known = self.parties | {each.name for each in vocabulary.parties}
        fitting = Fitting(self.mapped, vocabulary, types, sql_types, known, problems)
        fitted = fitting.fitted()
        if any(each.severity is Severity.ERROR for each in problems):
            raise TosdslError(tuple(in_order(problems)), {})
        return fitted

    def base(self, rows: str, vocabulary: v.Vocabulary, fitted: Fitted, base: str) -> None:
        """A table ``base`` of rows in the layout that SQL reads, and what is wrong with each. Raises
        TosdslError."""
        try:
            read(self.connection, fitted.select(rows), vocabulary, fitted.sources, fitted.closed, base)
        except duckdb.Error as error:  # a value that no type has, or an error of the mapping's own SQL
            for source in self._written():
                try:
                    self.connection.execute(f"SELECT max(({source.sql}) IS NULL) FROM {rows}")
                except duckdb.Error as its_own:
                    raise TosdslError((_of_sql(source, its_own),), {}) from None
            raise unreadable(self.table.name, error) from None

    def _written(self) -> list[Source]:
        """What the mapping says in SQL."""
        sources = [*self.mapped.facts.values(), self.mapped.as_of, self.mapped.known_at]
        return [each for each in sources if each is not None and each.sql is not None]


def _of_sql(source: Source, error: duckdb.Error) -> Diagnostic:
    """What is wrong with SQL of a mapping."""
    said = str(error).splitlines()[0].rstrip(" .!")
    then = _EXPRESSION
    if "VARCHAR" in said and isinstance(error, duckdb.BinderException):
        then, meant = _TEXTS, _INSTEAD.fullmatch(source.sql or "")
        if meant is not None:
            value = "yes" if meant[2].lower() == "true" else "no"
            then += f" Here, write `{{column: {meant[1]}, missing: {value}}}` in its place."
    words = {"path": source.path, "problem": said, "then": then}
    return mistake("TOS4122", source.span, None, **words)


def read(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    vocabulary: v.Vocabulary,
    mapped: Iterable[str],
    closed: Mapping[str, Sequence[str]],
    base: str,
) -> None:
    """Runs such a statement, and looks at names of parties in what is mapped. Raises an error of
    DuckDB."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {base} AS {sql}")
    Parties(vocabulary, connection, closed).refuse(base, mapped)
