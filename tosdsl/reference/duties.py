"""Obligations: triggered, done, due, late.

With t the day of the use: not triggered without force; fulfilled if what must be is; pending if it is
not, or may not be, and is not late; breached if it is not and is late, or has no deadline; otherwise
undetermined. "Within N days after X" is late from the day after X + N.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from tosdsl.reference.evaluate import Values, evaluate, worked_out
from tosdsl.reference.truth import Truth, conjunction
from tosdsl.trees import norms as n
from tosdsl.trees.facts import Facts, Use
from tosdsl.trees.findings import DutyFinding, NormFinding
from tosdsl.trees.quantities import ABSENT, Duration
from tosdsl.values.calendar import shift


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
    due, late = deadline(norm.deadline, use.as_of, use.facts, values)
    return DutyFinding(state(force, done, late), done, due, late)


def state(force: Truth, done: Truth, late: Truth) -> str:
    """The state of an obligation."""
    if force is False:
        return "not_triggered"
    if force is None:
        return "undetermined"
    if done is True:
        return "fulfilled"
    if late is False:
        return "pending"
    return "breached" if done is False and late is True else "undetermined"


def deadline(
    item: n.Deadline | None, as_of: date | None, facts: Facts, values: Values
) -> tuple[date | datetime | None, Truth]:
    """The last good day or moment, and whether the day of the use is past it.

    Without a deadline what is not so now is too late; a deadline that is ``none`` never comes. Of a
    moment within the day of the use, in its own zone, it is not known whether it has passed.
    """
    if item is None:
        return None, True
    moment: Any = evaluate(item.moment, facts, values)
    if moment is ABSENT:
        return None, False
    if moment is None:
        return None, None
    if item.kind == "before":
        moment = _just_before(moment)
    if as_of is None:
        return moment, None
    if not isinstance(moment, datetime):
        return moment, as_of > moment
    day = moment.date()
    return moment, None if as_of == day else as_of > day


def _just_before(moment: Any) -> Any:
    return shift(moment, Duration(-1, "seconds" if isinstance(moment, datetime) else "days"))
