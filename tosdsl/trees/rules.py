"""Provisions compiled down to formulas: what has force when, and the sections' tables.

Exceptions, precedence, definitions and scopes are worked in; what is left is Kleene's logic over tests
of facts. A formula is a list of nodes in which each refers to earlier ones only (every part stands
there once, however often it is used), and its last node is what it comes to.

Plain tuples throughout, so that a formula is compared, hashed and written to disk as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from attrs import field

from tosdsl.base.node import frozen
from tosdsl.base.span import Span, place
from tosdsl.trees import core
from tosdsl.trees import norms as n
from tosdsl.trees.vocabulary import Vocabulary

Node: TypeAlias = tuple[Any, ...]
"""One of

=====================================  ===========================================================
``("truth", value)``                   True, False, or None for unknown
``("test", op, path, parameter)``      a test of one leaf; ``parameter`` is the index of the constant
                                       that it is tested against, None for ``true``
``("beyond", number)``                 the opaque condition of that number in ``Rules.beyond``
``("not", node)``                      by its place in the list
``("and", (node, …))``, ``("or", …)``  two or more, in the order of the text
=====================================  ===========================================================

``op`` is ``true`` (a boolean leaf), ``is``, ``in`` (the constant is a set), ``includes``, ``overlaps``
(a set), ``< <= > >=``, ``starts with`` or ``ends with``.
"""

Formula: TypeAlias = tuple[Node, ...]

Needs: TypeAlias = Mapping[str, tuple[bool, frozenset[Any]]]
"""By path, the values of which a leaf must have one, and whether it is a list: then among its items."""

LISTED = frozenset({"includes", "overlaps"})
ASKED = frozenset({"is", "in"}) | LISTED
"""The tests that say what a leaf must be."""

TRUE: Formula = (("truth", True),)
FALSE: Formula = (("truth", False),)


def parts(node: Node) -> tuple[int, ...]:
    """The places of the nodes directly inside one."""
    match node[0]:
        case "not":
            return (node[1],)
        case "and" | "or":
            several: tuple[int, ...] = node[1]
            return several
        case _:
            return ()


@frozen
class Bound:
    """A formula with its constants: ``shape`` is what it has in common with others."""

    shape: Formula
    constants: tuple[Any, ...] = ()

    @property
    def settled(self) -> bool | None:
        """What it comes to whatever the facts are; None if that depends on them, or is unknown."""
        last = self.shape[-1]
        return last[1] if last[0] == "truth" else None


@frozen
class Clause:
    """A prohibition or a permission, and when it has force.

    ``row`` is the index of its section's row. ``key`` is that of the norm.
    """

    key: n.NormKey
    id: str
    modality: str
    row: int
    force: Bound
    needs: Needs | None = field(factory=dict)
    """What leaves must be for it to apply; None if it never does."""
    span: Span = place()


@frozen
class Row:
    """A section's table; ``scope`` is its own. ``rows`` are the indexes of those of its sections."""

    scope: Bound
    default: str | None
    rows: tuple[int, ...] = ()


@frozen
class Rules:
    """``rows`` lists every row, each after those around it; ``top`` are those of the documents."""

    name: str
    clauses: tuple[Clause, ...]
    rows: tuple[Row, ...]
    top: tuple[int, ...]
    vocabulary: Vocabulary
    beyond: tuple[core.Index, ...] = ()
    """Conditions that are no logic over tests of single leaves: nodes of ``program``."""
    tests: tuple[tuple[str, str, Any], ...] = ()
    """How, which leaf, and against what: of all conditions, those too that no force depends on. A
    decision tells more than forces: what defeated a clause that would have had none by itself."""
    program: core.Program | None = field(default=None, eq=False, repr=False)
    """What the rules were made of, where there are conditions beyond."""
