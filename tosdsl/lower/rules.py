"""A program of the core to rules: the force of each clause as a formula, and the tables of sections.

Forces, scopes and tables are the program's. Here they are written out, each as a formula of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from attrs import define, evolve, field

from tosdsl.base import limits
from tosdsl.formulas.space import Space
from tosdsl.lower.core import program
from tosdsl.lower.parts import Parts
from tosdsl.lower.tests import coded
from tosdsl.trees import core
from tosdsl.trees import norms as n
from tosdsl.trees import rules as r
from tosdsl.trees.vocabulary import Boolean, Vocabulary

_FEW_PARTS = 4_000
"""Parts that are written out whatever the text has: making code of them takes no time."""

_CONDITIONS = frozenset({"fact", "compare", "some", "every", "call"})
"""Nodes of conditions that are no logic over others."""


class TooManyParts(Exception):
    """Written out, the clauses would be too large: a long chain of clauses subject to others."""


def lower(
    linked: n.Linked, in_force: Sequence[bool], vocabulary: Vocabulary, day: date | None = None
) -> r.Rules:
    """``in_force``: for each document, whether it is, with all on the path by which it came in.

    ``vocabulary`` has the facts that may be given; ``day`` is that of the use, where it is one for all
    questions. Raises TooManyParts.
    """
    return _Rules(program(linked, tuple(in_force), day)).rules(vocabulary)


@define
class _Rules:
    program: core.Program
    parts: Parts = field(init=False)
    rows: list[r.Row] = field(factory=list)
    bound: list[tuple[n.NormKey, n.Norm, int]] = field(factory=list)
    """The prohibitions and permissions that bind, each with its row."""
    _size: int = 0

    def __attrs_post_init__(self) -> None:
        self.parts = Parts(self.program.body, Space(), coded)

    @property
    def space(self) -> Space:
        return self.parts.space

    def rules(self, vocabulary: Vocabulary) -> r.Rules:
        documents = self.program.linked.documents
        name = documents[0].policy.name if documents else ""
        tables = zip(documents, self.program.tables, strict=True)
        top = tuple([self._section(document.policy.root, nodes) for document, nodes in tables])
        clauses = tuple(map(self._clause, self.bound))
        self._all_conditions()
        opaque = tuple(self.parts.opaque)
        tests = tuple(self.space.all_tests())
        whole = self.program if opaque else None
        return r.Rules(name, clauses, tuple(self.rows), top, vocabulary, opaque, tests, whole)

    def _section(self, section: n.Section, nodes: core.SectionNodes) -> int:
        at = len(self.rows)
        row = r.Row(self.space.bound(self.parts.of(nodes.scope)), nodes.stance)
        self.rows.append(row)
        binding = {*nodes.forbidding, *nodes.permitting}
        for norm in section.norms:
            key = nodes.document, norm.id
            if key in binding:
                self.bound.append((key, norm, at))
        inside = zip(section.sections, nodes.sections, strict=True)
        inner = tuple([self._section(each, its) for each, its in inside])
        self.rows[at] = evolve(row, rows=inner)
        return at

    def _clause(self, bound: tuple[n.NormKey, n.Norm, int]) -> r.Clause:
        """A norm that binds, as a clause of the rules."""
        key, norm, row = bound
        nodes = self.program.norms[key]
        full = self.program.linked.documents[key[0]].qualified(norm.id)
        needs = {} if norm.when is None else self.space.needs(self.parts.of(nodes.when))
        force = self._bound(self.parts.of(nodes.force))
        return r.Clause(key, full, norm.modality, row, force, needs, span=norm.span)

    def _bound(self, made: int) -> r.Bound:
        """A formula written out."""
        bound = self.space.bound(made)
        self._size += len(bound.shape)
        most = max(_FEW_PARTS, limits.MAX_WRITTEN_OUT * len(self.space))
        if self._size > min(most, limits.MAX_PARTS):
            raise TooManyParts
        return bound

    def _all_conditions(self) -> None:
        """Those too that no force depends on: a decision tells more than forces."""
        body = self.program.body
        for at, node in enumerate(body.nodes):
            if node[0] in _CONDITIONS and not body.free[at] and body.types[at] == Boolean():
                self.parts.of(at)
