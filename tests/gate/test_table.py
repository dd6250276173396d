"""The rows of the table that need no waiting, at the doors whose programs start at once.

``python -m tests.gate.doors`` runs the whole of it.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.conftest import ROOT
from tests.gate.doors.__main__ import LAST, apart, files, main, rig_of
from tests.gate.doors.calls import CALLS, GOOD, MODELS, THROUGH
from tests.gate.doors.programs import Missing
from tests.gate.doors.rigs import RIGS
from tests.gate.doors.situations import ROWS

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


def test_the_book_has_each_row_of_each_door_and_each_call() -> None:
    text = (ROOT / "docs/gate/failures.md").read_text(encoding="utf-8")
    assert "| | " + " | ".join(RIGS) + " |" in text
    assert "| | " + " | ".join(MODELS) + " |" in text
    for row in [*ROWS, LAST, *CALLS]:
        assert f"\n| {row} | " in text
    for name, kinds in THROUGH.items():
        assert not apart({name: {call: kind for kind, calls in kinds.items() for call in calls}})


def test_a_cell_that_is_another_than_in_the_book_is_told() -> None:
    told = ["nginx, forbidden: 200 →; in the book 403"]
    assert apart({"nginx": {"forbidden": "200 →", "undetermined": "403"}}) == told


def test_doors_say_whether_they_can_be_run_here(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    for name in ("LITELLM_PYTHON", "PORTKEY", "TRAEFIK"):
        monkeypatch.delenv(name, raising=False)
    assert main(["--can"]) == 0
    said = dict(line.split(": ", 1) for line in capsys.readouterr().out.splitlines())
    assert list(said) == list(RIGS)
    assert said["django"].startswith("can be run, Django ")
    assert said["Caddy"] == "cannot be run. Caddy: apt-get install caddy"
    assert said["LiteLLM"].startswith("cannot be run. LiteLLM: LITELLM_PYTHON names no Python")


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
