"""What needs the solver: known answers, and what is said where it is not installed or has no time."""

from __future__ import annotations

import sys
from datetime import date

import pytest

import tosdsl
from tosdsl.analysis.axes import Axes, outcome, sorted_cells
from tosdsl.analysis.diff import diff
from tosdsl.analysis.engine import Analysis, Proof, Unknown, Witness, equal
from tosdsl.analysis.report import conclusion
from tosdsl.analysis.solver.door import solver_at_hand
from tosdsl.formulas.space import Space
from tosdsl.trees import vocabulary as v

needs_solver = pytest.mark.skipif(not solver_at_hand(), reason="needs z3-solver")

VOCABULARY = """\
vocabulary words

party x "X"

type Sale has
    amount: money in USD
    on: date

fact signed: date
fact used: date
fact revenue: money in USD
fact rate: number
fact share: number
fact a: integer
fact b: integer
fact sales: list of Sale
fact p: party
fact q: party

"""


PEAK = "highest(s.amount for s in sales where s.amount > 1 USD, in any 30 days by s.on)"


def policies(when: str) -> tosdsl.PolicySet:
    header = "policy acme.t\n    default permit\n\nuse words\n\n"
    return tosdsl.loads(f'{VOCABULARY}\n{header}forbid c at "1"\n    "No."\n    when {when}\n')


def forbidden(when: str, **options: object) -> Proof | Witness | Unknown:
    analysis = Analysis.of(policies(when).linked, **options)
    return analysis.find(analysis.sides[0].verdict("forbidden"))


@needs_solver
@pytest.mark.parametrize(
    "when",
    [
        "a < b and b < a",
        "a + b > 10 and a < b and b < 6",
        "a * a is 2",
        "used - signed > 30 days and used < signed",
        "used > signed + 10 days and used < signed + 10 days",
        "p is q and p is x and q is not x",
        "(some s in sales satisfies s.amount < 2 USD) and every s in sales satisfies s.amount > 5 USD",
        "revenue * 2 < revenue and revenue > 0 USD",
        "sum(s.amount for s in sales) > 5 USD and sum(s.amount for s in sales) < 3 USD",
        "count(s in sales) < 0",
        f"{PEAK} > 5 USD and {PEAK} <= 5 USD",
        f"{PEAK} < 0 USD",
        "used > signed + 6 months and used < signed + 170 days",
        "used < signed - 5 years and signed - used < 1800 days",
    ],
)
def test_what_cannot_be_is_proved(when: str) -> None:
    assert forbidden(when) == Proof("solver")


@needs_solver
@pytest.mark.parametrize(
    ("when", "known"),
    [
        ("used - signed > 30 days", 2),
        ("a * a is 9 and a < 0", 1),
        ("p is q and p is not x", 2),
        ("revenue * rate > 20 million USD and rate < 0.5", 2),
        ("some s in sales satisfies s.amount > revenue", 2),
        ("used > signed + 1 day or a is 3", 1),
        ("a > b or a * a is 16", 1),
        (f"{PEAK} > 5 USD and every s in sales satisfies s.amount < 4 USD", 1),
        (f"{PEAK} < 5 USD and sum(s.amount for s in sales) > 9 USD", 1),
        ("highest(s.amount for s in sales, in any 5 years by s.on) > revenue", 2),
        ("highest(a for s in sales, in any 10 business days by s.on) > 30 and a < 12", 2),
        ("count(s in sales where s.amount > 2 USD) > 4", 1),
        ("used > signed + 6 months and used < signed + 190 days", 2),
    ],
)
def test_what_can_be_is_shown_by_a_smallest_use(when: str, known: int) -> None:
    found = forbidden(when)
    assert isinstance(found, Witness)
    assert found.smallest or "sales" in found.facts  # of longer lists nothing is said
    assert found.verdicts == ("forbidden",)
    assert found.known == known


@needs_solver
def test_what_has_no_term_is_found_and_never_proved() -> None:
    found = forbidden("used > signed + 1 month and used < signed + 40 days")
    assert isinstance(found, Witness)
    assert isinstance(found.facts["used"], date)
    never = forbidden("used > signed + 1 month and used < signed + 28 days", timeout=2.0)
    assert isinstance(never, Unknown)
    assert never.conditions


@needs_solver
def test_where_whole_numbers_will_not_do_others_are_found() -> None:
    found = forbidden("rate > share and not rate >= share + 1 and not rate <= share")
    assert isinstance(found, Witness)
    assert found.facts["share"] < found.facts["rate"] < found.facts["share"] + 1


@needs_solver
def test_no_time_is_no_proof() -> None:
    assert isinstance(forbidden("a < b and b < a", timeout=0.0), Unknown)


def test_a_solver_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "z3", None)
    found = forbidden("a < b and b < a")
    assert isinstance(found, Unknown)
    assert "install tosdsl[proof]" in found.why
    assert "TOS6007" in found.why
    assert isinstance(forbidden("a < 3"), Witness)


@needs_solver
def test_two_ways_to_say_the_same_are_proved_equal() -> None:
    one, other = policies("a + b > 10").linked, policies("10 < b + a").linked
    assert equal(one, other) == Proof("solver")
    found = diff(one, other)
    assert not found.verdicts
    assert not found.unsettled
    assert conclusion(found).startswith("Equal, proved")
    assert isinstance(equal(one, policies("a + b >= 10").linked), Witness)


def test_many_tests_have_the_cells_that_trying_them_gives() -> None:
    space, values = Space(), [*range(-1, 41)]
    tests = [space.test(op, "a", at) for at in range(0, 40, 3) for op in ("<", "<=", ">", ">=", "is")]
    tests.append(space.test("in", "a", frozenset({3, 4, 21})))
    kept, masks = sorted_cells({number: space[number] for number in tests}, values)
    unlike = {
        tuple(outcome(space[number], value) for number in tests): value for value in reversed(values)
    }
    assert kept == sorted(unlike.values())
    for number in tests:
        came = [outcome(space[number], value) for value in kept]
        assert masks[number][0] == sum(1 << at for at, each in enumerate(came, 1) if each)
        assert masks[number][1] == sum(1 << at for at, each in enumerate(came, 1) if not each)
    words = v.Vocabulary("w", facts=(v.Field("a", v.Integer()),))
    assert len(Axes(space, words).of["leaf", "a"].values) == len(kept) + 1
