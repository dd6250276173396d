"""Places of the language as the protocol has them."""

from __future__ import annotations

from collections.abc import Callable

from lsprotocol import types as t

from tosdsl.base.span import Span
from tosdsl.lsp.desk import Look
from tosdsl.lsp.texts import Text

ToUri = Callable[[str], str]
"""From a path, or the name of an open text, to its URI."""


def range_of(text: Text, span: Span) -> t.Range:
    """A stretch of a text."""
    start, end = text.positions(span)
    return t.Range(t.Position(*start), t.Position(*end))


def location(look: Look, span: Span, uri: ToUri) -> t.Location | None:
    """A stretch of a text that was read; None of one that no editor can open."""
    path = look.path(span.file)
    if path is None or not span.line:
        return None
    return t.Location(uri(path), range_of(look.text_of(span.file), span))


def first_line(text: Text, span: Span) -> t.Range:
    """Where it begins, up to the end of that line."""
    start = text.position(span.line, span.column)
    end = text.position(span.line, len(text.raw))
    return t.Range(t.Position(*start), t.Position(*end))
