"""Rows for one policy, with NULLs and the ends of every type, and what is to come out for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, timedelta, timezone
from fractions import Fraction
from random import Random
from typing import Any

import duckdb
import pyarrow as pa
from attrs import define, evolve, field

from tests.differential import drawn
from tests.generators import facts as near
from tosdsl.auditing import arrow
from tosdsl.auditing.database import InDuckDB
from tosdsl.auditing.fitting import KNOWN, ROW
from tosdsl.auditing.judge import Judge
from tosdsl.auditing.judging import Judging
from tosdsl.auditing.kinds import Kinds
from tosdsl.auditing.told import told
from tosdsl.backends.python.findings import findings
from tosdsl.backends.sql.columns import DAY, Column, Layout
from tosdsl.backends.sql.dialect import Dialect
from tosdsl.backends.sql.duckdb import DuckDB
from tosdsl.backends.sql.program import Statement
from tosdsl.backends.sql.values import Values
from tosdsl.engine.answers import Answers
from tosdsl.runtime.tables import FORBIDDEN, NOT_APPLICABLE, PERMITTED
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Facts, Use
from tosdsl.trees.moments import Moment
from tosdsl.trees.quantities import ABSENT, COUNTED_IN, NAMED_FOR, Duration, Money

_EAST = timezone(timedelta(hours=2))
ENDS: dict[type, tuple[Any, ...]] = {
    v.Integer: (0, -1, 10**18, -(10**18), 10**18 - 1),
    v.Number: (
        0,
        Fraction(10**18, 10**4),
        -Fraction(10**18, 10**4),
        Fraction(1, 10**4),
        Fraction(1, 3),
    ),
    v.Text: (
        "",
        " ",
        "RED",
        "red",
        "ré",
        "ſ",
        "İ",
        "two words",
        "two  words",
        "red\n",
        "xred",
        "don't",
    ),
    v.Date: (date.min, date.max, date(2024, 2, 29), date(2023, 12, 30), date(2024, 1, 31)),
    v.Instant: (
        Moment(1, 1, 1, tzinfo=UTC),
        Moment(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        Moment(2024, 1, 31, 23, 59, 59, 500000, tzinfo=UTC),
        Moment(2024, 2, 1, 1, tzinfo=_EAST),
    ),
}
DAYS = (None, date.min, date(2023, 6, 1), *near.DAYS, date(2026, 1, 1), date.max)


def value(kind: v.Type, random: Random, *, zoned: bool) -> Any:
    """A typed value: near what conditions compare with, or at an end of its type."""
    match kind:
        case v.OptionalOf(item=item):
            return ABSENT if random.random() < 0.3 else value(item, random, zoned=zoned)
        case v.ListOf(item=item):
            size = random.choice((0, 1, 1, 2, 3, 5))
            return tuple(value(item, random, zoned=zoned) for _ in range(size))
        case v.Record(fields=fields):
            leaves = v.Vocabulary("", facts=fields).leaves()
            return {
                each.path: value(each.type, random, zoned=zoned)
                for each in leaves
                if random.random() < 0.8
            }
        case v.Party():
            return random.choice((*near.PARTIES, "delta"))
    made = drawn.value(kind, random)
    if random.random() < 0.2:
        made = _end(kind, random, made)
    if isinstance(kind, v.Date) and isinstance(made, str):
        made = date.fromisoformat(made)
    if isinstance(kind, v.Instant) and not zoned:
        made = Moment.of(made.astimezone(UTC))
    if isinstance(kind, v.Number | v.Money):
        return _with_places(made)
    return made


def _with_places(made: Any) -> Any:
    """The same with no more than four decimal places."""
    if isinstance(made, Money):
        return evolve(made, amount=_with_places(made.amount))
    return Fraction(int(Fraction(made) * 10**4), 10**4)


def _end(kind: v.Type, random: Random, made: Any) -> Any:
    match kind:
        case v.Money(currency=currency):
            return Money(Fraction(random.choice(ENDS[v.Number])), currency)
        case v.Duration(kind=unit):
            most = 1_000_000 * NAMED_FOR[COUNTED_IN[unit]]
            return Duration(random.choice((most, -most)), COUNTED_IN[unit])
        case _:
            return random.choice(ENDS.get(type(kind), (made,)))


def rows_of(leaves: Mapping[str, v.Type], random: Random, *, zoned: bool) -> Facts:
    """Typed facts, of which some are not known."""
    unknown = random.choice((0.02, 0.1, 0.3, 0.6))
    return {
        path: value(kind, random, zoned=zoned)
        for path, kind in leaves.items()
        if random.random() >= unknown
    }


_WORDS = {PERMITTED: "permitted", FORBIDDEN: "forbidden", NOT_APPLICABLE: "not_applicable"}
"""Sets of one verdict."""


@define(eq=False)
class Table:
    """Uses of one policy in a table, and the statement about them."""

    answers: Answers
    uses: list[Use]
    zoned: frozenset[str]
    dialect: Dialect = field(factory=DuckDB)
    statement: Statement = field(init=False)
    wanted: list[tuple[Any, ...]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        layout = Layout(zoned=self.zoned)
        self.statement = Statement(self.answers.program, self.dialect, layout)
        evaluate = findings(self.answers.program)
        self.wanted = [evaluate(use.facts.get, use.as_of, []) for use in self.uses]

    def table(self, *, asked: bool = True) -> pa.Table:
        made = arrow.table(self.columns(), self.rows())
        for each in self.statement.asked if asked else ():
            truths = pa.array([found[each.node] for found in self.wanted], pa.bool_())
            made = made.append_column(each.name, truths)
        return made

    def columns(self) -> list[Column]:
        several = self.statement.layout.of_leaves(self.answers.linked.vocabulary).values()
        return [each for some in several for each in some]

    def rows(self) -> list[dict[str, Any]]:
        values = Values(self.answers.linked.vocabulary, self.statement.layout)
        return [
            {"row": at, DAY: use.as_of, **values.stored(use.facts)} for at, use in enumerate(self.uses)
        ]

    def judged(self) -> list[dict[str, Any]]:
        """For each row what the statement says, conditions included (by ``node N``)."""
        definitions = self.statement.definitions
        nodes = [
            at
            for at in range(len(self.answers.program.body.nodes))
            if str(at) in definitions.columns
            and (isinstance(self.answers.program.body.types[at], v.Boolean) or self._is_state(at))
        ]
        outputs = [("verdict", self.statement.verdict()), ("clauses", self.statement.clauses())]
        outputs += [(f"node {at}", self.dialect.ident(str(at))) for at in nodes]
        return sorted(self._run(outputs), key=lambda each: each["row"])

    def _run(self, outputs: list[tuple[str, str]]) -> list[dict[str, Any]]:
        with duckdb.connect() as connection:
            connection.register("uses", self.table())
            sql = self.statement.definitions.statement("uses", outputs, ["row"])
            made: list[dict[str, Any]] = connection.sql(sql).to_arrow_table().to_pylist()
        return made

    def kinds(self, way: Callable[..., Judging] = Judge) -> list[str]:
        """Where what is told of a row by its kind is not what ``decide`` says of it."""
        with duckdb.connect() as connection:
            table = self.table(asked=False)
            empty = pa.nulls(table.num_rows, pa.date32())
            table = table.rename_columns([ROW, *table.column_names[1:]]).append_column(KNOWN, empty)
            connection.register("uses", table)
            judge = way(
                [self.answers], self.statement.layout, InDuckDB(connection=connection), Kinds(), "j"
            )
            judge.judge("uses", "judged")
            rows = connection.execute(
                f'SELECT "{ROW}", verdict, kind FROM judged ORDER BY 1'
            ).fetchall()
        found = []
        for (_, verdict, kind), use in zip(rows, self.uses, strict=True):
            wanted = told(judge.decide(use))
            if judge.kinds.told[kind] != wanted or verdict not in (wanted.verdict, "undetermined"):
                found.append(f"{judge.kinds.told[kind]}, and is {wanted}: {use.facts} {use.as_of}")
        return found

    def _is_state(self, at: int) -> bool:
        return self.answers.program.body.nodes[at][0] == "state"

    def differences(self) -> list[str]:
        """Where SQL and ``decide`` do not say the same."""
        found = []
        rows = self.judged()
        assert len(rows) == len(self.uses)
        for row, use, wanted in zip(rows, self.uses, self.wanted, strict=True):
            decision = self.answers.decide(use)
            # SQL settles conditions one by one; what all cases agree on, Python finds once a kind.
            one_by_one = _WORDS.get(wanted[self.answers.program.possible], "undetermined")
            if row["verdict"] != one_by_one or one_by_one not in (
                decision.verdict.value,
                "undetermined",
            ):
                found.append(f"{row['verdict']}, and is {decision.verdict}: {use.facts}")
            for name, truth in row.items():
                at = int(name.removeprefix("node ")) if name.startswith("node ") else None
                if at is not None and truth != wanted[at]:
                    node = self.answers.program.body.nodes[at]
                    sql = self.statement.definitions.columns[str(at)][1]
                    found.append(f"{node}: {truth}, and is {wanted[at]}: {use.facts} {use.as_of} {sql}")
            in_force = {each.clause for each in decision.basis if not each.by_default}
            listed = {each.removesuffix("?") for each in row["clauses"]}
            if not in_force <= listed:
                found.append(f"clauses {row['clauses']} without {in_force}")
        return found


def table(
    answers: Answers,
    count: int,
    seed: int,
    *,
    zoned: bool = False,
    made: Callable[..., Table] = Table,
) -> Table:
    """A table of so many uses, drawn at random."""
    random = Random(seed)
    vocabulary = answers.linked.vocabulary
    leaves = {leaf.path: leaf.type for leaf in vocabulary.leaves()}
    uses = [Use(rows_of(leaves, random, zoned=zoned), as_of=random.choice(DAYS)) for _ in range(count)]
    paths = frozenset(_moments(vocabulary)) if zoned else frozenset()
    return made(answers, uses, paths)


def _moments(vocabulary: v.Vocabulary) -> list[str]:
    found, todo = [], [(leaf.path, leaf.type) for leaf in vocabulary.leaves()]
    while todo:
        path, kind = todo.pop()
        match v.bare(kind):
            case v.ListOf(item=item) if not isinstance(v.bare(item), v.Instant):
                todo.append((path, item))
            case v.Record(fields=fields):
                todo += [
                    (f"{path}.{each.path}", each.type)
                    for each in v.Vocabulary("", facts=fields).leaves()
                ]
            case v.Instant():
                found.append(path)
    return found
