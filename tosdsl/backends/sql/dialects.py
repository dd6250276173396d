"""The databases that policies can be compiled for, by name."""

from __future__ import annotations

from collections.abc import Mapping

from tosdsl.backends.sql.dialect import Dialect
from tosdsl.backends.sql.duckdb import DuckDB
from tosdsl.backends.sql.postgresql import PostgreSQL
from tosdsl.backends.sql.spark import Spark

DIALECTS: Mapping[str, type[Dialect]] = {each.name: each for each in (DuckDB, PostgreSQL, Spark)}
