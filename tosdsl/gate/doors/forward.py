"""The door for forward authentication: nginx (``auth_request``), Caddy, Traefik and who speaks alike.

The proxy says in headers what the original request was, and sends no body: facts from a body are
unknown. It must set these headers itself. A request with several or none of them is not known, and its
path and method are not.
"""

from __future__ import annotations

from attrs import evolve

from tosdsl.gate.doors.answers import Answer, of_outcome
from tosdsl.gate.live import Live
from tosdsl.gate.model import Request

DOOR = "forward-auth"
PATH = "/forward-auth"

_URI = ("x-forwarded-uri", "x-original-uri")
_METHOD = ("x-forwarded-method", "x-original-method")


def answer(live: Live, request: Request) -> Answer:
    """200 lets it pass. Of what is neither 401 nor 403 nginx makes 500, and refuses too."""
    return of_outcome(live.ask(original(request), DOOR))


def original(request: Request) -> Request:
    """The request that the proxy has."""
    uri = _only(request, _URI) or ""
    path, _, query = uri.partition("?")
    values = [value for name, value in request.headers if name == "x-forwarded-for"]
    address = values[0].split(",")[-1].strip() if len(values) == 1 else None
    return evolve(
        request,
        method=_only(request, _METHOD) or "",
        path=path,
        query=query,
        body=None,
        joined=True,  # some proxies do so
        address=address,
    )


def _only(request: Request, names: tuple[str, str]) -> str | None:
    """The one value under these names; None if there are several that differ, or none."""
    found = {value for name, value in request.headers if name in names}
    once = len([name for name, _ in request.headers if name in names]) == len(found)
    return found.pop() if len(found) == 1 and once else None
