"""The collector of cycles rests while policies are read, and is never left off."""

import gc
import weakref
from collections.abc import Iterator
from threading import Barrier, Thread

import pytest

import tosdsl
from benchmarks.generated import policy
from tosdsl.base.growing import growing


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


def test_what_has_grown_is_not_walked_at_once_and_is_collected_in_the_end() -> None:
    class Knot:
        pass

    collected: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            collected.append(info["generation"])

    with growing():
        knots = [Knot() for _ in range(5_000)]
        for knot in knots:
            knot.self = knot  # type: ignore[attr-defined] # a circle is all that it is for
        watched = weakref.ref(knots[0])
        del knots, knot
        gc.callbacks.append(note)
    kept = [[] for _ in range(100)]
    gc.callbacks.remove(note)
    assert (collected, len(kept)) == ([], 100)
    assert watched() is not None
    gc.collect()
    assert watched() is None


def test_who_loads_again_and_again_does_not_keep_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if all that is there had doubled at each count."""
    monkeypatch.setattr("tosdsl.base.growing._SLACK", -(10**9))
    met: list[weakref.ref[object]] = []
    most = 0
    for number in range(60):
        made = tosdsl.loads(f"{policy(20, 3)}\n# {number}\n")
        met.append(weakref.ref(made.choices.asked[0][0].root))
        most = max(most, sum(each() is not None for each in met))
    assert most < 30


def test_what_a_program_has_frozen_stays_frozen() -> None:
    gc.freeze()
    try:
        before = gc.get_freeze_count()
        with growing():
            pass
        assert gc.get_freeze_count() >= before * 0.99  # some of it may have been freed by its last user
    finally:
        gc.unfreeze()
