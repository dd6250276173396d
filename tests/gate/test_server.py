"""The running server: limits, keys, health, metrics, reload, its log, and what ends badly."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.gate.conftest import GATE, Folder
from tests.gate.rig import client, gate
from tests.unit.conftest import Run, run

__all__ = ["run"]

HEADERS = {"authorization": "Bearer acme", "x-sold": "false", "x-media": "api"}


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[httpx.Client, Folder, Any]]:
    """One server for the tests that leave it as it was."""
    folder = Folder(tmp_path_factory.mktemp("gate"))
    limits = "limits: {body: 1000, headers: 20, header: 2000, deadline: 2 s, batch: 3}\n"
    folder.write("gate.yaml", GATE + limits + "log: {to: log.jsonl, values: [sold]}\n")
    with gate(folder.path / "gate.yaml") as (base, process), client(base) as asked:
        yield asked, folder, process


def eventually(holds: Callable[[], Any], seconds: float = 8) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = holds()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it never held")


def ask(asked: httpx.Client, **more: str) -> httpx.Response:
    return asked.get("/envoy/check/v1/items", headers={**HEADERS, **more})


def test_what_is_permitted_passes_and_what_is_forbidden_does_not(standing: Any) -> None:
    asked, _, _ = standing
    answer = ask(asked)
    assert (answer.status_code, answer.headers["x-tosdsl-decision"]) == (200, "permitted")
    answer = ask(asked, **{"x-sold": "true"})
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["clauses"][0]["at"] == "1"
    assert answer.json()["instance"] == f"urn:uuid:{answer.headers['x-tosdsl-decision-id']}"


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"content": b"x" * 1001}, 413),
        ({"headers": {f"x-{each}": "a" for each in range(30)}}, 431),
        ({"headers": {"x-long": "a" * 3000}}, 431),
    ],
)
def test_limits(standing: Any, more: dict[str, Any], status: int) -> None:
    asked, _, _ = standing
    answer = asked.post("/forward-auth", **more)
    assert answer.status_code == status
    assert answer.json()["type"].startswith("urn:tosdsl:limit:")


def raw(asked: httpx.Client, data: bytes, wait: float = 4) -> bytes:
    with closing(socket.create_connection((asked.base_url.host, asked.base_url.port or 80), wait)) as s:
        s.settimeout(wait)
        s.sendall(data)
        found = b""
        try:
            while part := s.recv(65536):
                found += part
        except TimeoutError:
            pass
        return found


@pytest.mark.parametrize(
    "data",
    [
        b"GET /forward-auth HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /forward-auth HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n",
        b"\x00\x01\x02\r\n\r\n",
        b"GET /forward-auth HTTP/1.1\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
    ],
)
def test_what_is_no_clean_request_never_passes(standing: Any, data: bytes) -> None:
    asked, _, _ = standing
    assert not raw(asked, data).startswith(b"HTTP/1.1 2")


@pytest.mark.parametrize(
    "data",
    [
        b"GET /envoy/check HTTP/1.1\r\nHost:",
        b"POST /envoy/check HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nab",
    ],
)
def test_who_sends_slowly_is_let_go(standing: Any, data: bytes) -> None:
    asked, _, _ = standing
    found = raw(asked, data, wait=6)
    assert found == b"" or b" 503 " in found.split(b"\r\n")[0]


def test_health_and_metrics(standing: Any) -> None:
    asked, _, _ = standing
    ask(asked)
    assert asked.get("/livez").json() == {"live": True}
    assert asked.get("/readyz").json()["ready"] is True
    text = asked.get("/metrics").text
    assert 'tosdsl_decisions_total{door="envoy-http",outcome="permitted"}' in text
    assert 'tosdsl_register_rows{register="subject"} 3.0' in text
    assert "acme" not in text


def test_no_other_path_is_a_door(standing: Any) -> None:
    asked, _, _ = standing
    for path in ("/", "/forward-authx", "/access/v1/nothing", "/envoy/checkx", "/forward-auth/"):
        assert asked.get(path, headers=HEADERS).status_code == 404


def test_the_log_has_each_decision_and_no_value_but_those_named(standing: Any) -> None:
    asked, folder, _ = standing
    answer = ask(asked, **{"x-sold": "true"})
    id_ = answer.headers["x-tosdsl-decision-id"]

    def line() -> Any:
        log = folder.path / "log.jsonl"  # it is made with the first line, a moment after the answer
        lines = log.read_text(encoding="utf-8").splitlines() if log.is_file() else []
        return next((each for each in map(json.loads, lines) if each["id"] == id_), None)

    found = eventually(line)
    facts = {each["fact"]: each for each in found["facts"]}
    assert facts["sold"]["value"] is True
    assert "hash" in facts["amount"]
    assert "value" not in facts["amount"]
    assert facts["amount"]["trust"] == "verified"
    assert found["clauses"] == ["shop.terms#selling"]
    assert "acme" not in json.dumps(found)
    assert (folder.path / "log.jsonl").stat().st_mode & 0o077 == 0


# --- what changes while it runs -----------------------------------------------------------------------


def test_a_change_is_put_to_work_and_a_wrong_one_is_not(folder: Folder) -> None:
    with gate(folder.path / "gate.yaml") as (base, process), client(base) as asked:
        assert ask(asked).status_code == 200
        good = (folder.path / "shop.tos").read_text(encoding="utf-8")
        folder.write("shop.tos", good.replace("amount > 1000", "amount > 5"))
        eventually(lambda: ask(asked).status_code == 403)
        folder.write("shop.tos", good + "\nforbid nonsense when\n")
        failed = eventually(lambda: asked.get("/readyz").json()["reload_failed"])
        assert failed
        assert ask(asked).status_code == 403
        wrong = good + '\nscenario "wrong"\n    given\n        sold: yes\n    expect permitted\n'
        folder.write("shop.tos", wrong)
        eventually(lambda: "scenario" in (asked.get("/readyz").json()["reload_failed"] or ""))
        assert ask(asked).status_code == 403
        folder.write("shop.tos", good)
        eventually(lambda: ask(asked).status_code == 200)
        process.send_signal(signal.SIGHUP)
        eventually(lambda: 'tosdsl_reloads_total{result="done"} 3.0' in asked.get("/metrics").text)
        assert ask(asked).status_code == 200


def test_a_key_is_needed_where_one_is_set(folder: Folder) -> None:
    folder.write("key", "s3cret\n")
    words = ("--key-file", str(folder.path / "key"))
    with gate(folder.path / "gate.yaml", *words) as (base, _), client(base) as asked:
        assert ask(asked).status_code == 401
        assert asked.get("/metrics").status_code == 401
        assert asked.get("/livez").status_code == 200
        assert ask(asked, **{"x-tosdsl-key": "wrong"}).status_code == 401
        assert ask(asked, **{"x-tosdsl-key": "s3cret"}).status_code == 200
        twice = [("x-tosdsl-key", "s3cret"), ("x-tosdsl-key", "s3cret"), *HEADERS.items()]
        assert asked.get("/envoy/check/a", headers=twice).status_code == 401
        for scheme, status in (("Bearer", 400), ("bearer", 400), ("Basic", 401)):
            shown = {"authorization": f"{scheme} s3cret", "content-type": "application/json"}
            answer = asked.post("/access/v1/evaluation", headers=shown, content=b"{}")
            assert answer.status_code == status


@pytest.mark.parametrize("words", [("--host", "0.0.0.0"), ("--grpc", "0.0.0.0:1")])
def test_a_gate_is_not_open_to_everybody_by_mistake(folder: Folder, run: Run, words: Any) -> None:
    ran = run("gate", "serve", folder.path / "gate.yaml", *words)
    assert ran.status == 1
    assert "TOS8013" in ran.err


def test_log_or_deny_refuses_what_it_cannot_log(folder: Folder) -> None:
    folder.write("gate.yaml", GATE + "log: {to: full/log.jsonl, log_or_deny: true}\n")
    with gate(folder.path / "gate.yaml") as (base, _), client(base) as asked:
        assert ask(asked).status_code == 503
        assert asked.get("/readyz").status_code == 503
        (folder.path / "full").mkdir()
        assert ask(asked).status_code == 200
        assert asked.get("/readyz").status_code == 200


def test_killed_while_it_writes_it_loses_no_line_but_one(folder: Folder) -> None:
    folder.write("gate.yaml", GATE + "log: {to: log.jsonl, log_or_deny: true}\n")
    answered = []
    with gate(folder.path / "gate.yaml") as (base, process), client(base) as asked:
        for number in range(200):
            if number == 150:
                os.kill(process.pid, signal.SIGKILL)
            try:
                answered.append(ask(asked).headers["x-tosdsl-decision-id"])
            except httpx.HTTPError:
                break
    lines = Path(folder.path / "log.jsonl").read_text(encoding="utf-8").splitlines()
    logged = {json.loads(line)["id"] for line in lines}
    assert len(answered) >= 150
    assert set(answered) <= logged


def test_the_server_says_where_it_listens_and_what_happens(folder: Folder) -> None:
    with gate(folder.path / "gate.yaml") as (base, _), client(base) as asked:
        told = folder.path / "serve.log"
        assert f"listens at {base}, digest sha256:" in told.read_text(encoding="utf-8")
        text = (folder.path / "shop.tos").read_text(encoding="utf-8")
        folder.write("shop.tos", text.replace("amount > 1000", "amount > 5"))
        eventually(lambda: "a change is at work" in told.read_text(encoding="utf-8"))
        assert ask(asked).status_code == 403
        assert re.match(r"\d{4}-\d\d-\d\d \d\d:", told.read_text(encoding="utf-8"))


def test_a_port_that_is_taken_has_a_code(folder: Folder, run: Run) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        ran: Any = run("gate", "serve", folder.path / "gate.yaml", "--port", str(port))
    assert ran.status == 1
    assert "TOS8020" in ran.err
    assert f"127.0.0.1:{port}" in ran.err
