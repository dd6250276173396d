"""Types in sentences, types of typed expressions, and which type stands where which is wanted."""

from __future__ import annotations

import re
from typing import assert_never

from tosdsl.diagnostics.days import days_meant, written_right
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.trees import expressions as ex
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v
from tosdsl.trees.quantities import KINDS, number_words

BOOLEAN = v.Boolean()
INTEGER = v.Integer()
NUMBER = v.Number()
DATE = v.Date()
INSTANT = v.Instant()
_NUMBERS = (INTEGER, NUMBER)
_CURRENCY = 3
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


def article(kind: v.Type) -> str:
    """A type in a sentence."""
    match kind:
        case v.Enum():
            return f"a member of {kind.name}"
        case v.Money():
            return str(kind)
        case _:
            return f"{'an' if str(kind)[0] in 'aeiou' else 'a'} {kind}"


def comparing_hint(expr: s.Expr, found: v.Type, wanted: v.Type) -> str:
    """How a value of one type comes to compare with another, in a sentence."""
    found, wanted = v.bare(found), v.bare(wanted)
    match expr, wanted:
        case (s.IntegerLiteral() | s.NumberLiteral(), v.Money(currency=currency)):
            return f"Write the currency too: `{number_words(expr.value)} {currency}`."
        case (s.IntegerLiteral(value=count), v.Duration(kind=kind)):
            return f"Write the unit too: `{count} {kind if count != 1 else kind.removesuffix('s')}`."
        case (s.MoneyLiteral() | s.DurationLiteral(), v.Integer() | v.Number()):
            number = expr.amount if isinstance(expr, s.MoneyLiteral) else expr.count
            return (
                f"Write the number alone, `{number_words(number)}`, or declare the fact as `{found}`."
            )
        case (s.Text(value=value), v.Date()) if _DAY.match(value):
            return f"Write the date without quotation marks: `{value}`."
        case (s.Text(value=value), v.Date()) if days_meant(value):
            return written_right(value)
        case (s.Arithmetic(), v.Date()) if days_meant(written := _divided(expr)):
            return written_right(written)
        case (s.Text(value=value), v.Enum(members=members)) if value in members:
            return f"Write the member without quotation marks: `{value}`."
    if wanted == BOOLEAN:
        return "It is `yes` or `no`."
    if {type(found), type(wanted)} == {v.Date, v.Instant}:
        return "A date is a whole day and an instant a moment of it; declare both alike."
    return "Compare two things of one type."


def _divided(expr: s.Expr) -> str:
    """``03/01/2025`` as it was written: it reads as two divisions."""
    match expr:
        case s.IntegerLiteral(value=value):
            return str(value)
        case s.Arithmetic(op="/", left=left, right=right):
            return f"{_divided(left)}/{_divided(right)}"
    return ""


def type_of(expr: ex.Expr) -> v.Type:
    """The type of a typed expression."""
    match expr:
        case ex.Compare() | ex.Not() | ex.And() | ex.Or() | ex.Quantified() | ex.Shown() | ex.Late():
            return BOOLEAN
        case (
            ex.Literal()
            | ex.FactRef()
            | ex.DayOfUse()
            | ex.DefinitionRef()
            | ex.SetOf()
            | ex.Variable()
            | ex.Call()
            | ex.Arithmetic()
            | ex.Extreme()
            | ex.Convert()
            | ex.Rounded()
            | ex.PartOfDay()
            | ex.InZone()
            | ex.PeriodEnd()
            | ex.Conditional()
            | ex.Aggregate()
        ):
            return expr.type
    assert_never(expr)


def comparable(one: v.Type, other: v.Type) -> bool:
    """Whether values of the types compare: they are alike, or both are numbers; ``none`` apart."""
    one, other = v.bare(one), v.bare(other)
    if isinstance(one, v.ListOf) and isinstance(other, v.ListOf):
        return comparable(one.item, other.item)
    return one == other or (one in _NUMBERS and other in _NUMBERS)


def accepts(wanted: v.Type, given: v.Type) -> bool:
    """Whether a value of the given type can stand for a parameter of the wanted one.

    One that may be ``none`` will do, but not as a condition: what is absent is neither true nor false.
    """
    given = given if v.bare(given) == BOOLEAN else v.bare(given)
    wanted = v.bare(wanted)
    return wanted == given or (wanted == NUMBER and given == INTEGER)


def with_unit(expr: s.TypeExpr, problems: list[Diagnostic]) -> v.Type | None:
    """``money in USD``, ``duration in days``: the type, or None with a report."""
    if expr.name == "money":
        unit = expr.unit
        if unit is None:
            problems.append(mistake("TOS2024", expr.span, name="money", instead="`money in USD`"))
        elif len(unit) == _CURRENCY and unit.isalpha() and unit.isupper():
            return v.Money(unit)
        else:
            hint = "A currency is three capital letters, as in `money in USD`."
            problems.append(mistake("TOS2025", expr.span, name="money", unit=unit, hint=hint))
        return None
    if expr.unit is None:
        instead = "`duration in days`, `in months`, `in hours` or `in business days`"
        problems.append(mistake("TOS2024", expr.span, name="duration", instead=instead))
    elif expr.unit in KINDS:
        return v.Duration(KINDS[expr.unit])
    else:
        hint = f"Durations are in {', '.join(KINDS)}."
        problems.append(mistake("TOS2025", expr.span, name="duration", unit=expr.unit, hint=hint))
    return None
