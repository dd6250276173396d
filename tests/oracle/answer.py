"""The answer to a question by the reference: evidence, meaning, decision.

Use -> weighed, once for each reading -> Findings -> Decision
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from unittest import mock

from attrs import evolve

from tests.oracle.build import decision
from tosdsl import asking
from tosdsl.base import limits
from tosdsl.base.verdict import Verdict
from tosdsl.decision.alternatives import either
from tosdsl.decision.model import Decision
from tosdsl.decision.readings import combine
from tosdsl.diagnostics.model import mistake
from tosdsl.engine import interpreted
from tosdsl.engine.answers import said
from tosdsl.engine.steps import Counter
from tosdsl.errors import FactError
from tosdsl.facade import PolicySet
from tosdsl.facts.evidence import under_each_reading, weigh, weigh_allegations_first
from tosdsl.reference.decide import find, verdicts
from tosdsl.reference.ladder import has_ladder, open_rungs
from tosdsl.reference.limited import limits_told
from tosdsl.trees.facts import Use
from tosdsl.trees.findings import Findings, OpenRung
from tosdsl.trees.norms import Linked
from tosdsl.trees.standings import what_is_open
from tosdsl.trees.versions import in_force

_PATIENT = 400_000
"""Facts that the reference learns for one question where it may take its time."""


@contextmanager
def patient() -> Iterator[None]:
    """With this, the reference looks 200 times as long for what is so in any case."""
    with mock.patch("tosdsl.reference.completions._WORK", _PATIENT):
        yield


def decide(policies: PolicySet, facts: object, **more: object) -> Decision:
    """The decision on facts as a program gives them; see ``PolicySet.decide``."""
    return decide_use(policies, asking.use_said(policies.choices, facts, None, **more))


def decide_use(policies: PolicySet, use: Use) -> Decision:
    """The decision on a use that has been read."""
    return answer_any(policies.alternatives(use.as_of, use.known_at), use)


def verdict(policies: PolicySet, facts: object, **more: object) -> Verdict:
    """The verdict alone."""
    use = asking.use_said(policies.choices, facts, None, **more)
    return answer_verdict(policies.alternatives(use.as_of, use.known_at), use)


def answer(linked: Linked, use: Use) -> tuple[Decision, Findings]:
    """The decision on a use, and the findings that its explanation is made of.

    Where readings agree, these are the first one's; where they split, those of the use in which
    what they supply is unknown. Raises FactError if it would take too many steps.
    """
    several = interpreted.interpretations(linked)
    if not several:
        return _answer(linked, use)
    use = interpreted.chosen_here(use, several)
    made, found = _answer(linked, use)
    full = interpreted.each_way(use, several, interpreted.asked_by(made))
    if full is not use:
        made, found = _answer(linked, full)
    return interpreted.told(made, full, several), found


def _answer(linked: Linked, use: Use) -> tuple[Decision, Findings]:
    """The same where what is not said of a text is as a fact that is not known."""
    uses = [weigh(one) for one in under_each_reading(use)]
    _affordable(linked, uses)
    ladder = _ladder(linked, use)
    each = [evolve(_found(linked, one), ladder=ladder) for one in uses]
    made = [decision(findings) for findings in each]
    if not use.readings:
        return made[0], each[0]
    open_ = evolve(_found(linked, weigh(use)), ladder=ladder)
    whole = combine(decision(open_), use.readings, made)
    return whole, each[0] if whole.agree else open_


def answer_any(several: Sequence[Linked], use: Use) -> Decision:
    """The decision where it is open which of these govern."""
    wholes = [(linked, in_force(linked, use.as_of, use.known_at)) for linked in several]
    open_ = what_is_open(wholes, use.as_of, use.known_at)
    return either([answer(linked, use)[0] for linked in several], open_)


def answer_verdict(several: Sequence[Linked], use: Use) -> Verdict:
    """The verdict alone: that of ``answer_any``, with nothing else worked out."""
    uses = [weigh(one) for one in under_each_reading(use)]
    for linked in several:
        _affordable(linked, uses)
    remaining = {each for linked in several for one in uses for each in verdicts(linked, one)}
    return Verdict(remaining.pop()) if len(remaining) == 1 else Verdict.UNDETERMINED


def _affordable(linked: Linked, uses: Iterable[Use]) -> None:
    """Raises FactError if the lists and texts of a use are too long for what is asked of them."""
    counter = Counter.of(linked)
    if not counter:
        return
    taken = sum(counter.steps(use.facts.get) for use in uses)
    if taken > limits.MAX_STEPS:
        wrong = mistake("TOS5027", None, size=taken, limit=limits.MAX_STEPS)
        raise FactError((wrong,), {})


def _found(linked: Linked, use: Use) -> Findings:
    """What is found of a use, with a warning for each limit that what is open has met."""
    found = find(linked, use)
    made = decision(found)
    open_ = {each.clause for each in made.duties if each.state == "undetermined"}
    met = limits_told(found, made.verdict is Verdict.UNDETERMINED, open_)
    if not met:
        return found
    return evolve(found, use=evolve(use, warnings=(*use.warnings, *said(met))))


def _ladder(linked: Linked, use: Use) -> tuple[OpenRung, ...]:
    """What is open does not hang on the standard that was asked for: both are looked at."""
    if not has_ladder(linked):
        return ()
    readings = under_each_reading(use)
    return open_rungs(
        linked,
        [weigh(one, "confirmed") for one in readings],
        [weigh(one, "alleged") for one in readings],
        [weigh_allegations_first(one) for one in readings],
    )
