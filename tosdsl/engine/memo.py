"""Decisions that are kept: those of a few clauses over single facts, by how all tests come out.

Uses whose tests come out alike share a decision, but for the values that it tells and for its days.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from threading import RLock
from typing import Any

from attrs import define, field

from tosdsl.decision.model import Decision, settled
from tosdsl.trees.items import in_fact, judged
from tosdsl.trees.vocabulary import Vocabulary

Values = tuple[Any, ...]
"""The values of the facts that conditions read, in the order of their paths."""

_MOST = 2_000
"""Decisions that are kept: some 3 kB each, and 7 kB where no like was asked for. Past it, the first
ones give way."""

_MOST_SAID = 20
"""Values that decisions of one kind tell, of which so many combinations are kept."""

_Alike = tuple[Callable[[Values], Any], dict[Any, dict[str, Any]]]
"""Of the values of a use, those that a decision tells; and by these, the fields of the decision."""

_Once = tuple[Sequence[str], Values, Decision]
"""A decision of which no other is known that is alike: the paths and values of its use."""


@define(eq=False)
class Memo:
    """The decisions that are kept of one plan, whatever the day. Safe to share between threads."""

    vocabulary: Vocabulary
    lock: RLock
    _judged: tuple[str, ...] = field(init=False)
    """The judged fields of items."""
    _known: dict[int, _Alike | _Once] = field(factory=dict)
    """By how the tests come out. Which values such decisions tell is found out with the second one: to
    find out takes as long as to decide."""

    def __attrs_post_init__(self) -> None:
        self._judged = tuple(judged(self.vocabulary))

    def get(self, number: int, values: Values) -> dict[str, Any] | None:
        """The fields of the decision that is kept for a use, its days left open."""
        found = self._known.get(number)
        if found is None:
            return None
        telling, alike = self._alike(number, found)
        return alike.get(telling(values))

    def learn(self, number: int, paths: Sequence[str], values: Values, made: Decision) -> None:
        """Keeps a decision, as far as it is worked out, for others whose tests come out alike. Its days
        are left open: the next one's may be others."""
        with self.lock:
            found = self._known.get(number)
            if found is None:
                _room(self._known, _MOST)
                self._known[number] = paths, values, made
                return
            telling, alike = self._alike(number, found)
            _room(alike, _MOST_SAID)
            alike[telling(values)] = _undated(made)

    def _alike(self, number: int, found: _Alike | _Once) -> _Alike:
        """What is kept of decisions of one kind, once a second one is asked for."""
        if len(found) == 2:
            return found
        with self.lock:
            paths, values, made = found
            telling = self._telling(paths, made)
            known = self._known[number] = telling, {telling(values): _undated(made)}
            return known

    def _telling(self, paths: Sequence[str], made: Decision) -> Callable[[Values], Any]:
        """What gives the values that decisions of this kind tell: those of judged facts."""
        told = [*(each.fact for each in made.judgements), *self._judged]
        at = [number for number, path in enumerate(paths) if any(in_fact(path, each) for each in told)]
        return itemgetter(*at) if at else _nothing


def _undated(made: Decision) -> dict[str, Any]:
    """The fields of a decision, as far as they are worked out, for uses of any day."""
    return settled(made) | {"as_of": None, "known_at": None}


def _nothing(_: object) -> None:
    """What a decision tells that rests on no value."""


def _room(kept: dict[Any, Any], most: int) -> None:
    """Makes room for one more: what came first goes."""
    if len(kept) >= most:
        del kept[next(iter(kept))]
