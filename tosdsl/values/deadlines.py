"""Deadlines of obligations, and the states that they are in."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from tosdsl.trees.moments import Moment
from tosdsl.trees.quantities import ABSENT, duration
from tosdsl.values.calendar import shift

Truth = bool | None


def last_good(kind: str, moment: Any) -> Any:
    """The last good day or moment of a deadline (``within``, ``by``, ``before``), or the one after
    which ``promptly`` is judged; None if there is none or it is not known."""
    if moment is None or moment is ABSENT:
        return None
    if kind != "before":
        return moment
    one = duration(-1, "second" if isinstance(moment, datetime) else "day")
    return shift(moment, one)


def late(kind: str, moment: Any, day: date | None, now: Moment | None = None) -> Truth:
    """Whether a day is past a deadline, or the moment ``now`` in it. One that is ``none`` never comes.

    Of a deadline at a moment within the day it takes ``now`` to know it. A day alone is one of the zone
    that the deadline is written in.
    """
    if moment is ABSENT:
        return False
    if moment is None or day is None:
        return None
    if not isinstance(moment, datetime):
        return bool(day > last_good(kind, moment))
    if now is not None:
        return now >= moment if kind == "before" else now > moment
    if day != moment.date():
        return day > moment.date()
    return True if kind == "before" and moment.time() == time() else None


def state(owed: Truth, done: Truth, late: Truth) -> str:
    """The state of an obligation."""
    if owed is False:
        return "not_triggered"
    if owed is None:
        return "undetermined"
    if done is True:
        return "fulfilled"
    if late is False:
        return "pending"
    return "breached" if done is False and late is True else "undetermined"
