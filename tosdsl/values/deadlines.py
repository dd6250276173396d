"""Deadlines of obligations, and the states that they are in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tosdsl.trees.quantities import ABSENT, Duration
from tosdsl.values.calendar import shift

Truth = bool | None


def last_good(kind: str, moment: Any) -> Any:
    """The last good day or moment of a deadline (``within``, ``by``, ``before``); None if there is none
    or it is not known."""
    if moment is None or moment is ABSENT:
        return None
    if kind != "before":
        return moment
    return shift(moment, Duration(-1, "seconds" if isinstance(moment, datetime) else "days"))


def late(kind: str, moment: Any, as_of: date | None) -> Truth:
    """Whether a day is past a deadline. One that is ``none`` never comes.

    Of a moment within the day, in its own zone, it is not known whether it has passed.
    """
    if moment is ABSENT:
        return False
    last = last_good(kind, moment)
    if last is None or as_of is None:
        return None
    if not isinstance(last, datetime):
        return bool(as_of > last)
    day = last.date()
    return None if as_of == day else as_of > day


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
