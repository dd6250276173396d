"""A proxy for calls of models that asks the gate first, and a model behind it that is only played.

    python examples/ai-proxy/run.py [PORT]

What the terms permit goes on to the upstream; everything else is answered here.
"""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import uvicorn

from tosdsl.gate.doors.asgi import Guard

GATE = Path(__file__).with_name("gate.yaml")


class Upstream(BaseHTTPRequestHandler):
    """Stands in for the interface of a model."""

    def do_POST(self) -> None:  # the name that http.server looks for
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        answer = json.dumps({"model": asked["model"], "content": "An answer of the model."}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer + b"\n")

    def log_message(self, *_: Any) -> None: ...


def proxy(upstream: str) -> Any:
    """An application that hands a call on."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        async with httpx.AsyncClient(trust_env=False) as client:
            got = await client.post(upstream + scope["path"], content=body)
        headers = [(b"content-type", got.headers["content-type"].encode())]
        await send({"type": "http.response.start", "status": got.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": got.content})

    return app


def main(port: int) -> None:
    behind = ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    Thread(target=behind.serve_forever, daemon=True).start()
    guarded = Guard(proxy(f"http://127.0.0.1:{behind.server_port}"), str(GATE))
    print(f"The proxy listens at http://127.0.0.1:{port}", flush=True)
    uvicorn.run(guarded, host="127.0.0.1", port=port, log_level="warning", lifespan="off")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 8000)
