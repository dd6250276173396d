"""Norms to the core: each condition, force, scope and table becomes a node.

    norms.Linked, which documents are in force -> core.Program

What the two days and the documents settle is settled here. Everything else is left to the facts.

``Core`` makes several programs of one list of nodes: what is equal in two of them is one node there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date

from attrs import define, field

from tosdsl.lower.block import TRUTH, Block, Shared
from tosdsl.lower.expressions import Expressions
from tosdsl.trees import core
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v


def program(linked: n.Linked, in_force: tuple[bool, ...], day: date | None = None) -> core.Program:
    """The program of some documents; ``in_force`` says of each whether it governs."""
    return Core().documents(linked, in_force, day=day).program()


@define
class Core(Shared):
    """What makes programs of one list of nodes."""

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


@define
class Documents:
    """Makes nodes of some documents."""

    shared: Shared
    linked: n.Linked
    in_force: tuple[bool, ...]
    renamed: Mapping[str, str]
    day: date | None = None
    block: Block = field(init=False)
    norms: dict[n.NormKey, core.NormNodes] = field(factory=dict)
    growing: list[tuple[int, int, ex.Expr]] = field(factory=list)
    _policies: dict[int, Expressions] = field(factory=dict)
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
        incorporated = {
            (index, number): self.condition(index, item.when)
            for index, document in documents
            for number, item in enumerate(document.policy.incorporations)
            if item.when is not None
        }
        values = {
            (index, name): node
            for index, document in documents
            for name, node in self._policy(document.policy).values.items()
        }
        functions = {
            (index, name): number
            for index, document in documents
            for name, number in self._policy(document.policy).functions.items()
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
            incorporated,
            values,
            functions,
            excepted,
            possible,
            self.in_force,
            tuple(self.growing),
            self._all_conditions(),
            self._written(),
            self.linked,
        )

    def _policy(self, policy: n.Policy) -> Expressions:
        """The expressions of a policy, which are the same however often it came in."""
        if id(policy) not in self._policies:
            self._policies[id(policy)] = Expressions(
                self.shared, policy, self.renamed, self.day, self.growing
            )
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
        around = [] if document.within is None else [self._wholes[document.within]]
        if (incorporated := self.linked.incorporated_when(index)) is not None:
            around.append(self.condition(*incorporated))
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
        if norm.on is not None:  # it is told
            self.condition(key[0], norm.on)
        due, late = None, block.truth(True)
        if norm.deadline is not None:
            kind, moment = norm.deadline.kind, self.condition(key[0], norm.deadline.moment)
            if kind != "promptly":
                due = block.node(("due", kind, moment), block.types[moment], (moment,))
            today = block.node(core.day(norm.deadline.zone), v.Date())
            type_ = block.types[moment]
            is_moment = type_ is not None and isinstance(v.bare(type_), v.Instant)
            now = block.node(core.MOMENT, v.Instant()) if is_moment else None
            past = ("late", kind, moment, today, now)
            late = block.node(past, TRUTH, core.parts(past))
            late = self._with_judgement(key[0], norm.deadline, late)
        state = block.node(("state", owed, done, late), None, (owed, done, late))
        return core.DutyNodes(done, due, late, state)

    def _with_judgement(self, index: int, item: n.Deadline, late: int) -> int:
        """Whether a deadline is missed, by ``late`` and what else tells it."""
        block = self.block
        if item.missed is not None and self.day is None:
            day = block.node(core.DAY, v.Date())
            said = block.shown(block.node(("compare", "is", day, day, ()), TRUTH, (day, day)))
            done_late = self.condition(index, item.missed)
            late = block.some((late, block.every((block.opposite(said), done_late))))
        for besides in (item.judged, item.first_over):
            if besides is not None:
                late = block.every((late, self.condition(index, besides)))
        return late

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
