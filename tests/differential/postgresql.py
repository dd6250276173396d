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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from json import dumps
from pathlib import Path
from time import perf_counter
from typing import Any

from attrs import define, field
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import tosdsl
from tests.conftest import ROOT
from tests.differential import constructs
from tests.differential.tables import Table, table
from tests.gate.postgresql import database
from tests.properties.worlds import World, worlds
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
    policies: tosdsl.PolicySet, connection: Any, count: int, seed: int, *, zoned: bool = False
) -> Iterator[str]:
    made: Callable[..., Table] = partial(OnServer, connection=connection)
    for answers in policies.predicates.answers(None, None):
        yield from table(answers, count, seed, zoned=zoned, made=made).differences()


def conformance() -> list[Path]:
    """The policies of the conformance suite, of which each construct is in one."""
    return sorted((ROOT / "tests" / "conformance").glob("*/good/*.tos"))


def main() -> int:
    import psycopg

    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000)
    parser.add_argument("--worlds", type=int, default=100, help="generated policies")
    options, wrong, drawn = parser.parse_args(), 0, set[str]()
    began = perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        with database(Path(folder)) as (where, _), psycopg.connect(where) as connection:

            def told(name: str, found: Iterable[str]) -> None:
                nonlocal wrong
                several = list(found)
                wrong += len(several)
                for each in several[:3]:
                    print(f"{name}: {each[:600]}")
                sys.stdout.flush()

            shipped = [*(ROOT / "policies").glob("*/*.tos"), *(ROOT / "policies").glob("*/*.tos.md")]
            files = [*conformance(), *sorted(shipped)]
            files = [each for each in files if "\npolicy " in f"\n{each.read_text('utf-8')}"]
            for file in files:
                policies = tosdsl.load(str(file))
                drawn |= constructs.of(policies)
                told(file.name, differences(policies, connection, options.rows, 1))
            print(f"{len(files)} policies with {len(drawn)} constructs, {options.rows:,} rows each")

            @given(worlds(), st.integers(0, 2**30), st.booleans())
            @settings(
                max_examples=options.worlds,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            def generated(world: World, seed: int, zoned: bool) -> None:
                told("generated", differences(world.policies, connection, 100, seed, zoned=zoned))

            generated()
            print(f"{options.worlds} generated policies, 100 rows each")
    print(f"{wrong} differences, in {perf_counter() - began:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
