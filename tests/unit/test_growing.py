"""The collector of cycles rests while policies are read, and is never left off."""

import gc
from collections.abc import Iterator
from threading import Barrier, Thread

import pytest

import tosdsl
from benchmarks.generated import policy
from tosdsl.trees.growing import growing


@pytest.fixture(autouse=True)
def _on_again() -> Iterator[None]:
    yield
    gc.enable()


def test_nothing_is_collected_while_a_policy_is_read() -> None:
    phases: list[str] = []

    def note(phase: str, _: object) -> None:
        phases.append("on" if gc.isenabled() else phase)

    text = policy(200, 3)
    gc.callbacks.append(note)
    try:
        tosdsl.loads(text)
    finally:
        gc.callbacks.remove(note)
    assert set(phases) <= {"on"}


@pytest.mark.parametrize("on", [True, False])
def test_it_is_afterwards_as_it_was_before(on: bool) -> None:
    (gc.enable if on else gc.disable)()
    tosdsl.loads(policy(5, 1))
    assert gc.isenabled() is on
    with pytest.raises(tosdsl.PolicyError):
        tosdsl.loads("policy broken\n")
    with pytest.raises(tosdsl.PolicyError):
        tosdsl.load("no.such.policy")
    assert gc.isenabled() is on


def test_the_last_of_several_threads_switches_it_on() -> None:
    inside, first_out = Barrier(2), Barrier(2)
    seen: list[bool] = []

    def first() -> None:
        with growing():
            inside.wait(10)
        seen.append(gc.isenabled())
        first_out.wait(10)

    def second() -> None:
        with growing():
            inside.wait(10)
            first_out.wait(10)
            seen.append(gc.isenabled())

    threads = [Thread(target=first), Thread(target=second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert seen == [False, False]
    assert gc.isenabled()
