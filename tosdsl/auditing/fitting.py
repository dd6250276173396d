"""A mapping put to a table: which column is which fact, and what does not fit.

Mapped, a vocabulary, the columns of a table -> Fitted, diagnostics
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import define, field

from tosdsl.auditing.convert import SQL, MisfitError, converted, within
from tosdsl.backends.sql.columns import DAY, Layout
from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.mapping.model import Mapped, Source
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Node, Numeral, Scalar

ROW = "row number by tosdsl"
"""The column with the number of a row of the table, from 0. A table may have a `row number` itself."""
KNOWN = "known at"
WRONG = "what is wrong"
NAME = "row name"
BY = "counted by"


@define
class Fitted:
    """What reads a table: ``columns`` are names and SQL over the table ``rows``; ``wrong`` gives the
    code and the fact of the first mistake of a row, or NULL."""

    layout: Layout
    columns: list[tuple[str, str]]
    wrong: list[tuple[str, str, str]]
    """When, the code, the fact."""
    unmapped: tuple[str, ...] = ()
    """Facts of which the table says nothing."""
    sources: dict[str, Source] = field(factory=dict)
    """By fact, where its value comes from."""

    def select(self, table: str) -> str:
        """The statement that reads a table."""
        told = [f"{sql} AS {SQL.ident(name)}" for name, sql in self.columns]
        cases = " ".join(
            f"WHEN {when} THEN {SQL.text(f'{code} {path}')}" for when, code, path in self.wrong
        )
        wrong = f"(CASE {cases} END)" if cases else "CAST(NULL AS VARCHAR)"
        told.append(f"{wrong} AS {SQL.ident(WRONG)}")
        return f"SELECT {SQL.ident(ROW)}, {', '.join(told)} FROM {table}"


@define
class Fitting:
    """Fits a mapping to a table."""

    mapped: Mapped
    vocabulary: v.Vocabulary
    types: Mapping[str, Any]
    """Of each column of the table, its type in DuckDB."""
    sql_types: Mapping[str, Any] = field(factory=dict)
    """Of each expression of the mapping, its type."""
    problems: list[Diagnostic] = field(factory=list)

    def fitted(self) -> Fitted:
        columns: list[tuple[str, str]] = []
        wrong: list[tuple[str, str, str]] = []
        places: dict[str, int] = {}
        zoned: set[str] = set()
        unmapped, sources = [], {}
        for leaf in self.vocabulary.leaves():
            source = self._source(leaf)
            found = None if source is None else self._read(source, source.span)
            if source is None or found is None:
                unmapped.append(leaf.path)
                continue
            sources[leaf.path] = source
            sql, kind = found
            try:
                made = converted(leaf.path, leaf.type, kind, sql, source)
            except MisfitError as error:
                self._misfit(leaf, source, kind, error.mend)
                continue
            columns += made.columns
            wrong += [(each.when, each.code, leaf.path) for each in made.wrong]
            places |= made.places
            zoned |= made.zoned
        if not columns and not self.problems:
            names = ", ".join(f"`{each}`" for each in self.types)
            self.problems.append(mistake("TOS4106", self.mapped.span, columns=names))
        columns += self._days(wrong)
        columns += self._names()
        layout = Layout(places, frozenset(zoned))
        return Fitted(layout, columns, wrong, tuple(unmapped), sources)

    def _source(self, leaf: v.Leaf) -> Source | None:
        """What the mapping says of a fact; or the column of its name, if there is one."""
        said = self.mapped.facts.get(leaf.path)
        if said is not None:
            return said
        if leaf.path in self.mapped.tables:
            return Source(leaf.path, column=leaf.path, span=self.mapped.tables[leaf.path].span)
        if self._column(leaf.path) is None:
            return None
        made = Source(leaf.path, column=leaf.path)
        if isinstance(leaf.type, v.OptionalOf):
            self.problems.append(mistake("TOS4104", self.mapped.span, path=leaf.path))
            return None
        return made

    def _column(self, name: str) -> tuple[str, Any] | None:
        """A column, or a field of one, by its path: SQL and type."""
        if name in self.types:
            return SQL.ident(name), self.types[name]
        for column, kind in self.types.items():
            if name.startswith(f"{column}.") and str(kind.id) == "struct":
                return within(kind, SQL.ident(column), name[len(column) + 1 :])
        return None

    def _read(self, source: Source, span: Span) -> tuple[str, Any] | None:
        if source.constant is not None:
            return _constant(source.constant)
        if source.sql is not None:
            kind = self.sql_types.get(source.sql)
            return None if kind is None else (f"({source.sql})", kind)
        assert source.column is not None
        found = self._column(source.column)
        if found is None:
            near = (source.column, tuple(self.types))
            column, path = source.column, source.path
            names = ", ".join(self.types) or "(none)"
            said = mistake("TOS4103", span, near, column=column, path=path, columns=names)
            self.problems.append(said)
        return found

    def _misfit(self, leaf: v.Leaf, source: Source, kind: Any, mend: str) -> None:
        column = source.column or source.sql or "(a constant)"
        words = {"path": leaf.path, "kind": leaf.type, "column": column, "found": kind}
        self.problems.append(mistake("TOS4105", source.span, None, then=mend, **words))

    # --- beside facts ---------------------------------------------------------------------------------

    def _days(self, wrong: list[tuple[str, str, str]]) -> Iterator[tuple[str, str]]:
        said = ((DAY, self.mapped.as_of, "as_of"), (KNOWN, self.mapped.known_at, "known_at"))
        for name, source, path in said:
            sql = "CAST(NULL AS DATE)"
            found = None if source is None else self._read(source, source.span)
            if source is not None and found is not None:
                try:
                    made = converted(path, v.Date(), found[1], found[0], source)
                    sql = made.columns[0][1]
                    wrong += [(each.when, each.code, path) for each in made.wrong]
                except MisfitError as error:
                    self._misfit(v.Leaf(path, v.Date()), source, found[1], error.mend)
            yield name, sql

    def _names(self) -> Iterator[tuple[str, str]]:
        for name, column in ((NAME, self.mapped.row), (BY, self.mapped.by)):
            sql = "NULL"
            if column is not None:
                found = self._read(Source(name, column=column), self.mapped.span)
                sql = "NULL" if found is None else found[0]
            yield name, f"CAST({sql} AS VARCHAR)"
        for column in self.mapped.keep:
            found = self._read(Source("keep", column=column), self.mapped.span)
            if found is not None:
                yield f"kept {column}", found[0]


def _constant(node: Node) -> tuple[str, Any]:
    """A value of the mapping, in SQL."""
    value = node.value if isinstance(node, Scalar) else None
    match value:
        case bool():
            return SQL.truth(value), "boolean"
        case Numeral(text=text):
            return SQL.text(text), "varchar"
        case None:
            items = getattr(node, "items", ())
            texts = ", ".join(SQL.text(str(getattr(each, "value", ""))) for each in items)
            return f"CAST([{texts}] AS VARCHAR[])", _TextsType()
        case _:
            return SQL.text(str(value)), "varchar"


class _TextsType:
    """The type of a list of texts that stands in a mapping."""

    id = "list"
    child = "varchar"
