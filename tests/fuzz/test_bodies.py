"""A short run of hostile bodies; the long one is ``python -m tests.fuzz.bodies --runs 200000``."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.conftest import either
from tests.fuzz import bodies
from tests.fuzz.bodies import Ask, ask_json, ask_python, fuzz, run
from tosdsl import FactError, PolicySet, load


@pytest.mark.parametrize(("ask", "runs"), [(ask_json, either(100, 250)), (ask_python, either(80, 150))])
def test_hostile_bodies_get_an_answer_or_a_mistake_and_soon(ask: Ask, runs: int) -> None:
    report = fuzz(runs, 1, ask)
    assert not report.raised, "\n".join(report.raised)
    assert not report.slow, "\n".join(report.slow)
    assert report.runs == runs
    assert report.answered > runs // 20
    assert len(report.codes) > 5


def test_a_value_that_cannot_be_compared_is_a_mistake_where_one_may_be_absent() -> None:
    class Mute:
        __hash__ = object.__hash__

        def __eq__(self, other: object) -> bool:
            raise RuntimeError("nobody asks for this")

    policies = load(bodies.HERE / "everything.tos")
    for value in (Mute(), [Mute()], {"ended": Mute()}):
        with pytest.raises(FactError):
            policies.decide({"licences": [{"ended": value}]})


def test_one_number_makes_one_body() -> None:
    assert run(7, 1, ask_json)[1:] == run(7, 1, ask_json)[1:] != run(8, 1, ask_json)[1:]


def test_what_is_raised_and_what_takes_long_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def raising(policies: PolicySet, body: Any) -> object:
        raise RecursionError

    def idling(policies: PolicySet, body: Any) -> object:
        until = time.process_time() + (0.2 if body == b"slow" else 0.0001)
        while time.process_time() < until:
            pass
        return None

    target = bodies.targets(ask_json)[0]
    one = bodies.Target(target.policies, raising, target.make, "one")
    monkeypatch.setattr(bodies, "targets", lambda ask: (one,))
    monkeypatch.setattr(bodies, "run", lambda number, seed, ask: (one, b"x", 64))
    assert len(fuzz(3, 1, raising).raised) == 3
    two = bodies.Target(target.policies, idling, target.make, "two")
    monkeypatch.setattr(bodies, "run", lambda number, seed, ask: (two, b"slow", 64))
    assert len(fuzz(2, 1, idling).slow) == 2
