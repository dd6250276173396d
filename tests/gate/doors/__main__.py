"""Prints the table of doors: ``python -m tests.gate.doors [--jobs N] [DOOR…]``.

``--can`` runs nothing and says which doors can be run here, with the versions of their programs, and
what the others need. Status 1: a cell is wrong or not as in the book, or a program did not start.

A cell is what the caller saw, and ``→`` if the request came through to the upstream. ``–``: there is no
such cell, as a decision point within the application is neither slow nor gone without it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from tests.conftest import ROOT
from tests.gate.conftest import POLICY
from tests.gate.doors.answered import Cell
from tests.gate.doors.calls import CALLS
from tests.gate.doors.programs import PROGRAMS, Missing
from tests.gate.doors.rigs import IN_PROCESS, RIGS
from tests.gate.doors.situations import POLICY_DAYS, ROWS, Rig, mapping, shut
from tests.gate.rig import Upstream, free_port, gate, wait_for


def files(folder: Path, name: str, *, log: str = "") -> None:
    """The gate of the table."""
    (folder / "shop.tos").write_text(POLICY.replace('    version "1"\n', POLICY_DAYS), encoding="utf-8")
    (folder / "gate.yaml").write_text(mapping(name) + log, encoding="utf-8")
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    rows = (
        f"acme: {{published: false, seen: '{now}'}}\n"
        "late: {published: false, seen: '2020-01-01T00:00Z'}\n"
    )
    (folder / "customers.yaml").write_text(rows, encoding="utf-8")
    (folder / "counts.json").write_text('{"acme": 10, "late": 10}', encoding="utf-8")


def run(name: str) -> dict[str, Cell | None]:
    """The column of one door. Raises Missing."""
    found: dict[str, Cell | None] = {}
    with tempfile.TemporaryDirectory() as made, ExitStack() as stack:
        folder = Path(made)
        files(folder, name, log="log: {to: decisions.jsonl, log_or_deny: true}\n")
        rig = rig_of(name, folder, stack)
        for row, situation in ROWS.items():
            found[row] = situation(rig)
    with tempfile.TemporaryDirectory() as made, ExitStack() as stack:
        folder = Path(made)
        files(folder, name, log="log: {to: /dev/full, log_or_deny: true}\n")
        rig = rig_of(name, folder, stack)
        found[LAST] = shut(rig)
    return found


def rig_of(name: str, folder: Path, stack: ExitStack) -> Rig:
    upstream = Upstream()
    stack.callback(upstream.close)
    process = None
    port, grpc = free_port(), free_port()
    if name not in IN_PROCESS:
        words = ("--grpc", f"127.0.0.1:{grpc}")
        _, process = stack.enter_context(gate(folder / "gate.yaml", *words, port=port))
        wait_for(grpc)
    base = stack.enter_context(RIGS[name](folder, port, grpc, upstream.port))  # type: ignore[arg-type]  # a context
    time.sleep(0.3)
    return Rig(name, folder, f"http://127.0.0.1:{base}", upstream, process)


def main(words: list[str]) -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.gate.doors")
    asked.add_argument("--can", action="store_true", help="say which doors can be run here")
    asked.add_argument("--jobs", type=int, default=1, help="so many doors at a time")
    asked.add_argument("doors", nargs="*", metavar="DOOR", help=", ".join(RIGS))
    given = asked.parse_args(words)
    if unknown := set(given.doors) - RIGS.keys():
        asked.error(f"no door: {', '.join(sorted(unknown))}; there are {', '.join(RIGS)}")
    names = given.doors or list(RIGS)
    found = {name: _found(name) for name in names}
    if given.can:
        for name, program in found.items():
            missing = isinstance(program, Missing)
            said = f"cannot be run. {program}" if missing else f"can be run, {program}"
            print(f"{name}: {said.removesuffix(', ')}")
        return 0
    with ThreadPoolExecutor(given.jobs) as pool:
        columns = dict(zip(names, pool.map(_column, names, found.values()), strict=True))
    rows = [*ROWS, LAST]
    table = {name: {row: _shown(_at(column, row)) for row in rows} for name, column in columns.items()}
    _print(table, rows)
    models = {name: cell.calls for name, cell in _cells(columns) if cell.calls is not None}
    if models:
        print()
        _print(models, list(CALLS))
    print(
        "\n"
        + ", ".join(dict.fromkeys(each for each in found.values() if isinstance(each, str) and each))
    )
    wrong = [f"{name} did not start: {error}" for name, error in columns.items() if type(error) is str]
    wrong += [f"{name}: {cell.answer}" for name, cell in _cells(columns) if not cell.right]
    wrong += [f"not as in the book: {each}" for each in apart({**table}) + apart({**models})]
    for column in columns.values():
        if isinstance(column, Missing):
            print(f"not run: {column}")
    print(
        "\n".join(f"WRONG {each}" for each in wrong) or "no cell is wrong, and all are as in the book"
    )
    return 1 if wrong else 0


LAST = "log's disk full (log_or_deny)"
"""The row that needs a gate of its own."""

Column = dict[str, Cell | None] | Missing | str
"""What a door answered; or why it was not run; or how its program failed."""


def _found(name: str) -> str | Missing:
    try:
        return PROGRAMS[name]()
    except Missing as missing:
        return missing


def _column(name: str, program: str | Missing) -> Column:
    if isinstance(program, Missing):
        return program
    began = time.monotonic()
    try:
        return run(name)
    except RuntimeError as error:
        return str(error)
    finally:
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)


def _at(column: Column, row: str) -> Cell | str | None:
    return column[row] if isinstance(column, dict) else ""


def _cells(columns: dict[str, Column]) -> Iterator[tuple[str, Cell]]:
    for name, column in columns.items():
        for cell in column.values() if isinstance(column, dict) else ():
            if cell is not None:
                yield name, cell


def _print(table: dict[str, dict[str, str]], rows: list[str]) -> None:
    print("| | " + " | ".join(table) + " |")
    print("|---|" + "---|" * len(table))
    for row in rows:
        print(f"| {row} | " + " | ".join(column[row] for column in table.values()) + " |")


def apart(table: dict[str, dict[str, str]]) -> list[str]:
    """The cells that are others than in the book."""
    book: dict[tuple[str, str], str] = {}
    head: list[str] = []
    for line in (ROOT / "docs/gate/failures.md").read_text(encoding="utf-8").splitlines():
        cells = [each.strip() for each in line.split("|")[1:-1]]
        head = cells if cells and not cells[0] else head if cells else []
        book |= {(name, cells[0]): each for name, each in zip(head[1:], cells[1:], strict=False)}
    return [
        f"{name}, {row}: {cell}; in the book {book.get((name, row), 'nothing')}"
        for name, column in table.items()
        for row, cell in column.items()
        if cell not in {"not run", book.get((name, row))}
    ]


def _shown(cell: Cell | str | None) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, str):
        return "not run"
    return cell.answer + (" →" if cell.through is True else "") + ("" if cell.right else " **wrong**")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
