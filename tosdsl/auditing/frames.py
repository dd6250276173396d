"""A table as the library has it that a program uses."""

from __future__ import annotations

from typing import Any

import duckdb

from tosdsl.auditing.whole import Audit


def like(given: Any, audit: Audit) -> Any:
    """What comes out, as a table of the library that ``given`` is of; a file's is one of Arrow. Raises
    TosdslError."""
    match type(given).__module__.partition(".")[0]:
        case "pyspark":
            return audit.frame()
        case "polars":
            import polars

            return polars.from_arrow(audit.table())
        case "pandas":
            return audit.table().to_pandas()
    table = audit.table()
    return duckdb.from_arrow(table) if isinstance(given, duckdb.DuckDBPyRelation) else table
