"""Deadlines as conditions, where ``must`` names a day, and as words."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from tosdsl.trees import expressions as ex
from tosdsl.trees.norms import Deadline
from tosdsl.trees.quantities import ABSENT
from tosdsl.trees.vocabulary import Date, Instant, OptionalOf, Type, bare
from tosdsl.trees.wording import words


def in_time(on: ex.Expr, deadline: Deadline) -> tuple[ex.Expr, Deadline]:
    """That a day is known and not after the last good one, and the deadline that knows of it.

    A deadline that is ``none`` never comes: no day is after it. What is owed promptly is in time unless
    it is judged to be late. A moment is beside a due day by its own day, in the zone of the deadlines.
    What recurs is done if the first period in which it was not is still to come.
    """
    if isinstance(deadline.moment, ex.PeriodEnd):
        today = ex.DayOfUse(Date(), zone=deadline.zone, span=on.span)
        at_hand = evolve(deadline.moment, which="at hand", of=today)
        first = evolve(at_hand, of=deadline.moment.start)
        over = ex.Compare(">", today, first, span=on.span)
        done_so_far = ex.Compare(">", deadline.moment, at_hand, span=on.span)
        return done_so_far, evolve(deadline, first_over=over)
    kind, due = _type(on), _type(deadline.moment)
    op = ">=" if deadline.kind == "before" else ">"
    day = on
    if isinstance(bare(kind), Instant) and isinstance(bare(due), Date):
        there = on if deadline.zone is None else ex.InZone(on, deadline.zone, kind, span=on.span)
        its: Type = OptionalOf(Date()) if isinstance(kind, OptionalOf) else Date()
        day = ex.PartOfDay("day of", there, its, span=on.span)
    missed: ex.Expr = ex.Compare(op, day, deadline.moment, span=on.span)
    if deadline.judged is not None:
        missed = deadline.judged
    else:
        deadline = evolve(deadline, missed=missed)
    done: ex.Expr = ex.Not(missed, span=on.span)
    if isinstance(kind, OptionalOf):
        absent = ex.Compare("is", on, ex.Literal(ABSENT, kind, span=on.span), span=on.span)
        done = ex.And((ex.Not(absent, span=on.span), done), span=on.span)
    return done, deadline


def _type(value: Any) -> Type:
    """The type of a day or a moment, which says its own."""
    kind: Type = value.type
    return kind


def deadline_words(item: Deadline, moment: ex.Expr | None = None, judged: ex.Expr | None = None) -> str:
    """A deadline as text; others may stand in the place of its expressions."""
    its = moment or item.moment
    if isinstance(its, ex.PeriodEnd):
        return f"every {its.length} from {words(its.start)}"
    begins = "promptly after" if item.kind == "promptly" else item.kind
    said = f"{begins} {words(its)}"
    judged = judged or item.judged
    return said if judged is None else f"{said}, late when {words(judged)}"
