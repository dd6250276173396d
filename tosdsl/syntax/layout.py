"""Indentation into tokens, and the limit on nesting.

In: the lexer's tokens, each line's end a ``_NL`` that carries the next line's indentation.
Out: the same with ``_INDENT`` and ``_DEDENT``; newlines inside brackets are gone.
"""

from __future__ import annotations

from collections.abc import Iterator

from lark import Token

from tosdsl.base import limits

_OPEN = {"LPAR", "LSQB", "LBRACE"}
_CLOSE = {"RPAR", "RSQB", "RBRACE"}
_COUNTED = frozenset((*_OPEN, *_CLOSE, "NOT", "IF", "_NL"))
"""All other tokens pass: none of them makes the nesting deeper."""


class LayoutError(Exception):
    """A line goes back to a column where no line above it starts."""

    def __init__(self, line: int, column: int) -> None:
        super().__init__(line, column)
        self.line = line
        self.column = column


class TooDeep(Exception):
    """Blocks, brackets, ``not`` and the cases of a line nest past ``limits.MAX_NESTING``."""

    def __init__(self, token: Token) -> None:
        super().__init__(token)
        self.token = token


class Layout:
    """The post-lexer. One instance serves one parse after another; state lives in ``process``."""

    always_accept = ("_NL",)

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        indents = [0]
        brackets = 0
        nots = 0
        cases = 0  # what follows an ``else`` stands in the case before it
        for token in stream:
            kind = token.type
            if kind not in _COUNTED:
                nots = 0
                yield token
                continue
            if kind == "_NL":
                nots = 0
                if brackets:
                    continue
                cases = 0
                yield token
                column = len(token) - token.rindex("\n") - 1
                if column != indents[-1]:
                    yield from self._indentation(token, column, indents)
            else:
                if kind in _OPEN:
                    brackets += 1
                elif kind in _CLOSE:
                    brackets = max(0, brackets - 1)
                elif kind == "IF":
                    cases += 1
                nots = nots + 1 if kind == "NOT" else nots if kind == "LPAR" else 0
                yield token
            if len(indents) + brackets + nots + cases > limits.MAX_NESTING:
                raise TooDeep(token)
        for _ in indents[1:]:
            yield Token("_DEDENT", "")

    @staticmethod
    def _indentation(token: Token, column: int, indents: list[int]) -> Iterator[Token]:
        line = (token.end_line or 0) or 1
        if column > indents[-1]:
            indents.append(column)
            yield Token("_INDENT", "", None, line, column + 1, line, column + 1)
            return
        dedent = Token("_DEDENT", "", None, line, column + 1, line, column + 1)
        while column < indents[-1]:
            indents.pop()
            yield dedent
        if column != indents[-1]:
            raise LayoutError(line, column + 1)
