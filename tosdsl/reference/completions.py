"""What all ways to fill in the unknown facts agree on.

An answer is settled if every completion of what is unknown gives it, and a fact matters if two
completions that differ in nothing else give different answers. Completions are gone through one fact
after the other, always in the same order, each with values that tell the policy's conditions apart.
What follows from a fact is made of what follows from each of its values; where these are the same, the
fact does not matter there. So what comes out is a decision diagram, in which exactly the facts stand
that matter.

A condition over lists, arithmetic or the wording of a text is taken to come out either way, whatever
the others do. What hangs on it is not ``exact``.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from copy import copy
from typing import Any

from attrs import define, field, frozen

from tosdsl.reference.fold import Duty, Folding
from tosdsl.reference.representatives import representatives
from tosdsl.reference.residual import Folded, Residual, State
from tosdsl.reference.verdict import Possible, join
from tosdsl.trees import norms as n
from tosdsl.trees.facts import Use
from tosdsl.values.deadlines import state as state_of
from tosdsl.values.truth import Truth, conjunction, negation

_WORK = 2_000
"""Facts learnt for one question."""

CHANGES = frozenset(("undetermined", "pending"))
"""States of an obligation that may yet be others."""

Leaf = Hashable
Node = int


class _SpentError(Exception):
    """The question has learnt as often as it may."""


@frozen
class Outcome:
    """What something can come to, the facts that can change that, and whether this is exact."""

    leaves: frozenset[Any]
    facts: frozenset[str] = frozenset()
    exact: bool = True

    @property
    def truth(self) -> Truth:
        """Of a condition."""
        return next(iter(self.leaves)) if len(self.leaves) == 1 else None

    @property
    def possible(self) -> Possible:
        """Of verdicts."""
        return frozenset().union(*self.leaves)


@define(eq=False)
class Completions:
    """One question, with everything that may be filled in. Made once, and asked for several things."""

    linked: n.Linked
    use: Use
    _folding: Folding = field(init=False)
    _residual: Residual = field(init=False)
    _values: dict[str, list[Any]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._folding = Folding(self.linked, self.use)
        self._residual = self._folding.residual()
        self._values = representatives(self.linked, self._residual)

    def verdicts(self) -> Outcome:
        """The possible verdicts of everything. Where that takes too many values of facts, what is asked
        beside the verdict is left out."""
        found = self._verdicts()
        if found.exact or not self._residual.opaque:
            return found
        alone = copy(self)
        alone._residual = self._residual.of_verdict()
        alone._values = representatives(self.linked, alone._residual)
        return alone._verdicts()

    def _verdicts(self) -> Outcome:
        return self._outcome(State.possible, lambda found: len(found) == 1, ())

    def truth(self, formula: Folded) -> Outcome:
        """The truth of a condition."""
        return self._outcome(lambda state: state.truth(formula), _is_known, (formula,))

    def duty(self, key: n.NormKey) -> Outcome:
        """The state of an obligation."""
        duty = self._folding.duty(key)
        parts = (duty.owed, duty.done, duty.late)
        return self._outcome(lambda state: _state(state, duty), lambda s: s not in CHANGES, parts)

    def duty_now(self, key: n.NormKey) -> str:
        """The state that an obligation is in, by what all completions agree on of its parts."""
        duty = self._folding.duty(key)
        return state_of(*(self.truth(part).truth for part in (duty.owed, duty.done, duty.late)))

    def compliant(self, keys: Iterable[n.NormKey]) -> Truth:
        """Whether nothing is forbidden and none of these obligations breached."""
        several = [self._folding.duty(key) for key in keys]
        parts = [part for duty in several for part in (duty.owed, duty.done, duty.late)]

        def of(state: State) -> Truth:
            return conjunction((_allowed(state.possible()), *(_kept(state, duty) for duty in several)))

        return self._outcome(of, _is_known, tuple(parts), rows=True).truth

    def root(self, index: int) -> Folded:
        """The scope of a document, with those on the path by which it came in."""
        return self._folding.root(index)

    def condition(self, index: int, expr: Any) -> Folded:
        """A condition of a document."""
        return self._folding.condition(expr, index)

    def in_scope(self, key: n.NormKey) -> Folded:
        """Whether a clause is in force and in scope."""
        return self._folding.in_scope(key)

    def joined(self, rows: Iterable[int]) -> Outcome:
        """The strongest verdict of some documents."""
        several = tuple(rows)
        return self._outcome(
            lambda state: join(state.row(at) for at in several), lambda found: len(found) == 1, ()
        )

    def section(self, index: int, name: str) -> Outcome:
        """The verdicts of a section, with the scopes around it."""
        return self._outcome(
            lambda state: state.section(index, name), lambda found: len(found) == 1, ()
        )

    # --- the search ---------------------------------------------------------------------------------

    def _outcome(
        self,
        of: Callable[[State], Any],
        settled: Callable[[Any], bool],
        formulas: tuple[Folded, ...],
        rows: bool | None = None,
    ) -> Outcome:
        """``of`` is what is asked, and ``formulas`` what that rests on beside the tables (``rows``)."""
        state = self._residual.state()
        asked = (not formulas) if rows is None else rows

        def live(state: State) -> list[str]:
            return [name for name in state.live(asked, formulas) if name in self._values]

        search = _Search(of, settled, live, self._values, live(state))
        residual = self._residual
        stand_ins = {
            name: atom.unknown for atom in residual.atoms() if (name := residual.stand_in(atom))
        }
        try:
            names = search.names(search.solve(state))
            leaves, exact = frozenset(search.leaves), not names & stand_ins.keys()
        except _SpentError:
            found = of(state)
            leaves, names, exact = frozenset({found}), set(search.order), settled(found)
        if exact and len(leaves) == 1 and settled(next(iter(leaves))):
            names = set()
        facts = {path for name in names for path in stand_ins.get(name, (name,))}
        return Outcome(leaves, frozenset(facts), exact)


@define(eq=False)
class _Search:
    of: Callable[[State], Any]
    settled: Callable[[Any], bool]
    live: Callable[[State], list[str]]
    values: dict[str, list[Any]]
    order: list[str]
    leaves: dict[Any, Node] = field(factory=dict)
    _nodes: dict[tuple[str, tuple[Node, ...]], Node] = field(factory=dict)
    _solved: dict[Hashable, Node] = field(factory=dict)
    _steps: int = 0

    def solve(self, state: State) -> Node:
        """What follows from every way to go on, as a node."""
        key = state.signature()
        if key not in self._solved:
            self._solved[key] = self._node(state)
        return self._solved[key]

    def _node(self, state: State) -> Node:
        found = self.of(state)
        live = [] if self.settled(found) else self.live(state)
        if not live:
            return self.leaves.setdefault(found, len(self.leaves) + len(self._nodes))
        name = min(live, key=self.order.index)
        several = tuple([self.solve(self._learning(state, name, each)) for each in self.values[name]])
        if len(set(several)) == 1:
            return several[0]
        return self._nodes.setdefault((name, several), len(self.leaves) + len(self._nodes))

    def _learning(self, state: State, name: str, value: Any) -> State:
        self._steps += 1
        if self._steps > _WORK:
            raise _SpentError
        return state.learning(name, value)

    def names(self, root: Node) -> set[str]:
        """The names that stand under a node."""
        below = {node: key for key, node in self._nodes.items()}
        todo, seen, found = [root], {root}, set[str]()
        while todo:
            name, several = below.get(todo.pop(), ("", ()))
            found |= {name} if name else set()
            todo += set(several) - seen
            seen |= set(several)
        return found


def _is_known(truth: Truth) -> bool:
    return truth is not None


def _state(state: State, duty: Duty) -> str:
    return state_of(*(state.truth(part) for part in (duty.owed, duty.done, duty.late)))


def _kept(state: State, duty: Duty) -> Truth:
    """Whether an obligation is not breached: it is not owed, or done, or not late."""
    owed, done, late = (state.truth(part) for part in (duty.owed, duty.done, duty.late))
    return negation(conjunction((owed, negation(done), late)))


def _allowed(possible: Possible) -> Truth:
    if "forbidden" not in possible:
        return True
    return False if len(possible) == 1 else None
