"""The door in front of an ASGI application: a middleware in the same process.

    app = Guard(app, "gate.yaml")

A body in JSON is read up to the limit, and handed on as it came; other bodies, and answers, stream
through untouched. ``scope["state"]["tos"]`` has the outcome. A websocket that is refused is closed with
1008.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from tosdsl.gate.doors.answers import Answer, of_outcome, of_scope, plain_problem
from tosdsl.gate.live import Live
from tosdsl.gate.model import Outcome

DOOR = "asgi"

Application = Callable[[Any, Any, Any], Awaitable[None]]


class Guard:
    """Lets through to ``app`` what the gate permits. ``gate``: a file, or a ``Live`` that doors share.

    Raises PolicyError when it is made, if the gate is wrong. ``skip`` tells the paths that are not
    asked about.
    """

    def __init__(
        self,
        app: Application,
        gate: str | Live,
        skip: Callable[[str], bool] = lambda path: False,
    ) -> None:
        self._app = app
        self._skip = skip
        self.live = gate if isinstance(gate, Live) else Live(gate)
        self.live.start()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] not in {"http", "websocket"} or self._skip(scope["path"]):
            await self._app(scope, receive, send)
            return
        taken = Taken(receive)
        most = int(self.live.plan.limits["body"])
        if scope["type"] == "http" and _is_json(scope) and not await taken.read(most):
            await _send(scope, send, plain_problem(413, f"The body has more than {most} bytes."))
            return
        outcome = await decided(self.live, scope, taken.body, DOOR)
        if not outcome.allow:
            await _send(scope, send, of_outcome(outcome))
            return
        scope.setdefault("state", {})["tos"] = outcome
        await self._app(scope, taken.again, send)


async def decided(live: Live, scope: Any, body: bytes | None, door: str) -> Outcome:
    """The outcome of a request; in a thread where its facts come over the network."""
    request = of_scope(scope, body)
    if live.decider.compiled.waits:
        return await asyncio.get_running_loop().run_in_executor(None, live.ask, request, door)
    return live.ask(request, door)


class Taken:
    """Messages that were taken from the server, to be handed on. ``body`` is None until it was read."""

    def __init__(self, receive: Any) -> None:
        self._receive = receive
        self._messages: list[Any] = []
        self.body: bytes | None = None

    async def read(self, most: int) -> bool:
        """Read the body; False if there is more of it than that."""
        size = 0
        while True:
            message = await self._receive()
            self._messages.append(message)
            size += len(message.get("body", b""))
            if size > most:
                return False
            if message["type"] == "http.disconnect":
                return True  # what came is no whole body: it stays unknown
            if not message.get("more_body", False):
                self.body = b"".join(each.get("body", b"") for each in self._messages)
                return True

    async def again(self) -> Any:
        """The next message, as the application would have had it."""
        return self._messages.pop(0) if self._messages else await self._receive()


def _is_json(scope: Any) -> bool:
    """Whether the body is worth reading: facts are found in JSON alone."""
    kinds = [value for name, value in scope["headers"] if name.lower() == b"content-type"]
    return len(kinds) == 1 and b"json" in kinds[0].lower()


async def _send(scope: Any, send: Any, answer: Answer) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.pairs()})
    await send({"type": "http.response.body", "body": answer.body})
