"""What is left of a question once the known facts have been filled in.

Truths that the known facts settle are folded away; what remains is a formula a section's input,
over atoms that read unknown facts. It answers the same as the full evaluation, and is small.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, assert_never

from attrs import define, evolve, field, frozen

from tosdsl.reference.evaluate import evaluate, evaluate_definitions
from tosdsl.reference.force import forces
from tosdsl.reference.scope import governs
from tosdsl.reference.truth import Truth, conjunction, disjunction, negation
from tosdsl.reference.verdict import Possible, possible, tables
from tosdsl.trees import norms as n
from tosdsl.trees.facts import Facts, Use
from tosdsl.trees.findings import SectionFinding


@frozen(eq=False)
class Atom:
    """A comparison or a boolean fact. ``unknown`` are the paths it reads that have no value."""

    expr: n.Expr
    unknown: frozenset[str]


@frozen(eq=False)
class Many:
    """A conjunction (``all``) or a disjunction of what is unknown."""

    all: bool
    items: tuple[Formula, ...]


@frozen(eq=False)
class Opposite:
    """A negation of what is unknown."""

    item: Formula


Formula = Atom | Many | Opposite
Folded = Formula | bool


@frozen
class Row:
    """A section's inputs, folded."""

    scope: Folded
    forbids: Folded
    permits: Folded
    default: str | None
    sections: tuple[Row, ...]


@define
class Residual:
    """The rows of a question, and the facts that were known when it was folded."""

    facts: Facts
    rows: tuple[Row, ...]

    def possible(self, extra: Mapping[str, Any]) -> Possible:
        """The possible verdicts when ``extra`` is known as well."""
        known = {**self.facts, **extra}
        seen: dict[int, Truth] = {}
        return possible(self._finding(row, known, seen) for row in self.rows)

    def _finding(self, row: Row, known: Facts, seen: dict[int, Truth]) -> SectionFinding:
        return SectionFinding(
            0,
            "",
            truth(row.scope, known, seen),
            truth(row.forbids, known, seen),
            truth(row.permits, known, seen),
            row.default,
            tuple(self._finding(each, known, seen) for each in row.sections),
        )

    def live(self, extra: Mapping[str, Any]) -> list[str]:
        """The unknown facts under what is still unknown, in the order in which they are met."""
        known = {**self.facts, **extra}
        seen: dict[int, Truth] = {}
        met: dict[str, None] = {}
        for row in self.rows:
            self._live_row(row, known, seen, met)
        return list(met)

    def _live_row(self, row: Row, known: Facts, seen: dict[int, Truth], met: dict[str, None]) -> None:
        scope = truth(row.scope, known, seen)
        if scope is False:
            return
        forbids, permits = truth(row.forbids, known, seen), truth(row.permits, known, seen)
        _meet(row.scope, known, seen, met)
        if not (row.default == "forbid" and permits is False):
            _meet(row.forbids, known, seen, met)
        if row.default != "permit" and forbids is not True:
            _meet(row.permits, known, seen, met)
        for inner in row.sections:
            self._live_row(inner, known, seen, met)

    def atoms(self) -> list[Atom]:
        """Every atom, once."""
        found: dict[int, Atom] = {}
        stack: list[Folded] = []
        rows = list(self.rows)
        while rows:
            row = rows.pop()
            stack += [row.scope, row.forbids, row.permits]
            rows += row.sections
        done: set[int] = set()
        while stack:
            node = stack.pop()
            if isinstance(node, bool) or id(node) in done:
                continue
            done.add(id(node))
            match node:
                case Atom():
                    found[id(node)] = node
                case Many(items=items):
                    stack += items
                case Opposite(item=item):
                    stack.append(item)
        return list(found.values())


def truth(node: Folded, known: Facts, seen: dict[int, Truth]) -> Truth:
    """The truth of a folded formula; ``seen`` remembers shared parts within one question."""
    if isinstance(node, bool):
        return node
    if id(node) not in seen:
        match node:
            case Atom(expr=expr):
                seen[id(node)] = evaluate(expr, known, {})
            case Many(all=all_, items=items):
                each = (truth(item, known, seen) for item in items)
                seen[id(node)] = conjunction(each) if all_ else disjunction(each)
            case Opposite(item=item):
                seen[id(node)] = negation(truth(item, known, seen))
    return seen[id(node)]


def _meet(node: Folded, known: Facts, seen: dict[int, Truth], met: dict[str, None]) -> None:
    if isinstance(node, bool) or truth(node, known, seen) is not None:
        return
    match node:
        case Atom(unknown=unknown):
            for path in sorted(unknown):
                if path not in known:
                    met[path] = None
        case Many(items=items):
            for item in items:
                _meet(item, known, seen, met)
        case Opposite(item=item):
            _meet(item, known, seen, met)


# --- folding --------------------------------------------------------------------------------------


def fold(linked: n.Linked, use: Use) -> Residual:
    """The question with the known facts folded in."""
    work = _Folding(linked, use)
    made = tables(linked, use, forces(linked, use))
    return Residual(
        use.facts, tuple(work.row(row, linked.documents[row.document].policy.root) for row in made)
    )


@define
class _Folding:
    linked: n.Linked
    use: Use
    facts: Facts = field(init=False)
    _norms: dict[n.NormKey, Folded] = field(factory=dict)
    _scopes: dict[n.NormKey, Folded] = field(factory=dict)
    _definitions: list[dict[str, n.Expr]] = field(init=False)
    _values: list[dict[str, Any]] = field(init=False)
    _shared: dict[tuple[int, str], Folded] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self.facts = self.use.facts
        policies = [document.policy for document in self.linked.documents]
        self._definitions = [{d.name: d.body for d in p.definitions} for p in policies]
        self._values = [evaluate_definitions(p.definitions, self.facts) for p in policies]
        for index, policy in enumerate(policies):
            self._scope(index, policy.root, governs(policy, self.use))
        norms = dict(self.linked.norms())
        for key in self.linked.order:
            self._norms[key] = self._norm(key, norms[key])

    def row(self, finding: SectionFinding, section: n.Section) -> Row:
        document = self.linked.documents[finding.document]
        binds = finding.default is not None
        chosen = [norm for norm in section.norms if binds or norm.id == document.part]

        def some(modality: str, settled: Truth) -> Folded:
            if settled is not None:
                return settled
            keys = [(finding.document, norm.id) for norm in chosen if norm.modality == modality]
            return _many(False, [self._norms[key] for key in keys])

        scope: Folded
        if finding.scope is not None:
            scope = finding.scope
        else:
            assert section.scope is not None  # an unscoped section's scope is never unknown
            scope = self._fold(section.scope, finding.document)
        return Row(
            scope,
            some("forbid", finding.forbids),
            some("permit", finding.permits),
            finding.default,
            tuple(map(self.row, finding.sections, section.sections)),
        )

    def _scope(self, index: int, section: n.Section, outer: Folded) -> None:
        own = True if section.scope is None else self._fold(section.scope, index)
        scope = _many(True, [outer, own])
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
            _many(True, [self._scopes[other], self._norms[other]])
            for other in self.linked.above.get(key, ())
        ]
        return _many(True, [*parts, _opposite(_many(False, against))])

    def _exception(self, node: n.ExceptionNode, index: int) -> Folded:
        parts = [self._fold(each, index) for each in (node.when, *node.provisos)]
        nested = [self._exception(each, index) for each in node.exceptions]
        return _many(True, [*parts, _opposite(_many(False, nested))])

    def _fold(self, expr: n.Expr, index: int) -> Folded:
        settled = evaluate(expr, self.facts, self._values[index])
        if settled is not None:
            return bool(settled)
        match expr:
            case n.And(items=items):
                return _many(True, [self._fold(item, index) for item in items])
            case n.Or(items=items):
                return _many(False, [self._fold(item, index) for item in items])
            case n.Not(item=item):
                return _opposite(self._fold(item, index))
            case n.DefinitionRef(name=name):
                key = (index, name)
                if key not in self._shared:
                    self._shared[key] = self._fold(self._definitions[index][name], index)
                return self._shared[key]
            case n.Literal() | n.FactRef() | n.SetOf() | n.Compare():
                plain = self._substitute(expr, index)
                unknown = frozenset(path for path in paths(plain) if path not in self.facts)
                return Atom(plain, unknown)
        assert_never(expr)

    def _substitute(self, expr: n.Expr, index: int) -> n.Expr:
        """The expression with definitions written out."""
        match expr:
            case n.DefinitionRef(name=name):
                return self._substitute(self._definitions[index][name], index)
            case n.Compare(left=left, right=right):
                return evolve(
                    expr, left=self._substitute(left, index), right=self._substitute(right, index)
                )
            case n.SetOf(items=items) | n.And(items=items) | n.Or(items=items):
                return evolve(expr, items=tuple(self._substitute(item, index) for item in items))
            case n.Not(item=item):
                return evolve(expr, item=self._substitute(item, index))
            case n.Literal() | n.FactRef():
                return expr
        assert_never(expr)


def _many(all_: bool, items: list[Folded]) -> Folded:
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


def paths(expr: n.Expr) -> Iterator[str]:
    """Every fact that an expression without definitions reads."""
    match expr:
        case n.FactRef(path=path):
            yield path
        case n.Compare(left=left, right=right):
            yield from paths(left)
            yield from paths(right)
        case n.SetOf(items=items) | n.And(items=items) | n.Or(items=items):
            for item in items:
                yield from paths(item)
        case n.Not(item=item):
            yield from paths(item)
        case n.Literal() | n.DefinitionRef():
            return
        case _:
            assert_never(expr)
