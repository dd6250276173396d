"""DuckDB inside the process, that writes nothing by itself."""

from __future__ import annotations

import duckdb


def silent() -> duckdb.DuckDBPyConnection:
    """A new database in memory. Without this setting DuckDB draws a bar into the standard output of any
    program that has it do something for two seconds: into JSON, for one."""
    made = duckdb.connect()
    made.execute("SET enable_progress_bar = false")
    return made
