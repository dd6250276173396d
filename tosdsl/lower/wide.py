"""Conditions to formulas for analysis: whatever speaks of one leaf alone is a test of it.

Generated code has tests of its own (``tests``); an analysis asks ``reference.evaluate`` how a value
comes out, so a test may be any comparison of a leaf with constants. Definitions are worked in where
that stays small, and facts are called by one name in all documents: equal conditions of two documents
are one part. Where it would not stay small, a condition keeps its definitions beside it, so that what
is made of it grows with the text and not with all that the definitions unfold to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from attrs import define, evolve, field, frozen

from tosdsl.base.limits import MAX_LISTS_NESTED
from tosdsl.formulas.space import FALSE, TRUE, UNKNOWN
from tosdsl.lower.tests import Conditions, DocumentConditions, constant_of
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.quantities import Absent, Duration, Money
from tosdsl.trees.walk import mapped, used

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "is": "is"}
_RANKED = frozenset({"<", "<=", ">", ">="})
_TEXT = frozenset({"starts with", "ends with"})
_SCALAR = (
    *(v.Boolean, v.Integer, v.Number, v.Money, v.Duration, v.Date, v.Instant, v.Text, v.Party),
    v.Enum,
)
_LISTED = (v.Enum, v.Party, v.Text, v.Integer, v.Date, v.Number, v.Money, v.Duration, v.Instant)
_ATOMIC = (bool, int, Fraction, str, date, datetime, Money, Duration, Absent)
_LARGEST = 500
"""Nodes of a condition whose definitions are worked in."""
_DEEPEST = 100
"""How deep the nodes of such a condition stand inside one another."""


@frozen
class Ranked:
    """A member of an ordered enumeration that a leaf is compared with, and their order."""

    member: str
    scale: tuple[str, ...]


@define
class WideConditions(Conditions):
    """The conditions of all documents that are looked at together.

    In ``beyond`` the number is 0 where definitions are worked in, so that documents share it; elsewhere
    it is that of the definitions, and equal ones have one number.
    ``renamed`` has the names by which facts are called here, where they are not their own.
    """

    renamed: Mapping[str, str] = field(factory=dict)
    settle: Callable[[ex.Expr], bool | None] | None = None
    """Tells how a condition comes out that reads no fact."""
    open: dict[int, Mapping[str, n.Definition]] = field(factory=dict)
    """For each number that is not 0, the definitions that its conditions lean on. One that uses another
    comes after it; facts have their names here."""
    _numbers: dict[tuple[n.Definition, ...], int] = field(factory=dict)

    def of(self, document: int, definitions: Mapping[str, n.Definition]) -> DocumentConditions:
        return _Wide(self, document, definitions, {})

    def number(self, definitions: tuple[n.Definition, ...]) -> int:
        """The number of some definitions."""
        found = self._numbers.setdefault(definitions, len(self._numbers) + 1)
        self.open.setdefault(found, {each.name: each for each in definitions})
        return found


@define
class _Wide(DocumentConditions):
    _leant: dict[frozenset[str], int] = field(factory=dict)
    """The numbers of definitions, by their names."""
    _named: dict[str, n.Definition] = field(factory=dict)
    """Definitions in which facts have their names in the question."""

    @property
    def _shared(self) -> WideConditions:
        assert isinstance(self.whole, WideConditions)
        return self.whole

    def part(self, expr: ex.Expr) -> int:
        match expr:
            case ex.FactRef(path=path, type=v.Boolean()):
                return self.whole.space.test("true", self._name(path))
            case ex.Call():
                worked = self._worked(expr)
                return self._beyond(expr) if isinstance(worked, ex.Call | None) else self.part(worked)
        return super().part(expr)

    def _name(self, path: str) -> str:
        return self._shared.renamed.get(path, path)

    def _beyond(self, expr: ex.Expr) -> int:
        known = self.whole.beyond
        worked = self._worked(expr)
        if worked is None:
            own = renamed(expr, self._shared.renamed)
            return self.whole.space.beyond(known.setdefault((self._number(expr), own), len(known)))
        if self._shared.settle is not None and not _reads(worked):
            return {False: FALSE, True: TRUE, None: UNKNOWN}[self._shared.settle(worked)]
        return self.whole.space.beyond(known.setdefault((0, worked), len(known)))

    def _number(self, expr: ex.Expr) -> int:
        """The number of the definitions that a condition leans on."""
        names = frozenset(used(expr, self.definitions))
        if names not in self._leant:
            for name in names - self._named.keys():
                found = self.definitions[name]
                body = renamed(found.body, self._shared.renamed)
                self._named[name] = found if body is found.body else evolve(found, body=body)
            several = tuple(self._named[name] for name in self.definitions if name in names)
            self._leant[names] = self._shared.number(several)
        return self._leant[names]

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
            path = self._name(left.path)
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
    """An expression with its definitions worked in; None if that cannot be, or it is too large then, or
    goes through lists inside lists more often than a text may."""
    return _Inlining(definitions, renamed).of(expr)


def renamed(expr: ex.Expr, names: Mapping[str, str]) -> ex.Expr:
    """An expression in which facts have the names of the question; its definitions stay as they are."""
    return _renamed(expr, names) if names else expr


class _Stop(Exception):
    """Definitions cannot be worked in."""


@frozen
class _Given:
    """What a name stands for; how many nodes it has, how deep they stand, and through how many lists
    inside one another it goes."""

    expr: ex.Expr
    size: int = 0
    deep: int = 0
    lists: int = 0


@define
class _Inlining:
    """Works definitions into one condition: a definition's own names for items are told apart.

    Counted is what comes out, each node as often as it stands there.
    """

    definitions: Mapping[str, n.Definition]
    renamed: Mapping[str, str]
    _size: int = 0
    _names: int = 0
    _deep: int = 0
    _lists: int = 0
    """Lists that are gone through around what is at hand."""
    _most_deep: int = 0
    _most_lists: int = 0

    def of(self, expr: ex.Expr) -> ex.Expr | None:
        try:
            return self._of(expr, {})
        except _Stop:
            return None

    def _of(self, expr: ex.Expr, bound: Mapping[str, _Given]) -> ex.Expr:
        through = isinstance(expr, ex.Quantified | ex.Aggregate)
        self._deep += 1
        self._lists += through
        self._count(1, 0, 0)
        made = self._made(expr, bound)
        self._deep -= 1
        self._lists -= through
        return made

    def _count(self, size: int, deep: int, lists: int) -> None:
        """Take in so many nodes. Raises _Stop where that is too much."""
        self._size += size
        self._most_deep = max(self._most_deep, self._deep + deep)
        self._most_lists = max(self._most_lists, self._lists + lists)
        large = self._size > _LARGEST or self._most_deep > _DEEPEST
        if large or self._most_lists > MAX_LISTS_NESTED:
            raise _Stop

    def _made(self, expr: ex.Expr, bound: Mapping[str, _Given]) -> ex.Expr:
        match expr:
            case ex.FactRef(path=path):
                return evolve(expr, path=self.renamed.get(path, path))
            case ex.DefinitionRef(name=name):
                return self._of(self.definitions[name].body, {})
            case ex.Call(name=name, arguments=arguments):
                called = self.definitions[name]
                names = [parameter for parameter, _ in called.parameters]
                given = [self._given(each, bound) for each in arguments]
                return self._of(called.body, dict(zip(names, given, strict=True)))
            case ex.Variable(name=name, field=path):
                read = bound[name]
                self._count(read.size, read.deep, read.lists)
                return _read(read.expr, path)
            case ex.Quantified() | ex.Aggregate():
                return self._listed(expr, bound)
        return mapped(expr, lambda each: self._of(each, bound))

    def _given(self, expr: ex.Expr, bound: Mapping[str, _Given]) -> _Given:
        """An argument. What it adds is counted where it is read, and here once."""
        before = self._size, self._most_deep, self._most_lists
        self._most_deep, self._most_lists = self._deep, self._lists
        made = self._of(expr, bound)
        given = _Given(
            made, self._size - before[0], self._most_deep - self._deep, self._most_lists - self._lists
        )
        self._most_deep = max(self._most_deep, before[1])
        self._most_lists = max(self._most_lists, before[2])
        return given

    def _listed(self, expr: ex.Quantified | ex.Aggregate, bound: Mapping[str, _Given]) -> ex.Expr:
        self._names += 1
        new = f"item {self._names}"
        item = ex.Variable(new, "", v.Boolean())  # its type is of no account: it is found by its name
        inner = {**bound, expr.variable: _Given(item)}
        within = mapped(expr, lambda each: each if each is expr.over else self._of(each, inner))
        assert isinstance(within, ex.Quantified | ex.Aggregate)
        return evolve(within, variable=new, over=self._of(expr.over, bound))


def _renamed(expr: ex.Expr, names: Mapping[str, str]) -> ex.Expr:
    if isinstance(expr, ex.FactRef):
        return evolve(expr, path=names.get(expr.path, expr.path))
    return mapped(expr, lambda each: _renamed(each, names))


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
        case ex.FactRef(type=kind) | ex.Call(type=kind) | ex.Conditional(type=kind):
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
