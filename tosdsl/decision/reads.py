"""Which facts a clause reads, and which of its parts ask for one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import define, field

from tosdsl.trees import expressions as ex
from tosdsl.trees import items
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.findings import ExceptionFinding, NormFinding
from tosdsl.trees.walk import paths, reads


@define
class Reads:
    """Paths that expressions read, definitions followed."""

    linked: n.Linked
    _definitions: list[dict[str, frozenset[str]]] = field(init=False)
    _norms: dict[n.NormKey, n.Norm] = field(init=False)
    judged_fields: dict[str, v.Leaf] = field(init=False)
    """The judged fields of the items of lists, by path."""
    _items: list[items.Read] = field(init=False)
    _known: dict[tuple[int, int], tuple[ex.Expr, frozenset[str]]] = field(factory=dict)
    """By document and identity of an expression, what it reads. It is kept with it: no other takes its
    place."""
    _around: dict[n.NormKey, tuple[tuple[int, str, ex.Expr], ...]] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self._norms = dict(self.linked.norms())
        self._definitions = [reads(each.policy.definitions) for each in self.linked.documents]
        self.judged_fields = items.judged(self.linked.vocabulary)
        self._items = [
            items.Read({one.name: one for one in each.policy.definitions})
            for each in self.linked.documents
        ]

    def of(self, index: int, exprs: Iterable[ex.Expr | None]) -> frozenset[str]:
        """Every path that the expressions of a document read."""
        return frozenset().union(*(self._of(index, expr) for expr in exprs if expr))

    def _of(self, index: int, expr: ex.Expr) -> frozenset[str]:
        found = self._known.get((index, id(expr)))
        if found is None:
            read = frozenset(paths(expr, self._definitions[index]))
            found = self._known[index, id(expr)] = expr, read
        return found[1]

    def judged(self, index: int, exprs: Iterable[ex.Expr | None]) -> frozenset[str]:
        """The judged fields of items that the expressions of a document read."""
        if not self.judged_fields:
            return frozenset()
        read = {path for expr in exprs if expr for path in self._items[index].of(expr)}
        return frozenset(
            each for each in self.judged_fields if any(items.in_fact(each, path) for path in read)
        )

    def around(self, key: n.NormKey) -> tuple[tuple[int, str, ex.Expr], ...]:
        """The scopes of the sections that a norm stands in, and of the documents by which it came in:
        what ``Linked.scopes`` has of each."""
        found = self._around.get(key)
        if found is None:
            found = self._around[key] = tuple(self._scopes_around(key))
        return found

    def _scopes_around(self, key: n.NormKey) -> Iterator[tuple[int, str, ex.Expr]]:
        for section in self.linked.documents[key[0]].policy.root.walk():
            if any(norm.id == key[1] for norm in section.all_norms()):
                yield from self.linked.scopes(key[0], section)
        for within in [*self.linked.around(key[0])][1:]:
            yield from self.linked.scopes(within, self.linked.documents[within].policy.root)

    def asking(self, key: n.NormKey, found: NormFinding) -> Iterator[tuple[str, frozenset[str]]]:
        """The norm and its exceptions, each with what its own unknown conditions read."""
        yield from self._asking(key[0], self._norms[key], found)

    def _asking(
        self, index: int, node: n.Norm | n.ExceptionNode, found: NormFinding | ExceptionFinding
    ) -> Iterator[tuple[str, frozenset[str]]]:
        truths = (found.applies, *found.provisos)
        tested = zip((node.when, *node.provisos), truths, strict=True)
        open_ = [expr for expr, truth in tested if truth is None]
        yield self.linked.documents[index].qualified(node.id), self.of(index, open_)
        for inner, its in zip(node.exceptions, found.exceptions, strict=True):
            if its.force is None:
                yield from self._asking(index, inner, its)
