"""What was made of the clauses and sections of an earlier text, to be taken again.

A clause or a section in which no mistake was found is the same again if its tree is the same object,
and so is all that it can lean on: the vocabulary, the definitions' types, the exceptions of their own
that it names, what the ids are that it is ordered against. It may have moved. Words that were lost only
keep mistakes from being told: what has none is the same if more words are lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from attrs import define, evolve, field

from tosdsl.elaborate.expressions import Typer
from tosdsl.trees import norms as n
from tosdsl.trees import surface as s
from tosdsl.trees.lazy import moved

Item: TypeAlias = s.Norm | s.Section | s.Scenario | s.Property


@define(eq=False)
class Provision:
    """``made`` of ``item``, ``by`` lines below where it was read."""

    item: Item
    by: int
    made: Any
    precedences: tuple[n.Precedence, ...]
    exceptions: Mapping[str, s.ExceptionNode | None]
    """The exceptions that stand alone and are named in it, by name; None where there is none."""
    kinds: Mapping[str, str | None]
    """What the ids are that it is ordered against, or that it expects something of."""
    lost: frozenset[str]
    """The words that were not missed: no mistake was found but for these."""
    states: frozenset[str] = frozenset()
    """The states of obligations that it reads."""


class Asked(Mapping[str, str]):
    """What the ids name, and a note of which of them were asked for."""

    def __init__(self, kinds: Mapping[str, str]) -> None:
        self._kinds = kinds
        self.answers: dict[str, str | None] = {}

    def __getitem__(self, name: str) -> str:
        self.answers[name] = self._kinds.get(name)
        return self._kinds[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)


@define(eq=False)
class Declared:
    """The ids of an item and of all in it: what each names, and the line on which it did when read."""

    item: s.PolicyItem
    kinds: dict[str, str] = field(factory=dict)
    lines: dict[str, int] = field(factory=dict)


@define
class Provisions:
    """Those of one policy, by the identity of their trees."""

    by_item: dict[int, Provision] = field(factory=dict)
    declared: dict[int, Declared] = field(factory=dict)
    context: tuple[Any, ...] = ()
    """What all of them lean on."""


@define
class Memory:
    """What is known of a policy, and what will be. Without ``known`` nothing is remembered."""

    known: Provisions | None
    is_of_use: bool = True
    """Not where two things have one id: which one is meant is not known."""
    _now: dict[int, Provision] = field(factory=dict)
    _declared: dict[int, Declared] = field(factory=dict)

    def declared(self, item: s.PolicyItem) -> Declared | None:
        """The ids of an item that was there before."""
        found = self.known.declared.get(id(item)) if self.known is not None else None
        if found is not None:
            self._declared[id(item)] = found
        return found

    def note_declared(self, found: Declared) -> None:
        """Remember the ids of an item. Exceptions of their own are looked for each time, and what has
        the same id as something else."""
        if self.known is None or not isinstance(found.item, s.Norm | s.Section):
            return
        if not _holds_exceptions(found.item):
            self._declared[id(found.item)] = found

    def begin(self, typer: Typer, more: tuple[Any, ...]) -> None:
        """Clauses are next. Forget all of them if what they lean on has changed."""
        if self.known is None:
            return
        context = (
            *(
                typer.provider,
                typer.zone,
                typer.definitions,
                typer.parameters,
                typer.nested,
                typer.parts,
            ),
            *more,
        )
        was = self.known.context
        if not was or was[0] is not typer.vocabulary or was[1:] != context:
            self.known.by_item = {}
        self.known.context = (typer.vocabulary, *context)
        self._now = {}

    def found(
        self,
        item: Item,
        by: int,
        lost: frozenset[str],
        kinds: Mapping[str, str],
        standalone: Mapping[str, s.ExceptionNode],
    ) -> Provision | None:
        """What was made of an item, if it comes to the same."""
        if self.known is None or not self.is_of_use:
            return None
        known = self.known.by_item.get(id(item))
        if known is None or not known.lost <= lost:
            return None
        if known.exceptions and known.by != by:
            return None  # these have stayed where they were
        if any(standalone.get(name) is not node for name, node in known.exceptions.items()):
            return None
        if any(kinds.get(name) != kind for name, kind in known.kinds.items()):
            return None
        self._now[id(item)] = known
        return known

    def here(self, known: Provision, by: int) -> Any:
        """What was made, in its place now, and the same object as long as it stays there."""
        if known.by != by:
            made = moved(known.made, by - known.by)
            known = self._now[id(known.item)] = evolve(known, by=by, made=made)
        return known.made

    def note(self, provision: Provision) -> None:
        """Remember an item. A section that holds what others name is made anew each time."""
        if self.known is not None and self.is_of_use and not _holds_exceptions(provision.item):
            self._now[id(provision.item)] = provision

    def done(self) -> None:
        """Keep what this policy has, and no other, unless two things of it have one id."""
        if self.known is not None and self.is_of_use:
            self.known.by_item = self._now
            self.known.declared = self._declared


def _holds_exceptions(item: Item | s.Standalone) -> bool:
    if not isinstance(item, s.Section):
        return False
    return any(isinstance(each, s.Standalone) or _holds_exceptions(each) for each in item.items)
