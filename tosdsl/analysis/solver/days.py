"""Parts of days as terms of a solver, which counts days from 1 January of year 1, which is 1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import frozen

from tosdsl.trees.vocabulary import WEEKDAY

_ERA, _CENTURY, _FOUR_YEARS, _YEAR = 146_097, 36_524, 1_460, 365
"""Days of 400 years; of a hundred, of four and of one, the leap day that may end them left out."""
_FROM_MARCH = 305
"""Days from 1 March of year 0 to the day before the first one."""
_FIVE_MONTHS = 153
"""Days of five months in a row that begin with March or August."""
_SHORT, _FEBRUARY = (4, 6, 9, 11), 2


def part_of_day(z3: Any, part: str, day: Any, code: Callable[[str], int]) -> Any:
    """The term of what ``values.calendar.part_of_day`` gives; ``code``: the number of a member. The day
    that a year begins or ends on may lie past the calendar's ends."""
    match part:
        case "day of week of":
            return _weekday(z3, day, code)
        case "start of year":
            return _start_of_year(day)
        case "end of year":
            return _start_of_year(day + 1) - 1
    of = _parts(z3, day)
    match part:
        case "day of month of":
            return of.day
        case "month of":
            return of.month
        case "year of":
            return of.year
        case "start of month of":
            return day - of.day + 1
        case "end of month of":
            return day - of.day + _length(z3, of)
        case "start of year of":
            return _start_of_year(of.year)
        case _:
            return _start_of_year(of.year + 1) - 1


def _weekday(z3: Any, day: Any, code: Callable[[str], int]) -> Any:
    at, made = (day + 6) % 7, z3.IntVal(code(WEEKDAY.members[-1]))
    for number, member in enumerate(WEEKDAY.members[:-1]):
        made = z3.If(at == number, code(member), made)
    return made


def _start_of_year(year: Any) -> Any:
    before = year - 1
    return _YEAR * before + before / 4 - before / 100 + before / 400 + 1


@frozen(eq=False)
class _Parts:
    year: Any
    month: Any
    day: Any


def _parts(z3: Any, day: Any) -> _Parts:
    """Year, month and day of the month. Years are counted from March on, so that a leap day is the last
    of its year, and ``/`` of whole numbers rounds down."""
    since = day + _FROM_MARCH
    era, of_era = since / _ERA, since % _ERA
    years = (of_era - of_era / _FOUR_YEARS + of_era / _CENTURY - of_era / (_ERA - 1)) / _YEAR
    of_year = of_era - (_YEAR * years + years / 4 - years / 100)
    months = (5 * of_year + 2) / _FIVE_MONTHS
    after = months >= 10
    month = z3.If(after, months - 9, months + 3)
    year = years + 400 * era + z3.If(after, 1, 0)
    return _Parts(year, month, of_year - (_FIVE_MONTHS * months + 2) / 5 + 1)


def _length(z3: Any, of: _Parts) -> Any:
    """How many days a month has."""
    leap = z3.And(of.year % 4 == 0, z3.Or(of.year % 100 != 0, of.year % 400 == 0))
    short = z3.Or([of.month == each for each in _SHORT])
    return z3.If(of.month == _FEBRUARY, z3.If(leap, 29, 28), z3.If(short, 30, 31))
