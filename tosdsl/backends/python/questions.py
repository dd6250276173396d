"""What trees answer: a truth, or the verdict of all tables together."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define, field

from tosdsl.backends.python.trees import State
from tosdsl.formulas.space import FALSE, TRUE, UNKNOWN, Space
from tosdsl.runtime.tables import WORDS, Table, remaining

_TRUTHS = {FALSE: False, TRUE: True, UNKNOWN: None}


@define
class Verdicts:
    """The verdict's word. A state has the scope, the prohibitions and the permissions of each row."""

    space: Space
    tables: Sequence[Table]
    top: Sequence[int]

    def settled(self, state: State) -> str | None:
        found = [
            tuple(_TRUTHS.get(part) for part in state[at : at + 3]) for at in range(0, len(state), 3)
        ]
        whole = (None, tuple(self.top))
        left = remaining([*self.tables, whole], len(self.tables), [*found, (True, False, False)])  # type: ignore[list-item]  # three of each
        if word := WORDS[left] if left < len(WORDS) else "":
            return word
        return None if self._open(state) else "undetermined"

    def next(self, state: State) -> int:
        return self.space.first(self._open(state)[0])

    def _open(self, state: State) -> list[int]:
        """What is left of tables that still matter, in the order in which it is asked for."""
        found: list[int] = []
        todo = list(reversed(self.top))
        while todo:
            at = todo.pop()
            scope, forbids, permits = state[3 * at : 3 * at + 3]
            if scope == FALSE:
                continue
            default, inner = self.tables[at]
            found.append(scope)
            found.append(forbids)
            if default != "permit" and forbids != TRUE:
                found.append(permits)
            todo += reversed(inner)
        return [part for part in found if part > UNKNOWN]


@define
class Truths:
    """A truth, as the part that stands for it."""

    space: Space
    _words: dict[int, str] = field(factory=dict)

    def settled(self, state: State) -> int | None:
        return state[0] if state[0] <= UNKNOWN else None

    def next(self, state: State) -> int:
        return self.space.first(state[0])
