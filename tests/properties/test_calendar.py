"""Days, months and business days against other calendars, and totals against plain counting.

The rules are tried on thousands of dates a rule: numpy takes them all at once, dateutil one by one.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from tests.generators.facts import values
from tosdsl.facade import PolicySet, loads
from tosdsl.trees import vocabulary as v
from tosdsl.trees.moments import Moment, moment_in
from tosdsl.trees.quantities import Duration, Money, duration
from tosdsl.values.calendar import between, shift

MANY = 4_000
FIRST, LAST = date(1900, 1, 1).toordinal(), date(2200, 12, 31).toordinal()


def dates(seed: int, count: int = MANY) -> list[date]:
    """Dates of three centuries, a third of them the ends of months."""
    pick = random.Random(seed)
    drawn = [date.fromordinal(pick.randint(FIRST, LAST)) for _ in range(count)]
    ends = [(day.replace(day=1) - timedelta(1)) for day in drawn[::3]]
    return [*ends, *drawn[len(ends) :]]


def counts(seed: int, most: int, count: int = MANY) -> list[int]:
    pick = random.Random(seed)
    return [pick.choice((0, 1, -1, pick.randint(-most, most))) for _ in range(count)]


# --- months and years, against dateutil ---------------------------------------------------------------


def test_months_are_those_of_dateutil() -> None:
    for start, count in zip(dates(1), counts(2, 600), strict=True):
        assert shift(start, Duration(count, "months")) == start + relativedelta(months=count)


def test_years_are_twelve_months_and_those_of_dateutil() -> None:
    for start, count in zip(dates(3), counts(4, 90), strict=True):
        assert shift(start, Duration(12 * count, "months")) == start + relativedelta(years=count)


def test_months_from_an_instant_keep_its_time_of_day() -> None:
    pick = random.Random(5)
    for start, count in zip(dates(6), counts(7, 600), strict=True):
        moment = Moment.combine(start, datetime.min.time(), UTC)
        moment += timedelta(seconds=pick.randrange(86_400))
        assert shift(moment, Duration(count, "months")) == moment + relativedelta(months=count)


def test_every_end_of_a_month_goes_to_the_end_of_a_shorter_one() -> None:
    """Each last day of a month of forty years, by one to thirteen months: no other rule is tried."""
    for month in range(12 * 40):
        first = date(2000 + month // 12, month % 12 + 1, 1)
        end = first + relativedelta(months=1) - timedelta(1)
        for count in range(1, 14):
            made = shift(end, Duration(count, "months"))
            last = first + relativedelta(months=count + 1) - timedelta(1)
            assert made == last.replace(day=min(end.day, last.day))


# --- days, hours and differences, against numpy -------------------------------------------------------


def test_days_are_those_of_numpy() -> None:
    starts, by = dates(8), counts(9, 40_000)
    wanted = np.array(starts, "datetime64[D]") + np.array(by, "timedelta64[D]")
    assert [
        shift(day, Duration(n, "days")) for day, n in zip(starts, by, strict=True)
    ] == wanted.tolist()


def test_seconds_and_differences_of_instants_are_those_of_numpy() -> None:
    starts = [Moment.combine(day, datetime.min.time(), UTC) for day in dates(10)]
    by = counts(11, 10**9)
    plain = np.array([moment.replace(tzinfo=None) for moment in starts], "datetime64[s]")
    wanted = plain + np.array(by, "timedelta64[s]")
    made = [shift(moment, duration(n, "second")) for moment, n in zip(starts, by, strict=True)]
    assert [moment.replace(tzinfo=None) for moment in made] == wanted.tolist()
    gaps = [between(start, end).count for start, end in zip(starts, made, strict=True)]
    assert gaps == [10**6 * each for each in by]


def test_differences_of_dates_are_those_of_numpy() -> None:
    starts, ends = dates(12), dates(13)
    wanted = np.array(ends, "datetime64[D]") - np.array(starts, "datetime64[D]")
    made = [between(start, end).count for start, end in zip(starts, ends, strict=True)]
    assert made == wanted.astype(int).tolist()


# --- business days, against numpy ---------------------------------------------------------------------


def holidays(seed: int, count: int = 400) -> list[date]:
    """Days off, many of them together and some of them on weekends, a few said twice."""
    pick = random.Random(seed)
    start = date(2020, 1, 1).toordinal()
    drawn = [date.fromordinal(start + pick.randint(-1_000, 1_000)) for _ in range(count)]
    return [*drawn, *drawn[:10]]


def business_days(starts: list[date], by: list[int], off: list[date]) -> list[date]:
    """By numpy: a count forward begins on the business day before, and a count back on the one after.

    Nothing is counted for 0: the day stays as it is.
    """
    days, steps = np.array(starts, "datetime64[D]"), np.array(by)
    off_ = np.array(off, "datetime64[D]")
    forward = np.busday_offset(days, np.maximum(steps, 1), roll="backward", holidays=off_)
    back = np.busday_offset(days, np.minimum(steps, -1), roll="forward", holidays=off_)
    made: list[date] = np.where(steps > 0, forward, np.where(steps < 0, back, days)).tolist()
    return made


@pytest.mark.parametrize("most", [3, 12, 400])
@pytest.mark.parametrize("off", [[], holidays(14, 30), holidays(15), holidays(16, 1_200)])
def test_business_days_are_those_of_numpy(most: int, off: list[date]) -> None:
    pick = random.Random(17)
    start = date(2020, 1, 1).toordinal()
    starts = [date.fromordinal(start + pick.randint(-1_100, 1_100)) for _ in range(MANY)]
    by = counts(18, most)
    made = [shift(day, Duration(n, "business days"), off) for day, n in zip(starts, by, strict=True)]
    assert made == business_days(starts, by, off)


def test_business_days_over_three_centuries_are_those_of_numpy() -> None:
    starts, by = dates(19), counts(20, 3_000)
    made = [shift(day, Duration(n, "business days")) for day, n in zip(starts, by, strict=True)]
    assert made == business_days(starts, by, [])


def test_business_days_from_an_instant_keep_its_time_of_day() -> None:
    for day, count in zip(dates(21, 500), counts(22, 40, 500), strict=True):
        moment = Moment.combine(day, datetime.min.time(), UTC) + timedelta(hours=17)
        made = shift(moment, Duration(count, "business days"))
        assert (made.date(), made.hour) == (shift(day, Duration(count, "business days")), 17)


# --- the calendar's ends ------------------------------------------------------------------------


@pytest.mark.parametrize("unit", ["microseconds", "days", "months", "business days"])
@pytest.mark.parametrize("size", [1, 2, 400, 12 * 10_000, 10**7, 10**12, 10**30])
def test_past_the_calendars_ends_it_stays_there(unit: str, size: int) -> None:
    early, late = (moment_in(each.replace(tzinfo=UTC), UTC) for each in (Moment.min, Moment.max))
    for start in (date.min, date.max, early, late, date(2024, 2, 29)):
        if unit == "microseconds" and not isinstance(start, Moment):
            continue
        back, on = (shift(start, Duration(sign * size, unit)) for sign in (-1, 1))
        assert type(back) is type(start) is type(on)
        assert back <= start <= on
    assert shift(late, Duration(size, unit)) == late
    assert shift(early, Duration(-size, unit)) == early


@pytest.mark.parametrize("unit", ["microseconds", "days", "months", "business days"])
@pytest.mark.parametrize("hours", [-12, -5, 1, 14])
@pytest.mark.parametrize("size", [1, 40, 12 * 10_000, 10**12])
def test_the_calendar_of_every_zone_ends_where_that_of_utc_does(
    unit: str, hours: int, size: int
) -> None:
    zone = timezone(timedelta(hours=hours))
    for day in (date(1, 1, 2), date(9999, 12, 30)):
        start = Moment.combine(day, time(12), zone)
        back, on = (shift(start, Duration(sign * size, unit)) for sign in (-1, 1))
        assert back.utc < start.utc < on.utc
        assert shift(on, Duration(10**18, unit)).utc == Moment.max.replace(tzinfo=UTC)
        assert shift(back, Duration(-(10**18), unit)).utc == Moment.min.replace(tzinfo=UTC)


@given(st.dates(), st.sampled_from(("days", "months", "business days")), st.integers(), st.integers())
def test_more_time_is_never_earlier(start: date, unit: str, one: int, other: int) -> None:
    """Wherever it begins, and however far it goes."""
    less, more = sorted((one % 10**6, other % 10**6))
    assert shift(start, Duration(less, unit)) <= shift(start, Duration(more, unit))
    assert shift(start, Duration(-more, unit)) <= shift(start, Duration(-less, unit))


# --- within so many days after ----------------------------------------------------------------------

_DUTIES = """\
vocabulary desk

fact received: date
fact answered: boolean
fact closed: list of date


policy support
    default permit

use desk

"""
_UNITS = {"day": "days", "week": "days", "month": "months", "year": "months"}


def duty(length: str) -> PolicySet:
    clause = f"require answer\n    must answered\n    within {length} after received\n"
    return loads(_DUTIES + clause)


def states(policies: PolicySet, facts: dict[str, Any], days: list[date]) -> list[str]:
    return [policies.decide(facts, as_of=day).duties[0].state for day in days]


@pytest.mark.parametrize(
    ("length", "step"),
    [
        ("30 days", relativedelta(days=30)),
        ("2 weeks", relativedelta(weeks=2)),
        ("1 month", relativedelta(months=1)),
        ("2 years", relativedelta(years=2)),
        ("0 days", relativedelta()),
    ],
)
def test_the_last_good_day_is_pending_and_the_day_after_breached(
    length: str, step: relativedelta
) -> None:
    policies = duty(length)
    for received in dates(23, 60):
        last = received + step
        around = [last - timedelta(1), last, last + timedelta(1)]
        facts = {"received": received, "answered": False}
        assert states(policies, facts, around) == ["pending", "pending", "breached"]
        assert states(policies, {**facts, "answered": True}, around) == ["fulfilled"] * 3
        [found] = policies.decide(facts, as_of=last).duties
        assert found.due == last


def test_within_business_days_the_last_good_day_is_that_of_numpy() -> None:
    off = holidays(24, 300)
    policies = duty("5 business days excluding closed")
    starts = [day + timedelta(n) for n, day in enumerate([date(2019, 12, 20)] * 60)]
    for received, last in zip(starts, business_days(starts, [5] * 60, off), strict=True):
        facts = {"received": received, "answered": False, "closed": off}
        assert states(policies, facts, [last, last + timedelta(1)]) == ["pending", "breached"]


# --- counts, sums and highest totals ------------------------------------------------------------------

_SHOP = """\
vocabulary shop

type Sale has
    amount: money in USD
    pieces: integer
    on: date
    buyer: party
    returned: boolean

fact sales: list of Sale

party ann
party bob


policy p
    default permit

use shop

define number as
    count(x in sales where not x.returned)

define total as
    sum(x.amount for x in sales where not x.returned)

define pieces as
    sum(x.pieces for x in sales)
"""
_SALE = {
    "amount": v.Money("USD"),
    "pieces": v.Integer(),
    "on": v.Date(),
    "buyer": v.Party(),
    "returned": v.Boolean(),
}


def _dollars(amount: int) -> Money:
    return Money(Fraction(amount), "USD")


_SALES = st.lists(
    st.fixed_dictionaries(
        {
            **{name: values(kind) for name, kind in _SALE.items()},
            "on": st.dates(date(2023, 12, 25), date(2024, 3, 5)),
            "amount": st.integers(-3, 9).map(_dollars),
            "buyer": st.sampled_from(("ann", "bob")),
        }
    ),
    max_size=7,
)


def value_of(policies: PolicySet, name: str, sales: Any) -> Any:
    from tosdsl.reference.evaluate import evaluate_definitions

    definitions = policies.linked.documents[0].policy.definitions
    return evaluate_definitions(definitions, {"sales": tuple(sales)})[name]


_SHOPS: dict[str, PolicySet] = {}


def shop(more: str = "") -> PolicySet:
    return _SHOPS.setdefault(more, loads(_SHOP + more) if more not in _SHOPS else _SHOPS[more])


@given(_SALES)
def test_counts_and_sums_are_those_of_python(sales: list[dict[str, Any]]) -> None:
    kept = [each for each in sales if not each["returned"]]
    assert value_of(shop(), "number", sales) == len(kept)
    assert value_of(shop(), "total", sales) == _dollars(sum(each["amount"].amount for each in kept))
    assert value_of(shop(), "pieces", sales) == sum(each["pieces"] for each in sales)


_STEPS = {
    "3 days": lambda day: day + timedelta(3),
    "2 weeks": lambda day: day + timedelta(14),
    "1 month": lambda day: day + relativedelta(months=1),
    "2 months": lambda day: day + relativedelta(months=2),
    "4 business days": lambda day: business_days([day], [4], [])[0],
}


def by_every_day(sales: list[dict[str, Any]], length: str) -> int:
    """The highest total of the stretches that begin on any day, each added up by itself; of none, 0."""
    starts = [date(2023, 9, 1) + timedelta(n) for n in range(210)] if sales else []
    totals: Iterator[int] = (
        sum(each["amount"].amount for each in sales if start <= each["on"] < _STEPS[length](start))
        for start in starts
    )
    return max(totals, default=0)


@pytest.mark.parametrize("length", _STEPS)
def test_the_highest_total_is_that_of_every_stretch_tried(length: str) -> None:
    policies = shop(
        f"\ndefine most as\n    highest(x.amount for x in sales, in any {length} by x.on)\n"
    )

    @given(_SALES)
    def holds(sales: list[dict[str, Any]]) -> None:
        assert value_of(policies, "most", sales) == _dollars(by_every_day(sales, length))

    holds()


@given(_SALES)
def test_the_highest_total_of_a_group_is_that_of_the_best_group(sales: list[dict[str, Any]]) -> None:
    most = "highest(x.amount for x in sales where not x.returned, in any 2 weeks by x.on, per x.buyer)"
    kept = [each for each in sales if not each["returned"]]
    groups = [[each for each in kept if each["buyer"] == buyer] for buyer in ("ann", "bob")]
    wanted = max((by_every_day(each, "2 weeks") for each in groups if each), default=0)
    assert value_of(shop(f"\ndefine most as\n    {most}\n"), "most", sales) == _dollars(wanted)


def test_the_highest_total_of_many_is_that_of_a_moving_window() -> None:
    """Ten thousand sales, none negative: a second way, which keeps the window's total as it moves."""
    pick = random.Random(25)
    days = sorted(date(2000, 1, 1) + timedelta(pick.randrange(6_000)) for _ in range(10_000))
    amounts = [pick.randrange(1_000) for _ in days]
    best = total = first = 0
    for day, amount in zip(days, amounts, strict=True):
        total += amount
        while day - days[first] >= timedelta(30):
            total -= amounts[first]
            first += 1
        best = max(best, total)
    sales = [{"amount": _dollars(n), "on": day} for day, n in zip(days, amounts, strict=True)]
    pick.shuffle(sales)
    most = "highest(x.amount for x in sales, in any 30 days by x.on)"
    assert value_of(shop(f"\ndefine most as\n    {most}\n"), "most", sales) == _dollars(best)


def test_what_is_dated_at_the_calendars_end_counts() -> None:
    sales = [{"amount": _dollars(5), "on": day} for day in (date.max, date.max, date.min)]
    for length in _STEPS:
        most = f"\ndefine most as\n    highest(x.amount for x in sales, in any {length} by x.on)\n"
        assert value_of(shop(most), "most", sales) == _dollars(10)
