"""Conditions of some documents, each by itself: compiled when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from attrs import define, field

from tosdsl.backends.python.findings import Truth, function
from tosdsl.backends.python.findings import conditions as compiled
from tosdsl.lower.core import Core, Documents
from tosdsl.trees import norms as n
from tosdsl.trees.expressions import Expr
from tosdsl.trees.vocabulary import Type


@define
class Conditions:
    """Makes functions of conditions: ``condition(get, day) -> True, False or None for unknown``.

    ``get`` gives the typed value of a leaf by its path, or None; ``day`` is that of the use, or None. A
    condition may be one that no clause
    has, in the words of a document.
    """

    linked: n.Linked
    _core: Core = field(factory=Core)
    _documents: Documents = field(init=False)
    _known: dict[tuple[int, int], tuple[Expr, Truth]] = field(factory=dict)
    """By document and identity of the expression; kept with it, so that no other takes its place."""

    _inside: dict[tuple[int, int], tuple[Expr, Callable[..., Any]]] = field(factory=dict)
    """The same of expressions with names at hand."""

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

    def inside(self, document: int, expr: Expr, kinds: Mapping[str, Type]) -> Callable[..., Any]:
        """The function of an expression that stands in a list, or in a definition that takes values:
        of ``get``, the day of the use, and the values of the names at hand in the order of ``kinds``,
        their types."""
        found = self._inside.get((document, id(expr)))
        if found is None:
            number = self._documents.taking(document, expr, kinds)
            made = function(self._core.block, self._core.functions, number)
            found = self._inside[document, id(expr)] = expr, made
        return found[1]
