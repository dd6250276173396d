"""What the long run has found, as small as it goes: each question comes out as the reference has it."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from attrs import evolve

import tosdsl
from tests.differential import both
from tests.differential.both import differences
from tests.oracle import answer as oracle
from tosdsl import compiled
from tosdsl.engine import plans
from tosdsl.trees.quantities import ABSENT

WORDS = "vocabulary words\n\nfact count: integer\n\nfact done: boolean\n"

ALWAYS_EXCEPTED = """\
policy p
    default permit

use words

define always as
    yes

{kind} clause
    when count is 1
    except otherwise
        when always

forbid other
    when count is 2
"""
"""The clause's force is settled, and still it is told of as defeated where ``count`` is 1."""


@pytest.mark.parametrize("kind", ["forbid", "permit", "require"])
def test_a_test_that_settles_no_force_is_told_of(kind: str) -> None:
    must = "\n    must done" if kind == "require" else ""
    policies = tosdsl.loads(WORDS, ALWAYS_EXCEPTED.format(kind=kind).replace("is 1", f"is 1{must}"))
    uses: list[dict[str, Any]] = [
        {"count": 3},
        {"count": 1},
        {},
        {"count": 2},
        {"count": 3, "done": True},
    ]
    for facts in uses:
        assert differences(policies, facts) == []


@pytest.mark.parametrize("count", [10**18, -(10**18), 10**99, 10**100, -(10**101), True, 2.0])
def test_a_number_with_too_many_digits_is_wrong_however_it_compares(count: Any) -> None:
    policies = tosdsl.loads(
        WORDS, "policy p\n    default permit\n\nuse words\n\nforbid n\n    when count > 2\n"
    )
    for facts in ({"count": 3}, {"count": count}, {"count": count}):
        assert differences(policies, facts) == []


DEFEATED_WHERE_IT_HAS_NO_FORCE = """\
policy p
    default permit

use words

governed by elsewhere
    when count is 1

permit clause
    when done
    subject to everything else

forbid other
"""
"""It has force where the document leads elsewhere, and is told of as defeated where it does not."""


def test_a_clause_is_told_of_where_it_would_apply(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "FEW", 0)
    policies = tosdsl.loads(WORDS, DEFEATED_WHERE_IT_HAS_NO_FORCE)
    for done in (False, True, None):
        for count in (2, 1, None):
            assert differences(policies, {"count": count, "done": done}) == []


OPTIONAL = """\
vocabulary words

fact day: optional date

fact many: optional integer

fact at: optional instant

fact also: optional instant
"""

GIVEN_TO_DEFINITIONS = """\
policy p
    default permit

use words

define late(d: date) as
    d >= 2024-01-01

define moved(d: date) as
    d + 1 day

define more(n: integer) as
    n + 1

define same(i: instant) as
    i is at

forbid a
    when late(day)

forbid b
    when moved(day) > 2024-01-01

forbid c
    when more(many) > 2

forbid d
    when same(also)

forbid e
    when at is also

forbid f
    when max(more(many), 3) in {3, 4}
"""
"""A definition may be given ``none`` for a date. Instants of one moment are equal in any zone."""


@pytest.mark.parametrize("day", [None, ABSENT, date(2024, 1, 1), date(2023, 1, 1)])
@pytest.mark.parametrize("many", [None, ABSENT, 2])
def test_what_may_be_none_is_given_to_a_definition(day: Any, many: Any) -> None:
    policies = tosdsl.loads(OPTIONAL, GIVEN_TO_DEFINITIONS)
    for at in (None, ABSENT, "2024-01-01T09:00Z"):
        for also in (ABSENT, "2024-01-01T09:00Z", "2024-01-01T10:00+01:00"):
            assert differences(policies, {"day": day, "many": many, "at": at, "also": also}) == []


SETTLED_IN_PART = """\
vocabulary words

fact a: text

fact b: boolean

fact t: text


policy p
    default permit

use words

define d as
    "x" is not a and (b or t ends with "two")

forbid n
    when d is yes
"""


@pytest.mark.parametrize("facts", [{"b": True}, {"b": False}, {}, {"a": "y"}, {"t": "two"}])
def test_what_stands_in_a_part_that_is_settled_is_not_needed(facts: dict[str, Any]) -> None:
    policies = tosdsl.loads(SETTLED_IN_PART)
    assert differences(policies, facts) == []
    if facts.get("b"):
        assert [need.fact for need in policies.decide(facts).needs] == ["a"]


LISTED = """\
vocabulary words

fact a: text

fact t: text


policy p
    default permit

use words

forbid n
    when a in {t, "green"}
"""


@pytest.mark.parametrize("facts", [{"a": "blue"}, {}, {"a": "green"}, {"t": "blue"}])
def test_an_item_of_a_list_that_is_written_out_is_needed(facts: dict[str, Any]) -> None:
    policies = tosdsl.loads(LISTED)
    assert differences(policies, facts) == []
    needed = [need.fact for need in policies.decide(facts).needs]
    assert needed == ([] if facts.get("a") == "green" else [name for name in "at" if name not in facts])


@pytest.mark.parametrize("count", [15, 25, 250])
def test_a_policy_of_many_sections_is_answered(count: int) -> None:
    text = "policy p\n    default permit\n\nuse words\n\n"
    for at in range(count):
        text += f"section s{at}\n    forbid clause_{at}\n        when count is {at}\n\n"
    policies = tosdsl.loads(WORDS, text)
    uses: list[dict[str, Any]] = [{"count": 7}, {"count": count}, {}]
    for facts in uses:
        assert differences(policies, facts) == []


GIVEN = """\
vocabulary words

type Item has
    length: optional {kind}

fact length: optional {kind}

fact items: list of Item


policy p
    default permit

use words

define one(x: {kind}) as
    {body}

forbid clause
    when {when}
"""


@pytest.mark.parametrize("when", ["one(length)", "some i in items satisfies one(i.length)"])
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("duration in days", "x > 3 days"),
        ("duration in days", "x + 1 day > 3 days"),
        ("money in USD", "x > 3 USD"),
        ("integer", "x + 1 > 3"),
        ("money in USD", "x rounded to 1 USD > 3 USD"),
        ("integer", "(if x > 3 then x else x) > 3"),
        ("money in USD", "(x rounded up to a multiple of 2 USD) * 2 > 3 USD"),
        ("date", "x > 2024-01-01"),
        ("instant", "x is 2024-01-01T10:00Z"),
    ],
)
def test_a_definition_may_be_given_none(kind: str, body: str, when: str) -> None:
    policies = tosdsl.loads(GIVEN.format(kind=kind, body=body, when=when))
    for length in ("none", None):
        facts = {"length": length, "items": [{"length": length}]}
        assert differences(policies, facts) == []


SHADES = """\
vocabulary words

fact shade: text
fact other: text


policy p
    default permit

use words

define shades as
    {shade, "red"}

define more as
    shades

forbid clause
    when %s
    provided shade is not "blue"
"""


@pytest.mark.parametrize(
    "when", ["shade in shades", "shade in more", "other in shades", "not (shade in shades)"]
)
def test_a_list_that_has_a_name_may_have_an_unknown_item(when: str) -> None:
    policies = tosdsl.loads(SHADES % when)
    for shade in (None, "red", "blue"):
        for other in (None, "red", "blue"):
            assert differences(policies, {"shade": shade, "other": other}) == []


KNOWN = """\
vocabulary words

type Sale has
    amount: integer

fact sales: list of Sale
fact known: integer
fact count: number
fact who: text
fact other: text


policy p
    default permit

use words

define sold as
    known is 0 and some x in sales satisfies x.amount > 1

forbid clause
    when %s
"""


@pytest.mark.parametrize(
    "when",
    [
        '(if sold then "a" else "b") is who',
        "(if sold then who else other) is other",
        '(if sold then 1 else known) + known > 1 and who is "a"',
        "(if known is 2 then count else count / 2) > 1.0",
        "(if known is 0 then count else count / 2) > 1.0",
    ],
)
def test_what_stands_under_a_known_part_is_not_asked_for(when: str) -> None:
    policies = tosdsl.loads(KNOWN % when)
    for facts in ({"known": 2}, {"known": 0}, {"known": 2, "other": "b"}, {"other": "a"}):
        assert differences(policies, facts) == []


SCOPED = """\
vocabulary words

fact level: integer
fact sure: boolean
fact odd: boolean judged


policy p
    default permit

use words

section s
    applies when odd

    require first
        when sure
        must sure

    forbid second
        when level is 3 and sure
"""


@pytest.fixture
def indexed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clauses are looked up, however few there are."""
    monkeypatch.setattr(plans, "FEW", 0)
    monkeypatch.setattr(compiled, "MANY", 0)


def test_it_rests_on_the_scope_of_a_prohibition_that_cannot_apply(indexed: None) -> None:
    policies = tosdsl.loads(SCOPED)
    for level in (None, 2, 3):
        assert differences(policies, {"odd": True, "level": level}) == []


def test_evidence_that_keeps_a_prohibition_off_is_told(indexed: None) -> None:
    policies = tosdsl.loads(SCOPED)
    said = [{"fact": "level", "value": 2, "source": "us", "status": "confirmed"}]
    for facts in ({"odd": True}, {"odd": True, "sure": True}, {}):
        made = policies.decide(facts, assertions=said)
        assert [each.fact for each in made.evidence] == ["level"]
        assert made == oracle.decide(policies, facts, assertions=said)


GROWN = """\
vocabulary words

fact number: integer
fact done: boolean


policy p
    default permit

use words

%s

require clause
    when g10 >= 2
    must done
    within 2 weeks after 2024-01-01
"""


def test_what_is_not_late_is_not_breached_though_it_stays_open_whether_it_is_owed() -> None:
    names = ["number", *(f"g{each}" for each in range(11))]
    squares = (f"define {name} as\n    {one} * {one}\n" for one, name in pairwise(names))
    policies = tosdsl.loads(GROWN % "\n".join(squares))
    for day in (None, date(2024, 1, 4), date(2024, 2, 1)):
        for done in (None, True, False):
            assert differences(policies, {"number": 2, "done": done}, as_of=day) == []


MANY_VALUES = """\
vocabulary words

type Step is one of
    collect
    label
    ship

fact step: Step
fact sellers: list of party

party alpha
party beta
party gamma
party delta
party epsilon


policy p
    default not_applicable

use words

define known as none of
    step is ship
    ship is not step
    sellers overlaps {alpha, gamma}

section s
    applies when known is no
    default permit

    require clause
        when known is no
        must sellers overlaps {beta, delta, epsilon}
"""


def test_a_verdict_is_the_same_alone_and_with_duties_that_have_too_many_values() -> None:
    policies = tosdsl.loads(MANY_VALUES)
    made = policies.decide({})
    assert policies.verdict({}) is made.verdict is tosdsl.Verdict.PERMITTED
    assert differences(policies, {}) == []


@pytest.mark.parametrize(
    "condition",
    [
        "some x in numbers satisfies (x > count / by)",
        "some x in numbers satisfies (some y in numbers satisfies (y > x / by))",
        "some x in numbers satisfies (some y in numbers satisfies (y > x / by or x > count / by))",
        "some x in numbers satisfies over(x)",
        "sum(count / by for x in numbers where x > count / by) > 2",
    ],
)
def test_what_has_no_value_in_a_list_is_told_whether_or_not_it_has_items(condition: str) -> None:
    words = WORDS + "\nfact numbers: list of integer\n\nfact by: integer\n"
    over = "define over(x: integer) as\n    x / by > 2 or count / by > 2\n\n"
    forbid = f"forbid n\n    when {condition}\n"
    policies = tosdsl.loads(words, f"policy p\n    default permit\n\nuse words\n\n{over}{forbid}")
    uses: list[dict[str, Any]] = [
        {},
        {"count": 3, "by": 0},
        {"by": 0, "numbers": []},
        {"count": 3, "by": 0, "numbers": []},
        {"by": 0, "numbers": [1]},
        {"count": 3, "by": 0, "numbers": [1, 2]},
        {"count": 3, "by": 1, "numbers": [1, 2]},
    ]
    for facts in uses:
        assert differences(policies, facts) == []


@pytest.mark.parametrize(
    "facts",
    [
        {"makers": ["alpha", "e\u0301"]},
        {"makers": ["\u00e9"]},
        {"maker": "\u00e9"},
        {"maker": "\u00e9", "makers": ["alpha"]},
        {"makers": ["\u00e9", "beta"], "count": 3},
    ],
)
def test_a_name_in_other_letters_is_looked_up_as_any_other(
    monkeypatch: pytest.MonkeyPatch, facts: dict[str, Any]
) -> None:
    monkeypatch.setattr(plans, "FEW", 0)
    monkeypatch.setattr(compiled, "MANY", 0)
    words = WORDS + "\nparty alpha\n\nparty beta\n\nfact maker: party\n\nfact makers: list of party\n"
    clauses = (
        "forbid n\n    when makers overlaps {alpha}\n\n"
        "forbid o\n    when maker is beta\n\n"
        "forbid p\n    when makers includes beta and count > 2\n"
    )
    policies = tosdsl.loads(words, f"policy p\n    default permit\n\nuse words\n\n{clauses}")
    assert differences(policies, facts) == []


@pytest.mark.parametrize(
    "condition",
    [
        "some x in (if 1 < -1 then others else some_of) satisfies x > 1",
        "some x in (if done then others else some_of) satisfies x > 1",
        "sum(x for x in (if done then others else some_of)) > count",
        "some x in some_of satisfies (x > 2 or sum(y for y in (if done then others else others)) > x)",
        "not (every x in some_of satisfies x is (if done then 1 else 1))",
        "some x in some_of satisfies (x > 1 and (done or count > 1))",
    ],
)
def test_no_case_that_does_not_come_about_is_asked_for(condition: str) -> None:
    words = WORDS + "\nfact some_of: list of integer\n\nfact others: list of integer\n"
    clause = f"require n\n    must {condition}\n    within 0 months after day of use\n"
    policies = tosdsl.loads(words, f"policy p\n    default permit\n\nuse words\n\n{clause}")
    uses: list[dict[str, Any]] = [{}, {"done": False}, {"done": True}, {"count": 1, "done": False}]
    for facts in uses:
        for day in (None, date(2024, 1, 1)):
            assert differences(policies, facts, as_of=day) == []


@pytest.mark.parametrize(
    "condition",
    [
        "some x in (if 1 is 1 then sales else others) satisfies (x.pieces > 1 and x.cost > 1)",
        "sum(x.cost for x in (if 2 >= -1 then sales else others)) is 0",
        "some x in sales satisfies (x.cost > 1 and (1 is 1 or some y in others satisfies y.cost > 1))",
    ],
)
def test_nothing_is_asked_of_items_that_do_not_come_about(condition: str) -> None:
    sale = "type Sale has\n    pieces: integer\n    cost: integer\n\n"
    facts_ = "fact sales: list of Sale\n\nfact others: list of Sale\n"
    forbid = f"forbid n\n    when {condition}\n"
    policies = tosdsl.loads(
        f"vocabulary words\n\n{sale}{facts_}", f"policy p\n    default permit\n\nuse words\n\n{forbid}"
    )
    lacking: list[dict[str, Any]] = [{"pieces": 2}]
    several: list[dict[str, Any]] = [
        {},
        {"sales": lacking},
        {"others": lacking},
        {"sales": lacking, "others": lacking},
        {"sales": [{"pieces": 2, "cost": 2}], "others": lacking},
    ]
    for facts in several:
        assert differences(policies, facts) == []


def test_what_a_comparison_of_conditions_rests_on_hangs_on_no_index(monkeypatch: Any) -> None:
    words = 'vocabulary words\n\nfact rival: boolean judged "Does it compete?"\n\nfact name: text\n'
    policy = (
        "policy p\n    default permit\n\nuse words\n\ndefine both as\n"
        '    rival and name is "red"\n\nforbid clause\n    when both is not no\n'
    )
    uses = [{"rival": rival, "name": name} for rival in (True, False) for name in ("red", "green")]
    for few in (plans.FEW, 0):
        monkeypatch.setattr(plans, "FEW", few)
        monkeypatch.setattr(compiled, "MANY", few and compiled.MANY)
        policies = tosdsl.loads(words, policy)
        for facts in uses:
            assert differences(policies, facts) == []
        assert policies.decide({"rival": False, "name": "green"}).judgements == ()


OWED = """\
policy p
    default permit

use words

require clause
    when count > 2
    must done
"""


def test_a_duty_that_code_settles_and_a_reference_without_patience_does_not_is_tried() -> None:
    policies = tosdsl.loads(WORDS, OWED)
    open_ = policies.decide({})
    settled = policies.decide({"count": 3, "done": False})
    assert [duty.state for duty in open_.duties] == ["undetermined"]
    assert both.no_more_open((), open_.duties)
    assert not both.no_more_open(open_.duties, ())
    assert not both.no_more_open(open_.duties, settled.duties)
    assert not both.no_more_open((), settled.duties)
    twice = settled.duties * 2  # a document that comes in twice by one path
    assert both.no_more_open(twice, twice)
    assert not both.no_more_open(settled.duties, twice)
    nothing, three = evolve(open_, duties=()), {"count": 3}
    assert both.flips(policies, open_, open_, {}, {}) == []
    assert both.flips(policies, nothing, open_, {}, {}) != []
    assert both.flips(policies, nothing, open_, {"count": 2}, {}) == []
    assert both.flips(policies, settled, open_, {**three, "done": False}, {}) == []
    assert both.flips(policies, settled, open_, three, {}) != []
