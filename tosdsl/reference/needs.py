"""The unknown facts that can still change the verdict.

A fact matters if there is something else that could be learnt (a value for some of the other
unknown facts) after which the verdict is still open without the fact, and settled by a value of it.
The search tries values that tell the policy's conditions apart, and gives a fact the benefit of the
doubt when the question has taken ``_WORK``. A condition over lists, arithmetic or the
wording of a text is taken to come out either way, whatever the others do: what it reads is listed if
it matters.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from attrs import define

from tosdsl.reference.deciding import may_decide
from tosdsl.reference.fold import fold
from tosdsl.reference.representatives import representatives
from tosdsl.reference.residual import State
from tosdsl.trees import norms as n
from tosdsl.trees.facts import Use

_FIRST = 50
"""So often a search learns something when it is tried for the first time: that finds most."""

_WORK = 1_000_000
"""Formulas worked out for one question. The reference takes more of them than what stands on the
core."""

_OVERHEAD = 200
"""What it costs to learn a fact where nothing rests on it, as a number of formulas."""

_DEEPEST = 200
"""Facts that one search learns or leaves aside, at most: it calls itself once for each."""


def needs(linked: n.Linked, use: Use) -> tuple[str, ...]:
    """The paths of the facts that matter, in the order of the text; none if the verdict is settled."""
    residual = fold(linked, use)
    state = residual.state()
    if _settled(state):
        return ()
    stand_ins = {atom.stand_in: atom.unknown for atom in residual.atoms() if atom.stand_in}
    found: dict[str, None] = {}
    for name in _that_matter(state, representatives(linked, residual)):
        found |= dict.fromkeys(sorted(stand_ins.get(name, (name,))))
    return tuple(found)


def _that_matter(state: State, values: dict[str, list[Any]]) -> list[str]:
    """The facts that matter, or may for all that was found out.

    Each is searched for a little, then each that is open yet by another order and four times as far,
    until there is no work left for the question.
    """
    names = list(state.live())
    settling: Counter[str] = Counter()
    left = _WORK // (_OVERHEAD + state.residual.size())
    idle: set[str] = set()
    open_, allowed = names, _FIRST
    while open_ and left > 0:
        doubtful = []
        for name in open_:
            search = _Search(
                state, values, settling, name, min(allowed, left), by_settling=allowed > _FIRST
            )
            matters = search.matters()
            left -= search.steps
            if matters is None:
                doubtful.append(name)
            elif not matters:
                idle.add(name)
        open_, allowed = doubtful, 4 * allowed
    return [name for name in names if name not in idle]


class _Spent(Exception):
    """The search has learnt as often as it may."""


@define
class _Search:
    """Whether a fact matters: what else is learnt, one fact after the other, so that it would decide.

    ``settling`` counts, by fact, how often a value of it settled the verdict. To learn these facts
    first (``by_settling``) is to see early that nothing can be found.
    """

    state: State
    values: dict[str, list[Any]]
    settling: Counter[str]
    path: str
    most: int
    by_settling: bool
    steps: int = 0

    def matters(self) -> bool | None:
        """None if that takes more than is allowed."""
        try:
            return any(
                self._settles(value, self.state, 0, frozenset()) for value in self.values[self.path]
            )
        except _Spent:
            return None

    def _settles(self, value: Any, state: State, learnt: int, left: frozenset[str]) -> bool:
        """Whether this value settles the verdict, which is open, once more is learnt.

        What is ``left`` stays unknown.
        """
        if learnt + len(left) > _DEEPEST:
            raise _Spent
        told = self._learning(state, self.path, value)
        if _settled(told):
            return True
        if not may_decide(state, self.path, told, left):
            return False
        others = [path for path in state.live() if path != self.path and path not in left]
        if not others:
            return False
        other = max(others, key=self.settling.__getitem__) if self.by_settling else others[0]
        for guess in self.values[other]:
            guessed = self._learning(state, other, guess)
            if _settled(guessed):
                self.settling[other] += 1
            elif self._settles(value, guessed, learnt + 1, left):
                return True
        return self._settles(value, state, learnt, left | {other})

    def _learning(self, state: State, path: str, value: Any) -> State:
        if self.steps >= self.most:
            raise _Spent
        self.steps += 1
        return state.learning(path, value)


def _settled(state: State) -> bool:
    return len(state.possible()) == 1
