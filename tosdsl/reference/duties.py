"""Obligations: triggered, done, due, late.

With t the day or the moment of the use: not triggered without force; fulfilled if what must be is;
pending if it is not, or may not be, and is not late; breached if it is not and is late, or has no
deadline; otherwise undetermined. "Within N days after X" is late from the day after X + N. "Promptly
after X" is late after X, where that is judged to be late, and has no last good day. What recurs is
late after the first period in which it was not done, and never before the end of the first of all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from tosdsl.reference.evaluate import Values, evaluate, worked_out
from tosdsl.trees import norms as n
from tosdsl.trees.facts import Use
from tosdsl.trees.findings import DutyFinding, NormFinding
from tosdsl.trees.zones import day_in
from tosdsl.values.deadlines import last_good, late, state
from tosdsl.values.truth import Truth, conjunction, disjunction


def duties(
    linked: n.Linked, use: Use, found: Mapping[n.NormKey, NormFinding]
) -> dict[n.NormKey, DutyFinding]:
    """The finding of every obligation of every document."""
    values = [worked_out(d.policy.definitions, use) for d in linked.documents]
    return {
        key: _duty(norm, found[key], use, values[key[0]])
        for key, norm in linked.norms()
        if norm.modality == "require"
    }


def _duty(norm: n.Norm, found: NormFinding, use: Use, values: Values) -> DutyFinding:
    force = conjunction((found.scope, found.force))
    done: Truth = True if norm.must is None else evaluate(norm.must, use.facts, values)
    due, past = deadline(norm.deadline, use, values)
    return DutyFinding(state(force, done, past), done, due, past)


def deadline(item: n.Deadline | None, use: Use, values: Values) -> tuple[date | datetime | None, Truth]:
    """The last good day or moment, and whether the use is past it.

    Without a deadline what is not so now is too late. Where no day of the use is said, what was done
    after the last good day is too late: no use is before the day on which it was done.
    """
    if item is None:
        return None, True
    moment: Any = evaluate(item.moment, use.facts, values)
    past = late(item.kind, moment, day_in(use.as_of, item.zone), use.moment)
    if item.missed is not None and use.as_of is None:
        past = disjunction((past, evaluate(item.missed, use.facts, values)))
    if item.first_over is not None:
        past = conjunction((past, evaluate(item.first_over, use.facts, values)))
    if item.judged is not None:
        return None, conjunction((past, evaluate(item.judged, use.facts, values)))
    return last_good(item.kind, moment), past
