"""The door in front of the tools of an MCP server: a middleware of the official SDK.

    server = MCPServer("shop")
    server.middleware.append(Guard("gate.yaml"))

It asks about each call of a tool, before the tool runs, and about nothing else that a client sends. A
mapping reads ``body.name`` (the tool) and ``body.arguments.…``, and over HTTP the request's headers.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from anyio.to_thread import run_sync
from attrs import evolve
from mcp import MCPError

from tosdsl.gate.doors.answers import of_scope, oversized
from tosdsl.gate.live import Live
from tosdsl.gate.model import Request

DOOR = "mcp"
REFUSED = -32040
"""The code of a refusal. The error's data are the problem that other doors answer with."""

_CALL = "tools/call"


class Guard:
    """Lets through the calls that the gate permits. ``gate``: a file, or a ``Live`` that doors share.

    Raises PolicyError when it is made, if the gate is wrong.
    """

    def __init__(self, gate: str | Live) -> None:
        self.live = gate if isinstance(gate, Live) else Live(gate)
        self.live.start()

    async def __call__(self, ctx: Any, call_next: Callable[[Any], Awaitable[Any]]) -> Any:
        """The SDK calls it with each message. Raises MCPError to refuse one."""
        if ctx.method == _CALL:
            await self._asked(ctx)
        return await call_next(ctx)

    async def _asked(self, ctx: Any) -> None:
        params = dict(ctx.params or {})
        most = int(self.live.plan.limits["body"])
        if oversized(params, most):
            title = f"The call has more than {most} bytes."
            raise MCPError(REFUSED, title, {"title": title, "status": 413})
        request = request_of(params, ctx.request)
        outcome = await run_sync(self.live.ask, request, DOOR)
        if not outcome.allow:
            problem = dict(outcome.problem or {})
            raise MCPError(REFUSED, str(problem.get("detail", outcome.kind)), problem)


def request_of(params: Mapping[str, Any], http: Any) -> Request:
    """A call as a request. ``http`` is the HTTP request that brought it; None over other ways."""
    if http is None:
        return Request("POST", parsed=params)
    return evolve(of_scope(http.scope, b""), parsed=params)
