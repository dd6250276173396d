"""Values as they are written, and those next to them."""

from __future__ import annotations

from datetime import UTC, date
from fractions import Fraction
from typing import Any

import pytest

import tosdsl
from tosdsl.trees import vocabulary as v
from tosdsl.trees.moments import Moment
from tosdsl.trees.quantities import ABSENT, Duration, Money, duration
from tosdsl.trees.uses import value_text
from tosdsl.values.nearby import beside, between, can_be_written

_STAGE = v.Enum("Stage", ("none", "all", "unknown"))
_ROW = v.Record(
    "Row",
    (
        v.Field("paid", v.Money("USD")),
        v.Field("by", v.Record("By", (v.Field("who", v.Party()),))),
        v.Field("kept", v.OptionalOf(v.Date())),
        v.Field("notes", v.ListOf(v.Text())),
    ),
)


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (duration(72 * 3600, "second"), v.Duration("hours"), "72 hours"),
        (duration(72 * 3600 + 60, "second"), v.Duration("hours"), "4321 minutes"),
        (duration(-60, "second"), v.Duration("hours"), "-1 minute"),
        (duration(3601, "second"), v.Duration("hours"), "3601 seconds"),
        (duration(1, "second"), v.Duration("hours"), "1 second"),
        (duration(1001, "millisecond"), v.Duration("hours"), "1001 milliseconds"),
        (duration(-10_001, "microsecond"), v.Duration("hours"), "-10_001 microseconds"),
        (Duration(-1, "days"), v.Duration("days"), "-1 day"),
        (Duration(-12_000, "business days"), v.Duration("business days"), "-12_000 business days"),
        (Moment(1, 1, 1, tzinfo=UTC), v.Instant(), "0001-01-01T00:00Z"),
        (Moment(2024, 1, 1, 0, 0, 0, 1, tzinfo=UTC), v.Instant(), "2024-01-01T00:00:00.000001Z"),
        (
            Moment(9999, 12, 31, 23, 59, 59, 500_000, tzinfo=UTC),
            v.Instant(),
            "9999-12-31T23:59:59.5Z",
        ),
        (date(1, 1, 1), v.Date(), "0001-01-01"),
        (Fraction(1, 10**12), v.Number(), "0.000000000001"),
        (Money(Fraction(-1, 1000), "USD"), v.Money("USD"), "-0.001 USD"),
        ('said "so" \\ twice', v.Text(), r'"said \"so\" \\ twice"'),
        (
            "two\nlines\r\x1b[1m\u202e\U000e0001",
            v.Text(),
            r'"two\nlines\u000d\u001b[1m\u202e\U000e0001"',
        ),
        ("none", v.OptionalOf(v.Text()), '"none"'),
        (ABSENT, v.OptionalOf(v.Text()), "none"),
        ("none", _STAGE, "none"),
        ("unknown", _STAGE, "unknown"),
        ("acme", v.Party(), "acme"),
        ("yes", v.Party(), '"yes"'),
        ("Müller & Co", v.Party(), '"Müller & Co"'),
        ((), v.ListOf(_ROW), "[]"),
        (
            ({"paid": Money(Fraction(5), "USD"), "by.who": "acme", "kept": ABSENT, "notes": ()}, {}),
            v.ListOf(_ROW),
            "[{paid: 5 USD, by.who: acme, kept: none, notes: []}, {}]",
        ),
    ],
)
def test_a_value_is_written_as_the_language_reads_it(value: Any, kind: v.Type, text: str) -> None:
    assert value_text(value, kind) == text


@pytest.mark.parametrize(
    ("value", "near"),
    [
        (duration(0, "second"), [Duration(-1, "microseconds"), Duration(1, "microseconds")]),
        (Duration(1_000_000, "days"), [Duration(999_999, "days")]),
        (duration(-1_000_000 * 3600, "second"), [duration(-3_600_000_000_000_000 + 1, "microsecond")]),
        (date(9999, 12, 31), [date(9999, 12, 30)]),
        (date(1, 1, 1), [date(1, 1, 2)]),
        (10**100 - 1, [10**100 - 2]),
        (True, []),
        ("text", []),
    ],
)
def test_the_values_beside_one_can_be_written(value: Any, near: list[Any]) -> None:
    assert beside(value) == near
    assert all(map(can_be_written, near))


@pytest.mark.parametrize(
    "value",
    [
        duration(1_000_000 * 3600 + 1, "second"),
        Duration(1_000_001, "months"),
        Fraction(1, 3),
        10**100,
        Money(Fraction(1, 3), "USD"),
        (Fraction(1, 3),),
        {"share": Fraction(1, 3)},
        ("x",) * 10_001,
    ],
)
def test_what_no_text_can_say_is_no_value_to_try(value: Any) -> None:
    assert not can_be_written(value)


def test_between_two_values_the_plainest_is_taken() -> None:
    assert between(Fraction(1, 3), Fraction(7, 2)) == 1
    assert between(Fraction(1, 3), Fraction(1, 3) + Fraction(1, 10**5)) == Fraction(33334, 10**5)
    low = Moment(2024, 1, 1, tzinfo=UTC)
    assert between(low, low.replace(second=1)) == low.replace(microsecond=1)
    assert between(low, low.replace(microsecond=1)) is None


_POLICY = """\
vocabulary words
fact held: duration in hours

policy p
    default permit
use words
forbid long
    when held > 1 hour
"""


def test_a_duration_past_the_limit_is_no_fact() -> None:
    policies = tosdsl.loads(_POLICY)
    for value in (duration(3600 * 1_000_000 + 1, "second"), duration(-3600 * 1_000_001, "second")):
        with pytest.raises(tosdsl.FactError):
            policies.decide({"held": value})
    assert policies.decide({"held": duration(3601, "second")}).verdict.value == "forbidden"


@pytest.mark.parametrize(
    "unit", ["1_000_000 hours", "60_000_000 minutes", "-1_000_000 hours", "-60_000_000 minutes"]
)
def test_one_limit_holds_for_all_units_of_a_kind(unit: str) -> None:
    assert tosdsl.loads(_POLICY).verdict({"held": unit}).value in {"permitted", "forbidden"}
    count, _, name = unit.partition(" ")
    longer = int(count) - 1 if count[0] == "-" else int(count) + 1
    with pytest.raises(tosdsl.FactError, match="MAX_DURATION"):
        tosdsl.loads(_POLICY).verdict({"held": f"{longer} {name}"})
