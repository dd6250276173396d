"""Values by cases and rounded values: what tests, proofs, mutants and the linter make of them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tosdsl import FactError, loads
from tosdsl.analysis.proving import Proofs
from tosdsl.base import limits
from tosdsl.lint.check import lint
from tosdsl.testing import properties
from tosdsl.testing.mutation.expressions import changed
from tosdsl.trees.quantities import Duration, Money
from tosdsl.trees.wording import words
from tosdsl.values.arithmetic import rounded

TEXT = """\
vocabulary v

fact large: boolean
fact users: integer
fact fee: money in USD
fact some_days: list of date
fact other_days: list of date

policy p
    default permit

use v

define cap as
    if large then 5 USD else 3 USD

forbid dear at "1"
    when fee > cap

forbid odd_cents at "2"
    when fee rounded to 0.01 USD is not fee
    except whole at "2(a)"
        when fee rounded down to 1 USD is fee

forbid listed at "3"
    when some d in (if large then some_days else other_days) satisfies d < 2024-01-01
"""

PROPERTIES = """
property "nothing of 3 dollars is dear"
    where fee <= 3 USD
    expect dear never in force

property "what is rounded to dollars has no odd cents"
    where fee rounded down to 1 USD is fee
    expect odd_cents never in force

property "five dollars are dear unless it is large"
    where fee is 5 USD and not large
    expect dear always in force

property "up is never less"
    where (fee rounded up to 1 USD) < fee
    expect dear never in force

property "half even is no more than half a step away"
    where (fee rounded to 1 USD half even) - fee > 0.5 USD
    expect dear never in force

property "nothing of 4 dollars is dear"
    where fee <= 4 USD
    expect dear never in force
"""


def test_properties_are_proved_and_refuted() -> None:
    found = properties.run([loads(TEXT + PROPERTIES)], prover=Proofs())
    wanted = ["proved", "proved", "proved", "unmet", "unmet", "refuted"]  # no use meets what is unmet
    assert [each.outcome for each in found] == wanted
    assert found[-1].counterexample is not None
    facts = found[-1].counterexample.use.facts
    assert facts["fee"].amount > 3


def test_each_case_and_its_condition_have_mutants() -> None:
    (definition,) = loads(TEXT).linked.documents[0].policy.definitions
    made = {words(mutant) for _, _, mutant, _ in changed(definition.body)}
    assert "if not large then 5 USD else 3 USD" in made
    assert "if large then 5.01 USD else 3 USD" in made
    assert "if large then 5 USD else 2.99 USD" in made


def test_the_items_of_both_cases_count_as_steps() -> None:
    policies = loads(TEXT)
    day = "2024-05-01"
    many = [day] * (limits.MAX_LIST - 1)
    assert policies.decide({"large": True, "some_days": many}).to_json()
    nested = TEXT.replace(
        "d < 2024-01-01", "some e in (if large then other_days else some_days) satisfies d < e"
    )
    with pytest.raises(FactError, match="MAX_STEPS"):
        loads(nested).decide({"some_days": many, "other_days": many})


def test_a_case_that_never_holds_is_shown(tmp_path: Path) -> None:
    file = tmp_path / "p.tos"
    case = "fee > (if users > 5 and users < 3 then 5 USD else cap)"
    file.write_text(TEXT.replace("fee > cap", case), encoding="utf-8")
    found = [(each.code, each.problem.span.line) for each in lint(file).findings]
    assert ("TOS7010", 18) in found


STEPS = [Fraction(1, 100), Fraction(1), Fraction(2500), Fraction(3, 7)]


@given(st.fractions(), st.sampled_from(STEPS))
def test_what_is_rounded_is_the_nearest_multiple_on_its_side(value: Fraction, step: Fraction) -> None:
    made = {way: rounded(value, way, step) for way in ("nearest", "half even", "up", "down")}
    assert all((each / step).denominator == 1 for each in made.values())
    assert made["down"] <= value <= made["up"]
    assert made["up"] - made["down"] in {0, step}
    for way in ("nearest", "half even"):
        assert made[way] in {made["up"], made["down"]}
        assert abs(made[way] - value) <= step / 2
    if made["up"] - value == value - made["down"] != 0:
        assert made["nearest"] == max(made["up"], made["down"], key=abs)
        assert made["half even"] / step % 2 == 0
    assert rounded(-value, "nearest", step) == -made["nearest"]
    assert rounded(Money(value, "USD"), "up", Money(step, "USD")) == Money(made["up"], "USD")


def test_a_time_is_rounded_in_what_it_is_counted_in() -> None:
    assert rounded(Duration(8, "days"), "up", Duration(7, "days")) == Duration(14, "days")
    assert rounded(None, "up", 1) is None
