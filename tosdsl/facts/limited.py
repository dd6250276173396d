"""The limits that hold however a use comes in, met while it is read and before its types are known.

Each reader of a notation has one ``Limited``, tells it of every value, and stops at what it raises.
"""

from __future__ import annotations

from attrs import define

from tosdsl.base import limits
from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, mistake


class PastLimit(Exception):
    """A document, or what a program gives, is past a limit. ``mistake`` says which, and where."""

    def __init__(self, mistake: Diagnostic) -> None:
        super().__init__(mistake)
        self.mistake = mistake


class Uncounted(Exception):
    """A limit is passed within a part whose places are not known."""


@define
class Limited:
    """Values, counted as often as they occur, and how deep they stand."""

    _values: int = 0

    def deep(self, depth: int, span: Span) -> None:
        """A value stands at this depth; the whole is at 0. Raises PastLimit."""
        if depth > limits.MAX_FACTS_NESTING:
            raise PastLimit(mistake("TOS5006", span, limit=limits.MAX_FACTS_NESTING))

    def one(self, span: Span) -> None:
        """One more item, or one more entry. Raises PastLimit."""
        self._values += 1
        if self._values > limits.MAX_FACTS_VALUES:
            raise PastLimit(mistake("TOS5018", span, limit=limits.MAX_FACTS_VALUES))

    def many(self, count: int) -> None:
        """So many more, whose places are not known. Raises Uncounted."""
        self._values += count
        if self._values > limits.MAX_FACTS_VALUES:
            raise Uncounted

    def item(self, before: int, path: str, span: Span) -> None:
        """One more item of a list that has so many. Raises PastLimit."""
        if before >= limits.MAX_LIST:
            size, limit = f"more than {limits.MAX_LIST}", limits.MAX_LIST
            raise PastLimit(mistake("TOS5007", span, path=path, size=size, limit=limit))
        self.one(span)


def inside(path: str, key: str) -> str:
    """The path of what stands under a key; facts are named without the key that they stand under."""
    return f"{path}.{key}" if path and path != "facts" else key
