"""Nodes of the core as expressions again: for words, and for whoever works on expressions.

Everything that a node is made of stands in its place. Where that would be too large, what is used more
than once, or is large itself, becomes a definition, so that what comes out grows with the nodes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from attrs import define, field

from tosdsl.trees import core
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v

_LARGEST = 500
"""Parts of an expression in which everything stands in its place."""
_DEEPEST = 100
"""How deep they stand inside one another."""
_MOST = 50
"""Otherwise, parts of one definition."""

_LEAVES = frozenset({"literal", "fact", "item", "parameter", "as of", "moment of use"})
_WORKED = frozenset({"call", "outer"})
"""What cannot stand in its place without a definition."""

Definitions: TypeAlias = Mapping[str, n.Definition]


@define
class Unfolded:
    """Makes expressions of the nodes of one block."""

    block: core.Nodes
    functions: Sequence[core.Function]
    largest: int = _LARGEST
    most: int = _MOST
    _sizes: dict[int, tuple[int, int]] = field(factory=dict)
    _called: dict[int, n.Definition] = field(factory=dict)
    _names: dict[core.Index, str] = field(factory=dict)
    """The nodes that a definition stands for."""
    _defined: dict[core.Index, n.Definition] = field(factory=dict)
    """These definitions: what has one keeps it, so that conditions share it."""
    _writing: _Writing = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._writing = _Writing(self.block, self._names)

    def whole(self, node: core.Index) -> ex.Expr | None:
        """A node as one expression; None if that is too large."""
        size, deep = self._size(node)
        return _Writing(self.block, {}).of(node) if size <= self.largest and deep <= _DEEPEST else None

    def of(self, node: core.Index) -> tuple[ex.Expr, Definitions]:
        """A node as an expression, and the definitions that it leans on, which are none if it is small;
        one that uses another comes after it."""
        whole = self.whole(node)
        if whole is not None:
            return whole, {}
        return self._leaning(node)

    def _size(self, node: core.Index) -> tuple[int, int]:
        """How many parts there are when each stands in its place, and how deep they are."""
        known, stack = self._sizes, [node]
        while stack:
            at = stack[-1]
            inside = core.parts(self.block.nodes[at])
            left = [each for each in inside if each not in known]
            if left:
                stack += left
                continue
            stack.pop()
            several = [known[each] for each in inside]
            worked = self.block.nodes[at][0] in _WORKED
            size = 1 + sum(size for size, _ in several) + worked * self.largest
            known[at] = size, 1 + max((deep for _, deep in several), default=0)
        return known[node]

    def _leaning(self, node: core.Index) -> tuple[ex.Expr, Definitions]:
        nodes = self.block.nodes
        under, called, read = self._under(node)
        used: dict[core.Index, int] = {}
        for at in under:
            for each in core.parts(nodes[at]):
                used[each] = used.get(each, 0) + 1
        sizes: dict[core.Index, int] = {}
        for at in under:
            inside = core.parts(nodes[at])
            size = sizes[at] = 1 + sum(1 if each in self._names else sizes[each] for each in inside)
            apart = used.get(at, 0) > 1 or size > self.most or at in read
            if apart and at != node and not self.block.free[at] and nodes[at][0] not in _LEAVES:
                self._define(at)
        # Functions come first: what they read is there when they are called.
        definitions = {function_name(number): self._function(number) for number in called}
        definitions |= {self._names[at]: self._defined[at] for at in under if at in self._names}
        return self._writing.of(node, named=False), definitions

    def _define(self, at: core.Index) -> None:
        if at not in self._names:
            kind = self.block.types[at] or v.Boolean()
            made = n.Definition(f"part {at}", self._writing.of(at), kind)
            self._names[at], self._defined[at] = made.name, made

    def _under(self, node: core.Index) -> tuple[list[core.Index], list[int], set[core.Index]]:
        """A node with all that it is made of, from the first; the functions that are called; and the
        nodes that these read."""
        found: set[core.Index] = set()
        called: set[int] = set()
        read: set[core.Index] = set()
        todo = [node]
        while todo:
            at = todo.pop()
            if at in found:
                continue
            found.add(at)
            todo += core.parts(self.block.nodes[at])
            several = [self.block.nodes[at]]
            while several:
                each = several.pop()
                if each[0] == "call" and each[1] not in called:
                    called.add(each[1])
                    several += self.functions[each[1]].body.nodes
                elif each[0] == "outer":
                    read.add(each[1])
                    todo.append(each[1])
        return sorted(found), sorted(called), read

    def _function(self, number: int) -> n.Definition:
        """A function as the definition with parameters that it was."""
        found = self._called.get(number)
        if found is None:
            made = self.functions[number]
            body = _Writing(made.body, {}, self._writing).of(made.result)
            kind = made.body.types[made.result] or v.Boolean()
            taken = tuple((_parameter(at), kind) for at, kind in enumerate(made.parameters))
            name = function_name(number)
            found = self._called[number] = n.Definition(name, body, kind, parameters=taken)
        return found


@define
class _Writing:
    """Writes the nodes of one block. ``names``: those that a definition stands for."""

    block: core.Nodes
    names: Mapping[core.Index, str]
    outer: _Writing | None = None
    """Of a function: what writes the program's own nodes."""

    def of(self, at: core.Index, named: bool = True) -> ex.Expr:
        """The expression of a node; not ``named``: what it stands for, if it has a name."""
        node, kind = self.block.nodes[at], self.block.types[at] or v.Boolean()
        of = self.of
        if named and at in self.names:
            return ex.DefinitionRef(self.names[at], kind)
        match node:
            case ("literal", tuple(values)):
                bare = v.bare(kind)
                item = bare.item if isinstance(bare, v.ListOf) else bare
                return ex.SetOf(tuple(ex.Literal(each, item) for each in values), kind)
            case ("literal", value):
                return ex.Literal(value, kind)
            case ("fact", path):
                return ex.FactRef(path, kind)
            case ("as of", *zone):
                return ex.DayOfUse(zone=zone[0] if zone else None)
            case ("late", which, moment, today, _):
                match self.block.nodes[today]:
                    case ("literal", day):
                        return ex.Late(which, of(moment), day=day)
                    case ("as of", *zone):
                        return ex.Late(which, of(moment), zone[0] if zone else None)
            case ("item", level, _):
                return ex.Variable(f"item {level}", "", kind)
            case ("parameter", place):
                return ex.Variable(_parameter(place), "", kind)
            case ("outer", inner):
                assert self.outer is not None
                return self.outer.of(inner)
            case ("field", item, path):
                read = of(item)
                assert isinstance(read, ex.Variable)
                return ex.Variable(read.name, path, kind)
            case ("not", item):
                return ex.Not(of(item))
            case ("shown", item):
                return ex.Shown(of(item))
            case ("and", items):
                return ex.And(self._all(items))
            case ("or", items):
                return ex.Or(self._all(items))
            case ("compare", op, left, right, scale):
                return ex.Compare(op, of(left), of(right), scale)
            case ("list", items):
                return ex.SetOf(self._all(items), kind)
            case ("arithmetic", op, left, right, days):
                return ex.Arithmetic(op, of(left), of(right), kind, self._one(days))
            case ("extreme", which, items, scale):
                return ex.Extreme(which, self._all(items), kind, scale)
            case ("convert", value, currency, rate):
                return ex.Convert(of(value), currency, of(rate), kind)
            case ("rounded", value, way, step):
                return ex.Rounded(of(value), way, ex.Literal(step, kind), kind)
            case ("part of day", day, part):
                return ex.PartOfDay(part, of(day), kind)
            case ("in zone", moment, zone, keeps):
                return ex.InZone(of(moment), zone, kind, keeps)
            case ("period end", which, start, days, length):
                return ex.PeriodEnd(which, of(start), of(days), length, kind)
            case ("if", condition, then, otherwise):
                return ex.Conditional(of(condition), of(then), of(otherwise), kind)
            case ("some" | "every", item, listed, body):
                return ex.Quantified(node[0], self._name(item), of(listed), of(body))
            case ("total", which, item, listed, where, value, window, by, per):
                return ex.Aggregate(
                    which,
                    self._name(item),
                    of(listed),
                    kind,
                    *(self._one(value), self._one(where), window, self._one(by), self._one(per)),
                )
            case ("call", number, given):
                return ex.Call(function_name(number), self._all(given), kind)
        raise AssertionError(node)

    def _all(self, several: Iterable[core.Index]) -> tuple[ex.Expr, ...]:
        return tuple(map(self.of, several))

    def _one(self, at: core.Index | None) -> Any:
        return None if at is None else self.of(at)

    def _name(self, item: core.Index) -> str:
        return f"item {self.block.nodes[item][1]}"


def _parameter(place: int) -> str:
    return f"parameter {place + 1}"


def function_name(number: int) -> str:
    """What a function is called as a definition."""
    return f"function {number}"
