"""The rows of the table that need no waiting, at the doors whose programs start at once.

``python -m tests.gate.doors`` runs the whole of it.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.gate.doors.__main__ import files, rig_of
from tests.gate.doors.rigs import Missing
from tests.gate.doors.situations import GOOD, ROWS

WAITS = (
    "register holds rubbish",
    "body too large",
    "body said to be compressed",
    "malformed JSON",
    "decision point slow",
    "reload under load",
    "a wrong policy put in place",
)


def test_the_rows_that_wait_are_rows() -> None:
    assert set(WAITS) < set(ROWS)


@pytest.mark.parametrize("name", ["AuthZEN", "nginx", "Caddy", "wsgi", "MCP"])
def test_a_door_answers_as_it_must(tmp_path: Path, name: str) -> None:
    files(tmp_path, name)
    with ExitStack() as stack:
        try:
            rig = rig_of(name, tmp_path, stack)
        except Missing as missing:
            pytest.skip(str(missing))
        for row, situation in ROWS.items():
            cell = situation(rig) if row not in WAITS else None
            assert cell is None or cell.right, (row, cell)


@pytest.mark.parametrize("name", ["Envoy HTTP", "Envoy gRPC"])
def test_envoy_hands_on_what_a_body_is_read_by_and_says_that_a_check_failed(
    tmp_path: Path, name: str
) -> None:
    files(tmp_path, name)
    with ExitStack() as stack:
        try:
            rig = rig_of(name, tmp_path, stack)
        except Missing as missing:
            pytest.skip(str(missing))
        cell = ROWS["body said to be compressed"](rig)
        assert cell is not None
        assert cell.right, cell
        (tmp_path / "counts.json").unlink()
        answer = httpx.post(f"{rig.base}/items", headers=GOOD, trust_env=False)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["title"] == "The check could not be made"
