"""Classes of change of rows that are judged by two sets of policies: those that ``diff`` tells of.

A class hangs on the forces of clauses on both sides and on the verdicts. So rows are counted by these,
and each combination is looked at once. A combination of forces is a *state*; of each new one the forces
that SQL found are held to those that Python finds for one of its rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
from attrs import define, field, frozen

from tosdsl.analysis.changes import KINDS, Class
from tosdsl.analysis.classed import Classed, Days, Part, nodes_of
from tosdsl.analysis.report import sentence
from tosdsl.auditing.fitting import ROW
from tosdsl.backends.python.findings import findings
from tosdsl.backends.sql.dialect import Dialect
from tosdsl.backends.sql.program import Statement
from tosdsl.compiled import Predicates
from tosdsl.trees.facts import Facts

_DIGITS = 31
"""Parts of two bits that one column has."""
_WATCHED = "watched "
"""What the names of such columns begin with. No fact has a space in its name."""
_OUTCOMES = (False, True, None)
"""By the digit of a part."""

Move = tuple[int, int, str | None, str | None]
"""The states on both sides, and the verdicts: None where single conditions leave a verdict open that
all ways to fill in the unknown facts agree on. The policies that are compared with come first."""


class DifferenceError(Exception):
    """SQL and Python do not say the same of a row. Nothing that the run says can be relied on."""

    def __init__(self, row: int, sql: object, python: object) -> None:
        super().__init__(row, sql, python)
        self.row, self.sql, self.python = row, sql, python


@frozen
class State:
    """How the parts of a plan came out: by digits. ``days`` are of a row that the plan answers for."""

    days: Days
    parts: tuple[Part, ...]
    digits: tuple[int, ...]

    def forces(self) -> dict[Part, bool | None]:
        return {part: _OUTCOMES[digit] for part, digit in zip(self.parts, self.digits, strict=True)}


@define(eq=False)
class States:
    """The states of one side, by number."""

    of: list[State] = field(factory=list)
    _numbers: dict[State, int] = field(factory=dict)

    def number(self, state: State) -> int:
        if state not in self._numbers:
            self._numbers[state] = len(self.of)
            self.of.append(state)
        return self._numbers[state]


@define(eq=False)
class Watch:
    """Looks at some parts of one plan. Plans that leave it open which version governs have none."""

    days: Days
    parts: tuple[Part, ...]
    states: States

    def columns(self, statements: Sequence[Statement]) -> dict[str, str]:
        """The outcomes of the parts, in as few columns as hold them."""
        if len(statements) != 1:
            return {}
        [statement] = statements
        digits = [self._digit(statement, part) for part in self.parts] or ["0"]
        several = (digits[at : at + _DIGITS] for at in range(0, len(digits), _DIGITS))
        return {
            f"{_WATCHED}{number}": " + ".join(
                f"{digit} * {4**place}" for place, digit in enumerate(some)
            )
            for number, some in enumerate(several)
        }

    def _digit(self, statement: Statement, part: Part) -> str:
        several = nodes_of(statement.program, part)
        held = " AND ".join(statement.definitions.term(node).sql for node in several)
        return f"coalesce(CAST(({held}) AS BIGINT), 2)"

    def new(self, dialect: Dialect, columns: Mapping[str, str], judged: str, rows: str) -> str:
        """A statement that gives one row of each state."""
        names, row = ", ".join(map(dialect.ident, columns)), dialect.ident(ROW)
        first = dialect.ident("first row")
        one = f"SELECT {names}, min({row}) AS {first} FROM {judged} GROUP BY {names}"
        return f"SELECT n.*, u.* FROM ({one}) n JOIN {rows} u ON u.{row} = n.{first}"

    def on(self, dialect: Dialect, columns: Mapping[str, str]) -> str:
        return " AND ".join(f"j.{name} = w.{name}" for name in map(dialect.ident, columns))

    def numbered(
        self,
        found: pa.Table,
        statement: Statement,
        facts: Callable[[dict[str, Any]], tuple[Facts, date | None]],
    ) -> pa.Table:
        """The states of these rows. Raises DifferenceError if Python finds others."""
        names = [name for name in found.column_names if name.startswith(_WATCHED)]
        evaluate = findings(statement.program)
        numbers = []
        for row in found.to_pylist():
            packed = [row[name] for name in names]
            digits = tuple(
                packed[at // _DIGITS] >> 2 * (at % _DIGITS) & 3 for at in range(len(self.parts))
            )
            known, day = facts(row)
            outcomes = evaluate(known.get, day, [])
            for part, digit in zip(self.parts, digits, strict=True):
                force = _every(outcomes[node] for node in nodes_of(statement.program, part))
                if force is not _OUTCOMES[digit]:
                    raise DifferenceError(row["first row"], _OUTCOMES[digit], force)
            numbers.append(self.states.number(State(self.days, self.parts, digits)))
        made = found.select(names)
        return made.append_column("state", pa.array(numbers, pa.int32()))


def _every(several: Iterator[bool | None]) -> bool | None:
    found = set(several)
    return False if False in found else None if None in found else True


@define(eq=False)
class Moves:
    """The classes of a run: of ``old`` policies, which are compared with, and ``new`` ones."""

    old: Predicates
    new: Predicates
    states: tuple[States, States] = field(factory=lambda: (States(), States()))
    _classed: dict[tuple[int, int], Classed | None] = field(factory=dict)

    def classed(self, old: Days, new: Days) -> Classed | None:
        """What tells classes of rows on such days; None if it is open which version governs."""
        ones, others = self.old.answers(*old), self.new.answers(*new)
        key = id(ones[0]), id(others[0])
        if len(ones) > 1 or len(others) > 1:
            return None
        if key not in self._classed:
            self._classed[key] = Classed.of(ones[0].linked, others[0].linked, (old, new))
        return self._classed[key]

    def watches(self, old: Sequence[Days], new: Sequence[Days]) -> tuple[list[Watch], list[Watch]]:
        """What is looked at for each plan of both sides."""
        found: tuple[list[dict[Part, None]], list[dict[Part, None]]]
        found = [{} for _ in old], [{} for _ in new]
        for at, one in enumerate(old):
            for to, other in enumerate(new):
                made = self.classed(one, other)
                if made is not None:
                    found[0][at] |= dict.fromkeys(made.parts(0))
                    found[1][to] |= dict.fromkeys(made.parts(1))
        first, second = (
            [Watch(day, tuple(parts), states) for day, parts in zip(days, several, strict=True)]
            for days, several, states in zip((old, new), found, self.states, strict=True)
        )
        return first, second

    def of(self, move: Move) -> frozenset[Class]:
        """The classes that a row of a move is in."""
        one, other = self.states[0].of[move[0]], self.states[1].of[move[1]]
        classed = self.classed(one.days, other.days)
        assert classed is not None
        verdicts = None if move[2] is None or move[3] is None else (move[2], move[3])
        return frozenset(classed.of_use(verdicts, one.forces(), other.forces()))

    def counted(self, moves: Counter[Move], firsts: Counter[Move]) -> list[tuple[Class, int, int]]:
        """Each class with its rows, and with the first of them: by kind, then by rows."""
        rows: Counter[Class] = Counter()
        first: dict[Class, int] = {}
        for move, count in moves.items():
            for each in self.of(move):
                rows[each] += count
                first[each] = min(first.get(each, firsts[move]), firsts[move])
        ordered = sorted(
            rows,
            key=lambda each: (KINDS.index(each.kind), -rows[each], first[each], sentence(each)),
        )
        return [(each, rows[each], first[each]) for each in ordered]

    # --- a run that goes on -----------------------------------------------------------------------

    def saved(self) -> list[list[Any]]:
        """The states as JSON has them."""
        return [[_saved(state) for state in each.of] for each in self.states]

    def restore(self, saved: Sequence[Sequence[Any]]) -> None:
        for each, several in zip(self.states, saved, strict=True):
            for days, parts, digits in several:
                first, second = (None if day is None else date.fromisoformat(day) for day in days)
                made = tuple(((key[0], key[1]), which) for key, which in parts)
                each.number(State((first, second), made, tuple(digits)))


def _saved(state: State) -> list[Any]:
    days = [None if day is None else day.isoformat() for day in state.days]
    return [days, [[list(key), which] for key, which in state.parts], list(state.digits)]
