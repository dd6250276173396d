"""What an audit counts: verdicts, kinds, wrong rows, changes; by month and by what the mapping says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from attrs import define, field

from tosdsl.auditing.database import Database
from tosdsl.auditing.fitting import ROW
from tosdsl.auditing.moves import Move
from tosdsl.backends.sql.columns import Column

_MOST = 5_000
"""Names that are counted by; the rows of others are counted together."""
_EXAMPLES = 5
OTHERS = "(others)"
UNNAMED = "(none)"
"""In the place of a name, for rows that have none."""
LISTED = 50
"""Rows that are told one by one, of those that are forbidden or breach a duty."""


_Key = TypeVar("_Key", int, str, tuple[str, str], tuple[int, int])


def ranked(counter: Counter[_Key], most: int | None = None) -> list[tuple[_Key, int]]:
    """The most common first; of those that are as common, by their keys. A database gives groups in any
    order, and two runs have to tell the same."""
    return sorted(counter.items(), key=lambda each: (-each[1], each[0]))[:most]


@define(eq=False)
class Counts:
    """Counts of the pieces so far."""

    rows: int = 0
    checked: int = 0
    """Rows that were decided again one by one."""
    verdicts: Counter[str] = field(factory=Counter)
    kinds: Counter[int] = field(factory=Counter)
    beyond: int = 0
    """Rows of kinds of which Python was asked the verdict at most, as there are too many."""
    unasked: int = 0
    """Those of them that SQL leaves open, and of which Python was not asked that either."""
    wrong: Counter[str] = field(factory=Counter)
    """Rows that are wrong, by their first mistake: its code and the fact."""
    mistakes: Counter[str] = field(factory=Counter)
    """Rows by all their mistakes. A row can have several."""
    texts: Counter[str] = field(factory=Counter)
    """Of rows that are only looked at, by a mistake and its text. In a run they would have no bound."""
    examples: dict[str, list[int]] = field(factory=dict)
    """By the first mistake, some rows, from 1."""
    listed: list[tuple[int, str | None, list[str | None], int | None]] = field(factory=list)
    """The first rows that are forbidden or breach a duty: number from 1, name, what is kept, kind."""
    details: dict[str, tuple[str | None, list[str]]] = field(factory=dict)
    """Of these rows, by their numbers, the name of the row and its mistakes with their values."""
    left_out: int = 0
    """Rows that the mapping leaves out. They are no rows of the other counts."""
    left_open: int = 0
    """Those of them of which it is not known whether its condition holds."""
    undated: int = 0
    """Rows that have no day, where the mapping takes it from the table."""
    parties: Counter[tuple[str, str]] = field(factory=Counter)
    """By fact and name, rows with the name of a party that no policy knows."""
    lapsed: Counter[str] = field(factory=Counter)
    """Rows on whose day a document that was asked about is not in force, by the document."""
    against_lapsed: Counter[str] = field(factory=Counter)
    """The same of the policies that are compared with."""
    documents: Counter[tuple[str, str]] = field(factory=Counter)
    """By document and its own verdict, where several were asked about."""
    months: Counter[tuple[str, str]] = field(factory=Counter)
    """By month and verdict."""
    by: Counter[tuple[str, str]] = field(factory=Counter)
    """By name and verdict."""
    changes: Counter[tuple[str, str]] = field(factory=Counter)
    """By both verdicts: the policies that are compared with first."""
    silent: Counter[str] = field(factory=Counter)
    """Of the rows with another verdict, those on whose day no document of one side is in force: of the
    policies that are compared with (``before``), or of those asked about (``now``)."""
    pairs: Counter[tuple[int, int]] = field(factory=Counter)
    """By both kinds, where the verdicts differ."""
    against_wrong: Counter[str] = field(factory=Counter)
    """By what is wrong with them for the policies that are compared with: rows that are right else."""
    moves: Counter[Move] = field(factory=Counter)
    firsts: Counter[Move] = field(factory=Counter)
    """The first row of each move, from 1."""

    def add_wrong(self, database: Database, table: str) -> None:
        """Counts the rows of a table that are wrong, and keeps some as examples. Its columns are the
        number of the row, ``row_name``, ``wrong``, ``mistaken`` and ``mistakes``."""
        number, where = database.dialect.ident(ROW), "wrong IS NOT NULL"
        for wrong, mistaken, count in database.rows(
            f"SELECT wrong, mistaken, count(*) AS n FROM {table} WHERE {where} GROUP BY ALL"
        ):
            self.wrong[wrong] += count
            for each in dict.fromkeys((mistaken or wrong).split("\n")):
                self.mistakes[each] += count
        place = f"row_number() OVER (PARTITION BY wrong ORDER BY {number})"
        some = f"SELECT wrong, {number} AS n, row_name, mistakes, {place} AS place FROM {table}"
        first = f"SELECT wrong, n, row_name, mistakes FROM ({some} WHERE {where}) t "
        for wrong, row, name, mistakes in database.rows(
            f"{first} WHERE place <= {_EXAMPLES} ORDER BY n"
        ):
            kept = self.examples.setdefault(wrong, [])
            if len(kept) < _EXAMPLES:
                kept.append(row + 1)
                self.details[str(row + 1)] = (name, mistakes or [wrong])

    def add(self, database: Database, rows: int, compared: bool, documents: Sequence[str] = ()) -> None:
        """Counts a piece, of its table ``told0``. ``documents`` are those that were asked by
        themselves."""
        told, number = f"{database.prefix}told0", database.dialect.ident(ROW)

        def counted(columns: str, where: str) -> Iterator[tuple[Any, ...]]:
            return database.rows(
                f"SELECT {columns}, count(*) AS n FROM {told} WHERE {where} GROUP BY ALL"
            )

        self.rows += rows
        right = "wrong IS NULL"
        for verdict, kind, count in counted("verdict, kind", right):
            self.verdicts[verdict] += count
            if kind is None:
                self.beyond += count
            else:
                self.kinds[kind] += count
        self.unasked += sum(count for _, count in counted("unasked", f"{right} AND unasked"))
        self.add_wrong(database, told)
        for at, document in enumerate(documents):
            for verdict, count in counted(f"document{at}", f"{right} AND document{at} IS NOT NULL"):
                self.documents[document, verdict] += count
        written = f"CAST(day AS {database.dialect.type(Column('', 'text'))})"
        for month, verdict, count in counted(
            f"substring({written}, 1, 7) AS month, verdict", f"{right} AND day IS NOT NULL"
        ):
            self.months[month, verdict] += count
        for said, verdict, count in counted("name, verdict", right):
            name = UNNAMED if said is None else said
            known = (name, verdict) in self.by or len(self.by) < _MOST
            self.by[name if known else OTHERS, verdict] += count
        if compared:
            unlike = f"{right} AND against_wrong IS NOT NULL"
            for wrong_there, count in counted("against_wrong", unlike):
                self.against_wrong[wrong_there] += count
            both = f"{right} AND against_wrong IS NULL"
            for old, new, count in counted("against, verdict", both):
                self.changes[old, new] += count
            changed = f"{both} AND against <> verdict"
            for silent, column in (("before", "against_lapsed"), ("now", "lapsed")):
                found = sum(count for _, count in counted(column, f"{changed} AND {column}"))
                self.silent.update({silent: found} if found else {})
            decided = "against_kind IS NOT NULL AND kind IS NOT NULL"
            for old, new, count in counted("against_kind, kind", f"{changed} AND {decided}"):
                self.pairs[old, new] += count
            states = "against_state IS NOT NULL AND state IS NOT NULL"
            for *move, least, count in database.rows(
                "SELECT against_state, state, against_settled, settled, "
                f"min({number}) + 1 AS first, count(*) AS n FROM {told} "
                f"WHERE {both} AND {states} GROUP BY ALL"
            ):
                key: Move = (move[0], move[1], move[2], move[3])
                self.moves[key] += count
                self.firsts.setdefault(key, least)
