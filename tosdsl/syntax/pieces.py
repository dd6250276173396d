"""Conditions and values as pieces of text: what may be broken, and where each was read.

In: an expression or a scenario's value. Out: its pieces, in order; one space goes between two on a
line. Brackets stand exactly where the parser needs them in order to read the same tree back.
Lines are not made here, see ``format``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import assert_never

from attrs import evolve, frozen

from tosdsl import limits
from tosdsl.trees import surface as s
from tosdsl.trees.span import Span

_NOT_FIRST = re.compile(r"(?:all|any|none)(?![\w.])|(?:and|or)\b")
"""What a line cannot begin with unless it is meant: the opener of a block, a continuation."""


@frozen
class Piece:
    """A stretch that stays on one line; a line can begin with it. ``outer``: outside all brackets."""

    text: str
    line: int
    column: int
    outer: bool


def joined(pieces: Iterable[Piece]) -> str:
    """The pieces on one line."""
    return " ".join(piece.text for piece in pieces)


def _piece(text: str, span: Span, outer: bool) -> list[Piece]:
    return [Piece(text, span.line, span.column, outer)]


def after(text: str, pieces: list[Piece]) -> list[Piece]:
    """The pieces with a text before the first, where the first still is."""
    first = pieces[0]
    return [evolve(first, text=text + first.text, column=first.column - len(text)), *pieces[1:]]


def _before(pieces: list[Piece], text: str) -> list[Piece]:
    return [*pieces[:-1], evolve(pieces[-1], text=pieces[-1].text + text)]


def placed(span: Span, pieces: list[Piece]) -> list[Piece]:
    """The pieces of a node that begins at ``span``."""
    return [evolve(pieces[0], line=span.line, column=span.column), *pieces[1:]]


def _between(open_: str, items: Sequence[list[Piece]], close: str, span: Span) -> list[Piece]:
    """A list in brackets, broken after a comma if it must be."""
    inner = [piece for item in items[:-1] for piece in _before(item, ",")]
    inner += items[-1] if items else _piece("", span, False)
    return placed(span, _before(after(open_, inner), close))


def pieces_of(expr: s.Expr, outer: bool = True) -> list[Piece]:
    """A condition or a value. ``outer``: no brackets are open around it."""
    match expr:
        case s.Name() | s.Text() | s.BooleanLiteral() | s.IntegerLiteral() | s.DateLiteral():
            return _piece(atom(expr), expr.span, outer)
        case s.SetOf(items):
            return _between("{", [pieces_of(item, False) for item in items], "}", expr.span)
        case s.Compare(op, left, right):
            first, second = _operand(left, outer), _operand(right, outer)
            return [*_before(first, f" {op} {second[0].text}"), *second[1:]]
        case s.Not(item):
            inner = _inside(item, isinstance(item, s.And | s.Or), outer)
            return placed(expr.span, after("not ", inner))
        case s.And(items):
            return _chain("and", items, outer)
        case s.Or(items):
            return _chain("or", items, outer)
        case s.Block(kind):
            raise ValueError(f"`{kind} of` opens an indented list and cannot stand inside a line")
        case _:
            assert_never(expr)


def _chain(word: str, items: tuple[s.Expr, ...], outer: bool) -> list[Piece]:
    parts = [_inside(item, isinstance(item, s.And | s.Or), outer) for item in items]
    first, *others = parts
    return first + [piece for part in others for piece in after(f"{word} ", part)]


def _operand(expr: s.Expr, outer: bool) -> list[Piece]:
    return _inside(expr, isinstance(expr, s.Compare | s.Not | s.And | s.Or), outer)


def _inside(expr: s.Expr, brackets: bool, outer: bool) -> list[Piece]:
    if not brackets:
        return pieces_of(expr, outer)
    inner = _before(after("(", pieces_of(expr, False)), ")")
    return [evolve(inner[0], outer=outer), *inner[1:]]


def line_pieces(expr: s.Expr) -> list[Piece]:
    """A condition with which a line begins, or that follows a line's first word."""
    pieces = pieces_of(expr)
    first = pieces[0].text
    if _NOT_FIRST.match(first):
        return _inside(expr, True, True)
    return pieces


def value_pieces(value: s.Value) -> list[Piece]:
    match value:
        case s.ListValue(items):
            return _between("[", [value_pieces(item) for item in items], "]", value.span)
        case s.RecordValue(entries):
            pairs = [
                placed(key.span, after(f"{key.text}: ", value_pieces(item))) for key, item in entries
            ]
            return _between("{", pairs, "}", value.span)
        case s.Name() | s.Text() | s.BooleanLiteral() | s.IntegerLiteral() | s.DateLiteral():
            return _piece(atom(value), value.span, False)
        case _:
            assert_never(value)


def _pair(key: s.Name, value: s.Value) -> list[Piece]:
    return placed(key.span, after(f"{key.text}: ", value_pieces(value)))


def atom(leaf: s.Name | s.Text | s.BooleanLiteral | s.IntegerLiteral | s.DateLiteral) -> str:
    match leaf:
        case s.Name(text):
            return text
        case s.Text(value):
            return quoted(value)
        case s.BooleanLiteral(truth):
            return "yes" if truth else "no"
        case s.IntegerLiteral(number):
            grouped = f"{number:_}"
            short = abs(number) < 10_000 or len(grouped.lstrip("-")) > limits.MAX_DIGITS
            return str(number) if short else grouped
        case s.DateLiteral(day):
            return day.isoformat()
        case _:
            assert_never(leaf)


def term_words(term: s.Term) -> str:
    """``30 days``, ``1 day``."""
    return f"{term.number} {term.unit}{'' if term.number == 1 else 's'}"


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
