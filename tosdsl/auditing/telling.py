"""What comes out of the rows of a piece: one table of it, and the statement that tells it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyarrow as pa
from attrs import frozen

from tosdsl.auditing.database import Database
from tosdsl.auditing.fitting import BY, MISTAKEN, MISTAKES, NAME, ROW, WRONG
from tosdsl.auditing.judging import SMALL
from tosdsl.auditing.kinds import Kinds
from tosdsl.auditing.told import LISTS, PRESUMING, WITHOUT
from tosdsl.backends.sql.columns import DAY, Column
from tosdsl.backends.sql.dialect import Dialect
from tosdsl.mapping.model import Mapped

_LONG = 200
"""Characters of a kept column that a list shows."""
_KINDS = 1_000
"""Kinds whose breaches of duties are listed."""


@frozen
class Telling:
    """Tells rows that were judged. ``against`` are the kinds of the policies that are compared with,
    ``documents`` the names of those that are asked about by themselves."""

    database: Database
    mapped: Mapped
    kinds: Kinds
    against: Kinds | None
    documents: Sequence[str]
    named: Callable[[str], str]
    """The table of a run by its name."""

    def _ident(self, name: str) -> str:
        return self.database.dialect.ident(name)

    def statement(self) -> str:
        """The statement that gives the rows of a piece with what is told of them."""
        every = ", ".join(f"k.{self._ident(each)}" for each in self.kinds.columns())
        joined = f"LEFT JOIN {self.named('kinds0')} k ON t.kind = k.kind"
        return f"SELECT {SMALL} {self._selected(every)} FROM {self.named('told0')} t {joined}"

    def alone(self) -> str:
        """The same without what the kind of a row tells, which ``with_kinds`` adds."""
        return f"SELECT {self._selected('')} FROM {self.named('told0')} t"

    def picked(self, room: int) -> list[tuple[int, str | None, list[str | None], int | None]]:
        """The first rows that are forbidden or breach a duty, as counts list them."""
        text, row = self.database.dialect.type(Column("", "text")), self._ident(ROW)
        kept = "".join(
            f", substring(CAST({self._ident(f'kept {each}')} AS {text}), 1, {_LONG}) AS kept{at}"
            for at, each in enumerate(self.mapped.keep)
        )
        kinds = ", ".join(map(str, self.kinds.breached(_KINDS)))
        breached = f" OR kind IN ({kinds})" if kinds else ""
        found = self.database.rows(
            f"SELECT {row} + 1 AS number, row_name, kind{kept} FROM {self.named('told0')} "
            f"WHERE wrong IS NULL AND (verdict = 'forbidden'{breached}) ORDER BY number LIMIT {room}"
        )
        return [(number, name, [*values], kind) for number, name, kind, *values in found]

    def _selected(self, kinds: str) -> str:
        selected = [f"t.{self._ident(ROW)} + 1 AS {self._ident('row')}"]
        if self.mapped.row is not None:
            selected.append(f"t.row_name AS {self._ident(_free(self.mapped.row))}")
        for column in self.mapped.keep:
            selected.append(f"t.{self._ident(f'kept {column}')} AS {self._ident(_free(column))}")
        selected.append("t.verdict")
        if self.against is not None:
            selected += ["t.against", "t.against_wrong"]
        selected += [kinds] if kinds else []
        if self.documents:
            told_ = (
                f"{self.database.dialect.text(f'{each}: ')} || t.document{at}"
                for at, each in enumerate(self.documents)
            )
            every = self.database.dialect.array([*told_])
            selected.append(f"CASE WHEN t.wrong IS NULL THEN {every} END AS documents")
        alone = f"CASE WHEN t.wrong IS NOT NULL THEN {self.database.dialect.array(['t.wrong'])} END"
        selected += ["t.kind", "t.wrong", f"coalesce(t.mistakes, {alone}) AS {self._ident(MISTAKES)}"]
        return ", ".join(selected)

    def _joined(self, row: str) -> str:
        """The rows of a piece (b), what SQL says (a) and what is told of their kind (k); and the same
        by the policies that are compared with (c, z and o)."""
        named = self.named
        made = f"{named('s0_base')} b JOIN {named('s0')} a ON b.{row} = a.{row} "
        made += f"LEFT JOIN {named('kinds0')} k ON a.kind = k.kind"
        for at in range(len(self.documents)):
            made += f" LEFT JOIN {named(f'document{at}')} d{at} ON b.{row} = d{at}.{row}"
        if self.against is not None:
            made += f" JOIN {named('s1_base')} c ON b.{row} = c.{row}"
            made += f" JOIN {named('s1')} z ON b.{row} = z.{row}"
            made += f" LEFT JOIN {named('kinds1')} o ON z.kind = o.kind"
        return made

    def keep(self) -> None:
        """A table of the rows of a piece with what comes out of each, without what its kind tells."""
        row = self._ident(ROW)
        self.database.given(self.named("kinds0"), self.kinds.table())
        told_ = f"SELECT b.{row}, b.{self._ident(DAY)} AS day, b.{self._ident(BY)} AS name, a.kind, "
        told_ += "a.kind IS NULL AND a.agreed IS NULL AND a.verdict = 'undetermined' AS unasked, "
        told_ += "coalesce(k.verdict, a.agreed, a.verdict) AS verdict"
        told_ += wrong_columns(self.database.dialect)
        told_ += "".join(f", d{at}.verdict AS document{at}" for at in range(len(self.documents)))
        told_ += "".join(f", b.{self._ident(f'kept {each}')}" for each in self.mapped.keep)
        if self.against is not None:
            self.database.given(self.named("kinds1"), self.against.table())
            told_ += ", coalesce(o.verdict, z.agreed, z.verdict) AS against, z.kind AS against_kind"
            told_ += f", c.{self._ident(WRONG)} AS against_wrong, z.state AS against_state, a.state"
            told_ += ", z.lapsed AS against_lapsed, a.lapsed"
            told_ += f", {_one_by_one('z', 'o')} AS against_settled, {_one_by_one('a', 'k')} AS settled"
        self.database.keep(self.named("told0"), f"{told_} FROM {self._joined(row)}")


def with_kinds(rows: pa.Table, kinds: pa.Table) -> pa.Table:
    """Rows with what their kinds tell, where a statement would have it; a kind stands at its number."""
    told = kinds.drop_columns(["kind", "verdict"]).take(rows.column("kind"))
    names = rows.column_names
    at = names.index("against_wrong" if "against_wrong" in names else "verdict") + 1
    for place, name in enumerate(told.column_names, at):
        rows = rows.add_column(place, told.schema.field(name), told.column(name))
    return rows


def wrong_columns(dialect: Dialect) -> str:
    """What counts read of wrong rows, of a table ``b`` in the layout that SQL reads."""
    named = (NAME, "row_name"), (WRONG, "wrong"), (MISTAKEN, "mistaken"), (MISTAKES, "mistakes")
    return "".join(f", b.{dialect.ident(column)} AS {name}" for column, name in named)


def _one_by_one(rows: str, kinds: str) -> str:
    """The verdict, where conditions one by one say what all ways to fill in unknown facts agree on."""
    both = f"coalesce({kinds}.verdict, {rows}.agreed, nullif({rows}.verdict, 'undetermined'))"
    return f"CASE WHEN {both} = {rows}.verdict THEN {rows}.verdict END"


def _free(name: str) -> str:
    """The name of a column of the source, where it does not take the place of another."""
    taken = {
        "row",
        "verdict",
        "against",
        "against_wrong",
        "kind",
        "wrong",
        MISTAKES,
        "documents",
        *LISTS,
        *PRESUMING,
        WITHOUT,
    }
    return f"{name} (given)" if name in taken else name
