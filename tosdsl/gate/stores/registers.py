"""A register in memory: read whole, checked against the vocabulary, its age known.

INVARIANT: a row is used only while it is known to be good: read without a mistake, and no older than
``max_age``. A register that can no longer be read keeps its rows for ``max_age``, and not at all where
none is set. A file that has changed is read once two looks have seen it alike: a row may be cut off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from threading import Lock
from time import time
from typing import Any

from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, Severity, mistake
from tosdsl.facts.read import Reader
from tosdsl.gate.asked import Asked
from tosdsl.gate.model import UNKNOWN, Failed
from tosdsl.gate.plan import RegisterPlan
from tosdsl.gate.stores.rows import GONE, Row, Unreadable, read_rows, stamp
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Entries, Entry, Items, Node, Scalar
from tosdsl.trees.quantities import read_instant

Wanted = Sequence[tuple[str, str, v.Type, Callable[[Node], Node]]]
"""What facts read of a register: the name in its rows, the fact, its type, what is done before."""

_MOST_LOOKS = 5
"""Looks for which a file that changes at each of them is waited for: old rows may do harm, too."""

_NO_ROW = Failed("the register has no row for it")


class Register:
    """Rows by key. ``look`` finds the key of a request; ``wanted`` is what is read of a row."""

    def __init__(
        self,
        plan: RegisterPlan,
        folder: str,
        vocabulary: v.Vocabulary,
        wanted: Wanted,
        look: Callable[[Asked], Any],
        clock: Callable[[], float] = time,
    ) -> None:
        self.plan = plan
        self._folder = folder
        self._vocabulary = vocabulary
        self._wanted = wanted
        self._look = look
        self._clock = clock
        self._rows: dict[str, dict[str, Any] | Failed] = {}
        self._born: dict[str, float] = {}
        self._stamp: object = None
        self._met: object = None
        """The stamp of a change that has to stand still for one look more."""
        self._waited = 0
        self._read = 0.0
        """When the rows were last seen to be those of the store."""
        self.failure: Unreadable | None = None
        self.problems: tuple[Diagnostic, ...] = ()
        """Mistakes in single rows, which are then not used."""
        self.nowhere: tuple[str, ...] = ()
        """Names that facts are read from and that no row has, where there are rows."""
        self.names: tuple[str, ...] = ()
        """What rows have."""
        self.texts: Mapping[str, str] = {}
        self._lock = Lock()

    def look(self) -> bool:
        """As ``refresh``, but a file that has changed has to stand still until the next look. False:
        it is not known yet whether it does."""
        made = stamp(self.plan, self._folder) if self.plan.kind == "file" else None
        if made is None or made in (self._stamp, self._met, GONE) or self._waited >= _MOST_LOOKS:
            self._met, self._waited = None, 0
            self.refresh()
            return True
        self._met = made
        self._waited += 1
        return False

    def refresh(self) -> None:
        """Look whether the store has changed, and read it if it has."""
        with self._lock:
            now = self._clock()
            made = stamp(self.plan, self._folder)
            if made is not None and made == self._stamp and self.failure is None:
                self._read = now
                return
            try:
                rows, self.texts = read_rows(self.plan, self._folder)
            except Unreadable as error:
                self.failure = error
                return
            self._take(rows)
            self._stamp, self._read, self.failure = made, now, None

    def _take(self, rows: list[Row]) -> None:
        problems: list[Diagnostic] = []
        made: dict[str, dict[str, Any] | Failed] = {}
        born: dict[str, float] = {}
        for key, row in rows:
            found: list[Diagnostic] = []
            reader = Reader(self._vocabulary, found)
            values = {
                name: UNKNOWN if self._says_unknown(node) else reader.value(path, before(node), kind)
                for name, path, kind, before in self._wanted
                if (node := _under(row, name)) is not None
            }
            if self.plan.age:
                moment = _moment(_under(row, self.plan.age))
                if moment is None:
                    why = f"`{self.plan.age}` of the row {key!r} is no moment such as 2026-01-31T12:00Z"
                    name = self.plan.shown
                    found.append(mistake("TOS8009", row.span, what="register", name=name, problem=why))
                else:
                    born[key] = moment
            wrong = [each for each in found if each.severity is Severity.ERROR]
            problems += found
            made[key] = Failed("its row in the register is wrong", ours=True) if wrong else values
        self._rows, self._born, self.problems = made, born, tuple(problems)
        read = dict.fromkeys(name for name, _, _, _ in self._wanted)
        missing = (each for each in read if all(_under(row, each) is None for _, row in rows))
        self.nowhere = tuple(missing) if rows else ()
        self.names = tuple(dict.fromkeys(each.key for _, row in rows for each in row.entries))

    def _says_unknown(self, node: Node) -> bool:
        """A ``null`` in YAML or JSON says so. An empty cell of a table says nothing: none can be left
        out there."""
        return self.plan.has_keys and isinstance(node, Scalar) and node.value is None

    @property
    def fresh(self) -> bool:
        """Whether rows may be used at all now."""
        if self._read == 0.0:
            return False
        if self.failure is None and self.plan.max_age is None:
            return True
        return self.plan.max_age is not None and self._clock() - self._read <= self.plan.max_age

    @property
    def age(self) -> float:
        """Seconds since the rows were seen to be those of the store; infinite before the first time."""
        return self._clock() - self._read if self._read else float("inf")

    def __len__(self) -> int:
        return len(self._rows)

    def key(self, asked: Asked) -> Any:
        """The key that a request has, None, or ``Failed``."""
        keys = asked.keys
        name = self.plan.name
        if name not in keys:
            keys[name] = self._look(asked)
        return keys[name]

    def __call__(self, asked: Asked, name: str) -> Any:
        """The value under a name in the row that a request is about."""
        key = self.key(asked)
        if key is None:
            return Failed(f"the request does not say whose row of {self.plan.name} it is about")
        if type(key) is Failed:
            return key
        if type(key) is not str:
            return Failed("a key is a text")
        return self.value(key, name)

    def value(self, key: str, name: str) -> Any:
        """The value under a name in the row of a key."""
        if not self.fresh:
            why = self.failure.why if self.failure else "it is too old"
            return Failed(f"the register cannot be used: {why}", ours=True)
        row = self._rows.get(key, _NO_ROW)
        if type(row) is Failed:
            return row
        born = self._born.get(key)
        most = self.plan.max_age
        if born is not None and most is not None and self._clock() - born > most:
            return Failed("its row in the register is too old", ours=True)
        return row.get(name)  # type: ignore[union-attr]  # no Failed, seen above

    def knows(self, key: str) -> bool:
        """Whether there is a row for a key."""
        return key in self._rows

    def known_keys(self) -> tuple[str, ...]:
        """Every key, sorted, for whoever searches."""
        return tuple(sorted(self._rows)) if self.fresh else ()


def _under(row: Entries, name: str) -> Node | None:
    """What a row has under a name: the whole, a part by its dots, or columns that begin with it."""
    for entry in row.entries:
        if entry.key == name:
            return entry.value
    parts = [each for each in row.entries if each.key.startswith(f"{name}.")]
    if parts:
        inner = [Entry(each.key[len(name) + 1 :], each.value, span=each.span) for each in parts]
        return Entries(tuple(inner), span=row.span)
    first, dot, rest = name.partition(".")
    if not dot:
        return None
    inside = next((each.value for each in row.entries if each.key == first), None)
    return _under(inside, rest) if isinstance(inside, Entries) else None


def _moment(node: Node | None) -> float | None:
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(value, datetime):
        return value.timestamp() if value.tzinfo else None
    moment = read_instant(value) if isinstance(value, str) else None
    return moment.timestamp() if moment is not None else None


def split_cell(mark: str) -> Callable[[Node], Node]:
    """A cell with several values in it as a list."""

    def split(node: Node) -> Node:
        if not (isinstance(node, Scalar) and isinstance(node.value, str)):
            return node
        parts = (Scalar(each.strip(), True, span=node.span) for each in node.value.split(mark))
        return Items(tuple(parts), span=node.span)

    return split


def in_a_list(node: Node) -> Node:
    """One value as a list of it."""
    return node if isinstance(node, Items) else Items((node,), span=node.span)


def nothing(node: Node) -> Node:
    """As it is."""
    return node


def not_read(register: Register, span: Span) -> Diagnostic | None:
    """That a register cannot be read, at its place in the mapping."""
    failure = register.failure
    if failure is None:
        return None
    at = failure.span if failure.span.line else span
    return mistake("TOS8009", at, what="register", name=register.plan.shown, problem=failure.why)


def of_cells(kind: v.Type) -> Callable[[Node], Node]:
    """A cell of a table, which knows no lists and perhaps no booleans, as a node of this type."""
    bare = v.bare(kind)
    if isinstance(bare, v.ListOf):
        return split_cell(",")
    return _zero_or_one if isinstance(bare, v.Boolean) else nothing


def _zero_or_one(node: Node) -> Node:
    if isinstance(node, Scalar) and not isinstance(node.value, bool) and str(node.value) in {"0", "1"}:
        return Scalar(str(node.value) == "1", span=node.span)
    return node
