"""SQL for PostgreSQL, run by a real server: every construct, with NULLs and the ends of every type.

    python -m tests.differential.postgresql --rows 1000

Every policy of the conformance suite, every shipped one and generated ones are put to so many rows
each. What the server says of verdicts, clauses and conditions must be what ``decide`` says. It needs
PostgreSQL as Debian has it (``apt-get install postgresql``), which is started on the loopback address
in a folder of its own.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from json import dumps
from pathlib import Path
from typing import Any

from attrs import define, field

import tosdsl
from tests.differential.held import held, read_options
from tests.differential.tables import Table, table
from tests.gate.postgresql import database
from tosdsl.backends.sql.columns import DAY, Column
from tosdsl.backends.sql.dialect import Dialect
from tosdsl.backends.sql.postgresql import PostgreSQL


@define(eq=False)
class OnServer(Table):
    """Uses in a table of PostgreSQL."""

    dialect: Dialect = field(factory=PostgreSQL)
    connection: Any = None

    def _run(self, outputs: list[tuple[str, str]]) -> list[dict[str, Any]]:
        statement = self.statement
        columns = [Column("row", "whole"), Column(DAY, "date"), *self.columns()]
        columns += [Column(each.name, "truth") for each in statement.asked]
        rows = self.rows()
        for each in statement.asked:
            for row, found in zip(rows, self.wanted, strict=True):
                row[each.name] = found[each.node]
        sql = statement.definitions.statement("uses", outputs, ["row"])
        names = ["row", *(name for name, _ in outputs)]
        found = answered(self.connection, columns, rows, sql)
        return [dict(zip(names, row, strict=True)) for row in found]


def answered(
    connection: Any, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]], sql: str
) -> list[tuple[Any, ...]]:
    """What a statement says of a table ``uses`` with these rows."""
    dialect = PostgreSQL()
    declared = ", ".join(f"{dialect.ident(each.name)} {dialect.type(each)}" for each in columns)
    marks = ", ".join(f"%s::{dialect.type(each)}" for each in columns)
    several = [[stored(dialect, each, row[each.name]) for each in columns] for row in rows]
    with connection.transaction(force_rollback=True), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE uses ({declared})")
        cursor.executemany(f"INSERT INTO uses VALUES ({marks})", several)
        cursor.execute(sql.encode())
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def stored(dialect: Dialect, column: Column, value: Any) -> Any:
    """A value as the driver takes it."""
    if value is None or dialect.type(column) != "JSONB":
        return value
    return dumps(_renamed(dialect, value), default=_day)


def _renamed(dialect: Dialect, value: Any) -> Any:
    if isinstance(value, dict):
        names = {dialect.ident(name)[1:-1].replace('""', '"'): each for name, each in value.items()}
        return {name: _renamed(dialect, each) for name, each in names.items()}
    return [_renamed(dialect, each) for each in value] if isinstance(value, list) else value


def _day(value: date | datetime) -> str:
    return value.isoformat()


def differences(
    policies: tosdsl.PolicySet, count: int, seed: int, *, connection: Any, zoned: bool = False
) -> Iterator[str]:
    made: Callable[..., Table] = partial(OnServer, connection=connection)
    for answers in policies.predicates.answers(None, None):
        yield from table(answers, count, seed, zoned=zoned, made=made).differences()


def main() -> int:
    import psycopg

    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options = read_options(parser)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        with database(Path(folder)) as (where, _), psycopg.connect(where) as connection:
            return held(options, partial(differences, connection=connection))


if __name__ == "__main__":
    sys.exit(main())
