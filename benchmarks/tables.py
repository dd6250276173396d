"""Tables of uses: audits beside SQL written by hand, beside Polars, and beside a loop over ``verdict``.

    python -m benchmarks.tables --rows 1_000_000

Uses are invented near what the conditions of a policy ask, with a tenth of all facts unknown, or none.
The ways of one table run in one process, in turns, on the same rows in memory, and must count the same
verdicts; the shortest of ``--times`` counts. The SQL by hand is what a careful person writes, with
unknown facts in mind, the rule in an inner query. ``--only TABLE`` (several times, if wanted) leaves
tables out. Memory is the most that a process of its own ever had, so it needs Linux.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

import tosdsl
from benchmarks.by_hand import CLAUSES, TERMS, many_by_hand, many_clauses, polars_by_hand
from benchmarks.timing import resident
from tosdsl.auditing import invented
from tosdsl.auditing.whole import prepared
from tosdsl.backends.sql.duckdb import DuckDB
from tosdsl.backends.sql.program import Statement

POLICY = "openai.business_terms"
LISTS = "elastic.license"
LOOPED = 20_000
"""Rows that the loop goes through; its time is taken times as many."""

Counts = Counter[str]
Way = Callable[[], Counts]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--only", action="append", choices=[*TABLES], default=[], metavar="TABLE")
    options = parser.parse_args()
    for name in options.only or TABLES:
        print(f"\n{TITLES[name].format(rows=options.rows)}\n")
        TABLES[name](options.rows, options.times)


# --- the tables -----------------------------------------------------------------------------------


def counts(rows: int, times: int) -> None:
    for unknown in (0.1, 0.0):
        with told(tosdsl.load(POLICY), rows, unknown) as (policies, table, database):
            ways: dict[str, tuple[Way, int]] = {
                "SQL by hand": (counted(database, TERMS), rows),
                "SQL of tosdsl": (counted(database, sql_of(policies)), rows),
            }
            if find_spec("polars"):
                ways["Polars by hand"] = (polars_by_hand(table), rows)
            first = table.slice(0, LOOPED)
            ways["loop over `verdict`"] = (partial(looped, policies, first), first.num_rows)
            report(shortest(ways, times), f"{unknown:.0%} unknown")


def whole(rows: int, times: int) -> None:
    with told(tosdsl.load(POLICY), rows, 0.1) as (policies, table, database), folder() as into:
        ways: dict[str, tuple[Way, int]] = {
            "counts, SQL by hand": (counted(database, TERMS), rows),
            "verdict, clauses, needs and basis of each row": (lambda: in_memory(policies, table), rows),
            "the same, to Parquet": (lambda: to_parquet(policies, table, into), rows),
        }
        report(shortest(ways, times), "10% unknown")


def lists(rows: int, times: int) -> None:
    with told(tosdsl.load(LISTS), rows, 0.1) as (policies, table, _):
        first = table.slice(0, LOOPED // 10)
        ways: dict[str, tuple[Way, int]] = {
            "loop over `verdict`": (lambda: looped(policies, first), first.num_rows),
            "verdict, clauses, needs and basis of each row": (lambda: in_memory(policies, table), rows),
        }
        report(shortest(ways, times), "10% unknown")


def clauses(rows: int, times: int) -> None:
    with told(tosdsl.loads(many_clauses()), rows, 0.1) as (policies, table, database):
        many_by_hand(database)
        ways: dict[str, tuple[Way, int]] = {
            "a join by hand": (counted(database, CLAUSES), rows),
            "SQL of tosdsl": (counted(database, sql_of(policies)), rows),
            "verdict, clauses, needs and basis of each row": (lambda: in_memory(policies, table), rows),
        }
        report(shortest(ways, times), "10% unknown")


def against(rows: int, times: int) -> None:
    old, new = (
        tosdsl.load("deepseek.terms_of_use@2025-01-20"),
        tosdsl.load("deepseek.terms_of_use@2026-03-27"),
    )
    for size in (rows // 4, rows):
        with told(new, size, 0.1) as (policies, table, _):
            ways: dict[str, tuple[Way, int]] = {
                "two versions, each row": (partial(in_memory, policies, table, old), size)
            }
            report(shortest(ways, 1), f"{size:,} rows")


def memory(rows: int, times: int) -> None:
    for size in (rows, 10 * rows):
        with folder() as into:
            apart(make, size, into)
            taken, most = apart(whole_of, into)
        print(f"{size:>12,} rows  {size / taken:>12,.0f} rows/s  {most:>7,.0f} MiB at most")


def apart(work: Callable[..., Any], *given: object) -> Any:
    """What comes of some work in a process of its own."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(work, given)


def make(rows: int, into: Path) -> None:
    invented.write(tosdsl.load(POLICY).predicates, rows, str(into / "uses.parquet"), 0.1, 0)


def whole_of(into: Path) -> tuple[float, float]:
    """Seconds for an audit from Parquet to Parquet, and the MiB that this process had at most."""
    policies = tosdsl.load(POLICY)
    began = perf_counter()
    audit = prepared(policies, str(into / "uses.parquet"))
    audit.write(str(into / "verdicts.parquet"), lambda *_: None)
    return perf_counter() - began, resident("VmHWM")


TITLES = {
    "counts": "Verdicts counted: OpenAI's Business Terms, {rows:,} rows",
    "whole": "All that is told of each row: OpenAI's Business Terms, {rows:,} rows",
    "lists": "Lists of records: Elastic License, {rows:,} rows",
    "clauses": "A thousand clauses, {rows:,} rows",
    "against": "What would change: DeepSeek's terms of January 2025 and of March 2026",
    "memory": "From Parquet to Parquet, in a process of its own",
}
TABLES: dict[str, Callable[[int, int], None]] = {
    "counts": counts,
    "whole": whole,
    "lists": lists,
    "clauses": clauses,
    "against": against,
    "memory": memory,
}


# --- ways -----------------------------------------------------------------------------------------


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@contextmanager
def told(
    policies: tosdsl.PolicySet, rows: int, unknown: float
) -> Iterator[tuple[tosdsl.PolicySet, pa.Table, duckdb.DuckDBPyConnection]]:
    """Policies and invented uses, in memory and in a database as the table ``uses``."""
    with folder() as into, duckdb.connect() as database:
        file = str(into / "uses.parquet")
        invented.write(policies.predicates, rows, file, unknown, 0)
        table = pq.read_table(file)
        database.register("given", table)
        database.execute("CREATE TABLE uses AS SELECT * FROM given")
        yield policies, table, database


def sql_of(policies: tosdsl.PolicySet) -> str:
    [answers] = policies.predicates.answers(None, None)
    inner = Statement(answers.program, DuckDB()).select("uses")
    return f"SELECT verdict, count(*) FROM ({inner}) GROUP BY verdict"


def mapping_of(policies: tosdsl.PolicySet) -> dict[str, Any] | None:
    """That of the facts; every row is judged by the version that is asked about, whatever its day."""
    facts = yaml.safe_load(invented.mapping(policies.predicates)).get("facts")
    return {"facts": facts} if facts else None


def counted(database: duckdb.DuckDBPyConnection, sql: str) -> Way:
    return lambda: Counter(dict(database.execute(sql).fetchall()))


def in_memory(
    policies: tosdsl.PolicySet, table: pa.Table, old: tosdsl.PolicySet | None = None
) -> Counts:
    audit = prepared(policies, table, mapping_of(policies), old)
    audit.table()
    return audit.run.counts.verdicts


def to_parquet(policies: tosdsl.PolicySet, table: pa.Table, into: Path) -> Counts:
    audit = prepared(policies, table, mapping_of(policies))
    name = into / "verdicts.parquet"
    name.unlink(missing_ok=True)
    audit.write(str(name), lambda *_: None)
    return audit.run.counts.verdicts


def looped(policies: tosdsl.PolicySet, table: pa.Table) -> Counts:
    verdict, made = policies.verdict, Counter[str]()
    paths = [leaf.path for leaf in policies.vocabulary.leaves()]
    for row in table.to_pylist():
        made[verdict({path: row[path] for path in paths if row.get(path) is not None}).value] += 1
    return made


# --- figures --------------------------------------------------------------------------------------


def shortest(ways: dict[str, tuple[Way, int]], times: int) -> list[tuple[str, float]]:
    """Rows a second of each way, in turns; ways over all rows must count the same."""
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(times):
        made: dict[int, list[Counts]] = {}
        for name, (way, rows) in ways.items():
            began = perf_counter()
            found = way()
            best[name] = min(best[name], perf_counter() - began)
            made.setdefault(rows, []).append(found)
        assert all(found == several[0] for several in made.values() for found in several), made
    return [(name, ways[name][1] / best[name]) for name in ways]


def report(found: Iterable[tuple[str, float]], of: str) -> None:
    several = [*found]
    (first, base), *_ = several
    print(f"| {of} | rows a second | times as fast as: {first} |\n|---|---:|---:|")
    for name, rate in several:
        print(f"| {name} | {rate:,.0f} | {rate / base:.2f} |")
    print()


if __name__ == "__main__":
    main()
