"""A typed condition back as text, in the language's own words. One line, brackets where needed."""

from __future__ import annotations

from datetime import date
from typing import assert_never

from tosdsl.trees import norms as n
from tosdsl.trees.vocabulary import Text

_NEGATED = {"is": "is not", "in": "not in"}


def words(expr: n.Expr) -> str:
    """The condition or value as text."""
    match expr:
        case n.Literal(value=value):
            return f'"{value}"' if isinstance(expr.type, Text) else value_words(value)
        case n.FactRef(path=path):
            return path
        case n.DefinitionRef(name=name):
            return name
        case n.SetOf(items=items):
            return "{" + ", ".join(words(item) for item in items) + "}"
        case n.Compare(op=op, left=left, right=right):
            return f"{words(left)} {op} {words(right)}"
        case n.Not(item=n.Compare(op="is" | "in" as op, left=left, right=right)):
            return f"{words(left)} {_NEGATED[op]} {words(right)}"
        case n.Not(item=n.Or(items=items)):
            return "none of (" + "; ".join(words(item) for item in items) + ")"
        case n.Not(item=item):
            return f"not {_bracketed(item)}"
        case n.And(items=items):
            return " and ".join(_bracketed(item) for item in items)
        case n.Or(items=items):
            return " or ".join(_bracketed(item) for item in items)
    assert_never(expr)


def _bracketed(expr: n.Expr) -> str:
    text = words(expr)
    return f"({text})" if isinstance(expr, n.And | n.Or) else text


def value_words(value: object) -> str:
    """A value of a fact as text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return "[" + ", ".join(value_words(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {value_words(item)}" for key, item in value.items()) + "}"
    return str(value)
