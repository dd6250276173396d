"""The forms of a database, one by one: what each makes of columns with NULL and the ends of every type.

A policy compares what it works out with a value that it has; a slip in a form can stay unseen there. So
here every form gives its values, beside those of plain Python.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from itertools import product
from typing import Any

from tosdsl.backends.sql.columns import Column
from tosdsl.backends.sql.dialect import Dialect

DAYS = (
    None,
    date.min,
    date.max,
    date(1, 1, 2),
    date(1582, 10, 10),
    date(1969, 12, 31),
    date(2000, 2, 29),
    date(2023, 12, 31),
    *(date(2024, 1, 29) + timedelta(each) for each in range(9)),
    date(2024, 2, 29),
    date(9999, 11, 30),
)
MOMENTS = (
    None,
    datetime.min,
    datetime.max,
    datetime(1969, 12, 31, 23, 59, 59, 999_999),
    datetime(1970, 1, 1, 0, 0, 0, 1),
    datetime(2024, 1, 31, 12, 30, 0, 500_000),
    datetime(2024, 3, 1),
)
COUNTS = (None, 0, 1, -1, 4, 5, -5, 6, -6, 7, 13, -13, 365, -366, 3_700_000, -3_700_000)
MONTHS = (None, 0, 1, -1, 11, 12, -12, 13, 125_000, -125_000)
MICROS = (
    *(None, 0, 1, -1, 999_999, -1_000_001, 86_399_999_999, -86_399_999_999, 86_400_000_000),
    *(-86_400_000_001, 315_537_897_599_999_999, -320_000_000_000_000_000),
)
LARGE = (None, 0, -1, 1, 10**18, -(10**18), 3_700_001, -3_700_001)
TEXTS = (
    None,
    "",
    " ",
    "a",
    "A b",
    "ab",
    "xab",
    "aB",
    "ab\n",
    "%b",
    "_b",
    "ä",
    "I",
    "İ",
    "a\tb",
    "~",
    "\x7f",
)
WORDS = ("", "a", "b", "ab", "%", "A b", "i")
LISTS: tuple[list[Any] | None, ...] = (None, [], ["a"], ["b", "a"], ["A"], ["", "b"])
NUMBERS: tuple[list[Any] | None, ...] = (None, [], [1], [-1, 5], [10**18, 10**18 - 1], [0, 0, 7])
RECORDS: tuple[list[Any] | None, ...] = (
    None,
    [],
    [{"n": 1, "t": True}],
    [{"n": None, "t": True}, {"n": 2, "t": False}],
    [{"n": 3, "t": None}, {"n": 4, "t": False}],
    [{"n": None, "t": None}],
    [{"n": 10**18, "t": True}, {"n": 10**18, "t": True}],
)
HOLIDAYS: tuple[list[Any] | None, ...] = (
    None,
    [],
    [date(2024, 1, 31), date(2024, 2, 1)],
    [date(2024, 2, 3), date(1, 1, 3)],
)

D_, E_, H_, K_, M_, N_, O_, R_, S_, T_, X_ = "dehkmnorstx"  # no database needs marks around these
ITEMS = "items"
ITEM = Column("items", None, (Column("n", "whole"), Column("t", "truth")))
TABLES: dict[str, tuple[dict[str, Column], tuple[tuple[Any, ...], ...]]] = {
    "days": ({"d": Column("d", "date"), "n": Column("n", "whole")}, (DAYS, COUNTS)),
    "two days": ({"d": Column("d", "date"), "e": Column("e", "date")}, (DAYS, DAYS)),
    "months": ({"d": Column("d", "date"), "n": Column("n", "whole")}, (DAYS, MONTHS)),
    "moments": ({"m": Column("m", "moment"), "n": Column("n", "whole")}, (MOMENTS, COUNTS)),
    "months of moments": ({"m": Column("m", "moment"), "n": Column("n", "whole")}, (MOMENTS, MONTHS)),
    "micros": ({"m": Column("m", "moment"), "n": Column("n", "whole")}, (MOMENTS, MICROS)),
    "two moments": ({"m": Column("m", "moment"), "o": Column("o", "moment")}, (MOMENTS, MOMENTS)),
    "large": ({"n": Column("n", "whole"), "k": Column("k", "whole")}, (LARGE, LARGE)),
    "texts": ({"t": Column("t", "text")}, (TEXTS,)),
    "lists": ({"s": Column("s", "text", (), 1), "x": Column("x", "text")}, (LISTS, TEXTS)),
    "two lists": ({"s": Column("s", "text", (), 1), "r": Column("r", "text", (), 1)}, (LISTS, LISTS)),
    "numbers": ({"s": Column("s", "whole", (), 1)}, (NUMBERS,)),
    "records": ({"items": Column("items", None, ITEM.inner, 1)}, (RECORDS,)),
    "business days": ({"d": Column("d", "date"), "h": Column("h", "date", (), 1)}, (DAYS, HOLIDAYS)),
}

Form = tuple[str, str, Callable[[Dialect], str], Callable[..., Any]]
"""Its name, its table, its SQL over the columns of the table, and Python's value of a row."""


def rows(table: str) -> list[dict[str, Any]]:
    columns, values = TABLES[table]
    return [dict(zip(columns, row, strict=True)) for row in product(*values)]


def _known(work: Callable[..., Any]) -> Callable[..., Any]:
    """NULL if something is, or if the calendar does not have it."""

    def worked(*values: Any) -> Any:
        if None in values:
            return None
        try:
            return work(*values)
        except (OverflowError, ValueError):
            return None

    return worked


def _months(day: Any, count: int) -> Any:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return day.replace(
        year=year, month=month + 1, day=min(day.day, calendar.monthrange(year, month + 1)[1])
    )


def _micros(first: datetime, last: datetime) -> int:
    return (last - first) // timedelta(microseconds=1)


def _workday(count: int) -> Callable[..., Any]:
    def worked(day: date, holidays: list[date]) -> date:
        left, step = abs(count), timedelta(1 if count > 0 else -1)
        while left:
            day += step
            left -= day.weekday() < 5 and day not in holidays
        return day

    return _known(worked)


def _number_of(part: str, dialect: Dialect) -> str:
    return dialect.number_of(part, D_)


def _end_of(end: str, unit: str, dialect: Dialect) -> str:
    return dialect.end_of(end, unit, D_)


def _end(end: str, unit: str, day: date | None, _: Any) -> date | None:
    if day is None:
        return None
    first, last = (day.month, day.month) if unit == "month" else (1, 12)
    if end == "start":
        return day.replace(month=first, day=1)
    return day.replace(month=last, day=calendar.monthrange(day.year, last)[1])


def _in_year(end: str, dialect: Dialect) -> str:
    return dialect.in_year(N_, end)


def _in(end: str, _: Any, year: int | None) -> date | None:
    if year is None or not 1 <= year <= 9999:
        return None
    return date(year, 1, 1) if end == "start" else date(year, 12, 31)


def _some(items: list[Any] | None) -> bool | None:
    if items is None:
        return None
    found = [each["t"] for each in items]
    return True if True in found else None if None in found else False


def _every(items: list[Any] | None) -> bool | None:
    if items is None:
        return None
    found = [each["t"] for each in items]
    return False if False in found else None if None in found else True


def _sum(items: list[Any] | None) -> int | None:
    if items is None or any(each["n"] is None for each in items):
        return None
    return sum(each["n"] for each in items)


def forms() -> Iterator[Form]:
    yield (
        *("add_days", "days"),
        lambda d: d.within(d.add_days(D_, d.clamped(N_, 3_700_000), moment=False), moment=False),
        _known(lambda day, count: day + timedelta(count)),
    )
    yield (
        *("add_days to moments", "moments"),
        lambda d: d.within(d.add_days(M_, d.clamped(N_, 3_700_000), moment=True), moment=True),
        _known(lambda moment, count: moment + timedelta(count)),
    )
    yield (
        *("add_months", "months"),
        lambda d: d.within(d.add_months(D_, d.clamped(N_, 125_000), moment=False), moment=False),
        _known(_months),
    )
    yield (
        *("add_months to moments", "months of moments"),
        lambda d: d.within(d.add_months(M_, d.clamped(N_, 125_000), moment=True), moment=True),
        _known(_months),
    )
    yield (
        *("add_micros", "micros"),
        lambda d: d.within(d.add_micros(M_, N_), moment=True),
        _known(lambda moment, count: moment + timedelta(microseconds=count)),
    )
    yield (
        "days_between",
        "two days",
        lambda d: d.days_between(D_, E_),
        _known(lambda first, last: (last - first).days),
    )
    yield "micros_between", "two moments", lambda d: d.micros_between(M_, O_), _known(_micros)
    yield "weekday", "days", lambda d: d.weekday(D_), lambda day, _: day and day.isoweekday()
    for part, of in (("YEAR", "year"), ("MONTH", "month"), ("DAY", "day")):
        yield (
            f"number_of {part}",
            "days",
            partial(_number_of, part),
            lambda day, _, of=of: day and getattr(day, of),
        )
    for end, unit in product(("start", "end"), ("month", "year")):
        yield f"end_of {end} {unit}", "days", partial(_end_of, end, unit), partial(_end, end, unit)
    for end in ("start", "end"):
        yield f"in_year {end}", "days", partial(_in_year, end), partial(_in, end)
    yield "day_of", "moments", lambda d: d.day_of(M_), lambda moment, _: moment and moment.date()
    yield (
        "clamped",
        "large",
        lambda d: d.clamped(N_, 3_700_000),
        lambda count, _: None if count is None else max(min(count, 3_700_000), -3_700_000),
    )
    yield (
        "floor_fifth",
        "days",
        lambda d: d.floor_fifth(d.clamped(N_, 3_700_000)),
        lambda _, count: None if count is None else count // 5,
    )
    yield (
        *("wide products", "large"),
        lambda d: f"{d.widen(N_)} * {d.widen(K_)} + {d.whole(10**30, True)}",
        _known(lambda one, other: one * other + 10**30),
    )
    for count in (1, -1, 3, -7):
        yield (
            *(f"nth_workday {count}", "business days"),
            lambda d, count=count: d.within(d.nth_workday(D_, count, H_), moment=False),
            _workday(count),
        )
    yield (
        "printable",
        "texts",
        lambda d: d.printable(T_),
        _known(lambda text: all(" " <= each <= "~" for each in text)),
    )
    for word in WORDS:
        tests: dict[str, Callable[[str, str], bool]] = {
            "starts": str.startswith,
            "ends": str.endswith,
            "has": str.__contains__,
        }
        for name, test in tests.items():
            yield (
                *(f"{name} {word!r}", "texts"),
                lambda d, name=name, word=word: getattr(d, name)(T_, d.text(word)),
                _known(lambda text, test=test, word=word: test(text, word)),
            )
    yield (
        *("lower", "texts"),
        lambda d: f"CASE WHEN {d.printable(T_)} THEN {d.lower(T_)} END",
        _known(lambda text: text.lower() if text.isascii() and text.isprintable() else None),
    )
    yield (
        *("contains", "lists"),
        lambda d: f"CASE WHEN {X_} IS NOT NULL THEN {d.contains(S_, X_)} END",
        _known(lambda items, item: item in items),
    )
    yield (
        "overlaps",
        "two lists",
        lambda d: d.overlaps(S_, R_),
        _known(lambda one, other: not set(one).isdisjoint(other)),
    )
    yield (
        "overlaps written out",
        "lists",
        lambda d: d.overlaps(S_, d.array(["'a'", "'A'"])),
        (lambda items, _: None if items is None else not {"a", "A"}.isdisjoint(items)),
    )
    yield (
        "length",
        "lists",
        lambda d: d.length(S_),
        lambda items, _: None if items is None else len(items),
    )
    yield (
        "without_null",
        "lists",
        lambda d: d.without_null([X_, "'c'", "NULL"]),
        lambda _, item: ["c"] if item is None else [item, "c"],
    )

    def item(d: Dialect, name: str) -> str:
        return d.field(d.item(1), name)

    yield "some", "records", lambda d: d.some(ITEMS, d.item(1), item(d, "t"), ITEM), _some
    yield "every", "records", lambda d: d.every(ITEMS, d.item(1), item(d, "t"), ITEM), _every
    yield "total", "records", lambda d: d.total(ITEMS, d.item(1), d.widen(item(d, "n")), ITEM), _sum
    yield (
        *("total of numbers", "numbers"),
        lambda d: d.total(S_, d.item(1), d.item(1), Column("", "whole")),
        _known(sum),
    )


def wanted(form: Form) -> list[Any]:
    return [form[3](*row.values()) for row in rows(form[1])]
