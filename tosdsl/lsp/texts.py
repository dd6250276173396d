"""A text as an editor counts it, and as the language does.

An editor's lines end with a line feed, a carriage return, or both; the language's with a line feed
alone. An editor's columns are units of the encoding that was agreed on; the language's are characters.
So a place goes from one to the other by its distance from the start.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property

from attrs import frozen

from tosdsl.base.span import Span

UTF_8, UTF_16, UTF_32 = "utf-8", "utf-16", "utf-32"

_BYTES = {UTF_8: ("utf-8", 1), UTF_16: ("utf-16-le", 2), UTF_32: ("utf-32-le", 4)}
"""How a text is written in an encoding, and how many bytes make a unit."""

_END = re.compile(r"\r\n|\n|\r")
_MARK = "\ufeff"
"""A mark at the start of a text, which the language does not count."""


@frozen(slots=False)
class Text:
    """``raw`` is all that the editor has. Lines and units count from 0, as the protocol has it."""

    raw: str
    encoding: str = UTF_16

    @cached_property
    def text(self) -> str:
        """What the program reads."""
        return self.raw[self._marked :]

    @cached_property
    def _marked(self) -> int:
        return 1 if self.raw.startswith(_MARK) else 0

    @cached_property
    def _starts(self) -> list[int]:
        """Where the editor's lines begin."""
        return [0, *(match.end() for match in _END.finditer(self.raw))]

    @cached_property
    def _own_starts(self) -> list[int]:
        """Where the language's lines begin."""
        return [self._marked, *(match.end() for match in re.finditer("\n", self.raw))]

    @cached_property
    def _plain(self) -> bool:
        """Whether each character is one unit, whatever the encoding."""
        return self.raw.isascii()

    def position(self, line: int, column: int) -> tuple[int, int]:
        """A place of the language, which counts from 1, as the editor has it."""
        starts = self._own_starts
        at = min(max(line, 1), len(starts)) - 1
        end = starts[at + 1] - 1 if at + 1 < len(starts) else len(self.raw)
        return self._at(min(starts[at] + max(column, 1) - 1, end))

    def _at(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset) - 1
        return line, self._units(self.raw[self._starts[line] : offset])

    def positions(self, span: Span) -> tuple[tuple[int, int], tuple[int, int]]:
        """Both ends of a stretch."""
        start, end = (
            self.position(span.line, span.column),
            self.position(span.end_line, span.end_column),
        )
        return start, max(start, end)

    def place(self, line: int, units: int) -> tuple[int, int]:
        """A place of the editor as the language counts it, from 1."""
        offset = max(self.offset(line, units), self._marked)
        own = bisect_right(self._own_starts, offset) - 1
        return own + 1, offset - self._own_starts[own] + 1

    def offset(self, line: int, units: int) -> int:
        """The characters before a place of the editor; past a line's end it is that end."""
        if line >= len(self._starts):
            return len(self.raw)
        start = self._starts[max(line, 0)]
        end = self._starts[line + 1] if line + 1 < len(self._starts) else len(self.raw)
        content = _END.split(self.raw[start:end])[0]
        return start + self._characters(content, units)

    @property
    def end(self) -> tuple[int, int]:
        """The place behind the last character."""
        return self._at(len(self.raw))

    def _units(self, part: str) -> int:
        if self._plain or part.isascii():
            return len(part)
        name, size = _BYTES[self.encoding]
        return len(part.encode(name, "surrogatepass")) // size

    def _characters(self, content: str, units: int) -> int:
        """How many characters of a line the units are; within a character, those before it."""
        if self._plain or content.isascii():
            return min(max(units, 0), len(content))
        left, count = units, 0
        for each in content:
            left -= self._units(each)
            if left < 0:
                break
            count += 1
        return count

    def changed(self, start: tuple[int, int], end: tuple[int, int], new: str) -> Text:
        """The text with something else between two places of the editor."""
        first = self.offset(*start)
        last = max(self.offset(*end), first)
        return Text(self.raw[:first] + new + self.raw[last:], self.encoding)
