"""What the documents of one side say of a use: found by running them, not by the formulas.

    facts -> the verdicts that Kleene's logic leaves, the forces of norms -> the verdict that stays

It is made as a decision makes it, so that what an analysis shows is what ``decide`` tells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from attrs import define, field, frozen

from tosdsl.backends.python.findings import chosen as compiled
from tosdsl.engine.answers import Answers
from tosdsl.engine.completions import Completions
from tosdsl.lower.core import Documents
from tosdsl.lower.nodes import Node, Nodes
from tosdsl.trees import core
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees.facts import Use
from tosdsl.trees.findings import VERDICTS
from tosdsl.trees.versions import in_force

_WHOLE = 1_000
"""Of documents with more norms than this, code is made only of those that may have force for a use."""
_KEPT = 200
"""Choices of norms for which code is kept; past it, it is forgotten."""


@frozen
class Found:
    """What is found of a use. ``top`` is the node of the verdicts, ``values`` has the values of what it
    is made of, by index."""

    remaining: frozenset[str]
    """The verdicts that Kleene's logic leaves possible."""
    forces: list[tuple[Node, bool | None]]
    top: core.Index
    values: tuple[Any, ...]


@frozen
class _Code:
    """A function of ``get``, and the nodes whose values it gives."""

    top: core.Index
    places: dict[core.Index, int]
    run: Callable[[Callable[[str], Any]], tuple[Any, ...]]


@frozen
class _Open:
    """A program to whose nodes the choices of norms add theirs."""

    body: core.Nodes
    functions: Sequence[core.Function]
    written: Mapping[core.Index, tuple[int, ex.Expr]]
    linked: n.Linked


@define(slots=False)
class Told:
    """Puts uses to the documents of one side."""

    documents: Documents
    program: core.Program
    nodes: Nodes
    names: Mapping[str, str]
    as_of: date | None = None
    known_at: date | None = None
    _made: dict[frozenset[n.NormKey] | None, _Code] = field(factory=dict)

    def found(self, facts: Mapping[str, Any], open_: Iterable[n.NormKey] | None = None) -> Found:
        """What is found of a use: of all norms, or of those that are ``open_``, where others have no
        force."""
        several = list(self.nodes.norms if open_ is None else open_)
        keys = frozenset(several) if len(self.nodes.norms) > _WHOLE else None
        code = self._made.get(keys)
        if code is None:
            if len(self._made) >= _KEPT:
                self._made.clear()
            code = self._made[keys] = self._code(keys)
        come = code.run(facts.get)
        values: list[Any] = [None] * len(self.documents.block.nodes)
        for node, place in code.places.items():
            values[node] = come[place]
        walked = (node for key in several for node in self.nodes.norms[key].walk())
        forces = [(node, values[node.nodes.force]) for node in walked]
        return Found(_words(values[code.top]), forces, code.top, tuple(values))

    def settled(self, found: Found, facts: Mapping[str, Any]) -> frozenset[str]:
        """The verdict that every way to fill in the unknown facts gives; where they do not agree, two
        or more that are possible, not always all."""
        if len(found.remaining) == 1:
            return found.remaining
        if self._calls:
            asked = ((path, facts.get(self.names.get(path, path))) for path in self._paths)
            known = {path: value for path, value in asked if value is not None}
            return _words(self._answers.verdict(Use(known, as_of=self.as_of, known_at=self.known_at)))
        return _words(self._completions.of(found.values, facts, (found.top,)).possible(found.top))

    def _code(self, keys: frozenset[n.NormKey] | None) -> _Code:
        top = self.program.possible
        if keys is not None:
            top = self.documents.possible(self.program.tables, keys)
        norms = (self.nodes.norms[key] for key in (self.nodes.norms if keys is None else keys))
        forces = (node.nodes.force for norm in norms for node in norm.walk())
        block = self.documents.block
        several = [*dict.fromkeys((*_under(block, top), *forces))]
        run = compiled(block, self.documents.shared.functions, several)
        return _Code(top, {node: at for at, node in enumerate(several)}, run)

    @cached_property
    def _completions(self) -> Completions:
        whole = self.program
        shared = self.documents.shared
        asked = _Open(shared.block, shared.functions, whole.written, whole.linked)
        return Completions(asked, self.names)

    @cached_property
    def _calls(self) -> bool:
        """Whether a definition has parameters. Here it stands in the place of its call, which would
        settle more than a decision does."""
        policies = (document.policy for document in self.program.linked.documents)
        return any(each.parameters for policy in policies for each in policy.definitions)

    @cached_property
    def _answers(self) -> Answers:
        linked = self.program.linked
        return Answers(linked, in_force(linked, self.as_of, self.known_at))

    @cached_property
    def _paths(self) -> tuple[str, ...]:
        return tuple(leaf.path for leaf in self.program.linked.vocabulary.readable())


def _under(block: core.Nodes, top: core.Index) -> list[core.Index]:
    """A node and what it is made of; what hangs on an item of a list has no value of its own."""
    todo, seen = [top], {top}
    while todo:
        for part in core.parts(block.nodes[todo.pop()]):
            if part not in seen:
                seen.add(part)
                todo.append(part)
    return sorted(at for at in seen if not block.free[at])


def _words(mask: int) -> frozenset[str]:
    return frozenset(word for at, word in enumerate(VERDICTS) if mask >> at & 1)
