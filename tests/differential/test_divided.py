"""What a division by zero may leave open, the generated code leaves open as the reference does.

A condition and its opposite together are true whichever of the two holds, and open where neither does.
"""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pytest

import tosdsl
from tests.differential.both import differences
from tosdsl import compiled
from tosdsl.engine import plans

WORDS = """\
vocabulary words

type Row has
    n: integer
    of: integer

fact a: integer
fact b: integer
fact c: boolean
fact day: date
fact done: boolean
fact perhaps: optional integer
fact rows: list of Row
"""

CONDITIONS = {
    "a fact": "a / b > 1",
    "what is worked out": "a / (b - 1) > 1",
    "what a definition comes to": "a / less > 1",
    "a definition that divides": "share > 1",
    "in a definition that takes values": "over(a, b) > 1",
    "what is given is divided before": "over(share, 2) > 1",
    "in each item": "some x in rows satisfies x.n / x.of > 1",
    "in each item by one fact": "every x in rows satisfies x.n / b > 1",
    "by a count": "a / count(x in rows) > 1",
    "in a sum": "sum(x.n / b for x in rows where x.of > 0) > 1",
    "in the greatest": "highest of (x.n / x.of for x in rows) > 1",
    "only where it is not zero": "(if b is 0 then 0 else a / b) > 1",
    "in one case": "(if c then a / b else 2) > 1",
    "by what may be none": "a / perhaps > 1",
    "a length by a length": "(day - 2024-01-01) / (day - 2024-01-02) > 1",
    "by what is written": "a / 2 > 1",
}

CLAUSES = """\
policy p
    default forbid

use words

define less as
    b - 1

define share as
    a / b

define over(n: number, of: number) as
    n / of

permit always
    when CONDITION or not CONDITION

require done_then
    when c
    must done or CONDITION

forbid never
    when c and CONDITION and not CONDITION
"""

FACTS: dict[str, list[Any]] = {"a": [None, 0, 3], "b": [None, 0, 1, 2], "c": [None, True]}
MORE: dict[str, list[Any]] = {
    "rows": [None, [], [{"n": 1, "of": 0}], [{"n": 3, "of": 2}, {"n": 1}]],
    "perhaps": [None, 0],
    "day": [None, "2024-01-02"],
}
"""Values of facts that some of the conditions read."""


@pytest.mark.parametrize("kind", CONDITIONS)
def test_what_a_division_may_leave_open_is_open_in_both(kind: str) -> None:
    policies = tosdsl.loads(WORDS, CLAUSES.replace("CONDITION", CONDITIONS[kind]))
    read = FACTS | {name: several for name, several in MORE.items() if name in CONDITIONS[kind]}
    for chosen in product(*read.values()):
        known = dict(zip(read, chosen, strict=True))
        facts = {name: value for name, value in known.items() if value is not None}
        assert differences(policies, facts, explain=False) == [], facts


def test_no_gate_opens_before_it_is_known_that_nothing_is_divided_by_zero() -> None:
    policies = tosdsl.loads(WORDS, CLAUSES.replace("CONDITION", "a / b > 1"))
    assert not policies.decide({"a": 3, "c": False}).passes
    assert policies.decide({"a": 3, "c": False}).needs
    assert not policies.decide({"a": 3, "b": 0, "c": False}).passes
    assert policies.decide({"b": 2, "c": False}).passes


GUARDED = {
    "a case": ("if b is 0 then c else a / b > 1", {}, []),
    "a case that comes about": ("if c then a / b > 1 else no", {"c": True}, ["TOS5031"]),
    "a condition before it": ("(b is not 0 and a / b > 1) or done", {}, []),
    "another condition": ("c and a / b > 1", {"c": True}, ["TOS5031"]),
    "one that is not known": ("c and a / b > 1", {}, ["TOS5031"]),
    "a definition": ("c and share > 1", {"c": True}, ["TOS5031"]),
    "a definition that takes values": ("c and over(a, b) > 1", {"c": True}, ["TOS5031"]),
}
"""Conditions that are not so where ``c`` and ``done`` are not, more facts with which they are open, and
what is told then."""


@pytest.mark.parametrize(("condition", "more", "told"), GUARDED.values(), ids=GUARDED)
def test_what_has_no_value_is_told_of_only_where_the_answer_hangs_on_it(
    condition: str, more: dict[str, bool], told: list[str]
) -> None:
    clauses = CLAUSES[CLAUSES.index("define less") : CLAUSES.index("permit always")]
    policy = f"policy p\n    default permit\n\nuse words\n\n{clauses}forbid f\n    when {condition}\n"
    policies = tosdsl.loads(WORDS, policy)
    settled = policies.decide({"a": 3, "b": 0, "c": False, "done": False})
    assert settled.warnings == ()
    assert settled.passes
    open_ = policies.decide({"a": 3, "b": 0, **more})
    assert not open_.passes
    assert [each[:7] for each in open_.warnings] == told


def test_a_duty_that_is_open_tells_what_it_hangs_on_and_nothing_else() -> None:
    duties = (
        "require told\n    when c\n    must done or a / b > 1\n\n"
        "require other\n    when c\n    must done\n\n"
    )
    policies = tosdsl.loads(WORDS, f"policy p\n    default permit\n\nuse words\n\n{duties}")
    [warning] = policies.decide({"a": 3, "b": 0, "c": True, "done": False}).warnings
    assert warning.startswith("TOS5031")
    for known in ({"c": False}, {"c": True, "done": True}):
        assert policies.decide({"a": 3, "b": 0, **known}).warnings == ()
    other = tosdsl.loads(
        WORDS,
        f"policy p\n    default permit\n\nuse words\n\n{duties}"
        "require third\n    when c\n    must day > 2024-01-01\n",
    )
    made = other.decide({"a": 3, "b": 0, "c": True, "done": True})
    assert [each.state for each in made.duties if each.clause == "p#third"] == ["undetermined"]
    assert made.warnings == ()


@pytest.mark.parametrize("when", ["a / b > 1", "c and a / b > 1", "perhaps is 1 and a / b > 1"])
@pytest.mark.parametrize("as_of", [None, "2023-01-01", "2024-02-01"])
def test_an_index_tells_what_is_told_without_it(
    monkeypatch: pytest.MonkeyPatch, when: str, as_of: str | None
) -> None:
    policy = (
        "policy p\n    effective from 2024-01-01\n    default permit\n\nuse words\n\n"
        f"forbid first\n    when done\n\nforbid second\n    when {when}\n"
    )
    day = None if as_of is None else date.fromisoformat(as_of)
    for few in (plans.FEW, 0):
        monkeypatch.setattr(plans, "FEW", few)
        monkeypatch.setattr(compiled, "MANY", few and compiled.MANY)
        policies = tosdsl.loads(WORDS, policy)
        for c, perhaps, done in product((None, False, True), (None, 1, 2), (None, False)):
            facts = {"a": 3, "b": 0, "c": c, "perhaps": perhaps, "done": done}
            known = {name: value for name, value in facts.items() if value is not None}
            assert differences(policies, known, as_of=day) == [], known


def test_a_scope_and_what_prevails_over_a_duty_hang_as_well() -> None:
    scoped = tosdsl.loads(
        WORDS,
        "policy p\n    default permit\n\nuse words\n\n"
        "section s\n    applies when a / b > 1\n\n    forbid f\n        when c\n",
    )
    made = scoped.decide({"a": 3, "b": 0, "c": True})
    assert (made.verdict.value, [each[:7] for each in made.warnings]) == ("undetermined", ["TOS5031"])
    assert scoped.decide({"a": 3, "b": 0, "c": False}).warnings == ()
    lifted = tosdsl.loads(
        WORDS,
        "policy p\n    default permit\n\nuse words\n\n"
        "require told\n    when c\n    must done\n\n"
        "permit lifts\n    when a / b > 1\n    notwithstanding told\n",
    )
    facts = {"a": 3, "b": 0, "c": True, "done": False}
    assert differences(lifted, facts) == []
    made = lifted.decide(facts)
    assert [each.state for each in made.duties] == ["undetermined"]
    assert [each[:7] for each in made.warnings] == ["TOS5031"]
