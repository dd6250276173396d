"""A question and what is known, folded into its residual."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from attrs import define, evolve, field, frozen

from tosdsl.reference.divided import Dividing
from tosdsl.reference.duties import deadline
from tosdsl.reference.evaluate import evaluate, worked_out
from tosdsl.reference.force import forces
from tosdsl.reference.residual import Atom, Folded, Force, Formula, Many, Opposite, Residual, Row
from tosdsl.reference.verdict import tables
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Use
from tosdsl.trees.findings import SectionFinding
from tosdsl.trees.versions import in_force
from tosdsl.trees.walk import fields, is_at_hand, lacks, mapped, parts, paths, reads
from tosdsl.values.truth import Truth


@frozen
class Duty:
    """What the state of an obligation hangs on: whether it is owed, whether it is done, and whether it
    is too late."""

    owed: Folded
    done: Folded
    late: Folded


def fold(linked: n.Linked, use: Use) -> Residual:
    """The question with the known facts folded in."""
    return Folding(linked, use).residual()


def _read(residual: Residual) -> tuple[tuple[n.Definition, ...], ...]:
    """The open definitions that conditions are worked out from: what stands in is not worked out."""
    bodies = [{each.name: each.body for each in several} for several in residual.definitions]
    met: list[set[str]] = [set() for _ in bodies]
    left = [(atom.document, atom.expr) for atom in residual.atoms() if not atom.stands_in]
    while left:
        index, expr = left.pop()
        left += [(index, child) for child in ex.children(expr)]
        if isinstance(expr, ex.DefinitionRef) and expr.name not in met[index]:
            met[index].add(expr.name)
            if expr.name in bodies[index]:
                left.append((index, bodies[index][expr.name]))
    return tuple(
        tuple(each for each in several if each.name in names)
        for several, names in zip(residual.definitions, met, strict=True)
    )


@define
class Folding:
    """Folds what is known into formulas."""

    linked: n.Linked
    use: Use
    norms: dict[n.NormKey, Folded] = field(factory=dict)
    values: list[dict[str, Any]] = field(init=False)
    _duties: dict[n.NormKey, Duty] = field(factory=dict)
    _conditions: dict[tuple[int, int], Folded] = field(factory=dict)
    _in_scope: dict[n.NormKey, Folded] = field(factory=dict)
    _whole: list[Folded] = field(factory=list)
    """Of each document, the same, and whether it governs."""
    _scopes: dict[n.NormKey, Folded] = field(factory=dict)
    _roots: list[Folded] = field(factory=list)
    """Of each document, the scope of the whole with those on the path by which it came in."""
    _bodies: list[dict[str, ex.Expr]] = field(init=False)
    _reads: list[dict[str, frozenset[str]]] = field(init=False)
    _shared: dict[tuple[int, str], Folded] = field(factory=dict)
    _plain_names: dict[tuple[int, str], bool] = field(factory=dict)
    _worked_out_names: dict[tuple[int, str], ex.Expr | None] = field(factory=dict)
    _numbers: dict[ex.Expr, int] = field(factory=dict)
    _numbered: dict[tuple[int, str], int] = field(factory=dict)
    _types: dict[str, v.Type] = field(init=False)

    def __attrs_post_init__(self) -> None:
        policies = [document.policy for document in self.linked.documents]
        if self.use.day is not None:
            self.use = evolve(self.use, facts=self.use.readable)
        self._types = {leaf.path: leaf.type for leaf in self.linked.vocabulary.inputs()}
        self._bodies = [{d.name: d.body for d in p.definitions} for p in policies]
        self.values = [worked_out(p.definitions, self.use) for p in policies]
        self._reads = [reads(policy.definitions) for policy in policies]
        for index, governing in enumerate(in_force(self.linked, self.use.as_of, self.use.known_at)):
            self._root(index, governing)
        norms = dict(self.linked.norms())
        for key in self.linked.order:
            self.norms[key] = self._norm(key, norms[key])
        for key, norm in norms.items():
            if norm.modality == "require":
                self._duties[key] = self._duty(key, norm)

    def residual(self) -> Residual:
        """Everything that the question is about."""
        made = tables(self.linked, self.use, forces(self.linked, self.use))
        roots = [self.linked.documents[row.document].policy.root for row in made]
        open_norms = {key: node for key, node in self.norms.items() if not isinstance(node, bool)}
        open_definitions = tuple(
            tuple(each for each in document.policy.definitions if _is_open(values[each.name]))
            for document, values in zip(self.linked.documents, self.values, strict=True)
        )
        rows = tuple(map(self.row, made, roots))
        besides = [part for key in self._duties for part in self._parts(key)]
        besides += [*self._whole, *map(self.in_scope, self.norms), *self._routes()]
        residual = Residual(
            self.use.facts, rows, open_norms, open_definitions, tuple(self.values), tuple(besides)
        )
        return evolve(residual, definitions=_read(residual))

    # --- what is asked beside the verdict -------------------------------------------------------------

    def duty(self, key: n.NormKey) -> Duty:
        """What the state of an obligation hangs on."""
        return self._duties[key]

    def root(self, index: int) -> Folded:
        """The scope of a document, with those on the path by which it came in."""
        return self._whole[index]

    def condition(self, expr: ex.Expr, index: int) -> Folded:
        """A condition of a document."""
        key = (index, id(expr))
        if key not in self._conditions:
            self._conditions[key] = self._fold(expr, index)
        return self._conditions[key]

    def in_scope(self, key: n.NormKey) -> Folded:
        """Whether a clause is in force and in scope."""
        if key not in self._in_scope:  # one formula for each: states know formulas by identity
            self._in_scope[key] = _many(True, [self._scopes[key], self._force(key)])
        return self._in_scope[key]

    def _parts(self, key: n.NormKey) -> tuple[Folded, ...]:
        duty = self._duties[key]
        return duty.owed, duty.done, duty.late

    def _routes(self) -> list[Folded]:
        return [
            self.condition(route.when, index)
            for index, document in enumerate(self.linked.documents)
            for route in document.policy.routes
        ]

    def _duty(self, key: n.NormKey, norm: n.Norm) -> Duty:
        done = True if norm.must is None else self._fold(norm.must, key[0])
        return Duty(self.in_scope(key), done, self._late(norm.deadline, key[0]))

    def _late(self, item: n.Deadline | None, index: int) -> Folded:
        _, past = deadline(item, self.use, self.values[index])
        if item is None or past is not None:
            return bool(past)
        judged = True if item.judged is None else self._fold(item.judged, index)
        first_over = True if item.first_over is None else self._fold(item.first_over, index)
        missed = item.missed is not None and self.use.as_of is None
        done_late = self._fold(item.missed, index) if item.missed and missed else False
        missed_now = _many(False, [self._past(item, index), done_late])
        return _many(True, [missed_now, judged, first_over])

    def _past(self, item: n.Deadline, index: int) -> Folded:
        """Whether the use is past the last good day."""
        bare = evolve(item, judged=None, missed=None, first_over=None)
        _, past = deadline(bare, self.use, self.values[index])
        if past is not None:
            return past
        due: Any = evaluate(item.moment, self.use.facts, self.values[index])
        if due is not None and self.use.day is not None:
            return self._passed(item, due, index)
        read = frozenset(paths(item.moment, self._reads[index]))
        unknown = frozenset(path for path in read if path not in self.use.facts)
        unknown = unknown.union(self._incomplete(item.moment, read, index))
        if self.use.day is None and self._is_asked(item.moment, index):
            unknown |= {v.DAY_OF_USE}
        if unknown and self.use.day is not None and self.use.moment is None and _is_moment(item.moment):
            unknown |= {v.MOMENT_OF_USE}
        name = f"\x00late {item.kind} {self._number(item.moment, index)}"
        return Atom(index, item.moment, unknown, name, True, self._may_stay(item.moment, index))

    def _is_asked(self, moment: ex.Expr, index: int) -> bool:
        """Whether a condition reads that this moment is past."""
        bodies = self._bodies[index].values()
        several = (part for body in bodies for part in parts(body) if isinstance(part, ex.Late))
        return any(each.moment is moment for each in several)

    def _passed(self, item: n.Deadline, due: Any, index: int) -> Atom:
        """Whether a deadline has passed that ends within the day of the use: its moment tells."""
        now = ex.FactRef(v.MOMENT_OF_USE, v.Instant(), span=item.moment.span)
        op = ">=" if item.kind == "before" else ">"
        made = ex.Compare(op, now, ex.Literal(due, v.Instant(), span=item.moment.span))
        return Atom(index, made, frozenset((v.MOMENT_OF_USE,)), f"\x00{self._number(made, index)}")

    # --- formulas -----------------------------------------------------------------------------------

    def _force(self, key: n.NormKey) -> Folded:
        node = self.norms[key]
        return node if isinstance(node, bool) else Force(key)

    def row(self, finding: SectionFinding, section: n.Section) -> Row:
        """The section's inputs: what is settled as found, what is open as a formula."""
        document = self.linked.documents[finding.document]
        binds = finding.default is not None
        chosen = [norm for norm in section.norms if binds or norm.id == document.part]

        def some(modality: str, settled: Truth) -> Folded:
            if settled is not None:
                return settled
            keys = [(finding.document, norm.id) for norm in chosen if norm.modality == modality]
            return _many(False, [self._force(key) for key in keys])

        scope: Folded
        if finding.scope is not None:
            scope = finding.scope
        else:
            scope = (
                self._own(section, finding.document) if section.id else self._roots[finding.document]
            )
        return Row(
            section.id,
            scope,
            some("forbid", finding.forbids),
            some("permit", finding.permits),
            finding.default,
            tuple(map(self.row, finding.sections, section.sections)),
        )

    def _own(self, section: n.Section, index: int) -> Folded:
        return True if section.scope is None else self._fold(section.scope, index)

    def _root(self, index: int, governing: bool) -> None:
        document = self.linked.documents[index]
        around = [] if document.within is None else [self._roots[document.within]]
        if (incorporated := self.linked.incorporated_when(index)) is not None:
            outer, when = incorporated
            around.append(self._fold(when, outer))
        whole = _many(True, [*around, self._own(document.policy.root, index)])
        self._roots.append(whole)
        self._whole.append(_many(True, [governing, whole]))
        self._scope(index, document.policy.root, self._whole[index])

    def _scope(self, index: int, section: n.Section, outer: Folded) -> None:
        # The root's own scope is in ``outer``, as it reaches what the document incorporates too.
        scope = _many(True, [outer, self._own(section, index)]) if section.id else outer
        for norm in section.norms:
            self._scopes[index, norm.id] = scope
        for inner in section.sections:
            self._scope(index, inner, scope)

    def _norm(self, key: n.NormKey, norm: n.Norm) -> Folded:
        index = key[0]
        parts = [self._fold(each, index) for each in norm.provisos]
        if norm.when is not None:
            parts.append(self._fold(norm.when, index))
        against = [self._exception(each, index) for each in norm.exceptions]
        against += [
            _many(True, [self._scopes[other], self._force(other)])
            for other in self.linked.above.get(key, ())
        ]
        force = _many(True, [*parts, _opposite(_many(False, against))])
        return _shown(force) if norm.shown else force

    def _exception(self, node: n.ExceptionNode, index: int) -> Folded:
        parts = [self._fold(each, index) for each in (node.when, *node.provisos)]
        nested = [self._exception(each, index) for each in node.exceptions]
        force = _many(True, [*parts, _opposite(_many(False, nested))])
        return _shown(force) if node.shown else force

    def _fold(self, expr: ex.Expr, index: int) -> Folded:
        match expr:  # each condition is evaluated once, however deep it stands in others
            case ex.And(items=items):
                return _many(True, (self._fold(item, index) for item in items))
            case ex.Or(items=items):
                return _many(False, (self._fold(item, index) for item in items))
            case ex.Not(item=item):
                return _opposite(self._fold(item, index))
            case ex.Conditional():
                condition, then, otherwise = (self._fold(each, index) for each in ex.children(expr))
                cases = [(condition, then), (_opposite(condition), otherwise), (then, otherwise)]
                return _many(False, [_many(True, each) for each in cases])
        settled = evaluate(expr, self.use.facts, self.values[index])
        if settled is not None:
            return bool(settled)
        match expr:
            case ex.DefinitionRef(name=name):
                key = (index, name)
                if key not in self._shared:
                    self._shared[key] = self._fold(self._bodies[index][name], index)
                return self._shared[key]
            case ex.Late(kind=kind, moment=moment, zone=zone):
                return self._late(n.Deadline(kind, moment, zone=zone), index)
            case ex.Quantified() | ex.Call() | ex.Compare() | ex.FactRef():
                return self._atom(self._known(expr, index), index)
            case _:
                raise AssertionError(expr)  # no condition, or one that is never unknown

    def _atom(self, expr: ex.Expr, index: int) -> Atom:
        read = frozenset(paths(self._counting(expr, index), self._reads[index]))
        unknown = frozenset(path for path in read if path not in self.use.facts)
        name = f"\x00{self._number(expr, index)}"
        if self._plain(expr, index):
            return Atom(index, expr, unknown, name)
        unknown = unknown.union(self._incomplete(expr, read, index))
        stands_in = bool(unknown)  # or nothing that can be learnt settles it
        return Atom(index, expr, unknown, name, stands_in, self._may_stay(expr, index))

    def _counting(self, expr: ex.Expr, index: int) -> ex.Expr:
        """An expression without what is known in it, and without the cases that do not come about."""
        if isinstance(expr, ex.Literal | ex.FactRef | ex.DayOfUse | ex.Variable):
            return expr
        if is_at_hand(expr):
            value = evaluate(expr, self.use.facts, self.values[index])
            if isinstance(expr, ex.DefinitionRef):
                made = self._worked_out(expr, index)
                return expr if isinstance(value, tuple) or made == expr else self._counting(made, index)
            # Of a list that is known, an item may not say all that is asked.
            if value is not None and not isinstance(value, tuple):
                return ex.Literal(value, getattr(expr, "type", v.Boolean()), span=expr.span)
        if isinstance(expr, ex.Conditional) and is_at_hand(expr.condition):
            holds = evaluate(expr.condition, self.use.facts, self.values[index])
            if holds is not None:
                return self._counting(expr.then if holds else expr.otherwise, index)
        return mapped(expr, lambda inner: self._counting(inner, index))

    def _may_stay(self, expr: ex.Expr, index: int) -> bool:
        work = Dividing(self.use.facts, self.values[index], self._bodies[index])
        return work.may_stay_unknown(expr)

    def _number(self, expr: ex.Expr, index: int) -> int:
        """A number that equal expressions share, in whichever document each of them stands."""
        if isinstance(expr, ex.DefinitionRef):
            return self._number_of(expr.name, index)
        alike = mapped(expr, lambda inner: ex.DefinitionRef(str(self._number(inner, index)), v.Text()))
        if isinstance(alike, ex.Call):
            alike = evolve(alike, name=str(self._number_of(alike.name, index)))
        return self._numbers.setdefault(alike, len(self._numbers))

    def _number_of(self, name: str, index: int) -> int:
        key = (index, name)
        if key not in self._numbered:
            self._numbered[key] = self._number(self._bodies[index][name], index)
        return self._numbered[key]

    def _incomplete(self, expr: ex.Expr, read: frozenset[str], index: int) -> Iterator[str]:
        """Lists among what is read that are known, but for a field that is asked of an item."""
        asked = frozenset(fields(expr, self._bodies[index]))
        for path in read & self.use.facts.keys():
            if lacks(self.use.facts[path], self._types[path], asked):
                yield path

    def _known(self, expr: ex.Expr, index: int) -> ex.Expr:
        """A comparison with what is known of its sides worked out."""
        if not isinstance(expr, ex.Compare):
            return expr
        left, right = (self._worked_out(side, index) for side in (expr.left, expr.right))
        return evolve(expr, left=left, right=right)

    def _worked_out(self, expr: ex.Expr, index: int) -> ex.Expr:
        """The same, without the parts that are known, whatever stands under them is."""
        if isinstance(expr, ex.Literal | ex.FactRef | ex.DayOfUse):
            return expr
        if not isinstance(expr, ex.SetOf):
            value = evaluate(expr, self.use.facts, self.values[index])
            if not _is_open(value):
                return ex.Literal(value, getattr(expr, "type", v.Boolean()), span=expr.span)
        match expr:
            case ex.DefinitionRef(name=name):
                return self._worked_out_name(expr, name, index)
            case ex.Conditional(condition=condition, then=then, otherwise=otherwise):
                holds = evaluate(condition, self.use.facts, self.values[index])
                if holds is not None:
                    return self._worked_out(then if holds else otherwise, index)
            case ex.SetOf() | ex.And() | ex.Or() | ex.Not() | ex.Compare():
                pass
            case _:
                return expr
        return mapped(expr, lambda inner: self._worked_out(inner, index))

    def _worked_out_name(self, expr: ex.Expr, name: str, index: int) -> ex.Expr:
        """A definition by its name, unless something in it is known: written out, definitions that use
        the one before twice have no end."""
        key = index, name
        if key not in self._worked_out_names:
            body = self._bodies[index][name]
            made = self._worked_out(body, index)
            self._worked_out_names[key] = None if made == body else made
        return self._worked_out_names[key] or expr

    def _plain(self, expr: ex.Expr, index: int) -> bool:
        """Whether values that tell the expression's outcomes apart stand in it or in known facts. What
        is settled comes out one way, whatever it is made of."""
        if not _is_open(evaluate(expr, self.use.facts, self.values[index])):
            return True
        match expr:
            case ex.DefinitionRef(name=name):
                key = (index, name)
                if key not in self._plain_names:
                    self._plain_names[key] = self._plain(self._bodies[index][name], index)
                return self._plain_names[key]
            case ex.Compare(op=op) if " " in op:
                return False  # a test on text
            case ex.Compare(op="is", left=left, right=right) if _are_lists(left, right):
                return False  # lists are told apart by more than their items
            case ex.Compare(left=left, right=right):
                return self._plain(left, index) and self._plain(right, index)
            case ex.SetOf(items=items) | ex.And(items=items) | ex.Or(items=items):
                return all(self._plain(item, index) for item in items)
            case ex.Not(item=item):
                return self._plain(item, index)
            case ex.Conditional():
                return all(self._plain(each, index) for each in ex.children(expr))
            case _:
                return isinstance(expr, ex.Literal | ex.FactRef | ex.DayOfUse)


def _shown(item: Folded) -> Folded:
    """What has to be shown, and is not known now, does not help, whatever may be learnt."""
    return item is True


def _is_moment(expr: ex.Expr) -> bool:
    """Whether an expression comes to a moment, where it comes to anything."""
    return isinstance(v.bare(getattr(expr, "type", v.Boolean())), v.Instant)


def _is_open(value: Any) -> bool:
    """Whether it is unknown, or a list that is written out with an item that is."""
    return value is None or (isinstance(value, tuple) and None in value)


def _are_lists(*sides: ex.Expr) -> bool:
    return any(isinstance(getattr(side, "type", None), v.ListOf) for side in sides)


def _many(all_: bool, items: Iterable[Folded]) -> Folded:
    left: list[Formula] = []
    for item in items:
        if isinstance(item, bool):
            if item is not all_:
                return item
        else:
            left.append(item)
    if not left:
        return all_
    return left[0] if len(left) == 1 else Many(all_, tuple(left))


def _opposite(item: Folded) -> Folded:
    return not item if isinstance(item, bool) else Opposite(item)
