"""Where rows are judged: a database that holds tables for a while, and takes and gives tables of Arrow.

What is done with rows is said once, in SQL that each of these understands: ``judge.py`` and ``run.py``
ask for no more than this.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import duckdb
import pyarrow as pa
from attrs import define, field

from tosdsl.backends.sql.columns import Column
from tosdsl.backends.sql.dialect import Dialect
from tosdsl.backends.sql.duckdb import DuckDB


@define(eq=False)
class Database:
    """Tables by name. ``prefix`` begins the name of each, so that they meet no table of others."""

    dialect: Dialect
    prefix: str = ""

    def keep(self, name: str, sql: str) -> None:
        """Makes a table of what a statement gives, in the place of one of that name."""
        raise NotImplementedError

    def add(self, name: str, sql: str) -> None:
        """Puts what a statement gives into a table that there is."""
        raise NotImplementedError

    def see(self, name: str, sql: str) -> None:
        """Gives a statement a name; it is run where the name stands."""
        raise NotImplementedError

    def given(self, name: str, table: pa.Table) -> None:
        """Takes a table of Arrow."""
        raise NotImplementedError

    def drop(self, *names: str) -> None:
        """Forgets tables, if they are there."""
        raise NotImplementedError

    def found(self, sql: str) -> pa.Table:
        """What a statement gives."""
        raise NotImplementedError

    def mark(self, name: str, column: str, said: str, where: str) -> None:
        """Writes a text into a column of a table, in rows for which something is true."""
        raise NotImplementedError

    def sample(self, name: str, column: str, count: int, random: Random) -> list[int]:
        """The numbers in a column of so many rows, or of all if there are fewer, chosen at random."""
        raise NotImplementedError

    def items(self, column: str) -> str:
        """Each item of a list in a row of its own; SQL of a column."""
        raise NotImplementedError

    def fields(self, column: str, field: str | None) -> str:
        """A list of a field of each item, or of the items themselves; SQL of a column."""
        raise NotImplementedError

    # --- what is the same everywhere ------------------------------------------------------------------

    def rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """What a statement gives, row by row."""
        return zip(*(each.to_pylist() for each in self.found(sql).columns), strict=True)

    def null(self, plain: Any) -> str:
        """NULL of a type."""
        return f"CAST(NULL AS {self.dialect.type(Column('', plain))})"


@define(eq=False)
class InDuckDB(Database):
    """A connection of DuckDB."""

    connection: duckdb.DuckDBPyConnection = field(kw_only=True)
    dialect: Dialect = field(factory=DuckDB)

    def keep(self, name: str, sql: str) -> None:
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}")

    def add(self, name: str, sql: str) -> None:
        self.connection.execute(f"INSERT INTO {name} {sql}")

    def see(self, name: str, sql: str) -> None:
        self.connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {sql}")

    def given(self, name: str, table: pa.Table) -> None:
        self.connection.register(name, table)

    def drop(self, *names: str) -> None:
        for each in names:
            self.connection.execute(f"DROP TABLE IF EXISTS {each}")

    def found(self, sql: str) -> pa.Table:
        return self.connection.sql(sql).to_arrow_table()

    def mark(self, name: str, column: str, said: str, where: str) -> None:
        text, into = self.dialect.text(said), self.dialect.ident(column)
        self.connection.execute(f"UPDATE {name} SET {into} = {text} WHERE {where}")

    def items(self, column: str) -> str:
        return f"unnest({column})"

    def fields(self, column: str, field: str | None) -> str:
        if field is None:
            return column
        item = self.dialect.item(0)
        return f"list_transform({column}, lambda {item}: {self.dialect.field(item, field)})"

    def sample(self, name: str, column: str, count: int, random: Random) -> list[int]:
        every = self.found(f"SELECT {self.dialect.ident(column)} FROM {name}").column(0)
        if len(every) <= count:
            whole: list[int] = every.to_pylist()
            return whole
        chosen = sorted(random.sample(range(len(every)), count))
        found: list[int] = every.take(chosen).to_pylist()
        return found
