"""What names stand for, and which vocabulary or policy declares it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from attrs import define, field, frozen

from tosdsl.base.span import Span
from tosdsl.pipeline import Compilation
from tosdsl.trees import surface as s
from tosdsl.trees.lazy import only

Kind = Literal[
    "document",
    "vocabulary",
    "type",
    "member",
    "fact",
    "field",
    "party",
    "interpretation",
    "definition",
    "parameter",
    "item",
    "clause",
    "section",
    "exception",
    "scenario",
    "property",
]
Role = Literal["declaration", "reference"]


@frozen(order=True)
class Symbol:
    """``owner`` is the id of the vocabulary or policy that declares it, empty for these themselves.

    ``name`` is its whole name in there: ``Type.member``, ``Type.field``, ``clause.exception``,
    ``definition.parameter``. An item of a list has its place in its name, as many have one name.
    """

    kind: Kind
    owner: str
    name: str

    @property
    def word(self) -> str:
        """The name as it stands in a text."""
        if self.kind in ("document", "vocabulary", "scenario", "property"):
            return self.name
        if self.kind == "item":
            return self.name.partition("@")[0]
        return self.name.rpartition(".")[2]


@frozen
class Occurrence:
    """A place where a symbol is named: one segment of a dotted name, or the title of a scenario."""

    symbol: Symbol
    span: Span
    role: Role


@define
class Declared:
    """The vocabularies and policies of the texts that were read, and what each declares."""

    vocabularies: Mapping[str, s.Vocabulary]
    policies: Mapping[str, tuple[s.Policy, ...]]
    """By id, in all versions."""
    _clauses: dict[str, dict[str, Kind]] = field(factory=dict)

    @classmethod
    def of(cls, work: Compilation) -> Declared:
        """Those of all texts that were read, the nearest first."""
        vocabularies: dict[str, s.Vocabulary] = {}
        policies: dict[str, tuple[s.Policy, ...]] = {}
        for file in work.sources:
            for unit in work.units_in(file):
                if isinstance(unit, s.Vocabulary):
                    vocabularies.setdefault(unit.name.text, unit)
                else:
                    policies[unit.name.text] = (*policies.get(unit.name.text, ()), unit)
        return cls(vocabularies, policies)

    def used(self, unit: s.Unit) -> Iterator[s.Vocabulary]:
        """The vocabularies of a unit, itself included, in the order in which they are looked into."""
        seen: set[str] = set()
        todo: list[s.Unit] = [unit]
        while todo:
            each = todo.pop(0)
            if isinstance(each, s.Vocabulary):
                if each.name.text in seen:
                    continue
                seen.add(each.name.text)
                yield each
            names = [item.name.text for item in each.items if isinstance(item, s.Use)]
            todo += [self.vocabularies[name] for name in names if name in self.vocabularies]

    def owner(self, unit: s.Unit, name: str, kind: type) -> str:
        """The vocabulary that declares a fact, a type or a party for a unit, by its id; or empty."""
        for vocabulary in self.used(unit):
            for item in vocabulary.items:
                if isinstance(item, kind) and name_of(item) == name:
                    return vocabulary.name.text
        return ""

    def defined(self, vocabulary: str) -> Mapping[str, Kind]:
        """What the ids of a vocabulary's definitions name."""
        unit = self.vocabularies.get(vocabulary)
        return {} if unit is None else {id_: kind for id_, kind, _ in ids(defines(unit))}

    def clauses(self, policy: str) -> Mapping[str, Kind]:
        """What the ids of a policy's clauses name, in any version."""
        if policy not in self._clauses:
            kinds: dict[str, Kind] = {}
            for unit in self.policies.get(policy, ()):
                kinds |= {id_: kind for id_, kind, _ in ids(unit.items)}
            self._clauses[policy] = kinds
        return self._clauses[policy]


def defines(unit: s.Vocabulary) -> tuple[s.Define, ...]:
    """The definitions that stand in a vocabulary."""
    return tuple(only(unit.items, s.Define))


def name_of(item: s.VocabularyItem) -> str:
    """The name of what a vocabulary declares."""
    return item.decl.name.text if isinstance(item, s.Fact) else item.name.text


def ids(items: tuple[s.PolicyItem, ...]) -> Iterator[tuple[str, Kind, s.Name]]:
    """Every id of a clause, a section, a definition or an exception, and its name where declared."""
    for item in items:
        match item:
            case s.Section():
                yield item.name.text, "section", item.name
                yield from ids(item.items)
            case s.Define() | s.Norm():
                kind: Kind = "definition" if isinstance(item, s.Define) else "clause"
                yield item.name.text, kind, item.name
                yield from _inner(item.name.text, item.exceptions)
            case s.Table():
                yield item.name.text, "definition", item.name
            case s.Standalone(node=node):
                yield node.name.text, "exception", node.name
                yield from _inner(node.name.text, node.exceptions)


def _inner(
    owner: str, exceptions: tuple[s.ExceptionNode | s.ExceptionRef, ...]
) -> Iterator[tuple[str, Kind, s.Name]]:
    for each in exceptions:
        if isinstance(each, s.ExceptionNode):
            id_ = f"{owner}.{each.name.text}"
            yield id_, "exception", each.name
            yield from _inner(id_, each.exceptions)
