"""One plan: programs that answer on the same days, put to rows in SQL, and to Python once a kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
from attrs import asdict, define, field

from tosdsl.auditing.database import Database
from tosdsl.auditing.fitting import KNOWN, ROW
from tosdsl.auditing.keys import Key, key_of
from tosdsl.auditing.moves import DifferenceError, Watch
from tosdsl.auditing.told import LISTS, Told, told
from tosdsl.backends.python.findings import conditions, findings
from tosdsl.backends.sql.columns import DAY, Layout
from tosdsl.backends.sql.definitions import Asked
from tosdsl.backends.sql.dialect import Dialect
from tosdsl.backends.sql.program import Statement
from tosdsl.backends.sql.values import Values
from tosdsl.base import limits
from tosdsl.engine.alternatives import decide_any, verdict_any
from tosdsl.engine.answers import Answers
from tosdsl.errors import FactError
from tosdsl.trees import core
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Facts, Use
from tosdsl.trees.uses import value_text

_LARGE = 400
"""Columns of a statement from which rows that are alike are judged once; to find them takes time."""
_REPEATED = 4
"""How many rows there have to be for each that is unlike the others."""
SMALL = "/*+ BROADCAST(k) */"
"""A hint for Spark, and a comment elsewhere: the table of kinds is small."""

_TOLD = pa.schema(
    [("kind", pa.int32()), ("verdict", pa.string())] + [(each, pa.list_(pa.string())) for each in LISTS]
)


@define(eq=False)
class Kinds:
    """What was told, by the number of the kind; with the row that was decided, and how many rows."""

    told: list[Told] = field(factory=list)
    facts: list[list[str]] = field(factory=list)
    rows: list[int] = field(factory=list)
    uses: dict[int, Use] = field(factory=dict)
    """The uses that were decided in this run, by the number of the kind."""

    def add(self, made: Told, facts: list[str], row: int) -> int:
        self.told.append(made)
        self.facts.append(facts)
        self.rows.append(row)
        return len(self.told) - 1

    def table(self, first: int = 0) -> pa.Table:
        """Kinds from a number on, as a table."""
        rows = [{"kind": first + at, **asdict(each)} for at, each in enumerate(self.told[first:])]
        return pa.Table.from_pylist(rows, schema=_TOLD)


@define(eq=False)
class Judge:
    """Judges the rows of one plan. ``name`` tells its tables apart from others."""

    answers: Sequence[Answers]
    layout: Layout
    database: Database
    kinds: Kinds
    name: str
    statements: list[Statement] = field(init=False)
    keys: list[Key] = field(init=False)
    values: Values = field(init=False)
    _leaves: tuple[v.Leaf, ...] = field(init=False)
    _dialect: Dialect = field(init=False)
    _conditions: dict[tuple[int, int], Callable[..., bool | None]] = field(factory=dict)
    _made: bool = False
    _count: int = 0
    _open: int = 0

    def __attrs_post_init__(self) -> None:
        self._dialect = self.database.dialect
        self.statements = [Statement(each.program, self._dialect, self.layout) for each in self.answers]
        self.keys = [key_of(each, f"k{at}") for at, each in enumerate(self.statements)]
        vocabulary, read = self.answers[0].linked.vocabulary, self.read()
        self.values = Values(vocabulary, self.layout)
        self._leaves = tuple(leaf for leaf in vocabulary.leaves() if leaf.path in read)

    def _ident(self, name: str) -> str:
        return self._dialect.ident(name)

    def read(self) -> frozenset[str]:
        """The facts that are read."""
        return frozenset().union(*(each.read() for each in self.statements))

    def judge(self, rows: str, out: str, watch: Watch | None = None) -> None:
        """Makes a table ``out`` of the rows of another: the row's number, its verdict by SQL, its kind,
        NULL where there are too many, then the verdict that all ways to fill in unknown facts agree
        on, and its state by what is watched. Raises DifferenceError."""
        large = sum(len(each.definitions.columns) for each in self.statements) >= _LARGE
        columns = [*map(self._ident, self._columns(sorted(self.read())))] if large else []
        if not columns or not self._repeat(rows, columns):
            self._judge(rows, rows, out, watch)
            return
        row, unlike, few = self._ident(ROW), f"{self.name}_unlike", f"{self.name}_few"
        self._judge(rows, unlike, few, watch)
        told_ = ", ".join(f"f.{each}" for each in ("verdict", "kind", "agreed", "state"))
        judged = f"SELECT u.*, {told_} FROM {unlike} u JOIN {few} f ON u.{row} = f.{row}"
        like = " AND ".join(f"r.{each} IS NOT DISTINCT FROM f.{each}" for each in columns)
        self.database.keep(out, f"SELECT r.{row}, {told_} FROM {rows} r JOIN ({judged}) f ON {like}")
        self.database.drop(unlike, few)

    def _repeat(self, rows: str, columns: list[str]) -> bool:
        """Makes a table of one row of those that are alike in all that is read. Whether they are so
        few that judging them, and finding the others, is less work than judging each."""
        unlike, row, names = f"{self.name}_unlike", self._ident(ROW), ", ".join(columns)
        every = f"SELECT {names}, min({row}) AS {row} FROM {rows} GROUP BY {names}"
        self.database.keep(unlike, every)
        [(few,)] = self.database.rows(f"SELECT count(*) AS n FROM {unlike}")
        [(all_,)] = self.database.rows(f"SELECT count(*) AS n FROM {rows}")
        return bool(few * _REPEATED <= all_)

    def _judge(self, rows: str, source: str, out: str, watch: Watch | None) -> None:
        """The same of ``source``, which has some of the rows, with the columns that are read alone."""
        judged = f"{self.name}_judged"
        forces = {} if watch is None else watch.columns(self.statements)
        self._judged(source, judged, forces)
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
            f"SELECT {SMALL} j.{self._ident(ROW)}, j.verdict, k.kind, k.agreed, "
            f"CAST({state} AS INTEGER) AS state FROM {joined}",
        )
        self.database.drop(judged)

    def _facts(self, row: dict[str, Any]) -> tuple[Facts, date | None]:
        return self.values.facts(row), _day(row.get(DAY))

    # --- SQL ------------------------------------------------------------------------------------------

    def _judged(self, rows: str, judged: str, more: Mapping[str, str]) -> None:
        """A table of the outputs of all statements; ``more`` are of the only one."""
        made = []
        for at, (statement, key) in enumerate(zip(self.statements, self.keys, strict=True)):
            source = self._with_asked(rows, at, statement)
            outputs = [(f"verdict{at}", statement.verdict()), *key.plain.items(), *key.nullable.items()]
            if len(self.statements) == 1:
                outputs[0] = "verdict", statement.verdict()
            outputs += more.items()
            made.append(statement.definitions.statement(source, outputs, [ROW]))
        if len(made) == 1:
            self.database.keep(judged, made[0])
            return
        joined = f"({made[0]}) a0"
        for at, sql in enumerate(made[1:], 1):
            joined += f" JOIN ({sql}) a{at} USING ({self._ident(ROW)})"
        self.database.keep(judged, f"SELECT *, 'undetermined' AS verdict FROM {joined}")

    def _with_asked(self, rows: str, number: int, statement: Statement) -> str:
        """The rows with a column for each condition that Python is asked about."""
        if not statement.asked:
            return rows
        selected, joined = ["u.*"], f"{rows} u"
        for each in statement.asked:
            table = f"{self.name}_{number}_asked_{each.node}"
            columns = self._columns(each.leaves)
            if not columns:  # it reads nothing
                truth = self._evaluate(number, statement, each)({})
                selected.append(f"CAST({self._truth(truth)} AS BOOLEAN) AS {self._ident(each.name)}")
                continue
            self._ask(rows, number, statement, each, table, columns)
            on = " AND ".join(
                f"u.{self._ident(name)} IS NOT DISTINCT FROM {table}.{self._ident(name)}"
                for name in columns
            )
            joined += f" LEFT JOIN {table} ON {on}"
            selected.append(f"{table}.{self._ident(each.name)}")
        return f"(SELECT {', '.join(selected)} FROM {joined}) u"

    def _truth(self, value: bool | None) -> str:
        return "NULL" if value is None else self._dialect.truth(value)

    def _columns(self, paths: Iterable[str]) -> list[str]:
        """The columns of facts; the day of the use has one of its name."""
        columns = self.layout.of_leaves(self.values.vocabulary)
        found = []
        for path in paths:
            found += [each.name for each in columns[path]] if path in columns else [path]
        return found

    def _ask(
        self,
        rows: str,
        number: int,
        statement: Statement,
        asked: Asked,
        table: str,
        columns: list[str],
    ) -> None:
        """A table of what Python says, by the distinct values of the columns that it reads."""
        names = ", ".join(map(self._ident, columns))
        where = f" WHERE {asked.when}" if asked.when else ""
        found = self.database.found(f"SELECT DISTINCT {names} FROM {rows}{where}")
        evaluate = self._evaluate(number, statement, asked)
        told_ = [evaluate(row) for row in found.to_pylist()]
        answered = found.append_column(asked.name, pa.array(told_, pa.bool_()))
        self.database.given(table, answered)

    def _evaluate(
        self, number: int, statement: Statement, asked: Asked
    ) -> Callable[[dict[str, Any]], bool | None]:
        """What a condition comes to, by a row of the columns that it reads."""
        program, key = statement.program, (number, asked.node)
        if key not in self._conditions:
            self._conditions[key] = _condition(program, asked)
        condition = self._conditions[key]
        return lambda row: condition(self.values.facts(row), _day(row.get(DAY)))

    # --- kinds ----------------------------------------------------------------------------------------

    def _names(self) -> list[str]:
        return [name for key in self.keys for name in (*key.plain, *key.nullable)]

    def _on(self, left: str, right: str) -> str:
        tests = [f"{left}.{name} = {right}.{name}" for key in self.keys for name in key.plain] + [
            f"{left}.{name} IS NOT DISTINCT FROM {right}.{name}"
            for key in self.keys
            for name in key.nullable
        ]
        return " AND ".join(tests) or "TRUE"

    def _decide_new(self, rows: str, judged: str) -> None:
        """Decides one row of each kind that was not met before."""
        names = ", ".join(self._names())
        grouped = f" GROUP BY {names}" if names else ""
        more = f"{names}, " if names else ""
        kinds = f"{self.name}_kinds"
        if not self._made:
            none = f"SELECT {more}CAST(NULL AS INTEGER) AS kind, '' AS agreed FROM {judged} LIMIT 0"
            self.database.keep(kinds, none)
            self._made = True
        first = f"min({self._ident(ROW)}) AS first, any_value(verdict) AS verdict"
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
            use = self.use(dict(self.values.facts(row)), row)
            agreed = verdict_any(self.answers, use).value
            found.append({"first": row["first row"], "kind": None, "agreed": agreed})
        self._open += len(found)
        return found

    def _representatives(self, rows: str, where: str, most: int) -> list[dict[str, Any]]:
        """A row of each new kind, in order."""
        first, by_sql = map(self._ident, ("first row", "by SQL"))
        found = self.database.found(
            f"SELECT n.first AS {first}, n.verdict AS {by_sql}, u.* "
            f"FROM {self.name}_kinds_new n JOIN {rows} u ON u.{self._ident(ROW)} = n.first "
            f"WHERE {where} ORDER BY n.first LIMIT {most}"
        )
        made: list[dict[str, Any]] = found.to_pylist()
        return made

    def _decide(self, row: dict[str, Any]) -> int:
        facts = dict(self.values.facts(row))
        use = self.use(facts, row)
        made = told(decide_any(self.answers, use))
        if row["by SQL"] not in (made.verdict, "undetermined"):
            raise DifferenceError(row["first row"], row["by SQL"], made.verdict)
        lines = [
            f"{leaf.path}: {value_text(facts[leaf.path], leaf.type)}"
            for leaf in self._leaves
            if leaf.path in facts
        ]
        number = self.kinds.add(made, lines, row["first row"])
        self.kinds.uses[number] = use
        return number

    def use(self, facts: dict[str, Any], row: dict[str, Any]) -> Use:
        """The use that a row describes."""
        return Use(facts, as_of=_day(row.get(DAY)), known_at=_day(row.get(KNOWN)))

    def too_many_steps(self, use: Use) -> bool:
        """Whether a use has lists and texts that are too long for what is asked of them."""
        try:
            for each in self.answers:
                each.affordable((use,))
        except FactError:
            return True
        return False


def _condition(program: core.Program, asked: Asked) -> Callable[..., bool | None]:
    """What a condition comes to, by facts and the day of the use."""
    if DAY in asked.leaves:
        every = findings(program)

        def dated(facts: Facts, day: date | None) -> bool | None:
            made: bool | None = every(facts.get, day, [])[asked.node]
            return made

        return dated
    [one] = conditions(program.body, program.functions, (asked.node,))

    def undated(facts: Facts, day: date | None) -> bool | None:
        return one(facts.get)

    return undated


def _day(value: Any) -> date | None:
    return value if isinstance(value, date) else None
