"""Rows of tables in other words: without braces, or with columns."""

from __future__ import annotations

from tosdsl.syntax.mistakes.stumble import Refusal, Stumble
from tosdsl.syntax.source import indent_of

_ROW = frozenset(("LBRACE",))
_AROUND = frozenset(("STRING", "_DEDENT"))


def row_of_table(here: Stumble) -> Refusal | None:
    """A line of a table that is no record in braces."""
    if not here.opens_line or here.expected - _AROUND != _ROW:
        return None
    start = indent_of(here.text)
    found = here.text.strip()
    span = here.span(start, start + len(found))
    return here.refuse("TOS1061", span, found=found)
