"""Durations that are worked out: parts of a day, and lengths past what can be written."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import tosdsl
from tosdsl.trees.quantities import Duration, duration, written_duration
from tosdsl.values.arithmetic import arithmetic
from tosdsl.values.calendar import PAST_CALENDAR, shifted
from tosdsl.values.nearby import can_be_written

TEXT = """\
vocabulary words

fact pause: duration in hours
fact total: duration in hours
fact notice: duration in days
fact share: number
fact count: integer
fact other: integer


policy p
    default permit

use words

forbid clause
    when CONDITION
"""


def verdict(condition: str, **facts: Any) -> str:
    return tosdsl.loads(TEXT.replace("CONDITION", condition)).decide(facts).verdict.value


@pytest.mark.parametrize(
    ("condition", "facts", "said"),
    [
        ("pause > total / 3", {"pause": "333_333 microseconds", "total": "1 second"}, "permitted"),
        ("pause > total / 3", {"pause": "333_334 microseconds", "total": "1 second"}, "forbidden"),
        ("pause > total / 3", {"total": "1 second"}, "undetermined"),
        ("pause is total / 3", {"total": "1 second"}, "permitted"),
        ("pause is total / 3", {"total": "3 seconds"}, "undetermined"),
        ("pause > 1.5 * total", {"pause": "91 minutes", "total": "1 hour"}, "forbidden"),
        ("notice < 30 days * share", {"notice": "3 days", "share": Fraction(1, 10)}, "permitted"),
        ("notice < 30 days * share", {"notice": "3 days", "share": Fraction(11, 100)}, "forbidden"),
        ("notice is 30 days * share", {"share": Fraction(1, 60)}, "permitted"),
        ("pause / share > 1 hour", {"pause": "1 hour", "share": 0}, "undetermined"),
    ],
)
def test_a_duration_times_a_number_is_exact(condition: str, facts: Any, said: str) -> None:
    assert verdict(condition, **facts) == said


@pytest.mark.parametrize(
    ("condition", "facts"),
    [
        ("pause > 3 * total", {"total": "1_000_000 hours"}),
        ("pause < -3 * total", {"total": "1_000_000 hours"}),
        ("count > other * other", {"other": 10**60}),
    ],
)
def test_a_bound_past_what_can_be_written_is_met_by_no_fact(condition: str, facts: Any) -> None:
    assert verdict(condition, **facts) == "permitted"


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (Duration(Fraction(1_000_000, 3), "microseconds"), "about 333.333333 milliseconds"),
        (Duration(Fraction(-3_600_000_000_001, 2), "microseconds"), "about -500.000000 hours"),
        (Duration(Fraction(1, 2), "microseconds"), "0.5 microseconds"),
        (Duration(Fraction(3, 2), "days"), "1.5 days"),
        (Duration(Fraction(27, 2), "months"), "13.5 months"),
        (Duration(Fraction(1, 2), "business days"), "0.5 business days"),
    ],
)
def test_a_part_is_told_in_decimals_and_can_not_be_written(length: Duration, text: str) -> None:
    assert str(length) == text
    assert not can_be_written(length)
    with pytest.raises(ValueError, match=length.unit[:3] if length.unit != "microseconds" else "s$"):
        written_duration(length)


def test_what_comes_to_a_whole_count_is_whole() -> None:
    made = arithmetic("*", duration(1, "hour"), Fraction(3, 2))
    assert made == duration(90, "minute")
    assert type(made.count) is int
    assert type(arithmetic("/", duration(7, "day"), 7).count) is int


def test_a_day_that_is_moved_by_a_part_is_not_known() -> None:
    """No text can do so; if it happened all the same, nothing would open."""
    from datetime import date

    assert shifted(date(2024, 1, 1), Duration(Fraction(1, 2), "days")) is PAST_CALENDAR
