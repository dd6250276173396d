"""Explanations of totals: the items that a count, a sum or the greatest was made of."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tosdsl
from tests.unit.test_explanations import below
from tosdsl.decision.model import Why
from tosdsl.trees import vocabulary as v
from tosdsl.trees.quantities import ABSENT, duration
from tosdsl.values.totals import highest, stretch

TEXT = """\
vocabulary w

type Strike has
    on: date
    sure: boolean
    points: integer

type Step has
    above: integer
    rate: number

fact strikes: list of Strike
fact income: integer


policy p
    default permit

use w

table steps of Step
    {{above: 0, rate: 0.1}}
    {{above: 100, rate: 0.2}}
    {{above: 200, rate: 0.3}}

define told as
    {told}

forbid it
    when told >= 0
"""
STRIKES: list[dict[str, Any]] = [
    {"on": "2026-01-01", "sure": True, "points": 2},
    {"on": "2026-01-05", "sure": False, "points": 7},
    {"on": "2026-02-01", "sure": True, "points": 3},
    {"on": "2026-08-01", "sure": True, "points": 4},
    {"on": "2026-12-01", "sure": True, "points": 4},
]
IN_90_DAYS = "highest(s.points for s in strikes where s.sure, in any 90 days by s.on)"


def value_of(told: str, strikes: list[dict[str, Any]]) -> Why:
    decision = tosdsl.loads(TEXT.format(told=told)).decide({"strikes": strikes, "income": 150})
    return next(each for each in below(decision.explanation) if each.text == "told")


def items(node: Why) -> list[tuple[str, str]]:
    return [(each.text.split(" ")[1], each.truth) for each in below(node) if each.kind == "item"]


@pytest.mark.parametrize(
    ("told", "note", "shown"),
    [
        ("count(s in strikes where s.sure)", "is 4, of 4 of 5 items; 1 more like these", "134"),
        ("count(s in strikes where s.points > 3 and s.sure)", "is 2, of 2 of 5 items", "45"),
        ("count(s in strikes)", "is 5, of 5 items", ""),
        ("count(s in strikes where s.points > 9)", "is 0, of 5 items", ""),
        ("sum(s.points for s in strikes where s.points < 4)", "is 5, of 2 of 5 items", "13"),
        (IN_90_DAYS, "is 5, of 2 of 5 items", "13"),
        ("highest of (s.rate for s in steps where s.above <= income)", "is 0.2, of 1 of 3 items", "2"),
        ("lowest of (s.points for s in strikes where s.sure)", "is 2, of 1 of 5 items", "1"),
    ],
)
def test_the_items_of_which_a_total_is_made_are_shown(told: str, note: str, shown: str) -> None:
    found = value_of(told, STRIKES)
    assert found.note == f"{note}: {told}"
    assert items(found) == [(place, "true") for place in shown]


def test_the_items_that_leave_a_total_open_are_shown() -> None:
    open_ = [*STRIKES[:2], {"on": "2026-03-01", "points": 1}]
    found = value_of("count(s in strikes where s.sure)", open_)
    assert found.note.startswith("is not known, of 1 of 3 items, and of 1 it is not known: ")
    assert items(found) == [("3", "unknown")]
    assert [each.note for each in below(found) if each.text == "s.sure"] == ["s.sure is not known"]
    no_points = [STRIKES[0], {"on": "2026-03-01", "sure": True}]
    assert items(value_of("sum(s.points for s in strikes)", no_points)) == [("2", "true")]


def test_a_definition_says_its_formula_where_it_is_short() -> None:
    assert value_of("min(income * 2, 50)", []).note == "is 50: min(income * 2, 50)"
    long = " + ".join(["income"] * 20)
    assert value_of(long, []).note == "is 3000"
    assert value_of("income", []).note == "is 150"


DATED = st.tuples(
    st.one_of(st.just(ABSENT), st.integers(0, 40).map(lambda at: date(2026, 1, 1) + timedelta(at))),
    st.integers(-3, 9),
    st.sampled_from(("a", "b")),
)


@given(st.lists(DATED, max_size=9), st.integers(1, 20))
def test_a_stretch_has_the_highest_total_and_all_that_lies_in_it(
    several: list[tuple[Any, int, str]], days: int
) -> None:
    dates, amounts, groups = ([each[at] for each in several] for at in range(3))
    window = duration(days, "day")
    most = highest(amounts, dates, groups, window, v.Integer())
    places = stretch(amounts, dates, groups, window)
    assert sum(amounts[place] for place in places) == most
    if places:
        within = [dates[place] for place in places]
        assert max(within) - min(within) < timedelta(days)
        assert len({groups[place] for place in places}) == 1
