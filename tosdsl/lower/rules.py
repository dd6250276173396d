"""Documents to rules: the force of each clause as a formula, and the tables of sections.

As the reference has it (``scope``, ``force``, ``verdict``), with every fact still open:

    force(n) = when(n) and provided(n) and not (some exception, or some norm above it in scope)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import Factory, define, evolve, field

from tosdsl.base import limits
from tosdsl.formulas.space import FALSE, TRUE, Space
from tosdsl.lower.tests import Conditions, DocumentConditions
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import rules as r
from tosdsl.trees.vocabulary import Vocabulary

_FEW_PARTS = 4_000
"""Parts that are written out whatever the text has: making code of them takes no time."""


class TooManyParts(Exception):
    """Written out, the clauses would be too large: a long chain of clauses subject to others."""


def lower(linked: n.Linked, in_force: Sequence[bool], vocabulary: Vocabulary) -> r.Rules:
    """``in_force``: for each document, whether it is, with all on the path by which it came in.

    ``vocabulary`` has the facts that may be given. Raises TooManyParts.
    """
    work = Lowering(linked, tuple(in_force))
    top = tuple(map(work.document, range(len(linked.documents))))
    name = linked.documents[0].policy.name if linked.documents else ""
    clauses = tuple(map(work.clause, work.bound))
    also = tuple(work.also())
    beyond = tuple(work.conditions.beyond)
    tests = tuple(work.space.all_tests())
    rows = tuple(work.rows)
    return r.Rules(name, clauses, rows, top, vocabulary, also, beyond, tests, work.definitions)


@define
class Lowering:
    """The work on one whole. ``nodes`` goes on with it where rules do not suffice."""

    linked: n.Linked
    in_force: tuple[bool, ...]
    space: Space = field(factory=Space)
    conditions: Conditions = field(
        default=Factory(lambda self: Conditions(self.space), takes_self=True)
    )
    """What makes parts of conditions; unsaid, by the tests that generated code knows."""
    definitions: tuple[dict[str, n.Definition], ...] = field(init=False)
    rows: list[r.Row] = field(factory=list)
    scopes: list[int] = field(factory=list)
    """Of each row, its own scope."""
    bound: list[tuple[n.NormKey, n.Norm, int]] = field(factory=list)
    """The prohibitions and permissions that bind, each with its row."""
    _of: list[DocumentConditions] = field(factory=list)
    _roots: list[int] = field(factory=list)
    """Of each document, the scope of the whole with those on the path by which it came in."""
    around: dict[n.NormKey, int] = field(factory=dict)
    """A norm's scope: its section's, those around it, and whether its document is in force."""
    _norms: dict[n.NormKey, n.Norm] = field(init=False)
    _forces: dict[n.NormKey, int] = field(factory=dict)
    _when: dict[n.NormKey, int] = field(factory=dict)
    _size: int = 0
    _lost: dict[n.NormKey, r.Bound] = field(factory=dict)
    """The tests of clauses, and of their exceptions, that do not matter to their force."""

    def __attrs_post_init__(self) -> None:
        self._norms = dict(self.linked.norms())
        policies = [document.policy for document in self.linked.documents]
        self.definitions = tuple({each.name: each for each in one.definitions} for one in policies)

    # --- documents ------------------------------------------------------------------------------

    def document(self, index: int) -> int:
        """The row of a document; those that incorporate it came before."""
        document = self.linked.documents[index]
        parts = self.conditions.of(index, self.definitions[index])
        self._of.append(parts)
        root = document.policy.root
        outer = TRUE if document.within is None else self._roots[document.within]
        own = TRUE if root.scope is None else parts.part(root.scope)
        whole = self.space.every((outer, own))
        self._roots.append(whole)
        governs = self.in_force[index]
        scope = whole if governs else FALSE
        return self._section(index, root, scope, scope, document.part is None)

    def _section(self, index: int, section: n.Section, own: int, around: int, binds: bool) -> int:
        """``own`` is the section's scope, ``around`` with those around it."""
        document = self.linked.documents[index]
        binds = binds or section.id == document.part
        at = len(self.rows)
        row = r.Row(self.space.bound(own), section.default if binds else None)
        self.rows.append(row)
        self.scopes.append(own)
        for norm in section.norms:
            self.around[index, norm.id] = around
            if (binds or norm.id == document.part) and norm.modality != "require":
                self.bound.append(((index, norm.id), norm, at))
        inner = []
        for each in section.sections:
            scope = TRUE if each.scope is None else self.part(index, each.scope)
            inner.append(self._section(index, each, scope, self.space.every((around, scope)), binds))
        self.rows[at] = evolve(row, rows=tuple(inner))
        return at

    def part(self, index: int, expr: ex.Expr) -> int:
        return self._of[index].part(expr)

    # --- norms ----------------------------------------------------------------------------------

    def clause(self, bound: tuple[n.NormKey, n.Norm, int]) -> r.Clause:
        """A norm that binds, as a clause of the rules."""
        key, norm, row = bound
        full = self.linked.documents[key[0]].qualified(norm.id)
        force = self._bound(self.force(key))
        lost = self._lost.get(key, r.Bound(r.TRUE))
        needs = {} if norm.when is None else self.space.needs(self._when[key])
        return r.Clause(key, full, norm.modality, row, force, needs, lost, span=norm.span)

    def _bound(self, made: int) -> r.Bound:
        """A formula written out."""
        bound = self.space.bound(made)
        self._size += len(bound.shape)
        most = max(_FEW_PARTS, limits.MAX_WRITTEN_OUT * len(self.space))
        if self._size > min(most, limits.MAX_PARTS):
            raise TooManyParts
        return bound

    def also(self) -> Iterator[r.Bound]:
        """The conditions of obligations and routes: a decision tells of them besides."""
        for index, document in enumerate(self.linked.documents):
            for route in document.policy.routes:
                yield from self._whole(index, route.when)
        for key, norm in self.linked.norms():
            if norm.modality == "require":
                yield self._bound(self.force(key))
                if key in self._lost:
                    yield self._lost[key]
                if norm.must is not None:
                    yield from self._whole(key[0], norm.must)

    def _whole(self, index: int, expr: ex.Expr) -> Iterator[r.Bound]:
        """A condition, and its tests that it does not depend on."""
        self.space.touched.clear()
        made = self.part(index, expr)
        yield self.space.bound(made)
        lost = sorted(self.space.touched.difference(self.space.tests(made)))
        if lost:
            yield self.space.bound(self.space.every(lost))

    def force(self, key: n.NormKey) -> int:
        """Those that prevail over a norm come first; that there is an order was seen in linking."""
        todo = [key]
        while todo:
            at = todo[-1]
            above = self.linked.above.get(at, ())
            left = [other for other in above if other not in self._forces]
            if left:
                todo += left
                continue
            todo.pop()
            if at not in self._forces:
                settled = self.space.settled
                self.space.touched.clear()
                made = self._forces[at] = self._own(at, above)
                if self.space.settled > settled:
                    lost = sorted(self.space.touched.difference(self.space.tests(made)))
                    self._lost[at] = self.space.bound(self.space.every(lost))
        return self._forces[key]

    def _own(self, key: n.NormKey, above: Sequence[n.NormKey]) -> int:
        norm, index = self._norms[key], key[0]
        excepted = [self.exception(index, each) for each in norm.exceptions]
        rebutted = [self.space.every((self.around[other], self._forces[other])) for other in above]
        defeated = self.space.some((*excepted, *rebutted))
        holds = self.holds(index, norm)
        if norm.when is not None:
            self._when[key] = holds[0]
        return self.space.every((*holds, self.space.opposite(defeated)))

    def exception(self, index: int, node: n.ExceptionNode) -> int:
        nested = self.space.some([self.exception(index, each) for each in node.exceptions])
        return self.space.every((*self.holds(index, node), self.space.opposite(nested)))

    def holds(self, index: int, node: n.Norm | n.ExceptionNode) -> list[int]:
        found = [] if node.when is None else [node.when]
        return [self.part(index, each) for each in (*found, *node.provisos)]
