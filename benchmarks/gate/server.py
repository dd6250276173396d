"""What a gate is compared with, behind the same server: ``python -m benchmarks.gate.server KIND PORT``.

``empty`` reads the body and answers; ``cedar`` and ``opa`` put the story's clause to these engines.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, cast

import uvicorn

from benchmarks import peers
from tosdsl.gate.server.protocol import bounded

Answer = Callable[[bytes], bytes]

KINDS: dict[str, Callable[[], Answer]] = {
    "empty": lambda: lambda body: b'{"verdict":"permitted"}',
    "cedar": lambda: cast(Answer, peers.cedar_json().ask),
    "opa": lambda: cast(Answer, peers.opa_json().ask),
}


def application(answer: Answer) -> Any:
    """Raw ASGI, as the gate is."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        parts = []
        while True:
            message = await receive()
            parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                break
        body = answer(b"".join(parts))
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


def main() -> None:
    kind, port = sys.argv[1], int(sys.argv[2])
    config = uvicorn.Config(
        application(KINDS[kind]()),
        port=port,
        http=bounded(10, 100_000),
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=False,
    )
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main()
