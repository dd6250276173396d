"""Uses and decisions read back from JSON: what is refused, and what is at the edges."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

import tosdsl
from tests.conftest import ROOT
from tests.properties.test_json_back import KINDS, decided, holds, through
from tests.unit.conftest import Run
from tosdsl.base import limits
from tosdsl.decision.model import Duty
from tosdsl.trees.facts import Use
from tosdsl.trees.moments import Moment
from tosdsl.trees.quantities import ABSENT, Duration, Money

BUSINESS = "openai.business_terms"
USES = ROOT / "policies" / "uses"


@cache
def policies() -> tosdsl.PolicySet:
    return tosdsl.load(BUSINESS)


def codes(raised: pytest.ExceptionInfo[tosdsl.TosdslError]) -> list[str]:
    return [each.code for each in raised.value.diagnostics]


# --- decisions --------------------------------------------------------------------------------------


def written() -> dict[str, Any]:
    data: dict[str, Any] = through(policies().decide({"output_of": ["openai"]}).to_json())
    return data


def refused(data: object) -> tuple[str, str]:
    """The code, and the whole message."""
    with pytest.raises(tosdsl.DecisionError) as raised:
        tosdsl.Decision.from_json(data)
    (code,) = codes(raised)
    return code, str(raised.value)


def put(*path: str | int, value: object) -> Callable[[Any], None]:
    def change(data: Any) -> None:
        *around, last = path
        for step in around:
            data = data[step]
        data[last] = value

    return change


def drop(*path: str | int) -> Callable[[Any], None]:
    def change(data: Any) -> None:
        *around, last = path
        for step in around:
            data = data[step]
        del data[last]

    return change


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (drop("schema"), "TOS4050", "its `schema` is nothing"),
        (put("schema", value="tosdsl.decision/2"), "TOS4050", "tosdsl.decision/2"),
        (put("schema", value=["tosdsl.decision/1"]), "TOS4050", "a list"),
        (drop("basis"), "TOS4051", "`basis`"),
        (drop("explanation"), "TOS4051", "`explanation`"),
        (drop("policies", 0, "digest"), "TOS4051", "`policies[0].digest`"),
        (drop("explanation", "children"), "TOS4051", "`explanation.children`"),
        (put("basis_", value=[]), "TOS4052", "Did you mean `basis`?"),
        (put("policies", 0, "x", value=1), "TOS4052", "`policies[0].x`"),
        (put("explanation", "children", 0, "y", value=1), "TOS4052", "`explanation.children[0].y`"),
        (put(3, value=4), "TOS4052", "`<int>`"),
        (put("verdict", value="Permitted"), "TOS4003", "a verdict (permitted, forbidden,"),
        (put("verdict", value=None), "TOS4003", "nothing is given"),
        (put("possible", value="permitted"), "TOS4003", "`possible` must be a list"),
        (put("possible", 0, value=1), "TOS4003", "`possible[0]`"),
        (put("compliant", value=1), "TOS4003", "true or false or null"),
        (put("policies", 0, "versions", value=True), "TOS4003", "a whole number"),
        (put("policies", 0, "versions", value=1.0), "TOS4003", "a whole number"),
        (put("policies", 0, "path", 0, value=None), "TOS4003", "`policies[0].path[0]` must be a text"),
        (put("policies", 0, value=[]), "TOS4003", "`policies[0]` must be a mapping"),
        (put("as_of", value="20231215"), "TOS4003", "a date such as"),
        (put("as_of", value="2023-02-30"), "TOS4003", "a date such as"),
        (put("as_of", value="2023-12-15T00:00"), "TOS4003", "a date such as"),
        (put("explanation", value="because"), "TOS4003", "`explanation` must be a mapping"),
        (put("explanation", "children", value={}), "TOS4003", "`explanation.children` must be a list"),
        (put("explanation", "children", 0, "truth", value=True), "TOS4003", "children[0].truth`"),
        (put("standard", value=10**5000), "TOS4003", "a number of 5001 digits"),
    ],
)
def test_what_is_no_decision_is_refused(change: Callable[[Any], None], code: str, words: str) -> None:
    data = written()
    change(data)
    found, message = refused(data)
    assert found == code
    assert words in message


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        ("", "TOS4001", "not JSON"),
        ("{", "TOS4001", "<decision>:1:2"),
        (b"\xff{}", "TOS4001", "the byte at 0"),
        ("9" * 5000, "TOS4001", "too many digits"),
        ('{"schema": 1, "schema": 1}', "TOS4005", "`schema` is given twice"),
        ("[]", "TOS4003", "a list is given"),
        ("NaN", "TOS4003", "`nan` is given"),
        (None, "TOS4003", "nothing is given"),
        (object(), "TOS4003", "`object` is given"),
        (bytearray(b"{}"), "TOS4003", "`bytearray` is given"),
        ("[" * 100_000, "TOS5043", "MAX_EXPLANATION_NESTING"),
    ],
)
def test_what_is_no_json_object_is_refused(data: object, code: str, words: str) -> None:
    found, message = refused(data)
    assert found == code
    assert words in message


def test_a_large_decision_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    text = json.dumps(written())
    monkeypatch.setattr(limits, "MAX_DECISION_BYTES", len(text) - 1)
    assert refused(text)[0] == refused(text.encode())[0] == "TOS5042"
    wide = json.dumps({**written(), "warnings": ["é"]}, ensure_ascii=False)
    monkeypatch.setattr(limits, "MAX_DECISION_BYTES", len(wide.encode()) - 1)
    assert refused(wide)[0] == refused(wide.encode())[0] == "TOS5042"
    monkeypatch.setattr(limits, "MAX_DECISION_BYTES", 1000)
    assert refused(json.loads(text))[0] == "TOS5042"


def test_an_explanation_may_nest_so_deep_and_no_deeper() -> None:
    data, leaf = written(), {**written()["explanation"], "children": []}
    for depth in range(1, limits.MAX_EXPLANATION_NESTING + 1):
        data["explanation"] = leaf if depth == 1 else {**leaf, "children": [data["explanation"]]}
    why, depth = tosdsl.Decision.from_json(data).explanation, 1
    while why.children:
        (why,), depth = why.children, depth + 1
    assert depth == limits.MAX_EXPLANATION_NESTING
    data["explanation"] = {**leaf, "children": [data["explanation"]]}
    assert refused(data)[0] == "TOS5043"
    shared: Any = leaf
    for _ in range(200):  # what Python can hand over, and JSON cannot: a tree of shared parts
        shared = {**leaf, "children": [shared, shared]}
    limited = pytest.MonkeyPatch()
    limited.setattr(limits, "MAX_DECISION_BYTES", 100_000)
    try:
        assert refused({**data, "explanation": shared})[0] == "TOS5042"
    finally:
        limited.undo()


def test_without_an_explanation_it_is_a_decision_all_the_same() -> None:
    made = policies().decide({"output_of": ["openai"]})
    bare = tosdsl.Decision.from_json(policies().decide_json(b'{"facts": {"output_of": ["openai"]}}'))
    assert bare == made == pickle.loads(pickle.dumps(bare))
    assert evolve(bare, warnings=("odd",)).warnings == ("odd",)
    for ask in (lambda: bare.explanation, bare.explain, bare.to_json):
        with pytest.raises(tosdsl.DecisionError) as raised:
            ask()
        assert codes(raised) == ["TOS4053"]
        assert isinstance(raised.value, tosdsl.TosdslError)
        assert pickle.loads(pickle.dumps(raised.value)).diagnostics == raised.value.diagnostics


def test_halves_of_characters_in_a_text_come_back() -> None:
    odd = evolve(policies().decide({}), warnings=("half \ud83d of one", "\U0001f600 \u2028 \x00"))
    decided(odd)


@pytest.mark.parametrize(
    "due",
    [
        date.min,
        date.max,
        Moment(1, 1, 1, 0, 0, tzinfo=UTC),
        Moment(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        Moment(2024, 2, 29, 1, 2, 3, 450000, tzinfo=timezone(timedelta(hours=-5, minutes=-30))),
    ],
)
def test_when_a_duty_is_due_comes_back(due: date) -> None:
    duty = Duty("p#c", None, "pending", due, "must", None, "user", ("f",), ("F?",), ("p",))
    decided(evolve(policies().decide({}), duties=(duty,), as_of=date.min, known_at=date.max))


# --- uses -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "file", sorted((ROOT / "policies" / "uses").iterdir()), ids=lambda file: file.stem
)
def test_shipped_uses(file: Path) -> None:
    holds(policies(), policies().read_use(file.read_text(encoding="utf-8"))[0])


def test_a_use_with_all_that_there_is() -> None:
    text = """
use: "a use \\u2028 with \\r\\n all"
as_of: 0001-01-01
known_at: 9999-12-31
facts: {output_of: [openay], model: {purpose: generate}, model.distributed: false}
assertions:
  - {fact: activities, value: [train], status: alleged, source: a, said_on: 0001-01-01, said_by: n}
  - {fact: activities, value: [], status: confirmed, source: press}
standard: alleged
readings:
  narrow: {model.competes_with: []}
  broad: {model: {competes_with: [openai]}}
  "": null
"""
    use, warnings = policies().read_use(text)
    assert warnings
    assert use.readings
    holds(policies(), use)
    keys = "use as_of known_at facts assertions standard readings"
    assert list(use.to_json()) == keys.split()
    assert policies().decide_use(use).agree is not None
    assert use.to_json() == use.to_json(policies().vocabulary)


def test_what_says_nothing_is_left_out() -> None:
    assert Use().to_json() == {"facts": {}}
    assert tosdsl.Use.from_json({"facts": {}}, policies()) == Use()


def test_facts_keep_their_order() -> None:
    """Warnings stand in the order of the facts, so a use is equal only if they keep it."""
    facts = {"model.purpose": "classify", "output_of": ["openay"], "model.competes_with": ["opnai"]}
    use, _ = policies().read_use(json.dumps({"facts": facts}))
    assert len(use.warnings) == 2
    assert use.to_json()["facts"] == {
        "model": {"purpose": "classify"},
        "output_of": ["openay"],
        "model.competes_with": ["opnai"],
    }
    holds(policies(), use)


THIRD = Fraction(1, 3)


@pytest.mark.parametrize(
    ("fact", "value", "code"),
    [
        ("share", THIRD, "TOS4023"),
        ("share", Decimal("0.12345678901234567891"), "TOS4023"),
        ("share", Decimal("1E+999999999"), "TOS4023"),
        ("share", Decimal("NaN"), "TOS4023"),
        ("share", 0.5, "TOS4023"),
        ("share", 10**101, "TOS4023"),
        ("price", Money(THIRD, "USD"), "TOS4023"),
        ("price", Money(Fraction(1), "usd"), "TOS4023"),
        ("wait", Duration(61, "seconds"), "TOS4023"),
        ("wait", Duration(1, "fortnights"), "TOS4023"),
        ("at", Moment(2024, 1, 1, tzinfo=timezone(timedelta(seconds=61))), "TOS4023"),
        ("at", datetime(2024, 1, 1), "TOS4023"),
        ("at", Moment(1, 1, 1, tzinfo=timezone(timedelta(hours=1))), "TOS4023"),
        ("nick", ABSENT, "TOS4023"),
        ("name", object(), "TOS4023"),
        ("name", "half \ud83d", "TOS4022"),
        ("sales", ({"price": Money(THIRD, "USD")},), "TOS4023"),
    ],
)
def test_what_no_json_says_is_refused_with_its_place(fact: str, value: Any, code: str) -> None:
    for use in (
        Use({fact: value}),
        Use(assertions=(tosdsl.Assertion(fact, value, "alleged", "press"),)),
        Use(readings=(tosdsl.Reading("r", {fact: value}),)),
    ):
        for known in (None, KINDS):
            with pytest.raises(tosdsl.FactError) as raised:
                use.to_json(known)
            assert codes(raised) == [code]
            assert f"`{fact}" in str(raised.value)


def test_none_is_written_where_the_type_is_known() -> None:
    use = Use({"day": ABSENT, "rival": ABSENT, "sales": ({"on": ABSENT},)})
    with pytest.raises(tosdsl.FactError, match="Give `to_json` the policies"):
        use.to_json()
    data = use.to_json(KINDS)
    assert data["facts"] == {"day": "none", "rival": "none", "sales": [{"on": "none"}]}
    assert tosdsl.Use.from_json(data, KINDS) == use


def test_titles_and_sources_with_half_a_character_are_refused() -> None:
    said = tosdsl.Assertion("name", "n", "alleged", "\ud83d", None, "\ud83d")
    for use in (
        Use(title="\ud83d"),
        Use(assertions=(said,)),
        Use(readings=(tosdsl.Reading("\ud83d", {}),)),
    ):
        with pytest.raises(tosdsl.FactError) as raised:
            use.to_json()
        assert set(codes(raised)) == {"TOS4022"}


def test_what_has_one_place_twice_is_refused() -> None:
    way = tosdsl.Reading("r", {})
    for use in (Use({"a": {"x": 1}, "a.x": 2}), Use({"a.x": 1, "a": 2}), Use(readings=(way, way))):
        with pytest.raises(tosdsl.FactError) as raised:
            use.to_json()
        assert codes(raised) == ["TOS4005"]


def test_limits_hold_on_the_way_out_and_in() -> None:
    with pytest.raises(tosdsl.FactError) as raised:
        Use({"shares": (1,) * (limits.MAX_LIST + 1)}).to_json()
    assert codes(raised) == ["TOS5007"]
    deep: Any = {}
    for _ in range(limits.MAX_FACTS_NESTING + 1):
        deep = {"a": deep}
    for data in (deep, json.dumps(deep)):
        with pytest.raises(tosdsl.FactError) as raised:
            tosdsl.Use.from_json(data, KINDS)
        assert codes(raised) == ["TOS5006"]
    with pytest.raises(tosdsl.FactError) as raised:
        tosdsl.Use.from_json(" " * (limits.MAX_FACTS_BYTES + 1), KINDS)
    assert codes(raised) == ["TOS5005"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (None, "TOS4006"),
        ([], "TOS4006"),
        ({}, "TOS4006"),
        ("facts: {}", "TOS4001"),
        (b"\xff", "TOS1015"),
        ({"facts": {"shar": 1}}, "TOS4002"),
        ({"facts": {"share": float("nan")}}, "TOS4003"),
        ({"facts": {"share": float("inf")}}, "TOS4003"),
        ({"facts": {"share": 1e300}}, "TOS5010"),
        ({"facts": {"share": "0.5"}}, "TOS4003"),
        ({"facts": {"count": 1.0}}, "TOS4003"),
        ({"fact": {}, "facts": {}}, "TOS4007"),
        ('{"facts": {"share": 1, "share": 1}}', "TOS4005"),
    ],
)
def test_what_is_no_use_is_refused(data: object, code: str) -> None:
    for known in (KINDS, KINDS.vocabulary):
        with pytest.raises(tosdsl.FactError) as raised:
            tosdsl.Use.from_json(data, known)
        assert codes(raised) == [code]


def test_a_float_is_the_decimal_that_python_writes() -> None:
    use = tosdsl.Use.from_json(json.loads('{"facts": {"share": 0.1}}'), KINDS)
    assert use.facts == {"share": Fraction(1, 10)}
    assert use == tosdsl.Use.from_json('{"facts": {"share": 0.1}}', KINDS)
    long = '{"facts": {"share": 0.12345678901234567891}}'
    exact = Fraction(Decimal("0.12345678901234567891"))
    for data in (long, json.loads(long, parse_float=Decimal)):
        assert tosdsl.Use.from_json(data, KINDS).facts == {"share": exact}


def test_what_a_program_made_is_written_as_it_would_be_read() -> None:
    day = datetime(2024, 1, 1, tzinfo=UTC)
    facts: dict[str, Any] = {"share": Decimal("0.25"), "shares": [1, Decimal(2)], "at": day}
    made = Use(facts)
    data = made.to_json()
    assert data["facts"] == {"share": 0.25, "shares": [1, 2], "at": "2024-01-01T00:00Z"}
    assert KINDS.decide_use(tosdsl.Use.from_json(data, KINDS)) == KINDS.decide_use(made)


def test_the_command_line_reads_what_is_written(tmp_path: Path, run: Run) -> None:
    use, _ = policies().read_use(
        "{as_of: 2023-12-15, facts: {output_of: [openai], activities: [train]}}"
    )
    file = tmp_path / "use.json"
    file.write_text(json.dumps(use.to_json(policies())), encoding="utf-8")
    ran = run("check", BUSINESS, "--facts", str(file), "--format", "json")
    assert tosdsl.Decision.from_json(ran.out) == policies().decide_use(use)
