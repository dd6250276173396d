"""Conditions to formulas for analysis: whatever speaks of one leaf alone is a test of it.

Generated code has tests of its own (``tests``); an analysis asks ``reference.evaluate`` how a value
comes out, so a test may be any comparison of a leaf with constants. Definitions are worked in, and
facts are called by one name in all documents: equal conditions of two documents are one part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from attrs import define, evolve, field, frozen

from tosdsl.formulas.space import FALSE, TRUE, UNKNOWN
from tosdsl.lower.tests import Conditions, DocumentConditions, constant_of
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.quantities import Absent, Duration, Money

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "is": "is"}
_RANKED = frozenset({"<", "<=", ">", ">="})
_TEXT = frozenset({"starts with", "ends with"})
_SCALAR = (
    *(v.Boolean, v.Integer, v.Number, v.Money, v.Duration, v.Date, v.Instant, v.Text, v.Party),
    v.Enum,
)
_LISTED = (v.Enum, v.Party, v.Text, v.Integer, v.Date, v.Number, v.Money, v.Duration, v.Instant)
_ATOMIC = (bool, int, Fraction, str, date, datetime, Money, Duration, Absent)
_LARGEST = 4_000
"""Nodes of a condition whose definitions are worked in."""


@frozen
class Ranked:
    """A member of an ordered enumeration that a leaf is compared with, and their order."""

    member: str
    scale: tuple[str, ...]


@define
class WideConditions(Conditions):
    """The conditions of all documents that are looked at together.

    In ``beyond`` the number is 0 where definitions are worked in, so that documents share it.
    ``renamed`` has the names by which facts are called here, where they are not their own.
    """

    renamed: Mapping[str, str] = field(factory=dict)
    settle: Callable[[ex.Expr], bool | None] | None = None
    """Tells how a condition comes out that reads no fact."""
    open: dict[int, Mapping[str, n.Definition]] = field(factory=dict)
    """For each number that is not 0, the definitions that its conditions lean on."""

    def of(self, document: int, definitions: Mapping[str, n.Definition]) -> DocumentConditions:
        return _Wide(self, document, definitions, {})


@define
class _Wide(DocumentConditions):
    @property
    def _shared(self) -> WideConditions:
        assert isinstance(self.whole, WideConditions)
        return self.whole

    def part(self, expr: ex.Expr) -> int:
        match expr:
            case ex.FactRef(path=path, type=v.Boolean()):
                return self.whole.space.test("true", self._named(path))
            case ex.Call():
                worked = self._worked(expr)
                return self._beyond(expr) if isinstance(worked, ex.Call | None) else self.part(worked)
        return super().part(expr)

    def _named(self, path: str) -> str:
        return self._shared.renamed.get(path, path)

    def _beyond(self, expr: ex.Expr) -> int:
        known = self.whole.beyond
        worked = self._worked(expr)
        if worked is None:
            number = next(
                (key for key, each in self._shared.open.items() if each is self.definitions),
                len(self._shared.open) + 1,
            )
            self._shared.open[number] = self.definitions
            return self.whole.space.beyond(known.setdefault((number, expr), len(known)))
        if self._shared.settle is not None and not _reads(worked):
            return {False: FALSE, True: TRUE, None: UNKNOWN}[self._shared.settle(worked)]
        return self.whole.space.beyond(known.setdefault((0, worked), len(known)))

    def _comparison(self, expr: ex.Compare) -> int:
        left, right, op = self._operand(expr.left), self._operand(expr.right), expr.op
        if isinstance(left, ex.Literal) and op in _FLIPPED:
            left, right, op = right, left, _FLIPPED[op]
        if op == "overlaps" and isinstance(left, ex.SetOf):
            left, right = right, left
        constant = constant_of(right)
        space = self.whole.space
        if op == "is" and _is_truth(left) and _is_truth(right):
            one, other = self.part(left), self.part(right)
            neither = space.every((space.opposite(one), space.opposite(other)))
            return space.some((space.every((one, other)), neither))
        if isinstance(left, ex.FactRef) and constant is not None:
            path = self._named(left.path)
            if _fits(op, left.type, constant):
                ranked = op in _RANKED and expr.scale
                return space.test(op, path, Ranked(constant, expr.scale) if ranked else constant)
        return self._beyond(expr)

    def _worked(self, expr: ex.Expr) -> ex.Expr | None:
        """The condition with its definitions worked in; None if that cannot be."""
        return worked(expr, self.definitions, self._shared.renamed)


def worked(
    expr: ex.Expr, definitions: Mapping[str, n.Definition], renamed: Mapping[str, str]
) -> ex.Expr | None:
    """An expression with its definitions worked in; None if that cannot be, or it is too large then."""
    return _Inlining(definitions, renamed).of(expr)


class _Stop(Exception):
    """Definitions cannot be worked in."""


@define
class _Inlining:
    """Works definitions into one condition: a definition's own names for items are told apart."""

    definitions: Mapping[str, n.Definition]
    renamed: Mapping[str, str]
    _size: int = 0
    _names: int = 0

    def of(self, expr: ex.Expr) -> ex.Expr | None:
        try:
            return self._of(expr, {})
        except _Stop:
            return None

    def _of(self, expr: ex.Expr, bound: Mapping[str, ex.Expr]) -> ex.Expr:
        self._size += 1
        if self._size > _LARGEST:
            raise _Stop
        match expr:
            case ex.FactRef(path=path):
                return evolve(expr, path=self.renamed.get(path, path))
            case ex.DefinitionRef(name=name):
                return self._of(self.definitions[name].body, {})
            case ex.Call(name=name, arguments=arguments):
                called = self.definitions[name]
                names = [parameter for parameter, _ in called.parameters]
                given = [self._of(each, bound) for each in arguments]
                return self._of(called.body, dict(zip(names, given, strict=True)))
            case ex.Variable(name=name, field=path):
                return _read(bound[name], path)
            case ex.Quantified(variable=variable, over=over, body=body):
                new = self._fresh(expr)
                inner = {**bound, variable: new}
                return evolve(
                    expr, variable=new.name, over=self._of(over, bound), body=self._of(body, inner)
                )
            case ex.Aggregate(variable=variable, over=over):
                new = self._fresh(expr)
                inner = {**bound, variable: new}

                def within(each: ex.Expr | None) -> ex.Expr | None:
                    return None if each is None else self._of(each, inner)

                return evolve(
                    expr,
                    variable=new.name,
                    over=self._of(over, bound),
                    value=within(expr.value),
                    where=within(expr.where),
                    by=within(expr.by),
                    per=within(expr.per),
                )
            case (
                ex.SetOf(items=items)
                | ex.And(items=items)
                | ex.Or(items=items)
                | ex.Extreme(items=items)
            ):
                return evolve(expr, items=tuple(self._of(each, bound) for each in items))
            case ex.Compare(left=left, right=right):
                return evolve(expr, left=self._of(left, bound), right=self._of(right, bound))
            case ex.Not(item=item):
                return evolve(expr, item=self._of(item, bound))
            case ex.Arithmetic(left=left, right=right, excluding=excluding):
                days = None if excluding is None else self._of(excluding, bound)
                sides = self._of(left, bound), self._of(right, bound)
                return evolve(expr, left=sides[0], right=sides[1], excluding=days)
            case ex.Convert(value=value, rate=rate):
                return evolve(expr, value=self._of(value, bound), rate=self._of(rate, bound))
        return expr

    def _fresh(self, expr: ex.Quantified | ex.Aggregate) -> ex.Variable:
        self._names += 1
        kind = v.Boolean()  # of no account: a variable is looked up by its name
        return ex.Variable(f"item {self._names}", "", kind)


def _read(given: ex.Expr, path: str) -> ex.Expr:
    """A field of what a parameter or a variable stands for."""
    if not path:
        return given
    if not isinstance(given, ex.Variable):
        raise _Stop
    return evolve(given, field=f"{given.field}.{path}" if given.field else path)


def _reads(expr: ex.Expr) -> bool:
    return isinstance(expr, ex.FactRef) or any(map(_reads, ex.children(expr)))


def _is_truth(expr: ex.Expr) -> bool:
    """Whether it is a condition, and so nothing but true, false or unknown."""
    match expr:
        case ex.Compare() | ex.Not() | ex.And() | ex.Or() | ex.Quantified():
            return True
        case ex.Literal(value=value):
            return isinstance(value, bool)
        case ex.FactRef(type=kind) | ex.Call(type=kind):
            return isinstance(kind, v.Boolean)
    return False


def _fits(op: str, kind: v.Type, constant: Any) -> bool:
    """Whether the comparison is a test of a leaf of this type."""
    several = isinstance(constant, frozenset)
    if op in {"includes", "overlaps"}:
        return (
            isinstance(kind, v.ListOf)
            and isinstance(kind.item, _LISTED)
            and several == (op == "overlaps")
        )
    if not isinstance(v.bare(kind), _SCALAR):
        return False
    if op == "in":
        return several
    if op == "is" or op in _RANKED:
        return isinstance(constant, _ATOMIC)
    return op in _TEXT and isinstance(constant, str)
