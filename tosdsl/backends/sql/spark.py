"""Spark SQL, version 4 or newer.

What is not as it seems: ``''`` in a text is no apostrophe by some settings, a backslash is none, and
``${name}`` is put in the place of what it names; so a text with such a character is written as bytes.
``least`` and ``greatest`` pass over NULL. A whole number that is written out has four bytes. ``/`` is a
division of doubles, ``size(NULL)`` is -1 by a setting, ``$`` in a pattern stands before a last newline.
Days go far beyond year 9999. ``exists`` knows two values by a setting, ``forall`` always three. What
counts the seconds between moments takes them for moments of the session's zone; ``-`` does not.

The ANSI mode must be on, as it is by default: without it, what is too large is NULL.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from tosdsl.backends.sql.columns import Column
from tosdsl.backends.sql.dialect import Dialect

_PLAIN = frozenset(map(chr, range(ord(" "), ord("~") + 1))) - frozenset("'\\$")
"""Characters that stand for themselves in a text, whatever is set."""


class Spark(Dialect):
    """The forms of Spark."""

    name = "spark"
    WIDE = 10**38 - 1
    TYPES: ClassVar[dict[str, str]] = {
        "truth": "BOOLEAN",
        "whole": "BIGINT",
        "text": "STRING",
        "date": "DATE",
        "moment": "TIMESTAMP_NTZ",
    }

    # --- names and literals -----------------------------------------------------------------------

    def ident(self, name: str) -> str:
        return "`" + name.replace("`", "``") + "`"

    def text(self, value: str) -> str:
        written = super().text(value)
        if _PLAIN.issuperset(value):
            return written
        return f"CAST(X'{value.encode().hex()}' AS STRING)"

    def whole(self, number: int, wide: bool) -> str:
        return self.widen(f"'{number}'") if wide else f"CAST('{number}' AS BIGINT)"

    def widen(self, sql: str) -> str:
        return f"CAST({sql} AS DECIMAL(38,0))"

    def moment(self, moment: datetime) -> str:
        return super().moment(moment).replace("TIMESTAMP", "TIMESTAMP_NTZ", 1)

    # --- lists ------------------------------------------------------------------------------------

    def contains(self, items: str, item: str) -> str:
        return f"array_contains({items}, {item})"

    def overlaps(self, one: str, other: str) -> str:
        return f"arrays_overlap({one}, {other})"

    def array(self, items: Sequence[str]) -> str:
        return f"array({', '.join(items)})"

    def length(self, items: str) -> str:
        return f"array_size({items})"

    def without_null(self, items: Sequence[str]) -> str:
        several = f"CAST(array({', '.join(items)}) AS ARRAY<STRING>)"
        return f"filter({several}, {self.item(0)} -> {self.item(0)} IS NOT NULL)"

    def some(self, items: str, alias: str, body: str, item: Column) -> str:
        return f"(NOT forall({items}, {alias} -> NOT CAST({body} AS BOOLEAN)))"

    def every(self, items: str, alias: str, body: str, item: Column) -> str:
        return f"forall({items}, {alias} -> CAST({body} AS BOOLEAN))"

    def total(self, items: str, alias: str, value: str, item: Column) -> str:
        so_far = self.ident("so far")
        added = self.widen(f"{so_far} + {self.widen(value)}")
        return f"aggregate({items}, {self.whole(0, True)}, ({so_far}, {alias}) -> {added})"

    # --- calendar ---------------------------------------------------------------------------------

    def add_days(self, day: str, count: str, *, moment: bool) -> str:
        whole = f"CAST({count} AS INT)"
        return f"({day} + make_dt_interval({whole}))" if moment else f"date_add({day}, {whole})"

    def add_months(self, day: str, count: str, *, moment: bool) -> str:
        whole = f"CAST({count} AS INT)"
        return f"({day} + make_ym_interval(0, {whole}))" if moment else f"add_months({day}, {whole})"

    def add_micros(self, moment: str, count: str) -> str:
        most = 330_000_000_000_000_000
        micros = f"CAST(least(greatest({count}, -{most}), {most}) AS DECIMAL(18,0))"
        seconds = f"CAST({micros} * CAST(0.000001 AS DECIMAL(7,6)) AS DECIMAL(18,6))"
        moved = f"{moment} + make_dt_interval(0, 0, 0, {seconds})"
        return f"(CASE WHEN {count} IS NOT NULL THEN {moved} END)"

    def days_between(self, first: str, last: str) -> str:
        return f"CAST(datediff({last}, {first}) AS BIGINT)"

    def micros_between(self, first: str, last: str) -> str:
        seconds = f"CAST(CAST({last} - {first} AS INTERVAL SECOND) AS DECIMAL(18,6))"
        return f"CAST({seconds} * 1000000 AS BIGINT)"

    def weekday(self, day: str) -> str:
        return f"(weekday({day}) + 1)"

    def end_of(self, end: str, unit: str, day: str) -> str:
        if end == "start":
            return f"trunc({day}, '{unit}')"
        return f"last_day({day})" if unit == "month" else f"make_date(year({day}), 12, 31)"

    def clamped(self, count: str, most: int) -> str:
        known = f"CAST(least(greatest({count}, -{most}), {most}) AS INT)"
        return f"(CASE WHEN {count} IS NOT NULL THEN {known} END)"

    def floor_fifth(self, count: str) -> str:
        return f"((({count}) - pmod({count}, 5)) DIV 5)"

    def nth_workday(self, day: str, count: int, holidays: str) -> str:
        item = self.item(0)
        steps = f"CAST((({abs(count)} + array_size({holidays})) DIV 5 + 2) * 7 AS INT)"
        moved = f"date_add({day}, {item if count > 0 else f'-{item}'})"
        days = f"transform(sequence(1, {steps}), {item} -> {moved})"
        working = f"weekday({item}) < 5 AND NOT array_contains({holidays}, {item})"
        return f"get(filter({days}, {item} -> {working}), {abs(count) - 1})"

    # --- texts --------------------------------------------------------------------------------------

    def printable(self, text: str) -> str:
        return f"(NOT {text} RLIKE '[^ -~]')"

    def starts(self, text: str, part: str) -> str:
        return f"startswith({text}, {part})"

    def ends(self, text: str, part: str) -> str:
        return f"endswith({text}, {part})"

    def has(self, text: str, part: str) -> str:
        return f"contains({text}, {part})"

    # --- statements ---------------------------------------------------------------------------------

    def type(self, column: Column) -> str:
        if column.plain is not None:
            made = self.TYPES[column.plain]
        else:
            fields = (f"{self.ident(each.name)}: {self.type(each)}" for each in column.inner)
            made = f"STRUCT<{', '.join(fields)}>"
        return "ARRAY<" * column.listed + made + ">" * column.listed
