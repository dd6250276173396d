"""A whole audit: from policies, a mapping and a table to a run, and to what comes out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
from attrs import define

from tosdsl.auditing import sources
from tosdsl.auditing.output import Output
from tosdsl.auditing.run import Run, Side
from tosdsl.auditing.telling import with_kinds
from tosdsl.diagnostics.model import Diagnostic, Severity, in_order, mistake
from tosdsl.errors import TosdslError
from tosdsl.facade import PolicySet, load, load_documents
from tosdsl.facts.document import read_text, with_line_feeds
from tosdsl.facts.given import from_python
from tosdsl.mapping.model import Mapped
from tosdsl.mapping.read import read_mapping
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Node

_FORM = b"parts without what kinds tell, with what is not in force"
"""How parts are written: an audit goes on with those of its own form alone."""
Progress = Callable[[int, int | None], None]
"""Told of the rows that are done, and of all, if that is known."""


@define(eq=False)
class Audit:
    """A run that is ready, with what its report says of it."""

    run: Run
    policies: PolicySet
    against: PolicySet | None
    identity: str

    def table(self) -> pa.Table:
        """What comes out, in memory. Raises TosdslError."""
        rows = [*self.run.pieces()]
        kinds = self.run.side.kinds.table()
        return pa.concat_tables(with_kinds(each, kinds) for each in rows)

    def frame(self) -> Any:
        """What comes out of a frame of Spark, as one. Raises TosdslError."""
        from tosdsl.auditing.spark import OnSpark

        assert isinstance(self.run, OnSpark)
        return self.run.told()

    def write(self, name: str, progress: Progress) -> None:
        """What comes out, as a file; goes on with what was done of it. Raises TosdslError."""
        output = Output(name, self.identity, self.run.moves)
        kinds = self.run.kinds()
        output.begin(self.run.counts, kinds)
        done = sum(output.done)
        progress(done, self.run.table.size)
        for piece in self.run.pieces(tuple(output.done)):
            output.add(piece, self.run.read, self.run.counts, kinds)
            done += self.run.read
            progress(done, self.run.table.size)
        output.end(self.run.side.kinds)


def prepared(
    policies: Any, table: Any, mapping: Any = None, against: Any = None, seed: int = 0
) -> Audit:
    """An audit that is ready to run: of a frame of Spark there, else in DuckDB. Raises TosdslError for
    whatever does not fit."""
    asked = _policies(policies)
    other = None if against is None else _policies(against)
    made, opened = _judging(table)
    root, file, text = _mapping(mapping)
    vocabulary = asked.vocabulary if other is None else _together(asked, other)
    mapped, problems = read_mapping(root, vocabulary)
    texts = {file: text} if text else {}
    _raise(problems, texts)
    children = _children(mapped, Path(file).parent if text else Path())
    title = ", ".join(each[0].id for each in asked.choices.asked)
    side = Side(asked.predicates, title)
    facing = None
    if other is not None:
        facing = Side(other.predicates, ", ".join(each[0].id for each in other.choices.asked))
    try:
        run = made(side, mapped, opened, facing, _documents(policies, asked), children, seed)
    except TosdslError as error:
        raise TosdslError(error.diagnostics, {**error.sources, **texts}) from None
    return Audit(run, asked, other, _identity(asked, other, opened.identity, repr(root), seed))


def _judging(table: Any) -> tuple[Callable[..., Run], sources.Table]:
    """What judges a table, and the table. Raises TosdslError."""
    if type(table).__module__.partition(".")[0] == "pyspark":
        from tosdsl.auditing.spark import OnSpark, table_of

        return partial(OnSpark, frame=table), table_of(table)
    return Run, sources.opened(table)


def _policies(given: Any) -> PolicySet:
    if isinstance(given, PolicySet):
        return given
    return load(*([given] if isinstance(given, str | Path) else given))


def _documents(given: Any, asked: PolicySet) -> list[Side]:
    """Each document by itself, if several are asked about by their names."""
    if isinstance(given, PolicySet | str | Path) and len(asked.choices.asked) < 2:
        return []
    if isinstance(given, PolicySet):
        return []
    words = [given] if isinstance(given, str | Path) else given
    return [
        Side(each.predicates, each.choices.asked[0][0].id)
        for each in (load_documents(*words) if len(asked.choices.asked) > 1 else ())
    ]


def _together(one: PolicySet, other: PolicySet) -> v.Vocabulary:
    """The facts of two sets of policies."""
    facts = {fact.name: fact for fact in (*other.vocabulary.facts, *one.vocabulary.facts)}
    return v.Vocabulary("", facts=tuple(facts.values()))


def _mapping(given: Any) -> tuple[Node | None, str, str]:
    """A mapping as nodes, with its file and its text."""
    problems: list[Diagnostic] = []
    if given is None:
        return None, "", ""
    if isinstance(given, Mapping):
        node = from_python(given, problems, "mapping")
        _raise(problems, {})
        return node, "", ""
    file = str(given)
    try:
        text = with_line_feeds(Path(file).read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        said = getattr(error, "strerror", None) or "it is not UTF-8"
        raise TosdslError((mistake("TOS6002", None, name=file, problem=said),), {}) from None
    node = read_text(text, file, problems)
    _raise(problems, {file: text})
    return node, file, text


def _children(mapped: Mapped, folder: Path) -> dict[str, pa.Table]:
    """The child tables of a mapping, whole."""
    found = {}
    for path, child in mapped.tables.items():
        opened = sources.opened(str(folder / child.file))
        found[path] = pa.concat_tables(opened.pieces())
    return found


def _raise(problems: list[Diagnostic], texts: Mapping[str, str]) -> None:
    if any(each.severity is Severity.ERROR for each in problems):
        raise TosdslError(tuple(in_order(problems)), texts)


def _identity(
    policies: PolicySet, against: PolicySet | None, table: str, mapping: str, seed: int
) -> str:
    made = hashlib.sha256(_FORM)
    for each in (policies, against):
        texts = () if each is None else sorted(each.sources.items())
        made.update(repr(texts).encode())
    made.update(repr((table, mapping, seed)).encode())
    return made.hexdigest()
