"""An audit: a table in pieces, each judged, checked by a sample, and told.

policies, a mapping, a table -> a table of verdicts in pieces, and Counts
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from random import Random
from typing import Any

import duckdb
import pyarrow as pa
from attrs import define, field

from tosdsl.analysis.classed import Days
from tosdsl.auditing.convert import SQL
from tosdsl.auditing.counts import Counts
from tosdsl.auditing.fitting import BY, KNOWN, NAME, ROW, WRONG, Fitted, Fitting
from tosdsl.auditing.judge import Judge, Kinds
from tosdsl.auditing.moves import DifferenceError, Moves, Watch
from tosdsl.auditing.parties import Parties
from tosdsl.auditing.sources import Table, unreadable
from tosdsl.auditing.told import LISTS, told
from tosdsl.backends.sql.columns import DAY, Column
from tosdsl.compiled import Predicates
from tosdsl.diagnostics.model import Diagnostic, Severity, in_order, mistake
from tosdsl.engine.alternatives import decide_any
from tosdsl.errors import FactError, TosdslError
from tosdsl.mapping.model import Mapped
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Use

_SAMPLE = 20
"""Rows of a piece that are decided again from their facts, one by one."""
_NEVER = "DATE '0001-01-01' - 1"
"""In the place of a day that is not known: no fact and no day has it."""
_LONG_LIST, _LONG_TEXT = 200, 4_000
"""Sizes from which it is looked at whether a row takes too many steps."""


@define(eq=False)
class Side:
    """One set of policies, with what was told of its kinds."""

    predicates: Predicates
    title: str
    kinds: Kinds = field(factory=Kinds)
    judges: dict[tuple[Any, ...], Judge] = field(factory=dict)
    fitted: Fitted | None = None

    @property
    def vocabulary(self) -> v.Vocabulary:
        return self.predicates.choices.vocabulary


@define(eq=False)
class Run:
    """Judges the pieces of a table. ``against`` are the policies whose verdicts are compared."""

    side: Side
    mapped: Mapped
    table: Table
    against: Side | None = None
    children: Mapping[str, pa.Table] = field(factory=dict)
    seed: int = 0
    counts: Counts = field(factory=Counts)
    connection: duckdb.DuckDBPyConnection = field(init=False)
    moves: Moves | None = field(init=False)
    _row: int = 0
    _random: Random = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("SET TimeZone = 'UTC'")
        self.connection.execute("SET enable_external_access = false")  # SQL of a mapping reads no file
        self._random = Random(self.seed)
        other = self.against
        self.moves = None if other is None else Moves(other.predicates, self.side.predicates)
        for side in self._sides():
            if side.predicates.presuming:
                asked = side.predicates.choices.asked[0][0]
                raise TosdslError((mistake("TOS4111", asked.span, name=asked.id),), {})
        self._load_children()
        for side in self._sides():
            side.fitted = self._fit(side)

    def _sides(self) -> list[Side]:
        return [self.side] if self.against is None else [self.side, self.against]

    # --- what is read ---------------------------------------------------------------------------------

    def _load_children(self) -> None:
        """For each child table its items by the row that they belong to, as a table of DuckDB."""
        for number, child in enumerate(self.mapped.tables.values()):
            self.connection.register("given", self.children[child.path])
            key = SQL.ident(child.key)
            if child.key not in self.children[child.path].column_names:
                names = ", ".join(self.children[child.path].column_names)
                said = mistake(
                    "TOS4103", child.span, None, column=child.key, path=child.path, columns=names
                )
                raise TosdslError((said,), {})
            self.connection.execute(
                f"CREATE TEMP TABLE child{number} AS SELECT CAST({key} AS VARCHAR) AS key, "
                f"list(g) AS items FROM given g GROUP BY ALL"
            )
            self.connection.unregister("given")

    def _rows_of(self, piece: pa.Table) -> str:
        """The table that the mapping reads, for one piece."""
        numbers = pa.array(range(self._row, self._row + piece.num_rows), pa.int64())
        self.connection.register("piece", piece.append_column(ROW, numbers))
        if not self.mapped.tables:
            return "piece"
        if self.mapped.row is None:
            wanted = "the column that names a row"
            said = mistake(
                "TOS4101", self.mapped.span, None, path="row", expected=wanted, found="nothing"
            )
            raise TosdslError((said,), {})
        told_, joined = ["p.*"], "piece p"
        for number, path in enumerate(self.mapped.tables):
            named = f"CAST(p.{SQL.ident(self.mapped.row)} AS VARCHAR)"
            joined += f" LEFT JOIN child{number} c{number} ON {named} = c{number}.key"
            told_.append(f"coalesce(c{number}.items, []) AS {SQL.ident(path)}")
        return f"(SELECT {', '.join(told_)} FROM {joined})"

    def _fit(self, side: Side) -> Fitted:
        """Raises TosdslError if the mapping does not fit the table."""
        try:
            rows = self._rows_of(self.table.schema.empty_table())
            relation = self.connection.sql(f"SELECT * EXCLUDE ({SQL.ident(ROW)}) FROM {rows}")
        except duckdb.Error as error:
            raise unreadable(self.table.name, error) from None
        types = dict(zip(relation.columns, relation.types, strict=True))
        sources = [*self.mapped.facts.values(), self.mapped.as_of, self.mapped.known_at]
        written = {each.sql for each in sources if each is not None and each.sql is not None}
        problems: list[Diagnostic] = []
        sql_types: dict[str, Any] = {}
        for sql in sorted(written):
            try:
                [sql_types[sql]] = self.connection.sql(f"SELECT ({sql}) FROM {rows}").types
            except duckdb.Error as error:
                said = str(error).splitlines()[0]
                problems.append(mistake("TOS4107", self.mapped.span, name=sql, problem=said))
        fitting = Fitting(self.mapped, side.vocabulary, types, sql_types, problems)
        fitted = fitting.fitted()
        if any(each.severity is Severity.ERROR for each in problems):
            raise TosdslError(tuple(in_order(problems)), {})
        return fitted

    # --- pieces ---------------------------------------------------------------------------------------

    def pieces(self, done: Sequence[int] = ()) -> Iterator[pa.Table]:
        """What comes out of each piece. ``done`` are the rows of those that were done before. Raises
        TosdslError; nothing that was told can be relied on if it is TOS4108."""
        self._row = sum(done)
        for piece in self.table.pieces(len(done)):
            yield self._piece(piece)
            self._row += piece.num_rows

    def _piece(self, piece: pa.Table) -> pa.Table:
        rows = self._rows_of(piece)
        plans = [
            self._based(rows, side, f"s{number}_base") for number, side in enumerate(self._sides())
        ]
        watches: list[list[Watch]] = [[], []]
        if self.moves is not None:
            new, old = ([days for days, _ in several] for several in plans)
            watches[1], watches[0] = self.moves.watches(old, new)
        for number, (side, several) in enumerate(zip(self._sides(), plans, strict=True)):
            self._judge(side, f"s{number}", several, watches[number])
        out = self._told()
        self.counts.add(self.connection, piece.num_rows, self.against is not None)
        for table in ("s0", "s1", "s0_base", "s1_base", "told0", "told1"):
            self.connection.execute(f"DROP TABLE IF EXISTS {table}")
        return out

    def _based(self, rows: str, side: Side, base: str) -> list[tuple[Days, str]]:
        """A table ``base`` of the rows of a piece, as SQL reads them; and the plans that judge them."""
        assert side.fitted is not None
        self._base(rows, side, side.fitted, base)
        self._wrong_parties(side, side.fitted, base)
        return [*self._plans(side, base)]

    def _judge(
        self, side: Side, name: str, plans: Sequence[tuple[Days, str]], watches: Sequence[Watch]
    ) -> None:
        """A table ``name`` of the rows of a piece: number, verdict by SQL, kind, state."""
        connection, base = self.connection, f"{name}_base"
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {SQL.ident(ROW)}, CAST(NULL AS VARCHAR) "
            "AS verdict, CAST(NULL AS INTEGER) AS kind, CAST(NULL AS VARCHAR) AS agreed, "
            "CAST(NULL AS INTEGER) AS state "
            f"FROM {base} WHERE {SQL.ident(WRONG)} IS NOT NULL"
        )
        for number, (key, where) in enumerate(plans):
            judge = self._judge_of(side, key, name)
            right = f"SELECT * FROM {base} WHERE {SQL.ident(WRONG)} IS NULL{where}"
            connection.execute(f"CREATE OR REPLACE TEMP VIEW right_rows AS {right}")
            self._refuse_long(side, judge, base)
            try:
                judge.judge("right_rows", f"{name}_out", watches[number] if watches else None)
                self._check(side, judge, f"{name}_out")
            except DifferenceError as error:
                row, sql, python = error.row + 1, error.sql, error.python
                said = mistake("TOS4108", None, None, row=row, sql=sql, python=python)
                raise TosdslError((said,), {}) from None
            connection.execute(f"INSERT INTO {name} SELECT * FROM {name}_out")

    def _base(self, rows: str, side: Side, fitted: Fitted, base: str) -> None:
        """The rows of a piece in the layout that SQL reads, with NULL for facts that are not mapped."""
        made = fitted.select(rows)
        have = {name for name, _ in fitted.columns}
        columns = fitted.layout.of_leaves(side.vocabulary)
        more = [
            f"CAST(NULL AS {SQL.type(each)}) AS {SQL.ident(each.name)}"
            for path in fitted.unmapped
            for each in columns[path]
            if each.name not in have
        ]
        selected = ", ".join(["*", *more])
        reading = f"CREATE OR REPLACE TEMP TABLE {base} AS SELECT {selected} FROM ({made})"
        try:
            self.connection.execute(reading)
        except duckdb.Error as error:  # a value that no type has, or an error of the mapping's own SQL
            raise unreadable(self.table.name, error) from None

    def _wrong_parties(self, side: Side, fitted: Fitted, base: str) -> None:
        Parties(side.vocabulary, self.connection).refuse(base, [*fitted.sources])

    def _plans(self, side: Side, base: str) -> Iterator[tuple[Days, str]]:
        """The plans of a piece: what answers, and which rows are judged by it."""
        assert side.fitted is not None
        if self.mapped.as_of is None and self.mapped.known_at is None:
            yield (None, None), ""
            return
        day, known = SQL.ident(DAY), SQL.ident(KNOWN)
        found = self.connection.execute(
            f"SELECT DISTINCT {day}, {known} FROM {base} WHERE {SQL.ident(WRONG)} IS NULL"
        ).fetchall()
        plans: dict[tuple[int, ...], list[tuple[Any, Any]]] = {}
        for as_of, known_at in found:
            several = tuple(id(each) for each in side.predicates.answers(as_of, known_at))
            plans.setdefault(several, []).append((as_of, known_at))
        if len(plans) == 1:
            yield next(iter(plans.values()))[0], ""
            return
        said = f"(coalesce({day}, {_NEVER}), coalesce({known}, {_NEVER}))"
        for days in plans.values():
            listed = ", ".join(f"({_date(a)}, {_date(b)})" for a, b in days)
            yield days[0], f" AND {said} IN ({listed})"

    def _judge_of(self, side: Side, days: Days, name: str) -> Judge:
        assert side.fitted is not None
        answers = side.predicates.answers(*days)
        key = tuple(id(each) for each in answers)
        if key not in side.judges:
            made = f"{name}_j{len(side.judges)}"
            side.judges[key] = Judge(answers, side.fitted.layout, self.connection, side.kinds, made)
        return side.judges[key]

    def _refuse_long(self, side: Side, judge: Judge, base: str) -> None:
        """Rows with long lists or texts that take too many steps are wrong."""
        assert side.fitted is not None
        columns = side.fitted.layout.of_leaves(side.vocabulary)
        long = [_long(each) for path in judge.read() for each in columns.get(path, ())]
        tests = [each for each in long if each]
        if not tests:
            return
        found = self.connection.sql(f"SELECT * FROM right_rows WHERE {' OR '.join(tests)}")
        for row in found.to_arrow_table().to_pylist():
            if judge.too_many_steps(judge.use(dict(judge.values.facts(row)), row)):
                where = f"WHERE {SQL.ident(ROW)} = {row[ROW]}"
                self.connection.execute(f"UPDATE {base} SET {SQL.ident(WRONG)} = 'TOS5027' {where}")
                self.connection.execute(
                    f"INSERT INTO {base.removesuffix('_base')} ({SQL.ident(ROW)}) VALUES ({row[ROW]})"
                )

    # --- the check ------------------------------------------------------------------------------------

    def _check(self, side: Side, judge: Judge, out: str) -> None:
        """Some rows, decided again one by one, with everything that is told of them."""
        [(count,)] = self.connection.execute(f"SELECT count(*) FROM {out}").fetchall()
        if not count:
            return
        every = self.connection.sql(f"SELECT {SQL.ident(ROW)} FROM {out}").to_arrow_table()
        chosen = sorted(self._random.sample(range(count), min(_SAMPLE, count)))
        listed = ", ".join(str(each) for each in every.column(0).take(chosen).to_pylist())
        found = self.connection.sql(
            f"SELECT b.*, o.verdict AS {SQL.ident('by SQL')}, o.kind AS {SQL.ident('its kind')}, "
            f"o.agreed AS {SQL.ident('agreed on')} FROM right_rows b JOIN {out} o "
            f"USING ({SQL.ident(ROW)}) WHERE {SQL.ident(ROW)} IN ({listed})"
        ).to_arrow_table()
        for row in found.to_pylist():
            use = judge.use(dict(judge.values.facts(row)), row)
            again = told(decide_any(judge.answers, self._read_again(side, use)))
            by_kind = None if row["its kind"] is None else side.kinds.told[row["its kind"]]
            if by_kind is None:
                wanted = (
                    ("undetermined", again.verdict) if row["agreed on"] is None else (again.verdict,)
                )
                said = row["agreed on"] or row["by SQL"]
                if said not in wanted:
                    raise DifferenceError(row[ROW], said, again.verdict)
            elif by_kind != again:
                raise DifferenceError(row[ROW], by_kind, again)
            self.counts.checked += 1

    def _read_again(self, side: Side, use: Use) -> Use:
        """The use, read again with all that reading looks at. Raises DifferenceError if it is wrong."""
        from tosdsl.asking import checked_again

        try:
            return checked_again(side.vocabulary, use)
        except FactError as error:
            codes = ", ".join(each.code for each in error.diagnostics)
            raise DifferenceError(-1, "a row that is right", codes) from None

    # --- what comes out -------------------------------------------------------------------------------

    def _told(self) -> pa.Table:
        """The rows of a piece with what is told of them."""
        assert self.side.fitted is not None
        row, selected = SQL.ident(ROW), []
        joined = f"s0_base b JOIN s0 USING ({row})"
        self.connection.register("kinds0", self.side.kinds.table())
        joined += " LEFT JOIN kinds0 k ON s0.kind = k.kind"
        selected.append(f"b.{row} + 1 AS {SQL.ident('row')}")
        if self.mapped.row is not None:
            selected.append(f"b.{SQL.ident(NAME)} AS {SQL.ident(_free(self.mapped.row))}")
        for column in self.mapped.keep:
            selected.append(f"b.{SQL.ident(f'kept {column}')} AS {SQL.ident(_free(column))}")
        selected.append("coalesce(k.verdict, s0.agreed, s0.verdict) AS verdict")
        if self.against is not None:
            self.connection.register("kinds1", self.against.kinds.table())
            joined += f" JOIN s1_base c USING ({row}) JOIN s1 USING ({row})"
            joined += " LEFT JOIN kinds1 o ON s1.kind = o.kind"
            selected.append("coalesce(o.verdict, s1.agreed, s1.verdict) AS against")
            selected.append(f"c.{SQL.ident(WRONG)} AS against_wrong")
        selected += [f"k.{SQL.ident(each)}" for each in LISTS]
        selected.append("s0.kind")
        selected.append(f"b.{SQL.ident(WRONG)} AS wrong")
        made = self.connection.sql(
            f"SELECT {', '.join(selected)} FROM {joined} ORDER BY b.{row}"
        ).to_arrow_table()
        self._count_table()
        return made

    def _count_table(self) -> None:
        """The table that counts are made of."""
        row = SQL.ident(ROW)
        told_ = f"SELECT b.{row}, b.{SQL.ident(DAY)} AS day, b.{SQL.ident(BY)} AS name, s0.kind, "
        told_ += "s0.kind IS NULL AND s0.agreed IS NULL AND s0.verdict = 'undetermined' AS unasked, "
        told_ += f"coalesce(k.verdict, s0.agreed, s0.verdict) AS verdict, b.{SQL.ident(WRONG)} AS wrong"
        joined = f"FROM s0_base b JOIN s0 USING ({row}) LEFT JOIN kinds0 k ON s0.kind = k.kind"
        if self.against is not None:
            told_ += ", coalesce(o.verdict, s1.agreed, s1.verdict) AS against, s1.kind AS against_kind"
            told_ += f", c.{SQL.ident(WRONG)} AS against_wrong, s1.state AS against_state, s0.state"
            told_ += (
                f", {_one_by_one('s1', 'o')} AS against_settled, {_one_by_one('s0', 'k')} AS settled"
            )
            joined += f" JOIN s1_base c USING ({row}) JOIN s1 USING ({row})"
            joined += " LEFT JOIN kinds1 o ON s1.kind = o.kind"
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE told0 AS {told_} {joined}")


def _one_by_one(rows: str, kinds: str) -> str:
    """The verdict, where conditions one by one say what all ways to fill in unknown facts agree on."""
    both = f"coalesce({kinds}.verdict, {rows}.agreed, nullif({rows}.verdict, 'undetermined'))"
    return f"CASE WHEN {both} = {rows}.verdict THEN {rows}.verdict END"


def _free(name: str) -> str:
    """The name of a column of the source, where it does not take the place of another."""
    taken = {"row", "verdict", "against", "against_wrong", "kind", "wrong", *LISTS}
    return f"{name} (given)" if name in taken else name


def _date(day: date | None) -> str:
    return _NEVER if day is None else SQL.date(day)


def _long(column: Column) -> str:
    name = SQL.ident(column.name)
    if column.listed:
        return f"len({name}) > {_LONG_LIST}"
    return f"length({name}) > {_LONG_TEXT}" if column.plain == "text" else ""
