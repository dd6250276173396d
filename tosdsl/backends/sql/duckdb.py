"""DuckDB.

What is not as it seems: ``greatest(1, NULL)`` is 1. ``list_contains(['a', NULL], 'b')`` is false.
``//`` rounds towards zero. A decimal divided by 3 is a double. Days go far
beyond year 9999 and before year 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from tosdsl.backends.sql.columns import Column
from tosdsl.backends.sql.dialect import Dialect


class DuckDB(Dialect):
    """The forms of DuckDB."""

    name = "duckdb"
    WIDE = 2**127 - 1
    TYPES: ClassVar[dict[str, str]] = {
        "truth": "BOOLEAN",
        "whole": "BIGINT",
        "text": "VARCHAR",
        "date": "DATE",
        "moment": "TIMESTAMP",
    }

    def whole(self, number: int, wide: bool) -> str:
        if not wide:
            return str(number) if number >= 0 else f"({number})"
        return f"CAST('{number}' AS HUGEINT)"

    def widen(self, sql: str) -> str:
        return f"CAST({sql} AS HUGEINT)"

    def contains(self, items: str, item: str) -> str:
        return f"list_contains({items}, {item})"

    def overlaps(self, one: str, other: str) -> str:
        return f"list_has_any({one}, {other})"

    def array(self, items: Sequence[str]) -> str:
        return f"[{', '.join(items)}]"

    def length(self, items: str) -> str:
        return f"len({items})"

    def without_null(self, items: Sequence[str]) -> str:
        if not items:
            return "CAST([] AS VARCHAR[])"
        return f"list_filter([{', '.join(items)}], lambda {self.item(0)}: {self.item(0)} IS NOT NULL)"

    def some(self, items: str, alias: str, body: str, item: Column) -> str:
        return self._folded(items, alias, body, "list_max", 0)

    def every(self, items: str, alias: str, body: str, item: Column) -> str:
        return self._folded(items, alias, body, "list_min", 2)

    def _folded(self, items: str, alias: str, body: str, fold: str, empty: int) -> str:
        """0 is false, 1 not known, 2 true."""
        each = f"list_transform({items}, lambda {alias}: coalesce(CAST({body} AS TINYINT) * 2, 1))"
        none = f"CASE WHEN {items} IS NULL THEN 1 ELSE {empty} END"
        return f"(CASE coalesce({fold}({each}), {none}) WHEN 2 THEN TRUE WHEN 0 THEN FALSE END)"

    def total(self, items: str, alias: str, value: str, item: Column) -> str:
        each = f"list_transform({items}, lambda {alias}: CAST({value} AS HUGEINT))"
        summed = f"CAST(coalesce(list_sum({each}), 0) AS HUGEINT)"
        return f"(CASE WHEN len({each}) = list_count({each}) THEN {summed} END)"

    def add_days(self, day: str, count: str, *, moment: bool) -> str:
        return f"({day} + to_days({count}))" if moment else f"({day} + {count})"

    def add_months(self, day: str, count: str, *, moment: bool) -> str:
        kind = "TIMESTAMP" if moment else "DATE"
        return f"CAST({day} + to_months({count}) AS {kind})"

    def add_micros(self, moment: str, count: str) -> str:
        most = 330_000_000_000_000_000
        return (
            f"({moment} + to_microseconds(CAST(least(greatest({count}, -{most}), {most}) AS BIGINT)))"
        )

    def days_between(self, first: str, last: str) -> str:
        return f"CAST({last} - {first} AS BIGINT)"

    def micros_between(self, first: str, last: str) -> str:
        return f"(epoch_us({last}) - epoch_us({first}))"

    def weekday(self, day: str) -> str:
        return f"isodow({day})"

    def clamped(self, count: str, most: int) -> str:
        known = f"CAST(least(greatest({count}, -{most}), {most}) AS INTEGER)"
        return f"(CASE WHEN {count} IS NOT NULL THEN {known} END)"

    def floor_fifth(self, count: str) -> str:
        return f"((({count}) - ((({count}) % 5) + 5) % 5) // 5)"

    def nth_workday(self, day: str, count: int, holidays: str) -> str:
        steps = f"((({abs(count)} + len({holidays})) // 5 + 2) * 7)"
        sign = "+" if count > 0 else "-"
        item = self.item(0)
        moved = f"{day} {sign} CAST({item} AS INTEGER)"
        days = f"list_transform(range(1, {steps} + 1), lambda {item}: {moved})"
        working = f"isodow({item}) < 6 AND NOT list_contains({holidays}, {item})"
        return f"list_filter({days}, lambda {item}: {working})[{abs(count)}]"

    def printable(self, text: str) -> str:
        return f"regexp_full_match({text}, '[ -~]*')"

    def starts(self, text: str, part: str) -> str:
        return f"starts_with({text}, {part})"

    def ends(self, text: str, part: str) -> str:
        return f"ends_with({text}, {part})"

    def has(self, text: str, part: str) -> str:
        return f"contains({text}, {part})"

    def type(self, column: Column) -> str:
        if column.plain is not None:
            made = self.TYPES[column.plain]
        else:
            inner = ", ".join(f"{self.ident(each.name)} {self.type(each)}" for each in column.inner)
            made = f"STRUCT({inner})"
        return made + "[]" * column.listed

    def layer(self, name: str, body: str) -> str:
        return f"{name} AS NOT MATERIALIZED ({body})"
