"""A mapping put to a table: which column is which fact, and what does not fit.

Mapped, a vocabulary, the columns of a table -> Fitted, diagnostics
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import define, field

from tosdsl.auditing.convert import converted, within
from tosdsl.auditing.singles import NO_TEXT, SQL, MisfitError, Wrong, constant
from tosdsl.backends.sql.columns import DAY, Column, Layout
from tosdsl.base.span import NOWHERE, Span
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.mapping.model import Mapped, Source
from tosdsl.trees import vocabulary as v

ROW = "row number by tosdsl"
"""The column with the number of a row of the table, from 0. A table may have a `row number` itself."""
KNOWN = "known at"
WRONG = "what is wrong"
"""The code and the fact of the first mistake of a row, or NULL."""
MISTAKEN = "all that is wrong"
"""The codes and facts of all its mistakes, a line each."""
MISTAKES = "mistakes"
"""Its mistakes with their values, as texts: ``TOS4004 purpose: clasify``."""
MOST_MISTAKES = 20
"""Mistakes of one row that are told."""
_FIRST = "first mistake by tosdsl"
NAME = "row name"
BY = "counted by"


def unknown_of(path: str) -> str:
    """The column that tells where a cell says that a fact is not known. No path has a space in it."""
    return f"unknown {path}"


@define
class Fitted:
    """What reads a table: ``columns`` are names and SQL over the table ``rows``."""

    layout: Layout
    columns: list[tuple[str, str]]
    wrong: list[tuple[Wrong, str]]
    """What makes a row wrong, and the fact that it is about."""
    unmapped: tuple[str, ...] = ()
    """Facts of which the table says nothing."""
    sources: dict[str, Source] = field(factory=dict)
    """By fact, where its value comes from."""
    unknown: tuple[str, ...] = ()
    """Facts of which a cell can say that they are not known, which is more than saying nothing."""
    closed: dict[str, tuple[str, ...]] = field(factory=dict)
    """By fact, or field of its items, the only names of parties that it may have."""
    parties: frozenset[str] = frozenset()
    """The names that the policies know."""

    def select(self, table: str) -> str:
        """The statement that reads a table."""
        told = [f"{sql} AS {SQL.ident(name)}" for name, sql in self.columns]
        cases = " ".join(
            f"WHEN {each.when} THEN {SQL.text(f'{each.code} {fact}')}" for each, fact in self.wrong
        )
        first = f"(CASE {cases} END)" if cases else NO_TEXT
        is_wrong = SQL.ident(_FIRST)
        told.append(f"{is_wrong} AS {SQL.ident(WRONG)}")
        for name, sql in ((MISTAKEN, self._mistaken()), (MISTAKES, self._mistakes())):
            told.append(f"CASE WHEN {is_wrong} IS NOT NULL THEN {sql} END AS {SQL.ident(name)}")
        rows = f"SELECT *, {first} AS {is_wrong} FROM {table}"
        return f"SELECT {SQL.ident(ROW)}, {', '.join(told)} FROM ({rows})"

    def missing(self, vocabulary: v.Vocabulary, read: Iterable[str]) -> Iterator[Column]:
        """The columns of facts that are read and that the table says nothing of."""
        have, columns = {name for name, _ in self.columns}, self.layout.of_leaves(vocabulary)
        for path in read:
            yield from (each for each in columns.get(path, ()) if each.name not in have)

    def _mistaken(self) -> str:
        said = (
            f"CASE WHEN {each.when} THEN {SQL.text(f'{each.code} {fact}')} END"
            for each, fact in self.wrong
        )
        return f"concat_ws({', '.join(['chr(10)', *said])})" if self.wrong else NO_TEXT

    def _mistakes(self) -> str:
        said = (
            f"CASE WHEN {each.when} THEN {SQL.text(f'{each.code} {each.path or fact}')} "
            f"|| coalesce(': ' || ({each.value or NO_TEXT}), '') END"
            for each, fact in self.wrong
        )
        every, item = f"CAST([{', '.join(said)}] AS VARCHAR[])", SQL.item(0)
        return f"list_filter({every}, lambda {item}: {item} IS NOT NULL)[1:{MOST_MISTAKES}]"


@define
class Fitting:
    """Fits a mapping to a table."""

    mapped: Mapped
    vocabulary: v.Vocabulary
    types: Mapping[str, Any]
    """Of each column of the table, its type in DuckDB."""
    sql_types: Mapping[str, Any] = field(factory=dict)
    """Of each expression of the mapping, its type."""
    parties: frozenset[str] = frozenset()
    """The names that the policies know."""
    problems: list[Diagnostic] = field(factory=list)

    def fitted(self) -> Fitted:
        columns: list[tuple[str, str]] = []
        wrong: list[tuple[Wrong, str]] = []
        places: dict[str, int] = {}
        zoned: set[str] = set()
        unmapped, sources, unknown = [], {}, []
        for leaf in self.vocabulary.leaves():
            source = self._source(leaf)
            found = None if source is None else self._read(source, source.span)
            if source is None or found is None:
                unmapped.append(leaf.path)
                continue
            sources[leaf.path] = source
            sql, kind = found
            try:
                made = converted(leaf.path, leaf.type, kind, sql, source, self.parties)
            except MisfitError as error:
                self._misfit(leaf, source, kind, error)
                continue
            columns += made.columns
            if made.unknown:
                columns.append((unknown_of(leaf.path), made.unknown))
                unknown.append(leaf.path)
            wrong += [(each, leaf.path) for each in made.wrong]
            places |= made.places
            zoned |= made.zoned
        if not columns and not self.problems:
            names = ", ".join(f"`{each}`" for each in self.types)
            self.problems.append(mistake("TOS4106", self.mapped.span, columns=names))
        columns += self._days(wrong)
        columns += self._names()
        layout = Layout(places, frozenset(zoned))
        closed = dict(self._closed(sources))
        silent = tuple(unmapped), sources, tuple(unknown)
        return Fitted(layout, columns, wrong, *silent, closed, self.parties)

    def _closed(self, sources: Mapping[str, Source]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Names that are open anywhere else are closed where a mapping lists what texts stand for: a
        text that it forgot would be a party that no condition is about."""
        for path, source in self._places(sources):
            if source.values and source.others is None:
                yield path, tuple(sorted(self.parties | set(written_names(source))))

    def _places(self, sources: Mapping[str, Source]) -> Iterator[tuple[str, Source]]:
        for path, source in sources.items():
            yield path, source
            yield from ((f"{path}.{name}", each) for name, each in source.fields.items())

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
            return constant(source.constant)
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

    def _misfit(self, leaf: v.Leaf, source: Source, kind: Any, error: MisfitError) -> None:
        column = source.column or source.sql or "(a constant)"
        found = _NAMES.get(str(kind), kind)
        words = {"path": leaf.path, "kind": leaf.type, "column": column, "found": found}
        own = None if source.column is None else self._column(source.column)
        then = _mended(source, error, own[0] if own else "")
        self.problems.append(mistake("TOS4105", source.span, None, then=then, **words))

    # --- beside facts ---------------------------------------------------------------------------------

    def _days(self, wrong: list[tuple[Wrong, str]]) -> Iterator[tuple[str, str]]:
        said = ((DAY, self.mapped.as_of, "as_of"), (KNOWN, self.mapped.known_at, "known_at"))
        for name, source, path in said:
            sql = "CAST(NULL AS DATE)"
            found = None if source is None else self._read(source, source.span)
            if source is not None and found is not None:
                try:
                    made = converted(path, v.Date(), found[1], found[0], source)
                    sql = made.columns[0][1]
                    wrong += [(each, path) for each in made.wrong]
                except MisfitError as error:
                    self._misfit(v.Leaf(path, v.Date()), source, found[1], error)
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


def written_names(source: Source) -> Iterator[str]:
    """Texts that a mapping itself writes as values of a fact."""
    yield from source.values.values()
    for node in (source.instead, source.constant):
        for each in getattr(node, "items", () if node is None else (node,)):
            yield str(getattr(each, "value", ""))


_NAMES = {
    "VARCHAR": "text",
    "DOUBLE": "floating-point number",
    "FLOAT": "floating-point number",
    "TIMESTAMP": "moment without a zone",
    "BOOLEAN": "truth value",
}
"""Types of columns, in words."""
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
"""A name that SQL takes without quotation marks, unless it is a word of SQL."""

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")


def _mended(source: Source, error: MisfitError, sql: str) -> str:
    """How the entry of a fact becomes one that fits, in a sentence. ``sql`` is that of its column."""
    if not error.add and not error.sql:
        return error.mend
    column = source.column or ""
    if error.sql:
        own = source.sql or (column if _IDENTIFIER.fullmatch(column) else sql)
        beside = f", {error.add}" if error.add else ""
        entry = f"{{sql: {_quoted(error.sql.format(own))}{beside}}}"
    else:
        entry = f"sql: {_quoted(source.sql)}" if source.sql else f"column: {_quoted(column)}"
        entry = f"{{{entry}, {error.add}}}"
    if source.span == NOWHERE:
        where = "at the top of" if source.path in {"as_of", "known_at"} else "under `facts` in"
        return f"{error.mend}, write `{source.path}: {entry}` {where} the mapping."
    only = source == Source(source.path, column=source.column, sql=source.sql, span=source.span)
    if error.add and not error.sql and not only:
        return f"{error.mend}, add `{error.add}` to its entry in the mapping."
    return f"{error.mend}, write `{entry}` in its place."


def _quoted(text: str) -> str:
    """A text as YAML has it."""
    return text if _PLAIN.fullmatch(text) else "'" + text.replace("'", "''") + "'"
