"""Known facts as the lines of a scenario."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Facts
from tosdsl.trees.moments import Moment
from tosdsl.trees.quantities import ABSENT, Duration, Money

_UNITS = {"days": ("day", 1), "months": ("month", 1), "business days": ("business day", 1)}
_MINUTE = 60


def given(
    facts: Facts, vocabulary: v.Vocabulary, parties: Collection[str | None]
) -> tuple[s.Given, ...]:
    """What is under ``given``, in the vocabulary's order. Parties that are not known are quoted."""
    return tuple(
        s.Given(s.Name(leaf.path), _value(facts[leaf.path], leaf.type, parties))
        for leaf in vocabulary.leaves()
        if leaf.path in facts
    )


def _value(value: Any, kind: v.Type, parties: Collection[str | None]) -> s.Value:
    match value:
        case _ if value is ABSENT:
            return s.Name("none")
        case bool():
            return s.BooleanLiteral(value)
        case int():
            return s.IntegerLiteral(value)
        case Fraction():
            whole = value.denominator == 1
            return s.IntegerLiteral(int(value)) if whole else s.NumberLiteral(value)
        case Moment():
            return s.InstantLiteral(value)
        case date():
            return s.DateLiteral(value)
        case Money(amount=amount, currency=currency):
            return s.MoneyLiteral(amount, currency)
        case Duration(count=count, unit=unit):
            name, size = _UNITS.get(unit, ("minute", _MINUTE))
            return s.DurationLiteral(count // size, name)
        case tuple():
            item = kind.item if isinstance(kind, v.ListOf) else kind
            return s.ListValue(tuple(_value(each, item, parties) for each in value))
        case Mapping():
            return _record(value, kind, parties)
        case _:
            plain = isinstance(v.bare(kind), v.Enum) or value in parties
            named = plain and not isinstance(v.bare(kind), v.Text)
            return s.Name(value) if named else s.Text(value)


def _record(value: Mapping[str, Any], kind: v.Type, parties: Collection[str | None]) -> s.Value:
    fields = kind.fields if isinstance(kind, v.Record) else ()
    leaves = [leaf for leaf in v.Vocabulary("", facts=fields).leaves() if leaf.path in value]
    return s.RecordValue(
        tuple((s.Name(leaf.path), _value(value[leaf.path], leaf.type, parties)) for leaf in leaves)
    )
