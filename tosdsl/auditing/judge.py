"""One plan: programs that answer on the same days, put to rows in SQL, and to Python once a kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pyarrow as pa
from attrs import define, field

from tosdsl.auditing.fitting import ROW
from tosdsl.auditing.judging import Judging, as_day
from tosdsl.auditing.keys import Key, key_of
from tosdsl.auditing.moves import Watch
from tosdsl.auditing.told import Told, told
from tosdsl.backends.python.findings import conditions, findings
from tosdsl.backends.sql.columns import DAY
from tosdsl.backends.sql.definitions import Asked
from tosdsl.backends.sql.program import Statement
from tosdsl.decision.model import Decision
from tosdsl.engine.alternatives import decide_any, verdict_any
from tosdsl.errors import FactError
from tosdsl.trees import core
from tosdsl.trees.facts import Facts, Use

_LARGE = 400
"""Columns of a statement from which rows that are alike are judged once; to find them takes time."""
_REPEATED = 4
"""How many rows there have to be for each that is unlike the others."""


@define(eq=False)
class Judge(Judging):
    """Judges rows by what SQL says of each condition."""

    keys: list[Key] = field(init=False)
    _conditions: dict[tuple[int, int], Callable[..., bool | None]] = field(factory=dict)

    def prepare(self) -> None:
        self.statements = [Statement(each.program, self._dialect, self.layout) for each in self.answers]
        self.keys = [key_of(each, f"k{at}") for at, each in enumerate(self.statements)]

    def read(self) -> frozenset[str]:
        return frozenset().union(*(each.read() for each in self.statements))

    def decide(self, use: Use) -> Decision:
        return decide_any(self.answers, use)

    def told(self, use: Use) -> Told:
        if len(self.answers) > 1:
            return told(self.decide(use))
        return told(self.answers[0].decide_but_ladder(use))

    def agreed(self, use: Use) -> str:
        return verdict_any(self.answers, use).value

    def too_many_steps(self, use: Use) -> bool:
        try:
            for each in self.answers:
                each.affordable((use,))
        except FactError:
            return True
        return False

    def key(self) -> tuple[list[str], list[str]]:
        plain = [name for key in self.keys for name in key.plain]
        return plain, [name for key in self.keys for name in key.nullable]

    # --- rows that are alike --------------------------------------------------------------------------

    def judge(self, rows: str, out: str, watch: Watch | None = None) -> None:
        large = sum(len(each.definitions.columns) for each in self.statements) >= _LARGE
        columns = [*map(self.ident, self.columns(sorted(self.read())))] if large else []
        if not columns or not self._repeat(rows, columns):
            self.judge_some(rows, rows, out, watch)
            return
        row, unlike, few = self.ident(ROW), f"{self.name}_unlike", f"{self.name}_few"
        self.judge_some(rows, unlike, few, watch)
        told_ = ", ".join(f"f.{each}" for each in ("verdict", "kind", "agreed", "state"))
        judged = f"SELECT u.*, {told_} FROM {unlike} u JOIN {few} f ON u.{row} = f.{row}"
        like = " AND ".join(f"r.{each} IS NOT DISTINCT FROM f.{each}" for each in columns)
        self.database.keep(out, f"SELECT r.{row}, {told_} FROM {rows} r JOIN ({judged}) f ON {like}")
        self.database.drop(unlike, few)

    def _repeat(self, rows: str, columns: list[str]) -> bool:
        """Makes a table of one row of those that are alike in all that is read. Whether they are so
        few that judging them, and finding the others, is less work than judging each."""
        unlike, row, names = f"{self.name}_unlike", self.ident(ROW), ", ".join(columns)
        every = f"SELECT {names}, min({row}) AS {row} FROM {rows} GROUP BY {names}"
        self.database.keep(unlike, every)
        [(few,)] = self.database.rows(f"SELECT count(*) AS n FROM {unlike}")
        [(all_,)] = self.database.rows(f"SELECT count(*) AS n FROM {rows}")
        return bool(few * _REPEATED <= all_)

    # --- SQL ------------------------------------------------------------------------------------------

    def judged(self, rows: str, judged: str, more: Mapping[str, str]) -> None:
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
            joined += f" JOIN ({sql}) a{at} USING ({self.ident(ROW)})"
        self.database.keep(judged, f"SELECT *, 'undetermined' AS verdict FROM {joined}")

    def _with_asked(self, rows: str, number: int, statement: Statement) -> str:
        """The rows with a column for each condition that Python is asked about."""
        if not statement.asked:
            return rows
        selected, joined = ["u.*"], f"{rows} u"
        for each in statement.asked:
            table = f"{self.name}_{number}_asked_{each.node}"
            columns = self.columns(each.leaves)
            if not columns:  # it reads nothing
                truth = self._evaluate(number, statement, each)({})
                selected.append(f"CAST({self._truth(truth)} AS BOOLEAN) AS {self.ident(each.name)}")
                continue
            self._ask(rows, number, statement, each, table, columns)
            on = " AND ".join(
                f"u.{self.ident(name)} IS NOT DISTINCT FROM {table}.{self.ident(name)}"
                for name in columns
            )
            joined += f" LEFT JOIN {table} ON {on}"
            selected.append(f"{table}.{self.ident(each.name)}")
        return f"(SELECT {', '.join(selected)} FROM {joined}) u"

    def _truth(self, value: bool | None) -> str:
        return "NULL" if value is None else self._dialect.truth(value)

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
        names = ", ".join(map(self.ident, columns))
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
        return lambda row: condition(self.values.facts(row), as_day(row.get(DAY)))


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
