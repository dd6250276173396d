"""Values of facts as the language writes them: the one way in which a use is shown.

In: a value and the type of its fact. Out: the literal, and its text. What is written here is read back
as the same value, in a scenario and in a facts document. A text may hold any character: what does not
show, or would be shown otherwise, is written as an escape, which YAML reads as well.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, assert_never
from unicodedata import category

from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import NULLS, Facts
from tosdsl.trees.moments import Moment
from tosdsl.trees.quantities import (
    ABSENT,
    Duration,
    Money,
    decimal_words,
    number_words,
    written_duration,
)
from tosdsl.trees.zones import clock_of
from tosdsl.unicode.shown import odd_characters

_GROUPED = 10_000
"""From here on the digits of a count stand in groups of three."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_VALUES = frozenset(("yes", "no", "true", "false", "none"))
"""Words that a reader takes for something else than a name."""

_ESCAPED = {'"': '\\"', "\\": "\\\\", "\n": "\\n"}
_HIDDEN = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"))
"""Categories of what does not show: controls, marks that turn the direction of a text, line ends."""
_JOINING = frozenset("\u200c\u200d")
"""What joins and parts letters, and shows by that."""

_BYTES_16 = 0xFFFF


# --- text ---------------------------------------------------------------------------------------


def quoted(text: str) -> str:
    """A text in quotation marks, on one line."""
    if text.isalnum():
        return f'"{text}"'
    return f'"{"".join(map(_shown, text))}"'


def _shown(sign: str) -> str:
    if sign in _ESCAPED:
        return _ESCAPED[sign]
    if sign in _JOINING or not (category(sign) in _HIDDEN or any(odd_characters(sign))):
        return sign
    return f"\\u{ord(sign):04x}" if ord(sign) <= _BYTES_16 else f"\\U{ord(sign):08x}"


def atom(leaf: s.Name | s.Literal) -> str:
    """A name or a literal as text."""
    match leaf:
        case s.Name(text):
            return text
        case s.Text(value):
            return quoted(value)
        case s.BooleanLiteral(truth):
            return "yes" if truth else "no"
        case s.IntegerLiteral(number):
            return number_words(number)
        case s.NumberLiteral(number):
            text = decimal_words(number)
            return text if "." in text else f"{text}.0"
        case s.MoneyLiteral(amount, currency):
            return f"{number_words(amount)} {currency}"
        case s.DurationLiteral(count, unit):
            shown = f"{count:_}" if abs(count) >= _GROUPED else str(count)
            return f"{shown} {unit}{'' if abs(count) == 1 else 's'}"
        case s.DateLiteral(day):
            return day.isoformat()
        case s.InstantLiteral(moment, zone, at_distance):
            return str(moment) if zone is None else named(moment, zone, at_distance)
        case _:
            assert_never(leaf)


def named(moment: Moment, zone: str, at_distance: bool) -> str:
    """A moment as it is written in a named zone: ``2024-07-01T09:30 Europe/Dublin``."""
    clock = clock_of(moment)
    offset = str(moment).removeprefix(clock).replace("Z", "+00:00") if at_distance else ""
    return f"{clock}{offset} {zone}"


def line(value: s.Value) -> str:
    """A scenario's value on one line."""
    match value:
        case s.ListValue(items):
            return f"[{', '.join(map(line, items))}]"
        case s.RecordValue(entries):
            return "{" + ", ".join(f"{key.text}: {line(each)}" for key, each in entries) + "}"
        case _:
            return atom(value)


def value_text(value: Any, kind: v.Type) -> str:
    """A value of a fact on one line."""
    return line(as_value(value, kind))


def value_json(value: Any, kind: v.Type) -> Any:
    """A value of a fact as a facts document in JSON has it: true, a number (``int`` or ``Fraction``), a
    text, a list, a mapping."""
    match value:
        case bool() | int() | Fraction():
            return value
        case str():
            return value
        case tuple():
            item = kind.item if isinstance(kind, v.ListOf) else kind
            return [value_json(each, item) for each in value]
        case Mapping():
            return {leaf.path: value_json(value[leaf.path], leaf.type) for leaf in _leaves(value, kind)}
        case _:
            return value_text(value, kind)


# --- literals -----------------------------------------------------------------------------------


def as_value(value: Any, kind: v.Type, parties: Collection[str | None] | None = None) -> s.Value:
    """A value of a fact as a scenario gives it. ``parties``: those that stand without quotation marks;
    where it is not given, all that can."""
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
        case Duration():
            return s.DurationLiteral(*written_duration(value))
        case tuple():
            item = kind.item if isinstance(kind, v.ListOf) else kind
            return s.ListValue(tuple(as_value(each, item, parties) for each in value))
        case Mapping():
            return _record(value, kind, parties)
        case _:
            return _word(value, v.bare(kind), parties)


def when(said: date | None) -> s.DateLiteral | s.InstantLiteral | None:
    """The day or the moment of a use, as a scenario says it."""
    if said is None:
        return None
    return s.InstantLiteral(said) if isinstance(said, Moment) else s.DateLiteral(said)


def _word(value: str, kind: v.Type, parties: Collection[str | None] | None) -> s.Name | s.Text:
    if not _NAME.match(value):
        return s.Text(value)
    if isinstance(kind, v.Enum):
        plain = value == "none" or value not in _VALUES | NULLS
    elif isinstance(kind, v.Party):
        known = parties is None or value in parties
        plain = known and value.casefold() not in _VALUES
    else:
        plain = False
    return s.Name(value) if plain else s.Text(value)


def _record(
    value: Mapping[str, Any], kind: v.Type, parties: Collection[str | None] | None
) -> s.RecordValue:
    leaves = _leaves(value, kind)
    return s.RecordValue(
        tuple((s.Name(leaf.path), as_value(value[leaf.path], leaf.type, parties)) for leaf in leaves)
    )


def _leaves(value: Mapping[str, Any], kind: v.Type) -> list[v.Leaf]:
    """The leaves of a record that are known."""
    fields = kind.fields if isinstance(kind, v.Record) else ()
    return [leaf for leaf in v.Vocabulary("", facts=fields).leaves() if leaf.path in value]


def read_as(facts: Facts) -> tuple[s.Reading, ...]:
    """How texts are read, among known facts, as the one reading of a scenario."""
    read = {name: value for path, value in facts.items() if (name := v.name_in_text(path))}
    if not read:
        return ()
    entries = (s.Given(s.Name(name), s.Name(str(value))) for name, value in read.items())
    return (s.Reading(s.Name("so_read"), tuple(entries)),)


def given(
    facts: Facts, vocabulary: v.Vocabulary, parties: Collection[str | None]
) -> tuple[s.Given, ...]:
    """Known facts as the lines under ``given`` of a scenario, in the vocabulary's order. Parties that
    are not known are quoted."""
    return tuple(
        s.Given(s.Name(leaf.path), as_value(facts[leaf.path], leaf.type, parties))
        for leaf in vocabulary.leaves()
        if leaf.path in facts
    )
