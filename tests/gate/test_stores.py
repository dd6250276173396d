"""Registers and counters in real stores: Redis and PostgreSQL, where they are installed, and HTTP."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from tests.gate.conftest import GATE, Folder, request
from tests.gate.postgresql import database, postgres
from tests.gate.rig import free_port, process


def counting(folder: Folder, counter: str) -> Any:
    gate = GATE.replace("amount: register.amount", "amount: counter.used")
    folder.write("customers.yaml", "acme: {model.published: false}\nseed: {model.published: false}\n")
    return folder.decider(gate + f"counters: {{used: {counter}}}\n")


@contextmanager
def counts(answers: dict[str, tuple[int, bytes]]) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None: ...

        def answer(self) -> None:
            status, body = answers.get(self.path, (404, b""))
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    setattr(Handler, "do_GET", Handler.answer)  # noqa: B010 - the name is not ours to choose
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def test_a_counter_over_http(folder: Folder) -> None:
    answers = {"/acme": (200, b"10\n"), "/seed": (200, b"5000"), "/..%2Facme": (200, b"1")}
    with counts(answers) as port:
        decider = counting(folder, f'{{http: "http://127.0.0.1:{port}/{{subject}}", timeout: 2 s}}')
        assert decider.compiled.waits
        assert decider.decide(request()).kind == "permitted"
        assert decider.decide(request("seed")).kind == "forbidden"
        answers["/acme"] = (404, b"")
        assert decider.decide(request()).kind == "undetermined"
        for wrong in ((500, b"10"), (200, b"ten"), (200, b"1" * 5000), (302, b"10"), (200, b"")):
            answers["/acme"] = wrong
            assert decider.decide(request()).kind == "failure"
    assert decider.decide(request()).kind == "failure"


@pytest.mark.skipif(not shutil.which("redis-server"), reason="redis-server is not installed")
def test_a_counter_in_redis(folder: Folder) -> None:
    redis = pytest.importorskip("redis")
    port = free_port()
    words = (
        "redis-server",
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--dir",
        str(folder.path),
    )
    url = f"redis://127.0.0.1:{port}/0"
    with process(*words, port=port, log=folder.path / "redis.log") as running:
        with redis.Redis.from_url(url) as client:
            client.set("used:acme", 10)
            client.incrby("used:seed", 5000)
            client.set("used:odd", "many")
        decider = counting(folder, f'{{redis: "{url}", key: "used:{{subject}}", timeout: 300 ms}}')
        assert decider.decide(request()).kind == "permitted"
        assert decider.decide(request("seed")).kind == "forbidden"
        folder.write("customers.yaml", "acme: {model.published: false}\nodd: {}\nnew: {}\n")
        decider.compiled.refresh()
        assert decider.decide(request("odd")).kind == "failure"
        assert decider.decide(request("new")).kind == "undetermined"
        os.kill(running.pid, 19)  # it stops answering, and its port stays open
        assert decider.decide(request()).kind == "failure"
        os.kill(running.pid, 18)
        assert decider.decide(request()).kind == "permitted"
    assert decider.decide(request()).kind == "failure"


@pytest.mark.skipif(postgres() is None, reason="PostgreSQL is not installed")
def test_a_register_in_postgresql(folder: Folder) -> None:
    psycopg = pytest.importorskip("psycopg")
    with database(folder.path) as (where, _):
        with psycopg.connect(where, autocommit=True) as client:
            client.execute(
                'create table customers (key text primary key, amount int, "model.published" boolean,'
                " media text[])"
            )
            client.execute(
                "insert into customers values ('acme', 10, false, '{api}'), ('seed', 5000, true, null)"
            )
        register = f'{{postgresql: "{where}", table: customers, column: key, refresh: 0 s}}'
        gate = GATE.replace("customers.yaml}", register + "}")
        gate = gate.replace("model: register.model", "model.published: register.model.published")
        gate = gate.replace('media: {from: header.x-media, split: ","}', "media: register.media")
        decider = folder.decider(gate)
        assert decider.compiled.problems() == []
        assert decider.decide(request()).kind == "permitted"
        assert decider.decide(request("seed")).kind == "forbidden"
        with psycopg.connect(where, autocommit=True) as client:
            client.execute("update customers set amount = 6000 where key = 'acme'")
        decider.compiled.refresh_due()
        assert decider.decide(request()).kind == "forbidden"
        with psycopg.connect(where, autocommit=True) as client:
            client.execute("drop table customers")
        decider.compiled.refresh()
        assert decider.decide(request()).kind == "failure"
    decider.compiled.refresh()
    assert decider.decide(request()).kind == "failure"
    told = decider.compiled.problems()[0].message
    assert "customers" in told
    assert "user=gate" not in told
