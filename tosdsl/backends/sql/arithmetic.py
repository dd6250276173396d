"""Arithmetic in SQL: as ``tosdsl/values/arithmetic.py``, ``calendar.py`` and ``deadlines.py``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from attrs import evolve, frozen

from tosdsl.backends.sql.comparison import (
    NUMBERS,
    in_type,
    narrow_or_wide,
    over_one_denominator,
    ranked,
)
from tosdsl.backends.sql.dialect import Dialect
from tosdsl.backends.sql.terms import NoSqlError, Term
from tosdsl.trees import vocabulary as v
from tosdsl.trees.quantities import COUNTED_IN, Duration, Money, amount_of
from tosdsl.values.arithmetic import is_zero

_DATED = (v.Date, v.Instant)
_MOST_DAYS = 3_700_000
"""More days than the calendar has, from its first to its last."""
_MOST_MONTHS = 125_000
_MOST_MICROS = 320_000_000_000_000_000
_LAST_YEAR = 9999
_FIELDS = {"day of month of": "DAY", "month of": "MONTH", "year of": "YEAR"}
_MOST_WORKDAYS = 1_000
"""Business days that are counted one by one."""


def carried(sql: str, *sides: Term) -> str | None:
    """Whether something is ``none`` that is worked out: as soon as one side is."""
    none = [each.none for each in sides if each.none is not None]
    if not none:
        return None
    return f"(CASE WHEN {' OR '.join(none)} THEN TRUE WHEN {sql} IS NOT NULL THEN FALSE END)"


@frozen
class Arithmetic:
    """Makes the terms of what is worked out."""

    dialect: Dialect

    def of(self, op: str, left: Term, right: Term, holidays: Term | None, kind: v.Type | None) -> Term:
        dated = [isinstance(each.kind, _DATED) for each in (left, right)]
        if all(dated):
            return self._between(left, right, kind)
        if any(dated):
            if isinstance(left.kind, v.Duration):
                left, right = right, left
            return self._shifted(left, right, op == "-", holidays, kind)
        if not all(isinstance(each.kind, NUMBERS) for each in (left, right)):
            raise NoSqlError("arithmetic with what are no numbers")
        match op:
            case "*":
                return self.product(left, right, kind)
            case "/":
                return self._quotient(left, right, kind)
        one, other = over_one_denominator(self.dialect, (left, right))
        bound = one.bound + other.bound
        wide = narrow_or_wide(self.dialect, bound)
        sql = f"({in_type(self.dialect, one, wide)} {op} {in_type(self.dialect, other, wide)})"
        return self._number(sql, kind, one.den, bound, wide, left, right)

    def _number(
        self, sql: str, kind: v.Type | None, den: int, bound: int, wide: bool, *sides: Term
    ) -> Term:
        bare = None if kind is None else v.bare(kind)
        wide = wide or any(each.wide for each in sides)
        return Term(bare, sql, carried(sql, *sides), den, bound, wide)

    def product(self, left: Term, right: Term, kind: v.Type | None) -> Term:
        """One number times another."""
        bound = left.bound * right.bound
        wide = narrow_or_wide(self.dialect, bound)
        sql = f"({in_type(self.dialect, left, wide)} * {in_type(self.dialect, right, wide)})"
        return self._number(sql, kind, left.den * right.den, bound, wide, left, right)

    def _quotient(self, left: Term, right: Term, kind: v.Type | None) -> Term:
        """Divided by a value of the text: times what stands below the line of its number."""
        if not isinstance(right.constant, int | Fraction | Money | Duration) or is_zero(right.constant):
            raise NoSqlError("a division by what is no number of the text")
        by = amount_of(right.constant)
        times = by.denominator if by > 0 else -by.denominator
        bound = left.bound * by.denominator
        wide = narrow_or_wide(self.dialect, bound)
        sql = f"({in_type(self.dialect, left, wide)} * {self.dialect.whole(times, wide)})"
        return self._number(sql, kind, left.den * abs(by.numerator), bound, wide, left)

    # --- days and moments -----------------------------------------------------------------------------

    def _between(self, left: Term, right: Term, kind: v.Type | None) -> Term:
        days = isinstance(left.kind, v.Date)
        between = self.dialect.days_between if days else self.dialect.micros_between
        sql = between(right.sql, left.sql)
        bound = _MOST_DAYS if days else _MOST_MICROS
        return self._number(sql, kind, 1, bound, False, left, right)

    def _shifted(
        self, day: Term, by: Term, back: bool, holidays: Term | None, kind: v.Type | None
    ) -> Term:
        if not isinstance(by.kind, v.Duration):
            raise NoSqlError("a day with what is no duration")
        if by.den != 1:
            raise NoSqlError("a day moved by what is whole only as it is worked out")
        moment = isinstance(day.kind, v.Instant)
        unit = COUNTED_IN[by.kind.kind]
        count = f"(-{by.sql})" if back else by.sql
        clamped = self.dialect.clamped
        if isinstance(by.constant, Duration) and abs(by.constant.whole) <= _MOST_MONTHS:
            count = self.dialect.whole(-by.constant.whole if back else by.constant.whole, False)

            def clamped(count: str, most: int) -> str:
                return count

        match unit:
            case "days":
                sql = self.dialect.add_days(day.sql, clamped(count, _MOST_DAYS), moment=moment)
            case "months":
                self._in_utc(day)
                sql = self.dialect.add_months(day.sql, clamped(count, _MOST_MONTHS), moment=moment)
            case "microseconds":
                if not moment:
                    raise NoSqlError("hours from a day")
                sql = self.dialect.add_micros(day.sql, count)
            case _:
                sql = self._workdays(day, by, back, count, holidays)
        made = self.dialect.within(sql, moment=moment)
        zoned = day.zoned
        return evolve(
            Term(None if kind is None else v.bare(kind), made, carried(made, day, by)), zoned=zoned
        )

    def part_of_day(self, part: str, day: Term, kind: v.Type | None) -> Term:
        """What is asked of a day, or the day that a year begins or ends on."""
        bare = None if kind is None else v.bare(kind)
        if isinstance(day.kind, v.Integer):
            year = self.dialect.clamped(in_type(self.dialect, day, day.wide), _LAST_YEAR + 1)
            made = self.dialect.in_year(year, part.split()[0])
            return Term(bare, made, carried(made, day))
        if not isinstance(day.kind, v.Date):
            raise NoSqlError("a part of what is no day")
        if part == "day of week of":
            members = (
                f"WHEN {number} THEN {self.dialect.text(member)}"
                for number, member in enumerate(v.WEEKDAY.members, 1)
            )
            made = f"(CASE {self.dialect.weekday(day.sql)} {' '.join(members)} END)"
            return Term(bare, made, carried(made, day))
        if bare == v.Integer():
            made = self.dialect.number_of(_FIELDS[part], day.sql)
            return Term(bare, made, carried(made, day), 1, _LAST_YEAR)
        end, _, unit, _ = part.split()
        made = self.dialect.end_of(end, unit, day.sql)
        return Term(bare, made, carried(made, day))

    def _in_utc(self, moment: Term) -> None:
        if moment.zoned:
            raise NoSqlError("the days of a moment whose zone may be another than UTC")

    def _workdays(self, day: Term, by: Term, back: bool, count: str, holidays: Term | None) -> str:
        if isinstance(day.kind, v.Instant):
            raise NoSqlError("business days from a moment")
        if holidays is None:
            if not isinstance(by.constant, Duration):
                count = self.dialect.clamped(count, _MOST_DAYS)
            return self._plain_workdays(day.sql, count)
        length = by.constant
        if not isinstance(length, Duration) or abs(length.whole) > _MOST_WORKDAYS:
            raise NoSqlError("business days without holidays, as many as a fact says")
        off = self._holidays(holidays)
        number = -length.whole if back else length.whole
        if not number:
            return f"(CASE WHEN {off} IS NOT NULL THEN {day.sql} END)"
        return self.dialect.nth_workday(day.sql, number, off)

    def _holidays(self, holidays: Term) -> str:
        """A list of days."""
        if holidays.parts:
            if not all(isinstance(each.constant, date) for each in holidays.parts):
                raise NoSqlError("holidays that are written out, and not all of them known")
            return self.dialect.array([each.sql for each in holidays.parts])
        kind = holidays.kind
        if holidays.none is not None or holidays.parts is not None:
            raise NoSqlError("holidays that are no plain column")
        if not isinstance(kind, v.ListOf) or not isinstance(kind.item, v.Date):
            raise NoSqlError("holidays that are no days")
        return holidays.sql

    def _plain_workdays(self, day: str, count: str) -> str:
        """In closed form: workdays are numbered from the Monday of the week.

        A weekend forward counts as its Friday, and backward as the Monday after it.
        """
        weekday = self.dialect.weekday(day)
        forward = f"(least({weekday}, 5) - 1 + {count})"
        backward = f"((CASE WHEN {weekday} > 5 THEN 5 ELSE {weekday} - 1 END) + {count})"
        number = f"(CASE WHEN {count} > 0 THEN {forward} ELSE {backward} END)"
        weeks = self.dialect.floor_fifth(number)
        days = f"(1 - {weekday} + {weeks} * 7 + {number} - 5 * {weeks})"
        moved = self.dialect.add_days(day, self.dialect.clamped(days, _MOST_DAYS), moment=False)
        return f"(CASE WHEN {count} = 0 THEN {day} ELSE {moved} END)"

    def late(self, kind: str, moment: Term, today: str) -> str:
        """Whether a day is past a deadline."""
        if isinstance(moment.kind, v.Date):
            sql = f"({today} > {moment.sql})"
            if kind == "before":  # the day before the first one is the first one
                past = f"({today} >= {moment.sql} AND {today} > {self.dialect.FIRST})"
                sql = f"(CASE WHEN {moment.sql} IS NOT NULL THEN {past} END)"
        elif isinstance(moment.kind, v.Instant):
            self._in_utc(moment)
            day = self.dialect.day_of(moment.sql)
            sql = f"(CASE WHEN {today} <> {day} THEN {today} > {day} END)"
            if kind == "before":  # of a day that begins with the deadline, every moment is late
                begins = f"{moment.sql} = CAST({day} AS {self.dialect.TYPES['moment']})"
                sql = f"(CASE WHEN {today} = {day} AND {begins} THEN TRUE ELSE {sql} END)"
        else:
            raise NoSqlError("a deadline that is no day and no moment")
        return f"(CASE WHEN {moment.none} THEN FALSE ELSE {sql} END)" if moment.none else sql

    # --- cases ----------------------------------------------------------------------------------------

    def by_cases(self, condition: str, then: Term, otherwise: Term, kind: v.Type | None) -> Term:
        """One value or the other; where it is open which, what both are."""
        both = (then, otherwise)
        if any(each.zoned or each.none is not None or each.parts is not None for each in both):
            raise NoSqlError("cases of moments in several zones, of lists, or of what may be `none`")
        if any(isinstance(each.kind, v.ListOf | v.Record) for each in both):
            raise NoSqlError("cases of lists or of records")
        one, other = over_one_denominator(self.dialect, both)
        wide = one.wide or other.wide
        if isinstance(one.kind, NUMBERS):
            one, other = (evolve(each, sql=in_type(self.dialect, each, wide)) for each in (one, other))
        sql = (
            f"(CASE WHEN {condition} THEN {one.sql} WHEN NOT ({condition}) THEN {other.sql} "
            f"WHEN {one.sql} = {other.sql} THEN {one.sql} END)"
        )
        bare = None if kind is None else v.bare(kind)
        return Term(bare, sql, None, one.den, max(one.bound, other.bound), wide)

    # --- extremes -------------------------------------------------------------------------------------

    def extreme(
        self, which: str, items: Sequence[Term], scale: tuple[str, ...], kind: v.Type | None
    ) -> Term:
        """The least or the greatest; ``none`` does not count."""
        chosen = "least" if which == "min" else "greatest"
        bare = None if kind is None else v.bare(kind)
        if any(each.zoned or each.parts is not None for each in items):
            raise NoSqlError("an extreme of moments in several zones, or of lists")
        if scale:
            several = [ranked(each, scale, self.dialect) for each in items]
            shown = items
        elif all(isinstance(each.kind, NUMBERS) for each in items) or (
            len({type(each.kind) for each in items}) == 1 and isinstance(items[0].kind, _DATED)
        ):
            shown = over_one_denominator(self.dialect, items)
            wide = any(each.wide for each in shown)
            number = isinstance(items[0].kind, NUMBERS)
            several = [in_type(self.dialect, e, wide) if number else e.sql for e in shown]
        else:
            raise NoSqlError("an extreme of what has no order in a column")
        known = " AND ".join(
            f"({each.none} IS NOT NULL)" if each.none else f"({each.sql} IS NOT NULL)" for each in items
        )
        best = f"{chosen}({', '.join(several)})" if len(several) > 1 else several[0]
        if scale:
            members = (f"WHEN {at} THEN {self.dialect.text(m)}" for at, m in enumerate(scale))
            best = f"(CASE {best} {' '.join(members)} END)"
        sql = f"(CASE WHEN {known} THEN {best} END)"
        none = None
        if all(each.none is not None for each in items):
            none = f"(CASE WHEN {known} THEN {' AND '.join(str(each.none) for each in items)} END)"
        first = shown[0]
        bound = max(each.bound for each in shown)
        return Term(bare, sql, none, first.den, bound, any(each.wide for each in shown))
