"""A tuple whose items are decoded when they are touched.

It stands for the tuple: it has its length, order, equality and hash, and travels as it. Threads may
share it: an item that two of them touch at once is the same object to both.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterator, Sequence
from typing import Any, overload


class Lazy(Sequence[Any]):
    """``ends`` are offsets into ``blob``, one more than items.

    ``decode`` makes an item of its index and plain data.

    ``first`` is the number of the first item among all that the blob has. ``names`` and ``kinds`` are
    known without decoding.
    """

    __slots__ = ("__weakref__", "_blob", "_decode", "_ends", "_made", "_said", "first")

    def __init__(
        self,
        blob: bytes | memoryview,
        ends: Sequence[int],
        decode: Callable[[int, Any], Any],
        said: tuple[str, str] = ("", ""),
        first: int = 0,
    ) -> None:
        self._blob = memoryview(blob)
        self._ends = ends
        self._decode = decode
        self._made: dict[int, Any] = {}
        self._said = said
        self.first = first

    @property
    def names(self) -> list[str]:
        """The ids of the items, where these have ids."""
        return self._said[0].split("\n") if self._said[0] else []

    @property
    def kinds(self) -> list[str]:
        """The modalities of the items, where these have one."""
        return self._said[1].split("\n") if self._said[1] else []

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __bool__(self) -> bool:
        return len(self._ends) > 1

    def _item(self, index: int) -> Any:
        made = self._made.get(index)
        if made is None:
            plain = marshal.loads(self._blob[self._ends[index] : self._ends[index + 1]])
            made = self._made.setdefault(index, self._decode(index, plain))
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

    def decoded(self) -> int:
        """How many items have been decoded so far."""
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
