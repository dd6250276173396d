"""The ASGI application: limits, keys, health, metrics, and the doors that speak HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from hmac import compare_digest
from typing import Any

from attrs import evolve

from tosdsl.gate.doors import authzen, envoy_http, forward, webhooks
from tosdsl.gate.doors.answers import Answer, json_answer, of_outcome, of_scope, plain_problem
from tosdsl.gate.doors.limits import Past, hold_body, hold_head
from tosdsl.gate.live import Live
from tosdsl.gate.model import Request

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

_KEY = b"x-tosdsl-key"
_BEARER = b"bearer "
_OPEN = ("/livez", "/readyz")
"""What needs no key."""


class App:
    """One gate as an ASGI application. ``key``: what callers have to show; None for no key."""

    def __init__(self, live: Live, key: str | None = None) -> None:
        self.live = live
        self._key = key.encode() if key is not None else None

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:  # a gate speaks no websocket
            await send({"type": "websocket.close", "code": 1008})

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.live.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                self.live.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _http(self, scope: Any, receive: Receive, send: Send) -> None:
        seconds = self.live.plan.limits["deadline"]
        try:
            async with asyncio.timeout(seconds):
                answer = await self._answer(scope, receive)
        except TimeoutError:
            self.live.metrics.refused.labels("deadline").inc()
            answer = of_outcome(self.live.refuse("The request took too long.", "server"))
            answer = evolve(answer, headers=(*answer.headers, ("connection", "close")))
        except Past as past:
            self.live.metrics.refused.labels(past.limit).inc()
            answer = past.answer()
        except Exception:  # a door that fails refuses
            answer = of_outcome(self.live.refuse("The gate failed.", "server"))
        body = b"" if scope["method"] == "HEAD" else answer.body
        start = {"type": "http.response.start", "status": answer.status, "headers": answer.pairs()}
        await send(start)
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Any, receive: Receive) -> Answer:
        limits = self.live.plan.limits
        headers = scope["headers"]
        hold_head(headers, limits)
        path: str = scope["path"]
        if path in _OPEN:
            return self._health(path)
        if not self._may_ask(headers, path):
            return plain_problem(401, "A key is needed.", headers=(("www-authenticate", "Bearer"),))
        if path == "/metrics":
            return Answer(200, self.live.metrics.text(self.live), "text/plain; version=0.0.4")
        body = await self._body(receive, limits)
        request = of_scope(scope, body)
        if any(each.compiled.waits for each in (self.live.decider, self.live.shadow) if each):
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(None, self._door, scope, path, request)
        return self._door(scope, path, request)

    def _door(self, scope: Any, path: str, request: Request) -> Answer:
        if path == forward.PATH:
            return forward.answer(self.live, request)
        if path.startswith(f"{envoy_http.PREFIX}/") or path == envoy_http.PREFIX:
            return envoy_http.answer(self.live, request)
        if path == "/.well-known/authzen-configuration":
            return json_answer(authzen.configuration(_base(scope)))
        if path in {webhooks.PORTKEY, webhooks.LITELLM}:
            return webhooks.answer(self.live, request, path)
        place = path.removeprefix("/access/v1/")
        if place in _AUTHZEN:
            if scope["method"] != "POST":
                return plain_problem(405, "Only POST is answered here.", headers=(("allow", "POST"),))
            return authzen.answer(self.live, request, place)
        return plain_problem(404, "There is no such door.")

    async def _body(self, receive: Receive, limits: Mapping[str, float]) -> bytes:
        parts = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Past(400, "disconnect", "The request was not sent whole.")
            part = message.get("body", b"")
            size += len(part)
            hold_body(size, limits)
            parts.append(part)
            if not message.get("more_body", False):
                return b"".join(parts)

    def _health(self, path: str) -> Answer:
        if path == "/livez":
            return json_answer({"live": True})
        health = self.live.health()
        return json_answer(health, 200 if health["ready"] else 503)

    def _may_ask(self, headers: Any, path: str) -> bool:
        if self._key is None:
            return True
        shown = [value for name, value in headers if name.lower() == _KEY]
        if path.startswith(("/access/", "/.well-known/")) or path == "/metrics":
            bearer = [value for name, value in headers if name.lower() == b"authorization"]
            shown += [
                each[len(_BEARER) :] for each in bearer if each[: len(_BEARER)].lower() == _BEARER
            ]
        return len(shown) == 1 and compare_digest(shown[0], self._key)


_AUTHZEN = frozenset(
    ("evaluation", "evaluations", "search/subject", "search/resource", "search/action")
)


def _base(scope: Any) -> str:
    """The address under which the gate was asked."""
    hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    server = scope.get("server") or ("localhost", 80)
    host = hosts[0] if len(hosts) == 1 and hosts[0].isprintable() else f"{server[0]}:{server[1]}"
    return f"{scope.get('scheme', 'http')}://{host}"
