"""Tables of Arrow with the columns that the SQL of a program reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from tosdsl.backends.sql.columns import DAY, Column

_PLAIN = {
    "truth": pa.bool_(),
    "whole": pa.int64(),
    "text": pa.string(),
    "date": pa.date32(),
    "moment": pa.timestamp("us"),
}


def type_of(column: Column) -> pa.DataType:
    """The type of a column."""
    if column.plain is not None:
        made = _PLAIN[column.plain]
    else:
        made = pa.struct([(each.name, type_of(each)) for each in column.inner])
    for _ in range(column.listed):
        made = pa.list_(made)
    return made


def schema(columns: Iterable[Column]) -> pa.Schema:
    """The schema of a table: a number for each row, the day of the use, and the columns of facts."""
    fields = [("row", pa.int64()), (DAY, pa.date32())]
    return pa.schema([*fields, *((each.name, type_of(each)) for each in columns)])


def table(columns: Iterable[Column], rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """A table of rows."""
    return pa.Table.from_pylist([*rows], schema=schema(columns))
