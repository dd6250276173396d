"""Tuples whose items are made when they are touched.

Such a sequence stands for the tuple: it has its length, order, equality and hash, and travels as it.
Threads may share one: an item that two of them touch at once is the same object to both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, overload

from attrs import fields, has

from tosdsl.base.span import NOWHERE, Span


class Lazy(Sequence[Any]):
    """What a subclass has to say is the length, and how the item at an index is made."""

    __slots__ = ("__weakref__", "_made")

    def __init__(self) -> None:
        self._made: dict[int, Any] = {}

    def _make(self, index: int) -> Any:
        raise NotImplementedError

    @property
    def names(self) -> list[str]:
        """The ids of the items, where these have ids that are known without making them."""
        return []

    @property
    def kinds(self) -> list[str]:
        """The modalities of the items, where these have some that are known without making them."""
        return []

    def __bool__(self) -> bool:
        return len(self) > 0

    def _item(self, index: int) -> Any:
        made = self._made.get(index)
        if made is None:
            made = self._made.setdefault(index, self._make(index))
        return made

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Any, ...]: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return tuple(map(self._item, range(*index.indices(len(self)))))
        place = index + len(self) if index < 0 else index
        if not 0 <= place < len(self):
            raise IndexError("tuple index out of range")
        return self._item(place)

    def __iter__(self) -> Iterator[Any]:
        return map(self._item, range(len(self)))

    def made(self) -> int:
        """How many items have been made so far."""
        return len(self._made)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, tuple | Lazy):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))

    def __add__(self, other: Any) -> tuple[Any, ...]:
        return tuple(self) + tuple(other) if isinstance(other, tuple | Lazy) else NotImplemented

    def __radd__(self, other: Any) -> tuple[Any, ...]:
        return other + tuple(self) if isinstance(other, tuple) else NotImplemented

    def __reduce__(self) -> tuple[type[tuple[Any, ...]], tuple[list[Any]]]:
        return tuple, (list(self),)


class Moved(Lazy):
    """Nodes that were made when their text stood on other lines. Each is moved when it is touched.

    ``nodes`` are as they were made, ``by`` says by how many lines each has moved since.
    """

    __slots__ = ("by", "nodes")

    def __init__(self, nodes: tuple[Any, ...], by: tuple[int, ...]) -> None:
        super().__init__()
        self.nodes = nodes
        self.by = by

    def __len__(self) -> int:
        return len(self.nodes)

    def _make(self, index: int) -> Any:
        return moved(self.nodes[index], self.by[index])

    @property
    def names(self) -> list[str]:
        return [each.id for each in self.nodes]

    @property
    def kinds(self) -> list[str]:
        return [each.modality for each in self.nodes]


def sequence(nodes: Iterable[Any], by: Iterable[int]) -> Any:
    """The nodes where they stand now: a tuple if none has moved."""
    several, lines = tuple(nodes), tuple(by)
    return Moved(several, lines) if any(lines) else several


def unplaced(nodes: Sequence[Any]) -> Sequence[Any]:
    """The nodes for a reader who looks at no place: those that have moved are not made anew."""
    return nodes.nodes if isinstance(nodes, Moved) else nodes


def with_lines(nodes: Sequence[Any]) -> Iterator[tuple[Any, int]]:
    """Each node as it was made, and by how many lines it has moved since."""
    if isinstance(nodes, Moved):
        yield from zip(nodes.nodes, nodes.by, strict=True)
    else:
        for each in nodes:
            yield each, 0


def only(nodes: Sequence[Any], kind: Any) -> Iterator[Any]:
    """The nodes of a class (or of several), in their places; the others are not made."""
    if isinstance(nodes, Moved):
        for index, each in enumerate(nodes.nodes):
            if isinstance(each, kind):
                yield nodes[index]
    else:
        yield from (each for each in nodes if isinstance(each, kind))


# --- moving -------------------------------------------------------------------------------------------

_PLACED = frozenset(
    f"tosdsl.trees.{module}"
    for module in ("cases", "expressions", "facts", "norms", "surface", "written")
)
"""Whose nodes have places in the text of a policy. Types have them too, in that of the vocabulary."""

_FIELDS: dict[type, tuple[tuple[str, str], ...] | None] = {}
"""For each class met the names and aliases of its fields; None if it is no node with a place."""


def shifted(span: Span, by: int) -> Span:
    """The place so many lines further down."""
    if not by or not span.line:
        return span
    return Span(span.file, span.line + by, span.column, span.end_line + by, span.end_column)


def moved(tree: Any, by: int) -> Any:
    """The tree with every place so many lines further down. What it shares with itself stays so."""
    return _moved(tree, by, {}) if by else tree


def _moved(tree: Any, by: int, known: dict[int, Any]) -> Any:
    kind = type(tree)
    if kind is tuple:
        return tuple([_moved(each, by, known) for each in tree]) if tree else tree
    if kind is Span:
        return tree if tree is NOWHERE else shifted(tree, by)
    if kind is str:
        return tree
    if kind in _FIELDS:
        names = _FIELDS[kind]
    else:
        placed = has(kind) and kind.__module__ in _PLACED
        names = tuple((each.name, each.alias) for each in fields(kind)) if placed else None
        _FIELDS[kind] = names
    if names is None:
        return _moved(tuple(tree), by, known) if isinstance(tree, Moved) else tree
    made = known.get(id(tree))
    if made is None:
        values = {alias: _moved(getattr(tree, name), by, known) for name, alias in names}
        made = known[id(tree)] = kind(**values)
    return made
