"""One entry of the cache: named sections of plain data, each unmarshalled when it is asked for.

Plain data is what ``marshal`` writes: numbers, texts, bytes, tuples, lists, mappings, code objects. In:
sections by name. Out: bytes for the store, and from such bytes the sections again. Needs no attrs.

INVARIANT: bytes come from ``Store.get``, which vouches for who wrote them. ``marshal`` itself is not
safe against bytes that somebody made up.
"""

from __future__ import annotations

import marshal

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing takes longer to import than an image to read
    from collections.abc import Mapping
    from typing import Any

_LENGTH = 8


class Image:
    """Sections by name. Immutable; threads may share it."""

    def __init__(self, parts: Mapping[str, bytes | memoryview]) -> None:
        self._parts = dict(parts)

    @classmethod
    def read(cls, data: bytes | memoryview) -> Image | None:
        """The image in an entry, or None if this is none."""
        view = memoryview(data)
        start = _LENGTH + int.from_bytes(view[:_LENGTH], "little")
        try:
            index = marshal.loads(view[_LENGTH:start])
            parts = {name: view[start + at : start + at + size] for name, at, size in index}
        except (ValueError, TypeError, EOFError):
            return None
        return cls(parts)

    def write(self) -> bytes:
        """The entry: what ``read`` reads."""
        index, at = [], 0
        for name, part in self._parts.items():
            index.append((name, at, len(part)))
            at += len(part)
        head = marshal.dumps(index)
        return b"".join((len(head).to_bytes(_LENGTH, "little"), head, *self._parts.values()))

    def names(self) -> tuple[str, ...]:
        """The sections that there are."""
        return tuple(self._parts)

    def raw(self, name: str) -> bytes | memoryview | None:
        """A section's bytes as they are, or None."""
        return self._parts.get(name)

    def section(self, name: str) -> Any:
        """A section's plain data, made anew each time, or None if it is not there."""
        part = self._parts.get(name)
        if part is None:
            return None
        try:
            return marshal.loads(part)
        except (ValueError, TypeError, EOFError):
            return None

    def with_section(self, name: str, plain: Any) -> Image:
        """The image with a section more, or another one. Raises ValueError if the data is not plain."""
        return self.with_raw(name, marshal.dumps(plain))

    def with_raw(self, name: str, part: bytes | memoryview) -> Image:
        """The image with a section of bytes that ``raw`` gives back."""
        return Image({**self._parts, name: part})
