"""Values of facts that stand in a text, of a scenario or of a presumption, as nodes of a document."""

from __future__ import annotations

from typing import assert_never

from tosdsl.trees import facts as f
from tosdsl.trees import surface as s
from tosdsl.trees.quantities import Money, duration
from tosdsl.trees.uses import atom


def as_node(value: s.Value) -> f.Node:
    """A written value as a node of a facts document."""
    match value:
        case s.Name(text=text):
            unsaid = text in f.NULLS
            return f.Scalar(None if unsaid else text, plain=not unsaid, span=value.span)
        case s.Text(value=text):
            return f.Scalar(text, span=value.span)
        case s.MoneyLiteral(amount=amount, currency=currency):
            return f.Scalar(Money(amount, currency), span=value.span)
        case s.DurationLiteral(count=count, unit=unit):
            return f.Scalar(duration(count, unit), span=value.span)
        case s.BooleanLiteral() | s.IntegerLiteral() | s.DateLiteral() | s.InstantLiteral():
            return f.Scalar(value.value, span=value.span)
        case s.NumberLiteral():  # as it is written: `1.0` is no whole number, in no notation
            return f.Scalar(f.Numeral(atom(value).replace("_", "")), span=value.span)
        case s.ListValue(items=items):
            return f.Items(tuple(map(as_node, items)), span=value.span)
        case s.RecordValue(entries=entries):
            made = tuple(f.Entry(name.text, as_node(inner), span=name.span) for name, inner in entries)
            return f.Entries(made, span=value.span)
    assert_never(value)
