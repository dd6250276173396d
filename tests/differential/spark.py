"""SQL for Spark, run by Spark itself: every construct, with NULLs and the ends of every type.

    python -m tests.differential.spark --rows 1000

Every policy of the conformance suite, every shipped one and generated ones are put to so many rows
each. What Spark says of verdicts, clauses and conditions must be what ``decide`` says. It needs Java 17
and ``pip install 'tosdsl[spark]'``. Spark runs inside the process, on the loopback address only.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from typing import Any

from attrs import define, field

import tosdsl
from tests.differential.held import held, read_options
from tests.differential.tables import Table, table
from tosdsl.auditing import arrow
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
    if find_spec("pyspark") is None:
        return "pyspark is not installed"
    return "" if shutil.which("java") else "Java is not installed"


@contextmanager
def session(**more: str) -> Iterator[Any]:
    """Spark inside the process, which ends with the block."""
    from pyspark.sql import SparkSession

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


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options = read_options(parser)
    with session() as spark:
        return held(options, partial(differences, spark=spark))


if __name__ == "__main__":
    sys.exit(main())
