"""What an obligation asks, and until when: ``must`` with its deadline."""

from __future__ import annotations

from tosdsl.elaborate.brief import brief
from tosdsl.elaborate.expressions import Typer
from tosdsl.elaborate.types import DATE, INSTANT, article, type_of
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v
from tosdsl.trees.duties import in_time
from tosdsl.trees.quantities import Duration, duration
from tosdsl.values.periods import FIRST_MISSED

_LOGIC = (s.Block, s.And, s.Or, s.Not, s.Compare, s.Quantified)
"""What is no day, whatever it is made of."""


def owed(item: s.Norm, typer: Typer) -> tuple[ex.Expr | None, ex.Expr | None, n.Deadline | None]:
    """The condition that must be, the day that ``must`` names in its place, and the deadline."""
    if item.deadline is not None and item.deadline.kind == "every":
        return _recurring(item, item.deadline, typer)
    if item.must is None or isinstance(item.must, _LOGIC):
        must = None if item.must is None else typer.condition(item.must)
        return must, None, _deadline(item, typer)
    named = typer.infer(item.must)
    if named is None or v.bare(type_of(named)) not in (DATE, INSTANT):
        must = None if named is None else typer.condition(item.must)
        return must, None, _deadline(item, typer)
    deadline = _deadline(item, typer)
    if not _is_comparable(item, named, deadline, typer) or deadline is None:
        return None, None, deadline
    must, deadline = in_time(named, deadline)
    return must, named, deadline


def _is_comparable(item: s.Norm, made: ex.Expr, deadline: n.Deadline | None, typer: Typer) -> bool:
    """Whether the day that is named can be put beside the deadline; if not, with a report."""
    assert item.must is not None
    text, kind = brief(item.must), type_of(made)
    noun = "day" if v.bare(kind) == DATE else "moment"
    if item.deadline is None and not typer.lost:
        other = f", or `must {text} is not none`" if isinstance(kind, v.OptionalOf) else ""
        typer.report("TOS2039", item.must.span, text=text, noun=noun, other=other)
    if deadline is None:
        return False
    due = v.bare(type_of(deadline.moment))
    if noun == "moment" or deadline.kind == "promptly" or due == DATE:
        return True
    assert item.deadline is not None
    typer.report("TOS2040", item.must.span, text=text, due=brief(item.deadline.moment))
    return False


def _deadline(norm: s.Norm, typer: Typer) -> n.Deadline | None:
    """The last day, or the first that is too late, or the day after which that is judged."""
    item, late = norm.deadline, norm.late
    promptly = item is not None and item.kind == "promptly"
    if late is not None and not promptly and not typer.lost:
        typer.report("TOS1055", late.span)
    if item is None:
        return None
    if promptly and late is None:
        if not typer.lost:
            typer.report("TOS1054", item.span, text=f"promptly after {brief(item.moment)}")
        return None
    moment = item.moment
    if item.length is not None:
        moment = s.Arithmetic("+", item.moment, item.length, item.excluding, span=item.span)
    made = typer.infer(moment)
    if made is None:
        return None
    kind = type_of(made)
    if v.bare(kind) == INSTANT and typer.zone is not None and not isinstance(made, ex.InZone):
        made = ex.InZone(made, typer.zone, kind, span=made.span)
    if v.bare(kind) in (DATE, INSTANT):
        judged = None if late is None else typer.condition(late)
        return n.Deadline(item.kind, made, span=item.span, zone=typer.zone, judged=judged)
    words = {"left": brief(item.moment), "left_type": article(kind), "right": "a deadline"}
    words["hint"] = "Name a fact that is a `date` or an `instant`, or write the date."
    typer.report("TOS2006", item.moment.span, None, **words, right_type="a date")
    return None


def _recurring(
    norm: s.Norm, item: s.Deadline, typer: Typer
) -> tuple[ex.Expr | None, ex.Expr | None, n.Deadline | None]:
    """What has to be done in each of the periods that follow each other."""
    if norm.late is not None and not typer.lost:
        typer.report("TOS1055", norm.late.span)
    days = None if norm.must is None else typer.infer(norm.must)
    start, length = typer.infer(item.moment), _period(item, typer)
    if days is not None and norm.must is not None and type_of(days) != v.ListOf(DATE):
        kind = article(type_of(days))
        typer.report("TOS2042", norm.must.span, text=brief(norm.must), type=kind)
        days = None
    if start is not None and v.bare(type_of(start)) != DATE:
        words = {"left": brief(item.moment), "left_type": article(type_of(start)), "right": "`from`"}
        words["hint"] = "Name a fact that is a `date`, or write the date."
        typer.report("TOS2006", item.moment.span, None, **words, right_type="a date")
        start = None
    if days is None or start is None or length is None:
        return None, None, None
    first = ex.PeriodEnd(FIRST_MISSED, start, days, length, type_of(start), span=item.span)
    must, made = in_time(days, n.Deadline("every", first, span=item.span, zone=typer.zone))
    return must, days, made


def _period(item: s.Deadline, typer: Typer) -> Duration | None:
    """How long each period is; None with a report."""
    length = item.length
    if isinstance(length, s.DurationLiteral):
        made = duration(length.count, length.unit)
        if made.unit in {"days", "months"} and made.count > 0:
            return made
    assert length is not None
    typer.report("TOS2041", length.span, text=brief(length))
    return None
