"""The compiled reading gives what the full reading gives, value by value, or leaves the facts to it."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from fractions import Fraction
from functools import cache
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

import tosdsl
from tests.conftest import ROOT, either
from tests.differential.test_libraries import questions
from tests.fuzz import bodies
from tests.fuzz.values import damaged, odd_json, odd_python, sound, written
from tests.properties import test_reading as every
from tests.properties.worlds import World
from tosdsl import asking
from tosdsl.base import limits
from tosdsl.facts.typed import Bodies, Body, Typed
from tosdsl.facts.typed.decoded import STANDARD, with_msgspec
from tosdsl.runtime.checks import Odd
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Assertion, Reading, Use
from tosdsl.trees.moments import Moment
from tosdsl.trees.quantities import ABSENT, Money

DECODERS = (with_msgspec(), STANDARD)


def exactly(value: Any) -> Any:
    """A value with its type, and with those of all that is in it, in their order."""
    match value:
        case Mapping():
            return type(value).__name__, [(exactly(key), exactly(each)) for key, each in value.items()]
        case tuple() | list():
            return type(value).__name__, [*map(exactly, value)]
        case Assertion() | Reading():
            return [exactly(getattr(value, each)) for each in value.__slots__ if each != "__weakref__"]
        case _:
            return type(value).__name__, repr(value)


def said(use: Use | Body) -> Any:
    parts = (use.facts, use.title, use.as_of, use.known_at, use.warnings, use.assertions)
    return exactly((*parts, use.standard, use.readings))


def full(vocabulary: v.Vocabulary, **given: Any) -> Any:
    try:
        return said(asking.use_of(vocabulary, given))
    except tosdsl.FactError:
        return None


@cache
def reading(vocabulary: v.Vocabulary) -> Typed:
    return Typed(vocabulary)


def taken(vocabulary: v.Vocabulary, facts: Any) -> bool:
    """Whether the compiled reading takes facts; if so, as the full reading does."""
    wanted = full(vocabulary, facts=facts)
    typed = reading(vocabulary)
    for read in (typed.read, typed.read_decoded):
        try:
            known, warnings = read(facts)
        except Odd:
            return False
        assert wanted is not None, facts
        assert said(Use(known, warnings=warnings)) == wanted, facts
    return True


def read_right(vocabulary: v.Vocabulary, facts: Any) -> bool:
    """The same; and what is right is taken. Gives whether it is right."""
    right = full(vocabulary, facts=facts) is not None
    assert taken(vocabulary, facts) == right, facts
    return right


def body_right(policies: tosdsl.PolicySet, data: bytes, *, all_taken: bool = True) -> bool:
    """The same for a body, decoded either way."""
    try:
        wanted = said(asking.read_bytes(policies.choices, data, "<facts>"))
    except tosdsl.FactError:
        wanted = None
    for decode in DECODERS:
        try:
            got = said(Bodies(reading(policies.vocabulary), decode).read(data))
        except Odd:
            assert wanted is None or not all_taken, data
        else:
            assert got == wanted, data
    return wanted is not None


# --- shipped policies -------------------------------------------------------------------------------


def test_every_shipped_use_is_taken() -> None:
    count = 0
    for policies in bodies._sets():
        for _, _, use in policies.scenarios():
            count += 1
            assert read_right(policies.vocabulary, dict(use.facts))
            given = {
                "facts": nested(use.facts),
                "as_of": use.as_of,
                "known_at": use.known_at,
                "use": use.title,
                "standard": use.standard,
            }
            assert body_right(policies, as_bytes(given))
            typed = Bodies(reading(policies.vocabulary)).parts(given)
            assert said(typed) == full(policies.vocabulary, **given)
    assert count > 500


def test_the_uses_beside_the_policies_are_taken() -> None:
    policies = tosdsl.load_each(ROOT / "policies")
    count = 0
    for path in sorted((ROOT / "policies/uses").glob("*.yaml")):
        for each in policies:
            try:
                use, _ = each.read_use(path.read_text(), path.name)
            except tosdsl.FactError:
                continue
            count += 1
            assert body_right(each, as_bytes(document(use)))
    assert count > 5


def document(use: Use) -> dict[str, Any]:
    """A use as JSON has it."""
    several = [
        {key: getattr(each, key) for key in ("fact", "value", "status", "source", "said_on", "said_by")}
        for each in use.assertions
    ]
    return {
        "facts": nested(use.facts),
        "use": use.title,
        "as_of": use.as_of,
        "known_at": use.known_at,
        "assertions": several,
        "standard": use.standard,
        "readings": {each.name: nested(each.facts) for each in use.readings},
    }


def in_json(value: Any) -> Any:
    """A typed value as ``written`` takes it."""
    match value:
        case Mapping():
            return {key: in_json(each) for key, each in value.items()}
        case tuple() | list():
            return [*map(in_json, value)]
        case Fraction():
            return Decimal(value.numerator) / Decimal(value.denominator)
        case None | bool() | int() | Decimal():
            return value
        case _:
            return str(value)


def as_bytes(given: Mapping[str, Any]) -> bytes:
    return written(in_json(given)).encode()


def nested(facts: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for path, value in facts.items():
        *around, last = path.split(".")
        here = made
        for step in around:
            here = here.setdefault(step, {})
        here[last] = value
    return made


# --- generated vocabularies, and one of every type -------------------------------------------------


@given(questions())
def test_generated_vocabularies(question: tuple[World, list[dict[str, Any]]]) -> None:
    world, several = question
    for facts in several:
        taken(world.policies.vocabulary, facts)
        try:
            data = json.dumps({"facts": facts}, default=str).encode()
        except (TypeError, ValueError):  # keys that are no texts, numbers that Python does not write
            continue
        note(repr(data))
        body_right(world.policies, data)


FORMS: tuple[Any, ...] = (
    lambda value: value,
    lambda value: tuple(value) if isinstance(value, list) else value,
    lambda value: Fraction(value) if type(value) is int or type(value) is Decimal else value,
    lambda value: value.isoformat() if type(value) is date else value,
    lambda value: (
        value.replace(tzinfo=timezone(timedelta(hours=-3))) if type(value) is datetime else value
    ),
    lambda value: Moment.of(value) if type(value) is datetime else value,
    lambda value: "none" if value is ABSENT else value,
    lambda value: set(value) if isinstance(value, list) and hashable(value) else value,
)
"""Ways in which a program may write one value; not all of them say the same."""


def hashable(value: list[Any]) -> bool:
    return not any(isinstance(each, dict | list) for each in value)


@st.composite
def rewritten(draw: st.DrawFn, value: Any) -> Any:
    """A value in another form, and what is in it."""
    if isinstance(value, dict):
        made: dict[str, Any] = {}
        for key, each in value.items():
            if isinstance(each, dict) and draw(st.booleans()):
                made |= {f"{key}.{inner}": draw(rewritten(more)) for inner, more in each.items()}
            else:
                made[key] = draw(rewritten(each))
        return made
    if isinstance(value, list):
        value = [draw(rewritten(each)) for each in value]
    return draw(st.sampled_from(FORMS))(value)


@given(st.data(), every.uses())
def test_every_type_in_every_form(data: st.DataObject, use: dict[str, Any]) -> None:
    vocabulary = every.POLICIES.vocabulary
    read_right(vocabulary, every.plain(use))
    read_right(vocabulary, data.draw(rewritten(every.plain(use))))
    for text in (every.as_json({"facts": use}, every.raw), every.as_json({"facts": use})):
        body_right(every.POLICIES, text.encode("utf-8", "surrogatepass"))


ACME = (
    "acme",
    "acmee",
    "acm",
    "Acme Inc.",
    "globes",
    "globex.com",
    "www.acme",
    "é",
    "e\u0301",
    "ACME",
    "--",
    "unknown",
    "Null",
    "TBD",
    "provider",
)


@given(st.lists(st.sampled_from(ACME) | st.text(max_size=8), max_size=6), st.booleans())
def test_names_of_parties(names: list[str], judged: bool) -> None:
    facts: dict[str, Any] = {"makers": names, "sales": [{"to": name} for name in names]}
    if names:
        facts["maker"] = names[0]
    read_right(every.POLICIES.vocabulary, facts)
    read_right(every.POLICIES.vocabulary, {"makers": {*names}})
    more = [{"fact": "maker", "value": name, "status": "alleged", "source": "x"} for name in names]
    use = {"assertions": more, "facts": facts} if judged else {"facts": facts, "assertions": more}
    body_right(every.POLICIES, json.dumps({**use, "readings": {"a": {}}}).encode())
    read = {key: each for key, each in use.items() if full(every.POLICIES.vocabulary, **{key: each})}
    typed = Bodies(reading(every.POLICIES.vocabulary)).parts(read)
    assert said(typed) == full(every.POLICIES.vocabulary, **read)


@pytest.mark.parametrize("many", [99, 100, 101, 102, 103, 500])
def test_many_warnings(many: int) -> None:
    facts = {"makers": [f"acme{at}" for at in range(many)]}
    assert read_right(every.POLICIES.vocabulary, facts)
    assert body_right(every.POLICIES, json.dumps({"facts": facts}).encode())


# --- hostile facts and bodies -----------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_hostile_facts(seed: int) -> None:
    dice = random.Random(seed)
    right = 0
    for _ in range(60):
        policies = dice.choice(bodies._sets())
        facts: Any = sound(policies.vocabulary, dice, dice.choice((16, 64, 256, 1024)))
        assert read_right(policies.vocabulary, facts)
        facts = odd_python(facts, dice)
        right += taken(policies.vocabulary, facts)
    assert right


@pytest.mark.parametrize("seed", range(3))
def test_hostile_bodies(seed: int) -> None:
    dice = random.Random(seed)
    right = 0
    for _ in range(120):
        policies = dice.choice(bodies._sets())
        facts: Any = sound(policies.vocabulary, dice, dice.choice((16, 64, 256, 1024)))
        assert body_right(policies, written({"facts": facts}).encode())
        use: Any = {"facts": facts}
        for _ in range(dice.choice((1, 1, 2))):
            use = odd_json(use, dice) if bodies.measure(use) < 4_096 else use
        if dice.random() < 0.3 and isinstance(use, dict):
            use = odd_json({**use, "as_of": "2024-01-01", "use": "x", "assertions": []}, dice)
        data = written(use).encode("utf-8", "surrogatepass")
        if dice.random() < 0.3:
            data = damaged(data, dice)
        right += body_right(policies, data)
    assert right


# --- limits -----------------------------------------------------------------------------------------


def nesting(records: int) -> v.Vocabulary:
    """A vocabulary whose one leaf stands in so many records."""
    kind: v.Type = v.Boolean()
    for at in range(records):
        kind = v.Record(f"R{at}", (v.Field("a", kind),))
    return v.Vocabulary("deep", facts=(v.Field("a", kind),))


@pytest.mark.parametrize("records", range(15, 22))
def test_how_deep_facts_nest(records: int) -> None:
    vocabulary = nesting(records)
    facts: Any = True
    for _ in range(records + 1):
        facts = {"a": facts}
    assert read_right(vocabulary, facts) == (records + 2 <= limits.MAX_FACTS_NESTING)
    assert read_right(vocabulary, {".".join(["a"] * (records + 1)): True})


def test_how_many_values_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    share = either(10, 1)
    monkeypatch.setattr(limits, "MAX_LIST", limits.MAX_LIST // share)
    monkeypatch.setattr(limits, "MAX_FACTS_VALUES", limits.MAX_FACTS_VALUES // share)
    kind = v.ListOf(v.ListOf(v.Integer()))
    vocabulary = v.Vocabulary("wide", facts=(v.Field("a", kind), v.Field("b", v.ListOf(v.Integer()))))
    inner = [1] * (limits.MAX_LIST - 1)
    assert read_right(vocabulary, {"a": [inner] * 19, "b": [1] * (limits.MAX_LIST - 2)})
    assert not read_right(vocabulary, {"a": [inner] * 20, "b": [1]})
    assert not read_right(vocabulary, {"a": [[1] * limits.MAX_LIST] * limits.MAX_LIST})
    assert read_right(vocabulary, {"b": [1] * limits.MAX_LIST})
    assert not read_right(vocabulary, {"b": [1] * (limits.MAX_LIST + 1)})


@pytest.mark.parametrize(
    "text",
    [
        '{"facts":{"open":true,"open":true}}',
        '{"facts":{},"facts":{}}',
        '{"facts":{"person":{},"person":{}}}',
        '{"facts":{"note":"a:b"}}',
        '{"facts":{"note":"a\\u003ab","note":"a"}}',
        '{"facts":{"note":"\\u003a"}}',
        '{"facts":{"note":"\\u003A:","open":true,"open":true}}',
        '{"facts":{"note":"\\\\u003a"}}',
        '{"facts":{"person.age":1,"person":{"age":null}}}',
        '{"facts":{"person.age":1,"person":{}}}',
        '{"facts":{"seats":1.0}}',
        '{"facts":{"seats":1e2}}',
        '{"facts":{"seats":"+1"}}',
        '{"facts":{"seats":1.5}}',
        '{"facts":{"revenue":"+5 USD"}}',
        '{"facts":{"revenue":"-5 USD"}}',
        '{"facts":{"note":"unknown"}}',
        '{"facts":{"note":"null"}}',
        '{"facts":{"maker":"unknown"}}',
        '{"facts":{"maker":"Null"}}',
        '{"facts":{"asked":"2024-01-01 09:00Z"}}',
        '{"facts":{"asked":"2024-01-01T24:00Z"}}',
        '{"use":"unknown","facts":{}}',
        '{"facts":{"share":1e2}}',
        '{"facts":{"share":-0.0}}',
        f'{{"facts":{{"share":{"1" * 100}}}}}',
        f'{{"facts":{{"share":{"1" * 101}}}}}',
        f'{{"facts":{{"share":0.{"1" * 99}}}}}',
        f'{{"facts":{{"share":0.{"0" * 99}1e101}}}}',
        '{"facts":{"share":1e99}}',
        '{"facts":{"share":1e100}}',
        '{"facts":{"share":0e-000000099}}',
        '\ufeff{"facts":{}}',
        '\ufeff\ufeff{"facts":{}}',
        '\ufeff\ufeff\ufeff{"facts":{}}',
        "{}",
        "null",
        "",
        '{"facts":null}',
        '{"facts":[]}',
        '{"use":1,"facts":{}}',
        '{"as_of":"2024-02-30","facts":{}}',
        "[{}]",
        '{"readings":{"a":{"open":true}},"facts":{"open":true}}',
        '{"readings":{"a":null}}',
        '{"readings":[]}',
        '{"readings":{"":{"open":true,"person":{"age":1}}}}',
        '{"readings":null}',
        '{"assertions":null}',
        '{"standard":null,"facts":{}}',
        '{"standard":"proven","facts":{}}',
        '{"facts":{},"fact":{}}',
        '\r\n{ "facts" :\t{ "note" : "\\ud83d\\ude00" } } \n',
        '{"facts":{"note":"\\ud83d"}}',
    ],
)
def test_bodies_at_the_edge(text: str) -> None:
    body_right(every.POLICIES, text.encode())


ASSERTED = {
    "fact": "person",
    "value": {"age": 3, "place": {"street": "x"}},
    "status": "alleged",
    "source": "x",
}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"value": None},
        {"value": {}},
        {"fact": None},
        {"status": "no"},
        {"source": None},
        {"x": 1},
        {"said_on": "2024-01-01", "said_by": "e\u0301"},
        {"said_on": None},
        {"said_by": 1},
        {"fact": "person.age", "value": 3},
        {"fact": "person.age", "value": None},
        {"fact": "", "value": 1},
        {"fact": "maker", "value": "acmee"},
    ],
)
def test_assertions(change: dict[str, Any]) -> None:
    for more in ({}, {"facts": {"maker": "acmee"}}, {"facts": {"seats": 1}}):
        use = {"assertions": [ASSERTED, {**ASSERTED, **change}], **more}
        body_right(every.POLICIES, json.dumps(use).encode())


class Zone(tzinfo):
    """A zone that never says the same twice."""

    def utcoffset(self, moment: datetime | None) -> timedelta:
        return timedelta(hours=random.randrange(12))


class Lying(dict[str, Any]):
    """A mapping that says that it is empty."""

    def __len__(self) -> int:
        return 0


class Text(str):
    """A text that is equal to every other."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash("open")


@pytest.mark.parametrize(
    "facts",
    [
        Lying(open=True),
        {"person": Lying(age=1)},
        {Text("x"): True},
        {"colour": Text("black")},
        {"colours": [Text("red")]},
        {"makers": [Text("acme")]},
        {"sales": [Lying(number=1)]},
        {"open": 1},
        {"asked": datetime(2024, 1, 1)},
        {"asked": datetime(2024, 1, 1, tzinfo=UTC)},
        [],
        "x",
        {1: 2},
        {"signed": datetime(2024, 1, 1)},
        {"signed": "2024-W01-1"},
        {"signed": "20240101"},
        {"revenue": Money(Fraction(1, 3), "USD")},
        {"asked": datetime(2024, 1, 1, tzinfo=Zone())},
    ],
)
def test_what_looks_like_facts_is_read_as_the_full_reading_does_or_left(facts: Any) -> None:
    taken(every.POLICIES.vocabulary, facts)


HOSTILE = {"fact": "open", "value": True, "status": "alleged", "source": "x"}


@pytest.mark.parametrize(
    "given",
    [
        {"assertions": [{**HOSTILE, Text("said_by"): "y"}]},
        {"assertions": [{**HOSTILE, "fact": Text("seats")}]},
        {"assertions": [{**HOSTILE, "status": Text("no")}]},
        {"assertions": [Lying(HOSTILE)]},
        {"readings": {Text("a"): {"open": True}}},
        {"readings": Lying(a={"open": True})},
        {"facts": {}, "standard": Text("no")},
        {"facts": {}, "use": Text("x")},
    ],
)
def test_parts_of_a_class_of_ones_own_are_left_to_the_full_reading(given: dict[str, Any]) -> None:
    with pytest.raises(Odd):
        Bodies(reading(every.POLICIES.vocabulary)).parts(given)


def test_zones_of_the_library_are_taken() -> None:
    data = b"TZif" + bytes(16) + (0).to_bytes(4, "big") * 4 + (1).to_bytes(4, "big") + b"\0\0\0\4"
    zone = ZoneInfo.from_file(BytesIO(data + (7200).to_bytes(4, "big") + b"\0\0EET\0"), key="here")
    assert read_right(every.POLICIES.vocabulary, {"asked": datetime(2024, 1, 1, 9, tzinfo=zone)})


def test_a_number_that_was_tampered_with_is_not_taken() -> None:
    number = Fraction(1, 2)
    vars(Fraction)["_numerator"].__set__(number, "1")
    assert not taken(every.POLICIES.vocabulary, {"share": number})
    assert not taken(every.POLICIES.vocabulary, {"revenue": Money(number, "USD")})
