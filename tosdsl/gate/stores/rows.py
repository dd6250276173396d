"""The rows of a register as nodes with places, from each kind of store: read whole, in one go.

A reader gives each row's key and its columns. It raises ``Unreadable`` with the reason, whatever the
store does.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from tosdsl.base import limits
from tosdsl.base.span import NOWHERE, Span
from tosdsl.diagnostics.model import Diagnostic
from tosdsl.facts.document import read_text, with_line_feeds
from tosdsl.facts.exact import is_number
from tosdsl.gate.plan import RegisterPlan
from tosdsl.library.reading import read_file
from tosdsl.trees.facts import Entries, Entry, Items, Node, Scalar

Row = tuple[str, Entries]

LARGEST = 64 * 1024 * 1024
"""Bytes of a register in a file."""


GONE = "gone"
"""The stamp of a file that is not there."""


class Unreadable(Exception):
    """The register cannot be read. ``span`` is the place, if it has one."""

    def __init__(self, why: str, span: Span = NOWHERE) -> None:
        super().__init__(why)
        self.why = why
        self.span = span


def read_rows(plan: RegisterPlan, folder: str) -> tuple[list[Row], dict[str, str]]:
    """The rows, and the texts that they were read from, by file name. Raises Unreadable."""
    reader = _READERS[plan.kind]
    texts: dict[str, str] = {}
    try:
        rows = list(_counted(reader(plan, folder, texts)))
    except Unreadable:
        raise
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from None
    except Exception as error:  # a driver's own; what it is called differs by store
        first = str(error).strip().split("\n")[0]
        raise Unreadable(f"{type(error).__name__}: {first}") from None
    seen: set[str] = set()
    for key, row in rows:
        if key in seen:
            raise Unreadable(f"the key {key!r} stands twice", row.span)
        seen.add(key)
    return rows, texts


def _counted(rows: Iterable[Row]) -> Iterator[Row]:
    for number, row in enumerate(rows):
        if number == limits.MAX_REGISTER_ROWS:
            raise Unreadable(f"it has more rows than MAX_REGISTER_ROWS, {number:,}")
        yield row


def stamp(plan: RegisterPlan, folder: str) -> object:
    """What changes when a file was changed: its digest's cheap stand-ins. None for other stores."""
    if plan.kind not in {"file", "sqlite"}:
        return None
    try:
        found = Path(folder, plan.where).stat()
    except OSError:
        return GONE
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _of_file(plan: RegisterPlan, folder: str, texts: dict[str, str]) -> Iterator[Row]:
    raw = read_file(str(Path(folder, plan.where)), LARGEST)
    if len(raw) > LARGEST:
        raise Unreadable(f"it is larger than {LARGEST:,} bytes")
    try:
        text = with_line_feeds(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Unreadable("it is not UTF-8") from None
    texts[plan.where] = text
    if plan.where.lower().endswith(".csv"):
        yield from _of_csv(plan, text)
        return
    problems: list[Diagnostic] = []
    root = read_text(text, plan.where, problems)
    if root is None or problems:
        raise Unreadable(problems[0].message, problems[0].span)
    if not isinstance(root, Entries):
        raise Unreadable("a register is a mapping from keys to rows", root.span)
    for entry in root.entries:
        if not isinstance(entry.value, Entries):
            raise Unreadable(f"the row of {entry.key!r} is no mapping", entry.span)
        yield entry.key, Entries(entry.value.entries, span=entry.span)


def _of_csv(plan: RegisterPlan, text: str) -> Iterator[Row]:
    table = csv.DictReader(io.StringIO(text), strict=True)
    names = table.fieldnames or ()
    if plan.column not in names or len(set(names)) < len(names):
        raise Unreadable(f"the first line must name each column once, {plan.column!r} among them")
    for cells in table:
        line = table.line_num
        span = Span(plan.where, line, 1, line, 2)
        if None in cells or None in cells.values():
            raise Unreadable("this line has another number of cells than the first", span)
        yield _row(plan, cells, span)


def _of_sqlite(plan: RegisterPlan, folder: str, texts: dict[str, str]) -> Iterator[Row]:
    import sqlite3

    path = Path(folder, plan.where).absolute()
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=2)
    try:
        found = connection.execute(f"select * from {_quoted(plan.table)}")
        names = [each[0] for each in found.description]
        for number, row in enumerate(found, 1):
            yield _row(plan, dict(zip(names, row, strict=True)), Span(plan.where, number, 1, number, 2))
    finally:
        connection.close()


def _of_postgresql(plan: RegisterPlan, folder: str, texts: dict[str, str]) -> Iterator[Row]:
    try:
        import psycopg
    except ImportError:
        raise Unreadable("the package psycopg is missing: pip install 'tosdsl[postgresql]'") from None
    with psycopg.connect(plan.where, connect_timeout=2, autocommit=True) as connection:
        connection.execute("set default_transaction_read_only = on")
        connection.execute("set statement_timeout = 10000")
        table = psycopg.sql.Identifier(*plan.table.split("."))
        found = connection.execute(psycopg.sql.SQL("select * from {}").format(table))
        names = [each.name for each in found.description or ()]
        for row in found:
            yield _row(plan, dict(zip(names, row, strict=True)), NOWHERE)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _row(plan: RegisterPlan, cells: dict[str, Any], span: Span) -> Row:
    if plan.column not in cells:
        raise Unreadable(f"it has no column {plan.column!r}", span)
    key = cells[plan.column]
    if not isinstance(key, str | int) or isinstance(key, bool) or key == "":
        raise Unreadable(f"a key of the column {plan.column!r} is empty or no text", span)
    entries = [Entry(name, _cell(value, span), span=span) for name, value in cells.items()]
    return str(key), Entries(tuple(entries), span=span)


def _cell(value: Any, span: Span) -> Node:
    """A cell as a node: lists and records may stand in it as JSON."""
    if isinstance(value, str):
        text = value.strip()
        if text.startswith(("[", "{")):
            try:
                return _node(json.loads(text), span)
            except ValueError:
                raise Unreadable("a cell begins like JSON and is none", span) from None
        return Scalar(text or None, plain=True, span=span)
    return _node(value, span)


def _node(value: Any, span: Span) -> Node:
    if isinstance(value, dict):
        entries = [Entry(str(key), _node(inner, span), span=span) for key, inner in value.items()]
        return Entries(tuple(entries), span=span)
    if isinstance(value, list | tuple):
        return Items(tuple(_node(each, span) for each in value), span=span)
    if isinstance(value, float) and not is_number(value):
        return Scalar(repr(value), plain=True, span=span)
    return Scalar(value, span=span)


_READERS: dict[str, Callable[[RegisterPlan, str, dict[str, str]], Iterator[Row]]] = {
    "file": _of_file,
    "sqlite": _of_sqlite,
    "postgresql": _of_postgresql,
}
