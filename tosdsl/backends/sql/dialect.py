"""What differs between databases: the forms that the rules ask a dialect for.

``Dialect`` has what is written in one way everywhere. A method gives SQL, or raises ``NoSqlError``.
None of them may give NULL, an error or another value where Python's operation gives a value.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import ClassVar

from tosdsl.backends.sql.columns import Column
from tosdsl.backends.sql.terms import NoSqlError


class Dialect:
    """The forms of one database."""

    name = ""
    TYPES: ClassVar[dict[str, str]]
    """Of each plain kind of column (``columns.Plain``), its type."""
    NARROW = 2**63 - 1
    """The largest whole number of the narrow type."""
    WIDE = 0
    """The largest of the wide one."""
    FIRST, LAST = "DATE '0001-01-01'", "DATE '9999-12-31'"

    # --- names and literals -----------------------------------------------------------------------

    def ident(self, name: str) -> str:
        return '"' + name.replace('"', '""') + '"'

    def field(self, record: str, name: str) -> str:
        return f"{record}.{self.ident(name)}"

    def item(self, number: int) -> str:
        """What the item of a list is called inside it. No fact is called so."""
        return self.ident(f"item {number} at hand")

    def text(self, value: str) -> str:
        if "\0" in value:
            raise NoSqlError("a text with a character that databases refuse")
        return "'" + value.replace("'", "''") + "'"

    def truth(self, value: bool) -> str:
        return "TRUE" if value else "FALSE"

    def whole(self, number: int, wide: bool) -> str:
        raise NotImplementedError

    def widen(self, sql: str) -> str:
        raise NotImplementedError

    def date(self, day: date) -> str:
        return f"DATE '{day.isoformat()}'"

    def moment(self, moment: datetime) -> str:
        return f"TIMESTAMP '{_in_utc(moment)}'"

    def unknown(self, column: Column | None = None) -> str:
        return "NULL"

    # --- lists ------------------------------------------------------------------------------------

    def contains(self, items: str, item: str) -> str:
        raise NotImplementedError

    def overlaps(self, one: str, other: str) -> str:
        raise NotImplementedError

    def array(self, items: Sequence[str]) -> str:
        raise NotImplementedError

    def length(self, items: str) -> str:
        raise NotImplementedError

    def without_null(self, items: Sequence[str]) -> str:
        """A list of texts, without those that are NULL."""
        raise NotImplementedError

    def some(self, items: str, alias: str, body: str, item: Column) -> str:
        raise NotImplementedError

    def every(self, items: str, alias: str, body: str, item: Column) -> str:
        raise NotImplementedError

    def total(self, items: str, alias: str, value: str, item: Column) -> str:
        """The sum, of the wide type; NULL if one is NULL, or the list is."""
        raise NotImplementedError

    # --- calendar ---------------------------------------------------------------------------------

    def add_days(self, day: str, count: str, *, moment: bool) -> str:
        """``count`` is between -3,800,000 and 3,800,000."""
        raise NotImplementedError

    def add_months(self, day: str, count: str, *, moment: bool) -> str:
        """``count`` is between -130,000 and 130,000. Past the end of a month: its last day."""
        raise NotImplementedError

    def add_micros(self, moment: str, count: str) -> str:
        """Later by so many millionths of a second; a count past the calendar may come as any number."""
        raise NotImplementedError

    def days_between(self, first: str, last: str) -> str:
        raise NotImplementedError

    def micros_between(self, first: str, last: str) -> str:
        """Millionths of a second, exactly."""
        raise NotImplementedError

    def weekday(self, day: str) -> str:
        """1 for Monday to 7 for Sunday."""
        raise NotImplementedError

    def number_of(self, part: str, day: str) -> str:
        """The ``YEAR`` of a day, its ``MONTH``, or its ``DAY`` of the month."""
        return f"CAST(EXTRACT({part} FROM {day}) AS BIGINT)"

    def end_of(self, end: str, unit: str, day: str) -> str:
        """The ``start`` or the ``end`` of the ``month`` or ``year`` that a day is of."""
        first = f"date_trunc('{unit}', CAST({day} AS TIMESTAMP))"
        if end == "end":
            first = f"({first} + INTERVAL '1 {unit}' - INTERVAL '1 day')"
        return f"CAST({first} AS DATE)"

    def in_year(self, year: str, end: str) -> str:
        """The ``start`` or the ``end`` of a year of a plain number, if the calendar has it."""
        kept = f"CAST(least(greatest({year}, 1), 9999) AS INTEGER)"
        day = f"make_date({kept}, {'1, 1' if end == 'start' else '12, 31'})"
        return f"(CASE WHEN {year} BETWEEN 1 AND 9999 THEN {day} END)"

    def day_of(self, moment: str) -> str:
        return f"CAST({moment} AS DATE)"

    def clamped(self, count: str, most: int) -> str:
        """A count as a plain integer, at most ``most`` either way. NULL stays NULL."""
        raise NotImplementedError

    def floor_fifth(self, count: str) -> str:
        """A fifth of a plain integer, rounded down."""
        raise NotImplementedError

    def nth_workday(self, day: str, count: int, holidays: str) -> str:
        """The n-th business day after a day, or before it by a negative count; not 0."""
        raise NotImplementedError

    def within(self, sql: str, *, moment: bool) -> str:
        """A day or a moment if the calendar has it, and NULL if not."""
        first, last = self.ends_of_time() if moment else (self.FIRST, self.LAST)
        return f"(CASE WHEN {sql} BETWEEN {first} AND {last} THEN {sql} END)"

    def ends_of_time(self) -> tuple[str, str]:
        return self.moment(datetime.min), self.moment(datetime.max)

    # --- texts --------------------------------------------------------------------------------------

    def printable(self, text: str) -> str:
        """Whether all characters are printable ones of ASCII."""
        raise NotImplementedError

    def starts(self, text: str, part: str) -> str:
        raise NotImplementedError

    def ends(self, text: str, part: str) -> str:
        raise NotImplementedError

    def has(self, text: str, part: str) -> str:
        raise NotImplementedError

    def lower(self, text: str) -> str:
        """The small letters of a text in ASCII."""
        return f"lower({text})"

    # --- statements ---------------------------------------------------------------------------------

    def type(self, column: Column) -> str:
        """The type of a column, as it is declared."""
        raise NotImplementedError

    def layer(self, name: str, body: str) -> str:
        """A named subquery of a ``WITH``."""
        return f"{name} AS ({body})"


def _in_utc(moment: datetime) -> str:
    plain = moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)
    return plain.isoformat(" ", "microseconds")
