"""Real processes on the loopback address, each ended by its id; an upstream that tells what it saw."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx

PATIENCE = 90.0
"""Seconds until a program that does not listen is given up: on a busy machine some start slowly."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(
    port: int, process: subprocess.Popen[bytes] | None = None, patience: float = PATIENCE
) -> None:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if process is not None and process.poll() is not None:
            raise RuntimeError(f"the process ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"nothing listens at {port}")


@contextmanager
def process(
    *words: str, port: int, log: Path, patience: float = PATIENCE, **more: Any
) -> Iterator[subprocess.Popen[bytes]]:
    """A program, once it listens; ended when the block ends, whatever happened."""
    with log.open("ab") as out:
        made = subprocess.Popen(words, stdout=out, stderr=out, stdin=subprocess.DEVNULL, **more)
    try:
        try:
            wait_for(port, made, patience)
        except RuntimeError as error:
            told = log.read_text(encoding="utf-8", errors="replace")[-2000:]
            raise RuntimeError(f"{words[0]}: {error}\n{told}") from None
        yield made
    finally:
        if made.poll() is None:
            made.send_signal(signal.SIGCONT)
            made.terminate()
            try:
                made.wait(5)
            except subprocess.TimeoutExpired:
                made.kill()
                made.wait(5)


@contextmanager
def gate(
    file: Path, *words: str, port: int | None = None
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The server of the command line: its address, and its process."""
    port = port or free_port()
    command = [sys.executable, "-m", "tosdsl", "gate", "serve", str(file), "--port", str(port), *words]
    environment = {**os.environ, "TOSDSL_CACHE": "off"}
    with process(*command, port=port, log=file.parent / "serve.log", env=environment) as made:
        yield f"http://127.0.0.1:{port}", made


COMPLETION = {
    "id": "c-1",
    "object": "chat.completion",
    "created": 1,
    "model": "gpt-4o",
    "choices": [
        {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "hello"}}
    ],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
}
"""What a model's interface answers, so that gateways for models take the upstream for one."""


class Upstream:
    """What is guarded: it answers 200 to everything, and keeps what it got."""

    def __init__(self) -> None:
        seen: list[dict[str, Any]] = []
        self.seen = seen

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None: ...

            def answer(self) -> None:
                size = int(self.headers.get("content-length") or 0)
                body = self.rfile.read(size)
                headers = [(name.lower(), value) for name, value in self.headers.items()]
                seen.append({"path": self.path, "headers": headers, "body": body})
                text = json.dumps({**COMPLETION, "upstream": True, "body": len(body)}).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

        for method in ("GET", "POST", "PUT", "DELETE"):
            setattr(Handler, f"do_{method}", Handler.answer)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def client(base: str, **more: Any) -> httpx.Client:
    return httpx.Client(base_url=base, trust_env=False, timeout=10, **more)
