"""The commands about tables of uses."""

from __future__ import annotations

import argparse

from tosdsl.cli.arguments.common import Command
from tosdsl.cli.arguments.kinds import count, parquet, parquet_or_csv, percent


def _audit(command: argparse.ArgumentParser) -> None:
    command.add_argument("policy", nargs="+", metavar="POLICY", help="a file, a folder or an id")
    command.add_argument(
        "--rows",
        required=True,
        metavar="FILE",
        help="the table: Parquet, CSV, JSON Lines, Arrow, or postgresql://host/database#table",
    )
    command.add_argument("--map", metavar="FILE", help="which column is which fact, as YAML")
    command.add_argument(
        "--to",
        type=parquet_or_csv,
        metavar="FILE",
        help="write the verdicts of all rows, as Parquet or CSV, by how the name ends",
    )
    command.add_argument("--report", metavar="FILE", help="write a report, as one page of HTML")
    command.add_argument(
        "--against", action="append", metavar="POLICY", help="what would change: judge by this as well"
    )
    what = command.add_mutually_exclusive_group()
    what.add_argument(
        "--check", action="store_true", help="only look whether the mapping fits the first 1,000 rows"
    )
    what.add_argument("--row", type=count, metavar="N", help="explain one row, by its number from 1")
    what.add_argument(
        "--key",
        metavar="NAME",
        help="explain one row, by what stands in the column `row` of the mapping",
    )
    command.add_argument("--seed", type=int, default=0, metavar="N", help="check other rows one by one")
    command.add_argument("--format", choices=("text", "json"), default="text")
    command.add_argument(
        "--engine",
        choices=("duckdb", "spark"),
        default="duckdb",
        help="where rows are judged: duckdb (the default), or spark, for Parquet",
    )


def _invent(command: argparse.ArgumentParser) -> None:
    command.add_argument("policy", nargs="+", metavar="POLICY", help="a file, a folder or an id")
    command.add_argument("--rows", type=count, default=1_000_000, metavar="N", help="rows (a million)")
    command.add_argument(
        "--to", type=parquet, required=True, metavar="FILE", help="the table (Parquet)"
    )
    command.add_argument("--map", metavar="FILE", help="write the mapping of its columns as well")
    command.add_argument(
        "--unknown", type=percent, default=10.0, metavar="N", help="percent of facts not known (10)"
    )
    command.add_argument(
        "--seed", type=int, default=0, metavar="N", help="other uses for another number"
    )


TABLES = (
    Command("audit", "check a table of uses: every row, and a report", _audit),
    Command("invent", "make a table of invented uses, to try an audit on", _invent),
)
