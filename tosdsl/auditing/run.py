"""An audit: a table in pieces, each judged, checked by a sample, and told.

policies, a mapping, a table -> a table of verdicts in pieces, and Counts
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from attrs import define, field

from tosdsl.analysis.classed import Days
from tosdsl.auditing.by_use import ByUse
from tosdsl.auditing.counts import LISTED, Counts
from tosdsl.auditing.database import Database, InDuckDB
from tosdsl.auditing.fitting import KNOWN, ROW, WRONG, Fitted
from tosdsl.auditing.judge import Judge
from tosdsl.auditing.judging import Judging, use_of
from tosdsl.auditing.kinds import Kinds
from tosdsl.auditing.moves import DifferenceError, Moves, Watch
from tosdsl.auditing.reading import Reading
from tosdsl.auditing.sources import Table
from tosdsl.auditing.strangers import strangers
from tosdsl.auditing.telling import Telling
from tosdsl.auditing.told import told
from tosdsl.backends.sql.columns import DAY, Column
from tosdsl.backends.sql.dialect import Dialect
from tosdsl.compiled import Predicates
from tosdsl.diagnostics.model import mistake
from tosdsl.engine.answers import Answers
from tosdsl.errors import FactError, TosdslError
from tosdsl.mapping.model import Mapped
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Use

NOT_IN_FORCE = "not_in_force"
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
    kinds: Kinds = field(init=False)
    judges: dict[tuple[Any, ...], Judging] = field(factory=dict)
    fitted: Fitted | None = None

    def __attrs_post_init__(self) -> None:
        self.kinds = Kinds(self.predicates.presuming)

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
    documents: Sequence[Side] = ()
    """Each document by itself, where several are asked about."""
    children: Mapping[str, pa.Table] = field(factory=dict)
    seed: int = 0
    counts: Counts = field(factory=Counts)
    moves: Moves | None = field(init=False)
    reading: Reading = field(init=False)
    database: Database = field(init=False)
    read: int = 0
    """Rows of the last piece, with those that the mapping leaves out."""
    _row: int = 0
    _random: Random = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._random = Random(self.seed)
        other = self.against
        plain = not any(side.predicates.presuming for side in self.sides())
        self.moves = Moves(other.predicates, self.side.predicates) if other and plain else None
        several = (each.name for side in self.sides() for each in side.vocabulary.parties)
        self.reading = Reading(self.mapped, self.table, self.children, frozenset(several))
        self.database = self.judging()
        for side in self.sides():
            side.fitted = self.reading.fitted(side.vocabulary)
        for side in self.documents:
            side.fitted = self.side.fitted

    def judging(self) -> Database:
        """Where rows are judged."""
        return InDuckDB(connection=self.reading.connection)

    def sides(self) -> list[Side]:
        return [self.side] if self.against is None else [self.side, self.against]

    def kinds(self) -> list[Kinds]:
        """What is told of kinds, of everything that judges."""
        return [side.kinds for side in (*self.sides(), *self.documents)]

    # --- pieces ---------------------------------------------------------------------------------------

    def pieces(self, done: Sequence[int] = ()) -> Iterator[pa.Table]:
        """What comes out of each piece, without what the kinds of its rows tell. ``done`` are the rows
        of those that were done before. Raises TosdslError; nothing that was told can be relied on if it
        is TOS4108."""
        self._row = sum(done)
        for piece in self.table.pieces(len(done)):
            rows = self.reading.rows(piece, self._row)
            for number, side in enumerate(self.sides()):
                assert side.fitted is not None
                self.reading.base(rows, side.vocabulary, side.fitted, self.named(f"s{number}_base"))
            self.read, left_out = piece.num_rows, self.reading.left_out
            self.counts.left_out += sum(left_out)
            self.counts.left_open += left_out[1]
            judged = self.judged(piece.num_rows - sum(left_out))
            out = _in_order(self.database.found(judged.alone()))
            alone = [f"{each}{at}" for at in range(len(self.documents)) for each in ("d", "document")]
            made = ("s0", "s1", "s0_base", "s1_base", "told0", *alone)
            self.database.drop(*map(self.named, made))
            yield out
            self._row += piece.num_rows

    def named(self, name: str) -> str:
        """A table of this run."""
        return f"{self.database.prefix}{name}"

    def judged(self, rows: int) -> Telling:
        """Judges the rows that ``s0_base`` and ``s1_base`` have, and counts them. What comes back tells
        them. Raises TosdslError."""
        sides = self.sides()
        plans = [[*self._plans(side, self.named(f"s{at}_base"))] for at, side in enumerate(sides)]
        watches: list[list[Watch]] = [[], []]
        if self.moves is not None:
            new, old = ([days for days, _ in several] for several in plans)
            watches[1], watches[0] = self.moves.watches(old, new)
        for number, (side, several) in enumerate(zip(sides, plans, strict=True)):
            name = self.named(f"s{number}")
            self._judge(side, name, f"{name}_base", several, watches[number])
        for number, side in enumerate(self.documents):
            self._judge_alone(side, number)
        titles = [each.title for each in self.documents]
        against = None if self.against is None else self.against.kinds
        given = self.database, self.mapped, self.side.kinds, against, titles, self.named
        telling = Telling(*given)
        telling.keep()
        self.counts.add(self.database, rows, self.against is not None, titles)
        if room := LISTED - len(self.counts.listed):
            self.counts.listed += telling.picked(room)
        self.look_at(self.counts, self.side, self.database, self.named("s0_base"))
        return telling

    def look_at(self, counts: Counts, side: Side, database: Database, base: str) -> None:
        """Counts what no verdict tells of the rows of a piece: days that are missing, names of parties
        that no policy knows."""
        assert side.fitted is not None
        counts.parties += strangers(database, side.vocabulary, side.fitted, base)
        if self.mapped.as_of is not None and self.mapped.as_of.constant is None:
            day, wrong = database.dialect.ident(DAY), database.dialect.ident(WRONG)
            where = f"{day} IS NULL AND {wrong} IS NULL"
            [(count,)] = database.rows(f"SELECT count(*) AS n FROM {base} WHERE {where}")
            counts.undated += count

    def _judge_alone(self, side: Side, number: int) -> None:
        """A table of the verdicts by one document alone, or that it is not in force."""
        base, name, kinds = map(self.named, ("s0_base", f"d{number}", f"document_kinds{number}"))
        self._judge(side, name, base, [*self._plans(side, base)], ())
        self.database.given(kinds, side.kinds.table())
        row = self._ident(ROW)
        self.database.keep(
            self.named(f"document{number}"),
            f"SELECT d.{row}, coalesce(k.verdict, d.agreed, d.verdict) AS verdict "
            f"FROM {name} d LEFT JOIN {kinds} k ON d.kind = k.kind",
        )

    def _judge(
        self,
        side: Side,
        name: str,
        base: str,
        plans: Sequence[tuple[Days, str]],
        watches: Sequence[Watch],
    ) -> None:
        """A table ``name`` of the rows of a piece: number, verdict by SQL, kind, state, and whether no
        document of the side is in force on the day of the row."""
        database, right = self.database, self.named("right_rows")
        text, none = database.null("text"), "CAST(NULL AS INTEGER)"
        alone = side in self.documents
        database.keep(
            name,
            f"SELECT {self._ident(ROW)}, {text} AS verdict, CAST(NULL AS INTEGER) AS kind, "
            f"{text} AS agreed, CAST(NULL AS INTEGER) AS state, FALSE AS lapsed "
            f"FROM {base} WHERE {self._ident(WRONG)} IS NOT NULL",
        )
        for number, (key, where) in enumerate(plans):
            judge = self._judge_of(side, key, name)
            assert side.fitted is not None
            nothing = "".join(
                f", CAST(NULL AS {database.dialect.type(each)}) AS {self._ident(each.name)}"
                for each in side.fitted.missing(side.vocabulary, sorted(judge.read()))
            )
            rows = f"SELECT *{nothing} FROM {base} WHERE {self._ident(WRONG)} IS NULL{where}"
            database.see(right, rows)
            lapsed = not_in_force(judge.answers)
            if alone and lapsed:
                columns = f"{self._ident(ROW)}, '{NOT_IN_FORCE}', {none}, {text}, {none}, TRUE"
                database.add(name, f"SELECT {columns} FROM {right}")
                continue
            self._refuse_long(side, judge, name)
            database.see(right, rows)  # without those that were marked; Spark would not see it
            try:
                judge.judge(right, f"{name}_out", watches[number] if watches else None)
                checked = self._check(side, judge, f"{name}_out")
            except DifferenceError as error:
                row, sql, python = error.row + 1, error.sql, error.python
                said = mistake("TOS4108", None, None, row=row, sql=sql, python=python)
                raise TosdslError((said,), {}) from None
            silent = "TRUE" if len(lapsed) == len(side.predicates.choices.asked) else "FALSE"
            database.add(name, f"SELECT *, {silent} AS lapsed FROM {name}_out")
            if alone:
                continue
            self.counts.checked += checked
            if lapsed:
                [(count,)] = database.rows(f"SELECT count(*) AS n FROM {right}")
                met = self.counts.lapsed if side is self.side else self.counts.against_lapsed
                met.update(dict.fromkeys(lapsed, count))

    def _ident(self, name: str) -> str:
        return self.database.dialect.ident(name)

    def _plans(self, side: Side, base: str) -> Iterator[tuple[Days, str]]:
        """The plans of a piece: what answers, and which rows are judged by it."""
        assert side.fitted is not None
        if self.mapped.as_of is None and self.mapped.known_at is None:
            yield (None, None), ""
            return
        day, known, right = self._ident(DAY), self._ident(KNOWN), f"{self._ident(WRONG)} IS NULL"
        found = self.database.rows(f"SELECT DISTINCT {day}, {known} FROM {base} WHERE {right}")
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

    def _judge_of(self, side: Side, days: Days, name: str) -> Judging:
        assert side.fitted is not None
        answers = side.predicates.answers(*days)
        key = tuple(id(each) for each in answers)
        if key not in side.judges:
            made = f"{name}_j{len(side.judges)}"
            given = (answers, side.fitted.layout, self.database, side.kinds, made)
            if side.predicates.presuming:
                presuming = side.predicates.presuming_on(*days)
                said = side.fitted.unknown
                side.judges[key] = ByUse(*given, presuming=presuming, unknown=said)
            else:
                side.judges[key] = Judge(*given)
        return side.judges[key]

    def _refuse_long(self, side: Side, judge: Judging, name: str) -> None:
        """Rows with long lists or texts that take too many steps are wrong."""
        assert side.fitted is not None
        columns = side.fitted.layout.of_leaves(side.vocabulary)
        long = [
            _long(self.database.dialect, each)
            for path in judge.read()
            for each in columns.get(path, ())
        ]
        tests = [each for each in long if each]
        if not tests:
            return
        right, where = self.named("right_rows"), " OR ".join(tests)
        [(count,)] = self.database.rows(f"SELECT count(*) AS n FROM {right} WHERE {where}")
        if not count:  # as nearly always; so the other columns are not read
            return
        for row in self.database.found(f"SELECT * FROM {right} WHERE {where}").to_pylist():
            if judge.too_many_steps(use_of(row, judge.values.facts(row))):
                where = f"{self._ident(ROW)} = {row[ROW]}"
                self.database.mark(f"{name}_base", WRONG, "TOS5027", where)
                text, none = self.database.null("text"), "CAST(NULL AS INTEGER)"
                self.database.add(name, f"SELECT {row[ROW]}, {text}, {none}, {text}, {none}, FALSE")

    # --- the check ------------------------------------------------------------------------------------

    def _check(self, side: Side, judge: Judging, out: str) -> int:
        """Some rows, decided again one by one, with everything that is told of them; how many."""
        listed = ", ".join(map(str, self.database.sample(out, ROW, _SAMPLE, self._random)))
        if not listed:
            return 0
        by_sql, its_kind, agreed_on = map(self._ident, ("by SQL", "its kind", "agreed on"))
        found = self.database.found(
            f"SELECT b.*, o.verdict AS {by_sql}, o.kind AS {its_kind}, o.agreed AS {agreed_on} "
            f"FROM {self.named('right_rows')} b JOIN {out} o ON b.{self._ident(ROW)} = "
            f"o.{self._ident(ROW)} WHERE o.{self._ident(ROW)} IN ({listed})"
        )
        for row in found.to_pylist():
            use = use_of(row, judge.values.facts(row))
            again = told(judge.decide(self._read_again(side, use)))
            by_kind = None if row["its kind"] is None else side.kinds.told[row["its kind"]]
            if by_kind is None:
                rests = again.without not in (None, again.verdict)
                alone = "undetermined" if rests else again.verdict
                wanted = ("undetermined", alone) if row["agreed on"] is None else (alone,)
                said = row["agreed on"] or row["by SQL"]
                if said not in wanted:
                    raise DifferenceError(row[ROW], said, again.verdict)
            elif by_kind != again:
                raise DifferenceError(row[ROW], by_kind, again)
        return len(found)

    def _read_again(self, side: Side, use: Use) -> Use:
        """The use, read again with all that reading looks at. Raises DifferenceError if it is wrong."""
        from tosdsl.asking import checked_again

        try:
            return checked_again(side.vocabulary, use)
        except FactError as error:
            codes = ", ".join(each.code for each in error.diagnostics)
            raise DifferenceError(-1, "a row that is right", codes) from None


def _in_order(told: pa.Table) -> pa.Table:
    """Rows by their number, which they mostly are when they come."""
    row = told.column("row")
    if pc.all(pc.less(row.slice(0, max(len(row) - 1, 0)), row.slice(1))).as_py() is False:
        return told.sort_by("row")
    return told


def not_in_force(several: Sequence[Answers]) -> tuple[str, ...]:
    """The documents asked about of which no version is in force, whichever of these answers."""
    each = [
        {
            document.policy.id
            for document, governs in zip(answers.linked.documents, answers.in_force, strict=True)
            if document.within is None and not governs
        }
        for answers in several
    ]
    return tuple(sorted(set.intersection(*each)))


def _date(day: date | None) -> str:
    return _NEVER if day is None else f"DATE '{day.isoformat()}'"


def _long(dialect: Dialect, column: Column) -> str:
    name = dialect.ident(column.name)
    if column.listed:
        return f"{dialect.length(name)} > {_LONG_LIST}"
    return f"length({name}) > {_LONG_TEXT}" if column.plain == "text" else ""
