"""The passes that answer a question, in their order: evidence, meaning, decision.

    Use -> weighed, once for each reading -> Findings -> Decision

Here and in ``pipeline`` alone is it known which pass follows which.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from tosdsl.decision.alternatives import either
from tosdsl.decision.build import decision
from tosdsl.decision.model import Decision
from tosdsl.decision.readings import combine
from tosdsl.facts.evidence import under_each_reading, weigh, weigh_allegations_first
from tosdsl.reference.decide import find, verdicts
from tosdsl.reference.ladder import has_ladder, open_rungs
from tosdsl.trees.facts import Use
from tosdsl.trees.findings import Findings, OpenRung
from tosdsl.trees.norms import Linked
from tosdsl.verdict import Verdict


def answer(linked: Linked, use: Use) -> tuple[Decision, Findings]:
    """The decision on a use, and the findings that its explanation is made of.

    Where readings agree, these are the first one's; where they split, those of the use in which
    what they supply is unknown.
    """
    ladder = _ladder(linked, use)
    each = [evolve(find(linked, weigh(one)), ladder=ladder) for one in under_each_reading(use)]
    made = [decision(findings) for findings in each]
    if not use.readings:
        return made[0], each[0]
    open_ = evolve(find(linked, weigh(use)), ladder=ladder)
    whole = combine(decision(open_), use.readings, made)
    return whole, each[0] if whole.agree else open_


def answer_any(several: Sequence[Linked], use: Use) -> Decision:
    """The decision where it is open which of these govern."""
    return either([answer(linked, use)[0] for linked in several])


def answer_verdict(several: Sequence[Linked], use: Use) -> Verdict:
    """The verdict alone: that of ``answer_any``, with nothing else worked out."""
    uses = [weigh(one) for one in under_each_reading(use)]
    remaining = {each for linked in several for one in uses for each in verdicts(linked, one)}
    return Verdict(remaining.pop()) if len(remaining) == 1 else Verdict.UNDETERMINED


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
