"""SQL for Spark, run by Spark itself: every construct, with NULLs and the ends of every type.

    python -m tests.differential.spark --rows 1000
    python -m tests.differential.spark --beside-duckdb 2000000

Every policy of the conformance suite, every shipped one and generated ones are put to so many rows
each. What Spark says of verdicts, clauses and conditions must be what ``decide`` says. The second form
audits so many invented uses of five shipped policies in Spark and in DuckDB, and compares all that is
told of each row. It needs Java 17 and ``pip install 'tosdsl[spark]'``. Spark runs inside the process,
on the loopback address only.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb
from attrs import define, field

import tosdsl
from tests.differential.held import held, read_options
from tests.differential.tables import Table, table
from tosdsl.auditing import arrow, invented
from tosdsl.auditing.whole import prepared
from tosdsl.backends.sql.columns import Column
from tosdsl.backends.sql.dialect import Dialect
from tosdsl.backends.sql.spark import Spark

SETTINGS = {
    "spark.master": "local[2]",
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "3g",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.session.timeZone": "America/New_York",  # no form may depend on it
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
}


def missing() -> str:
    """What Spark lacks here; nothing if it can run."""
    for each in ("pyspark", "pandas"):
        if find_spec(each) is None:
            return f"{each} is not installed"
    return "" if shutil.which("java") else "Java is not installed"


@contextmanager
def session(**more: str) -> Iterator[Any]:
    """Spark inside the process, which ends with the block."""
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder
    for name, value in {**SETTINGS, **more}.items():
        builder = builder.config(name, value)
    made = builder.getOrCreate()
    made.sparkContext.setLogLevel("ERROR")
    try:
        yield made
    finally:
        made.stop()


@define(eq=False)
class OnSpark(Table):
    """Uses in a table of Spark."""

    dialect: Dialect = field(factory=Spark)
    spark: Any = None

    def _run(self, outputs: list[tuple[str, str]]) -> list[dict[str, Any]]:
        statement = self.statement
        columns = self.columns() + [Column(each.name, "truth") for each in statement.asked]
        rows = self.rows()
        for each in statement.asked:
            for row, found in zip(rows, self.wanted, strict=True):
                row[each.name] = found[each.node]
        sql = statement.definitions.statement("uses", outputs, ["row"])
        return answered(self.spark, columns, rows, sql)


def answered(
    spark: Any, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]], sql: str
) -> list[dict[str, Any]]:
    """What a statement says of a table ``uses`` with these rows."""
    spark.createDataFrame(arrow.table(columns, rows)).createOrReplaceTempView("uses")
    found: list[dict[str, Any]] = spark.sql(sql).toArrow().to_pylist()
    return found


def differences(
    policies: tosdsl.PolicySet, count: int, seed: int, *, spark: Any, zoned: bool = False
) -> Iterator[str]:
    made: Callable[..., Table] = partial(OnSpark, spark=spark)
    for answers in policies.predicates.answers(None, None):
        yield from table(answers, count, seed, zoned=zoned, made=made).differences()


FIVE = (
    "openai.business_terms",
    "openai.services_agreement",
    "meta.llama_3_1",
    "github.acceptable_use",
    "deepseek.terms_of_use",
)


def beside_duckdb(spark: Any, policy: str, rows: int, folder: Path) -> int:
    """How many of so many invented uses Spark and DuckDB do not say the same of."""
    asked = tosdsl.load(policy)
    uses, mapped = folder / "uses.parquet", folder / "map.yaml"
    invented.write(asked.predicates, rows, str(uses), 0.1, 1)
    mapped.write_text(invented.mapping(asked.predicates), "utf-8")
    began = perf_counter()
    here = prepared(asked, str(uses), str(mapped))
    here.write(str(folder / "duckdb.parquet"), lambda *_: None)
    between = perf_counter()
    there = prepared(asked, spark.read.parquet(str(uses)), str(mapped))
    there.frame().write.parquet(str(folder / "spark.parquet"))
    ended = perf_counter()
    wrong, kinds = compared(folder)
    for name in ("rows", "verdicts", "wrong", "months", "by", "beyond", "unasked", "parties"):
        wrong += getattr(here.run.counts, name) != getattr(there.run.counts, name)
    print(
        f"{policy}: {rows:,} rows, {kinds:,} kinds, {wrong} differences; "
        f"DuckDB {between - began:.0f} s, Spark {ended - between:.0f} s",
        flush=True,
    )
    return wrong


def compared(folder: Path) -> tuple[int, int]:
    """Rows of which two files do not say the same, and kinds that are not the same rows in both; and
    how many kinds there are. Numbers of kinds are left out: each engine has an order of its own."""
    with duckdb.connect() as connection:
        connection.execute("SET memory_limit = '2GB'")
        connection.execute(f"CREATE VIEW a AS FROM '{folder}/duckdb.parquet'")
        connection.execute(f"CREATE VIEW b AS FROM '{folder}/spark.parquet/*.parquet'")
        names = [name for name in connection.sql("FROM a").columns if name not in ("row", "id", "kind")]
        unlike = " OR ".join(f'a."{name}" IS DISTINCT FROM b."{name}"' for name in names)
        both = f"a FULL JOIN b ON a.id = b.id WHERE a.id IS NULL OR b.id IS NULL OR {unlike}"
        [(rows,)] = connection.execute(f"SELECT count(*) FROM {both}").fetchall()
        [(pairs, one, other)] = connection.execute(
            "SELECT count(DISTINCT (a.kind, b.kind)), count(DISTINCT a.kind), count(DISTINCT b.kind) "
            "FROM a JOIN b ON a.id = b.id WHERE a.kind IS NOT NULL OR b.kind IS NOT NULL"
        ).fetchall()
    return rows + (pairs - one) + (pairs - other), one


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--beside-duckdb", type=int, metavar="ROWS", help="compare the two engines")
    options = read_options(parser)
    with session() as spark:
        if options.beside_duckdb:
            wrong = 0
            for policy in FIVE:
                with tempfile.TemporaryDirectory() as folder:
                    wrong += beside_duckdb(spark, policy, options.beside_duckdb, Path(folder))
            print(f"{wrong} differences")
            return 1 if wrong else 0
        return held(options, partial(differences, spark=spark))


if __name__ == "__main__":
    sys.exit(main())
