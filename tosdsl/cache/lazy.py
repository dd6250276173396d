"""A tuple whose items are decoded when they are touched."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Sequence
from typing import Any

from tosdsl.trees.lazy import Lazy


class Stored(Lazy):
    """``ends`` are offsets into ``blob``, one more than items.

    ``decode`` makes an item of its index and plain data.

    ``first`` is the number of the first item among all that the blob has. ``said`` are the names and
    the kinds of the items, each a line, which are known without decoding.
    """

    __slots__ = ("_blob", "_decode", "_ends", "_said", "first")

    def __init__(
        self,
        blob: bytes | memoryview,
        ends: Sequence[int],
        decode: Callable[[int, Any], Any],
        said: tuple[str, str] = ("", ""),
        first: int = 0,
    ) -> None:
        super().__init__()
        self._blob = memoryview(blob)
        self._ends = ends
        self._decode = decode
        self._said = said
        self.first = first

    @property
    def names(self) -> list[str]:
        return self._said[0].split("\n") if self._said[0] else []

    @property
    def kinds(self) -> list[str]:
        return self._said[1].split("\n") if self._said[1] else []

    def __len__(self) -> int:
        return len(self._ends) - 1

    def _make(self, index: int) -> Any:
        plain = marshal.loads(self._blob[self._ends[index] : self._ends[index + 1]])
        return self._decode(index, plain)
