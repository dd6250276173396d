"""How many steps a question takes, told before any is taken.

Most of what is worked out follows the text, as definitions are worked out once. What grows beyond it
are conditions that are looked at for each item of a list or for each call of a definition with
parameters, and tests that go through a list or a text. Their steps are counted here, as if every item
were looked at. So the count hangs on the sizes of lists and texts alone: it is the same on every
machine and by every way to the answer, and a question past ``limits.MAX_STEPS`` is refused at no cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from attrs import define, field

from tosdsl.base import limits
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.walk import conditions

Definitions = Mapping[str, n.Definition]
Get = Callable[[str], Any]
"""The value of a fact by its path; None if it has none."""

_ARITHMETIC = 8
"""Steps of one operation on exact numbers."""
_DATED = 16
"""Steps to find a place for one dated item among the stretches of time."""
_PER_CHARACTER = 1 / 8
_PER_ITEM = 1 / 64
"""Steps to compare with one item of a list. One of which equality is worked out takes a whole step."""
_PLAIN = (v.Boolean, v.Enum, v.Integer, v.Text, v.Party, v.Date)
_MEMBERSHIP = frozenset(("in", "includes", "overlaps"))
_LONG_TESTS = frozenset(
    (
        "contains word",
        "contains word ignoring case",
        "starts with ignoring case",
        "ends with ignoring case",
    )
)
"""Tests that go through a whole text."""
_PER_HOLIDAY = 1 / 64

_LONGEST_TRIED = 1 << 20

_NO_ITEMS: Mapping[str, Any] = {}


def _nothing(path: str) -> None:
    """Of no fact is it known what it is."""


def longest(value: Any) -> int:
    """The longest list or text in a fact's value, at any depth; 0 if there is none."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, tuple | list):
        return max(len(value), _longest_of(value))
    # What most values are is told without asking the abstract class.
    if isinstance(value, dict) or (not isinstance(value, int | date) and isinstance(value, Mapping)):
        return _longest_of(value.values())
    return 0


def _longest_of(values: Iterable[Any]) -> int:
    found = 0
    for each in values:
        long = 0 if each is True or each is False else longest(each)
        if long > found:
            found = long
    return found


def _grows(expr: ex.Expr) -> bool:
    """Whether an expression can take more steps than it has parts."""
    match expr:
        case ex.Quantified() | ex.Aggregate() | ex.Call():
            return True
        case ex.Arithmetic(excluding=excluding) if excluding is not None:
            return True
        case ex.Compare(op=op, left=left, right=right):
            if op in _LONG_TESTS or (op in _MEMBERSHIP and not (_plain(left) and _plain(right))):
                return True
    return any(map(_grows, ex.children(expr)))


def _plain(side: ex.Expr) -> bool:
    """Whether a side of a comparison is no list whose items take time to compare."""
    kind = v.bare(getattr(side, "type", v.Boolean()))
    return isinstance(side, ex.SetOf) or not isinstance(kind, v.ListOf) or isinstance(kind.item, _PLAIN)


class Counter:
    """Counts the steps of conditions, under facts that are given again and again."""

    def __init__(self, several: Iterable[tuple[Definitions, Iterable[ex.Expr]]]) -> None:
        """Conditions, each with the definitions of its document."""
        self._growing: list[tuple[_Counting, list[ex.Expr]]] = []
        self._short: int | None = None
        for definitions, exprs in several:
            growing = [each for each in exprs if _grows(each)]
            if growing:
                self._growing.append((_Counting(definitions), growing))

    @classmethod
    def of(cls, linked: n.Linked) -> Counter:
        """What counts the steps of a question that asks for all conditions of the documents."""
        policies = [document.policy for document in linked.documents]
        return cls(
            ({each.name: each for each in policy.definitions}, conditions(policy))
            for policy in policies
        )

    def __bool__(self) -> bool:
        """Whether anything can take more steps than the text has parts."""
        return bool(self._growing)

    @property
    def short(self) -> int:
        """A length for which no question takes more than ``limits.MAX_STEPS`` if no list and no text of
        its facts, at any depth, is longer; -1 if there is none."""
        if self._short is None:
            most = 0 if self._at_most(0) <= limits.MAX_STEPS else -1
            while 0 <= most < _LONGEST_TRIED and self._at_most(8 * most + 7) <= limits.MAX_STEPS:
                most = 8 * most + 7
            self._short = most
        return self._short

    def _at_most(self, length: int) -> float:
        """The steps where every list and every text is so long."""
        return sum(
            _AtMost(counting.definitions, length=length).beyond(expr, _nothing, _NO_ITEMS)
            for counting, several in self._growing
            for expr in several
        )

    def steps(self, get: Get) -> int:
        """The steps besides one for each part of the text."""
        return int(
            sum(
                counting.beyond(expr, get, _NO_ITEMS)
                for counting, several in self._growing
                for expr in several
            )
        )


@define
class _Counting:
    definitions: Definitions
    _sizes: dict[int, tuple[ex.Expr, float]] = field(factory=dict)
    """By identity of an expression, its parts; kept with it, so that no other takes its place."""
    _known: dict[int, tuple[ex.Expr, bool]] = field(factory=dict)
    _hanging: dict[tuple[int, str], tuple[ex.Expr, bool]] = field(factory=dict)
    """By an expression and the name of an item, whether its steps hang on the item."""

    def beyond(self, expr: ex.Expr, get: Get, items: Mapping[str, Any]) -> float:
        """The steps of an expression besides one for each of its parts.

        ``items`` has what is known of the items at hand and the parameters, by name.
        """
        own = 0.0
        match expr:
            case ex.Literal() | ex.FactRef() | ex.DayOfUse() | ex.DefinitionRef() | ex.Variable():
                return 0
            case ex.Quantified(variable=variable, over=over, body=body):
                return self.beyond(over, get, items) + self._each(variable, over, (body,), get, items)
            case ex.Aggregate(variable=variable, over=over, where=where, value=value, by=by, per=per):
                several = tuple(each for each in (where, value, by, per) if each is not None)
                dated = 0 if by is None else _DATED * len(self._listed(over, get, items))
                return (
                    self.beyond(over, get, items)
                    + dated
                    + self._each(variable, over, several, get, items)
                )
            case ex.Call(name=name, arguments=arguments):
                called = self.definitions[name]
                names = (parameter for parameter, _ in called.parameters)
                given = {
                    parameter: self._value(argument, get, items)
                    for parameter, argument in zip(names, arguments, strict=True)
                }
                own = self._size(called.body) + self.beyond(called.body, get, given)
            case ex.Compare(op=op, left=left, right=right) if op in _MEMBERSHIP:
                own = sum(
                    (_PER_ITEM if _plain(side) else 1) * len(self._listed(side, get, items))
                    for side in (left, right)
                    if not isinstance(side, ex.SetOf)
                )
            case ex.Compare(op=op, left=left, right=right) if op in _LONG_TESTS:
                own = _PER_CHARACTER * sum(
                    len(text)
                    for side in (left, right)
                    if isinstance(text := self._value(side, get, items), str)
                )
            case ex.Arithmetic(excluding=excluding) if excluding is not None:
                own = _PER_HOLIDAY * len(self._listed(excluding, get, items))
        return own + sum(self.beyond(child, get, items) for child in ex.children(expr))

    def _each(
        self,
        variable: str,
        over: ex.Expr,
        bodies: tuple[ex.Expr, ...],
        get: Get,
        items: Mapping[str, Any],
    ) -> float:
        """The steps of what is looked at for each item of a list."""
        listed = self._listed(over, get, items)
        if not listed:
            return 0
        total = len(listed) * sum(map(self._size, bodies))
        for body in bodies:
            if not self._grows(body):
                continue
            if not self._hangs_on(body, variable):
                total += len(listed) * self.beyond(body, get, {**items, variable: None})
            else:
                total += sum(self.beyond(body, get, {**items, variable: item}) for item in listed)
        return total

    def _listed(self, expr: ex.Expr, get: Get, items: Mapping[str, Any]) -> Any:
        """The items of a list; none where it is none, or not known."""
        value = self._value(expr, get, items)
        return value if isinstance(value, tuple | list | set | frozenset) else ()

    def _value(self, expr: ex.Expr, get: Get, items: Mapping[str, Any]) -> Any:
        """What a name stands for; None of everything that is worked out."""
        match expr:
            case ex.Literal(value=value):
                return value
            case ex.FactRef(path=path):
                return get(path)
            case ex.Variable(name=name, field=path):
                return _field(items[name], path)
            case ex.DefinitionRef(name=name):
                return self._value(self.definitions[name].body, get, _NO_ITEMS)
            case ex.Call(name=name, arguments=arguments):
                called = self.definitions[name]
                names = (parameter for parameter, _ in called.parameters)
                values = (self._value(argument, get, items) for argument in arguments)
                return self._value(called.body, get, dict(zip(names, values, strict=True)))
            case ex.SetOf(items=several):
                return several
            case ex.Conditional(then=then, otherwise=otherwise):
                cases = [self._value(each, get, items) for each in (then, otherwise)]
                return _longest(cases)
            case _:
                return None

    def _size(self, expr: ex.Expr) -> float:
        """The steps of one look at an expression that grows in nothing: one for each part."""
        found = self._sizes.get(id(expr))
        if found is None:
            own = _ARITHMETIC if isinstance(expr, ex.GROWING) else 1
            size = own + sum(map(self._size, ex.children(expr)))
            found = self._sizes[id(expr)] = (expr, size)
        return found[1]

    def _grows(self, expr: ex.Expr) -> bool:
        found = self._known.get(id(expr))
        if found is None:
            found = self._known[id(expr)] = (expr, _grows(expr))
        return found[1]

    def _hangs_on(self, expr: ex.Expr, variable: str) -> bool:
        """Whether the steps of an expression may differ from item to item: a list or a text is its."""
        found = self._hanging.get((id(expr), variable))
        if found is None:
            found = self._hanging[id(expr), variable] = expr, self._looked_at(expr, variable)
        return found[1]

    def _looked_at(self, expr: ex.Expr, variable: str) -> bool:
        match expr:
            case ex.Quantified(over=over) | ex.Aggregate(over=over):
                own: Iterable[ex.Expr] = (over,)
            case ex.Compare(op=op, left=left, right=right) if op in _MEMBERSHIP | _LONG_TESTS:
                own = (left, right)
            case ex.Call(arguments=arguments):
                called = self.definitions[expr.name]
                own = (
                    argument
                    for argument, (parameter, _) in zip(arguments, called.parameters, strict=True)
                    if self._hangs_on(called.body, parameter)
                )
            case _:
                own = ()
        mine = any(
            isinstance(part, ex.Variable) and part.name == variable
            for each in own
            for part in _parts(each)
        )
        return mine or any(self._hangs_on(child, variable) for child in ex.children(expr))


def _longest(cases: Iterable[Any]) -> Any:
    """What takes most steps of several values: the longest text, all items of the lists."""
    texts = [each for each in cases if isinstance(each, str)]
    if texts:
        return max(texts, key=len)
    lists = [each for each in cases if isinstance(each, tuple | list | set | frozenset)]
    return tuple(item for each in lists for item in each) if lists else None


def _parts(expr: ex.Expr) -> Iterator[ex.Expr]:
    yield expr
    for child in ex.children(expr):
        yield from _parts(child)


@define
class _AtMost(_Counting):
    """Counts as if every list and every text had at least a length."""

    length: int = 0

    def beyond(self, expr: ex.Expr, get: Get, items: Mapping[str, Any]) -> float:
        found = super().beyond(expr, get, items)
        if isinstance(expr, ex.Compare) and expr.op in _LONG_TESTS:
            found += 2 * _PER_CHARACTER * self.length
        return found

    def _each(
        self,
        variable: str,
        over: ex.Expr,
        bodies: tuple[ex.Expr, ...],
        get: Get,
        items: Mapping[str, Any],
    ) -> float:
        many, inside = len(self._listed(over, get, items)), {**items, variable: None}
        return sum(many * (self._size(body) + self.beyond(body, get, inside)) for body in bodies)

    def _listed(self, expr: ex.Expr, get: Get, items: Mapping[str, Any]) -> Any:
        known = len(super()._listed(expr, get, items))
        return range(known + self.length * self._lists(expr))

    def _lists(self, expr: ex.Expr) -> int:
        """How many lists may count as one: by cases, those of all of them."""
        match expr:
            case ex.Conditional(then=then, otherwise=otherwise):
                return self._lists(then) + self._lists(otherwise)
            case ex.DefinitionRef(name=name) | ex.Call(name=name):
                return self._lists(self.definitions[name].body)
            case _:
                return 1


def _field(item: Any, path: str) -> Any:
    """A field of an item, which may be a mapping of leaves or of what leaves stand in."""
    if not path or item is None:
        return item
    if not isinstance(item, Mapping):
        return None
    if path in item:
        return item[path]
    for name in path.split("."):
        item = item.get(name) if isinstance(item, Mapping) else None
    return item
