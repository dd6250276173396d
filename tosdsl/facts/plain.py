"""Facts that can be taken as a program gives them, and single leaves read with care.

For generated code: it takes the plain cases itself, and asks here what is plain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

from attrs import define, field

from tosdsl.diagnostics.model import Diagnostic
from tosdsl.diagnostics.near import near_names
from tosdsl.facts.given import from_python
from tosdsl.facts.read import Reader
from tosdsl.facts.typed import Typed
from tosdsl.facts.typed.right import Right
from tosdsl.runtime import checks
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Facts
from tosdsl.unicode.names import letters, mistaken


@define
class Plain:
    """What is plain in the facts of a vocabulary."""

    vocabulary: v.Vocabulary
    parties: checks.Parties = field(init=False)
    """Names that are no known party's in other letters."""
    careful_parties: checks.Parties = field(init=False)
    """The same, without those that resemble a known party's name: they are worth a warning."""
    _types: dict[str, v.Type] = field(init=False)
    _records: dict[str, tuple[v.Field, ...]] = field(factory=dict)
    _takes: dict[str, Right] = field(factory=dict)
    """By path of a leaf that was asked for, what takes its right values."""

    def __attrs_post_init__(self) -> None:
        names = [party.name for party in self.vocabulary.parties]
        plain = [name for name in names if name.isascii()]
        known = frozenset(names)

        def other(name: str) -> bool:
            return name.isascii() and bool(letters(name)) and mistaken(name, known) is None

        self.parties = checks.Parties(plain, other)
        self.careful_parties = checks.Parties(
            plain, lambda name: other(name) and not near_names(name, names)
        )
        self._types = {leaf.path: leaf.type for leaf in self.vocabulary.leaves()}
        self._add("", self.vocabulary.facts)

    @cached_property
    def _typed(self) -> Typed:
        return Typed(self.vocabulary)

    def _add(self, path: str, fields: tuple[v.Field, ...]) -> None:
        self._records[path] = fields
        for each in fields:
            if isinstance(each.type, v.Record):
                self._add(f"{path}.{each.name}" if path else each.name, each.type.fields)

    # --- one value ------------------------------------------------------------------------------

    def typed(self, path: str, value: object) -> Any:
        """A leaf's value as the full reading has it; raises Odd where it has anything to say."""
        if path not in self._takes:
            self._takes[path] = self._typed.takes(path)
        taken = None if value is None else self._takes[path].taken(value)
        if taken is not None:
            return taken[0].value
        problems: list[Diagnostic] = []
        node = from_python(value, problems)
        if node is None:
            raise checks.Odd
        made = Reader(self.vocabulary, problems).value(path, node, self._types[path])
        if problems:
            raise checks.Odd
        return made

    def _check(self, path: str, kind: v.Type) -> checks.Check:
        """Whether a value that no condition reads can be taken."""
        match kind:
            case v.Record():
                return self.rest(path)
            case v.Boolean():
                return lambda value: value is True or value is False
            case v.Enum(members=members):
                return frozenset(members).__contains__
            case v.Text():
                return checks.text
            case v.Party():
                return self.careful_parties.one
            case v.Integer():
                return checks.is_whole
            case v.ListOf(item=v.Enum(members=members)):
                return _list_of(frozenset(members).issuperset)
            case v.ListOf(item=v.Party()):
                return _list_of(self.careful_parties.all)
            case v.ListOf(item=v.Text()):
                return _list_of(checks.texts)
            case _:
                return lambda value: self._reads(path, value)

    def _reads(self, path: str, value: object) -> bool:
        try:
            self.typed(path, value)
        except checks.Odd:
            return False
        return True

    def rest(self, record: str) -> checks.Rest:
        """The check of a whole record, of the facts themselves for ``""``."""
        dot = f"{record}." if record else ""
        fields = self._records[record]
        return checks.Rest({each.name: self._check(f"{dot}{each.name}", each.type) for each in fields})

    # --- what a condition reads -----------------------------------------------------------------

    def reader(self, wanted: Iterable[str]) -> Callable[[object], Facts]:
        """What gives certain leaves out of facts as they are given; it raises where they are odd."""
        steps = [(path, path.split(".")) for path in wanted]

        def read(facts: object) -> Facts:
            known = {}
            for path, names in steps:
                value: Any = facts
                for name in names:
                    value = None if value is None else value.get(name)
                if value is not None and (made := self.typed(path, value)) is not None:
                    known[path] = made
            return known

        return read


def _list_of(good: Callable[[Any], bool]) -> checks.Check:
    """The check of a list whose items are ``good``, all of them."""

    def check(value: Any) -> bool:
        return (
            (type(value) is list or type(value) is tuple)
            and len(value) <= checks.LONGEST
            and good(value)
        )

    return check
