"""The door of Envoy's ``ext_authz`` over HTTP: the original request, under a prefix.

Any method and any path are taken. Envoy joins headers that come twice. A body that it cut off says so,
and is then not known.
"""

from __future__ import annotations

from tosdsl.gate.doors.answers import Answer, of_outcome
from tosdsl.gate.live import Live
from tosdsl.gate.model import Request

DOOR = "envoy-http"
PREFIX = "/envoy/check"

_PARTIAL = "x-envoy-auth-partial-body"


def answer(live: Live, request: Request) -> Answer:
    """The answer for a request under the prefix: 200 lets it pass, and nothing else does."""
    path = request.path.removeprefix(PREFIX) or "/"
    cut = any(name == _PARTIAL and value != "false" for name, value in request.headers)
    body = None if cut else request.body
    asked = Request(
        request.method,
        path,
        request.query,
        request.headers,
        body,
        _address(request),
        request.certificate,
        True,
        request.parsed,
    )
    return of_outcome(live.ask(asked, DOOR))


def _address(request: Request) -> str | None:
    """The caller as Envoy has it: the last of ``x-forwarded-for`` is what Envoy itself has seen."""
    values = [value for name, value in request.headers if name == "x-forwarded-for"]
    return values[0].split(",")[-1].strip() if len(values) == 1 else None
