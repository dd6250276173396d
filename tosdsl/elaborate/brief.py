"""Written expressions, shortened, for the sentences of mistakes."""

from __future__ import annotations

from typing import assert_never

from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v
from tosdsl.trees.quantities import decimal_words, number_words
from tosdsl.trees.uses import atom
from tosdsl.trees.wording import before

_LONG = 100_000
"""A number from which on its digits are grouped."""

_BRIEF = 60
"""Characters of an expression that a sentence repeats."""


def brief(expr: s.Expr) -> str:
    """A written expression, shortened, for a sentence."""
    text = _written(expr)
    return text if len(text) <= _BRIEF else text[: _BRIEF - 1] + "…"


def _written(expr: s.Expr) -> str:
    match expr:
        case s.Name(text=text):
            return text
        case s.DayOfUse():
            return v.DAY_OF_USE
        case s.Text(value=value):
            return f'"{value}"'
        case s.BooleanLiteral(value=value):
            return "yes" if value else "no"
        case s.IntegerLiteral(value=count):
            return number_words(count) if abs(count) >= _LONG else str(count)
        case s.DateLiteral(value=value):
            return str(value)
        case s.NumberLiteral(value=number):
            return decimal_words(number)
        case s.MoneyLiteral(amount=amount, currency=currency):
            return f"{number_words(amount)} {currency}"
        case s.DurationLiteral(count=count, unit=unit):
            return f"{count} {unit}{'' if count == 1 else 's'}"
        case s.InstantLiteral():
            return atom(expr)
        case s.SetOf(items=items):
            return "{" + ", ".join(map(brief, items[:_BRIEF])) + "}"
        case s.Compare(op=op, left=left, right=right) | s.Arithmetic(op=op, left=left, right=right):
            return f"{brief(left)} {op} {brief(right)}"
        case s.Not(item=item):
            return f"not {brief(item)}"
        case s.Shown(item=item):
            return f"it is shown that {brief(item)}"
        case s.And(items=items):
            return " and ".join(map(brief, items[:_BRIEF]))
        case s.Or(items=items):
            return " or ".join(map(brief, items[:_BRIEF]))
        case s.Block(kind=kind):
            return f"{kind} of …"
        case s.Call(name=name, arguments=arguments):
            return f"{name.text}({', '.join(map(brief, arguments[:_BRIEF]))})"
        case s.Convert(value=inner, currency=name):
            return f"{brief(inner)} as {name.text}"
        case s.Rounded(value=inner):
            return f"{brief(inner)} rounded …"
        case s.PartOfDay(part=part, day=day):
            return f"{part} {brief(day)}"
        case s.PartOfMoment(part=part, moment=inner, zone=zone):
            return f"{part} {brief(inner)} in {zone.text}"
        case s.Conditional(condition=condition):
            return f"if {brief(condition)} then …"
        case s.Quantified(kind=kind, variable=name, over=over):
            return f"{kind} {name.text} in {brief(over)} …"
        case s.Aggregate(kind=kind, variable=name, over=over):
            return f"{before(kind)}({name.text} in {brief(over)} …)"
    assert_never(expr)
