"""Arithmetic that unfolds to much more than its text: lint ends after so much work, and names the rest.

Work is counted in terms and in steps of the solver, and not in seconds.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import tosdsl
from tests.conftest import either
from tosdsl.analysis.diff import diff
from tosdsl.analysis.engine import Analysis, Unknown
from tosdsl.analysis.solver.door import LONG, solver_at_hand
from tosdsl.analysis.solver.values import LARGE, STEEP, Budget
from tosdsl.base.limits import MAX_SOLVER_TERMS, MAX_SOLVER_WORK
from tosdsl.lint.meaning import Meaning
from tosdsl.trees.walk import parts

pytestmark = pytest.mark.skipif(not solver_at_hand(), reason="needs z3-solver")

SHAPES = sorted((Path(__file__).parent / "shapes").iterdir())
NAMES = [path.stem for path in SHAPES]
_TERMS_OF_A_LINE = 30
"""What a line of these policies may come to: a few terms for each item of a list, twice."""

VOCABULARY = """\
vocabulary ledger_words

type Entry has
    amount: money in USD
    units: integer
    on: date

fact own: list of Entry
fact theirs: list of Entry
fact start: money in USD
fact units: integer


policy acme.ledger
    default permit

use ledger_words

"""


def linted(text: str, **options: object) -> Meaning:
    """The checks of one text, done."""
    meaning = Meaning(tosdsl.loads(text).linked)
    for name, value in options.items():
        setattr(meaning.analysis, name, value)
    meaning.run()
    return meaning


def chain(first: str, step: str, condition: str, deep: int, more: str = "") -> str:
    """Definitions of which each uses the one before, written `D`, and a clause about the last."""
    text = f"{VOCABULARY}{more}define d_0 as\n    {first}\n\n"
    for at in range(1, deep + 1):
        text += f"define d_{at} as\n    {step.replace('D', f'd_{at - 1}')}\n\n"
    return f"{text}forbid much\n    when d_{deep} {condition}\n"


def terms_of(meaning: Meaning) -> int:
    return MAX_SOLVER_TERMS - meaning.analysis.budget.terms


@pytest.mark.parametrize("path", SHAPES, ids=NAMES)
def test_the_work_grows_with_the_text_and_what_is_given_up_is_named(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    meaning = linted(text)
    assert terms_of(meaning) < _TERMS_OF_A_LINE * len(text.splitlines())
    assert meaning.analysis.budget.work > -MAX_SOLVER_WORK // 10  # the last question may go past it
    for each in meaning.unsettled:
        assert each.asked
        assert each.why == LONG or each.why.startswith("no use was found with lists of")
    assert len(meaning.unsettled) <= 5


@pytest.mark.parametrize("path", SHAPES, ids=NAMES)
def test_no_condition_holds_more_than_what_is_written(path: Path) -> None:
    linked = tosdsl.load(path).linked
    analysis = Analysis.of(linked)
    written = sum(sum(1 for _ in parts(each.body)) for each in linked.documents[0].policy.definitions)
    for number in range(len(analysis.conditions)):
        expr, definitions = analysis.conditions.expression(number)
        held = [expr, *(each.body for each in definitions.values())]
        assert sum(1 for each in held for _ in parts(each)) <= max(500, 2 * written)


@pytest.mark.parametrize(
    ("first", "step", "condition"),
    [
        ("start", "sum(D for e in own where e.units > 1)", "> 5 USD"),
        ("start", "sum(D + e.amount for e in own) + sum(D for e in theirs)", "> 5 USD"),
        ("units", "count(e in own where e.units > D) + count(e in theirs where D > 2)", "> 5"),
        ("units", "max(D, D + units, units - D)", "> 5"),
        ("units", "highest(D for e in own, in any 30 days by e.on)", "> 5"),
        ("units", "D * 2 + D", "> 5"),
        ("start", "start + D * units - D", "> 5 USD"),
    ],
)
def test_twice_as_many_definitions_make_twice_as_many_terms(
    first: str, step: str, condition: str
) -> None:
    made = []
    for deep in either((6, 12, 24), (12, 24, 48)):
        analysis = Analysis.of(tosdsl.loads(chain(first, step, condition, deep)).linked)
        analysis.find(analysis.sides[0].verdict("forbidden"))
        made.append(MAX_SOLVER_TERMS - analysis.budget.terms)
    assert made[2] - made[1] < 2.5 * (made[1] - made[0]) + 20


def test_two_runs_give_up_the_same() -> None:
    text = (Path(__file__).parent / "shapes" / "counts_and_least.tos").read_text(encoding="utf-8")
    one, other = linted(text), linted(text)
    assert one.unsettled == other.unsettled
    assert one.analysis.budget == other.analysis.budget
    assert [each.problem for each in one.found] == [each.problem for each in other.found]


TRIANGLE = (
    VOCABULARY + "forbid much\n    when units * units + units > 7 and units * units * units < 9\n"
)


def test_a_solver_that_may_not_make_a_step_is_not_asked() -> None:
    meaning = linted(TRIANGLE, budget=Budget(work=-MAX_SOLVER_WORK))
    assert {each.why for each in meaning.unsettled} == {LONG}


def test_conditions_that_make_too_many_terms_are_named() -> None:
    meaning = linted(TRIANGLE, budget=Budget(terms=4))
    assert LARGE in {each.why for each in meaning.unsettled}
    assert linted(TRIANGLE).unsettled == {}


def test_products_of_too_many_values_are_named() -> None:
    text = chain("units", "D * D", "is 7", 6)
    meaning = linted(text)
    assert STEEP in {each.why for each in meaning.unsettled}
    assert linted(chain("units", "D * D", "is 16", 3)).unsettled == {}


def test_a_condition_that_is_too_large_to_be_worked_in_is_one_condition_on_both_sides() -> None:
    """Equal definitions are the same, whatever else changed."""
    text = chain("units", "D + D + units", "> 100", 20)
    old, new = tosdsl.loads(text), tosdsl.loads(f"{text}\nforbid other\n    when units < 0\n")
    analysis = Analysis.of(old.linked, new.linked)
    assert len(analysis.conditions) == 1
    one, other = analysis.sides
    assert one.force("acme.ledger#much") == other.force("acme.ledger#much")


def test_facts_with_other_names_are_read_in_large_conditions() -> None:
    text = chain("units", "D + D + units", "> 100", 20)
    old, new = tosdsl.loads(text), tosdsl.loads(text.replace("units", "pieces"))
    found = diff(old.linked, new.linked, renamed={"units": "pieces"})
    assert found.equal


def test_what_arguments_unfold_to_is_counted() -> None:
    """A definition that reads its parameter twice, called inside itself."""
    more = "define twice(n: integer) as\n    n + n\n\n"
    call = "twice(" * 25 + "units" + ")" * 25
    analysis = Analysis.of(tosdsl.loads(f"{VOCABULARY}{more}forbid much\n    when {call} > 9\n").linked)
    _, definitions = analysis.conditions.expression(0)
    assert definitions
    found = analysis.find(analysis.sides[0].verdict("forbidden"))
    assert not isinstance(found, Unknown)
