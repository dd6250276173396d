"""Conditions of some documents, each by itself: compiled when it is first asked for."""

from __future__ import annotations

from attrs import define, field

from tosdsl.backends.python.findings import Truth
from tosdsl.backends.python.findings import conditions as compiled
from tosdsl.lower.core import Core, Documents
from tosdsl.trees import norms as n
from tosdsl.trees.expressions import Expr


@define
class Conditions:
    """Makes functions of conditions: ``condition(get) -> True, False or None for unknown``.

    ``get`` gives the typed value of a leaf by its path, or None. A condition may be one that no clause
    has, in the words of a document.
    """

    linked: n.Linked
    _core: Core = field(factory=Core)
    _documents: Documents = field(init=False)
    _known: dict[tuple[int, int], tuple[Expr, Truth]] = field(factory=dict)
    """By document and identity of the expression; kept with it, so that no other takes its place."""

    def __attrs_post_init__(self) -> None:
        self._documents = self._core.documents(self.linked, ())

    def of(self, document: int, expr: Expr) -> Truth:
        """The function of a condition of a document."""
        found = self._known.get((document, id(expr)))
        if found is None:
            node = self._documents.condition(document, expr)
            (made,) = compiled(self._core.block, self._core.functions, [node])
            found = self._known[document, id(expr)] = expr, made
        return found[1]
