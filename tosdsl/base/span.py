"""Places in a source text."""

from __future__ import annotations

from attrs import field

from tosdsl.base.node import frozen


@frozen
class Span:
    """A stretch of one file. Lines and columns count from 1; the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def to(self, other: Span) -> Span:
        """The stretch from the start of this span to the end of the other."""
        return Span(self.file, self.line, self.column, other.end_line, other.end_column)


NOWHERE = Span("", 0, 0, 0, 0)
"""The span of a node that no text was written for (made by a generator or a program)."""


def place() -> Span:
    """An attrs field for a node's span: two nodes that differ in place alone are equal."""
    span: Span = field(default=NOWHERE, eq=False, repr=False, kw_only=True)
    return span
