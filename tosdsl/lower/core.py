"""Norms to the core: each condition, force, scope and table becomes a node.

    norms.Linked, which documents are in force -> core.Program

What the two days and the documents settle is settled here. Everything else is left to the facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, assert_never

from attrs import define, field

from tosdsl.trees import core
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v

_TRUTH = v.Boolean()
_TRUE: core.Node = ("literal", True)
_FALSE: core.Node = ("literal", False)

Names = Mapping[str, core.Index]
"""What variables and parameters stand for."""

_NO_NAMES: Names = {}


def program(linked: n.Linked, in_force: tuple[bool, ...]) -> core.Program:
    """The program of some documents; ``in_force`` says of each whether it governs."""
    return _Documents(linked, in_force).program()


@define
class Conditions:
    """Conditions of some documents, each alone: no clause is looked at."""

    linked: n.Linked
    _work: _Documents = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._work = _Documents(self.linked, ())

    def of(self, index: int, expr: ex.Expr) -> core.Index:
        """The node of a condition of a document."""
        return self._work.condition(index, expr)

    def done(self) -> tuple[core.Block, tuple[core.Function, ...]]:
        """The nodes and functions of those that were asked for."""
        return self._work.block.done(), tuple(self._work.functions)


@define
class _Block:
    """A list of nodes, each there once."""

    nodes: list[core.Node] = field(factory=list)
    types: list[v.Type | None] = field(factory=list)
    free: list[int] = field(factory=list)
    _known: dict[core.Node, int] = field(factory=dict)

    def node(
        self,
        made: core.Node,
        kind: v.Type | None,
        parts: Iterable[int] = (),
        free: int = 0,
        bound: int = 0,
    ) -> int:
        """The index of a node, which depends on the levels of its parts and on those that are ``free``;
        on those that are ``bound`` it does not."""
        key = _told_apart(made)
        found = self._known.get(key)
        if found is None:
            for part in parts:
                free |= self.free[part]
            free &= ~bound
            found = self._known[key] = len(self.nodes)
            self.nodes.append(made)
            self.types.append(kind)
            self.free.append(free)
        return found

    def done(self) -> core.Block:
        return core.Block(tuple(self.nodes), tuple(self.types), tuple(self.free))

    # --- logic ------------------------------------------------------------------------------------

    def truth(self, value: bool) -> int:
        return self.node(_TRUE if value else _FALSE, _TRUTH)

    def opposite(self, item: int) -> int:
        match self.nodes[item]:
            case ("literal", bool(value)):
                return self.truth(not value)
            case ("not", inner):
                return int(inner)
        return self.node(("not", item), _TRUTH, (item,))

    def every(self, items: Sequence[int]) -> int:
        return self._joined("and", items, True)

    def some(self, items: Sequence[int]) -> int:
        return self._joined("or", items, False)

    def _joined(self, op: str, items: Sequence[int], nothing: bool) -> int:
        """The items, each once, without those that change nothing; flat, as far as they are written."""
        kept: dict[int, None] = {}
        for item in items:
            match self.nodes[item]:
                case ("literal", bool(value)):
                    if value is not nothing:
                        return item
                case _:
                    kept[item] = None
        if len(kept) > 1:
            return self.node((op, tuple(kept)), _TRUTH, kept)
        return next(iter(kept)) if kept else self.truth(nothing)


def _told_apart(made: core.Node) -> core.Node:
    """A key that equal nodes share: Python takes 1, 1.0 and True for equal, and two instants of one
    moment in two zones are told apart by their own equality."""
    if made[0] != "literal":
        return made
    value = made[1]
    kinds = tuple(map(type, value)) if isinstance(value, tuple) else type(value)
    return (*made, kinds)


@define
class _Documents:
    linked: n.Linked
    in_force: tuple[bool, ...]
    block: _Block = field(factory=_Block)
    functions: list[core.Function] = field(factory=list)
    norms: dict[n.NormKey, core.NormNodes] = field(factory=dict)
    growing: list[tuple[int, int, ex.Expr]] = field(factory=list)
    _policies: dict[int, _Policy] = field(factory=dict)
    _conditions: dict[tuple[int, int], int] = field(factory=dict)
    _wholes: list[int] = field(factory=list)
    """Of each document, the scope of the whole, with those on the path by which it came in."""
    _scopes: dict[n.NormKey, int] = field(factory=dict)

    def program(self) -> core.Program:
        for index, document in enumerate(self.linked.documents):
            self._root(index, document)
        by_key = dict(self.linked.norms())
        for key in self.linked.order:
            self.norms[key] = self._norm(key, by_key[key])
        duties = {
            key: self._duty(key, norm) for key, norm in by_key.items() if norm.modality == "require"
        }
        tables, masks = [], []
        for index, document in enumerate(self.linked.documents):
            inside = self.block.every((self.block.truth(self.in_force[index]), self._wholes[index]))
            table, mask = self._table(
                index, document.policy.root, inside, inside, document.part is None
            )
            tables.append(table)
            masks.append(mask)
        documents = list(enumerate(self.linked.documents))
        routes = {
            (index, number): self.condition(index, route.when)
            for index, document in documents
            for number, route in enumerate(document.policy.routes)
        }
        values = {
            (index, name): node
            for index, document in documents
            for name, node in self._policy(document.policy).values.items()
        }
        excepted = {
            (index, definition.name): tuple(self._exceptions(index, definition.exceptions))
            for index, document in documents
            for definition in document.policy.definitions
            if definition.exceptions and not definition.parameters
        }
        possible = self.block.node(("join", tuple(masks)), None, masks)
        return core.Program(
            self.block.done(),
            tuple(self.functions),
            self.norms,
            duties,
            tuple(tables),
            routes,
            values,
            excepted,
            possible,
            self.in_force,
            tuple(self.growing),
            self._all_conditions(),
            self._written(),
            self.linked,
        )

    def _policy(self, policy: n.Policy) -> _Policy:
        """The expressions of a policy, which are the same however often it came in."""
        if id(policy) not in self._policies:
            self._policies[id(policy)] = _Policy(self, policy)
        return self._policies[id(policy)]

    def condition(self, index: int, expr: ex.Expr | None) -> int:
        """The node of an expression of a document; no condition is always met."""
        if expr is None:
            return self.block.truth(True)
        return self._policy(self.linked.documents[index].policy).expression(expr)

    def _all_conditions(self) -> dict[tuple[int, int], int]:
        return {
            (index, key): node
            for index, document in enumerate(self.linked.documents)
            for key, node in self._policy(document.policy).conditions.items()
        }

    def _written(self) -> dict[int, tuple[int, ex.Expr]]:
        found: dict[int, tuple[int, ex.Expr]] = {}
        for index, document in enumerate(self.linked.documents):
            for node, expr in self._policy(document.policy).written.items():
                found.setdefault(node, (index, expr))
        return found

    # --- scopes -----------------------------------------------------------------------------------

    def _root(self, index: int, document: n.Document) -> None:
        root = document.policy.root
        around = () if document.within is None else (self._wholes[document.within],)
        whole = self.block.every((*around, self.condition(index, root.scope)))
        self._wholes.append(whole)
        self._below(index, root, self.block.every((self.block.truth(self.in_force[index]), whole)))

    def _below(self, index: int, section: n.Section, scope: int) -> None:
        for norm in section.norms:
            self._scopes[index, norm.id] = scope
        for inner in section.sections:
            own = self.condition(index, inner.scope)
            self._below(index, inner, self.block.every((scope, own)))

    # --- norms ------------------------------------------------------------------------------------

    def _norm(self, key: n.NormKey, norm: n.Norm) -> core.NormNodes:
        index, block = key[0], self.block
        when = self.condition(index, norm.when)
        provisos = tuple(self.condition(index, each) for each in norm.provisos)
        exceptions = tuple(self._exceptions(index, norm.exceptions))
        above = tuple(
            (other, block.every((self._scopes[other], self.norms[other].force)))
            for other in self.linked.above.get(key, ())
        )
        defeated = block.some([*(each.force for each in exceptions), *(force for _, force in above)])
        force = block.every((when, *provisos, block.opposite(defeated)))
        return core.NormNodes(
            key, self._scopes[key], when, provisos, exceptions, above, defeated, force
        )

    def _exceptions(
        self, index: int, several: Iterable[n.ExceptionNode]
    ) -> Iterator[core.ExceptionNodes]:
        block = self.block
        for each in several:
            when = self.condition(index, each.when)
            provisos = tuple(self.condition(index, one) for one in each.provisos)
            nested = tuple(self._exceptions(index, each.exceptions))
            defeated = block.some([one.force for one in nested])
            force = block.every((when, *provisos, block.opposite(defeated)))
            yield core.ExceptionNodes(when, provisos, force, nested)

    def _duty(self, key: n.NormKey, norm: n.Norm) -> core.DutyNodes:
        block, nodes = self.block, self.norms[key]
        owed = block.every((nodes.scope, nodes.force))
        done = self.condition(key[0], norm.must)
        due, late = None, block.truth(True)
        if norm.deadline is not None:
            kind, moment = norm.deadline.kind, self.condition(key[0], norm.deadline.moment)
            due = block.node(("due", kind, moment), block.types[moment], (moment,))
            today = block.node(("as of",), v.Date())
            late = block.node(("late", kind, moment, today), _TRUTH, (moment, today))
        state = block.node(("state", owed, done, late), None, (owed, done, late))
        return core.DutyNodes(done, due, late, state)

    # --- tables -----------------------------------------------------------------------------------

    def _table(
        self, index: int, section: n.Section, scope: int, whole: int, binds: bool
    ) -> tuple[core.SectionNodes, int]:
        """``binds``: the whole section came in. If not, a clause of it may have come in alone."""
        block, part = self.block, self.linked.documents[index].part
        binds = binds or section.id == part
        norms = [norm for norm in section.norms if binds or norm.id == part]

        def of(modality: str) -> tuple[n.NormKey, ...]:
            return tuple((index, norm.id) for norm in norms if norm.modality == modality)

        inner = []
        for each in section.sections:
            own = self.condition(index, each.scope)
            inner.append(self._table(index, each, own, block.every((whole, own)), binds))
        forbidding, permitting = of("forbid"), of("permit")
        forbids = block.some([self.norms[key].force for key in forbidding])
        permits = block.some([self.norms[key].force for key in permitting])
        default = section.default if binds else None
        masks = tuple(mask for _, mask in inner)
        mask = block.node(
            ("table", scope, forbids, permits, default, masks), None, (scope, forbids, permits, *masks)
        )
        sections = tuple(table for table, _ in inner)
        made = core.SectionNodes(
            index,
            section.id,
            scope,
            whole,
            forbidding,
            permitting,
            forbids,
            permits,
            default,
            mask,
            sections,
        )
        return made, mask


@define
class _Policy:
    """The expressions of one policy."""

    whole: _Documents
    policy: n.Policy
    values: dict[str, int] = field(factory=dict)
    conditions: dict[int, int] = field(factory=dict)
    """By identity of an expression that stands in no list, its node."""
    written: dict[int, ex.Expr] = field(factory=dict)
    """By node, an expression that it is made of."""
    _functions: dict[str, int] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        for definition in self.policy.definitions:
            if definition.parameters:
                self._functions[definition.name] = self._function(definition)
            else:
                self.values[definition.name] = self.expression(definition.body)
                if definition.core is not None:
                    self.expression(definition.core)

    def expression(self, expr: ex.Expr) -> int:
        """The node of an expression that stands in no list."""
        found = self.conditions.get(id(expr))
        if found is None:
            found = _Expression(self, self.whole.block, 0).of(expr, _NO_NAMES, 0)
        return found

    def _function(self, definition: n.Definition) -> int:
        block = _Block()
        number = len(self.whole.functions)
        names = {
            name: block.node(("parameter", place), _or_none(kind))
            for place, (name, kind) in enumerate(definition.parameters)
        }
        result = _Expression(self, block, number + 1).of(definition.body, names, 0)
        kinds = tuple(kind for _, kind in definition.parameters)
        self.whole.functions.append(core.Function(definition.name, kinds, block.done(), result))
        return number

    def called(self, name: str) -> int:
        return self._functions[name]


def _or_none(kind: v.Type) -> v.Type:
    """The type of what a parameter may be given: what has no value as well."""
    return kind if isinstance(kind, v.OptionalOf) else v.OptionalOf(kind)


@define
class _Expression:
    """Expressions that stand in one block: the program's own (``number`` 0) or a function's."""

    policy: _Policy
    block: _Block
    number: int

    def of(self, expr: ex.Expr, names: Names, level: int) -> int:
        """The node of an expression; ``level`` lists are gone through around it."""
        made = self._made(expr, names, level)
        if not self.number and not level:
            self.policy.conditions[id(expr)] = made
            self.policy.written.setdefault(made, expr)
        if isinstance(expr, ex.Arithmetic | ex.Convert | ex.Aggregate):
            self.policy.whole.growing.append((self.number, made, expr))
        return made

    def _made(self, expr: ex.Expr, names: Names, level: int) -> int:
        block = self.block

        def of(inner: ex.Expr) -> int:
            return self.of(inner, names, level)

        match expr:
            case ex.Literal(value=value, type=kind):
                return block.node(("literal", value), kind)
            case ex.FactRef(path=path, type=kind):
                return block.node(("fact", path), kind)
            case ex.DefinitionRef(name=name, type=kind):
                at = self.policy.values[name]
                return block.node(("outer", at), kind) if self.number else at
            case ex.Variable(name=name, field=path, type=kind):
                at = names[name]
                return block.node(("field", at, path), kind, (at,)) if path else at
            case ex.SetOf(items=items, type=kind):
                return self._listed(tuple(map(of, items)), kind)
            case ex.Compare(op=op, left=left, right=right, scale=scale):
                one, other = of(left), of(right)
                return block.node(("compare", op, one, other, scale), _TRUTH, (one, other))
            case ex.Not(item=item):
                return block.opposite(of(item))
            case ex.And(items=items):
                return block.every([of(item) for item in items])
            case ex.Or(items=items):
                return block.some([of(item) for item in items])
            case ex.Call(name=name, arguments=arguments, type=kind):
                given = tuple(map(of, arguments))
                return block.node(("call", self.policy.called(name), given), kind, given)
            case ex.Arithmetic(op=op, left=left, right=right, type=kind, excluding=excluding):
                days = None if excluding is None else of(excluding)
                parts = (of(left), of(right))
                read = parts if days is None else (*parts, days)
                return block.node(("arithmetic", op, *parts, days), kind, read)
            case ex.Extreme(kind=which, items=items, type=kind, scale=scale):
                several = tuple(map(of, items))
                return block.node(("extreme", which, several, scale), kind, several)
            case ex.Convert(value=value, currency=currency, rate=rate, type=kind):
                amount, at = of(value), of(rate)
                return block.node(("convert", amount, currency, at), kind, (amount, at))
            case ex.Quantified(kind=which, over=over, body=body):
                listed = of(over)
                at_hand = self._item(over, level + 1)
                inside = self.of(body, {**names, expr.variable: at_hand}, level + 1)
                node = (which, at_hand, listed, inside)
                return block.node(node, _TRUTH, (listed, inside), bound=1 << level + 1)
            case ex.Aggregate():
                return self._total(expr, of(expr.over), names, level + 1)
        assert_never(expr)

    def _item(self, over: ex.Expr, level: int) -> int:
        """The item at hand of a list. Items of one type at one level are one node, whatever list they
        are of."""
        kind: Any = getattr(over, "type", None)
        kind = None if kind is None else v.bare(kind)
        kind = kind.item if isinstance(kind, v.ListOf) else None
        return self.block.node(("item", level, kind), kind, free=1 << level)

    def _total(self, expr: ex.Aggregate, listed: int, names: Names, level: int) -> int:
        item = self._item(expr.over, level)
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
