"""A parser's refusal into a diagnostic, with a way to read on.

The parser stops at its first mistake. The caller makes the edit that is proposed here, or leaves
out the block at the line named here, and parses the item again, so that one run finds all the
mistakes of a text. ``tokens`` and ``characters`` hold the rules.
"""

from __future__ import annotations

import re
from typing import Any

from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from tosdsl.base import limits
from tosdsl.base.span import Span
from tosdsl.diagnostics.model import mistake
from tosdsl.syntax.layout import LayoutError, TooDeep
from tosdsl.syntax.mistakes.stumble import Refusal, Stumble, above, last_beside, last_of

_AFTER_IS = re.compile(r"\bis\s*\Z")

RECOVERABLE = (UnexpectedInput, LayoutError, TooDeep)
"""What a parse may raise on a text; anything else is a bug."""


def explain_refusal(error: Exception, file: str, first: int, lines: list[str]) -> Refusal:
    """What the parser stumbled over. ``first`` is the file's line of ``lines[0]``."""
    match error:
        case LayoutError():
            line = error.line - 1
            span = Span(file, first + line, error.column, first + line, error.column + 1)
            through = last_beside(lines, line, error.column - 1)
            return Refusal(mistake("TOS1005", span, column=error.column), line, None, through)
        case TooDeep():
            return _too_deep(error, file, first, lines)
        case UnexpectedToken():
            from tosdsl.syntax.mistakes.tokens import (
                explain_token,  # a text without mistakes needs none of it
            )

            return explain_token(_at_token(error, file, first, lines))
        case UnexpectedCharacters():
            from tosdsl.syntax.mistakes.characters import explain_character

            line, column = error.line - 1, error.column - 1
            character = lines[line][column : column + 1] if line < len(lines) else ""
            here = Stumble(file, first, lines, line, column, "", character, _expected(error))
            return explain_character(here)
    raise error


def _too_deep(error: TooDeep, file: str, first: int, lines: list[str]) -> Refusal:
    token = error.token
    line, column, width = (token.line or 1) - 1, token.column or 1, len(token.strip())
    if token.type == "_NL":
        line = min(len(lines) - 1, (token.end_line or 1) - 1)
        column = len(lines[line]) - len(lines[line].lstrip()) + 1
        width = len(lines[line]) - column + 1
    span = Span(file, first + line, column, first + line, column + max(1, width))
    return Refusal(mistake("TOS5002", span, limit=limits.MAX_NESTING), line)


def _expected(error: UnexpectedCharacters | UnexpectedToken) -> frozenset[str]:
    accepts: Any = getattr(error.interactive_parser, "accepts", set)
    return frozenset(accepts())


def _at_token(error: UnexpectedToken, file: str, first: int, lines: list[str]) -> Stumble:
    """The place of the token; the end of a line that ends too soon is a place of that line."""
    token, expected = error.token, _expected(error)
    last = last_of(lines)
    within = token.line is not None and token.line - 1 <= last and token.type != "$END"
    line = token.line - 1 if within else last
    kind, word, column = str(token.type), str(token).rstrip(), (token.column or 1) - 1
    if kind != "_INDENT" and (expected == {"_INDENT"} or kind == "_DEDENT"):
        line = above(lines, line) if within and kind != "_NL" else line
        kind = "_NL" if expected == {"_INDENT"} else kind
    if kind in {"_NL", "$END", "_DEDENT"}:
        word, column = "", len(lines[line])
    elif kind == "_INDENT":
        word, column = "", 0
    if _AFTER_IS.search(lines[line][:column]):  # `is not` can follow, but not the `not` of a condition
        expected -= {"NOT"}
    return Stumble(file, first, lines, line, column, kind, word, expected)
