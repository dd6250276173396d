"""Tables of uses as pieces of some hundred thousand rows: files, and tables of other libraries.

Types are the file's own where it has some (Parquet, Arrow). CSV and JSON Lines are read as text, as a
reader that guesses makes 0.1 a double.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from attrs import define

from tosdsl.auditing import postgresql
from tosdsl.auditing.silent import silent
from tosdsl.base.span import Span
from tosdsl.diagnostics.model import mistake
from tosdsl.errors import TosdslError

PIECE = 500_000
"""Rows of one piece, about."""
_LINE = re.compile(r".*CSV Error on Line: ([0-9]+)$", re.MULTILINE)
_FIELDS = re.compile(r"^Expected Number of Columns: ([0-9]+) Found: ([0-9]+)$", re.MULTILINE)


@define
class Table:
    """A table in pieces. ``size`` is the number of rows, if it is known; ``identity`` tells whether it
    is still the same."""

    name: str
    schema: pa.Schema
    size: int | None
    identity: str
    _pieces: Any
    _first: Any
    """The first so many rows, by their number."""

    def pieces(self, after: int = 0) -> Iterator[pa.Table]:
        """The pieces, without as many as were done before. Raises TosdslError if one is broken."""
        try:
            yield from self._pieces(after)
        except (pa.ArrowException, duckdb.Error, OSError, *postgresql.unreadable()) as error:
            raise _unreadable(self.name, str(error)) from None

    def first(self, count: int) -> pa.Table:
        """The first so many rows, or all if there are fewer. Raises TosdslError if they are broken."""
        try:
            return self._first(count)
        except (pa.ArrowException, duckdb.Error, OSError, *postgresql.unreadable()) as error:
            raise _unreadable(self.name, str(error)) from None

    def __attrs_post_init__(self) -> None:
        _refuse_twice(self.name, self.schema.names)


def opened(source: Any) -> Table:
    """A table by the name of its file, or as another library has it. Raises TosdslError."""
    if isinstance(source, str) and source.startswith(("postgresql://", "postgres://")):
        return _of_server(source)
    if isinstance(source, str | os.PathLike):
        return _file(str(source))
    module = type(source).__module__.partition(".")[0]
    try:
        if isinstance(source, pa.Table):
            return _arrow("(a table of Arrow)", source)
        if isinstance(source, duckdb.DuckDBPyRelation):
            return _arrow("(a relation of DuckDB)", source.to_arrow_table())
        if module == "polars":
            frame = source.collect() if hasattr(source, "collect") else source
            return _arrow("(a frame of Polars)", frame.to_arrow())
        if module == "pandas":
            return _arrow("(a frame of pandas)", pa.Table.from_pandas(source, preserve_index=False))
    except (pa.ArrowException, duckdb.Error) as error:
        raise _unreadable(module, str(error)) from None
    raise _unreadable(type(source).__name__, "it is no table of Arrow, DuckDB, Polars or pandas")


def on_spark(name: str) -> None:
    """Raises TosdslError if a file is none that Spark is given."""
    if not name.lower().rstrip("/").endswith((".parquet", ".pq")):
        then = "Write them as Parquet, or leave out `--engine spark`."
        raise not_on_spark(f"the name of `{name}` does not end in .parquet", then)


def not_on_spark(problem: str, then: str, span: Span | None = None) -> TosdslError:
    """What is said where Spark cannot judge rows; ``then`` is what mends it."""
    return TosdslError((mistake("TOS4120", span, None, problem=problem, then=then),), {})


def unreadable(name: str, error: Exception) -> TosdslError:
    """What is said of a table that a database cannot read."""
    return _unreadable(name, str(error))


def _unreadable(name: str, problem: str) -> TosdslError:
    lines = [line for line in str(problem).splitlines() if line.strip()]
    said = _of_line(problem) or (lines[0].rstrip(" .!") if lines else "it is empty")
    return TosdslError((mistake("TOS4107", None, name=name, problem=said),), {})


def _of_line(problem: str) -> str:
    """What is wrong with a line of a CSV, if that is what DuckDB says; its advice is for its users."""
    found = _LINE.match(problem)
    if found is None:
        return ""
    line, fields = found[1], _FIELDS.findall(problem)
    if fields:
        wanted, there = fields[-1]
        several = "1 field" if there == "1" else f"{there} fields"
        return f"line {line} has {several}, and the line of names {wanted}"
    if "Value with unterminated quote" in problem:
        return f"the quotation mark in line {line} is not closed"
    if "Invalid unicode" in problem:
        return f"line {line} is not UTF-8"
    return f"line {line} cannot be read"


def _arrow(name: str, table: pa.Table) -> Table:
    table = _plain(table)

    def pieces(after: int) -> Iterator[pa.Table]:
        for start in range(after * PIECE, max(table.num_rows, 1), PIECE):
            yield table.slice(start, PIECE)

    def first(count: int) -> pa.Table:
        return table.slice(0, count)

    return Table(name, table.schema, table.num_rows, f"{name} {table.num_rows}", pieces, first)


def _plain(table: pa.Table) -> pa.Table:
    """The same without dictionaries."""
    for at, column in enumerate(table.schema):
        if pa.types.is_dictionary(column.type):
            plain = table.column(at).cast(column.type.value_type)
            table = table.set_column(at, column.name, plain)
    return table


def _of_server(name: str) -> Table:
    """A table of PostgreSQL. What is said of it has no password."""
    shown = f"{name.partition('#')[2] or 'a table'} of PostgreSQL"
    known: tuple[type[Exception], ...] = (OSError, *postgresql.unreadable())
    try:
        rows = postgresql.rows_of(name)
    except known as error:
        raise _unreadable(shown, str(error)) from None

    def pieces(after: int) -> Iterator[pa.Table]:
        yield from islice(rows.pieces(PIECE), after, None)

    def first(count: int) -> pa.Table:
        return next(rows.pieces(count))

    return Table(shown, rows.schema(), None, rows.identity, pieces, first)


# --- files --------------------------------------------------------------------------------------------


def _file(name: str) -> Table:
    path = Path(name)
    if not path.exists():
        raise _unreadable(name, "there is no such file")
    suffix = path.suffix.lower()
    try:
        if path.is_dir() or suffix in (".parquet", ".pq"):
            return _parquet(name, path)
        if suffix in (".csv", ".tsv"):
            return _read(name, path, _csv(name, path))
        if suffix in (".jsonl", ".ndjson"):
            return _read(name, path, _json_lines(name))
        if suffix in (".arrow", ".feather"):
            with pa.memory_map(name) as stream:
                return _arrow(name, pa.ipc.open_file(stream).read_all())
    except UnicodeDecodeError:
        raise _unreadable(name, "it is not UTF-8") from None
    except (pa.ArrowException, duckdb.Error, OSError, csv.Error) as error:
        raise _unreadable(name, str(error)) from None
    raise _unreadable(name, "its name ends in none of .parquet, .csv, .tsv, .jsonl, .ndjson, .arrow")


def _identity(path: Path) -> str:
    found = path.stat()
    return f"{path.name} {found.st_size} {found.st_mtime_ns}"


def _parquet(name: str, path: Path) -> Table:
    files = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
    if not files:
        raise _unreadable(name, "the folder has no file that ends in .parquet")
    opened_ = [pq.ParquetFile(each) for each in files]
    schema = opened_[0].schema_arrow
    groups = [
        (at, group) for at, file in enumerate(opened_) for group in range(file.metadata.num_row_groups)
    ]
    several = _together([(g, opened_[g[0]].metadata.row_group(g[1]).num_rows) for g in groups])

    def pieces(after: int) -> Iterator[pa.Table]:
        for piece in several[after:] or ([[]] if not after else []):
            read = [opened_[at].read_row_group(group) for at, group in piece]
            yield pa.concat_tables(read) if read else schema.empty_table()

    def first(count: int) -> pa.Table:
        batches: list[pa.RecordBatch] = []
        for file in opened_:
            left = count - sum(each.num_rows for each in batches)
            if left > 0:
                batches += islice(file.iter_batches(left), 1)
        return pa.Table.from_batches(batches, schema).slice(0, count)

    size = sum(file.metadata.num_rows for file in opened_)
    return Table(name, schema, size, " ".join(map(_identity, files)), pieces, first)


def _together(groups: list[tuple[tuple[int, int], int]]) -> list[list[tuple[int, int]]]:
    """Row groups in pieces of about as many rows as a piece has, and at least one group each."""
    made: list[list[tuple[int, int]]] = []
    rows = 0
    for group, size in groups:
        if not made or rows + size > PIECE:
            made.append([])
            rows = 0
        made[-1].append(group)
        rows += size
    return made


def _csv(name: str, path: Path) -> str:
    """A CSV, with nothing guessed but what parts its fields: what does so in its first line."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        line = stream.readline()
        parted = "\t" if path.suffix.lower() == ".tsv" else next((e for e in ",;\t|" if e in line), ",")
        stream.seek(0)
        names = next(csv.reader(stream, delimiter=parted), [])
    if not names:
        raise _unreadable(name, "it has no line with the names of its columns")
    _refuse_twice(name, names)
    columns = ", ".join(f"{_quoted(each)}: 'VARCHAR'" for each in names)
    return (
        f"read_csv({_quoted(name)}, auto_detect = false, header = true, columns = {{{columns}}}, "
        f"delim = {_quoted(parted)}, quote = '\"', escape = '\"', strict_mode = true)"
    )


def _refuse_twice(name: str, columns: Iterable[str]) -> None:
    """Raises TosdslError if two columns have one name, for a database: capitals are no difference."""
    seen: set[str] = set()
    for each in columns:
        if each.lower() in seen:
            raise _unreadable(name, f"two of its columns are called `{each}`")
        seen.add(each.lower())


def _json_lines(name: str) -> str:
    """JSON Lines with every value as text, by the names that the lines have."""
    with Path(name).open("rb") as stream:
        if not any(line.strip() for line in stream):
            raise _unreadable(name, "it has no line")
    quoted = name.replace("'", "''")
    options = "format = 'newline_delimited', sample_size = -1"
    with silent() as connection:
        found = connection.sql(f"SELECT * FROM read_json_auto('{quoted}', {options}) LIMIT 0")
        return f"read_json('{quoted}', format = 'newline_delimited', columns = {_as_texts(found)})"


def _as_texts(found: duckdb.DuckDBPyRelation) -> str:
    columns = ", ".join(
        f"{_quoted(each)}: {_quoted(_as_text(kind))}"
        for each, kind in zip(found.columns, found.types, strict=True)
    )
    return f"{{{columns}}}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _as_text(kind: Any) -> str:
    match str(kind.id):
        case "list":
            return f"{_as_text(dict(kind.children)['child'])}[]"
        case "struct":
            fields = (f'"{name}" {_as_text(inner)}' for name, inner in kind.children)
            return f"STRUCT({', '.join(fields)})"
        case "boolean":
            return "BOOLEAN"
        case _:
            return "VARCHAR"


def _read(name: str, path: Path, sql: str) -> Table:
    """A file that DuckDB reads."""
    with silent() as connection:
        schema = connection.sql(f"SELECT * FROM {sql} LIMIT 0").to_arrow_table().schema

    def pieces(after: int) -> Iterator[pa.Table]:
        with silent() as connection:
            skipped = f" OFFSET {after * PIECE}" if after else ""
            relation = connection.sql(f"SELECT * FROM {sql}{skipped}")
            reader = relation.to_arrow_reader(PIECE)
            batches: list[pa.RecordBatch] = []
            rows, any_ = 0, bool(after)
            for batch in reader:
                while batch.num_rows:
                    room = PIECE - rows
                    batches.append(batch.slice(0, room))
                    rows += batches[-1].num_rows
                    batch = batch.slice(room)
                    if rows == PIECE:
                        yield pa.Table.from_batches(batches)
                        batches, rows, any_ = [], 0, True
            if batches or not any_:
                yield pa.Table.from_batches(batches, reader.schema)

    def first(count: int) -> pa.Table:
        with silent() as connection:
            return connection.sql(f"SELECT * FROM {sql} LIMIT {count}").to_arrow_table()

    return Table(name, schema, None, _identity(path), pieces, first)
