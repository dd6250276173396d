"""Names of parties: those that no policy declares are looked at once each, as in every use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import duckdb
import pyarrow as pa
from attrs import frozen

from tosdsl.auditing.database import InDuckDB
from tosdsl.auditing.fitting import MISTAKEN, MISTAKES, MOST_MISTAKES, ROW, WRONG
from tosdsl.auditing.singles import SQL, as_text
from tosdsl.diagnostics.model import Diagnostic, Severity
from tosdsl.facts.read import Reader
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Scalar

NEAR = "TOS4009"
"""A name that may be a slip of a known one. Elsewhere somebody reads the warning; nobody reads each row
of a table, so such a row is not judged."""
UNLISTED = "TOS4124"
"""A name that the translations of a mapping do not list, and no policy knows."""
_NAMES = pa.schema([("name", pa.string()), ("code", pa.string())])


@frozen
class Parties:
    """Looks at names of one vocabulary."""

    vocabulary: v.Vocabulary
    connection: duckdb.DuckDBPyConnection
    closed: Mapping[str, Sequence[str]]
    """By fact, or field of its items, the only names that it may have, where the mapping closes it."""

    def refuse(self, table: str, paths: Iterable[str]) -> None:
        """Marks the rows of a table in which a name is none, or can be taken for a known one."""
        known = ", ".join(SQL.text(each.name) for each in self.vocabulary.parties)
        other = f"name NOT IN ({known})" if known else "name IS NOT NULL"
        mapped = set(paths)
        for leaf in self.vocabulary.leaves():
            if leaf.path not in mapped:
                continue
            for listed, field, path in places(leaf):
                values = SQL.ident(leaf.path)
                if listed:
                    duckdb_ = InDuckDB(connection=self.connection)
                    values = duckdb_.items(duckdb_.fields(values, field))
                named = f"SELECT {SQL.ident(ROW)} AS row, {values} AS name FROM {table}"
                found = self.connection.execute(
                    f"SELECT DISTINCT name FROM ({named}) WHERE {other}"
                ).fetchall()
                codes = [(name, self.code(path, name)) for (name,) in found]
                wrong = [{"name": name, "code": code} for name, code in codes if code is not None]
                if wrong:
                    self._mark(table, named, leaf.path, path, wrong)

    def _mark(
        self, table: str, named: str, fact: str, path: str, wrong: list[dict[str, str | None]]
    ) -> None:
        """Marks the rows that have one of these names, all in one statement."""
        self.connection.register("wrong_names", pa.Table.from_pylist(wrong, schema=_NAMES))
        first, mistaken, mistakes = map(SQL.ident, (WRONG, MISTAKEN, MISTAKES))
        said = f"w.code || {SQL.text(f' {fact}')}"
        full = f"w.code || {SQL.text(f' {path}: ')} || {as_text('w.name')}"
        rows = (
            f"SELECT n.row, min({said}) AS first, string_agg(DISTINCT {said}, chr(10)) AS mistaken, "
            f"list_sort(list(DISTINCT {full})) AS mistakes "
            f"FROM ({named}) n JOIN wrong_names w ON n.name = w.name GROUP BY n.row"
        )
        every = f"list_concat(coalesce({table}.{mistakes}, []), f.mistakes)[1:{MOST_MISTAKES}]"
        self.connection.execute(
            f"UPDATE {table} SET {first} = coalesce({table}.{first}, f.first), "
            f"{mistaken} = concat_ws(chr(10), {table}.{mistaken}, f.mistaken), {mistakes} = {every} "
            f"FROM ({rows}) f WHERE {table}.{SQL.ident(ROW)} = f.row"
        )
        self.connection.unregister("wrong_names")

    def code(self, path: str, name: str) -> str | None:
        """The code of the mistake that a name is; None if it is none."""
        problem = _problem(self.vocabulary, path, name)
        if problem is not None:
            return problem.code
        return UNLISTED if path in self.closed and name not in self.closed[path] else None


def places(leaf: v.Leaf) -> Iterator[tuple[bool, str | None, str]]:
    """Where names of parties stand in a fact: whether in a list, in which field of its items, and the
    path of what they are."""
    match v.bare(leaf.type):
        case v.Party():
            yield False, None, leaf.path
        case v.ListOf(item=v.Party()):
            yield True, None, leaf.path
        case v.ListOf(item=v.Record() as record):
            for inner in v.Vocabulary("", facts=record.fields).leaves():
                if isinstance(v.bare(inner.type), v.Party):
                    yield True, inner.path, f"{leaf.path}.{inner.path}"


def meant(vocabulary: v.Vocabulary, path: str, name: str) -> tuple[str, ...]:
    """The known names that may be meant by a name that is wrong."""
    problem = _problem(vocabulary, path, name)
    if problem is None:
        return ()
    known = dict(problem.words).get("known")
    return problem.near or (() if known is None else (known,))


def _problem(vocabulary: v.Vocabulary, path: str, name: str) -> Diagnostic | None:
    problems: list[Diagnostic] = []
    Reader(vocabulary, problems).value(path, Scalar(name), v.Party())
    wrong = (each for each in problems if each.severity is Severity.ERROR or each.code == NEAR)
    return next(wrong, None)
