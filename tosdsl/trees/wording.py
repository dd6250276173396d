"""A typed condition back as text, in the language's own words. One line, brackets where needed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import assert_never

from attrs import evolve

from tosdsl.trees import expressions as ex
from tosdsl.trees.moments import Moment
from tosdsl.trees.quantities import number_words
from tosdsl.trees.rows import Row
from tosdsl.trees.uses import quoted
from tosdsl.trees.vocabulary import DAY_OF_USE, MOMENT_OF_USE, Text, bare, name_in_text

_LISTED = 2
"""Records of a list that a sentence shows; of more it says how many they are."""
_ITEMS, _FIRST = 12, 8
"""Items of a list that a sentence shows; of more it shows the first, and says how many there are."""
_ALONE = (
    *(ex.Literal, ex.FactRef, ex.DayOfUse, ex.DefinitionRef, ex.Variable, ex.Call, ex.Extreme),
    ex.Aggregate,
)
"""What is one word, or has brackets of its own."""
_NEGATED = {"is": "is not", "in": "not in"}


def words(expr: ex.Expr) -> str:
    """The condition or value as text."""
    match expr:
        case ex.Literal(value=value):
            return quoted(value) if isinstance(value, str) and _is_text(expr) else value_words(value)
        case ex.FactRef(path=path):
            return name_in_text(path) or path
        case ex.DayOfUse(zone=zone):
            return f"{DAY_OF_USE} in {zone}" if zone else DAY_OF_USE
        case ex.Late(kind=kind, moment=moment):
            return f"{MOMENT_OF_USE} {'>=' if kind == 'before' else '>'} {_single(moment)}"
        case ex.DefinitionRef(name=name):
            return name
        case ex.SetOf(items=[ex.Literal(value=Row()), *_] as items):
            return value_words(tuple(each.value for each in items if isinstance(each, ex.Literal)))
        case ex.SetOf(items=items):
            return "{" + ", ".join(words(item) for item in items) + "}"
        case ex.Variable(name=name, field=field):
            return f"{name}.{field}" if field else name
        case ex.Compare(op=op, left=left, right=right):
            test = op.removesuffix(" ignoring case")
            return f"{_single(left)} {test} {_single(right)}{op.removeprefix(test)}"
        case ex.Call(name=name, arguments=arguments):
            return f"{name}({', '.join(map(words, arguments))})"
        case ex.Extreme(kind=kind, items=items):
            return f"{kind}({', '.join(map(words, items))})"
        case ex.Arithmetic(op=op, left=left, right=right, excluding=excluding):
            less = f" excluding {_single(excluding)}" if excluding else ""
            return f"{_tight(left, op, '')} {op} {_tight(right, op, '-')}{less}"
        case ex.Convert(value=value, currency=currency, rate=rate):
            return f"{_tight(value, '*', '')} as {currency} at {_tight(rate, '*', '/')}"
        case ex.Rounded(value=value, way=way, step=step):
            before, after = rounding_words(way)
            return f"{_single(value)} {before} {words(step)}{after}"
        case ex.PartOfDay(part=part, day=ex.InZone(moment=moment, zone=zone)):
            return f"{part} {_alone(moment)} in {zone}"
        case ex.InZone(ex.Arithmetic(left=ex.InZone(moment=moment)) as later, zone, keeps=True):
            return f"{words(evolve(later, left=moment))} in {zone}"
        case ex.InZone(moment=moment, zone=zone):
            return f"{_single(moment)} in {zone}"
        case ex.PartOfDay(part=part, day=day):
            return f"{part} {_alone(day)}"
        case ex.PeriodEnd(which=which, start=start, of=days, length=length):
            said = "without" if which == "first missed" else "around"
            return f"end of the {length} from {words(start)} {said} {words(days)}"
        case ex.Conditional(condition=condition, then=then, otherwise=otherwise):
            return f"if {_single(condition)} then {_single(then)} else {words(otherwise)}"
        case ex.Quantified(kind=kind, variable=variable, over=over, body=body):
            return f"{kind} {variable} in {_single(over)} satisfies {_bracketed(body)}"
        case ex.Aggregate():
            return _aggregate(expr)
        case ex.Not(item=ex.Compare(op="is" | "in" as op, left=left, right=right)):
            return f"{_single(left)} {_NEGATED[op]} {_single(right)}"
        case ex.Not(item=ex.DefinitionRef(name=name)) if " " in name:  # the state of an obligation
            return name.replace(" is ", " is not ")
        case ex.Shown(item=item):
            return f"it is shown that {words(item)}"
        case ex.Not(item=item):
            return f"not {_bracketed(item)}"
        case ex.And(items=items):
            return " and ".join(_bracketed(item) for item in items)
        case ex.Or(items=items):
            return " or ".join(_bracketed(item) for item in items)
    assert_never(expr)


def _alone(expr: ex.Expr) -> str:
    return words(expr) if isinstance(expr, _ALONE) else f"({words(expr)})"


def _is_text(literal: ex.Literal) -> bool:
    return isinstance(bare(literal.type), Text)


def _aggregate(expr: ex.Aggregate) -> str:
    value = f"{_single(expr.value)} for " if expr.value else ""
    where = f" where {words(expr.where)}" if expr.where else ""
    window = f", in any {expr.window} by {words(expr.by)}" if expr.window and expr.by else ""
    per = f", per {words(expr.per)}" if expr.per else ""
    return f"{before(expr.kind)}({value}{expr.variable} in {_single(expr.over)}{where}{window}{per})"


def before(kind: str) -> str:
    """The word that stands before the bracket of an aggregate."""
    return f"{kind} " if kind in ex.EXTREMES else kind


def _tight(expr: ex.Expr, op: str, last: str) -> str:
    """An operand of ``op``, in brackets if it would be read otherwise; ``last``: on the right side."""
    loose = isinstance(expr, ex.Arithmetic) and expr.op in "+-" and (op in "*/" or bool(last))
    same = isinstance(expr, ex.Arithmetic) and bool(last) and op in "*/"
    rounds = isinstance(expr, ex.Rounded)
    return f"({words(expr)})" if loose or same or rounds else _single(expr)


def rounding_words(way: str) -> tuple[str, str]:
    """What stands before the step, and behind it."""
    if way in {"up", "down"}:
        return f"rounded {way} to a multiple of", ""
    return "rounded to", " half even" if way == "half even" else ""


def _single(expr: ex.Expr) -> str:
    """What stands beside a word: cases are in brackets."""
    text = words(expr)
    return f"({text})" if isinstance(expr, ex.Conditional) else text


def _bracketed(expr: ex.Expr) -> str:
    text = words(expr)
    return f"({text})" if isinstance(expr, ex.And | ex.Or | ex.Conditional) else text


def value_words(value: object) -> str:
    """A value of a fact as text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Moment):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | Fraction):
        return number_words(value)
    if isinstance(value, tuple) and len(value) > _LISTED and isinstance(value[0], Mapping):
        return f"a list of {len(value)} items"
    if isinstance(value, tuple):
        shown = value if len(value) <= _ITEMS else value[:_FIRST]
        more = [f"and {len(value) - _FIRST:,} more"] if len(value) > _ITEMS else []
        return "[" + ", ".join([*map(value_words, shown), *more]) + "]"
    if isinstance(value, dict):
        several = sorted(value.items())  # two that are equal are written alike, whoever wrote them
        return "{" + ", ".join(f"{key}: {value_words(item)}" for key, item in several) + "}"
    return str(value)


def truth_word(truth: bool | None) -> str:
    """A truth in a decision's words."""
    return {True: "true", False: "false", None: "unknown"}[truth]
