"""Rows that are judged in Spark: a frame of Spark in, one out.

Each part of the frame is read where it is, by DuckDB in a process of Spark's, as every table is; so the
workers need ``tosdsl[audit]`` too. The rows are judged by Spark's own SQL. Python is asked once a kind,
here. What was read is kept by Spark until the audit is forgotten. Lost rows are an error: they are not
read anew, perhaps in another order.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from random import Random
from typing import Any
from uuid import uuid4

import pyarrow as pa
from attrs import define, evolve, field, frozen
from pyspark.errors import PySparkException, PySparkRuntimeError
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf
from pyspark.sql.pandas.types import from_arrow_schema

from tosdsl.auditing import reading
from tosdsl.auditing.database import Database
from tosdsl.auditing.fitting import ROW
from tosdsl.auditing.run import Run, Side
from tosdsl.auditing.sources import PIECE, Table, not_on_spark, unreadable
from tosdsl.backends.sql.dialect import Dialect
from tosdsl.backends.sql.spark import Spark
from tosdsl.diagnostics.model import mistake
from tosdsl.errors import TosdslError
from tosdsl.trees import vocabulary as v

_PYTHON_ERROR = re.compile(r"[A-Za-z_.]*(Error|Exception): ")
_NEEDS = (
    "It needs Java 17 or newer, and `pip install 'tosdsl[audit,spark]'` wherever it runs Python; "
    "`PYSPARK_PYTHON` names that Python."
)
_AT_ONCE = 100_000
"""Rows of a part that are read at once."""
_PART_BITS = 33
"""Spark numbers the rows of a part from its own number times two to this."""


def opened(name: str) -> DataFrame:
    """A file or a folder of Parquet, as Spark reads it. Raises TosdslError."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # Spark's own choice would be `python3`
    try:
        return SparkSession.builder.getOrCreate().read.parquet(name)
    except PySparkRuntimeError as error:
        raise not_on_spark(_said(error), _NEEDS) from None
    except PySparkException as error:
        raise _wrong(name, error) from None


def write(frame: DataFrame, name: str) -> None:
    """Writes a frame as a folder of Parquet. Raises TosdslError."""
    try:
        frame.write.parquet(name)
    except PySparkException as error:
        raise TosdslError((mistake("TOS6010", None, name=name, problem=_said(error)),), {}) from None


def _wrong(name: str, error: PySparkException) -> TosdslError:
    """What is said where Spark, or Python in a process of it, cannot go on."""
    said = _said(error)
    if said.startswith(("ModuleNotFoundError", "ImportError")):
        return not_on_spark(said, _NEEDS)
    return unreadable(name, Exception(said))


def _said(error: PySparkException) -> str:
    """The line of an error that says what happened; that of Python's error, if it was one."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    of_python = [line for line in lines if _PYTHON_ERROR.match(line)]
    return (of_python or lines)[-1 if of_python else 0].removeprefix("_duckdb.").rstrip(" .!")


def table_of(frame: DataFrame) -> Table:
    """What is known of a frame before it is read. Raises TosdslError."""
    name = "(a frame of Spark)"
    try:
        schema = frame.limit(0).toArrow().schema
    except PySparkException as error:
        raise _wrong(name, error) from None

    def first(count: int) -> pa.Table:
        try:
            return frame.limit(count).toArrow()
        except PySparkException as error:
            raise _wrong(name, error) from None

    return Table(name, schema, None, name, lambda after: iter(()), first)


@define(eq=False)
class InSpark(Database):
    """A session of Spark."""

    session: Any = field(kw_only=True)
    dialect: Dialect = field(factory=Spark)
    prefix: str = field(factory=lambda: f"tosdsl_{uuid4().hex}_")

    def keep(self, name: str, sql: str) -> None:
        self.put(name, self.session.sql(sql).localCheckpoint())

    def add(self, name: str, sql: str) -> None:
        self.put(name, self.session.table(name).union(self.session.sql(sql)))

    def see(self, name: str, sql: str) -> None:
        self.put(name, self.session.sql(sql))

    def given(self, name: str, table: pa.Table) -> None:
        kinds = from_arrow_schema(table.schema, prefer_timestamp_ntz=True)
        self.put(name, self.session.createDataFrame(table, kinds))

    def drop(self, *names: str) -> None:
        for each in names:
            self.session.catalog.dropTempView(each)

    def found(self, sql: str) -> pa.Table:
        return self.session.sql(sql).toArrow()

    def mark(self, name: str, column: str, said: str, where: str) -> None:
        frame, into = self.session.table(name), self.dialect.ident(column)
        made = sf.expr(f"CASE WHEN {where} THEN {self.dialect.text(said)} ELSE {into} END")
        self.put(name, frame.withColumn(column, made))

    def sample(self, name: str, column: str, count: int, random: Random) -> list[int]:
        """Of each so many rows as a piece of a file has, ``count``."""
        row = self.dialect.ident(column)
        [(rows,)] = self.rows(f"SELECT count(*) AS n FROM {name}")
        most = count * -(-rows // PIECE)
        seed = self.dialect.whole(random.getrandbits(62), False)
        chosen = f"SELECT {row} FROM {name} ORDER BY xxhash64({row}, {seed}), {row} LIMIT {most}"
        return sorted(each for (each,) in self.rows(chosen))

    def items(self, column: str) -> str:
        return f"explode({column})"

    def fields(self, column: str, field: str | None) -> str:
        if field is None:
            return column
        item = self.dialect.item(0)
        return f"transform({column}, {item} -> {self.dialect.field(item, field)})"

    def put(self, name: str, frame: DataFrame) -> None:
        """Gives a frame a name, in the place of another."""
        frame.createOrReplaceTempView(name)


@define(eq=False)
class OnSpark(Run):
    """An audit of a frame of Spark."""

    frame: DataFrame = field(kw_only=True)

    def judging(self) -> Database:
        session = self.frame.sparkSession
        if session.conf.get("spark.sql.ansi.enabled") != "true":
            raise not_on_spark(
                "its ANSI mode is off, so that what is too large would be unknown",
                "Set `spark.sql.ansi.enabled` to `true`, which it is if nobody says otherwise.",
            )
        if self.mapped.tables:
            span = next(iter(self.mapped.tables.values())).span
            then = (
                "Map a column that is a list of records: `collect_list` makes one of the child's rows."
            )
            raise not_on_spark("the mapping has a child table", then, span)
        if self.mapped.where is not None:
            then = "Leave the rows out of the frame before: `frame.filter(…)`."
            raise not_on_spark("the mapping has `where`", then, self.mapped.where.span)
        return InSpark(session=session)

    def told(self) -> DataFrame:
        """What is told of each row, as a frame. Raises TosdslError."""
        assert isinstance(self.database, InSpark)
        try:
            made: DataFrame = self.database.session.sql(
                self.judged(self._read(self.database)).statement()
            )
        except PySparkException as error:
            raise _wrong(self.table.name, error) from None
        return made

    def _read(self, database: InSpark) -> int:
        """The tables of rows that are judged, and how many rows there are."""
        numbered = self.frame.withColumn(ROW, sf.monotonically_increasing_id())
        if self.against is not None:
            numbered = numbered.localCheckpoint()  # both sides are to number rows alike
        bases = [self._base(numbered, side).localCheckpoint() for side in self.sides()]
        part = sf.shiftright(sf.col(ROW), _PART_BITS)
        sizes = bases[0].groupBy(part.alias("part")).count().toArrow().to_pylist()
        before, starts = 0, []
        for each in sorted(sizes, key=lambda each: each["part"]):
            starts.append((each["part"], before - (each["part"] << _PART_BITS)))
            before += each["count"]
        moved = self.named("moved")
        database.put(moved, database.session.createDataFrame(starts, "part BIGINT, moved BIGINT"))
        for number, base in enumerate(bases):
            name, row = self.named(f"s{number}_base"), self._ident(ROW)
            database.put(f"{name}_read", base)
            others = ", ".join(f"b.{self._ident(each)}" for each in base.columns if each != ROW)
            database.see(
                name,
                f"SELECT /*+ BROADCAST(m) */ b.{row} + m.moved AS {row}, {others} FROM {name}_read b "
                f"JOIN {moved} m ON shiftright(b.{row}, {_PART_BITS}) = m.part",
            )
        return before

    def _base(self, numbered: DataFrame, side: Side) -> DataFrame:
        """The rows in columns of facts, as one side reads them."""
        assert side.fitted is not None
        sql = side.fitted.select("piece")
        empty = self.table.schema.append(pa.field(ROW, pa.int64())).empty_table()
        # A name with a dot in it would be taken for a field there.
        fitted, names = side.fitted, tuple(numbered.columns)
        read = _Read(sql, side.vocabulary, tuple(fitted.sources), fitted.closed, names)
        schema = read.of(self.reading.connection, empty).schema
        kinds = from_arrow_schema(schema, prefer_timestamp_ntz=True)
        plain = numbered.toDF(*(f"c{at}" for at in range(len(numbered.columns))))
        return plain.mapInArrow(evolve(read, schema=schema), kinds)


@frozen
class _Read:
    """Reads the rows of a part, in a process of Spark's."""

    sql: str
    vocabulary: v.Vocabulary
    mapped: tuple[str, ...]
    closed: Mapping[str, tuple[str, ...]]
    names: tuple[str, ...]
    schema: pa.Schema | None = None

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        connection, several, rows = reading.connected(), list[pa.RecordBatch](), 0
        for batch in batches:
            several.append(batch)
            rows += batch.num_rows
            if rows >= _AT_ONCE:
                yield from self._batches(connection, several)
                several, rows = [], 0
        if several:
            yield from self._batches(connection, several)

    def _batches(self, connection: Any, several: list[pa.RecordBatch]) -> list[pa.RecordBatch]:
        made = self.of(connection, pa.Table.from_batches(several))
        batches: list[pa.RecordBatch] = made.cast(self.schema).to_batches()
        return batches

    def of(self, connection: Any, piece: pa.Table) -> pa.Table:
        """What is read of some rows. Raises an error of DuckDB."""
        connection.register("piece", piece.rename_columns(self.names))
        reading.read(connection, self.sql, self.vocabulary, self.mapped, self.closed, "base")
        return connection.sql("SELECT * FROM base").to_arrow_table()
