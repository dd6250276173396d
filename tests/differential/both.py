"""One question, put to the generated code and to the reference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from random import Random
from typing import Any

from attrs import evolve, frozen

import tosdsl
from tests.differential import drawn
from tests.oracle import answer as oracle
from tosdsl.decision.model import Decision, Duty

Answer = Any
_WAYS = 200
"""Ways to fill in unknown facts that are tried where code settles what the reference leaves open."""


@frozen
class Told:
    """An answer, or the codes of what is wrong with the facts."""

    answer: Answer
    codes: tuple[str, ...] = ()


def told(ask: Callable[..., Answer], facts: Any, **days: date | None) -> Told:
    """What is answered, or what is wrong."""
    try:
        return Told(ask(facts, **days))
    except tosdsl.FactError as error:
        return Told(None, tuple(each.code for each in error.diagnostics))


def in_full(policies: tosdsl.PolicySet, facts: Any, **days: Any) -> Any:
    """The decision by the full reading, which leaves nothing to others."""
    return policies.predicates.decide_use(policies.predicates.use_read(facts, days))


def differences(
    policies: tosdsl.PolicySet, facts: Any, *, explain: bool = True, **days: date | None
) -> list[str]:
    """Where generated code and the reference do not tell the same; empty if they do.

    A verdict may be given though a fact is wrong that it did not look at, or not to its end. Without
    ``explain``, explanations are not compared: making them takes longer than all the rest.
    """
    return compared(policies, facts, explain=explain, **days)[0]


def compared(
    policies: tosdsl.PolicySet, facts: Any, *, explain: bool = True, **days: date | None
) -> tuple[list[str], Told]:
    """The same, with what the reference says.

    The reference runs out of work sooner when it looks for what is so in any case, and leaves open then
    what is not. So where it differs, it is asked once more, and may take far longer.
    """
    found, right = _compared(policies, facts, explain, days)
    if found:
        with oracle.patient():
            found, right = _compared(policies, facts, explain, days)
    return found, right


def _differs(name: str, made: Decision, right: Decision) -> bool:
    """The reference looks at more conditions at once, and so may be the first to find that there are
    too many values to try: then it is not exact, may ask for facts besides, and may leave open whether
    all is complied with. ``tests/properties`` has what that means."""
    one, other = getattr(made, name), getattr(right, name)
    if name == "_explain" or (name, other) == ("exact", False):
        return False
    if not right.exact and name == "compliant" and other is None:
        return False
    if not right.exact and name == "needs":
        return not {need.fact for need in one} <= {need.fact for need in other}
    if not right.exact and name == "duties":
        return not no_more_open(one, other)
    return bool(one != other)


def no_more_open(one: Sequence[Duty], other: Sequence[Duty]) -> bool:
    """Whether some duties are those of the reference, which may leave their states open and ask for
    more."""
    settled = _by_place(one)
    for key, right in _by_place(other).items():
        made = settled.pop(key, None)
        if right.state == "undetermined" and (made is None or made.state != "undetermined"):
            continue
        bare = [evolve(each, needs=(), questions=()) for each in (made, right) if each is not None]
        if made is None or bare[0] != bare[1] or not set(made.needs) <= set(right.needs):
            return False
    return not settled


def _by_place(duties: Sequence[Duty]) -> dict[tuple[str, tuple[str, ...], int], Duty]:
    """Duties by clause, path and number: a document can come in twice by one path."""
    found: dict[tuple[str, tuple[str, ...], int], Duty] = {}
    for duty in duties:
        count = 0
        while (duty.clause, duty.path, count) in found:
            count += 1
        found[duty.clause, duty.path, count] = duty
    return found


def flips(
    policies: tosdsl.PolicySet, decision: Decision, right: Decision, facts: Any, days: dict[str, Any]
) -> list[str]:
    """What a decision settles of duties that ``right`` leaves open, and some way to fill in unknown
    facts turns around."""
    states = {(duty.clause, duty.path): duty.state for duty in decision.duties}
    open_ = ((duty.clause, duty.path) for duty in right.duties if duty.state == "undetermined")
    settled = {key: states.get(key) for key in open_ if states.get(key) != "undetermined"}
    if not settled:
        return []
    known, random = policies.predicates.use_read(facts, days).facts, Random(0)
    leaves = [each for each in policies.vocabulary.leaves() if each.path not in known]
    for _ in range(_WAYS):
        filled = {each.path: drawn.value(each.type, random) for each in leaves}
        other = told(policies.decide, {**facts, **filled}, **days)
        if other.codes:  # some values that are drawn are wrong
            continue
        states = {(duty.clause, duty.path): duty.state for duty in other.answer.duties}
        for key, state in settled.items():
            if state != states.get(key):
                return [f"duties: {key} is {state}, and {states.get(key)} with {filled}"]
    return []


def _as_asked(found: Told) -> Told:
    """Without what a decision tells of burdens besides, which ``test_presuming`` looks at."""
    if found.codes or found.answer.without is None:
        return found
    return Told(evolve(found.answer, presumed=(), without=None))


def _settles(made: Told, right: Told, verdict: Answer) -> bool:
    """Whether code settles what the reference leaves open because there are too many values for it to
    try: then both ways of code are compared. ``tests/properties/test_exact.py`` tries all values
    for what is settled."""
    if made.codes or right.codes or right.answer.exact:
        return False
    fewer = set(made.answer.possible) < set(right.answer.possible)
    return fewer and verdict is made.answer.verdict


def _compared(
    policies: tosdsl.PolicySet, facts: Any, explain: bool, days: dict[str, date | None]
) -> tuple[list[str], Told]:
    found = []
    right = told(partial(oracle.decide, policies), facts, **days)
    verdict = told(policies.verdict, facts, **days)
    if right.codes:
        if verdict.codes and verdict != right:
            found.append(f"verdict: {verdict}, and should say {right.codes}")
    elif verdict.answer is not right.answer.verdict and not _settles(
        told(policies.decide, facts, **days), right, verdict.answer
    ):
        found.append(f"verdict: {verdict}, and should be {right.answer.verdict}")
    for ask in (policies.decide, policies.decide, partial(in_full, policies)):  # learnt by the second
        decision = _as_asked(told(ask, facts, **days))
        if decision.codes != right.codes:
            found.append(f"decide: {decision.codes}, and should say {right.codes}")
        elif _settles(decision, right, verdict.answer):
            continue
        elif decision != right:
            found += [
                f"decide: {name} is {getattr(decision.answer, name)!r}, and should be {value!r}"
                for name, value in vars(right.answer).items()
                if _differs(name, decision.answer, right.answer)
            ]
            if not right.answer.exact:
                found += flips(policies, decision.answer, right.answer, facts, days)
        elif explain and not right.codes and decision.answer.explanation != right.answer.explanation:
            found.append(f"decide: explains {decision.answer.explain()}, not {right.answer.explain()}")
    return found, right
