"""Verdicts as CSV: a list of texts is one text, its items parted by a semicolon and a blank. Whatever
else no cell holds is JSON.

a table with lists -> one without, lines
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow.csv import CSVWriter

_PARTED = "; "
_LAST = ("kind", "wrong", "mistakes")
"""The columns with which the file of an audit ends; it begins with ``row``."""


def writer(file: Path, schema: pa.Schema) -> CSVWriter:
    """What writes the lines of a table of this schema, which ``flat`` has made flat."""
    return CSVWriter(file, flat(schema.empty_table()).schema)


def flat(table: pa.Table) -> pa.Table:
    """The table with texts in the place of lists, and of what else no cell holds."""
    for at, each in enumerate(table.schema):
        if pa.types.is_nested(each.type) or pa.types.is_binary(each.type):
            table = table.set_column(at, each.name, _texts(table.column(at), each.type))
    return table


def _texts(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    texts = pa.types.is_list(kind) and pa.types.is_string(kind.value_type)
    if texts and not pc.list_flatten(column).null_count:
        return pc.binary_join(column, _PARTED)
    return pa.chunked_array([pa.array(map(_text, column.to_pylist()), pa.string())])


def _text(value: Any) -> str | None:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return _PARTED.join(value)
    return None if value is None else json.dumps(value, default=str)


def is_ours(file: Path) -> bool:
    """Whether the first line of a file is that of an audit."""
    with file.open("rb") as opened:
        head = opened.readline(100_000).decode("utf-8", "replace").strip()
    names = [each.strip('"') for each in head.split(",")]
    return names[0] == "row" and "verdict" in names and tuple(names[-len(_LAST) :]) == _LAST
