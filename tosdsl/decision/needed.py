"""What to ask for, where a question is open, and which clauses ask for it.

facts that matter, the state of each clause -> Need, questions
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import frozen

from tosdsl.decision.items import of_items
from tosdsl.decision.layout import Clause, Layout, Row
from tosdsl.decision.model import Need
from tosdsl.trees import core
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Use


@frozen
class Needed:
    """What one question needs."""

    layout: Layout
    leaves: Mapping[str, v.Leaf]
    values: tuple[Any, ...]
    use: Use

    def questions(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Of these facts, those that are not known, or not of every item: what to ask."""
        leaves = self.leaves
        for path in paths:
            known = self.use.facts.get(path)
            if known is None:
                yield path, leaves[path].question
            elif asked := " ".join(of_items(known, leaves[path].type, self.layout.program.linked)):
                yield path, asked

    def needs(self, asked: frozenset[str], rows: list[Row]) -> Iterator[Need]:
        """Of each fact, what to ask; those that the first clauses read come first."""
        leaves, linked = self.leaves, self.layout.program.linked
        open_ = self._open(rows)

        def first(path: str) -> int:
            return next((at for at, (_, reads) in enumerate(open_) if path in reads), len(open_))

        for path in sorted((path for path in leaves if path in asked), key=first):
            leaf, known = leaves[path], self.use.facts.get(path)
            question = leaf.question
            if known is not None:  # what is open is something that its items do not say
                question = " ".join(of_items(known, leaf.type, linked)) or question
            clauses = dict.fromkeys(clause for clause, reads in open_ if path in reads)
            yield Need(path, question, leaf.judged, tuple(clauses))

    def _open(self, rows: list[Row]) -> list[tuple[str, frozenset[str]]]:
        """The full ids of what is open, each with the facts that its own open conditions read.

        Sections and clauses that bind, and those that may displace one of them, wherever they stand.
        """
        open_ = (row for row in rows if self.values[row.nodes.scope] is None)
        asking = [(each.full, each.reads) for row in open_ for each in row.scopes]
        asking += self._open_norms([clause for row in rows for clause in row.clauses])
        return asking

    def _open_norms(self, clauses: list[Clause]) -> Iterator[tuple[str, frozenset[str]]]:
        """Of these norms and those that may displace one of them, what is open in them."""
        values, todo = self.values, list(clauses)
        seen = {clause.key for clause in todo}
        for clause in todo:  # it grows
            if values[clause.nodes.force] is not None:
                continue
            yield from self._asking(clause.key[0], clause.norm, clause.nodes)
            for other, node in clause.nodes.above:
                if values[node] is None and other not in seen:
                    yield from self._open_scopes(other)
                    seen.add(other)
                    todo.append(self.layout.clauses[other])

    def _asking(
        self,
        index: int,
        node: n.Norm | n.ExceptionNode,
        nodes: core.NormNodes | core.ExceptionNodes,
    ) -> Iterator[tuple[str, frozenset[str]]]:
        """The norm and its exceptions, each with what its own unknown conditions read."""
        tested = zip((node.when, *node.provisos), (nodes.when, *nodes.provisos), strict=True)
        open_ = [expr for expr, at in tested if self.values[at] is None]
        document = self.layout.program.linked.documents[index]
        yield document.qualified(node.id), self.layout.reads.of(index, open_)
        for inner, its in zip(node.exceptions, nodes.exceptions, strict=True):
            if self.values[its.force] is None:
                yield from self._asking(index, inner, its)

    def _open_scopes(self, key: n.NormKey) -> Iterator[tuple[str, frozenset[str]]]:
        """The open scopes around a norm: of its sections, its document, and those around that."""
        program = self.layout.program
        for index, name, scope in self.layout.reads.around(key):
            if self.values[program.conditions[index, id(scope)]] is None:
                yield name, self.layout.reads.of(index, (scope,))
