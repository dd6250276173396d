"""Vocabularies that use one another: each elaborated once, after those that it uses.

In: names, and a way to find what they name. Out: the vocabularies, and what of them could not be
read: a name that seems to be missing may be in that, and is not reported a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from attrs import define, field, frozen

from tosdsl.base import limits
from tosdsl.base.recent import Recent
from tosdsl.diagnostics.model import Diagnostic, Severity, mistake
from tosdsl.elaborate.policy import vocabulary_with_definitions
from tosdsl.elaborate.vocabulary import elaborate_vocabulary
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v

Unit = tuple[s.Vocabulary, frozenset[str]]
"""A vocabulary as written, and the words of what could not be read in its file."""

Find = Callable[[s.Name], Unit | None]
"""Finds a vocabulary by the name that uses it; reports by itself when there is none."""


@frozen
class ReadIn:
    """Vocabularies read together. ``missing``: one of them, or one that they use, is not there."""

    found: tuple[v.Vocabulary, ...] = ()
    missing: bool = False
    lost: frozenset[str] = frozenset()

    @property
    def whole(self) -> bool:
        return not self.missing and not self.lost

    def explains(self, problem: Diagnostic) -> bool:
        """Whether a mistake of those who use the vocabularies is a consequence of what is missing."""
        words = dict(problem.words)
        named = words.get("name", "").split(".")
        if problem.code == "TOS3001":  # a definition, or an exception of one
            missing = self.missing and words["kind"] == "definition"
            return missing or not self.lost.isdisjoint(named)
        if problem.code[3] != "2":
            return False
        return self.missing or not self.lost.isdisjoint(named)


@frozen
class Known:
    """A vocabulary that was made, and of what: identities are of use as long as the objects live."""

    unit: s.Vocabulary
    used: tuple[v.Vocabulary, ...]
    made: v.Vocabulary
    problems: tuple[Diagnostic, ...]


@define
class Vocabularies:
    """Every vocabulary that a question needs."""

    find: Find
    problems: list[Diagnostic]
    known: Recent[tuple[Any, ...], Known] = field(factory=lambda: Recent(limits.MAX_USES))
    """What came of vocabularies before, by the identities of their trees and of those that they use."""
    doubled: set[str] = field(factory=set)
    """Names that two vocabularies have: which one is meant, and so what is in it, is not known."""
    _read: dict[str, ReadIn] = field(factory=dict)
    _units: dict[int, tuple[s.Vocabulary, v.Vocabulary]] = field(factory=dict)
    """What came of each by the identity of its tree, which is kept along."""
    _open: list[str] = field(factory=list)
    _too_deep: bool = False

    def declared(self, unit: s.Vocabulary, lost: frozenset[str]) -> None:
        """A vocabulary of a text that was asked about, though nobody may use it."""
        self._one(unit.name, lambda _: (unit, lost))

    def made_of(self, unit: s.Vocabulary) -> v.Vocabulary:
        """What a vocabulary came to; an empty one if it was not read, or another of its name was."""
        made = self._units.get(id(unit))
        return v.Vocabulary("") if made is None else made[1]

    def used(self, names: Iterable[s.Name], lost: frozenset[str]) -> ReadIn:
        """Several vocabularies. ``lost`` are words of the asking text that could not be read."""
        absent = ReadIn(missing=True)
        gone = lost | self.doubled
        each = [absent if name.text in gone else self._one(name, self.find) for name in names]
        return ReadIn(
            tuple(one for read_in in each for one in read_in.found),
            s.LOST_USE in lost or any(read_in.missing for read_in in each),
            frozenset(word for read_in in each for word in read_in.lost),
        )

    def _one(self, name: s.Name, find: Find) -> ReadIn:
        if name.text in self._open:
            cycle = " → ".join([*self._open[self._open.index(name.text) :], name.text])
            self.problems.append(mistake("TOS2019", name.span, cycle=cycle))
            return ReadIn(missing=True)
        if name.text not in self._read:
            if len(self._open) >= limits.MAX_USES:
                if not self._too_deep:
                    self.problems.append(mistake("TOS5016", name.span, limit=limits.MAX_USES))
                self._too_deep = True
                return ReadIn(missing=True)
            self._open.append(name.text)
            self._read[name.text] = self._elaborated(name, find)
            self._open.pop()
        return self._read[name.text]

    def _elaborated(self, name: s.Name, find: Find) -> ReadIn:
        unit = find(name)
        if unit is None:
            return ReadIn(missing=True)
        vocabulary, lost = unit
        names = [item.name for item in vocabulary.items if isinstance(item, s.Use)]
        used = self.used(names, lost)
        made, problems = self._made(vocabulary, used.found, lost)
        self._units[id(vocabulary)] = (vocabulary, made)
        self.problems += [each for each in problems if not used.explains(each)]
        limited = any(each.code[3] == "5" for each in problems)
        errors = any(each.severity is Severity.ERROR for each in problems)
        gone = _left_out(vocabulary, made) if errors else frozenset()
        return ReadIn((made,), used.missing or limited, used.lost | lost | gone)

    def _made(
        self, unit: s.Vocabulary, used: tuple[v.Vocabulary, ...], lost: frozenset[str]
    ) -> tuple[v.Vocabulary, Sequence[Diagnostic]]:
        """The vocabulary with its mistakes; that of before, if its text is that of before."""
        key = (id(unit), lost, *map(id, used))
        known = self.known.get(key)
        if known is None:
            problems: list[Diagnostic] = []
            facts = elaborate_vocabulary(unit, used, lost, problems)
            made = vocabulary_with_definitions(unit, facts, lost, problems)
            known = self.known.put(key, Known(unit, used, made, tuple(problems)))
        return known.made, known.problems


def _left_out(unit: s.Vocabulary, made: v.Vocabulary) -> frozenset[str]:
    """The names that a vocabulary declares, and that did not come out of it."""
    names = {field.name for fact in made.facts for field in _fields(fact)}
    names |= {field.name for kind in made.types if isinstance(kind, v.Record) for field in kind.fields}
    names |= {each.name for each in made.definitions}
    declared: set[str] = set()
    for item in unit.items:
        if isinstance(item, s.Fact):
            declared.add(item.decl.name.text)
        elif isinstance(item, s.Define):
            declared.add(item.name.text)
        elif isinstance(item, s.RecordType):
            declared.update(each.name.text for each in item.fields)
    return frozenset(declared - names)


def _fields(fact: v.Field) -> tuple[v.Field, ...]:
    return (fact, *fact.type.fields) if isinstance(fact.type, v.Record) else (fact,)
