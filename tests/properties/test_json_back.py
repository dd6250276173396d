"""What is written as JSON is read back equal: decisions and uses, generated and shipped."""

from __future__ import annotations

import json
import pickle
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import tosdsl
from tests.conftest import ROOT
from tests.generators.facts import plain_value, values
from tests.properties.laws import Case, cases
from tosdsl import asking
from tosdsl.trees import vocabulary as v
from tosdsl.trees.moments import Moment
from tosdsl.trees.quantities import ABSENT, Duration, Money

Texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
STANDARDS = st.sampled_from(("alleged", "confirmed"))


def through(data: Any) -> Any:
    """What another process makes of the data."""
    return json.loads(json.dumps(data))


def same(one: object, other: object) -> bool:
    """Equal, and of the same types all through: 1 is not True, and not 1.0."""
    return one == other and repr(one) == repr(other)


def holds(policies: tosdsl.PolicySet, use: tosdsl.Use) -> None:
    """The law of a use, and of the decision on it."""
    if no_json_says(policies, use):
        with pytest.raises(tosdsl.FactError) as raised:
            use.to_json(policies)
        assert {each.code for each in raised.value.diagnostics} == {"TOS4023"}
        return
    written = through(use.to_json(policies))
    again = tosdsl.Use.from_json(written, policies)
    assert same(again, use)
    text = json.dumps(written)
    assert same(tosdsl.Use.from_json(text, policies), use)
    assert same(tosdsl.Use.from_json(text.encode(), policies.vocabulary), use)
    assert same(policies.read_use(text, "use.json")[0], use)
    decision = policies.decide_use(use)
    assert policies.decide_use(again) == decision
    assert json.loads(policies.decide_json(text.encode())) == through(decision.to_json(explain=False))
    decided(decision)


def no_json_says(policies: tosdsl.PolicySet, use: tosdsl.Use) -> bool:
    """Whether an optional text is ``none``: in the quotes of JSON that is the word."""
    types = {leaf.path: leaf.type for leaf in policies.vocabulary.readable()}
    several = [use.facts, *(each.facts for each in use.readings)]
    several += [{each.fact: each.value} for each in use.assertions]
    return any(_absent(types[path], value) for facts in several for path, value in facts.items())


def _absent(kind: v.Type, value: Any) -> bool:
    match kind:
        case v.OptionalOf(item=v.Text()):
            return value is ABSENT
        case v.ListOf(item=item):
            return any(_absent(item, each) for each in value)
        case v.Record(fields=fields):
            return any(_absent(each.type, value[each.name]) for each in fields if each.name in value)
        case _:
            return False


def decided(decision: tosdsl.Decision) -> None:
    """The law of a decision."""
    whole = through(decision.to_json())
    raw = json.dumps(whole, ensure_ascii=False).encode("utf-8", "backslashreplace")
    for data in (whole, json.dumps(whole), raw):
        again = tosdsl.Decision.from_json(data)
        assert same(again, decision)
        assert same(again.explanation, decision.explanation)
        assert again.explain() == decision.explain()
        assert again.to_json() == decision.to_json()
        assert pickle.loads(pickle.dumps(again)) == decision
    bare = tosdsl.Decision.from_json(through(decision.to_json(explain=False)))
    assert same(bare, decision)
    assert bare.to_json(explain=False) == decision.to_json(explain=False)
    for each in (bare, pickle.loads(pickle.dumps(bare))):
        assert each == decision
        with pytest.raises(tosdsl.DecisionError, match="TOS4053"):
            _ = each.explanation


# --- generated --------------------------------------------------------------------------------------


@st.composite
def questions(draw: st.DrawFn) -> tuple[tosdsl.PolicySet, tosdsl.Use]:
    """Generated policies, and a use with all that a use may have."""
    case: Case = draw(cases())
    policies, leaves = case.world.policies, case.world.leaves
    paths = sorted(leaves)
    said = [
        {
            "fact": path,
            "value": plain_value(draw(values(leaves[path]))),
            "status": draw(STANDARDS),
            "source": draw(Texts),
            "said_on": draw(st.none() | st.dates()),
            "said_by": draw(st.none() | Texts),
        }
        for path in (draw(st.lists(st.sampled_from(paths), max_size=3)) if paths else [])
    ]
    taken = {*case.facts, *(each["fact"] for each in said)}
    judged = [leaf for leaf in policies.vocabulary.leaves() if leaf.judged and leaf.path not in taken]
    names = draw(st.lists(Texts, max_size=2, unique=True)) if judged else []
    readings = {
        name: {leaf.path: plain_value(draw(values(leaf.type))) for leaf in judged} for name in names
    }
    try:
        use = asking.use_of(
            policies.vocabulary,
            {
                "facts": case.facts,
                "as_of": case.as_of,
                "known_at": draw(st.none() | st.dates()),
                "use": draw(st.none() | Texts),
                "assertions": said,
                "standard": draw(STANDARDS),
                "readings": readings,
            },
        )
    except tosdsl.FactError:  # two names of readings that are one in NFC, and the like
        assume(False)
        raise
    return policies, use


@given(questions())
@settings(suppress_health_check=list(HealthCheck))
def test_generated_policies_and_uses(question: tuple[tosdsl.PolicySet, tosdsl.Use]) -> None:
    holds(*question)


# --- decisions that somebody has changed ------------------------------------------------------------

ODD: tuple[Any, ...] = (
    *(None, True, 0, 1.5, 10**5000, float("nan"), "", "x", "permitted", "2023-12-15", "20231215"),
    *("2024-01-01T10:00Z", "2024-01-01T10:00+00:00", [], ["x"], [None], {}, {"kind": "use"}),
)


@cache
def some_decisions() -> tuple[Any, ...]:
    """The JSON of decisions with duties, conflicts, evidence, measures and readings."""
    folder = ROOT / "tests" / "conformance"
    found = []
    for file in sorted(folder.glob("*/good/*.tos"))[::5]:
        policies = tosdsl.load(str(file))
        found += [policies.decide_use(use).to_json() for _, _, use in policies.scenarios()[:2]]
    business = tosdsl.load("openai.business_terms")
    for file in sorted((ROOT / "policies" / "uses").iterdir()):
        use, _ = business.read_use(file.read_text(encoding="utf-8"))
        found.append(business.decide_use(use).to_json())
    return tuple(found)


@st.composite
def changed(draw: st.DrawFn) -> Any:
    """The JSON of a decision with something changed in it, somewhere."""
    data = through(draw(st.sampled_from(some_decisions())))
    for _ in range(draw(st.integers(0, 2))):
        here = data
        while True:
            steps = list(here) if isinstance(here, dict) else list(range(len(here)))
            step = draw(st.sampled_from([*steps, "odd"] if isinstance(here, dict) else steps))
            inner = here.get(step) if isinstance(here, dict) else here[step]
            if not inner or not isinstance(inner, dict | list) or draw(st.integers(0, 3)) == 0:
                break
            here = inner
        if draw(st.booleans()) or step == "odd":
            here[step] = deepcopy(draw(st.sampled_from(ODD)))  # the next round may change what is in it
        else:
            del here[step]
            if not data:
                break
    return data


@given(changed())
def test_a_decision_is_refused_or_written_as_it_was_read(data: Any) -> None:
    try:
        made = tosdsl.Decision.from_json(data)
    except tosdsl.DecisionError as error:
        assert len(error.diagnostics) == 1
    else:
        again = made.to_json(explain=data["explanation"] is not None)
        assert (again, repr(again)) == (data, repr({key: data[key] for key in again}))


# --- values -----------------------------------------------------------------------------------------

KINDS = tosdsl.loads("""\
vocabulary kinds

type Level is one of
    low
    high

type Sale has
    price: money in USD
    on: optional date

fact paid: boolean
fact level: optional Level
fact count: integer
fact share: number
fact price: money in USD
fact wait: duration in hours
fact term: duration in days
fact notice: duration in months
fact grace: duration in business days
fact day: optional date
fact at: optional instant
fact name: text
fact nick: optional text
fact rival: optional party
fact sales: list of Sale
fact shares: list of number

policy kinds.terms
    default permit

use kinds

forbid dear at "1"
    when any of
        price > 5 USD
        share > 0.5
        wait > 2 hours
        notice > 1 month

forbid unnamed at "2"
    when any of
        day is none
        at is none
        name is "none"
        nick is "none"
""")
ZONES = st.sampled_from((0, 60, -90, 14 * 60, -(23 * 60 + 59)))


def moments() -> st.SearchStrategy[Moment]:
    """Moments that can be written, to the microsecond."""
    zones = ZONES.map(lambda minutes: timezone(timedelta(minutes=minutes)) if minutes else UTC)
    inside = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30))
    return st.builds(lambda at, zone: Moment.combine(at.date(), at.time(), zone), inside, zones)


def numbers() -> st.SearchStrategy[Fraction]:
    """Numbers of up to fifteen digits, and whole ones of a hundred."""
    digits = st.builds(
        lambda count, places: Fraction(count, 10**places),
        st.integers(-(10**15) + 1, 10**15 - 1),
        st.integers(0, 30),
    )
    return digits | st.integers(-(10**99), 10**99).map(Fraction)


def amounts() -> st.SearchStrategy[Money]:
    """Amounts of any length: they are text in JSON."""
    return st.builds(
        lambda count, places: Money(Fraction(count, 10**places), "USD"),
        st.integers(-(10**50), 10**50),
        st.integers(0, 40),
    )


def lengths(unit: str, most: int) -> st.SearchStrategy[Duration]:
    return st.integers(-most, most).map(lambda count: Duration(count, unit))


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "paid": st.booleans(),
    "level": st.sampled_from((ABSENT, "low", "high")),
    "count": st.integers(-(10**99), 10**99),
    "share": numbers(),
    "price": amounts(),
    "wait": lengths("microseconds", 3_600_000_000_000_000),
    "term": lengths("days", 1_000_000),
    "notice": lengths("months", 1_000_000),
    "grace": lengths("business days", 1_000_000),
    "day": st.just(ABSENT) | st.dates(),
    "at": st.just(ABSENT) | moments(),
    "name": Texts | st.sampled_from(("none", "null", "2024-01-01", "5 USD", "\r\n", "\u2028")),
    "nick": Texts | st.just("none"),
    "rival": st.sampled_from((ABSENT, "acme", "other_one")),
    "sales": st.lists(
        st.fixed_dictionaries(
            {}, optional={"price": amounts(), "on": st.just(ABSENT) | st.dates(date.min, date(2, 1, 1))}
        ),
        max_size=2,
    ),
    "shares": st.lists(numbers(), max_size=2),
}


@given(st.fixed_dictionaries({}, optional=VALUES))
def test_values_of_every_type(facts: dict[str, Any]) -> None:
    try:
        use = asking.use_of(KINDS.vocabulary, {"facts": facts})
    except tosdsl.FactError as error:  # more digits than a number may have
        assert {each.code for each in error.diagnostics} == {"TOS5010"}
        return
    holds(KINDS, use)
    if ABSENT not in [*facts.values(), *(each.get("on") for each in facts.get("sales", ()))]:
        assert use.to_json() == use.to_json(KINDS)


def test_every_type_is_tried() -> None:
    assert VALUES.keys() == {leaf.path for leaf in KINDS.vocabulary.leaves()}
    assert any(isinstance(each.type, v.OptionalOf) for each in KINDS.vocabulary.leaves())


@given(st.fractions())
def test_a_number_is_written_exactly_or_not_at_all(number: Fraction) -> None:
    use = tosdsl.Use({"share": number})
    try:
        written = through(use.to_json())
    except tosdsl.FactError as error:
        assert [each.code for each in error.diagnostics] == ["TOS4023"]
    else:
        assert tosdsl.Use.from_json(written, KINDS) == use


# --- what is shipped --------------------------------------------------------------------------------


def libraries() -> list[str]:
    """The folders of shipped policies."""
    folders = (each for each in (ROOT / "policies").iterdir() if each.is_dir())
    return sorted(each.name for each in folders if any(each.glob("*.tos")))


@pytest.mark.parametrize("name", libraries())
def test_scenarios_of_the_library(name: str) -> None:
    assert sum(map(scenarios_of, tosdsl.load_each(str(ROOT / "policies" / name)))) > 0


def conformance() -> list[str]:
    files = sorted((ROOT / "tests" / "conformance").rglob("good/*.tos"))
    return [str(each.relative_to(ROOT)) for each in files]


@pytest.mark.parametrize("where", conformance())
def test_scenarios_of_the_conformance_suite(where: str) -> None:
    scenarios_of(tosdsl.load(str(ROOT / where)))


def scenarios_of(policies: tosdsl.PolicySet) -> int:
    uses = [use for _, _, use in policies.scenarios()]
    for use in uses:
        holds(policies, use)
    return len(uses)
