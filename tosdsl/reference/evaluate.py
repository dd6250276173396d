"""A condition or a value under facts. None is unknown; a comparison with an unknown is unknown.

``none`` (``ABSENT``) is known: it is equal to itself alone, every other comparison with it is false,
and whatever is worked out of it is ``none`` again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any, assert_never

from tosdsl.reference import lists
from tosdsl.reference.calendar import between, shift
from tosdsl.reference.texts import text_test
from tosdsl.reference.truth import Truth, conjunction, disjunction, negation
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees.facts import Facts
from tosdsl.trees.moments import compared
from tosdsl.trees.quantities import ABSENT, Duration, Money

Values = Mapping[str, Any]
"""The values of a document's definitions by name, and of the items at hand; None is unknown.

A definition that takes values stands for itself: it is evaluated where it is called.
"""

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def evaluate(expr: ex.Expr, facts: Facts, definitions: Values) -> Any:
    """The value of an expression: a truth, a value, a tuple of values, or None for unknown."""

    def of(inner: ex.Expr) -> Any:
        return evaluate(inner, facts, definitions)

    match expr:
        case ex.Literal(value=value):
            return value
        case ex.FactRef(path=path):
            return facts.get(path)
        case ex.DefinitionRef(name=name):
            return definitions[name]
        case ex.Variable(name=name, field=field):
            return _field(definitions[name], field)
        case ex.SetOf(items=items):
            return tuple(map(of, items))
        case ex.Compare(op=op, left=left, right=right, scale=scale):
            return compare(op, of(left), of(right), scale)
        case ex.Not(item=item):
            return negation(of(item))
        case ex.And(items=items):
            return conjunction(map(of, items))
        case ex.Or(items=items):
            return disjunction(map(of, items))
        case ex.Call(name=name, arguments=arguments):
            called: n.Definition = definitions[name]
            names = (parameter for parameter, _ in called.parameters)
            given = dict(zip(names, map(of, arguments), strict=True))
            return evaluate(called.body, facts, {**definitions, **given})
        case ex.Arithmetic(op=op, left=left, right=right, excluding=excluding):
            return arithmetic(op, of(left), of(right), of(excluding) if excluding else ())
        case ex.Extreme(kind=kind, items=items, scale=scale):
            return _extreme(kind, [of(item) for item in items], scale)
        case ex.Convert(value=value, currency=currency, rate=rate):
            return _converted(of(value), currency, of(rate))
        case ex.Quantified(kind=kind, variable=variable, over=over, body=body):
            items = of(over)
            if items is None:
                return None
            each = (evaluate(body, facts, {**definitions, variable: item}) for item in items)
            return disjunction(each) if kind == "some" else conjunction(each)
        case ex.Aggregate(variable=variable, over=over):
            rows = of(over)
            if rows is None:
                return None
            return lists.aggregate(
                expr, rows, lambda inner, row: evaluate(inner, facts, {**definitions, variable: row})
            )
    assert_never(expr)


def _field(item: Any, path: str) -> Any:
    """A field of an item; the item itself if the path is empty."""
    return item if not path or item is None else item.get(path)


def compare(op: str, left: Any, right: Any, scale: tuple[str, ...] = ()) -> Truth:
    """``left op right``; an item of a list may be unknown as well."""
    if op != "is" and (left is ABSENT or right is ABSENT):
        return False  # whatever the other side is
    if left is None or right is None:
        return None
    match op:
        case "is":
            return compared(left) == compared(right)
        case "in":
            return _member(left, right)
        case "includes":
            return _member(right, left)
        case "overlaps":
            return disjunction(_member(item, right) if item is not None else None for item in left)
        case "<" | "<=" | ">" | ">=":
            return _ORDER[op](rank(left, scale), rank(right, scale))
        case _:
            return text_test(op, left, right)


def _member(item: Any, items: Iterable[Any]) -> Truth:
    return disjunction(None if other is None else compared(item) == compared(other) for other in items)


def rank(value: Any, scale: tuple[str, ...]) -> Any:
    """What a value is compared by; those of one type alone meet."""
    match value:
        case Money(amount=amount):
            return amount
        case Duration(count=count):
            return count
        case str():
            return scale.index(value)
        case _:
            return compared(value)


def arithmetic(op: str, left: Any, right: Any, holidays: Any = ()) -> Any:
    """``left op right``. One holiday that is not known leaves the day open."""
    if left is ABSENT or right is ABSENT:
        return ABSENT
    if left is None or right is None or holidays is None or None in holidays:
        return None
    holidays = [day for day in holidays if day is not ABSENT]
    if isinstance(left, Duration) and not isinstance(right, Duration | int | Fraction):
        left, right = right, left
    match op, left, right:
        case "+" | "-", Money(), Money():
            return Money(_number(op, left.amount, right.amount), left.currency)
        case "*", int() | Fraction(), Money():
            return Money(left * right.amount, right.currency)
        case "*" | "/", Money(), _:
            return Money(_number(op, left.amount, right), left.currency)
        case "+" | "-", Duration(), Duration():
            return Duration(_number(op, left.count, right.count), left.unit)
        case "*", Duration(), _:
            return Duration(left.count * right, left.unit)
        case "*", _, Duration():
            return Duration(left * right.count, right.unit)
        case "+", _, Duration():
            return shift(left, right, holidays)
        case "-", _, Duration():
            return shift(left, Duration(-right.count, right.unit), holidays)
        case "-", _, _ if not isinstance(left, int | Fraction):
            return between(right, left)
        case _:
            return _number(op, left, right)


def _number(op: str, left: Any, right: Any) -> Any:
    match op:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            return Fraction(left) / right


def _extreme(kind: str, items: list[Any], scale: tuple[str, ...]) -> Any:
    if any(item is None for item in items):
        return None
    known = [item for item in items if item is not ABSENT]
    if not known:
        return ABSENT
    chosen = min if kind == "min" else max
    return chosen(known, key=lambda item: rank(item, scale))


def _converted(value: Any, currency: str, rate: Any) -> Any:
    if value is ABSENT or rate is ABSENT:
        return ABSENT
    if value is None or rate is None:
        return None
    return Money(value.amount * rate, currency)


def evaluate_definitions(definitions: Iterable[n.Definition], facts: Facts) -> dict[str, Any]:
    """The values of a document's definitions; each uses only earlier ones."""
    values: dict[str, Any] = {}
    for definition in definitions:
        taken = definition.parameters
        values[definition.name] = definition if taken else evaluate(definition.body, facts, values)
    return values
