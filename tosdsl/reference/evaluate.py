"""A condition or a value under facts. None is unknown; a comparison with an unknown is unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, assert_never

from tosdsl.reference.truth import Truth, conjunction, disjunction, negation
from tosdsl.trees import norms as n
from tosdsl.trees.facts import Facts

Values = Mapping[str, Any]
"""The values of a document's definitions by name; None is unknown."""

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def evaluate(expr: n.Expr, facts: Facts, definitions: Values) -> Any:
    """The value of an expression: a truth, a value, a tuple of values, or None for unknown."""
    match expr:
        case n.Literal(value=value):
            return value
        case n.FactRef(path=path):
            return facts.get(path)
        case n.DefinitionRef(name=name):
            return definitions[name]
        case n.SetOf(items=items):
            return tuple(evaluate(item, facts, definitions) for item in items)
        case n.Compare(op=op, left=left, right=right):
            return compare(op, evaluate(left, facts, definitions), evaluate(right, facts, definitions))
        case n.Not(item=item):
            return negation(evaluate(item, facts, definitions))
        case n.And(items=items):
            return conjunction(evaluate(item, facts, definitions) for item in items)
        case n.Or(items=items):
            return disjunction(evaluate(item, facts, definitions) for item in items)
    assert_never(expr)


def compare(op: str, left: Any, right: Any) -> Truth:
    """``left op right``; an item of a list may be unknown as well."""
    if left is None or right is None:
        return None
    match op:
        case "is":
            return bool(left == right)
        case "in":
            return _member(left, right)
        case "includes":
            return _member(right, left)
        case "overlaps":
            return disjunction(_member(item, right) if item is not None else None for item in left)
        case _:
            return _ORDER[op](left, right)


def _member(item: Any, items: Iterable[Any]) -> Truth:
    return disjunction(None if other is None else item == other for other in items)


def evaluate_definitions(definitions: Iterable[n.Definition], facts: Facts) -> dict[str, Any]:
    """The values of a document's definitions; each uses only earlier ones."""
    values: dict[str, Any] = {}
    for definition in definitions:
        values[definition.name] = evaluate(definition.body, facts, values)
    return values
