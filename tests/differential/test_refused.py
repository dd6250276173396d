"""What is right in wrong facts is not gone through. What is told of the rest stays the same."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, note

import tosdsl
from benchmarks import refused
from tests.conftest import ROOT, either
from tests.differential.test_libraries import questions
from tests.fuzz import bodies
from tests.fuzz.values import damaged, odd_json, odd_python, sound, written
from tests.properties.worlds import World
from tosdsl import asking
from tosdsl.base import limits
from tosdsl.errors import FactError
from tosdsl.facts.typed import Typed

SETS = bodies._sets()
SIZES = either((16, 256, 1024, 2048), (16, 256, 1024, 8192))


def told(ask: Any, *given: Any, **more: Any) -> Any:
    """The use, or all that is said of what is wrong."""
    try:
        return ask(*given, **more)
    except FactError as error:
        return [each.to_json() for each in error.diagnostics]


def body_told(policies: tosdsl.PolicySet, data: bytes) -> bool:
    """The same with what is right taken as it stands, and without; whether something is wrong."""
    typed = Typed(policies.vocabulary)
    right = told(asking.read_bytes, policies.choices, data, "<facts>")
    assert told(asking.read_bytes, policies.choices, data, "<facts>", typed) == right, data[:2000]
    return isinstance(right, list)


def facts_told(policies: tosdsl.PolicySet, facts: Any) -> bool:
    typed = Typed(policies.vocabulary)
    right = told(asking.use_said, policies.choices, facts)
    assert told(asking.use_said, policies.choices, facts, typed=typed) == right
    return isinstance(right, list)


@pytest.mark.parametrize("file", sorted((ROOT / "tests" / "malformed" / "facts").iterdir()), ids=str)
def test_every_malformed_document(file: Path) -> None:
    for policies in SETS[::6]:
        body_told(policies, file.read_bytes())


@pytest.mark.parametrize("seed", range(either(4, 8)))
def test_hostile_bodies(seed: int) -> None:
    dice = random.Random(f"refused {seed}")
    wrong = 0
    for _ in range(60):
        policies = dice.choice(SETS)
        use: Any = {"facts": sound(policies.vocabulary, dice, dice.choice(SIZES))}
        for _ in range(dice.choice((1, 1, 2))):
            use = odd_json(use, dice)
        data = written(use).encode("utf-8", "surrogatepass")
        wrong += body_told(policies, damaged(data, dice) if dice.random() < 0.3 else data)
    assert wrong > 40


@pytest.mark.parametrize("seed", range(either(4, 8)))
def test_hostile_facts(seed: int) -> None:
    wrong = 0
    for number in range(60):
        policies = SETS[number % len(SETS)]
        given = [_odd(policies, f"refused {seed} {number}") for _ in range(2)]  # one is used up
        right = told(asking.use_said, policies.choices, given[0])
        typed = Typed(policies.vocabulary)
        assert told(asking.use_said, policies.choices, given[1], typed=typed) == right
        wrong += isinstance(right, list)
    assert wrong > 40


def _odd(policies: tosdsl.PolicySet, seed: str) -> Any:
    dice = random.Random(seed)
    facts = sound(policies.vocabulary, dice, dice.choice(SIZES))
    return odd_python(facts, dice)


@given(questions())
def test_generated_facts(question: tuple[World, list[dict[str, Any]]]) -> None:
    world, several = question
    for facts in several:
        note(repr(facts))
        facts_told(world.policies, facts)


@pytest.fixture(scope="module")
def trade() -> tosdsl.PolicySet:
    return tosdsl.loads(*refused.TEXTS)


@pytest.mark.parametrize("size", [300, 10_000, either(40_000, 200_000)])
def test_each_mistake_of_the_benchmark(trade: tosdsl.PolicySet, size: int) -> None:
    facts = refused.facts(random.Random(size), size)
    for name, data in refused.bodies(facts):
        assert body_told(trade, data) is (name != "right"), name
    for name, given_ in refused.objects(facts):
        assert facts_told(trade, given_) is (name != "right"), name


MOST = either(1_000, limits.MAX_LIST)
VALUES = limits.MAX_FACTS_VALUES * MOST // limits.MAX_LIST


@pytest.mark.parametrize(
    "facts",
    [
        {"unknown": [1] * MOST},
        {"unknown": [1] * (MOST + 1)},
        {"unknown": {"a": {"b": {"c": {"d": {"e": {"f": 1}}}}}}},
        {"unknown": {"a": [[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]}},
        {"numbers": [1] * (MOST + 1), "open": 3},
        {"sales": [{"note": "x", "colour": "gren", "odd": [1, 2]}, {"note": "x"}, None]},
        {"sales": [{"note": "x", "note.x": 1}, {"number": 1.5}, {"to": "globx"}, {"to": "acme\u0430"}]},
        {"makers": ["globx", "acme", 7]},
        {"last": {"note": "x", "odd": 1}, "last.note": "y", "open": None, "numbers": None},
        {"last": ["x"], "last.colour": "gren", "colours": {"red": 1}, "numbers": "red"},
        {"notes": ["\ud83d", "a\u0301"], "numbers": [1, None, True, 2.5, "3"]},
        {"many": [[1] * MOST] * 19, "numbers": [1] * MOST, "open": 1},
        {"many": [[1] * MOST] * 18, "numbers": [1] * MOST, "notes": ["x"] * MOST, "open": 1},
    ],
)
def test_at_the_limits(
    trade: tosdsl.PolicySet, facts: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_LIST", MOST)
    monkeypatch.setattr(limits, "MAX_FACTS_VALUES", VALUES)
    assert facts_told(trade, facts)
    assert body_told(trade, written({"facts": facts}).encode("utf-8", "surrogatepass"))
    assert body_told(trade, written(facts).encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize(
    "text",
    [
        '{"facts":{"sales":[{"note":"x","note":"y"}]}}',
        '{"facts":{"sales":[{"note":"x"} {"note":"y"}]}}',
        '{"facts":{"odd":{"a":1,"a":2},"open":1}}',
        '{"facts":{"numbers":[1,01]}}',
        '{"facts":{"numbers":[1,2,],"open":1}}',
        '{"facts":{"numbers":[1,NaN]}}',
        f'{{"facts":{{"numbers":[1,{"1" * 101}],"odd":{"1" * 200}}}}}',
        '{"facts":{"numbers":[ 1 ,\n 2 ],\n\n "odd" : [ 1 ] } , "facs" : { } }',
        '{"fact":{"numbers":[1,2]}}',
        '{"numbers":[1,2]}',
        '{"facts":{"notes":["a\\u00e9","\\ud83d"]}}',
        '{"facts":{"notes":["a\tb"]}}',
        '{"facts":{"notes":["a\\xb"]}}',
        '\ufeff{"facts":{"notes":["a"],"odd":1}}',
        '{"facts":{"notes":["a"],\r\n"odd":1}}',
        '{"facts":[{"notes":["a"]}]}',
        '{"facts":{"notes":["a"]},"facts":{"notes":["a"]}}',
        '[{"facts":{"notes":["a"]}}]',
        '{"facts":{"notes":["a"]},"readings":{"one":{"open":true}},"assertions":[{"fact":"open"}]}',
    ],
)
def test_texts_at_the_edge(trade: tosdsl.PolicySet, text: str) -> None:
    assert body_told(trade, text.encode())
