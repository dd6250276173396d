"""A side of a question: one whole of documents, and what can be claimed of its nodes and verdict.

``force``, ``when`` and the like give parts of the formulas' space; ``verdict`` gives claims.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property

from attrs import define, field

from tosdsl.analysis import claims as c
from tosdsl.analysis.claims import Claim
from tosdsl.analysis.conditions import Conditions
from tosdsl.analysis.told import Told
from tosdsl.formulas.space import Space
from tosdsl.lower.core import Documents
from tosdsl.lower.nodes import Node, Nodes, Table, keep
from tosdsl.trees import core
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees.findings import VERDICTS

_FEW = 24
"""Of documents with more norms than this, a use is compared with those that may have force for it: the
others have none by their formulas."""


@define(slots=False)
class Side:
    """One whole in the common space."""

    documents: Documents
    conditions: Conditions
    as_of: date | None = None
    known_at: date | None = None
    names: Mapping[str, str] = field(factory=dict)
    """Facts by their names here, with those that they have in the question where these are others."""
    program: core.Program = field(init=False)
    nodes: Nodes = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.program = self.documents.program()
        self.nodes = keep(self.program, self.conditions.parts)

    @property
    def space(self) -> Space:
        return self.conditions.space

    @property
    def linked(self) -> n.Linked:
        return self.nodes.linked

    @cached_property
    def by_id(self) -> dict[str, Node]:
        """Norms and exceptions by their full ids; of a document that came in twice, the first."""
        found: dict[str, Node] = {}
        for norm in self.nodes.norms.values():
            for node in norm.walk():
                found.setdefault(node.id, node)
        return found

    def node(self, id_: str) -> Node:
        """A norm or an exception, by its full id. Raises KeyError."""
        return self.by_id[id_]

    def force(self, id_: str) -> int:
        """The part that a norm's or an exception's force is, its scope included."""
        return self.in_scope(self.by_id[id_])

    def in_scope(self, node: Node) -> int:
        return self.space.every((node.scope, node.force))

    def when(self, id_: str) -> int:
        return self.by_id[id_].when

    def condition(self, expr: ex.Expr, document: int = 0) -> int:
        """The part of a condition in the words of a document."""
        return self.conditions.parts.of(self.documents.condition(document, expr))

    def value(self, node: Node, expr: ex.Expr) -> core.Index:
        """The node of the core that an expression of a norm comes to; equal ones are one."""
        return self.documents.condition(node.key[0], expr)

    def worked(self, node: Node, expr: ex.Expr) -> ex.Expr | None:
        """An expression of a norm with its definitions worked in, by the names of the question; None if
        it is too large then."""
        return self.conditions.unfolded.whole(self.value(node, expr))

    # --- uses -----------------------------------------------------------------------------------

    @cached_property
    def large(self) -> bool:
        """Whether a use is compared only with the norms that may have force for it."""
        return len(self.nodes.norms) > _FEW

    @cached_property
    def told(self) -> Told:
        """What puts uses to the documents."""
        return Told(self.documents, self.program, self.nodes, self.names, self.as_of, self.known_at)

    # --- verdicts -------------------------------------------------------------------------------

    def may_be(self, word: str) -> Claim:
        """Some completion of the tables' unknown inputs gives this verdict."""
        return self._may[VERDICTS.index(word)]

    def verdict(self, word: str) -> Claim:
        """``permitted``, ``forbidden``, ``not_applicable`` or ``undetermined``."""
        if word == "undetermined":
            one, other, third = self._may
            return c.either(c.both(one, other), c.both(one, third), c.both(other, third))
        # Some verdict is always possible, so that no other is possible is enough.
        return c.every(c.negation(self.may_be(other)) for other in VERDICTS if other != word)

    def possible(self, words: Iterable[str]) -> Claim:
        """Just these verdicts are possible."""
        chosen = set(words)
        return c.every(
            self.may_be(word) if word in chosen else c.negation(self.may_be(word)) for word in VERDICTS
        )

    @cached_property
    def _may(self) -> tuple[Claim, Claim, Claim]:
        return _joined([self._row(table) for table in self.nodes.tables])

    def _row(self, table: Table) -> tuple[Claim, Claim, Claim]:
        """Of one section: whether it may be permitted, forbidden, not applicable."""
        forbids = self.section_part(table.forbids)
        permits = self.section_part(table.permits)
        neither = c.both(c.is_not_true(forbids), c.is_not_true(permits))
        stance = table.stance
        allowed = c.is_not_true(forbids)
        if stance != "permit":
            allowed = c.both(allowed, c.is_not_false(permits))
        own = (
            allowed,
            c.either(c.is_not_false(forbids), neither)
            if stance == "forbid"
            else c.is_not_false(forbids),
            neither if stance is None else c.NEVER,
        )
        permitted, forbidden, absent = _joined([own, *map(self._row, table.tables)])
        within, outside = c.is_not_false(table.scope), c.is_not_true(table.scope)
        return c.both(within, permitted), c.both(within, forbidden), c.either(outside, absent)

    def section_part(self, keys: Iterable[n.NormKey]) -> int:
        """Whether one of these norms has force, the section's scope aside."""
        return self.space.some(self.nodes.norms[key].force for key in keys)

    def bound(self) -> Iterator[Node]:
        """The prohibitions and permissions that bind."""
        return (node for node in self.nodes.norms.values() if node.binds and node.kind != "require")


def _joined(parts: list[tuple[Claim, Claim, Claim]]) -> tuple[Claim, Claim, Claim]:
    """Over sections and documents the strongest verdict counts; each part comes out by itself."""
    return (
        c.both(
            c.some(permitted for permitted, _, _ in parts),
            *(c.either(permitted, absent) for permitted, _, absent in parts),
        ),
        c.some(forbidden for _, forbidden, _ in parts),
        c.every(absent for _, _, absent in parts),
    )
