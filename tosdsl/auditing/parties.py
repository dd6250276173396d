"""Names of parties: those that no policy declares are looked at once each, as in every use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

import duckdb
from attrs import frozen

from tosdsl.auditing.convert import SQL
from tosdsl.auditing.fitting import WRONG
from tosdsl.diagnostics.model import Diagnostic, Severity
from tosdsl.facts.read import Reader
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Scalar

NEAR = "TOS4009"
"""A name that may be a slip of a known one. Elsewhere somebody reads the warning; nobody reads each row
of a table, so such a row is not judged."""


@frozen
class Parties:
    """Looks at names of one vocabulary."""

    vocabulary: v.Vocabulary
    connection: duckdb.DuckDBPyConnection

    def refuse(self, table: str, paths: Iterable[str]) -> None:
        """Marks the rows of a table in which a name is none, or can be taken for a known one."""
        known = ", ".join(SQL.text(each.name) for each in self.vocabulary.parties)
        mapped = set(paths)
        for leaf in self.vocabulary.leaves():
            if leaf.path not in mapped:
                continue
            for values, test in self._places(leaf):
                other = f"name NOT IN ({known})" if known else "name IS NOT NULL"
                found = self.connection.execute(
                    f"SELECT DISTINCT name FROM (SELECT {values} AS name FROM {table}) WHERE {other}"
                ).fetchall()
                for (name,) in found:
                    code = self.code(leaf.path, name)
                    if code is not None:
                        self._mark(table, f"{code} {leaf.path}", test(SQL.text(name)))

    def _mark(self, table: str, said: str, where: str) -> None:
        wrong = SQL.ident(WRONG)
        self.connection.execute(
            f"UPDATE {table} SET {wrong} = {SQL.text(said)} WHERE {wrong} IS NULL AND {where}"
        )

    def _places(self, leaf: v.Leaf) -> Iterator[tuple[str, Callable[[str], str]]]:
        """Where names of parties stand in a fact: SQL of the names, and of the test for one."""
        column, kind = SQL.ident(leaf.path), v.bare(leaf.type)
        match kind:
            case v.Party():
                yield column, lambda name: f"{column} = {name}"
            case v.ListOf(item=v.Party()):
                yield f"unnest({column})", lambda name: f"list_contains({column}, {name})"
            case v.ListOf(item=v.Record() as record):
                for inner in v.Vocabulary("", facts=record.fields).leaves():
                    if isinstance(v.bare(inner.type), v.Party):
                        item = SQL.item(0)
                        field = SQL.field(item, inner.path)
                        names = f"list_transform({column}, lambda {item}: {field})"
                        yield f"unnest({names})", partial(_among, names)

    def code(self, path: str, name: str) -> str | None:
        """The code of the mistake that a name is; None if it is none."""
        problems: list[Diagnostic] = []
        Reader(self.vocabulary, problems).value(path, Scalar(name), v.Party())
        wrong = [each.code for each in problems if each.severity is Severity.ERROR or each.code == NEAR]
        return wrong[0] if wrong else None


def _among(names: str, name: str) -> str:
    return f"list_contains({names}, {name})"
