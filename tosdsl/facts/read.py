"""Nodes to facts: each value by the type that the vocabulary gives its fact.

Never a silent unknown: a fact that is not declared, has the wrong type or names no member of its
enumeration is a diagnostic with its path.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import chain
from math import log10
from typing import Any
from unicodedata import normalize

from attrs import define, evolve, field

from tosdsl import limits
from tosdsl.diagnostics.catalogue import CATALOGUE
from tosdsl.diagnostics.days import written_right
from tosdsl.diagnostics.model import Diagnostic, enough, in_order, mistake
from tosdsl.diagnostics.near import alike
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Entries, Entry, Facts, Items, Node, Scalar
from tosdsl.trees.quantities import (
    ABSENT,
    COUNTED_IN,
    Absent,
    Duration,
    Money,
    decimal_words,
    duration,
    is_within,
    read_duration,
    read_instant,
    read_money,
    read_number,
    written_duration,
)
from tosdsl.trees.span import Span

_LARGE = re.compile(r" (thousand|million|billion)\Z")
_LONGEST = 60
"""Characters of a number that is said in millions, and more than anyone needs."""
_UNKNOWN = frozenset(("unknown", "null", "nil", "undefined", "unclear", "tbd"))
_UNKNOWN_INSTEAD = "the value, or leave the fact out: what is not given is unknown"

_YES = {"true": True, "yes": True, "false": False, "no": False}
_INTEGER = re.compile(r"[+-]?[0-9][0-9_]*\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


def read_facts(root: Node, vocabulary: v.Vocabulary, problems: list[Diagnostic]) -> Facts:
    """The facts alone: a mapping from facts to values, nested or with dotted keys."""
    found: list[Diagnostic] = []
    read = Reader(vocabulary, found).facts(root)
    problems += in_order(found)
    return read


def found_words(node: Node) -> str:
    """What stands there, in a sentence."""
    match node:
        case Entries():
            return "a mapping"
        case Items():
            return "a list"
        case Scalar(value=None):
            return "nothing"
        case Scalar(value=str(text), plain=plain):
            shown = text if len(text) <= 40 else text[:37] + "…"
            return f"`{shown}`" if plain else f'the text "{shown}"'
        case Scalar(value=value):
            return f"`{_shown(value)}`"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and digits(value) > limits.MAX_DIGITS:
        return f"a number of {digits(value)} digits"
    if isinstance(value, Fraction):
        return decimal_words(value)
    known = int | float | date | Decimal | Money | Duration | Absent
    return str(value) if isinstance(value, known) else type(value).__name__


def _exact(value: object) -> Fraction | None:
    """An exact number, None if it is none: a ``float`` is not what was written."""
    if isinstance(value, bool) or not isinstance(value, int | Fraction | Decimal):
        return None
    if isinstance(value, Decimal) and not value.is_finite():
        return None
    long = abs(value.adjusted()) if isinstance(value, Decimal) else 0
    return None if long > limits.MAX_DIGITS else Fraction(value)


def _is_none(node: Node, kind: v.Type) -> bool:
    """Whether a value of an optional type is ``none``; a quoted text is itself where texts are."""
    if not isinstance(node, Scalar):
        return False
    said = node.value == "none" and (node.plain or not isinstance(kind, v.Text))
    return node.value is ABSENT or said


def digits(number: int) -> int:
    """How many digits a whole number has; about how many if Python would not even write it out."""
    return len(str(abs(number))) if number.bit_length() < 10_000 else int(log10(abs(number))) + 1


_EXPECTED: dict[type, str] = {
    v.Boolean: "true or false, without quotes",
    v.Integer: "a whole number",
    v.Number: "an exact number such as 0.25 (in Python an int, a Decimal or a Fraction)",
    v.Instant: "an instant with its zone, such as 2023-11-14T18:30Z",
    v.Text: "a text",
    v.Date: "a date such as 2023-12-15",
    v.Party: "a party's name",
}


def expected(kind: v.Type) -> str:
    """What a value of the type looks like, in a sentence."""
    match kind:
        case v.ListOf(item=v.Enum(name=name)):
            return f"a list of members of {name}"
        case v.ListOf(item=item):
            return f"a list of {item}"
        case v.Enum(name=name):
            return f"a member of {name}"
        case v.Money(currency=currency):
            return f"an amount such as 250 {currency}"
        case v.Duration(kind=unit):
            return f"a duration such as 30 {unit}"
        case v.OptionalOf(item=item):
            return f"{expected(item)}, or `none`"
        case v.Record(name=name):
            return f"a mapping with the fields of {name}"
        case _:
            return _EXPECTED[type(kind)]


@define
class Reader:
    """Reads facts and values, by one vocabulary; what is wrong goes into ``problems``."""

    vocabulary: v.Vocabulary
    problems: list[Diagnostic]
    _top: Mapping[str, v.Field] = field(init=False)
    _parties: frozenset[str] = field(init=False)
    _warned: int = 0
    """Warnings so far, those left out too."""

    def __attrs_post_init__(self) -> None:
        self._top = {fact.name: fact for fact in self.vocabulary.facts}
        self._parties = frozenset(party.name for party in self.vocabulary.parties)

    def _report(self, code: str, span: Span, near: Any = None, **words: object) -> None:
        if CATALOGUE[code].warning:
            self._warned += 1
            if self._warned > limits.MAX_ERRORS + 1:
                return
        self.problems.append(mistake(code, span, None if enough(self.problems) else near, **words))

    def _over(self) -> bool:
        """Whether there are so many mistakes that it is no longer worth the time to read on."""
        return len(self.problems) - min(self._warned, limits.MAX_ERRORS + 1) > limits.MAX_ERRORS

    # --- paths --------------------------------------------------------------------------------

    def facts(self, root: Node) -> Facts:
        if isinstance(root, Scalar) and root.value is None:
            return {}
        if not isinstance(root, Entries):
            words = "a mapping from facts to values"
            self._report("TOS4003", root.span, path="facts", expected=words, found=found_words(root))
            return {}
        known: dict[str, Any] = {}
        given: set[str] = set()
        self._entries("", root.entries, self._top, known, given)
        return known

    def _entries(
        self,
        prefix: str,
        entries: Iterable[Entry],
        fields: Mapping[str, v.Field],
        known: dict[str, Any],
        given: set[str],
        around: str = "",
    ) -> None:
        """``around`` is the path of the record in a list whose fields these are."""
        records: set[str] = set()
        for entry in entries:
            if self._over():
                return
            path = f"{prefix}{entry.key}"
            found = self._field(entry, fields, path, around)
            if found is None:
                continue
            if isinstance(found.type, v.Record):
                if entry.key in records:  # another reader would keep one of the two, and this one both
                    self._report("TOS4005", entry.span, path=around + path)
                    continue
                records.add(entry.key)
                inner = {each.name: each for each in found.type.fields}
                if isinstance(entry.value, Entries):
                    self._entries(f"{path}.", entry.value.entries, inner, known, given, around)
                elif not (isinstance(entry.value, Scalar) and entry.value.value is None):
                    self._wrong(around + path, entry.value, found.type)
            elif path in given:
                self._report("TOS4005", entry.span, path=around + path)
            else:
                given.add(path)
                value = self.value(around + path, entry.value, found.type)
                if value is not None:
                    known[path] = value

    def _field(
        self, entry: Entry, fields: Mapping[str, v.Field], path: str, around: str
    ) -> v.Field | None:
        """The field that a key names: one step, or several with dots."""
        found: v.Field | None = None
        here = list(fields) if around else []
        for step in entry.key.split("."):
            found = fields.get(step)
            if found is None:
                leaves = (leaf.path for leaf in self.vocabulary.leaves())
                near = (path, here or chain(leaves, self._top))
                self._report("TOS4002", entry.span, near, path=around + path)
                return None
            kind = found.type
            fields = {each.name: each for each in kind.fields} if isinstance(kind, v.Record) else {}
        return found

    # --- values -------------------------------------------------------------------------------

    def value(self, path: str, node: Node, kind: v.Type) -> Any:
        """The value, or None if it is unknown or wrong (then it is reported)."""
        if isinstance(node, Scalar) and node.value is None:
            return None
        match kind:
            case v.OptionalOf(item=item):
                return ABSENT if _is_none(node, item) else self.value(path, node, item)
            case v.ListOf(item=item):
                return self._list(path, node, item, kind)
            case v.Record(fields=fields):
                if not isinstance(node, Entries):
                    return self._wrong(path, node, kind)
                known: dict[str, Any] = {}
                inner = {each.name: each for each in fields}
                self._entries("", node.entries, inner, known, set(), f"{path}.")
                return known
            case _:
                return self._scalar(path, node, kind)

    def _list(self, path: str, node: Node, item: v.Type, kind: v.Type) -> tuple[Any, ...] | None:
        if not isinstance(node, Items):
            self._wrong(path, node, kind)
            return None
        if len(node.items) > limits.MAX_LIST:
            size, limit = len(node.items), limits.MAX_LIST
            self._report("TOS5007", node.span, path=path, size=size, limit=limit)
            return None
        made = []
        for index, inner in enumerate(node.items):
            if self._over():
                return None
            if isinstance(inner, Scalar) and inner.value is None:
                self._report("TOS4008", inner.span, path=path)
                continue
            value = self.value(f"{path}[{index}]", inner, item)
            if value is not None:
                made.append(value)
        return tuple(made)

    def _scalar(self, path: str, node: Node, kind: v.Type) -> Any:
        if not isinstance(node, Scalar):
            return self._wrong(path, node, kind)
        value, plain = node.value, node.plain
        match kind:
            case v.Boolean() if isinstance(value, bool):
                return value
            case v.Boolean() if plain and str(value).lower() in _YES:
                return _YES[str(value).lower()]
            case v.Integer() if isinstance(value, int) and not isinstance(value, bool):
                return self._integer(node, value, digits(value))
            case v.Integer() if isinstance(value, Fraction) and value.denominator == 1:
                return self._integer(node, int(value), digits(int(value)))
            case v.Integer() if plain and _LARGE.search(str(value)) and len(str(value)) < _LONGEST:
                large = read_number(str(value))
                if large is not None and large.denominator == 1:
                    return int(large)
            case v.Integer() if plain and _INTEGER.match(text := str(value)):
                text = text.replace("_", "")
                return self._integer(node, text, len(text.lstrip("+-")))
            case v.Number() | v.Money() | v.Duration() | v.Instant():
                return self._quantity(path, node, kind)
            case v.Date() if isinstance(value, date) and not isinstance(value, datetime):
                return value
            case v.Date() if isinstance(value, str) and _DATE.match(value):
                return self._date(path, node, value)
            case v.Text() if isinstance(value, str):
                return normalize("NFC", value)
            case v.Party() if isinstance(value, str) and letters(value):
                return self._party(path, node, normalize("NFC", value))
            case v.Enum(members=members) if isinstance(value, str):
                if value in members:
                    return value
                if self._says_unknown(node):
                    return None
                near, words = (value, members), ", ".join(members)
                self._report("TOS4004", node.span, near, path=path, found=value, members=words)
                return None
        return self._wrong(path, node, kind)

    def _quantity(self, path: str, node: Scalar, kind: v.Type) -> Any:
        """A number, money, a duration or an instant, as a value or as text."""
        value, plain = node.value, node.plain
        size = sum(each.isdigit() for each in value) if isinstance(value, str) else 0
        if size > limits.MAX_DIGITS:
            self._report("TOS5010", node.span, size=size, limit=limits.MAX_DIGITS)
            return None
        made: Any = None
        match kind:
            case v.Number():
                made = read_number(value) if isinstance(value, str) and plain else _exact(value)
            case v.Money(currency=currency):
                made = read_money(value) if isinstance(value, str) else value
                made = made if isinstance(made, Money) and made.currency == currency else None
            case v.Duration(kind=unit):
                made = self._duration(node, value)
                made = made if isinstance(made, Duration) and made.unit == COUNTED_IN[unit] else None
            case _:
                made = read_instant(value) if isinstance(value, str) else value
                aware = isinstance(made, datetime) and made.tzinfo is not None
                made = made.astimezone(UTC) if aware else None
        return self._wrong(path, node, kind) if made is None else made

    def _duration(self, node: Scalar, value: object) -> Duration | None:
        if isinstance(value, str):
            read = read_duration(value)
            value = None if read is None else duration(*read)
        if not isinstance(value, Duration) or written_duration(value) is None:
            return None
        if not is_within(value, limits.MAX_DURATION):
            self._report("TOS5019", node.span, limit=limits.MAX_DURATION)
            return Duration(0, value.unit)
        return value

    def _integer(self, node: Scalar, number: int | str, size: int) -> int | None:
        if size > limits.MAX_DIGITS:
            self._report("TOS5010", node.span, size=size, limit=limits.MAX_DIGITS)
            return None
        return int(number)

    def _date(self, path: str, node: Scalar, text: str) -> date | None:
        try:
            return date.fromisoformat(text)
        except ValueError:
            self._report("TOS1011", node.span, found=text, mend=written_right(text))
            return None

    def _party(self, path: str, node: Scalar, name: str) -> str:
        """Any name will do; a known party's in other letters is an error, a near one is a warning."""
        if name in self._parties:
            return name
        own = letters(name)
        if own == "provider":
            self._report("TOS4014", node.span, path=path)
            return name
        for known in self._parties:
            if letters(known) == own:
                self._report("TOS4013", node.span, path=path, found=name, known=known)
                return name
        if meant := alike(name, self._parties):
            self._report("TOS4009", node.span, path=path, found=name)
            last = self.problems[-1]
            if last.code == "TOS4009" and not enough(self.problems):
                self.problems[-1] = evolve(last, near=meant)
        return name

    def _says_unknown(self, node: Node) -> bool:
        """Whether a word for what is not known stands where a value must, which is reported."""
        if not isinstance(node, Scalar) or not node.plain or node.value not in _UNKNOWN:
            return False
        self._report("TOS1008", node.span, found=node.value, instead=_UNKNOWN_INSTEAD)
        return True

    def _wrong(self, path: str, node: Node, kind: v.Type) -> Any:
        """Nothing, which is reported; where a value is needed it is an unknown one."""
        if self._says_unknown(node):
            return None
        words = expected(kind)
        if isinstance(node, Scalar) and node.plain and node.value == "none":
            words += " (or nothing at all, if it is not known)"
        self._report("TOS4003", node.span, path=path, expected=words, found=found_words(node))
        return None


def letters(name: str) -> str:
    """A name without case, width, spaces and signs: ``Open AI`` and ``openai`` are the same letters."""
    return "".join(each for each in normalize("NFKC", name).casefold() if each.isalnum())
