"""The door of a FastAPI endpoint: a dependency, and how a refusal is answered.

tos = Requires("gate.yaml")
tos.install(app)

@app.post("/chat")
async def chat(decision: Annotated[Outcome, Depends(tos)]): ...
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request as Asked
from starlette.responses import Response

from tosdsl.gate.doors.answers import of_outcome
from tosdsl.gate.doors.asgi import decided
from tosdsl.gate.live import Live
from tosdsl.gate.model import Outcome

DOOR = "fastapi"


class Refused(Exception):
    """A request that the gate does not let through, with its outcome."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.kind)
        self.outcome = outcome


class Requires:
    """A dependency that gives the outcome of a permitted request, and raises ``Refused`` for others.

    ``gate`` is a file, or a ``Live`` that doors share. Raises PolicyError when it is made.
    """

    def __init__(self, gate: str | Live) -> None:
        self.live = gate if isinstance(gate, Live) else Live(gate)
        self.live.start()

    async def __call__(self, request: Asked) -> Outcome:
        """FastAPI calls it. The body stays there for the endpoint."""
        body: bytes | None = None
        length = request.headers.get("content-length", "")
        if length.isdecimal() and int(length) <= self.live.plan.limits["body"]:
            body = await request.body()  # of a length that was not told, or too large, none is read
        outcome = await decided(self.live, request.scope, body, DOOR)
        if not outcome.allow:
            raise Refused(outcome)
        return outcome

    def install(self, app: Any) -> None:
        """Let an application answer ``Refused`` with its status and its problem."""
        app.add_exception_handler(Refused, answered)


async def answered(_: Any, refused: Any) -> Response:
    """The answer to a request that is refused."""
    made = of_outcome(refused.outcome)
    return Response(made.body, made.status, dict(made.headers), media_type=made.type or None)
