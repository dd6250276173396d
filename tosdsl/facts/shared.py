"""A use read for a vocabulary that knows a part of its facts.

In: the nodes of a document, and a vocabulary. Out: the use so far as the vocabulary has facts of those
names into which the values fit; the names of those that it does not have; and of those that do not
fit, why. Everything else that is wrong with the document is a mistake, as it is in any reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from attrs import define, evolve, field

from tosdsl.base.node import frozen
from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, Severity
from tosdsl.facts.use import read_use
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Entries, Entry, Items, Node, Scalar, Use


@frozen
class Unfit:
    """A fact of the vocabulary that cannot have the value that is given, and why."""

    fact: str
    why: str


@frozen
class Shared:
    """What a vocabulary knows of a use. ``known``, ``unknown`` and ``unfit`` are in the order given.
    ``read`` are the interpretations of its texts of which a reading is chosen."""

    use: Use
    known: tuple[str, ...]
    unknown: tuple[str, ...]
    unfit: tuple[Unfit, ...]
    read: tuple[str, ...] = ()


def read_shared(
    root: Node,
    vocabulary: v.Vocabulary,
    problems: list[Diagnostic],
    refused: Mapping[str, str] = MappingProxyType({}),
) -> Shared:
    """What the vocabulary knows of a use. ``refused`` are facts that it is not told, and why."""
    sieve = _Sieve(vocabulary, {leaf.path for leaf in vocabulary.leaves()}, refused)
    use = read_use(sieve.document(root), vocabulary, problems)
    known, unknown = (tuple(dict.fromkeys(each)) for each in (sieve.known, sieve.unknown))
    return Shared(use, known, unknown, _once(sieve), tuple(sieve.read))


def given_facts(root: Node) -> Iterator[tuple[str, Span]]:
    """The path of each fact that a document speaks of, with its place; records are gone into."""
    for entry in root.entries if isinstance(root, Entries) else ():
        match entry:
            case Entry(key="facts" | "reading", value=Entries() as facts):
                yield from _paths("", facts)
            case Entry(key="readings", value=Entries(entries=readings)):
                for each in readings:
                    if isinstance(each.value, Entries):
                        yield from _paths("", each.value)
            case Entry(key="assertions", value=Items(items=items)):
                for said in items:
                    fact, value = _part(said, "fact"), _part(said, "value")
                    if isinstance(fact, Scalar) and isinstance(fact.value, str) and value is not None:
                        yield from _leaf_paths(fact.value, value, fact.span)


def _once(sieve: _Sieve) -> tuple[Unfit, ...]:
    return tuple({each.fact: each for each in reversed(sieve.unfit)}.values())[::-1]


def _paths(around: str, facts: Entries) -> Iterator[tuple[str, Span]]:
    for entry in facts.entries:
        yield from _leaf_paths(f"{around}{entry.key}", entry.value, entry.span)


def _leaf_paths(path: str, value: Node, span: Span) -> Iterator[tuple[str, Span]]:
    if isinstance(value, Entries) and value.entries:
        yield from _paths(f"{path}.", value)
    else:
        yield path, span


def _part(node: Node, key: str) -> Node | None:
    entries = node.entries if isinstance(node, Entries) else ()
    return next((entry.value for entry in entries if entry.key == key), None)


_Around = Callable[[Entry], Node]
"""Puts one fact into a document in which there is nothing else."""


@define
class _Sieve:
    vocabulary: v.Vocabulary
    leaves: set[str]
    refused: Mapping[str, str]
    known: list[str] = field(factory=list)
    unknown: list[str] = field(factory=list)
    unfit: list[Unfit] = field(factory=list)
    read: list[str] = field(factory=list)

    def document(self, root: Node) -> Node:
        """The document with the facts that are known here."""
        if not isinstance(root, Entries):
            return root
        return evolve(root, entries=tuple(map(self._part_of, root.entries)))

    def _part_of(self, entry: Entry) -> Entry:
        match entry:
            case Entry(key="facts", value=Entries() as facts):
                return evolve(entry, value=self._facts(facts, _alone))
            case Entry(key="reading", value=Entries() as read):
                several = self.vocabulary.interpretations
                names = {name for each in several for name in (each.name, each.path)}
                chosen = tuple(each for each in read.entries if each.key in names)
                self.read += [each.key for each in chosen]
                return evolve(entry, value=evolve(read, entries=chosen))
            case Entry(key="readings", value=Entries() as readings):
                kept = (self._reading(each) for each in readings.entries)
                some = tuple(each for each in kept if each is not None)
                return evolve(entry, value=evolve(readings, entries=some))
            case Entry(key="assertions", value=Items() as said):
                items = tuple(inner for each in said.items for inner in self._assertions(each))
                return evolve(entry, value=evolve(said, items=items))
            case _:
                return entry

    def _facts(self, facts: Entries, around: _Around) -> Entries:
        """The known leaves, each under its whole path."""
        kept: list[Entry] = []
        for entry in facts.entries:
            kept += self._leaves(entry.key, entry.value, entry, around)
        return evolve(facts, entries=tuple(kept))

    def _leaves(self, path: str, value: Node, at: Entry, around: _Around) -> Iterator[Entry]:
        if path in self.leaves:
            found = evolve(at, key=path, value=value)
            if self._fits(path, around(found)):
                self.known.append(path)
                yield found
        elif isinstance(value, Entries) and value.entries:
            for entry in value.entries:
                yield from self._leaves(f"{path}.{entry.key}", entry.value, entry, around)
        else:
            self.unknown.append(path)

    def _fits(self, path: str, document: Node) -> bool:
        if path in self.refused:
            self.unfit.append(Unfit(path, self.refused[path]))
            return False
        problems: list[Diagnostic] = []
        read_use(document, self.vocabulary, problems)
        wrong = next((each for each in problems if each.severity is Severity.ERROR), None)
        if wrong is not None:
            self.unfit.append(Unfit(path, wrong.message))
        return wrong is None

    def _reading(self, reading: Entry) -> Entry | None:
        """A reading with what is known here; None if that is nothing."""
        if not isinstance(reading.value, Entries):
            return reading

        def around(fact: Entry) -> Node:
            alone = evolve(reading, value=Entries((fact,)))
            return Entries((Entry("readings", Entries((alone,))),))

        kept = self._facts(reading.value, around)
        return evolve(reading, value=kept) if kept.entries or not reading.value.entries else None

    def _assertions(self, said: Node) -> Iterator[Node]:
        """One for each known leaf of what an assertion is about."""
        fact, value = _part(said, "fact"), _part(said, "value")
        if not isinstance(said, Entries) or not isinstance(fact, Scalar) or value is None:
            yield said
            return
        if not isinstance(fact.value, str):
            yield said
            return
        for leaf in self._leaves(fact.value, value, Entry("value", value, span=fact.span), _alone):
            others = (each for each in said.entries if each.key not in {"fact", "value"})
            path = evolve(fact, value=leaf.key)
            yield evolve(said, entries=(Entry("fact", path), Entry("value", leaf.value), *others))


def _alone(fact: Entry) -> Node:
    return Entries((Entry("facts", Entries((fact,))),))
