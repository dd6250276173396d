"""Parts of a day: the typing of `month of day`, `day of week of day`, `start of year 2024`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tosdsl.elaborate.types import DATE, INSTANT, INTEGER, article, type_of
from tosdsl.trees import expressions as ex
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v

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
    from tosdsl.elaborate.expressions import brief  # the two modules type one another's parts

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
