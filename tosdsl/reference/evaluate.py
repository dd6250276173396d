"""A condition or a value under facts. None is unknown; a comparison with an unknown is unknown.

``none`` (``ABSENT``) is known: it is equal to itself alone, every other comparison with it is false,
and whatever is worked out of it is ``none`` again.

A value that grows past a limit while it is worked out (digits of a number, the ends of the calendar) is
unknown, and it is noted where that happened.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from fractions import Fraction
from typing import Any, assert_never

from tosdsl.base import limits
from tosdsl.reference import lists
from tosdsl.reference.calendar import PAST_CALENDAR, between, shifted
from tosdsl.reference.texts import text_test
from tosdsl.reference.truth import Truth, conjunction, disjunction, negation
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees.facts import Facts, Use
from tosdsl.trees.moments import compared
from tosdsl.trees.quantities import ABSENT, Duration, Money

Values = Mapping[str, Any]
"""The values of a document's definitions by name; None is unknown.

A definition that takes values stands for itself: it is evaluated where it is called.
"""

Met = dict[tuple[str, ex.Expr], None]
"""The limits that were met, each by its name and what came to more."""

_NOTHING: Values = {}
_TOO_MUCH = 10**limits.MAX_DIGITS_WORKED_OUT


class Worked(dict[str, Any]):
    """The values of a document's definitions, and the limits that conditions met which read them."""

    __slots__ = ("met",)

    def __init__(self) -> None:
        super().__init__()
        self.met: Met = {}


_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def evaluate(expr: ex.Expr, facts: Facts, definitions: Values, local: Values = _NOTHING) -> Any:
    """The value of an expression: a truth, a value, a tuple of values, or None for unknown.

    ``local`` has the items at hand and the parameters, by name.
    """

    def of(inner: ex.Expr) -> Any:
        return evaluate(inner, facts, definitions, local)

    match expr:
        case ex.Variable(name=name, field=field):
            return _field(local[name], field)
        case ex.Compare(op=op, left=left, right=right, scale=scale):
            return compare(op, of(left), of(right), scale)
        case ex.FactRef(path=path):
            return facts.get(path)
        case ex.Literal(value=value):
            return value
        case ex.DefinitionRef(name=name):
            return definitions[name]
        case ex.SetOf(items=items):
            return tuple(map(of, items))
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
            return evaluate(called.body, facts, definitions, given)
        case ex.Arithmetic(op=op, left=left, right=right, excluding=excluding):
            made = arithmetic(op, of(left), of(right), of(excluding) if excluding else ())
            return _within(made, expr, definitions)
        case ex.Extreme(kind=kind, items=items, scale=scale):
            return _extreme(kind, [of(item) for item in items], scale)
        case ex.Convert(value=value, currency=currency, rate=rate):
            return _within(_converted(of(value), currency, of(rate)), expr, definitions)
        case ex.Quantified(kind=kind, variable=variable, over=over, body=body):
            items = of(over)
            if items is None:
                return None
            inner = dict(local)
            each = (_of_item(body, facts, definitions, inner, variable, item) for item in items)
            return disjunction(each) if kind == "some" else conjunction(each)
        case ex.Aggregate(variable=variable, over=over):
            rows = of(over)
            if rows is None:
                return None

            inner = dict(local)

            def of_row(part: ex.Expr, row: Any) -> Any:
                return _of_item(part, facts, definitions, inner, variable, row)

            return _within(lists.aggregate(expr, rows, of_row), expr, definitions)
    assert_never(expr)


def _of_item(
    expr: ex.Expr, facts: Facts, definitions: Values, local: dict[str, Any], name: str, item: Any
) -> Any:
    """The value of an expression for one item of a list, which is at hand by its name."""
    local[name] = item
    return evaluate(expr, facts, definitions, local)


def _within(value: Any, expr: ex.Expr, definitions: Values) -> Any:
    """What was worked out; None, and a note, if it is past a limit."""
    if value is PAST_CALENDAR:
        return _past("CALENDAR", expr, definitions)
    match value:
        case Money(amount=number) | Duration(count=number) | (int() | Fraction() as number):
            if not small(number):
                return _past("MAX_DIGITS_WORKED_OUT", expr, definitions)
    return value


def _past(limit: str, expr: ex.Expr, definitions: Values) -> None:
    if isinstance(definitions, Worked):
        definitions.met[limit, expr] = None


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
            return _overlap(left, right)
        case "<" | "<=" | ">" | ">=":
            return _ORDER[op](rank(left, scale), rank(right, scale))
        case _:
            return text_test(op, left, right)


def _member(item: Any, items: Collection[Any]) -> Truth:
    wanted = compared(item)
    if any(other is not None and compared(other) == wanted for other in items):
        return True
    return None if None in items else False


def _overlap(left: Collection[Any], right: Collection[Any]) -> Truth:
    """Whether an item of one is an item of the other: the disjunction over all pairs."""
    some = {compared(item) for item in right if item is not None}
    if any(item is not None and compared(item) in some for item in left):
        return True
    return None if None in left or (left and None in right) else False


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
    """``left op right``. One holiday that is not known leaves the day open.

    A day that no calendar has is ``PAST_CALENDAR``.
    """
    if left is ABSENT or right is ABSENT:
        return ABSENT
    if left is None or right is None or holidays is None or None in holidays:
        return None
    if ABSENT in holidays:
        holidays = tuple(day for day in holidays if day is not ABSENT)
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
            return shifted(left, right, holidays)
        case "-", _, Duration():
            return shifted(left, Duration(-right.count, right.unit), holidays)
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


def small(number: int | Fraction) -> bool:
    """Whether a number that was worked out has no more digits than it may, above or below the line."""
    return bool(abs(number.numerator) < _TOO_MUCH and number.denominator < _TOO_MUCH)


def evaluate_definitions(definitions: Iterable[n.Definition], facts: Facts) -> Worked:
    """The values of a document's definitions; each uses only earlier ones."""
    values = Worked()
    for definition in definitions:
        taken = definition.parameters
        values[definition.name] = definition if taken else evaluate(definition.body, facts, values)
    return values


def worked_out(definitions: tuple[n.Definition, ...], use: Use) -> Worked:
    """The same for a use, which keeps them: however often they are asked for, they are made once."""
    kept = use.worked_out.get(id(definitions))
    if kept is None or kept[0] is not definitions:
        kept = (definitions, evaluate_definitions(definitions, use.facts))
        use.worked_out[id(definitions)] = kept
    values: Worked = kept[1]
    return values


def limits_met(documents: Iterable[n.Document], use: Use) -> Met:
    """The limits that were met so far in working out what the documents ask of a use."""
    found: Met = {}
    for document in documents:
        found |= worked_out(document.policy.definitions, use).met
    return found
