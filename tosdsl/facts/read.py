"""Nodes to facts: each value by the type that the vocabulary gives its fact.

Never a silent unknown: a fact that is not declared, has the wrong type or names no member of its
enumeration is a diagnostic with its path.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast
from unicodedata import normalize

from attrs import define, evolve, field

from tosdsl.base import limits
from tosdsl.base.span import Span
from tosdsl.diagnostics.catalogue import CATALOGUE
from tosdsl.diagnostics.days import written_right
from tosdsl.diagnostics.model import Diagnostic, enough, in_order, mistake
from tosdsl.diagnostics.near import near_names
from tosdsl.diagnostics.zones import misread_in_zone
from tosdsl.facts.exact import is_number, size
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import (
    UNKNOWN,
    Entries,
    Entry,
    Facts,
    Items,
    Node,
    Numeral,
    Other,
    Scalar,
    Taken,
)
from tosdsl.trees.moments import Moment
from tosdsl.trees.quantities import (
    ABSENT,
    COUNTED_IN,
    UNITS,
    Duration,
    Money,
    decimal_words,
    duration,
    instant_or_why,
    is_instant,
    is_within,
    read_duration,
    read_money,
    read_number,
)
from tosdsl.trees.zones import Misread
from tosdsl.unicode.names import (
    NOT_KNOWN,
    Hidden,
    Lettered,
    Mixed,
    NotKnown,
    Own,
    TakenFor,
    Truth,
    letters,
    mistaken,
)

_LARGE = re.compile(r" (thousand|million|billion)\Z")
_LONGEST = len(str(limits.MAX_DIGITS)) + 1
"""Digits of an exponent; with more of them no number is within the limit."""

_REPORTED = object()
"""In place of a number that is past a limit, which has been reported."""

HALVES = re.compile("[\ud800-\udfff]")
"""Halves of a character: an escape can write one, and no text has one."""

_SIZES = {
    counted: [size for other, size in UNITS.values() if other == counted]
    for counted, _ in UNITS.values()
}
"""For each unit in which durations are counted, how many of it the units that can be written have."""

_UNKNOWN_INSTEAD = "the value, or `unknown` (in JSON `null`) for what is not known"
_IN_QUOTES = "; a text that is this word stands in quotation marks"

_YES = {"true": True, "yes": True, "false": False, "no": False}
_INTEGER = re.compile(r"-?[0-9][0-9_]*\Z")
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
    if is_number(value) and size(value) > limits.MAX_DIGITS:
        return f"a number of {size(value)} digits"
    if isinstance(value, Numeral):
        return value.text if len(value.text) <= 40 else value.text[:37] + "…"
    if isinstance(value, Fraction):
        return decimal_words(value)
    if isinstance(value, Money) and size(value.amount) > limits.MAX_DIGITS:
        return f"an amount of {size(value.amount)} digits"
    if isinstance(value, Duration) and size(value.count) > limits.MAX_DIGITS:
        return f"a duration of {size(value.count)} digits"
    return value.type if isinstance(value, Other) else str(value)


def _is_none(node: Node, kind: v.Type) -> bool:
    """Whether a value of an optional type is ``none``; a quoted text is itself where texts are."""
    if not isinstance(node, Scalar):
        return False
    said = (
        isinstance(node.value, str)
        and node.value == "none"
        and (node.plain or not isinstance(kind, v.Text))
    )
    return node.value is ABSENT or said


def _is_unknown(node: Node) -> bool:
    """Whether ``unknown`` stands there, without quotes."""
    return isinstance(node, Scalar) and node.plain and node.value == UNKNOWN


_EXPECTED: dict[type, str] = {
    v.Boolean: "yes or no (true or false in JSON), without quotes",
    v.Integer: "a whole number",
    v.Number: "an exact number such as 0.25",
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
    unknown: set[str] = field(factory=set)
    """The leaves of which it is said that they are not known."""
    _warned: int = 0
    """Warnings so far, those left out too."""
    _known: tuple[str, ...] = ()
    _leaves: tuple[str, ...] = ()

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
                    self._not_known(path, around)
                else:
                    self._not_known(path, around)
            elif path in given:
                self._report("TOS4005", entry.span, path=around + path)
            else:
                given.add(path)
                value = self.value(around + path, entry.value, found.type)
                if value is not None:
                    known[path] = value
                else:
                    self._not_known(path, around)

    def _not_known(self, path: str, around: str) -> None:
        """Note that a fact, or each fact of a record, is said to be unknown; items of lists have no say
        of their own."""
        if around:
            return
        if not self._leaves:
            self._leaves = tuple(leaf.path for leaf in self.vocabulary.leaves())
        self.unknown |= {leaf for leaf in self._leaves if leaf == path or leaf.startswith(f"{path}.")}

    def _field(
        self, entry: Entry, fields: Mapping[str, v.Field], path: str, around: str
    ) -> v.Field | None:
        """The field that a key names: one step, or several with dots."""
        found: v.Field | None = None
        here = list(fields) if around else []
        for step in entry.key.split("."):
            found = fields.get(step)
            if found is None:
                near = (path, here or self._names())
                self._report("TOS4002", entry.span, near, path=around + path)
                return None
            kind = found.type
            fields = {each.name: each for each in kind.fields} if isinstance(kind, v.Record) else {}
        return found

    def _names(self) -> tuple[str, ...]:
        """The names of all facts: the path of each leaf, and each fact."""
        if not self._known:
            self._known = (*(leaf.path for leaf in self.vocabulary.leaves()), *self._top)
        return self._known

    # --- values -------------------------------------------------------------------------------

    def value(self, path: str, node: Node, kind: v.Type) -> Any:
        """The value, or None if it is unknown or wrong (then it is reported)."""
        if type(node) is Taken:
            return node.value
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
            if type(inner) is Taken:
                made.append(inner.value)
                continue
            if self._over():
                return None
            if isinstance(inner, Scalar) and inner.value is None:
                self._report("TOS4008", inner.span, path=path)
                continue
            before = len(self.problems)
            value = self.value(f"{path}[{index}]", inner, item)
            if value is not None:
                made.append(value)
            elif len(self.problems) == before:  # of a list, no item can be left open
                self._report("TOS4008", inner.span, path=path)
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
            case v.Integer():
                return self._integer(path, node)
            case v.Number() | v.Money() | v.Duration() | v.Instant():
                return self._quantity(path, node, kind)
            case v.Date() if isinstance(value, date) and not isinstance(value, datetime):
                return value
            case v.Date() if isinstance(value, str) and _DATE.match(value):
                return self._date(path, node, value)
            case v.Text() | v.Party() if isinstance(value, str) and HALVES.search(value):
                self._report("TOS4022", node.span, path=path)
                return None
            case v.Text() if isinstance(value, str):
                if self._says_unknown(node, _IN_QUOTES):
                    return None
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
        value = node.value
        if isinstance(value, str) and self._too_long(node, sum(each.isdigit() for each in value)):
            return None
        made: Any = None
        match kind:
            case v.Number():
                made = self._number(node)
            case v.Money(currency=currency):
                made = read_money(value) if isinstance(value, str) else value
                if isinstance(made, Money) and made.currency == currency:
                    amount = self._number(evolve(node, value=made.amount))
                    made = None if amount is None else evolve(made, amount=amount)
                else:
                    made = None
            case v.Duration(kind=unit):
                made = self._duration(node, value)
                if isinstance(made, Duration) and made.unit != COUNTED_IN[unit]:
                    made = None
            case _:
                moment = value if isinstance(value, datetime) else None
                made = instant_or_why(value) if isinstance(value, str) else moment and Moment.of(moment)
                if isinstance(made, Misread):
                    words = (made.zone, made.clock, made.instead, made.near)
                    self.problems.append(misread_in_zone(made.reason, node.span, *words, path=path))
                    return None
                if made is None and isinstance(value, str) and is_instant(value):
                    self._report("TOS1011", node.span, found=value, mend=written_right(value))
                    return None
        if made is _REPORTED:
            return None
        return self._wrong(path, node, kind) if made is None else made

    def _number(self, node: Scalar) -> Any:
        """A number of any notation, exact; None if it is none; ``_REPORTED`` if it is too long."""
        value = node.value
        if isinstance(value, str):
            value = read_number(value) if node.plain else None
        if isinstance(value, Numeral):
            value = self._numeral(node, value.text)
        if value is _REPORTED:
            return value
        if not is_number(value):  # a float is not what was written
            return None
        return _REPORTED if self._too_long(node, size(value)) else Fraction(value)

    def _numeral(self, node: Scalar, text: str) -> Any:
        """A number of JSON, or None; ``_REPORTED`` if it is too long to be worked out."""
        mantissa, _, exponent = text.lower().partition("e")
        if self._too_long(node, sum(each.isdigit() for each in mantissa)):
            return _REPORTED
        if len(exponent.lstrip("+-0")) > _LONGEST:
            size, limit = f"more than {limits.MAX_DIGITS}", limits.MAX_DIGITS
            self._report("TOS5010", node.span, size=size, limit=limit)
            return _REPORTED
        return Decimal(text)

    def _integer(self, path: str, node: Scalar) -> int | None:
        value, number = node.value, None
        if isinstance(value, Numeral):
            whole = value.text.removeprefix("-").isdigit()
        elif isinstance(value, str):
            whole = node.plain and bool(_INTEGER.match(value) or _LARGE.search(value))
        else:
            whole = isinstance(value, int | Fraction) and not isinstance(value, bool)
        if whole and isinstance(value, str):
            if self._too_long(node, sum(each.isdigit() for each in value)):
                return None
            value = Fraction(value) if _INTEGER.match(value) else read_number(value)
        if whole:
            number = self._number(evolve(node, value=value))
        if number is _REPORTED:
            return None
        if number is None or number.denominator != 1:
            return cast(None, self._wrong(path, node, v.Integer()))
        return int(number)

    def _too_long(self, node: Scalar, digits: int) -> bool:
        """Whether a number has more digits than it may, which is reported."""
        if digits > limits.MAX_DIGITS:
            self._report("TOS5010", node.span, size=digits, limit=limits.MAX_DIGITS)
        return digits > limits.MAX_DIGITS

    def _duration(self, node: Scalar, value: object) -> Duration | object | None:
        if isinstance(value, str):
            read = read_duration(value)
            value = None if read is None else duration(*read)
        elif isinstance(value, Duration) and value.unit in _SIZES:
            several = [each for each in _SIZES[value.unit] if value.whole % each == 0]
            if self._too_long(node, size(abs(value.whole) // max(several, default=1))):
                return _REPORTED
        if not isinstance(value, Duration):
            return None
        if is_within(value, limits.MAX_DURATION):
            return value
        self._report("TOS5019", node.span, limit=limits.MAX_DURATION)
        return _REPORTED

    def _date(self, path: str, node: Scalar, text: str) -> date | None:
        try:
            return date.fromisoformat(text)
        except ValueError:
            self._report("TOS1011", node.span, found=text, mend=written_right(text))
            return None

    def _party(self, path: str, node: Scalar, name: str) -> str | None:
        """Any name will do; a known party's in other letters is an error, a near one is a warning."""
        if name in self._parties:
            return name
        if _is_unknown(node):
            return None
        if self._mistaken(path, node, name):
            return name
        if meant := near_names(name, self._parties):
            self._report("TOS4009", node.span, path=path, found=name)
            last = self.problems[-1]
            if last.code == "TOS4009" and not enough(self.problems):
                self.problems[-1] = evolve(last, near=meant)
        return name

    def _mistaken(self, path: str, node: Scalar, name: str) -> bool:
        """Whether a name cannot be taken as it stands, which is reported."""
        match mistaken(name, self._parties):
            case Hidden(character):
                self._report("TOS4042", node.span, path=path, character=character)
            case Own():
                self._report("TOS4014", node.span, path=path)
            case NotKnown():
                self._report("TOS1008", node.span, found=name, instead=_UNKNOWN_INSTEAD)
            case Truth():
                words = {"expected": expected(v.Party()), "found": found_words(node)}
                self._report("TOS4003", node.span, path=path, **words)
            case Lettered(known):
                self._report("TOS4013", node.span, path=path, found=name, known=known)
            case TakenFor(known, why):
                self._report("TOS4044", node.span, path=path, found=name, known=known, why=why)
            case Mixed(character, script, other):
                words = {"character": character, "script": script, "other": other}
                self._report("TOS4043", node.span, path=path, found=name, **words)
            case None:
                return False
        return True

    def _says_unknown(self, node: Node, more: str = "") -> bool:
        """Whether a word for what is not known stands where a value must. Any but the language's own
        is reported."""
        if _is_unknown(node):
            return True
        word = node.value if isinstance(node, Scalar) and node.plain else None
        if not isinstance(word, str) or word.casefold() not in NOT_KNOWN:
            return False
        self._report("TOS1008", node.span, found=word, instead=_UNKNOWN_INSTEAD + more)
        return True

    def _wrong(self, path: str, node: Node, kind: v.Type) -> Any:
        """Nothing, which is reported; where a value is needed it is an unknown one."""
        if self._says_unknown(node):
            return None
        words = expected(kind)
        of_a_number = isinstance(v.bare(kind), v.Number) and not node.span.line
        if of_a_number and isinstance(node, Scalar) and isinstance(node.value, float):
            words += " (in Python an int, a Decimal or a Fraction)"
        if isinstance(node, Scalar) and node.plain and node.value == "none":
            words += " (or nothing at all, if it is not known)"
        self._report("TOS4003", node.span, path=path, expected=words, found=found_words(node))
        return None
