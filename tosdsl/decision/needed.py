"""What to ask for, where a question is open, and which clauses ask for it.

facts that matter, the state of each clause -> Need, questions
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import frozen

from tosdsl.decision.items import of_items
from tosdsl.decision.layout import Asking, Clause, Layout, Row
from tosdsl.decision.model import Need
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
        clauses: dict[str, dict[str, None]] = {path: {} for path in leaves if path in asked}
        first = dict[str, int]()
        open_ = self._open(rows)
        for at, (clause, reads) in enumerate(open_):
            for path in asked & reads:
                if path in clauses:
                    clauses[path][clause] = None
                    first.setdefault(path, at)
        for path in sorted(clauses, key=lambda path: first.get(path, len(open_))):
            leaf, known = leaves[path], self.use.facts.get(path)
            question = leaf.question
            if known is not None:  # what is open is something that its items do not say
                question = " ".join(of_items(known, leaf.type, linked)) or question
            yield Need(path, question, leaf.judged, tuple(clauses[path]))

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
            yield from self._asking(self.layout.asking(clause))
            for other, node in clause.nodes.above:
                if values[node] is None and other not in seen:
                    yield from self._open_scopes(other)
                    seen.add(other)
                    todo.append(self.layout.clauses[other])

    def _asking(self, each: Asking) -> Iterator[tuple[str, frozenset[str]]]:
        """The norm and its exceptions, each with what its own unknown conditions read."""
        values = self.values
        open_ = [reads for at, reads in each.conditions if values[at] is None]
        yield each.full, open_[0] if len(open_) == 1 else frozenset().union(*open_)
        for force, inner in each.exceptions:
            if values[force] is None:
                yield from self._asking(inner)

    def _open_scopes(self, key: n.NormKey) -> Iterator[tuple[str, frozenset[str]]]:
        """The open scopes around a norm: of its sections, its document, and those around that."""
        program = self.layout.program
        for index, name, scope in self.layout.reads.around(key):
            if self.values[program.conditions[index, id(scope)]] is None:
                yield name, self.layout.reads.of(index, (scope,))
