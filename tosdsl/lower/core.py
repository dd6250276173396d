"""Norms to the core: each condition, force, scope and table becomes a node.

    norms.Linked, which documents are in force -> core.Program

What the two days and the documents settle is settled here. Everything else is left to the facts.

``Core`` makes several programs of one list of nodes: what is equal in two of them is one node there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any, TypeAlias, assert_never

from attrs import define, field

from tosdsl.base.limits import MAX_LISTS_NESTED
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
_GROWING = (ex.Arithmetic, ex.Convert, ex.Rounded, ex.Aggregate)
"""Expressions whose values can grow past a limit."""

_LARGEST = 500
"""Parts of a definition that stands in the place of its calls."""
_DEEPEST = 100
"""How deep these parts stand inside one another."""

_Measure: TypeAlias = tuple[int, int, int]
"""Of an expression: its parts, how deep they are, and through how many lists in one another it goes."""


def program(linked: n.Linked, in_force: tuple[bool, ...], day: date | None = None) -> core.Program:
    """The program of some documents; ``in_force`` says of each whether it governs."""
    return Core().documents(linked, in_force, day=day).program()


@define
class Core:
    """One list of nodes, and what is made of it.

    ``inlined``: what a definition with parameters comes to stands in the place of its call, where that
    stays small, and equal functions are one. Then conditions are equal that mean the same. ``types``:
    the types of facts, where documents do not agree on them.
    """

    inlined: bool = False
    types: Mapping[str, v.Type] = field(factory=dict)
    block: Block = field(factory=lambda: Block())
    functions: list[core.Function] = field(factory=list)

    def documents(
        self,
        linked: n.Linked,
        in_force: tuple[bool, ...],
        renamed: Mapping[str, str] | None = None,
        day: date | None = None,
    ) -> Documents:
        """What makes nodes of some documents. ``renamed``: facts by their names there, with those that
        they have here. ``day``: that of the use, where it is one for all questions."""
        return Documents(self, linked, in_force, renamed or {}, day)

    def function(self, made: core.Function) -> int:
        """The number of a function."""
        if self.inlined and made in self.functions:
            return self.functions.index(made)
        self.functions.append(made)
        return len(self.functions) - 1


@define
class Block:
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
        key = _told_apart(made, kind) if made[0] == "literal" else made
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

    def shown(self, item: int) -> int:
        """Whether a condition is known to hold."""
        if self.nodes[item][0] in {"literal", "shown"}:
            return item
        return self.node(("shown", item), _TRUTH, (item,))

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


def _told_apart(made: core.Node, kind: v.Type | None) -> core.Node:
    """A key that equal literals share: Python takes 1, 1.0 and True for equal, and a word may be a text
    or a member of an enumeration. Two instants of one moment in two zones are told apart by their own
    equality."""
    value = made[1]
    if isinstance(value, tuple):
        return (*made, tuple(map(type, value)), type(kind), type(getattr(kind, "item", None)))
    return (*made, type(value), type(kind) if isinstance(value, str) else None)


@define
class Documents:
    """Makes nodes of some documents."""

    shared: Core
    linked: n.Linked
    in_force: tuple[bool, ...]
    renamed: Mapping[str, str]
    day: date | None = None
    block: Block = field(init=False)
    norms: dict[n.NormKey, core.NormNodes] = field(factory=dict)
    growing: list[tuple[int, int, ex.Expr]] = field(factory=list)
    _policies: dict[int, _Policy] = field(factory=dict)
    _conditions: dict[tuple[int, int], int] = field(factory=dict)
    _wholes: list[int] = field(factory=list)
    """Of each document, the scope of the whole, with those on the path by which it came in."""
    _scopes: dict[n.NormKey, int] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self.block = self.shared.block

    def program(self) -> core.Program:
        """The program of the documents."""
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
        possible = self._join(masks)
        return core.Program(
            self.block.done(),
            tuple(self.shared.functions),
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

    def taking(self, index: int, expr: ex.Expr, kinds: Mapping[str, v.Type]) -> int:
        """The number of a function whose result is an expression of a document, and whose parameters
        are the names at hand in it."""
        made = n.Definition("", expr, v.Boolean(), parameters=tuple(kinds.items()))
        return self._policy(self.linked.documents[index].policy).function(made)

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
        force = block.shown(force) if norm.shown else force
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
            force = block.shown(force) if each.shown else force
            yield core.ExceptionNodes(when, provisos, force, nested)

    def _duty(self, key: n.NormKey, norm: n.Norm) -> core.DutyNodes:
        block, nodes = self.block, self.norms[key]
        owed = block.every((nodes.scope, nodes.force))
        done = self.condition(key[0], norm.must)
        due, late = None, block.truth(True)
        if norm.deadline is not None:
            kind, moment = norm.deadline.kind, self.condition(key[0], norm.deadline.moment)
            due = block.node(("due", kind, moment), block.types[moment], (moment,))
            today = block.node(core.DAY, v.Date())
            late = block.node(("late", kind, moment, today), _TRUTH, (moment, today))
        state = block.node(("state", owed, done, late), None, (owed, done, late))
        return core.DutyNodes(done, due, late, state)

    # --- tables -----------------------------------------------------------------------------------

    def possible(self, tables: Iterable[core.SectionNodes], keys: AbstractSet[n.NormKey]) -> core.Index:
        """The verdicts that tables of the program leave possible where these norms alone have force."""
        return self._join([self._narrowed(each, keys) for each in tables])

    def _narrowed(self, table: core.SectionNodes, keys: AbstractSet[n.NormKey]) -> int:
        inner = [self._narrowed(each, keys) for each in table.sections]
        forbids = self._one_of([key for key in table.forbidding if key in keys])
        permits = self._one_of([key for key in table.permitting if key in keys])
        return self._verdicts(table.scope, forbids, permits, table.stance, inner)

    def _one_of(self, keys: Iterable[n.NormKey]) -> int:
        """Whether one of these norms has force."""
        return self.block.some([self.norms[key].force for key in keys])

    def _verdicts(
        self, scope: int, forbids: int, permits: int, default: str | None, inner: Sequence[int]
    ) -> int:
        node = ("table", scope, forbids, permits, default, tuple(inner))
        return self.block.node(node, None, (scope, forbids, permits, *inner))

    def _join(self, masks: Sequence[int]) -> int:
        return self.block.node(("join", tuple(masks)), None, masks)

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
        forbids, permits = self._one_of(forbidding), self._one_of(permitting)
        default = section.default if binds else None
        stance = n.speaking(default)
        mask = self._verdicts(scope, forbids, permits, stance, [mask for _, mask in inner])
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

    whole: Documents
    policy: n.Policy
    values: dict[str, int] = field(factory=dict)
    conditions: dict[int, int] = field(factory=dict)
    """By identity of an expression that stands in no list, its node."""
    written: dict[int, ex.Expr] = field(factory=dict)
    """By node, an expression that it is made of."""
    _functions: dict[str, int] = field(factory=dict)
    _measures: dict[str, _Measure] = field(factory=dict)
    """By name of a definition, what its body comes to when all calls in it are written out."""

    def __attrs_post_init__(self) -> None:
        for definition in self.policy.definitions:
            if definition.parameters:
                self._functions[definition.name] = self.function(definition)
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

    def function(self, definition: n.Definition) -> int:
        """The number of the function that a definition with parameters is."""
        block = Block()
        number = len(self.whole.shared.functions)
        names = {
            name: block.node(("parameter", place), _or_none(kind))
            for place, (name, kind) in enumerate(definition.parameters)
        }
        result = _Expression(self, block, number + 1).of(definition.body, names, 0)
        kinds = tuple(kind for _, kind in definition.parameters)
        made = core.Function(definition.name, kinds, block.done(), result, definition)
        return self.whole.shared.function(made)

    def called(self, name: str) -> int:
        return self._functions[name]

    def inlined(self, name: str, level: int) -> n.Definition | None:
        """The definition that stands in the place of its call; None if it is too large for that, or
        goes through lists inside lists more often than a text may."""
        if not self.whole.shared.inlined:
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

    policy: _Policy
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
        if isinstance(expr, _GROWING):
            self.policy.whole.growing.append((self.number, made, expr))
        return made

    def _made(self, expr: ex.Expr, names: Names, level: int) -> int:
        block = self.block
        match expr:
            case ex.Literal(value=value, type=kind):
                return block.node(("literal", value), kind)
            case ex.FactRef(path=path, type=kind):
                path = self.policy.whole.renamed.get(path, path)
                return block.node(("fact", path), self.policy.whole.shared.types.get(path, kind))
            case ex.DayOfUse(type=kind):
                whole = self.policy.whole
                day = core.DAY if whole.day is None else ("literal", whole.day)
                at = whole.block.node(day, kind)
                return block.node(("outer", at), kind) if self.number else at
            case ex.Compare(op=op, left=left, right=right, scale=scale):
                one, other = self.of(left, names, level), self.of(right, names, level)
                return block.node(("compare", op, one, other, scale), _TRUTH, (one, other))
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
            case ex.Conditional(type=kind):
                one, then, otherwise = (self.of(each, names, level) for each in ex.children(expr))
                return self._cases(one, then, otherwise, kind)
            case ex.Quantified(kind=which, over=over, body=body):
                listed = self.of(over, names, level)
                at_hand = self._item(listed, level + 1)
                inside = self.of(body, {**names, expr.variable: at_hand}, level + 1)
                node = (which, at_hand, listed, inside)
                return block.node(node, _TRUTH, (listed, inside), bound=1 << level + 1)
            case ex.Aggregate():
                return self._total(expr, self.of(expr.over, names, level), names, level + 1)
        assert_never(expr)

    def _cases(self, condition: int, then: int, otherwise: int, kind: v.Type) -> int:
        """A value by cases. What is true or false by cases is logic, and no node of its own."""
        block = self.block
        if kind != _TRUTH:
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
