"""Comparisons of the core that speak of one leaf alone: tests, the atoms of formulas.

A test is how (``op``), which leaf and against what. What generated code has a test for, and what an
analysis can give cells to, is not the same; both are said here.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any, TypeAlias

from attrs import frozen

from tosdsl.trees import core
from tosdsl.trees import vocabulary as v
from tosdsl.trees.moments import Moment, moment_in
from tosdsl.trees.quantities import Absent, Duration, Money

Test: TypeAlias = tuple[str, str, Any]
_Leaf: TypeAlias = tuple[str, str, v.Type, Any, tuple[str, ...]]

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "is": "is"}
_RANKED = frozenset({"<", "<=", ">", ">="})
_TEXT = frozenset({"starts with", "ends with"})

_CODED: dict[type, type] = {
    v.Integer: int,
    v.Date: date,
    v.Enum: str,
    v.Party: str,
    v.Text: str,
}
"""The leaves that generated code tests, with the Python type of constants."""
_CODED_ITEMS = (v.Enum, v.Party, v.Text)

_SCALAR = (
    *(v.Boolean, v.Integer, v.Number, v.Money, v.Duration, v.Date, v.Instant, v.Text, v.Party),
    v.Enum,
)
_ITEMS = (v.Enum, v.Party, v.Text, v.Integer, v.Date, v.Number, v.Money, v.Duration, v.Instant)
_ATOMIC = (bool, int, Fraction, str, date, datetime, Money, Duration, Absent)


@frozen
class Ranked:
    """A member of an ordered enumeration that a leaf is compared with, and their order."""

    member: str
    scale: tuple[str, ...]


def coded(block: core.Nodes, at: core.Index) -> Test | None:
    """The test that a comparison is, of those that generated code has."""
    found = _of_a_leaf(block, at)
    if found is None:
        return None
    op, path, kind, constant, scale = found
    several = isinstance(constant, frozenset)
    match op, kind:
        case ("is", v.Enum() | v.Party() | v.Text() | v.Integer() | v.Date()):
            fits = not several
        case ("in", v.Enum() | v.Party() | v.Text() | v.Integer() | v.Date()):
            fits = several
        case ("includes" | "overlaps", v.ListOf(item=item)):
            fits = isinstance(item, _CODED_ITEMS) and several == (op == "overlaps")
            kind = item
        case ("<" | "<=" | ">" | ">=", v.Integer() | v.Date()):
            fits = not several and not scale
        case (_, v.Text()):
            fits = op in _TEXT and not several
        case _:
            fits = False
    # ``none`` is of no such type, and True is not 1
    wanted = _CODED.get(type(kind))
    alike = all(type(each) is wanted for each in (constant if several else (constant,)))
    return (op, path, constant) if fits and alike else None


def comparable(block: core.Nodes, at: core.Index) -> Test | None:
    """The test that a comparison is, where it is any comparison of a leaf with constants."""
    found = _of_a_leaf(block, at)
    if found is None:
        return None
    op, path, kind, constant, scale = found
    several = isinstance(constant, frozenset)
    if op in {"includes", "overlaps"}:
        listed = isinstance(kind, v.ListOf) and isinstance(kind.item, _ITEMS)
        fits = listed and several == (op == "overlaps")
    elif not isinstance(v.bare(kind), _SCALAR):
        fits = False
    elif op == "in":
        fits = several
    elif op == "is" or op in _RANKED:
        fits = isinstance(constant, _ATOMIC)
    else:
        fits = op in _TEXT and isinstance(constant, str)
    if not fits:
        return None
    return op, path, Ranked(constant, scale) if op in _RANKED and scale else constant


def _of_a_leaf(block: core.Nodes, at: core.Index) -> _Leaf | None:
    """How, which leaf, its type, against what, and in which order of members."""
    _, op, left, right, scale = block.nodes[at]
    one, other = block.nodes[left], block.nodes[right]
    listed = one[0] == "literal" and isinstance(one[1], tuple)
    if one[0] == "literal" and (op == "overlaps" if listed else op in _FLIPPED):
        left, one, other, op = right, other, one, _FLIPPED.get(op, op)
    kind = block.types[left]
    if one[0] != "fact" or other[0] != "literal" or kind is None:
        return None
    return op, one[1], kind, _constant(other[1]), scale


def _constant(value: Any) -> Any:
    """A value, or the set of the values of a list. Of instants, tests ask for the moment alone: in
    whichever zone it is written, it is one constant."""
    if isinstance(value, tuple):
        return frozenset(map(_constant, value))
    return moment_in(value, UTC) if isinstance(value, Moment) else value
