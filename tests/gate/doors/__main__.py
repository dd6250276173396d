"""Prints the table of doors: ``python -m tests.gate.doors [DOOR…]``. Status 1: a cell is wrong.

A cell is what the caller saw, and ``→`` if the request came through to the upstream. ``–``: there is no
such cell, as a decision point within the application is neither slow nor gone without it.
"""

from __future__ import annotations

import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from tests.gate.conftest import POLICY
from tests.gate.doors.rigs import IN_PROCESS, RIGS, Missing
from tests.gate.doors.situations import POLICY_DAYS, ROWS, Cell, Rig, mapping, shut
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
        files(folder, name)
        rig = rig_of(name, folder, stack)
        for row, situation in ROWS.items():
            found[row] = situation(rig)
    with tempfile.TemporaryDirectory() as made, ExitStack() as stack:
        folder = Path(made)
        files(folder, name, log="log: {to: /dev/full, log_or_deny: true}\n")
        rig = rig_of(name, folder, stack)
        found["log's disk full (log_or_deny)"] = shut(rig)
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


def main(names: list[str]) -> int:
    columns: dict[str, dict[str, Cell | None] | str] = {}
    for name in names or list(RIGS):
        began = time.monotonic()
        try:
            columns[name] = run(name)
        except Missing as missing:
            columns[name] = str(missing)
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    rows = [*ROWS, "log's disk full (log_or_deny)"]
    print("| | " + " | ".join(columns) + " |")
    print("|---|" + "---|" * len(columns))
    for row in rows:
        cells = [_shown(each if isinstance(each, str) else each[row]) for each in columns.values()]
        print(f"| {row} | " + " | ".join(cells) + " |")
    wrong = [
        f"{name}: {row}"
        for name, column in columns.items()
        if isinstance(column, dict)
        for row, cell in column.items()
        if cell is not None and not cell.right
    ]
    for name, column in columns.items():
        if isinstance(column, str):
            print(f"\n{name} was not run. {column}")
    print("\n".join(["", *(f"WRONG {each}" for each in wrong)]) if wrong else "\nno cell is wrong")
    return 1 if wrong else 0


def _shown(cell: Cell | str | None) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, str):
        return "not run"
    return cell.answer + (" →" if cell.through is True else "") + ("" if cell.right else " **wrong**")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
