"""A decision that is kept is given for uses alike in all that it hangs on, and for no others.

Every combination of a few values is asked of one set of policies, in an order that puts uses of the
same truths one after the other, and each answer is that of the reference.
"""

from __future__ import annotations

from datetime import date
from itertools import product
from random import Random
from typing import Any

import pytest

import tosdsl
from tests.differential.both import differences
from tosdsl.engine import plans
from tosdsl.trees.quantities import Moment

WORDS = """\
vocabulary words

type Level is one of, rising
    low
    middle
    high

type Sale has
    pieces: integer
    small: boolean judged "Is it small?"

fact level: Level
fact other: Level
fact count: integer
fact least: integer
fact grave: boolean judged "Is it grave?"
fact rank: integer judged "What rank has it?"
fact told: date
fact sales: list of Sale
fact done: boolean
"""

FIVE = """\
policy p
    default permit

use words

define above(x: Level) as
    x > other

{clauses}
"""

POLICIES = {
    # Nothing is above the highest: with it, what is open is settled.
    "an open comparison": "forbid n\n    when level > other\n",
    "a fact that a definition reads": "forbid n\n    when above(level)\n",
    "two open ones": "forbid n\n    when level > other\n    except e\n        when other > level\n",
    "arithmetic": "forbid n\n    when count * count > least\n",
    "what is judged": "forbid n\n    when rank > 1 and (grave or count > 1)\n",
    "a deadline": "require n\n    when count > 1\n    must done\n    within 2 days after told\n",
    "items": "forbid n\n    when some s in sales satisfies (s.pieces > count or s.small)\n",
    "a total": "forbid n\n    when sum(s.pieces for s in sales) > count\n",
    "a definition by cases": "forbid n\n    when (if done then level else other) > middle\n",
}

VALUES: dict[str, tuple[Any, ...]] = {
    "level": ("low", "middle", "high", None),
    "other": ("low", "high", None),
    "count": (0, 1, 2, 3, None),
    "least": (1, 4, None),
    "grave": (True, False, None),
    "rank": (1, 2, 3, None),
    "told": ("2024-01-01", "2024-01-02", None),
    "done": (True, False, None),
    "sales": (
        [],
        [{"pieces": 1, "small": False}],
        [{"pieces": 2, "small": True}],
        [{"pieces": 2}],
        [{"small": False}, {"pieces": 1, "small": False}],
        None,
    ),
}


@pytest.fixture(autouse=True)
def _no_other_memo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decisions of a few clauses are kept by ``engine.memo``, which comes before."""
    monkeypatch.setattr(plans, "FEW", 0)


@pytest.mark.parametrize("name", POLICIES)
def test_a_decision_that_is_kept_is_that_of_the_reference(name: str) -> None:
    policies = tosdsl.loads(WORDS, FIVE.format(clauses=POLICIES[name]))
    read = [path for path in VALUES if path in POLICIES[name] or path in {"other"}]
    days: list[date | None] = [None]
    if "within" in POLICIES[name]:
        days += (date(2024, 1, day) for day in (2, 3, 4, 5))
    combined = [*product(*(VALUES[path] for path in read), days)]
    Random(1).shuffle(combined)
    for *values, day in combined:
        facts = {path: value for path, value in zip(read, values, strict=True) if value is not None}
        assert differences(policies, facts, as_of=day) == [], (facts, day)


def test_a_moment_in_another_zone_is_another_end_of_a_deadline() -> None:
    words = "vocabulary words\n\nfact told: instant\nfact done: boolean\n"
    clause = "require n\n    must done\n    within 2 days after told\n"
    policies = tosdsl.loads(words, f"policy p\n    default permit\n\nuse words\n\n{clause}")
    told = ("2024-01-01T09:00:00+00:00", "2024-01-01T11:00:00+02:00")
    dues = [policies.decide({"told": Moment.fromisoformat(each)}).duties[0].due for each in told]
    assert [str(due) for due in dues] == ["2024-01-03T09:00Z", "2024-01-03T11:00+02:00"]


def test_the_days_of_a_kept_decision_are_those_of_the_question() -> None:
    policies = tosdsl.loads(WORDS, FIVE.format(clauses=POLICIES["an open comparison"]))
    for day in (None, "2024-01-02", "2024-01-03"):
        for standard in (None, "alleged"):
            made = policies.decide({"level": "low"}, as_of=day, standard=standard)
            assert made.standard == (standard or "confirmed")
            assert str(made.as_of) == str(day)


def test_the_explanation_of_a_kept_decision_tells_its_own_values() -> None:
    policies = tosdsl.loads(WORDS, FIVE.format(clauses=POLICIES["arithmetic"]))
    for count in (2, 3, 4):
        made = policies.decide({"count": count, "least": 3})
        assert f"count is {count}" in made.explain()
