"""Which facts a clause reads, and which of its parts ask for one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from attrs import define, field

from tosdsl.trees import norms as n
from tosdsl.trees.findings import ExceptionFinding, NormFinding


@define
class Reads:
    """Paths that expressions read, definitions followed."""

    linked: n.Linked
    _definitions: list[dict[str, frozenset[str]]] = field(init=False)
    _norms: dict[n.NormKey, n.Norm] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._norms = dict(self.linked.norms())
        self._definitions = []
        for document in self.linked.documents:
            known: dict[str, frozenset[str]] = {}
            for definition in document.policy.definitions:
                known[definition.name] = frozenset(_paths(definition.body, known))
            self._definitions.append(known)

    def of(self, index: int, exprs: Iterable[n.Expr | None]) -> frozenset[str]:
        """Every path that the expressions of a document read."""
        known = self._definitions[index]
        return frozenset(path for expr in exprs if expr for path in _paths(expr, known))

    def scope(self, index: int, section: n.Section) -> frozenset[str]:
        return self.of(index, (section.scope,))

    def asking(self, index: int, norm: n.Norm, found: NormFinding, path: str) -> Iterator[str]:
        """The full ids of the norm and its exceptions whose own unknown conditions read the path."""
        document = self.linked.documents[index]
        if found.force is None:
            yield from self._asking(document, index, norm, found, path)

    def _asking(
        self,
        document: n.Document,
        index: int,
        node: n.Norm | n.ExceptionNode,
        found: NormFinding | ExceptionFinding,
        path: str,
    ) -> Iterator[str]:
        truths = (found.applies, *found.provisos)
        open_ = [
            expr
            for expr, truth in zip((node.when, *node.provisos), truths, strict=True)
            if truth is None
        ]
        if path in self.of(index, open_):
            yield document.qualified(node.id)
        for inner, its in zip(node.exceptions, found.exceptions, strict=True):
            if its.force is None:
                yield from self._asking(document, index, inner, its, path)

    def support(self, key: n.NormKey) -> frozenset[str]:
        """Every path read by a norm, by its exceptions, and by the norms that prevail over it."""
        todo, done, read = [key], {key}, frozenset[str]()
        while todo:
            index, id_ = todo.pop()
            read |= self.of(index, _conditions(self._norms[index, id_]))
            above = [other for other in self.linked.above.get((index, id_), ()) if other not in done]
            todo += above
            done.update(above)
        return read


def _conditions(node: n.Norm | n.ExceptionNode) -> Iterator[n.Expr | None]:
    yield node.when
    yield from node.provisos
    for inner in node.exceptions:
        yield from _conditions(inner)


def _paths(expr: n.Expr, definitions: dict[str, frozenset[str]]) -> Iterator[str]:
    match expr:
        case n.FactRef(path=path):
            yield path
        case n.DefinitionRef(name=name):
            yield from definitions[name]
        case n.Compare(left=left, right=right):
            yield from _paths(left, definitions)
            yield from _paths(right, definitions)
        case n.SetOf(items=items) | n.And(items=items) | n.Or(items=items):
            for item in items:
                yield from _paths(item, definitions)
        case n.Not(item=item):
            yield from _paths(item, definitions)
        case n.Literal():
            return
        case _:
            assert_never(expr)
