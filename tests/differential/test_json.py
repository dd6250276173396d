"""``decide_json`` tells what the full reading of the same bytes and the reference tell."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, note
from hypothesis import strategies as st

import tosdsl
from tests.conftest import ROOT
from tests.differential.test_libraries import POLICIES, conformance, questions
from tests.differential.test_story import uses
from tests.oracle import answer as oracle
from tests.properties.worlds import World
from tosdsl import asking
from tosdsl.base import limits
from tosdsl.facts.typed.body import Bodies
from tosdsl.facts.typed.decoded import STANDARD
from tosdsl.wire import Wire

FACTS: dict[str, Any] = {
    "activities": ["train"],
    "output_of": ["openai"],
    "model": {"purpose": "classify", "competes_with": ["openai"], "distributed": False},
}
USE: dict[str, Any] = {"use": "a use", "as_of": "2023-12-15", "known_at": None, "facts": FACTS}
WHOLE = json.dumps(USE).encode()


def right(policies: tosdsl.PolicySet, data: bytes, explain: bool = False) -> Any:
    """What has to be told: a decision's JSON, or the codes and places of what is wrong."""
    try:
        use = asking.read_bytes(policies.choices, data, "<facts>")
    except tosdsl.FactError as error:
        return [(each.code, each.span) for each in error.diagnostics]
    made = oracle.decide_use(policies, use)
    if not made.exact:  # the reference may ask for more facts then (``both``); whoever decides does not
        made = policies.predicates.decide_use(use)
    return made.to_json(explain=explain)


def told(ask: Callable[..., bytes], data: bytes, **more: bool) -> Any:
    try:
        return json.loads(ask(data, **more))
    except tosdsl.FactError as error:
        return [(each.code, each.span) for each in error.diagnostics]


def same(policies: tosdsl.PolicySet, data: bytes) -> Any:
    """What is told, which is the same the second time, and without msgspec."""
    wanted = right(policies, data)
    for ask in (policies.decide_json, policies.decide_json, without(policies)):
        assert told(ask, data) == wanted, data
    return wanted


def without(policies: tosdsl.PolicySet) -> Callable[..., bytes]:
    """As ``decide_json`` is where msgspec is not installed."""

    def never(*_: Any) -> Any:
        raise AssertionError("made for what msgspec decodes")

    predicates = policies.predicates
    read = Bodies(predicates.bodies.typed, STANDARD).read
    return Wire(None, never, read, predicates.read_bytes, predicates.decide_use).decide_json()


@pytest.fixture(scope="module")
def policies() -> tosdsl.PolicySet:
    return tosdsl.load("openai.business_terms")


# --- right facts ------------------------------------------------------------------------------------


def test_every_combination_of_the_story(policies: tosdsl.PolicySet) -> None:
    for number, (facts, nulls) in enumerate(zip(uses(True), uses(False), strict=True)):
        wanted = policies.decide(facts).to_json(explain=False)
        for each in (facts, nulls):
            assert told(policies.decide_json, json.dumps({"facts": each}).encode()) == wanted, each
        if number % 100 == 0:
            assert right(policies, json.dumps({"facts": facts}).encode()) == wanted


def test_the_answer_is_worked_out_once(policies: tosdsl.PolicySet) -> None:
    first = policies.decide_json(WHOLE)
    assert policies.decide_json(WHOLE) is first
    other = json.dumps({**USE, "facts": {**FACTS, "output_of": ["openai", "google"]}}, indent=1)
    assert policies.decide_json(other.encode()) is first


def plain(value: Any) -> str:
    """What JSON has no word for, as text."""
    return str(value)


@given(questions(), st.sampled_from([None, "2024-02-29", "2025-01-01"]))
def test_generated_policies(question: tuple[World, list[dict[str, Any]]], day: str | None) -> None:
    world, several = question
    for facts in several:
        try:
            data = json.dumps({"facts": facts, "as_of": day}, default=plain).encode()
        except (TypeError, ValueError):  # keys that are no texts, numbers that Python does not write
            continue
        note(repr(data))
        same(world.policies, data)


@pytest.mark.parametrize("where", [*POLICIES, *conformance()])
def test_all_scenarios_of_a_policy(where: str) -> None:
    policies = tosdsl.load(where)
    for _, _, use in policies.scenarios():
        facts: dict[str, Any] = {}
        for path, value in use.facts.items():
            *around, last = path.split(".")
            inner = facts
            for step in around:
                inner = inner.setdefault(step, {})
            inner[last] = value
        days = {"as_of": use.as_of, "known_at": use.known_at}
        same(policies, json.dumps({"facts": facts, **days, "use": use.title}, default=plain).encode())


def test_the_explanation_is_there_when_it_is_asked_for(policies: tosdsl.PolicySet) -> None:
    assert told(policies.decide_json, WHOLE)["explanation"] is None
    explained = told(policies.decide_json, WHOLE, explain=True)
    assert explained == right(policies, WHOLE, explain=True)
    assert explained["explanation"]["text"] == "a use"


def test_evidence_and_readings(policies: tosdsl.PolicySet) -> None:
    said = {"fact": "model.distributed", "value": True, "status": "alleged", "source": "a report"}
    for more in (
        {"assertions": [said]},
        {"assertions": [said], "standard": "alleged"},
        {"assertions": [], "standard": "confirmed", "readings": {}},
        {"assertions": [{**said, "value": "yes"}]},
        {"readings": {"narrow": {"model.competes_with": []}, "wide": {}}},
        {"standard": "proven"},
    ):
        same(policies, json.dumps({**USE, **more}).encode())


def test_threads_tell_the_same() -> None:
    policies = tosdsl.load("openai.business_terms")
    several = [json.dumps({"facts": each}).encode() for each in [*uses(True)][::97]]
    wanted = [right(policies, each) for each in several]
    with ThreadPoolExecutor(8) as threads:
        for _ in range(4):
            assert [json.loads(each) for each in threads.map(policies.decide_json, several)] == wanted


# --- wrong and odd documents ------------------------------------------------------------------------

ODD = (
    b"",
    b"null",
    b"{}",
    b"[]",
    b"\xef\xbb\xbf" + WHOLE,
    b"\xff" + WHOLE,
    WHOLE + b"\xff",
    WHOLE[:-1],
    WHOLE + b" ",
    WHOLE + b"}",
    WHOLE.decode().encode("utf-16"),
    b"facts: {}",
    b'{"facts": {},}',
    b'{"facts": {}} # nothing',
    b"{'facts': {}}",
    b'{"facts"\n:\n{}}',
    b'{"facts": null}',
    b'{"facts": []}',
    b'{"fact": {}}',
    b'{"facts": {}, "facts": {}}',
    b'{"facts": {}, "f\\u0061cts": {}}',
    b'{"facts": {}, "use": 1}',
    b'{"facts": {}, "use": "a:b", "use": 1}',
    b'{"facts": {}, "use": "a\\u003ab", "use": "ab"}',
    b'{"facts": {}, "use": "a\\u003ab"}',
    b'{"facts": {}, "use": "::", "as_of": "2023-12-15"}',
    b'{"facts": {}, "use": "half \\ud83d of one, \\ud83d\\ude00 and \xc3\xa9"}',
    b'{"facts": {}, "use": "\x7f"}',
    b'{"facts": {}, "use": "\x00"}',
    b'{"facts": {}, "as_of": "2023-02-30"}',
    b'{"facts": {}, "as_of": "20231215"}',
    b'{"facts": {}, "as_of": 20231215}',
    b'{"facts": {"model": {"distributed": true, "distributed": false}}}',
    b'{"facts": {"model": {"distributed": true}, "model": {"distributed": false}}}',
    b'{"facts": {"model": {"distributed": true}, "model.distributed": false}}',
    b'{"facts": {"model.distributed": true}}',
    b'{"facts": {"model": {"distributed": "true"}}}',
    b'{"facts": {"model": {"distributed": 1}}}',
    b'{"facts": {"model": {"distributed": NaN}}}',
    b'{"facts": {"model": null, "activities": null}}',
    b'{"facts": {"model": {"distributd": true}}}',
    b'{"facts": {"activities": ["trian"]}}',
    b'{"facts": {"activities": [null]}}',
    b'{"facts": {"activities": "train"}}',
    b'{"facts": {"activities": []}}',
    b'{"facts": {"output_of": ["OpenAI"]}}',
    b'{"facts": {"output_of": ["opnai", "gogle"]}}',
    b'{"facts": {"output_of": ["caf\xc3\xa9", "cafe\xcc\x81", "a:b", "\\ud800"]}}',
    b'{"facts": {"output_of": ["", "a\\u0000b", "' + b"x" * 2_000 + b'"]}}',
    b'{"facts": {"model": {"base_offered_by": "a:b"}}}',
    b'{"facts": {"model": {"base_offered_by": ["openai"]}}}',
    b'{"facts": {"age_of_consent": 18}}',
    b'{"facts": {"age_of_consent": 18.0}}',
    b'{"facts": {"age_of_consent": 1e1}}',
    b'{"facts": {"age_of_consent": 1' + b"0" * 99 + b"}}",
    b'{"facts": {"age_of_consent": 1' + b"0" * 100 + b"}}",
    b'{"facts": {"age_of_consent": 1' + b"0" * 10_000 + b"}}",
    b'{"facts": {"age_of_consent": 1e999999999}}',
    b'{"facts": {"age_of_consent": -Infinity}}',
    b'{"facts": {"contents": [' + b",".join([b'"nonsense"'] * 20) + b"]}}",
    b'{"facts": {"activities": [' + b",".join([b'"train"'] * 1_500) + b"]}}",
    b'{"facts": {"activities": [' + b",".join([b'"train"'] * 10_001) + b"]}}",
    b'{"facts": {"activities": [' + b",".join([b"1"] * 200_001) + b"]}}",
    b'{"facts": ' + b"[" * 100_000,
    b'{"facts": ' + b'{"model": ' * 30 + b"{}" + b"}" * 30 + b"}",
    b'{"facts": ' + b"[" * 30 + b"]" * 30 + b"}",
    b"[" * 1_000_000,
    b'{"facts": {}, "use": "' + b"x" * limits.MAX_FACTS_BYTES + b'"}',
)


def test_names_of_parties_that_are_like_a_known_one(policies: tosdsl.PolicySet) -> None:
    for name in ("acme", "opnai", "acme", "OpenAI", "Acme", "caf\u00e9", "a:b", "openai"):
        told = same(policies, json.dumps({"facts": {"model": {"base_offered_by": name}}}).encode())
        assert bool(isinstance(told, dict) and told["warnings"]) == (name == "opnai")


@pytest.mark.parametrize("data", [pytest.param(each, id=repr(each[:60])) for each in ODD])
def test_odd_documents(policies: tosdsl.PolicySet, data: bytes) -> None:
    same(policies, data)


def test_what_is_wrong_has_a_place(policies: tosdsl.PolicySet) -> None:
    for data, code, place in (
        (b'{"facts":\n {"output_of": ["OpenAI"]}}', "TOS4013", (2, 17)),
        (b'{"facts": {},\n "facts": {}}', "TOS4005", (2, 2)),
        (b'{"facts": {}\n,}', "TOS4001", (2, 2)),
        (b"facts: {}", "TOS4001", (1, 1)),
    ):
        with pytest.raises(tosdsl.FactError) as caught:
            policies.decide_json(data)
        (found,) = caught.value.diagnostics
        assert (found.code, (found.span.line, found.span.column)) == (code, place)


def test_what_reading_yaml_takes_it_takes(policies: tosdsl.PolicySet) -> None:
    for data in (WHOLE, *ODD):
        try:
            json.loads(data)
            use = policies.read_use(data)[0]
        except (ValueError, RecursionError, tosdsl.FactError):
            continue
        wanted = policies.decide_use(use).to_json(explain=False)
        assert told(policies.decide_json, data) == wanted


PIECES = (
    *(
        b"{",
        b"}",
        b"[",
        b"]",
        b":",
        b",",
        b'"',
        b"\\",
        b"\\u",
        b"null",
        b"true",
        b"1",
        b"-",
        b"e9",
        b"NaN",
    ),
    *(
        b"\xff",
        b"\xef\xbb\xbf",
        b"\x00",
        b"\n",
        b"\t",
        b" ",
        b"/",
        b"'",
        b"#",
        b"&",
        b"*",
        b"!",
        b"\\ud800",
    ),
    *(b'"facts":', b'"model":', b'"use":', b'"openai"', b'"output_of":[]', b'"distributed":false,'),
)


@given(
    st.lists(
        st.tuples(
            st.integers(0, len(WHOLE)),
            st.integers(0, 3),
            st.sampled_from(PIECES) | st.binary(max_size=3),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_damaged_bytes(policies: tosdsl.PolicySet, damages: list[tuple[int, int, bytes]]) -> None:
    data = WHOLE
    for at, gone, piece in damages:
        data = data[:at] + piece + data[at + gone :]
    note(repr(data))
    same(policies, data)


KEYS = st.sampled_from(
    ["facts", "use", "as_of", "model", "activities", "output_of", "distributed", "x"]
)
SCALARS = st.sampled_from(
    [
        "null",
        "true",
        "1",
        "1.5",
        "NaN",
        '""',
        '"a:b"',
        '"train"',
        '"openai"',
        '"OpenAI"',
        '"2023-12-15"',
    ]
)


def _deeper(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(KEYS, inner).map(lambda pair: f'"{pair[0]}": {pair[1]}')
    mapping = st.lists(pairs, max_size=4).map(lambda several: "{" + ", ".join(several) + "}")
    return mapping | st.lists(inner, max_size=3).map(lambda several: f"[{', '.join(several)}]")


@given(st.recursive(SCALARS, _deeper, max_leaves=12))
def test_documents_that_say_things_twice(policies: tosdsl.PolicySet, text: str) -> None:
    for data in (text, f'{{"facts": {text}}}', f'{{"facts": {{"model": {text}, "activities": []}}}}'):
        same(policies, data.encode())


# --- facts of every type that is decoded -------------------------------------------------------------

SHOP = """
vocabulary shop

type Kind is one of
    a
    b

type Inner has
    deep: integer
    open: boolean

type Order has
    size: integer
    made_on: date
    note: text
    kind: Kind
    tags: list of text
    friends: list of party
    inner: Inner
    while: boolean judged

fact order: Order
fact seller: party judged
fact unread: integer

party ann
party bob

policy terms
    provider ann
    default permit

use shop

forbid large
    when order.size > 10 and order.inner.deep is not 3

forbid late
    when order.made_on >= 2024-01-01 and order.note starts with "a:"

forbid tagged
    when order.tags includes "x" or (order.friends overlaps {ann} and seller is bob)

permit open
    when order.inner.open and order.kind is b and order.while
"""
INTEGERS = ("3", "11", "-0", "3.0", "3e0", "true", str(10**17), str(10**18), "1" + "0" * 100, '"3"')
TEXTS = ('"a:b"', '"ab"', '"x"', '"caf\u00e9"', '"\\ud800"', '"a\\u003ab"', '""', "7", '"a\\n"')
NAMES = ('"ann"', '"bob"', '"zoe"', '"b:b"', '"bobb"', '"Bob"', '"\\ud83dbob"', '""')
DATES = (
    '"2024-02-29"',
    '"2023-02-29"',
    '"20240101"',
    '"2024-01-01T00:00Z"',
    "20240101",
    '"2023-12-31"',
)


def values(*of: str) -> st.SearchStrategy[str]:
    return st.sampled_from([*of[:2], *of, "null"])


def lists(*of: str) -> st.SearchStrategy[str]:
    several = st.lists(st.sampled_from([*of[:3], *of]), max_size=3)
    return several.map(lambda items: f"[{','.join(items)}]") | st.just("null")


@st.composite
def mappings(draw: st.DrawFn, **fields: st.SearchStrategy[str]) -> str:
    """An object with some of the fields, now and then one of them twice."""
    keys = draw(st.lists(st.sampled_from([*fields]), max_size=6, unique=draw(st.integers(0, 3)) > 0))
    return "{" + ",".join(f'"{key}":{draw(fields[key])}' for key in keys) + "}"


INNER = mappings(deep=values(*INTEGERS), open=values("true", "false", "1"))
ORDERS = mappings(
    size=values(*INTEGERS),
    made_on=values(*DATES),
    note=values(*TEXTS),
    kind=values('"a"', '"b"', '"c"', "true"),
    tags=lists(*TEXTS),
    friends=lists(*NAMES),
    inner=INNER | INNER | st.just("null"),
    **{"while": values("true", "false", "0")},
)
SHOPPING = mappings(
    order=ORDERS | ORDERS | ORDERS | st.just("null"),
    seller=values(*NAMES),
    **{"unread": values("1", "x"), "order.size": values("1")},
)


@pytest.fixture(scope="module")
def shop() -> tosdsl.PolicySet:
    return tosdsl.loads(SHOP)


@given(mappings(facts=SHOPPING, use=values(*TEXTS), as_of=values(*DATES)), SHOPPING)
def test_facts_of_every_type(shop: tosdsl.PolicySet, whole: str, facts: str) -> None:
    note(whole)
    same(shop, whole.encode())
    note(facts)
    same(shop, f'{{"facts":{facts}}}'.encode())


def ordered(**fields: str) -> str:
    return json.dumps({"facts": {"order": {}}}).replace("{}", about(**fields))


def about(**fields: str) -> str:
    return "{" + ",".join(f'"{key}":{value}' for key, value in fields.items()) + "}"


def test_uses_that_are_alike_but_for_what_has_to_be_read_with_care(shop: tosdsl.PolicySet) -> None:
    for several in (
        [about(facts=about(seller=name)) for name in ('"zoe"', *NAMES)],
        [ordered(friends=f"[{name}]") for name in ('"zoe"', *NAMES)],
        [ordered(size=number) for number in INTEGERS],
        [ordered(note=text) for text in TEXTS],
        [ordered(tags=f"[{text}]") for text in TEXTS],
        [ordered(made_on=day) for day in DATES],
        ['{"facts":{},"use":"a\\u003ab"}', '{"facts":{},"use":"b","use":"a\\u003ab"}'],
        [about(facts=about(seller=name)) for name in ('"\\ud800"', '"\\ud83d\\ude00"')],
        [
            about(facts=about(order='{"friends":["ann"],"tags":[],"size":1,"note":"b"}', seller=name))
            for name in ('"\\ud83dzoe"', '"\\ud83dbob"', '"bob"', '"zoe"', '"Bob"')
        ],
        [ordered(friends='["ann"]'), ordered(friends='["ann"],"friends":["ann"]')],
        ['{"facts":{"order":null}}', ordered(), '{"facts":{}}', '{"facts":{"order":null,"unread":1}}'],
    ):
        for each in (*several, *reversed(several)):
            same(shop, each.encode())


def test_facts_that_are_decoded_are_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = tosdsl.loads(SHOP)
    order: dict[str, Any] = {"size": 4, "made_on": "2024-02-29", "tags": ["y"], "inner": None}
    ask = shop.decide_json
    days = {"as_of": "2024-01-01", "known_at": None}
    answer = ask(json.dumps({"facts": {"order": order}, **days, "use": "a: b"}).encode())
    monkeypatch.setattr(Wire, "_decision", None)
    order |= {"size": 5, "tags": ["zz"], "made_on": "2024-03-01"}
    assert ask(json.dumps({"facts": {"order": order}, **days, "use": "c:::"}).encode()) is answer
    monkeypatch.setattr(Wire, "_answer", None)
    monkeypatch.setattr(Wire, "_place", None)
    assert ask(json.dumps({"facts": {"order": order}, **days, "use": "another"}).encode()) is answer


# --- without msgspec --------------------------------------------------------------------------------

HIDDEN = """
import sys
sys.modules["msgspec"] = None
import tosdsl
policies = tosdsl.load("openai.business_terms")
sys.stdout.buffer.write(policies.decide_json(sys.stdin.buffer.read()))
"""


def test_without_msgspec_the_same_bytes_come_back(policies: tosdsl.PolicySet) -> None:
    ran = subprocess.run([sys.executable, "-c", HIDDEN], input=WHOLE, capture_output=True, cwd=ROOT)
    assert ran.stdout == policies.decide_json(WHOLE), ran.stderr


def test_no_module_of_msgspec_is_imported_before_it_is_needed() -> None:
    code = 'import sys, tosdsl; tosdsl.load("openai.business_terms").decide({}); print(*sys.modules)'
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, check=True)
    assert "msgspec" not in ran.stdout.decode().split()


BODIES: Mapping[str, Mapping[str, Any]] = {
    "nothing": {},
    "a day": {"as_of": "2023-12-15"},
    "both days": {"as_of": "2023-12-15", "known_at": "2023-11-20", "use": "a: b"},
    "what could be read": {"known_at": "2023-11-20"},
    "a standard": {"standard": "alleged"},
    "evidence": {
        "standard": "alleged",
        "assertions": [{"fact": "user.age", "value": 12, "status": "alleged", "source": "a report"}],
    },
    "readings": {
        "readings": {"one": {"model.competes_with": ["openai"]}, "other": {"model.competes_with": []}}
    },
}
GIVEN: tuple[Mapping[str, Any], ...] = (
    {},
    {"as_of": date(2023, 12, 20)},
    {"as_of": date(2024, 3, 1)},
    {"as_of": date(2023, 12, 20), "known_at": date(2023, 12, 5)},
    {"known_at": date(2023, 11, 20)},
    {"standard": "confirmed"},
    {"standard": "alleged"},
    {"as_of": date(2023, 12, 20), "standard": "confirmed"},
    {"as_of": date(2023, 12, 20), "standard": "alleged"},
)


@pytest.mark.parametrize("said", BODIES)
def test_what_the_caller_gives_is_in_place_of_what_the_document_says(said: str) -> None:
    """So nobody who writes a document chooses the text that governs, or which evidence counts."""
    policies = tosdsl.load("openai.terms_of_use")
    facts = {"activities": ["train"], "output_of": ["openai"]}
    body = json.dumps({"facts": facts, **BODIES[said]}).encode()
    for caller in GIVEN:
        days = {"as_of": None, "known_at": None} if caller.keys() & {"as_of", "known_at"} else {}
        read = policies.read_use(body)[0]
        wanted = policies.decide_use(evolve(read, **{**days, **caller}))
        for explain in (False, True):
            right = json.loads(json.dumps(wanted.to_json(explain=explain)))
            for ask in (policies.decide_json, policies.decide_json, without(policies)):
                assert json.loads(ask(body, explain=explain, **caller)) == right, caller


def test_what_a_caller_gives_is_checked() -> None:
    policies = tosdsl.load("openai.business_terms")
    with pytest.raises(tosdsl.FactError, match="TOS4005"):
        policies.decide_json(b'{"facts": {"output_of": [], "output_of": []}}', as_of=date(2026, 1, 1))
    with pytest.raises(TypeError, match="as_of"):
        policies.decide_json(b"{}", as_of="2026-01-01")  # type: ignore[arg-type]  # that is the point
    with pytest.raises(TypeError, match="standard"):
        policies.decide_json(b"{}", standard="strict")
