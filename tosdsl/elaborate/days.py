"""Parts of a day: the typing of `month of day`, `day of week of day`, `start of year 2024`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tosdsl.diagnostics.zones import misread_in_zone
from tosdsl.elaborate.brief import brief
from tosdsl.elaborate.types import DATE, INSTANT, INTEGER, article, type_of
from tosdsl.trees import expressions as ex
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v
from tosdsl.trees.zones import misnamed

if TYPE_CHECKING:
    from tosdsl.elaborate.expressions import Typer

_OF_A_NUMBER = ("start of year", "end of year")
_MADE: dict[str, v.Type] = {
    "day of week of": v.WEEKDAY,
    "day of month of": INTEGER,
    "month of": INTEGER,
    "year of": INTEGER,
}
"""What a part is; all others are days."""


def part_of_day(typer: Typer, expr: s.PartOfDay) -> ex.Expr | None:
    """``month of day``, and the days on which a year begins and ends; None with a report."""
    day = typer.infer(expr.day)
    if day is None:
        return None
    kind, part, text = v.bare(type_of(day)), expr.part, brief(expr.day)
    of_a_number = part in _OF_A_NUMBER
    if kind == INSTANT:
        typer.report("TOS2060", expr.span, None, part=part, text=text)
        return None
    if kind != (INTEGER if of_a_number else DATE):
        words = {"part": part, "text": text, "type": article(type_of(day))}
        typer.report("TOS2061", expr.span, None, **words, hint=_hint(part, kind, text))
        return None
    if of_a_number and isinstance(day, ex.Literal) and not _is_a_year(day.value):
        typer.report("TOS2062", expr.day.span, None, text=text)
        return None
    made = _MADE.get(part, DATE)
    made = made if kind == type_of(day) else v.OptionalOf(made)
    return ex.PartOfDay(part, day, made, span=expr.span)


def part_of_moment(typer: Typer, expr: s.PartOfMoment) -> ex.Expr | None:
    """``hour of moment in ZONE``; None with a report."""
    wrong = misnamed(expr.zone.text)
    if wrong is not None:
        words = (wrong.zone, wrong.clock, wrong.instead, wrong.near)
        typer.problems.append(misread_in_zone(wrong.reason, expr.zone.span, *words))
    moment = typer.infer(expr.moment)
    if moment is None or wrong is not None:
        return None
    kind = type_of(moment)
    if v.bare(kind) != INSTANT:
        text, is_date = brief(expr.moment), v.bare(kind) == DATE
        hint = _OF_A_DAY[expr.part == "day of"].format(text=text) if is_date else _OF_NO_MOMENT
        words_ = {"part": expr.part, "text": text, "type": article(kind), "hint": hint}
        typer.report("TOS2140", expr.moment.span, None, **words_)
        return None
    made = DATE if expr.part == "day of" else INTEGER
    there = ex.InZone(moment, expr.zone.text, kind, span=expr.span)
    return ex.PartOfDay(
        expr.part, there, made if kind == v.bare(kind) else v.OptionalOf(made), span=expr.span
    )


_OF_NO_MOMENT = "Name an `instant`: clocks show the time of a moment."
_OF_A_DAY = {
    True: "It is a day, wherever one is: write `{text}` alone.",
    False: "A date has no hour; declare an `instant`, and ask for its hour.",
}


def _is_a_year(number: object) -> bool:
    return isinstance(number, int) and date.min.year <= number <= date.max.year


def _hint(part: str, kind: v.Type, text: str) -> str:
    """How to ask for what is meant, in a sentence."""
    if kind == DATE:
        return f"Write `{part} of {text}`."
    if kind == INTEGER and part.removesuffix(" of") in _OF_A_NUMBER:
        return f"Write `{part.removesuffix(' of')} {text}`."
    if part in _OF_A_NUMBER:
        return f"Name a year by its number, `{part} 2024`, or by a day of it, `{part} of DAY`."
    return "Name a `date`: only a date has such a part."
