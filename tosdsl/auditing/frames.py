"""A table as the library has it that a program uses."""

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa


def like(given: Any, table: pa.Table) -> Any:
    """The table as a table of the library that ``given`` is of; a file's is one of Arrow."""
    match type(given).__module__.partition(".")[0]:
        case "polars":
            import polars

            return polars.from_arrow(table)
        case "pandas":
            return table.to_pandas()
    return duckdb.from_arrow(table) if isinstance(given, duckdb.DuckDBPyRelation) else table
