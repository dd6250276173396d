"""The compiled reading of a vocabulary: a table of keys for each record, a function for each leaf."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from attrs import evolve

from tosdsl.base import limits
from tosdsl.facts.typed import values
from tosdsl.facts.typed.parties import Names
from tosdsl.facts.typed.right import NOTHING, Right, fits
from tosdsl.facts.typed.said import Said, words
from tosdsl.facts.typed.values import Make
from tosdsl.runtime.checks import Odd
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import PARTS

Facts = dict[str, Any]
Read = Callable[[dict[Any, Any], Facts, Said], int]
"""Puts the leaves of a mapping where they belong, null as None; gives how many leaves there were.

If some are given twice, there are fewer where they belong.
"""


class _Never:
    """The class of no value."""


Entry = tuple[str | None, type, frozenset[Any], Any]
"""What a key of a mapping says: the path of its leaf, None for a record; the class of the values that
are taken as they are, and these; what takes all others, a ``Make``, for a record a ``Read``."""

Table = dict[str, Entry]


class Typed:
    """The reading of facts by one vocabulary, compiled. Safe to share between threads."""

    def __init__(self, vocabulary: v.Vocabulary) -> None:
        self.names = Names(party.name for party in vocabulary.parties)
        self.judged = frozenset(leaf.path for leaf in vocabulary.leaves() if leaf.judged)
        self.depth = _depth(vocabulary.facts)
        """How deep lists and mappings nest below the facts."""
        self._read = _mapping(self._table(vocabulary.facts, ""))
        self._facts = vocabulary.facts

    def read(self, facts: object) -> tuple[Facts, tuple[str, ...]]:
        """The known leaves by path, typed, and the warnings. Raises Odd.

        Facts are as a program gives them: nested, with dotted keys, or both.
        """
        said = Said()
        if self.depth + 2 > limits.MAX_FACTS_NESTING and is_deep(facts, 1):
            raise Odd
        known = self.leaves(facts, said)
        return known, words(said.warned) if said.warned else ()

    def read_decoded(self, facts: object) -> tuple[Facts, tuple[str, ...]]:
        """The same of what a reader of JSON has made: whole numbers as int, others as Decimal."""
        return self.read(facts)

    def leaves(self, facts: object, said: Said) -> Facts:
        """The known leaves of facts by path. Raises Odd."""
        if facts is None:
            return {}
        return _known(self._read, facts, said)

    @cached_property
    def right(self) -> Right | None:
        """What takes the parts of wrong facts that are right; None if they may nest too deep."""
        if not fits(self.depth):
            return None
        return Right(fields=self._leaves)

    @cached_property
    def document(self) -> Right | None:
        """The same for a whole document: what stands beside the facts has to be read in full."""
        if self.right is None:
            return None
        return Right(fields={**dict.fromkeys(PARTS, NOTHING), "facts": self.right})

    def _fields(self, fields: tuple[v.Field, ...]) -> dict[str, Right]:
        """By key of a mapping, with dots as well, what takes the value under it. A record is gone
        through: its leaves are those of the facts."""
        made: dict[str, Right] = {}
        for each in fields:
            if isinstance(each.type, v.Record):
                inner = self._fields(each.type.fields)
                made[each.name] = Right(fields=inner)
                made |= {f"{each.name}.{key}": found for key, found in inner.items()}
            else:
                made[each.name] = self._takes(each.type)
        return made

    def takes(self, path: str) -> Right:
        """What takes the right values of a leaf."""
        return self._leaves.get(path, NOTHING)

    @cached_property
    def _leaves(self) -> dict[str, Right]:
        return self._fields(self._facts) if fits(self.depth) else {}

    def _takes(self, kind: v.Type) -> Right:
        make = self._make(kind, "")
        match kind:
            case v.OptionalOf(item=item):
                return evolve(self._takes(item), make=make)
            case v.ListOf(item=item):
                return Right(make, item=self._takes(item))
            case v.Record(fields=fields):
                return Right(make, fields=self._fields(fields))
        return Right(make)

    # --- what is made once ------------------------------------------------------------------------

    def _table(self, fields: tuple[v.Field, ...], prefix: str, label: str = "") -> Table:
        """The keys of a mapping whose leaves have paths with this prefix."""
        made: Table = {}
        for each in fields:
            path = f"{prefix}{each.name}"
            if isinstance(each.type, v.Record):
                inner = self._table(each.type.fields, f"{path}.", label)
                made[each.name] = (None, _Never, frozenset(), _mapping(inner))
                made |= {f"{each.name}.{key}": found for key, found in inner.items()}
            else:
                taken, plain = self._plain(each.type)
                made[each.name] = (path, taken, plain, self._make(each.type, f"{label}{path}"))
        return made

    def _plain(self, kind: v.Type) -> tuple[type, frozenset[Any]]:
        """The class of values that need no function, and these values."""
        match kind:
            case v.Boolean():
                return bool, frozenset((True, False))
            case v.Enum(members=members):
                return str, frozenset(members)
            case v.Party():
                return str, self.names.plain
            case _:
                return _Never, frozenset()

    def _make(self, kind: v.Type, label: str) -> Make:
        """What takes a value of a type; ``label`` is where it stands, for a warning."""
        simple = _SIMPLE.get(type(kind))
        if simple is not None:
            return simple
        match kind:
            case v.Enum(members=members):
                return values.one_of(members)
            case v.Party():
                return values.party(self.names, label)
            case v.Money(currency=currency):
                return values.money(currency)
            case v.Duration(kind=unit):
                return values.lasting(unit)
            case v.OptionalOf(item=item):
                return values.optional(self._make(item, label), texts=isinstance(item, v.Text))
            case v.ListOf(item=v.Enum(members=members)):
                return values.members(members)
            case v.ListOf(item=v.Party()):
                return values.parties(self.names, label)
            case v.ListOf(item=item):
                return values.several_of(self._make(item, ""), label)
            case v.Record(fields=fields):
                read = _mapping(self._table(fields, "", f"{label}."))
                return lambda value, said: _known(read, value, said)
        raise AssertionError(kind)


_SIMPLE: dict[type, Make] = {
    v.Boolean: values.boolean,
    v.Integer: values.whole,
    v.Number: values.number,
    v.Text: values.a_text,
    v.Date: values.a_date,
    v.Instant: values.instant,
}


def _mapping(table: Table) -> Read:
    """What reads a mapping with these keys."""

    def read(given: dict[Any, Any], known: Facts, said: Said) -> int:
        count = len(given)
        said.keys += count
        try:
            for key, value in given.items():
                if type(key) is not str:
                    raise Odd
                path, taken, plain, make = table[key]
                if path is not None:
                    if type(value) is taken and value in plain:
                        known[path] = value
                    elif value is not None:
                        known[path] = make(value, said)
                    else:
                        known[path] = None
                        said.unknown += 1
                elif type(value) is dict:
                    count += make(value, known, said) - 1
                elif value is None:
                    count -= 1
                else:
                    raise Odd
        except KeyError:
            raise Odd from None
        return count

    return read


def _known(read: Read, given: object, said: Said) -> Facts:
    """The known leaves of a mapping. Raises Odd if one is given twice, too."""
    if type(given) is not dict:
        raise Odd
    known: Facts = {}
    before = said.unknown
    if read(given, known, said) != len(known) or said.items + said.keys > limits.MAX_FACTS_VALUES:
        raise Odd
    if said.unknown > before:
        return {path: value for path, value in known.items() if value is not None}
    return known


def says_unknown(facts: object) -> bool:
    """Whether facts say of one of them, or of a record, that it is not known; or nest too deep to tell.
    Items of lists have no say."""
    todo = [facts]
    for _ in range(limits.MAX_FACTS_NESTING):
        inner: list[object] = []
        for each in todo:
            if type(each) is dict:
                inner += each.values()
        if any(value is None for value in inner):
            return True
        todo = [value for value in inner if type(value) is dict]
        if not todo:
            return False
    return True


def is_deep(value: object, depth: int) -> bool:
    """Whether lists and mappings nest too deep in a value that stands at this depth, or may do so."""
    left = limits.MAX_FACTS_VALUES
    todo = [(value, depth)]
    while todo:
        here, at = todo.pop()
        left -= 1
        if at > limits.MAX_FACTS_NESTING or left < 0:
            return True
        if type(here) is dict:
            todo += [(each, at + 1) for each in here.values()]
        elif type(here) in {list, tuple, set, frozenset}:
            todo += [(each, at + 1) for each in here]  # type: ignore[attr-defined]  # seen above
    return False


def _depth(fields: tuple[v.Field, ...]) -> int:
    return max((_below(each.type) for each in fields), default=0)


def _below(kind: v.Type) -> int:
    match kind:
        case v.Record(fields=fields):
            return 1 + _depth(fields)
        case v.ListOf(item=item):
            return 1 + _below(item)
        case v.OptionalOf(item=item):
            return _below(item)
        case _:
            return 0
