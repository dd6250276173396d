"""Conditions to formulas. What is no logic over tests of single leaves stays as it is, ``beyond``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date
from typing import Any

from attrs import define, field

from tosdsl.formulas.space import FALSE, TRUE, Space
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.moments import Moment, moment_in

_CONSTANTS: dict[type, type] = {v.Integer: int, v.Date: date}
"""The Python type of constants, where it is not that of texts."""

_LISTED = (v.Enum, v.Party, v.Text)
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "is": "is"}
_TEXT = frozenset({"starts with", "ends with"})


@define
class Conditions:
    """The conditions of several documents, as parts of one space."""

    space: Space
    beyond: dict[tuple[int, ex.Expr], int] = field(factory=dict)
    """The conditions that have no form here, by document; numbered."""

    def of(self, document: int, definitions: Mapping[str, n.Definition]) -> DocumentConditions:
        """What makes parts of the conditions of one document."""
        return DocumentConditions(self, document, definitions, {})


@define
class DocumentConditions:
    """Makes parts of the conditions of one document."""

    whole: Conditions
    document: int
    definitions: Mapping[str, n.Definition]
    _defined: dict[str, tuple[int, set[int], int]]
    """Of each definition its part, the tests that it asks for, and how often one settled it."""

    def part(self, expr: ex.Expr) -> int:
        """The part that a condition comes to."""
        space = self.whole.space
        match expr:
            case ex.Literal(value=bool(value)):
                return TRUE if value else FALSE
            case ex.FactRef(path=path, type=v.Boolean()):
                return space.test("true", path)
            case ex.Not(item=item):
                return space.opposite(self.part(item))
            case ex.And(items=items):
                return space.every([self.part(item) for item in items])  # all of them are looked at
            case ex.Or(items=items):
                return space.some([self.part(item) for item in items])
            case ex.Conditional(type=v.Boolean()):
                condition, then, otherwise = map(self.part, ex.children(expr))
                cases = ((condition, then), (space.opposite(condition), otherwise), (then, otherwise))
                return space.some([space.every(each) for each in cases])
            case ex.Compare():
                return self._comparison(expr)
            case ex.DefinitionRef(name=name):
                if name not in self._defined:
                    around, space.touched = space.touched, set()
                    settled = space.settled
                    part = self.part(self.definitions[name].body)
                    self._defined[name] = part, space.touched, space.settled - settled
                    space.touched, space.settled = around, settled
                part, touched, settled = self._defined[name]
                space.touched |= touched
                space.settled += settled
                return part
            case _:
                return self._beyond(expr)

    def _beyond(self, expr: ex.Expr) -> int:
        known = self.whole.beyond
        return self.whole.space.beyond(known.setdefault((self.document, expr), len(known)))

    def _comparison(self, expr: ex.Compare) -> int:
        left, right, op = self._operand(expr.left), self._operand(expr.right), expr.op
        if isinstance(left, ex.Literal) and op in _FLIPPED:
            left, right, op = right, left, _FLIPPED[op]
        if op == "overlaps" and isinstance(left, ex.SetOf):
            left, right = right, left
        constant = constant_of(right)
        if isinstance(left, ex.FactRef) and constant is not None:
            if _fits(op, left.type, constant, expr.scale):
                return self.whole.space.test(op, left.path, constant)
            if op == "is" and isinstance(left.type, v.Boolean) and isinstance(constant, bool):
                same = self.whole.space.test("true", left.path)
                return same if constant else self.whole.space.opposite(same)
        return self._beyond(expr)

    def _operand(self, expr: ex.Expr) -> ex.Expr:
        """A side of a comparison; what a definition of a value stands for."""
        while isinstance(expr, ex.DefinitionRef):
            expr = self.definitions[expr.name].body
        return expr


def constant_of(expr: ex.Expr) -> Any:
    """The value or the set of values that is written there, or None. Of instants, tests ask for the
    moment alone: in whichever zone it is written, it is one constant."""
    if isinstance(expr, ex.Literal):
        return _in_utc(expr.value)
    if isinstance(expr, ex.SetOf) and all(isinstance(each, ex.Literal) for each in expr.items):
        return frozenset(_in_utc(each.value) for each in expr.items if isinstance(each, ex.Literal))
    return None


def _in_utc(value: Any) -> Any:
    return moment_in(value, UTC) if isinstance(value, Moment) else value


def _fits(op: str, kind: v.Type, constant: Any, scale: tuple[str, ...]) -> bool:
    """Whether there is a test of a leaf of this type against this constant."""
    several = isinstance(constant, frozenset)
    match op, kind:
        case ("is", v.Enum() | v.Party() | v.Text() | v.Integer() | v.Date()):
            return not several and _alike(kind, (constant,))
        case ("in", v.Enum() | v.Party() | v.Text() | v.Integer() | v.Date()):
            return several and _alike(kind, constant)
        case ("includes", v.ListOf(item=item)):
            return not several and isinstance(item, _LISTED) and _alike(item, (constant,))
        case ("overlaps", v.ListOf(item=item)):
            return several and isinstance(item, _LISTED) and _alike(item, constant)
        case ("<" | "<=" | ">" | ">=", v.Integer() | v.Date()):
            return not several and not scale and _alike(kind, (constant,))
        case (text, v.Text()):
            return text in _TEXT and _alike(kind, (constant,))
    return False


def _alike(kind: v.Type, values: Any) -> bool:
    """Whether constants are of the Python type that values of the leaf have; ``none`` never is."""
    wanted = _CONSTANTS.get(type(kind), str)
    return all(type(each) is wanted for each in values)
