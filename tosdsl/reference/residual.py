"""What is left of a question once the known facts have been filled in.

Truths that the known facts settle are folded away; what remains is a formula a section's input,
over atoms that read unknown facts. It answers the same as the full evaluation, and is small.
``fold`` makes it.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Container, Hashable, Iterable, Iterator, Mapping
from typing import Any

from attrs import define, evolve, field, frozen

from tosdsl.reference.evaluate import Values, evaluate
from tosdsl.reference.verdict import Possible, join, possible
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees.facts import Facts
from tosdsl.trees.findings import SectionFinding
from tosdsl.trees.walk import paths
from tosdsl.values.truth import Truth, conjunction, disjunction, negation


@frozen(eq=False)
class Atom:
    """A comparison or a boolean fact of a document. ``unknown`` are the paths without a value.

    Where its name ``stands_in``, its truth is a fact of that name, which stands for all that it reads:
    an arithmetic or a list, of which it is not tried which values make it come out which way. Equal
    conditions have one name.
    """

    document: int
    expr: ex.Expr
    unknown: frozenset[str]
    name: str = ""
    stands_in: bool = False
    may_stay: bool = False
    """Whether it may stay unknown though all is learnt that it reads."""


@frozen(eq=False)
class Force:
    """The force of a norm, which is folded by itself: a chain of norms is no nesting."""

    norm: n.NormKey


@frozen(eq=False)
class Many:
    """A conjunction (``all``) or a disjunction of what is unknown."""

    all: bool
    items: tuple[Formula, ...]


@frozen(eq=False)
class Opposite:
    """A negation of what is unknown."""

    item: Formula


Formula = Atom | Force | Many | Opposite
Folded = Formula | bool


@frozen
class Row:
    """A section's inputs, folded. ``section`` is its name."""

    section: str
    scope: Folded
    forbids: Folded
    permits: Folded
    default: str | None
    sections: tuple[Row, ...]


@frozen
class Residual:
    """The rows of a question, and the facts that were known when it was folded.

    ``norms`` are those whose force is open, each after those that prevail over it; ``definitions``
    those of each document that are open, each after those that it uses.
    """

    facts: Facts
    rows: tuple[Row, ...]
    norms: Mapping[n.NormKey, Folded]
    definitions: tuple[tuple[n.Definition, ...], ...]
    values: tuple[Values, ...]
    """The values of the definitions, so far as they are known."""
    besides: tuple[Folded, ...] = ()
    """What may be asked about beside the verdict."""
    opaque: set[int] = field(factory=set, eq=False, repr=False)
    """Further atoms (by ``id``) that their name stands for: values do not tell them apart."""
    _touched: dict[str, Touched] = field(factory=dict, eq=False, repr=False)
    _above: dict[int, list[int]] = field(factory=dict, eq=False, repr=False)

    def state(self) -> State:
        """What is so with nothing more known."""
        return State.of(self, {})

    def atoms(self) -> list[Atom]:
        """Every atom, once."""
        return [node for node in self._nodes() if isinstance(node, Atom)]

    def stand_in(self, atom: Atom) -> str | None:
        """The name of the fact that stands for an atom, if one does."""
        return atom.name if atom.stands_in or id(atom) in self.opaque else None

    def names(self, atom: Atom) -> frozenset[str]:
        """The names of what can be learnt of an atom: unknown facts, or what stands for it."""
        name = self.stand_in(atom)
        return atom.unknown if name is None else frozenset({name})

    def outcome(self, atom: Atom, extra: Mapping[str, Any]) -> Truth:
        """How an atom comes out when ``extra`` is known as well."""
        return State.of(self, extra, norms=False).truth(atom)

    def of_verdict(self) -> Residual:
        """The same without what the verdict does not rest on. Nothing in it is opaque yet."""
        norms: dict[n.NormKey, Folded] = {}
        todo = [*_within(self.rows)]
        while todo:
            for node in _formulas(todo.pop()):
                if isinstance(node, Force) and node.norm not in norms:
                    norms[node.norm] = self.norms[node.norm]
                    todo.append(self.norms[node.norm])
        kept = {key: force for key, force in self.norms.items() if key in norms}
        return evolve(self, norms=kept, besides=(), opaque=set(), touched={}, above={})

    def touched(self, path: str) -> Touched:
        """What rests on a fact."""
        if path not in self._touched:
            if not self._above:
                self._above.update(self._upwards())
            self._touched[path] = self._rests_on(path)
        return self._touched[path]

    def _upwards(self) -> dict[int, list[int]]:
        """By formula, those directly above it."""
        above: dict[int, list[int]] = {}
        waiting: dict[n.NormKey, list[int]] = {}
        for node in self._nodes():
            match node:
                case Many(items=items):
                    for item in items:
                        above.setdefault(id(item), []).append(id(node))
                case Opposite(item=item):
                    above.setdefault(id(item), []).append(id(node))
                case Force(norm=key):
                    waiting.setdefault(key, []).append(id(node))
        for key, force in self.norms.items():
            above.setdefault(id(force), []).extend(waiting.get(key, ()))
        return above

    def _rests_on(self, path: str) -> Touched:
        todo = [id(atom) for atom in self.atoms() if path in self.names(atom)]
        nodes: set[int] = set()
        while todo:
            at = todo.pop()
            if at not in nodes:
                nodes.add(at)
                todo += self._above.get(at, ())
        definitions = []
        for document, several in enumerate(self.definitions):
            known: dict[str, frozenset[str]] = defaultdict(
                frozenset
            )  # nothing, by those that are settled
            for each in several:
                known[each.name] = frozenset(paths(each.body, known))
                if path in known[each.name] or _calls(each.body):
                    definitions.append((document, each))
        norms = tuple(key for key, node in self.norms.items() if id(node) in nodes)
        rows = frozenset(at for at, row in enumerate(self.rows) if _under(row, nodes))
        return Touched(frozenset(nodes), tuple(definitions), norms, rows)

    def _nodes(self) -> Iterator[Formula]:
        """Every formula, once."""
        yield from _formulas(*self.norms.values(), *self.besides, *_within(self.rows))


def _within(rows: Iterable[Row]) -> Iterator[Folded]:
    """The inputs of rows, and of those in them."""
    todo = list(rows)
    while todo:
        row = todo.pop()
        yield from (row.scope, row.forbids, row.permits)
        todo += row.sections


def _formulas(*several: Folded) -> Iterator[Formula]:
    """Formulas and what they are made of, each once; the force of a norm is not gone into."""
    stack, done = [*several], set[int]()
    while stack:
        node = stack.pop()
        if isinstance(node, bool) or id(node) in done:
            continue
        done.add(id(node))
        yield node
        match node:
            case Many(items=items):
                stack += items
            case Opposite(item=item):
                stack.append(item)


@frozen
class Touched:
    """What rests on one fact: formulas (by ``id``), definitions of documents, norms, and rows."""

    nodes: frozenset[int]
    definitions: tuple[tuple[int, n.Definition], ...]
    norms: tuple[n.NormKey, ...]
    rows: frozenset[int]


def _calls(expr: ex.Expr) -> bool:
    """Whether definitions with parameters are in it: what they read is not told here."""
    return isinstance(expr, ex.Call) or any(map(_calls, ex.children(expr)))


def _under(row: Row, nodes: Container[int]) -> bool:
    """Whether one of these formulas is among a row's inputs, or those of the rows in it."""
    own = any(id(each) in nodes for each in (row.scope, row.forbids, row.permits))
    return own or any(_under(each, nodes) for each in row.sections)


@define(eq=False)
class State:
    """Truths of one residual when something more is known; each is worked out once."""

    residual: Residual
    known: dict[str, Any]
    _values: list[dict[str, Any]]
    _seen: dict[int, Truth] = field(factory=dict)
    _forces: dict[n.NormKey, Truth] = field(factory=dict)
    _rows: dict[int, Possible] = field(factory=dict)

    @classmethod
    def of(cls, residual: Residual, extra: Mapping[str, Any], *, norms: bool = True) -> State:
        """The state where ``extra`` is known as well."""
        state = cls(residual, {**residual.facts, **extra}, [dict(each) for each in residual.values])
        for values, definitions in zip(state._values, residual.definitions, strict=True):
            for definition in definitions:
                values[definition.name] = evaluate(definition.body, state.known, values)
        for key, node in residual.norms.items() if norms else ():
            state._forces[key] = state.truth(node)
        return state

    def learning(self, path: str, value: Any) -> State:
        """The state where one fact more is known: what does not rest on it stays as it is."""
        touched = self.residual.touched(path)
        values = list(self._values)
        for document in {document for document, _ in touched.definitions}:
            values[document] = dict(values[document])
        seen = {at: truth for at, truth in self._seen.items() if at not in touched.nodes}
        rows = {at: left for at, left in self._rows.items() if at not in touched.rows}
        known = {**self.known, path: value}
        state = State(self.residual, known, values, seen, dict(self._forces), rows)
        for document, each in touched.definitions:
            values[document][each.name] = evaluate(each.body, known, values[document])
        for key in touched.norms:
            state._forces[key] = state.truth(self.residual.norms[key])
        return state

    def possible(self) -> Possible:
        """The possible verdicts, as far as each formula tells alone."""
        return join(map(self.row, range(len(self.residual.rows))))

    def row(self, at: int) -> Possible:
        """The same of one document."""
        if at not in self._rows:
            self._rows[at] = possible((self._finding(self.residual.rows[at]),))
        return self._rows[at]

    def section(self, at: int, name: str) -> Possible:
        """The same of a section, with the scopes around it."""
        found = self._section(self.residual.rows[at], name, True)
        return found if found is not None else frozenset({"not_applicable"})

    def _section(self, row: Row, name: str, around: Truth) -> Possible | None:
        scope = conjunction((around, self.truth(row.scope)))
        if row.section == name:
            return possible((evolve(self._finding(row), scope=scope),))
        found = (self._section(each, name, scope) for each in row.sections)
        return next((each for each in found if each is not None), None)

    def signature(self) -> Hashable:
        """What all that follows hangs on: the truths of the atoms, and what is known under those that
        are open."""
        atoms = self.residual.atoms()
        truths = tuple(self.truth(atom) for atom in atoms)
        read = {
            path
            for atom, truth in zip(atoms, truths, strict=True)
            if truth is None
            for path in self.residual.names(atom)
            if path in self.known
        }
        return truths, tuple((path, self.known[path]) for path in sorted(read))

    def _finding(self, row: Row) -> SectionFinding:
        scope, forbids, permits = map(self.truth, (row.scope, row.forbids, row.permits))
        inner = tuple(map(self._finding, row.sections))
        return SectionFinding(0, "", scope, forbids, permits, row.default, inner)

    def truth(self, node: Folded) -> Truth:
        """The truth of a folded formula."""
        if isinstance(node, bool):
            return node
        if id(node) not in self._seen:
            match node:
                case Atom(document=index, expr=expr):
                    name = self.residual.stand_in(node)
                    self._seen[id(node)] = (
                        evaluate(expr, self.known, self._values[index])
                        if name is None
                        else self.known.get(name)
                    )
                case Force(norm=key):
                    self._seen[id(node)] = self._forces[key]
                case Many(all=all_, items=items):
                    each = map(self.truth, items)
                    self._seen[id(node)] = conjunction(each) if all_ else disjunction(each)
                case Opposite(item=item):
                    self._seen[id(node)] = negation(self.truth(item))
        return self._seen[id(node)]

    def live(self, rows: bool, formulas: Iterable[Folded]) -> list[str]:
        """The unknown facts under what is still unknown, in the order in which they are met: of the
        tables, and of some formulas."""
        walk = _Live(self)
        for row in self.residual.rows if rows else ():
            walk.row(row)
        for formula in formulas:
            walk.meet(formula)
        while walk.waiting:
            walk.meet(self.residual.norms[walk.waiting.popleft()])
        return [*walk.met]


@define
class _Live:
    state: State
    met: dict[str, None] = field(factory=dict)
    waiting: deque[n.NormKey] = field(factory=deque)
    _passed: set[int | n.NormKey] = field(factory=set)

    def row(self, row: Row) -> None:
        if self.state.truth(row.scope) is False:
            return
        forbids, permits = self.state.truth(row.forbids), self.state.truth(row.permits)
        self.meet(row.scope)
        if not (row.default == "forbid" and permits is False):
            self.meet(row.forbids)
        if row.default != "permit" and forbids is not True:
            self.meet(row.permits)
        for inner in row.sections:
            self.row(inner)

    def meet(self, node: Folded) -> None:
        """Note the unknown facts under an unknown formula; norms in it wait for their turn."""
        if isinstance(node, bool) or id(node) in self._passed or self.state.truth(node) is not None:
            return
        self._passed.add(id(node))
        match node:
            case Atom():
                known, names = self.state.known, sorted(self.state.residual.names(node))
                self.met |= dict.fromkeys(name for name in names if name not in known)
            case Force(norm=key):
                if key not in self._passed:
                    self._passed.add(key)
                    self.waiting.append(key)
            case Many(items=items):
                for item in items:
                    self.meet(item)
            case Opposite(item=item):
                self.meet(item)
