"""What judges the rows of one plan, and decides one row of each kind.

rows of a piece -> by row: the verdict by SQL, the kind, and of rows of too many kinds the verdict alone
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
from attrs import define, field

from tosdsl.auditing.database import Database
from tosdsl.auditing.fitting import KNOWN, ROW, unknown_of
from tosdsl.auditing.kinds import Kinds
from tosdsl.auditing.moves import DifferenceError, Watch
from tosdsl.auditing.told import Told, told
from tosdsl.backends.sql.columns import DAY, Layout
from tosdsl.backends.sql.dialect import Dialect
from tosdsl.backends.sql.program import Statement
from tosdsl.backends.sql.values import Values
from tosdsl.base import limits
from tosdsl.decision.model import Decision
from tosdsl.engine.answers import Answers
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Facts, Use

SMALL = "/*+ BROADCAST(k) */"
"""A hint for Spark, and a comment elsewhere: the table of kinds is small."""


@define(eq=False)
class Judging:
    """Judges the rows of one plan. ``name`` tells its tables apart from others."""

    answers: Sequence[Answers]
    layout: Layout
    database: Database
    kinds: Kinds
    name: str
    statements: list[Statement] = field(init=False, factory=list)
    values: Values = field(init=False)
    _leaves: tuple[v.Leaf, ...] = field(init=False)
    _dialect: Dialect = field(init=False)
    _made: bool = False
    _count: int = 0
    _open: int = 0

    def __attrs_post_init__(self) -> None:
        self._dialect = self.database.dialect
        self.prepare()
        vocabulary, read = self.answers[0].linked.vocabulary, self.read()
        self.values = Values(vocabulary, self.layout)
        self._leaves = tuple(leaf for leaf in vocabulary.leaves() if leaf.path in read)

    # --- what the ways to judge differ in -------------------------------------------------------------

    def prepare(self) -> None:
        """What is made once."""
        raise NotImplementedError

    def read(self) -> frozenset[str]:
        """The facts that are read; the day of the use is among them by the name of its column."""
        raise NotImplementedError

    def decide(self, use: Use) -> Decision:
        """The decision on a use."""
        raise NotImplementedError

    def told(self, use: Use) -> Told:
        """What is told of a use, which may be found in a shorter way than the decision."""
        return told(self.decide(use))

    def agreed(self, use: Use) -> str:
        """Of a use of a kind too many, the verdict that all ways to fill in unknown facts agree on."""
        raise NotImplementedError

    def too_many_steps(self, use: Use) -> bool:
        """Whether a use has lists and texts that are too long for what is asked of them."""
        raise NotImplementedError

    def key(self) -> tuple[list[str], list[str]]:
        """The columns that tell kinds apart: those that are never NULL, and others."""
        raise NotImplementedError

    def judged(self, rows: str, judged: str, more: Mapping[str, str]) -> None:
        """A table of the key and of the verdict by SQL, and of what is watched, by the row's number."""
        raise NotImplementedError

    # --- what is the same -----------------------------------------------------------------------------

    def judge(self, rows: str, out: str, watch: Watch | None = None) -> None:
        """Makes a table ``out`` of the rows of another: the row's number, its verdict by SQL, its kind,
        NULL where there are too many, then the verdict that all ways to fill in unknown facts agree
        on, and its state by what is watched. Raises DifferenceError."""
        self.judge_some(rows, rows, out, watch)

    def judge_some(self, rows: str, source: str, out: str, watch: Watch | None) -> None:
        """The same of ``source``, which has some of the rows, with the columns that are read alone."""
        judged = f"{self.name}_judged"
        forces = {} if watch is None else watch.columns(self.statements)
        self.judged(source, judged, forces)
        self._decide_new(rows, judged)
        joined, state = f"{judged} j LEFT JOIN {self.name}_kinds k ON {self._on('j', 'k')}", "NULL"
        if watch is not None and forces:
            found = self.database.found(watch.new(self._dialect, forces, judged, rows))
            table = f"{self.name}_states"
            self.database.given(table, watch.numbered(found, self.statements[0], self._facts))
            state = "w.state"
            joined += f" JOIN {table} w ON {watch.on(self._dialect, forces)}"
        self.database.keep(
            out,
            f"SELECT {SMALL} j.{self.ident(ROW)}, j.verdict, k.kind, k.agreed, "
            f"CAST({state} AS INTEGER) AS state FROM {joined}",
        )
        self.database.drop(judged)

    def ident(self, name: str) -> str:
        """A name as the database has it."""
        return self._dialect.ident(name)

    def columns(self, paths: Sequence[str]) -> list[str]:
        """The columns of facts; the day of the use has one of its name."""
        columns = self.layout.of_leaves(self.values.vocabulary)
        found = []
        for path in paths:
            found += [each.name for each in columns[path]] if path in columns else [path]
        return found

    def _facts(self, row: dict[str, Any]) -> tuple[Facts, date | None]:
        return self.values.facts(row), as_day(row.get(DAY))

    # --- kinds ----------------------------------------------------------------------------------------

    def _on(self, left: str, right: str) -> str:
        plain, nullable = self.key()
        tests = [f"{left}.{name} = {right}.{name}" for name in plain]
        tests += [f"{left}.{name} IS NOT DISTINCT FROM {right}.{name}" for name in nullable]
        return " AND ".join(tests) or "TRUE"

    def _decide_new(self, rows: str, judged: str) -> None:
        """Decides one row of each kind that was not met before."""
        names = ", ".join(each for several in self.key() for each in several)
        grouped = f" GROUP BY {names}" if names else ""
        more = f"{names}, " if names else ""
        kinds = f"{self.name}_kinds"
        if not self._made:
            none = f"SELECT {more}CAST(NULL AS INTEGER) AS kind, '' AS agreed FROM {judged} LIMIT 0"
            self.database.keep(kinds, none)
            self._made = True
        first = f"min({self.ident(ROW)}) AS first, any_value(verdict) AS verdict"
        self.database.keep(
            f"{kinds}_new",
            f"SELECT * FROM (SELECT {more}{first} FROM {judged}{grouped}) j "
            f"WHERE NOT EXISTS (SELECT 1 FROM {kinds} k WHERE {self._on('j', 'k')})",
        )
        room = limits.MAX_KINDS - self._count
        decided = [
            {"first": row["first row"], "kind": self._decide(row), "agreed": None}
            for row in self._representatives(rows, "TRUE", room)
        ]
        self._count += len(decided)
        if len(decided) == room:
            decided += self._agreed(rows, room)
        schema = pa.schema([("first", pa.int64()), ("kind", pa.int32()), ("agreed", pa.string())])
        self.database.given(f"{self.name}_decided", pa.Table.from_pylist(decided, schema=schema))
        joined = f"{kinds}_new n JOIN {self.name}_decided d ON n.first = d.first"
        self.database.add(kinds, f"SELECT {more}d.kind, d.agreed FROM {joined}")

    def _agreed(self, rows: str, done: int) -> list[dict[str, Any]]:
        """Of kinds beyond those that are decided, the verdicts of those that SQL leaves open."""
        after = (
            f"n.first > (SELECT coalesce(max(first), -1) FROM (SELECT first FROM {self.name}_kinds_new "
        )
        after += f"ORDER BY first LIMIT {done})) AND n.verdict = 'undetermined'"
        found = []
        for row in self._representatives(rows, after, limits.MAX_KINDS_OPEN - self._open):
            use = use_of(row, self.values.facts(row))
            found.append({"first": row["first row"], "kind": None, "agreed": self.agreed(use)})
        self._open += len(found)
        return found

    def _representatives(self, rows: str, where: str, most: int) -> list[dict[str, Any]]:
        """A row of each new kind, in order."""
        first, by_sql = map(self.ident, ("first row", "by SQL"))
        found = self.database.found(
            f"SELECT n.first AS {first}, n.verdict AS {by_sql}, u.* "
            f"FROM {self.name}_kinds_new n JOIN {rows} u ON u.{self.ident(ROW)} = n.first "
            f"WHERE {where} ORDER BY n.first LIMIT {most}"
        )
        made: list[dict[str, Any]] = found.to_pylist()
        return made

    def _decide(self, row: dict[str, Any]) -> int:
        facts = dict(self.values.facts(row))
        use = use_of(row, facts)
        made = self.told(use)
        if row["by SQL"] not in (made.verdict, "undetermined"):
            raise DifferenceError(row["first row"], row["by SQL"], made.verdict)
        return self.kinds.add(made, row["first row"], use, self._leaves)


def use_of(row: Mapping[str, Any], facts: Facts) -> Use:
    """The use that a row describes, with its facts."""
    before = unknown_of("")
    unknown = (name.removeprefix(before) for name in row if name.startswith(before) and row[name])
    as_of, known_at = as_day(row.get(DAY)), as_day(row.get(KNOWN))
    return Use(facts, as_of=as_of, known_at=known_at, unknown=frozenset(unknown))


def as_day(value: Any) -> date | None:
    """A day of a row, if there is one."""
    return value if isinstance(value, date) else None
