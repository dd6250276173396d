"""A table of uses: an audit beside SQL written by hand, and beside a loop over ``verdict``.

    python -m benchmarks.tables --rows 1_000_000

OpenAI's Business Terms, uses invented near what their conditions ask, a tenth of all facts unknown. All
ways run in one process, on the same table in memory, and must count the same verdicts. Each is run
``--times`` times, and the shortest counts. The SQL by hand is what a careful person writes, with
unknown facts in mind.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

import tosdsl
from tosdsl.auditing.invented import write
from tosdsl.auditing.whole import prepared
from tosdsl.backends.sql.duckdb import DuckDB
from tosdsl.backends.sql.program import Statement

POLICY = "openai.business_terms"
LOOPED = 100_000
"""Rows that the loop goes through; its time is taken times as many."""

BY_HAND = """
WITH c AS (
  SELECT list_contains(output_of, 'openai')
     AND list_has_any(activities, ['train', 'annotate', 'distill', 'fine_tune', 'evaluate'])
     AND list_contains("model.competes_with", 'openai')
     AND NOT ("model.purpose" IN ('classify', 'categorize', 'organize')
              AND NOT "model.distributed" AND NOT "model.commercially_available"
              OR list_contains(activities, 'fine_tune') AND "model.base_offered_by" = 'openai')
     AS forbidden FROM uses)
SELECT CASE WHEN forbidden THEN 'forbidden' WHEN NOT forbidden THEN 'permitted' ELSE 'undetermined' END
       AS verdict, count(*) FROM c GROUP BY verdict
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    policies = tosdsl.load(POLICY)
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder, "uses.parquet"))
        write(policies.predicates, options.rows, file, 0.1, 0)
        measure(policies, pq.read_table(file), options.times)


def measure(policies: tosdsl.PolicySet, table: pa.Table, times: int) -> None:
    [answers] = policies.predicates.answers(None, None)
    statement = Statement(answers.program, DuckDB())
    ours = f"SELECT verdict, count(*) FROM ({statement.select('uses')}) GROUP BY verdict"
    with duckdb.connect() as connection:
        connection.register("given", table)
        connection.execute("CREATE TABLE uses AS SELECT * FROM given")

        def counted(sql: str) -> Callable[[], Counter[str]]:
            return lambda: Counter(dict(connection.execute(sql).fetchall()))

        ways = {
            "counts, SQL by hand": (counted(BY_HAND), table.num_rows),
            "counts, SQL of tosdsl": (counted(ours), table.num_rows),
            "verdict and reasons of every row": (lambda: audited(policies, table), table.num_rows),
        }
        first = table.slice(0, LOOPED)
        ways["loop over verdict"] = (lambda: looped(policies, first.to_pylist()), first.num_rows)
        found = {name: shortest(way, times) for name, (way, _) in ways.items()}
    names = list(found)
    assert found[names[0]][1] == found[names[1]][1] == found[names[2]][1]
    base = found[names[0]][0]
    for name in names:
        taken = found[name][0] * table.num_rows / ways[name][1]
        print(f"{name:34}{table.num_rows / taken:>14,.0f} rows/s{taken / base:>10.2f} times the first")


def shortest(way: Callable[[], Counter[str]], times: int) -> tuple[float, Counter[str]]:
    best, made = float("inf"), Counter[str]()
    for _ in range(times):
        began = perf_counter()
        made = way()
        best = min(best, perf_counter() - began)
    return best, made


def audited(policies: tosdsl.PolicySet, table: pa.Table) -> Counter[str]:
    audit = prepared(policies, table)
    audit.table()
    return audit.run.counts.verdicts


def looped(policies: tosdsl.PolicySet, rows: list[dict[str, object]]) -> Counter[str]:
    verdict, made = policies.verdict, Counter[str]()
    for row in rows:
        facts: dict[str, dict[str, object]] = {"model": {}}
        for path, value in row.items():
            if path.startswith("model."):
                facts["model"][path[6:]] = value
            elif path in ("activities", "output_of"):
                facts[path] = value  # type: ignore[assignment]  # a list
        made[verdict(facts).value] += 1
    return made


if __name__ == "__main__":
    main()
