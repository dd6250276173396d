"""Work that would grow beyond the text or the body: it follows them, or meets a named limit at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tests.conftest import either
from tests.oracle import answer as oracle
from tosdsl import FactError, PolicySet, Verdict, load, loads
from tosdsl.base import limits
from tosdsl.engine.steps import Counter
from tosdsl.reference import evaluate

_HEAD = """vocabulary work

type Row has
    n: integer
    on: date
    name: text
    tags: list of text
    ended: optional date

fact a: boolean
fact b: boolean
fact n: number
fact i: integer
fact text: text
fact day: date
fact moment: instant
fact fee: money in USD
fact notice: duration in days
fact rows: list of Row
fact other: list of Row
fact days: list of date


policy acme.terms
    default permit

use work

define late(k: Row) as
    k.on + 30 days < day and k.n > 3

"""


def policies(rest: str) -> PolicySet:
    return loads(_HEAD + rest)


def rows(count: int) -> list[dict[str, Any]]:
    names = ["tag", "word " * 5]
    return [{"n": n, "on": "2020-01-01", "name": "x y", "tags": names} for n in range(count)]


Ask = Callable[[PolicySet, dict[str, Any]], object]

_WAYS: dict[str, Ask] = {
    "decide": lambda policies, facts: policies.decide(facts).verdict,
    "the reference": lambda policies, facts: oracle.decide(policies, facts).verdict,
    "decide_json": lambda policies, facts: Verdict(
        json.loads(policies.decide_json(json.dumps({"facts": facts}).encode()))["verdict"]
    ),
    "verdict": lambda policies, facts: policies.verdict(facts),
}


def told(policies: PolicySet, facts: dict[str, Any]) -> dict[str, object]:
    """What each way to ask tells: an answer, or the codes of what is wrong."""
    found: dict[str, object] = {}
    for way, ask in _WAYS.items():
        try:
            found[way] = ask(policies, facts)
        except FactError as error:
            found[way] = [each.code for each in error.diagnostics]
    return found


# --- steps --------------------------------------------------------------------------------------

_BOTH = {"rows": rows(60), "other": rows(60), "a": False, "i": 7, "day": "2001-01-01"}

_GROWING: dict[str, tuple[str, dict[str, Any]]] = {
    "some in some": ("some r in rows satisfies some s in other satisfies r.n + s.n < 0", _BOTH),
    "every in some": ("some r in rows satisfies every s in other satisfies r.n > s.n", _BOTH),
    "count in some": ("some r in rows satisfies count(s in other where s.n > r.n) > 1_000", _BOTH),
    "sum in every": ("not (every r in rows satisfies sum(s.n for s in other) > 0)", _BOTH),
    "a call for each pair": ("some r in rows satisfies some s in other satisfies late(s)", _BOTH),
    "an item's own list": (
        "some r in rows satisfies some t in r.tags satisfies t is r.name",
        {"rows": rows(900)},
    ),
    "a text looked through for each": (
        "some r in rows satisfies text contains word r.name",
        {"rows": rows(40), "text": "lorem " * 2_000},
    ),
    "a list looked through for each": (
        "some r in rows satisfies r.on in days",
        {"rows": rows(900), "days": ["2001-01-01"] * 900},
    ),
    "holidays for each": (
        "some r in rows satisfies r.on + 3 business days excluding days < 2001-01-01",
        {"rows": rows(900), "days": [f"20{k:02}-05-03" for k in range(90)]},
    ),
    "stretches of time": (
        "highest(r.n for r in rows, in any 12 months by r.on) < 0",
        {"rows": rows(900)},
    ),
}


def _steps(made: PolicySet, facts: dict[str, Any]) -> int:
    use, _ = made.read_use(json.dumps({"facts": facts}))
    return Counter.of(made.linked).steps(use.facts.get)


@pytest.mark.parametrize("kind", _GROWING)
def test_every_way_to_ask_meets_the_limit_at_the_same_step(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    condition, facts = _GROWING[kind]
    made = policies(f"forbid f\n    when {condition}\n")
    steps = _steps(made, facts)
    assert steps > 1_000
    monkeypatch.setattr(limits, "MAX_STEPS", steps)
    assert set(told(made, facts).values()) == {Verdict.PERMITTED}
    monkeypatch.setattr(limits, "MAX_STEPS", steps - 1)
    refused = told(policies(f"forbid f\n    when {condition}\n"), facts)
    if steps <= 20_000:  # a verdict that takes so few is given
        assert refused.pop("verdict") in (Verdict.PERMITTED, ["TOS5027"])
    assert list(refused.values()) == [["TOS5027"]] * len(refused)


@pytest.mark.parametrize("kind", [kind for kind in _GROWING if kind.startswith(("some", "every"))])
def test_pairs_by_the_million_are_refused_before_they_are_looked_at(kind: str) -> None:
    made = policies(f"forbid f\n    when {_GROWING[kind][0]}\n")
    several = rows(either(3_000, limits.MAX_LIST))
    found = told(made, {"rows": several, "other": several})
    assert list(found.values()) == [["TOS5027"]] * len(found)


@pytest.mark.parametrize("given", [("began",), ("began", "all_ceased"), ("notice_received",)])
def test_records_by_the_thousand_for_a_shipped_policy_meet_the_limit(given: tuple[str, ...]) -> None:
    """Each is compared with each: 80 kB of them took minutes once."""
    made = load("elastic.license")
    several = [dict.fromkeys(given, f"{2000 + n % 20}-01-{1 + n % 28:02}") for n in range(2_000)]
    found = told(made, {"violations": several})
    assert list(found.values()) == [["TOS5027"]] * len(found)


def test_the_message_names_the_limit() -> None:
    made = policies("forbid f\n    when some r in rows satisfies some s in other satisfies r.n > s.n\n")
    with pytest.raises(FactError, match=r"would take \d+ steps; MAX_STEPS is 500000"):
        made.decide({"rows": rows(2_000), "other": rows(2_000)})


def test_readings_count_each() -> None:
    text = _HEAD.replace("fact rows: list of Row", "fact rows: list of Row judged")
    some = "some r in rows satisfies some s in other satisfies r.n + s.n < 0"
    made = loads(text + f"forbid f\n    when {some}\n")
    readings = {f"r{k}": {"rows": rows(100)} for k in range(20)}
    assert made.decide({"other": rows(100)}, readings={"r": {"rows": rows(100)}}).to_json()
    with pytest.raises(FactError, match="MAX_STEPS"):
        made.decide({"other": rows(100)}, readings=readings)


def test_long_lists_gone_through_once_are_answered() -> None:
    conditions = [
        "some r in rows satisfies r.n < 0",
        "sum(r.n for r in rows where r.n > 3) < 0",
        "highest(r.n for r in rows, in any 30 days by r.on) < 0",
        "every r in rows satisfies late(r)",
        'some r in rows satisfies r.tags overlaps {"a", "b"}',
    ]
    made = policies("forbid f\n    when any of\n" + "".join(f"        {each}\n" for each in conditions))
    facts = {"rows": rows(limits.MAX_LIST), "day": "2001-01-01"}
    assert set(told(made, facts).values()) == {Verdict.PERMITTED}


def test_definitions_are_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many clauses, sections, exceptions and duties use them."""
    gone_through = []
    aggregate = evaluate.aggregate

    def counted(expr: Any, *rest: Any) -> Any:
        gone_through.append(expr.span)
        return aggregate(expr, *rest)

    monkeypatch.setattr(evaluate, "aggregate", counted)
    clauses = (
        "".join(
            f"forbid f{k}\n    when total > {k} and total < 0\n    except\n        when total < 5\n"
            for k in range(9)
        )
        .replace("except\n", "except e\n", 1)
        .replace("    except\n        when total < 5\n", "")
    )
    made = policies(
        "define total as\n    sum(r.n for r in rows)\n\n"
        "section s\n    applies when total > 0\n\n    require done\n        when total > 1\n"
        "        must total > 2\n\n" + clauses
    )
    assert oracle.decide(made, {"rows": rows(30)}).verdict is Verdict.PERMITTED
    assert len(gone_through) == 1


# --- texts that double --------------------------------------------------------------------------

_DOUBLING = {
    "and, or": ("a", "{0} and ({0} or b)", "d49"),
    "or, and": ("a", "{0} or ({0} and b)", "d49"),
    "if and only if": ("a", "({0} and b) or (not {0} and not b)", "d49"),
    "is": ("a", "{0} is {0}", "d49"),
    "numbers": ("i", "{0} + {0} - {0}", "d49 > 5"),
    "extremes": ("i", "max({0}, {0} - 1)", "d49 > 5"),
    "lists": ("i", "sum({0} for r in rows where r.n > {0})", "d49 > 5"),
}


@pytest.mark.parametrize("kind", _DOUBLING)
def test_definitions_that_use_the_one_before_twice(kind: str) -> None:
    """Written out, fifty of them are more than there are atoms."""
    first, step, condition = _DOUBLING[kind]
    made = [f"define d0 as\n    {first}\n"]
    made += [f"define d{k + 1} as\n    {step.format(f'd{k}')}\n" for k in range(49)]
    text = "\n".join(made) + f"\nforbid f\n    when {condition}\n"
    for facts in ({}, {"a": True}, {"a": True, "b": False, "i": 3, "rows": rows(3)}):
        answers = told(policies(text), facts)
        assert len(set(answers.values())) == 1, answers


@pytest.mark.parametrize("condition", ["f{0}", "i > {0}", "some r in rows satisfies r.n > {0}"])
def test_a_chain_of_clauses_that_yield_to_one_another(condition: str) -> None:
    """Written out, each of the clauses carries all that come after it."""
    many = either(20, 50)
    facts = "".join(f"fact f{k}: boolean\n" for k in range(many))
    text = _HEAD.replace("fact a: boolean\n", f"fact a: boolean\n{facts}")
    for k in range(many):
        after = f"    subject to c{k + 1}\n" if k < many - 1 else ""
        text += f"\n{('forbid', 'permit')[k % 2]} c{k}\n    when {condition.format(k)}\n{after}"
    made = loads(text)
    for given in ({}, {"f0": True, "i": 120, "rows": rows(3)}, {"i": -1, "rows": []}):
        assert len(set(told(made, given).values())) == 1


# --- what is worked out -------------------------------------------------------------------------

_LARGE = "9" * limits.MAX_DIGITS

_PAST: dict[str, tuple[str, dict[str, Any], str]] = {
    "a product": ("n * n * n * n * n > 5", {"n": int(_LARGE)}, "TOS5028"),
    "a fraction's other side": (
        "n / 3 * n / 7 * n * n * n * n / 9 > 5",
        {"n": Decimal(f"0.{'1' * 99}")},
        "TOS5028",
    ),
    "money": ("fee * n * n * n * n * n > 5 USD", {"fee": "9 USD", "n": int(_LARGE)}, "TOS5028"),
    "money at a rate": (
        "fee * n * n * n as EUR at n > 5 EUR",
        {"fee": f"{_LARGE} USD", "n": int(_LARGE)},
        "TOS5028",
    ),
    "a duration": (
        "notice * i * i * i * i * i > 5 days",
        {"notice": "9 days", "i": int(_LARGE)},
        "TOS5028",
    ),
    "a sum": (
        "sum(n * n * n * n * 9 + r.n for r in rows) > 5",
        {"n": int(_LARGE), "rows": rows(2)},
        "TOS5028",
    ),
    "a quotient": ("n / i > 5", {"n": 3, "i": 0}, "TOS5031"),
    "nothing by nothing": ("i / i > 5", {"i": 0}, "TOS5031"),
    "money by nothing": ("fee / (n - 3) > 5 USD", {"fee": "9 USD", "n": 3}, "TOS5031"),
    "years": ("day + 9000 years > day", {"day": "2024-01-01"}, "TOS5029"),
    "a day after the last": ("day + 1 day > day", {"day": "9999-12-31"}, "TOS5029"),
    "a month after the last": ("day + 1 month > day", {"day": "9999-12-31"}, "TOS5029"),
    "a business day after the last": ("day + 1 business day > day", {"day": "9999-12-31"}, "TOS5029"),
    "a day before the first": ("day - 1 day < day", {"day": "0001-01-01"}, "TOS5029"),
    "a moment": ("moment + 1 hour > moment", {"moment": "9999-12-31T23:30Z"}, "TOS5029"),
    "a number of days": (
        "day + notice * i > day",
        {"day": "2024-01-01", "notice": "9 days", "i": 10**30},
        "TOS5029",
    ),
}


@pytest.mark.parametrize("kind", _PAST)
def test_what_grows_past_a_limit_is_not_known_and_opens_nothing(kind: str) -> None:
    condition, facts, code = _PAST[kind]
    made = policies(f"forbid f\n    when {condition}\n")
    decision = made.decide(facts)
    assert decision == oracle.decide(made, facts)
    assert decision.verdict is made.verdict(facts) is Verdict.UNDETERMINED
    assert not decision.passes
    assert [each[: len(code)] for each in decision.warnings] == [code] * len(decision.warnings) != []
    guarded = policies(f"forbid f\n    when a\n    except e\n        when {condition}\n")
    assert guarded.verdict({**facts, "a": True}) is Verdict.UNDETERMINED
    settled = policies(f"forbid f\n    when a or {condition}\n").decide({**facts, "a": True})
    assert settled.verdict is Verdict.FORBIDDEN


def test_the_last_number_that_is_known() -> None:
    made = policies("define product as\n    n * n * n * n\n\nforbid f\n    when product < 0\n")
    assert limits.MAX_DIGITS_WORKED_OUT == 4 * limits.MAX_DIGITS
    assert made.verdict({"n": int(_LARGE)}) is Verdict.PERMITTED
    ten = policies("define product as\n    n * n * n * n * 10\n\nforbid f\n    when product < 0\n")
    assert ten.verdict({"n": int(_LARGE)}) is Verdict.UNDETERMINED


def test_a_number_that_squares_itself_on_and_on() -> None:
    made = ["define d0 as\n    n * n\n"]
    made += [f"define d{k + 1} as\n    d{k} * d{k}\n" for k in range(48)]
    squares = policies("\n".join(made) + "\nforbid f\n    when d48 > 5\n")
    assert set(told(squares, {"n": 123_456_789}).values()) == {Verdict.UNDETERMINED}
    assert set(told(squares, {"n": 1}).values()) == {Verdict.PERMITTED}


def test_a_deadline_past_the_calendar() -> None:
    made = policies("require r\n    must a\n    within 30 days after day\n")
    decision = made.decide({"a": False, "day": "9999-12-31"}, as_of="2024-01-01")
    assert [each.state for each in decision.duties] == ["undetermined"]
    assert decision.compliant is not True
