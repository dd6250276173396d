"""Short names for making ``ast`` nodes. Code is never pasted together from text."""

from __future__ import annotations

import ast
from collections.abc import Iterable

NONE = ast.Constant(None)


def name(word: str) -> ast.Name:
    return ast.Name(word, ast.Load())


def assign(word: str, value: ast.expr) -> ast.Assign:
    return ast.Assign([ast.Name(word, ast.Store())], value)


def call(function: ast.expr, *arguments: ast.expr) -> ast.Call:
    return ast.Call(function, list(arguments), [])


def attribute(value: ast.expr, word: str) -> ast.Attribute:
    return ast.Attribute(value, word, ast.Load())


def method(value: ast.expr, word: str, *arguments: ast.expr) -> ast.Call:
    return call(attribute(value, word), *arguments)


def compare(left: ast.expr, op: ast.cmpop, right: ast.expr) -> ast.Compare:
    return ast.Compare(left, [op], [right])


def is_(left: ast.expr, value: bool | None) -> ast.Compare:
    """``left is value``, for None and the truths."""
    return compare(left, ast.Is(), ast.Constant(value))


def is_not(left: ast.expr, value: bool | None) -> ast.Compare:
    return compare(left, ast.IsNot(), ast.Constant(value))


def either(items: Iterable[ast.expr]) -> ast.expr:
    """``a or b``"""
    several = list(items)
    return several[0] if len(several) == 1 else ast.BoolOp(ast.Or(), several)


def both(items: Iterable[ast.expr]) -> ast.expr:
    """``a and b``"""
    several = list(items)
    return several[0] if len(several) == 1 else ast.BoolOp(ast.And(), several)


def when(test: ast.expr, body: list[ast.stmt], other: list[ast.stmt] | None = None) -> ast.If:
    return ast.If(test, body, other or [])


def choose(test: ast.expr, body: ast.expr, other: ast.expr) -> ast.IfExp:
    return ast.IfExp(test, body, other)


def returns(word: str, *arguments: str) -> ast.Return:
    """``return word``, or ``return word(argument, …)``"""
    value = call(name(word), *map(name, arguments)) if arguments else name(word)
    return ast.Return(value)
