"""PostgreSQL, version 14 or newer.

What is not as it seems: a whole number that is written out has four bytes. ``least`` and ``greatest``
pass over NULL. Dates begin in 4713 BC: what leaves the calendar is an error, so a count is looked at
before it is added. Seconds in an interval are a double. A subquery is made one with that around it, but
for ``OFFSET 0``. A name has 63 bytes, and the rest is cut off. Letters are made small by the rules of a
locale.

A list of records, and a list of lists, is ``jsonb``; its records have the fields by their names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import ClassVar

from tosdsl.backends.sql.columns import Column
from tosdsl.backends.sql.dialect import Dialect

_LONGEST_NAME = 63
_FIRST_MONTH, _LAST_MONTH = 12, 12 * 9999 + 11
_FIRST_MICRO, _LAST_MICRO = -62_135_596_800_000_000, 253_402_300_799_999_999
_DAY = 86_400_000_000
"""Of the calendar, from 1970."""


class PostgreSQL(Dialect):
    """The forms of PostgreSQL."""

    name = "postgresql"
    WIDE = 10**1000
    TYPES: ClassVar[dict[str, str]] = {
        "truth": "BOOLEAN",
        "whole": "BIGINT",
        "text": "TEXT",
        "date": "DATE",
        "moment": "TIMESTAMP",
    }

    def ident(self, name: str) -> str:
        if len(name.encode()) > _LONGEST_NAME:
            name = f"{name.encode()[:44].decode(errors='ignore')} {_digest(name)}"
        return super().ident(name)

    def whole(self, number: int, wide: bool) -> str:
        return f"CAST('{number}' AS {'NUMERIC' if wide else 'BIGINT'})"

    def widen(self, sql: str) -> str:
        return f"CAST({sql} AS NUMERIC)"

    # --- lists ------------------------------------------------------------------------------------

    def contains(self, items: str, item: str) -> str:
        return f"({item} = ANY ({items}))"

    def overlaps(self, one: str, other: str) -> str:
        return f"({one} && {other})"

    def array(self, items: Sequence[str]) -> str:
        return f"ARRAY[{', '.join(items)}]"

    def length(self, items: str) -> str:
        return f"cardinality({items})"

    def without_null(self, items: Sequence[str]) -> str:
        return f"array_remove(CAST(ARRAY[{', '.join(items)}] AS TEXT[]), NULL)"

    def some(self, items: str, alias: str, body: str, item: Column) -> str:
        return self._folded(items, alias, body, item, "max", 0)

    def every(self, items: str, alias: str, body: str, item: Column) -> str:
        return self._folded(items, alias, body, item, "min", 2)

    def _folded(self, items: str, alias: str, body: str, item: Column, fold: str, empty: int) -> str:
        """0 is false, 1 not known, 2 true."""
        each = f"coalesce(CAST({body} AS INTEGER) * 2, 1)"
        folded = (
            f"(SELECT coalesce({fold}({each}), {empty}) FROM {self._gone_through(items, alias, item)})"
        )
        known = f"CASE {folded} WHEN 2 THEN TRUE WHEN 0 THEN FALSE END"
        return f"(CASE WHEN {items} IS NOT NULL THEN {known} END)"

    def _gone_through(self, items: str, alias: str, item: Column) -> str:
        if not item.inner:
            return f"unnest({items}) AS {alias}"
        fields = ", ".join(f"{self.ident(each.name)} {self.type(each)}" for each in item.inner)
        return f"jsonb_to_recordset({items}) AS {alias}({fields})"

    def total(self, items: str, alias: str, value: str, item: Column) -> str:
        each = f"SELECT CAST({value} AS NUMERIC) AS v FROM {self._gone_through(items, alias, item)}"
        summed = f"(SELECT CASE WHEN count(*) = count(v) THEN coalesce(sum(v), 0) END FROM ({each}) s)"
        return f"(CASE WHEN {items} IS NOT NULL THEN {summed} END)"

    # --- calendar ---------------------------------------------------------------------------------

    def add_days(self, day: str, count: str, *, moment: bool) -> str:
        date = self.day_of(day) if moment else day
        inside = f"({count}) BETWEEN {self.FIRST} - {date} AND {self.LAST} - {date}"
        whole = f"CAST({count} AS INTEGER)"
        moved = f"{day} + make_interval(days => {whole})" if moment else f"{day} + {whole}"
        return f"(CASE WHEN {inside} THEN {moved} END)"

    def add_months(self, day: str, count: str, *, moment: bool) -> str:
        year, month = (f"CAST(EXTRACT({part} FROM {day}) AS INTEGER)" for part in ("YEAR", "MONTH"))
        there = f"({year} * 12 + {month} - 1 + ({count}))"
        inside = f"{there} BETWEEN {_FIRST_MONTH} AND {_LAST_MONTH}"
        moved = f"{day} + make_interval(months => CAST({count} AS INTEGER))"
        return f"(CASE WHEN {inside} THEN CAST({moved} AS {'TIMESTAMP' if moment else 'DATE'}) END)"

    def add_micros(self, moment: str, count: str) -> str:
        there = f"(EXTRACT(EPOCH FROM {moment}) * 1000000 + ({count}))"
        inside = f"{there} BETWEEN {_FIRST_MICRO} AND {_LAST_MICRO}"
        days, rest = f"trunc(({count}) / {_DAY})", f"(({count}) % {_DAY})"
        days = f"make_interval(days => CAST({days} AS INTEGER))"
        moved = f"{moment} + {days} + INTERVAL '1 microsecond' * {rest}"
        return f"(CASE WHEN {inside} THEN {moved} END)"

    def days_between(self, first: str, last: str) -> str:
        return f"CAST({last} - {first} AS BIGINT)"

    def micros_between(self, first: str, last: str) -> str:
        seconds = (f"EXTRACT(EPOCH FROM {each})" for each in (last, first))
        return f"CAST(({' - '.join(seconds)}) * 1000000 AS BIGINT)"

    def weekday(self, day: str) -> str:
        return f"CAST(EXTRACT(ISODOW FROM {day}) AS INTEGER)"

    def clamped(self, count: str, most: int) -> str:
        known = f"CAST(least(greatest({count}, -{most}), {most}) AS INTEGER)"
        return f"(CASE WHEN {count} IS NOT NULL THEN {known} END)"

    def floor_fifth(self, count: str) -> str:
        return f"((({count}) - ((({count}) % 5) + 5) % 5) / 5)"

    def nth_workday(self, day: str, count: int, holidays: str) -> str:
        steps = f"((({abs(count)} + cardinality({holidays})) / 5 + 2) * 7)"
        number, sign = self.item(0), "+" if count > 0 else "-"
        moved = (
            f"SELECT {number}, {day} {sign} {number} AS d FROM generate_series(1, {steps}) AS {number}"
        )
        working = f"EXTRACT(ISODOW FROM d) < 6 AND NOT d = ANY ({holidays})"
        chosen = f"ORDER BY {number} OFFSET {abs(count) - 1} LIMIT 1"
        return f"(SELECT d FROM ({moved}) s WHERE {working} {chosen})"

    # --- texts --------------------------------------------------------------------------------------

    def printable(self, text: str) -> str:
        return f"({text} COLLATE \"C\" ~ '^[ -~]*$')"

    def starts(self, text: str, part: str) -> str:
        return f"starts_with({text}, {part})"

    def ends(self, text: str, part: str) -> str:
        return f"(right({text}, length({part})) = {part})"

    def has(self, text: str, part: str) -> str:
        return f"(strpos({text}, {part}) > 0)"

    def lower(self, text: str) -> str:
        return f'lower({text} COLLATE "C")'

    # --- statements ---------------------------------------------------------------------------------

    def type(self, column: Column) -> str:
        if column.plain is None or column.listed > 1:
            return "JSONB"
        return self.TYPES[column.plain] + "[]" * column.listed

    def layer(self, name: str, body: str) -> str:
        return f"{name} AS NOT MATERIALIZED ({body}  OFFSET 0\n)"


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:16]
