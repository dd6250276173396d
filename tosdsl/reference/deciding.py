"""Whether a fact may yet decide a question, seen from the shape of its formulas alone.

Each formula is given the pairs of truths to which it may come: without the fact and with it, once some
of the other unknown facts are learnt. A fact that two formulas read may differ between them here: what
is not found cannot happen, and what is found may not happen either.
"""

from __future__ import annotations

from functools import lru_cache, reduce
from itertools import product

from attrs import define, field

from tosdsl.reference.residual import Atom, Folded, Force, Many, Opposite, Row, State
from tosdsl.reference.verdict import Possible, join, possible
from tosdsl.trees import norms as n
from tosdsl.trees.findings import SectionFinding
from tosdsl.values.truth import Truth, conjunction, disjunction, negation

Pair = tuple[Truth, Truth]
Pairs = frozenset[Pair]
Ends = frozenset[tuple[Possible, Possible]]
"""What may remain without the fact and with it."""

_ALIKE: Pairs = frozenset({(True, True), (False, False), (None, None)})
_ANY: Pairs = _ALIKE | {(None, True), (None, False)}
_NOTHING: Ends = frozenset({(join(()), join(()))})

_KEPT = 4_096
"""Of each combination, so many are kept: there are few, and the same ones come again."""


def may_decide(state: State, path: str, told: State, left: frozenset[str]) -> bool:
    """Whether more may be learnt so that the verdict is open, and settled by one fact.

    ``told`` is ``state`` with a value of that fact, at ``path``. What is ``left`` stays unknown.
    """
    ends = _Pairing.of(state, path, told, left).ends()
    return any(len(without) > 1 and len(with_) == 1 for without, with_ in ends)


@define
class _Pairing:
    state: State
    path: str
    told: State
    left: frozenset[str]
    _forces: dict[n.NormKey, Pairs] = field(factory=dict)
    _seen: dict[int, Pairs] = field(factory=dict)

    @classmethod
    def of(cls, state: State, path: str, told: State, left: frozenset[str]) -> _Pairing:
        made = cls(state, path, told, left)
        for key, node in state.residual.norms.items():  # each after those that prevail over it
            made._forces[key] = made.pairs(node)
        return made

    def ends(self) -> Ends:
        return reduce(_joined, map(self._row, self.state.residual.rows), _NOTHING)

    def _row(self, row: Row) -> Ends:
        own = _own(self.pairs(row.forbids), self.pairs(row.permits), row.default)
        inside = reduce(_joined, map(self._row, row.sections), own)
        return _scoped(self.pairs(row.scope), inside)

    def pairs(self, node: Folded) -> Pairs:
        """The pairs of truths to which a formula may come."""
        if isinstance(node, bool):
            return frozenset({(node, node)})
        if id(node) not in self._seen:
            self._seen[id(node)] = self._open(node)
        return self._seen[id(node)]

    def _open(self, node: Atom | Force | Many | Opposite) -> Pairs:
        known = self.state.truth(node)
        if known is not None:
            return frozenset({(known, known)})
        match node:
            case Atom(unknown=unknown, stand_in=name):
                reads = {name} if name else unknown - self.state.known.keys()
                with_ = self.told.truth(node)
                if reads - self.left <= {self.path}:
                    return frozenset({(None, with_)})
                if self.path not in reads:
                    return _ALIKE
                return _ANY if with_ is None else frozenset({(None, with_), (with_, with_)})
            case Force(norm=key):
                return self._forces[key]
            case Opposite(item=item):
                return frozenset((negation(one), negation(other)) for one, other in self.pairs(item))
            case Many(all=all_, items=items):
                first, *others = map(self.pairs, items)
                return reduce(_and if all_ else _or, others, first)


@lru_cache(_KEPT)
def _and(some: Pairs, more: Pairs) -> Pairs:
    pairs = product(some, more)
    return frozenset((conjunction((a, c)), conjunction((b, d))) for (a, b), (c, d) in pairs)


@lru_cache(_KEPT)
def _or(some: Pairs, more: Pairs) -> Pairs:
    pairs = product(some, more)
    return frozenset((disjunction((a, c)), disjunction((b, d))) for (a, b), (c, d) in pairs)


@lru_cache(_KEPT)
def _own(forbids: Pairs, permits: Pairs, default: str | None) -> Ends:
    """What may remain of a section that applies, by its own norms."""

    def remaining(forbid: Truth, permit: Truth) -> Possible:
        return possible((SectionFinding(0, "", True, forbid, permit, default, ()),))

    pairs = product(forbids, permits)
    return frozenset((remaining(a, c), remaining(b, d)) for (a, b), (c, d) in pairs)


@lru_cache(_KEPT)
def _scoped(scope: Pairs, inside: Ends) -> Ends:
    """The same of a section with this scope."""
    pairs = product(scope, inside)
    return frozenset((_in(a, one), _in(b, other)) for (a, b), (one, other) in pairs)


def _in(scope: Truth, inside: Possible) -> Possible:
    if scope is True:
        return inside
    return join(()) if scope is False else inside | join(())


@lru_cache(_KEPT)
def _joined(some: Ends, more: Ends) -> Ends:
    """The same of both together."""
    pairs = product(some, more)
    return frozenset((join((a, c)), join((b, d))) for (a, b), (c, d) in pairs)
