"""What generated functions do besides answering: nothing that another question, thread or set sees."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from functools import partial
from random import Random
from threading import Barrier
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import tosdsl
from tests.conftest import ROOT, either
from tests.differential.both import told
from tests.differential.drawn import facts_of, value
from tests.generators.facts import ODD_VALUES
from tests.oracle import answer as oracle
from tests.properties.worlds import World, worlds
from tosdsl import loads
from tosdsl.engine import plans
from tosdsl.errors import FactError
from tosdsl.runtime.checks import Odd
from tosdsl.trees.vocabulary import Type

SIMPLE = worlds(simple=True)
FEW = settings(
    max_examples=either(6, 12), phases=(Phase.generate,), suppress_health_check=list(HealthCheck)
)
THREADS = 8
DAYS: tuple[dict[str, date], ...] = (
    *({}, {}, {"as_of": date(2024, 1, 2)}),
    *({"as_of": date(2023, 1, 2)}, {"as_of": date(2024, 1, 5), "known_at": date(2024, 1, 1)}),
)


@pytest.fixture(autouse=True, params=["trees", "index"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything by trees where they are small enough, and everything by the index."""
    if request.param == "index":
        monkeypatch.setattr(plans, "FEW", 0)


def leaf_of(facts: dict[str, Any], path: str) -> tuple[dict[str, Any], str]:
    """The mapping in which a nested leaf stands, or is to stand, and its key."""
    *around, last = path.split(".")
    for step in around:
        facts = facts.setdefault(step, {})
    return facts, last


# --- a verdict given although a fact is wrong -------------------------------------------------------


@FEW
@given(SIMPLE, st.randoms(use_true_random=False))
def test_a_verdict_given_despite_a_wrong_fact_is_that_for_every_right_value(
    world: World, random: Random
) -> None:
    for _ in range(10):
        facts = facts_of(world.leaves, random, 0.3)
        path = random.choice(list(world.leaves))
        inside, key = leaf_of(facts, path)
        inside[key] = random.choice(ODD_VALUES)
        if not told(partial(oracle.decide, world.policies), facts).codes:
            continue  # nothing is wrong with it
        given = told(world.policies.verdict, facts)
        if given.codes:
            continue
        right = [*several(world.leaves[path], random), None]
        came = set()
        for inside[key] in right:
            came.add(told(partial(oracle.verdict, world.policies), facts).answer)
        came -= {None}  # of values in which something else is wrong: a party's name in other letters
        assert came <= {given.answer}, (facts, path, came)


def several(kind: Type, random: Random) -> list[Any]:
    """Right values of a type."""
    return [value(kind, random) for _ in range(8)]


# --- a wrong value beside a fact that is not known ---------------------------------------------------

BESIDE = """
vocabulary shop
    "Facts under which clauses are filed, one of each type that a file can have."

type Kind is one of
    book
    film

type Goods has
    kind: Kind
    old: boolean

party acme
party other

fact kind: Kind
fact maker: party
fact label: text
fact pieces: integer
fact on: date
fact kinds: list of Kind
fact goods: Goods
fact sold: Kind
fact told: boolean


policy shop.terms
    default permit

use shop

forbid a
    when kind is film

forbid b
    when maker is acme

forbid c
    when label is "red"

forbid d
    when pieces is 5

forbid e
    when on is 2024-01-01

forbid f
    when kinds includes film

forbid g
    when goods.kind is film and goods.old

forbid h
    when sold is film and told
"""

RIGHT: dict[str, Any] = {
    "kind": "book",
    "maker": "other",
    "label": "blue",
    "pieces": 4,
    "on": date(2024, 1, 2),
    "kinds": ["book"],
    "goods": {"kind": "book", "old": False},
    "sold": "book",
    "told": False,
}


@pytest.mark.parametrize("left_out", [None, *RIGHT])
@pytest.mark.parametrize("fact", [*RIGHT, "goods.kind"])
def test_a_wrong_value_opens_nothing_beside_what_is_not_known(fact: str, left_out: str | None) -> None:
    policies = loads(BESIDE)
    for odd in ODD_VALUES:
        facts = {key: dict(its) if key == "goods" else its for key, its in RIGHT.items()}
        if left_out is not None:
            del facts[left_out]
        inside, key = leaf_of(facts, fact)
        inside[key] = odd
        right = told(partial(oracle.decide, policies), facts)
        given = told(policies.verdict, facts)
        if right.codes and not given.codes:  # then whatever the fact is, the verdict is this one
            del inside[key]
            assert given.answer is oracle.verdict(policies, facts), (facts, odd)
        elif not right.codes:
            assert given.answer is right.answer.verdict


# --- threads ---------------------------------------------------------------------------------------

Question = tuple[str, dict[str, Any], dict[str, date]]


def questions(world: World, random: Random, count: int) -> list[Question]:
    return [
        (
            random.choice(("verdict", "decide")),
            facts_of(world.leaves, random, random.choice((0.1, 0.4))),
            dict(random.choice(DAYS)),
        )
        for _ in range(count)
    ]


def ask(policies: tosdsl.PolicySet, question: Question) -> Any:
    what, facts, days = question
    return told(getattr(policies, what), facts, **days)


@FEW
@given(SIMPLE, st.randoms(use_true_random=False))
def test_threads_that_ask_a_fresh_set_at_once_hear_what_one_would(world: World, random: Random) -> None:
    asked = questions(world, random, 60)
    alone = tosdsl.loads(*world.texts)
    right = [ask(alone, each) for each in asked]
    fresh, together = tosdsl.loads(*world.texts), Barrier(THREADS)

    def one(at: int) -> list[Any]:
        together.wait()  # the functions are made while all of them ask
        order = asked[at:] + asked[:at]
        found = [ask(fresh, each) for each in order]
        return found[len(asked) - at :] + found[: len(asked) - at]

    with ThreadPoolExecutor(THREADS) as pool:
        for found in pool.map(one, [each * 7 for each in range(THREADS)]):
            assert found == right


# --- nothing is shared, nothing is written ---------------------------------------------------------


def things(namespace: dict[str, Any]) -> dict[str, int]:
    return {name: id(it) for name, it in namespace.items() if not name.startswith("__")}


@FEW
@given(SIMPLE, st.randoms(use_true_random=False))
def test_generated_code_writes_to_no_name_of_its_module(world: World, random: Random) -> None:
    for what in ("verdict", "decide"):
        getattr(world.policies, what)({})
    plan = world.policies.predicates._on(None, None).plan
    functions = [plan.generated().functions()["verdict"], plan.keys()]
    for function in functions:
        assert "STORE_GLOBAL" not in codes(function)
        names = function.__globals__
        before = things(names)
        for _ in range(20):
            with suppress(Odd, FactError):
                function(facts_of(world.leaves, random, 0.3, dotted=True))
        assert things(names) == before


def codes(function: Any) -> set[str]:
    import dis

    return {each.opname for each in dis.get_instructions(function)}


@FEW
@given(SIMPLE, st.randoms(use_true_random=False))
def test_two_sets_of_the_same_texts_share_nothing(world: World, random: Random) -> None:
    one, other = world.policies, tosdsl.loads(*world.texts)
    asked = questions(world, random, 20)
    right = [ask(one, each) for each in asked]
    made = one.predicates._on(None, None).plan, other.predicates._on(None, None).plan
    assert made[0] is not made[1]
    assert made[1]._verdicts is made[1]._keys is None
    mine, its = (plan.generated().functions()["verdict"].__globals__ for plan in made)
    assert mine is not its
    mine.clear()  # a module of one set is gone; the other does not notice
    assert [ask(other, each) for each in asked] == right


@FEW
@given(SIMPLE, st.randoms(use_true_random=False))
def test_a_set_that_was_asked_travels_and_answers_as_before(world: World, random: Random) -> None:
    asked = questions(world, random, 20)
    right = [ask(world.policies, each) for each in asked]
    for other in (
        pickle.loads(pickle.dumps(world.policies)),
        copy.copy(world.policies),
        copy.deepcopy(world.policies),
    ):
        assert other == world.policies
        assert [ask(other, each) for each in asked] == right
        again = pickle.loads(pickle.dumps(right))
        assert again == right


# --- the same text everywhere ----------------------------------------------------------------------

TEXTS = """\
import sys, tosdsl
from tosdsl.engine import plans
from benchmarks import generated
from tosdsl.backends.python.module import key_module
plans.FEW = int(sys.argv[1])
several = [tosdsl.load("openai.business_terms"), tosdsl.load("azure.openai_service")]
several.append(tosdsl.loads(generated.policy(60, 12)))
for policies in several:
    print(policies.predicates.listing(None, None))
    plan = policies.predicates._on(None, None).plan
    print(key_module(plan.rules, plan.engine(policies.predicates.slow_verdict)).text)
"""


def test_the_same_rules_give_the_same_text_in_every_process(way: None) -> None:
    told = set()
    for seed in ("0", "1", "2"):
        around = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        run = subprocess.run(
            [sys.executable, "-c", TEXTS, str(plans.FEW)],
            env=around,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        told.add(run.stdout)
    assert len(told) == 1
    assert "def verdict(facts, as_of=None, known_at=None):" in told.pop()
