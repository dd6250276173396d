"""The expressions of a policy to nodes of the core: conditions, values, definitions with parameters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeAlias, assert_never

from attrs import define, field

from tosdsl.base.limits import MAX_LISTS_NESTED
from tosdsl.lower.block import TRUTH, Block, Shared
from tosdsl.trees import core
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.zones import day_in

Names = Mapping[str, core.Index]
"""What variables and parameters stand for."""

_NO_NAMES: Names = {}

_LARGEST = 500
"""Parts of a definition that stands in the place of its calls."""
_DEEPEST = 100
"""How deep these parts stand inside one another."""

_Measure: TypeAlias = tuple[int, int, int]
"""Of an expression: its parts, how deep they are, and through how many lists in one another it goes."""


@define
class Expressions:
    """The expressions of one policy."""

    shared: Shared
    policy: n.Policy
    renamed: Mapping[str, str]
    """Facts by their names in the policy, with those that they have in the program."""
    day: date | None
    growing: list[tuple[int, int, ex.Expr]]
    """What can grow past a limit: the numbers of the block and of the node."""
    values: dict[str, int] = field(factory=dict)
    conditions: dict[int, int] = field(factory=dict)
    """By identity of an expression that stands in no list, its node."""
    written: dict[int, ex.Expr] = field(factory=dict)
    """By node, an expression that it is made of."""
    functions: dict[str, int] = field(factory=dict)
    """By name of a definition with parameters, the number of its function."""
    _measures: dict[str, _Measure] = field(factory=dict)
    """By name of a definition, what its body comes to when all calls in it are written out."""

    def __attrs_post_init__(self) -> None:
        for definition in self.policy.definitions:
            if definition.parameters:
                self.functions[definition.name] = self.function(definition)
            else:
                self.values[definition.name] = self.expression(definition.body)
                if definition.core is not None:
                    self.expression(definition.core)

    def expression(self, expr: ex.Expr) -> int:
        """The node of an expression that stands in no list."""
        found = self.conditions.get(id(expr))
        if found is None:
            found = _Expression(self, self.shared.block, 0).of(expr, _NO_NAMES, 0)
        return found

    def function(self, definition: n.Definition) -> int:
        """The number of the function that a definition with parameters is."""
        block = Block()
        number = len(self.shared.functions)
        names = {
            name: block.node(("parameter", place), _or_none(kind))
            for place, (name, kind) in enumerate(definition.parameters)
        }
        result = _Expression(self, block, number + 1).of(definition.body, names, 0)
        kinds = tuple(kind for _, kind in definition.parameters)
        made = core.Function(definition.name, kinds, block.done(), result, definition)
        found = self.shared.function(made)
        if found != number:  # it is there already, with what can grow in it
            self.growing[:] = [each for each in self.growing if each[0] != number + 1]
        return found

    def called(self, name: str) -> int:
        return self.functions[name]

    def inlined(self, name: str, level: int) -> n.Definition | None:
        """The definition that stands in the place of its call; None if it is too large for that, or
        goes through lists inside lists more often than a text may."""
        if not self.shared.inlined:
            return None
        found = self._definition(name)
        size, deep, lists = self._measure_of(found)
        fits = size <= _LARGEST and deep <= _DEEPEST and level + lists <= MAX_LISTS_NESTED
        return found if fits else None

    def _definition(self, name: str) -> n.Definition:
        return next(each for each in self.policy.definitions if each.name == name)

    def _measure_of(self, definition: n.Definition) -> _Measure:
        found = self._measures.get(definition.name)
        if found is None:
            found = self._measures[definition.name] = self._measure(definition.body)
        return found

    def _measure(self, expr: ex.Expr) -> _Measure:
        several = [self._measure(each) for each in ex.children(expr)]
        if isinstance(expr, ex.Call):
            several.append(self._measure_of(self._definition(expr.name)))
        through = isinstance(expr, ex.Quantified | ex.Aggregate)
        return (
            1 + sum(size for size, _, _ in several),
            1 + max((deep for _, deep, _ in several), default=0),
            through + max((lists for _, _, lists in several), default=0),
        )


def _or_none(kind: v.Type) -> v.Type:
    """The type of what a parameter may be given: what has no value as well."""
    return kind if isinstance(kind, v.OptionalOf) else v.OptionalOf(kind)


@define
class _Expression:
    """Expressions that stand in one block: the program's own (``number`` 0) or a function's."""

    policy: Expressions
    block: Block
    number: int
    inside: bool = False
    """Whether it stands in the place of a call: then an expression is not one node for good."""

    def of(self, expr: ex.Expr, names: Names, level: int) -> int:
        """The node of an expression; ``level`` lists are gone through around it."""
        made = self._made(expr, names, level)
        if not level and not self.number and not self.inside:
            self.policy.conditions[id(expr)] = made
            self.policy.written.setdefault(made, expr)
        if isinstance(expr, ex.GROWING):
            self.policy.growing.append((self.number, made, expr))
        return made

    def _made(self, expr: ex.Expr, names: Names, level: int) -> int:
        block = self.block
        match expr:
            case ex.Literal(value=value, type=kind):
                return block.node(("literal", value), kind)
            case ex.FactRef(path=path, type=kind):
                path = self.policy.renamed.get(path, path)
                return block.node(("fact", path), self.policy.shared.types.get(path, kind))
            case ex.DayOfUse(type=kind, zone=zone):
                today = day_in(self.policy.day, zone)
                day = core.day(zone) if today is None else ("literal", today)
                at = self.policy.shared.block.node(day, kind)
                return block.node(("outer", at), kind) if self.number else at
            case ex.Late(moment=moment):
                return self._late(expr, self.of(moment, names, level))
            case ex.Compare(op=op, left=left, right=right, scale=scale):
                one, other = self.of(left, names, level), self.of(right, names, level)
                return block.node(("compare", op, one, other, scale), TRUTH, (one, other))
            case ex.DefinitionRef(name=name, type=kind):
                at = self.policy.values[name]
                return block.node(("outer", at), kind) if self.number else at
            case ex.Variable(name=name, field=path, type=kind):
                at = names[name]
                return block.node(("field", at, path), kind, (at,)) if path else at
            case ex.SetOf(items=items, type=kind):
                return self._listed(tuple([self.of(each, names, level) for each in items]), kind)
            case ex.Not(item=item):
                return block.opposite(self.of(item, names, level))
            case ex.Shown(item=item):
                return block.shown(self.of(item, names, level))
            case ex.And(items=items):
                return block.every([self.of(item, names, level) for item in items])
            case ex.Or(items=items):
                return block.some([self.of(item, names, level) for item in items])
            case ex.Call(name=name, arguments=arguments, type=kind):
                given = tuple([self.of(each, names, level) for each in arguments])
                called = None if self.number else self.policy.inlined(name, level)
                if called is not None:
                    taken = (parameter for parameter, _ in called.parameters)
                    inner = _Expression(self.policy, block, 0, inside=True)
                    return inner.of(called.body, dict(zip(taken, given, strict=True)), level)
                return block.node(("call", self.policy.called(name), given), kind, given)
            case ex.Arithmetic(op=op, left=left, right=right, type=kind, excluding=excluding):
                days = None if excluding is None else self.of(excluding, names, level)
                parts = (self.of(left, names, level), self.of(right, names, level))
                read = parts if days is None else (*parts, days)
                return block.node(("arithmetic", op, *parts, days), kind, read)
            case ex.Extreme(items=items, type=kind, scale=scale):
                several = tuple([self.of(each, names, level) for each in items])
                return block.node(("extreme", expr.kind, several, scale), kind, several)
            case ex.Convert(value=value, currency=currency, rate=rate, type=kind):
                amount, at = self.of(value, names, level), self.of(rate, names, level)
                return block.node(("convert", amount, currency, at), kind, (amount, at))
            case ex.Rounded(value=value, way=way, step=step, type=kind):
                number = self.of(value, names, level)
                return block.node(("rounded", number, way, step.value), kind, (number,))
            case ex.PartOfDay(part=part, day=day, type=kind):
                at = self.of(day, names, level)
                return block.node(("part of day", at, part), kind, (at,))
            case ex.InZone(moment=moment, zone=zone, keeps=keeps, type=kind):
                at = self.of(moment, names, level)
                return block.node(("in zone", at, zone, keeps), kind, (at,))
            case ex.PeriodEnd(which=which, start=start, of=days, length=length, type=kind):
                parts = (self.of(start, names, level), self.of(days, names, level))
                return block.node(("period end", which, *parts, length), kind, parts)
            case ex.Conditional(type=kind):
                one, then, otherwise = (self.of(each, names, level) for each in ex.children(expr))
                return self._cases(one, then, otherwise, kind)
            case ex.Quantified(kind=which, over=over, body=body):
                listed = self.of(over, names, level)
                at_hand = self._item(listed, level + 1)
                inside = self.of(body, {**names, expr.variable: at_hand}, level + 1)
                node = (which, at_hand, listed, inside)
                return block.node(node, TRUTH, (listed, inside), bound=1 << level + 1)
            case ex.Aggregate():
                return self._total(expr, self.of(expr.over, names, level), names, level + 1)
        assert_never(expr)

    def _late(self, expr: ex.Late, moment: int) -> int:
        """Whether the use is past a moment: the node that the obligation itself has. It stands in the
        state of an obligation, and so in no definition that takes values."""
        block = self.block
        today = day_in(self.policy.day or expr.day, expr.zone)
        day = core.day(expr.zone) if today is None else ("literal", today)
        read = block.node(day, v.Date()), block.node(core.MOMENT, v.Instant())
        made = ("late", expr.kind, moment, *read)
        return block.node(made, TRUTH, core.parts(made))

    def _cases(self, condition: int, then: int, otherwise: int, kind: v.Type) -> int:
        """A value by cases. What is true or false by cases is logic, and no node of its own."""
        block = self.block
        if kind != TRUTH:
            parts = (condition, then, otherwise)
            return block.node(("if", *parts), kind, parts)
        cases = ((condition, then), (block.opposite(condition), otherwise), (then, otherwise))
        return block.some([block.every(each) for each in cases])

    def _item(self, listed: int, level: int) -> int:
        """The item at hand of a list. Items of one type at one level are one node, whatever list they
        are of."""
        kind: Any = self.block.types[listed]
        kind = None if kind is None else v.bare(kind)
        kind = kind.item if isinstance(kind, v.ListOf) else None
        return self.block.node(("item", level, kind), kind, free=1 << level)

    def _total(self, expr: ex.Aggregate, listed: int, names: Names, level: int) -> int:
        item = self._item(listed, level)
        inner = {**names, expr.variable: item}

        def of(part: ex.Expr | None) -> int | None:
            return None if part is None else self.of(part, inner, level)

        where, value, by, per = of(expr.where), of(expr.value), of(expr.by), of(expr.per)
        window = expr.window if expr.by is not None else None
        made: core.Node = ("total", expr.kind, item, listed, where, value, window, by, per)
        parts = [each for each in (listed, where, value, by, per) if each is not None]
        return self.block.node(made, expr.type, parts, bound=1 << level)

    def _listed(self, items: tuple[int, ...], kind: v.Type) -> int:
        """A list that is written out: a literal, if its items are."""
        nodes = [self.block.nodes[each] for each in items]
        if all(node[0] == "literal" for node in nodes):
            return self.block.node(("literal", tuple(node[1] for node in nodes)), kind)
        return self.block.node(("list", items), kind, items)
