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

from tosdsl.base.span import Span
from tosdsl.trees import surface as s
from tosdsl.trees.uses import atom
from tosdsl.trees.vocabulary import DAY_OF_USE
from tosdsl.trees.wording import before as word_before
from tosdsl.trees.wording import rounding_words

_NOT_FIRST = re.compile(r"(?:all|any|none)(?![\w.])|(?:and|or|then|else)\b")
"""What a line cannot begin with unless it is meant: the opener of a block, a continuation."""


@frozen
class Piece:
    """A stretch that stays on one line; a line can begin with it. ``outer``: outside all brackets.
    ``apart``: it begins a line where it is outer, even if all would fit on one."""

    text: str
    line: int
    column: int
    outer: bool
    apart: bool = False


def joined(pieces: Iterable[Piece]) -> str:
    """The pieces on one line."""
    return " ".join(piece.text for piece in pieces)


def _piece(text: str, span: Span, outer: bool) -> list[Piece]:
    return [Piece(text, span.line, span.column, outer)]


def after(text: str, pieces: list[Piece]) -> list[Piece]:
    """The pieces with a text before the first, where the first still is."""
    first = pieces[0]
    return [evolve(first, text=text + first.text, column=first.column - len(text)), *pieces[1:]]


def before(pieces: list[Piece], text: str) -> list[Piece]:
    """The pieces with a text behind the last."""
    return [*pieces[:-1], evolve(pieces[-1], text=pieces[-1].text + text)]


def joined_by_commas(names: Sequence[s.Name]) -> list[Piece]:
    """Names within brackets, each with a comma but for the last."""
    *others, last = names
    made = [Piece(f"{each.text},", each.span.line, each.span.column, False) for each in others]
    return [*made, Piece(last.text, last.span.line, last.span.column, False)]


def placed(span: Span, pieces: list[Piece]) -> list[Piece]:
    """The pieces of a node that begins at ``span``."""
    return [evolve(pieces[0], line=span.line, column=span.column), *pieces[1:]]


def _between(open_: str, items: Sequence[list[Piece]], close: str, span: Span) -> list[Piece]:
    """A list in brackets, broken after a comma if it must be."""
    inner = [piece for item in items[:-1] for piece in before(item, ",")]
    inner += items[-1] if items else _piece("", span, False)
    return placed(span, before(after(open_, inner), close))


def pieces_of(expr: s.Expr, outer: bool = True) -> list[Piece]:
    """A condition or a value. ``outer``: no brackets are open around it."""
    if isinstance(expr, s.LITERALS):
        return _piece(atom(expr), expr.span, outer)
    match expr:
        case s.Name():
            return _piece(atom(expr), expr.span, outer)
        case s.DayOfUse():
            return _piece(DAY_OF_USE, expr.span, outer)
        case s.SetOf(items):
            return _between("{", [pieces_of(item, False) for item in items], "}", expr.span)
        case s.Compare(op, left, right):
            test = op.removesuffix(s.IGNORING_CASE)
            first, second = operand_pieces(left, outer), operand_pieces(right, outer)
            second = before(second, op.removeprefix(test))
            return _beside(first, f" {test} ", second)
        case s.Arithmetic(op, left, right, excluding):
            start = _inside(left, not _binds(left, op, left=True), outer)
            made = _beside(start, f" {op} ", _inside(right, not _binds(right, op), outer))
            if excluding is None:
                return made
            return _beside(made, " excluding ", _inside(excluding, not _is_operand(excluding), outer))
        case s.Convert(value, currency, rate):
            start = _inside(value, not _binds(value, "*", left=True), outer)
            return _beside(
                start, f" as {currency.text} at ", _inside(rate, not _is_operand(rate), outer)
            )
        case s.Rounded(value, way, step):
            start = _inside(value, isinstance(value, LOOSER), outer)
            word, behind = rounding_words(way)
            made = _inside(step, not _is_operand(step), outer)
            return _beside(start, f" {word} ", before(made, behind))
        case s.PartOfDay(part, day):
            inner = _inside(day, not _is_operand(day) or isinstance(day, _NOT_ALONE), outer)
            return placed(expr.span, after(f"{part} ", inner))
        case s.PartOfMoment(part, moment, zone):
            inner = _inside(moment, not _is_operand(moment) or isinstance(moment, _NOT_ALONE), outer)
            return placed(expr.span, before(after(f"{part} ", inner), f" in {zone.text}"))
        case s.Call(name, arguments):
            given = [pieces_of(each, False) for each in arguments]
            return _between(f"{name.text}(", given, ")", expr.span)
        case s.Conditional():
            return placed(expr.span, _cases(expr, outer))
        case s.Quantified(kind, variable, over, body):
            opener = after(f"{kind} {variable.text} in ", operand_pieces(over, outer))
            inner = _inside(body, isinstance(body, JOINED), outer)
            return placed(expr.span, _beside(opener, " satisfies ", inner))
        case s.Aggregate():
            return _aggregate(expr)
        case s.Shown(item):
            return placed(expr.span, after("it is shown that ", line_pieces(item)))
        case s.Not(item):
            inner = _inside(item, isinstance(item, JOINED), outer)
            return placed(expr.span, after("not ", inner))
        case s.And(items):
            return _chain("and", items, outer)
        case s.Or(items):
            return _chain("or", items, outer)
        case s.Block(kind):
            raise ValueError(f"`{kind} of` opens an indented list and cannot stand inside a line")
        case _:
            assert_never(expr)


def _beside(first: list[Piece], word: str, second: list[Piece]) -> list[Piece]:
    """Two stretches that no line break parts."""
    return [*before(first, word + second[0].text), *second[1:]]


def _aggregate(expr: s.Aggregate) -> list[Piece]:
    over = after(f"{expr.variable.text} in ", operand_pieces(expr.over, False))
    rows = over
    if expr.value is not None:
        rows = [*operand_pieces(expr.value, False), *after("for ", over)]
    if expr.where is not None:
        rows = [*rows, *after("where ", pieces_of(expr.where, False))]
    if expr.window is not None:
        length, by, per = expr.window.length, expr.window.by, expr.window.per
        rows = before(rows, ",")
        rows += _piece(f"in any {atom(length)} by {joined(pieces_of(by))}", expr.window.span, False)
        if per is not None:
            rows = [*before(rows, ","), *after("per ", pieces_of(per, False))]
    return placed(expr.span, before(after(f"{word_before(expr.kind)}(", rows), ")"))


JOINED = (s.And, s.Or, s.Conditional)
"""What needs brackets wherever one condition stands."""

LOOSER = (s.Compare, s.Not, s.Quantified, *JOINED)
"""What needs brackets wherever a value stands."""

_NOT_ALONE = (s.SetOf, s.PartOfDay, s.PartOfMoment)
"""What needs brackets behind `month of`."""


def _is_operand(expr: s.Expr) -> bool:
    return not isinstance(expr, (*LOOSER, s.Arithmetic, s.Convert, s.Rounded))


def _binds(expr: s.Expr, op: str, *, left: bool = False) -> bool:
    """Whether an operand of ``op`` reads back without brackets."""
    if isinstance(expr, s.Convert):
        return left or op in "+-"
    if isinstance(expr, s.Arithmetic):
        tight = expr.op in "*/"
        return (left or tight) if op in "+-" else (left and tight)
    return _is_operand(expr)


def _chain(word: str, items: tuple[s.Expr, ...], outer: bool) -> list[Piece]:
    parts = [_inside(item, isinstance(item, JOINED), outer) for item in items]
    first, *others = parts
    return first + [piece for part in others for piece in after(f"{word} ", part)]


def _cases(expr: s.Conditional, outer: bool) -> list[Piece]:
    """A piece for each word, with what follows it: where they do not fit, each is on its line. Cases
    inside cases are in brackets, unless they follow an ``else``."""
    nested = (isinstance(each, s.Conditional) for each in (expr.condition, expr.then))
    parts = [
        after("if ", _inside(expr.condition, next(nested), False)),
        after("then ", _inside(expr.then, next(nested), False)),
    ]
    made = [[evolve(first, outer=outer), *rest] for first, *rest in parts]
    if isinstance(expr.otherwise, s.Conditional):
        first, *rest = after("else ", pieces_of(expr.otherwise, outer))
        return [*made[0], *made[1], evolve(first, apart=outer), *rest]
    first, *rest = after("else ", pieces_of(expr.otherwise, False))
    return [*made[0], *made[1], evolve(first, outer=outer), *rest]


def operand_pieces(expr: s.Expr, outer: bool = True) -> list[Piece]:
    """A value that stands beside a word: in brackets if it is a condition."""
    return _inside(expr, isinstance(expr, LOOSER), outer)


def _inside(expr: s.Expr, brackets: bool, outer: bool) -> list[Piece]:
    if not brackets:
        return pieces_of(expr, outer)
    inner = before(after("(", pieces_of(expr, False)), ")")
    return [evolve(inner[0], outer=outer), *inner[1:]]


def line_pieces(expr: s.Expr) -> list[Piece]:
    """A condition with which a line begins, or that follows a line's first word."""
    pieces = pieces_of(expr)
    first = pieces[0].text
    if _NOT_FIRST.match(first):
        return _inside(expr, True, True)
    return pieces


def value_pieces(value: s.Value) -> list[Piece]:
    if isinstance(value, s.LITERALS):
        return _piece(atom(value), value.span, False)
    match value:
        case s.ListValue(items):
            return _between("[", [value_pieces(item) for item in items], "]", value.span)
        case s.RecordValue(entries):
            pairs = [
                placed(key.span, after(f"{key.text}: ", value_pieces(item))) for key, item in entries
            ]
            return _between("{", pairs, "}", value.span)
        case s.Name():
            return _piece(atom(value), value.span, False)
        case _:
            assert_never(value)


def _pair(key: s.Name, value: s.Value) -> list[Piece]:
    return placed(key.span, after(f"{key.text}: ", value_pieces(value)))
