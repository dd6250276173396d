"""A use as data that ``json.dumps`` takes, and such data as nodes.

What is written is a facts document: read back by the same vocabulary, it is the same use. What a
document cannot say is a mistake, and never something near it. Written ``exact``, it is an object with
one key that begins with a dollar sign, which no fact has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import define, evolve, field

from tosdsl.base import limits
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.facts.exact import is_number, size
from tosdsl.facts.given import from_python
from tosdsl.facts.interpreted import told_apart
from tosdsl.facts.limited import Limited
from tosdsl.facts.read import HALVES, found_words
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Entries, Items, Node, Numeral, Scalar, Use
from tosdsl.trees.moments import Moment
from tosdsl.trees.quantities import (
    ABSENT,
    COUNTED_IN,
    Duration,
    Money,
    duration,
    read_duration,
    read_instant,
    read_money,
)
from tosdsl.trees.uses import as_value, atom

Leaves = Mapping[str, v.Type]

_NO_VALUE = "no fact can have it"
_OTHER = "Give a value that the vocabulary's types have."
_NUMBER = "it has more digits than a number of JSON data keeps, or no end"
_ROUNDED = "Round it, or give the numbers that it was worked out from."
_MAYBE_TEXT = "its type is not known here, and of an optional text `none` would be the word"
_GIVE_TYPES = "Give `to_json` the policies."
_IS_TEXT = "JSON has quotes around each text, and in them `none` is the word"
_IN_YAML = "Write this use as YAML, where `none` without quotes is no text."


# --- out --------------------------------------------------------------------------------------------


def data_of(
    use: Use, vocabulary: v.Vocabulary | None, problems: list[Diagnostic], *, exact: bool = False
) -> dict[str, Any]:
    """The facts document of a use; without a vocabulary, the types of its facts are not known.

    Its keys are those of a document, and only those that say something; ``facts`` is always there.
    With ``exact``, values that JSON has no word for, or whole numbers that not every reader of JSON
    keeps, are what ``from_exact`` reads.
    """
    types = None if vocabulary is None else _types(vocabulary.facts)
    writer = _Writer(types, problems, exact)
    head = {
        "use": writer.single("use", use.title),
        "as_of": writer.single("as_of", use.as_of),
        "known_at": writer.single("known_at", use.known_at),
    }
    said = [
        {
            "fact": writer.single(f"assertions[{at}].fact", each.fact),
            "value": writer.fact(each.fact, each.value),
            "status": each.status,
            "source": writer.single(f"assertions[{at}].source", each.source),
            "said_on": writer.single(f"assertions[{at}].said_on", each.said_on),
            "said_by": writer.single(f"assertions[{at}].said_by", each.said_by),
        }
        for at, each in enumerate(use.assertions)
    ]
    given, read = told_apart(use.facts)
    readings: dict[str, Any] = {}
    for each in use.readings:
        if each.name in readings:
            problems.append(mistake("TOS4005", None, path=f"readings.{each.name}"))
        writer.single(f"readings.{each.name}", each.name)
        readings[each.name] = writer.facts(each.facts)
    return {
        **_said(head),
        "facts": writer.facts({**given, **dict.fromkeys(use.unknown - given.keys())}),
        **({"assertions": [_said(each) for each in said]} if said else {}),
        **({"standard": use.standard} if use.standard != "confirmed" else {}),
        **({"readings": readings} if readings else {}),
        **({"assume": writer.facts(use.assumed)} if use.assumed else {}),
        **({"reading": dict(sorted(read.items()))} if read else {}),
    }


def _said(parts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in parts.items() if value is not None}


def _types(fields: tuple[v.Field, ...]) -> dict[str, v.Type]:
    return {leaf.path: leaf.type for leaf in v.Vocabulary("", facts=fields).leaves()}


@define
class _Writer:
    """Writes the values of one use; ``types`` are those of its facts, by path."""

    types: Leaves | None
    problems: list[Diagnostic]
    exact: bool
    limited: Limited = field(factory=Limited)

    def facts(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        node = from_python(facts, self.problems, "facts", self.limited)
        return self._facts(node, self.types, "") if isinstance(node, Entries) else {}

    def fact(self, path: str, value: object) -> Any:
        """The value of one fact."""
        node = from_python(value, self.problems, path, self.limited)
        return None if node is None else self._value(path, node, self._type(self.types, path))

    def single(self, path: str, value: object) -> Any:
        """A value that is no fact: a title, a day, a source."""
        node = from_python(value, self.problems, path, self.limited)
        return None if node is None else self._value(path, node, None)

    def _type(self, types: Leaves | None, path: str) -> v.Type | None:
        return None if types is None else types.get(path)

    def _facts(self, node: Entries, types: Leaves | None, around: str) -> dict[str, Any]:
        """Nested as records are; ``around`` is the path of the record in a list that this is."""
        made: dict[str, Any] = {}
        given: set[str] = set()
        for path, inner in _flat(node, ""):
            value = self._value(around + path, inner, self._type(types, path))
            if path in given or not _put(made, path, value):
                self.problems.append(mistake("TOS4005", None, path=around + path))
            given.add(path)
        return made

    def _value(self, path: str, node: Node, kind: v.Type | None) -> Any:
        bare = None if kind is None else v.bare(kind)
        match node:
            case Items(items=items):
                item = bare.item if isinstance(bare, v.ListOf) else None
                return [self._value(f"{path}[{at}]", each, item) for at, each in enumerate(items)]
            case Entries():
                types = _types(bare.fields) if isinstance(bare, v.Record) else None
                return self._facts(node, types, f"{path}.")
            case Scalar(value=None | bool() as value):
                return value
            case Scalar(value=str(text)):
                if HALVES.search(text):
                    self.problems.append(mistake("TOS4022", None, path=path))
                return text
            case Scalar(value=value):
                return self._other(path, node, value, bare)

    def _other(self, path: str, node: Scalar, value: object, bare: v.Type | None) -> Any:
        """A value that JSON has no word for."""
        made: Any = _exactly(value, bare) if self.exact else None
        if made is not None:
            return made
        if value is ABSENT and bare is None:
            why, mend = _MAYBE_TEXT, _GIVE_TYPES
        elif value is ABSENT:
            made, why, mend = None if isinstance(bare, v.Text) else "none", _IS_TEXT, _IN_YAML
        elif isinstance(value, int | Fraction | Decimal):
            made, why, mend = _number(value), _NUMBER, _ROUNDED
        else:
            made, why, mend = _text(value), _NO_VALUE, _OTHER
        if made is None:
            words = {"found": found_words(node), "why": why, "mend": mend}
            self.problems.append(mistake("TOS4023", None, None, path=path, **words))
        return made


def _flat(node: Entries, prefix: str) -> Iterator[tuple[str, Node]]:
    """The leaves by path: what is under a key that is no list is a record."""
    for entry in node.entries:
        path = f"{prefix}{entry.key}"
        if isinstance(entry.value, Entries):
            yield from _flat(entry.value, f"{path}.")
        else:
            yield path, entry.value


def _put(made: dict[str, Any], path: str, value: object) -> bool:
    """Puts a leaf into the records that it is in; False if another value has its place.

    Where other facts stand between those of one record, its key has dots: so all stay in their order.
    """
    *around, last = path.split(".")
    here = made
    for step in around:
        inner = here.setdefault(step, {})
        if not isinstance(inner, dict) or step != next(reversed(here)):
            here, last = made, path
            break
        here = inner
    if last in here:
        return False
    here[last] = value
    return True


def _number(value: int | Fraction | Decimal) -> int | float | None:
    """A number that JSON text made of it says exactly; None if there is none."""
    if not is_number(value) or size(value) > limits.MAX_DIGITS:
        return None
    exact = Fraction(value)
    if exact.denominator == 1:
        return int(exact)
    near = float(exact)
    return near if Fraction(Decimal(repr(near))) == exact else None


_SAFE = 2**53
"""Every reader of JSON keeps whole numbers below it: those that make floats of them, too."""


def _exactly(value: object, kind: v.Type | None) -> dict[str, Any] | None:
    """What ``from_exact`` reads, for a value that a document has no word for; None of all others."""
    if value is ABSENT and (kind is None or isinstance(kind, v.Text)):
        return {_NONE: True}
    if isinstance(value, int | Fraction | Decimal) and is_number(value):
        made = _number(value)
        is_safe = made is not None and (isinstance(made, float) or abs(made) < _SAFE)
        return None if is_safe else {_EXACTLY: str(Fraction(value))}
    if isinstance(value, Money) and is_number(value.amount) and _text(value) is None:
        return {_MONEY: [str(Fraction(value.amount)), value.currency]}
    return None


_EXACTLY, _MONEY, _NONE = "$number", "$money", "$none"


def _text(value: object) -> str | None:
    """What stands in a document for a value that JSON has no type for; None if nothing can."""
    again: object = None
    match value:
        case Money(amount=amount, currency=currency):
            if not is_number(amount) or size(amount) > limits.MAX_DIGITS:
                return None
            value = Money(Fraction(amount), currency)
            text = _written(value)
            again = read_money(text)
        case Duration(count=count, unit=unit) if unit in COUNTED_IN.values():
            if size(count) > limits.MAX_DIGITS:
                return None
            text = _written(value)
            read = read_duration(text)
            again = None if read is None else duration(*read)
        case datetime():
            moment = Moment.of(value)
            if moment is None:
                return None
            text, value = _written(moment), moment
            again = read_instant(text)
        case date():
            return _written(value)
        case _:
            return None
    return text if again == value else None


def _written(value: Any) -> str:
    literal = as_value(value, v.Text())
    return atom(literal)  # type: ignore[arg-type]  # none of these is a list or a record


# --- in ---------------------------------------------------------------------------------------------


def from_exact(data: Any) -> Any:
    """Data that was written ``exact``, with the values that a document has no word for. Raises
    ValueError for what nobody has written so."""
    match data:
        case {"$number": str(number), **rest} if not rest:
            return _fraction(number)
        case {"$money": [str(amount), str(currency)], **rest} if not rest:
            return Money(_fraction(amount), currency)
        case {"$none": True, **rest} if not rest:
            return ABSENT
        case dict():
            return {key: from_exact(value) for key, value in data.items()}
        case list():
            return [from_exact(value) for value in data]
        case _:
            return data


def _fraction(text: str) -> Fraction:
    if len(text) > 2 * limits.MAX_DIGITS_WORKED_OUT or not set(text) <= set("-/0123456789"):
        raise ValueError("this is no number")
    try:
        return Fraction(text)
    except ZeroDivisionError:
        raise ValueError("this is no number") from None


def as_written(node: Node) -> Node:
    """The same with each float as the number of the JSON text that ``json.loads`` made it of."""
    match node:
        case Scalar(value=float(value)):
            return evolve(node, value=Numeral(repr(value)))
        case Items(items=items):
            return evolve(node, items=tuple(map(as_written, items)))
        case Entries(entries=entries):
            made = tuple(evolve(each, value=as_written(each.value)) for each in entries)
            return evolve(node, entries=made)
        case _:
            return node
