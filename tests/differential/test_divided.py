"""What a division by zero may leave open, the generated code leaves open as the reference does.

A condition and its opposite together are true whichever of the two holds, and open where neither does.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

import tosdsl
from tests.differential.both import differences

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
