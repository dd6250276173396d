"""A side of a question: one whole of documents, and what can be claimed of its nodes and verdict.

``force``, ``when`` and the like give parts of the formulas' space; ``verdict`` gives claims.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from attrs import define, field

from tosdsl.analysis import claims as c
from tosdsl.analysis.claims import Claim
from tosdsl.formulas.space import Space
from tosdsl.lower.narrow import Narrowing
from tosdsl.lower.nodes import Node, Nodes, Table
from tosdsl.lower.wide import worked
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees.facts import Facts

VERDICTS = ("permitted", "forbidden", "not_applicable")
"""Those that can be settled."""


@define(slots=False)
class Side:
    """One whole in the common space. ``own`` maps names of facts here to those of the documents."""

    nodes: Nodes
    space: Space
    as_of: date | None = None
    known_at: date | None = None
    own: Mapping[str, str] = field(factory=dict)

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

    @cached_property
    def narrowing(self) -> Narrowing:
        """Makes the documents smaller."""
        return Narrowing(self.linked)

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
        parts: Any = self.nodes.parts
        made: int = parts(document, expr)
        return made

    def worked(self, node: Node, expr: ex.Expr) -> ex.Expr | None:
        """An expression of a node's document with its definitions worked in, by the names of the
        question; None if it is too large then."""
        policy = self.linked.documents[node.key[0]].policy
        renamed = {own: name for name, own in self.own.items()}
        return worked(expr, {each.name: each for each in policy.definitions}, renamed)

    def facts(self, known: Facts) -> dict[str, Any]:
        """Facts in the names that the documents have for them."""
        elsewhere = set(self.own.values()) - self.own.keys()  # a name that is another fact's here
        return {
            self.own.get(path, path): value for path, value in known.items() if path not in elsewhere
        }

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
        stance = table.default
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
