"""The door in front of a WSGI application: a wrapper in the same process.

    app = Guard(app, "gate.yaml")

WSGI joins headers that come twice: a value with a comma in it may be two headers, and is read only by
a source that is ``declared`` and has ``split``. It also takes ``X_A`` for ``X-A``: a server that drops
names with underscores, as gunicorn and nginx do, belongs in front.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from tosdsl.gate.doors.answers import Answer, has_body, of_outcome, plain_problem
from tosdsl.gate.live import Live
from tosdsl.gate.model import Request

DOOR = "wsgi"


class Guard:
    """Lets through to ``app`` what the gate permits. ``environ["tosdsl.outcome"]`` has the outcome."""

    def __init__(self, app: Callable[..., Iterable[bytes]], gate: str | Live, door: str = DOOR) -> None:
        self._app = app
        self._door = door
        self.live = gate if isinstance(gate, Live) else Live(gate)
        self.live.start()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        most = int(self.live.plan.limits["body"])
        body = _body(environ, most)
        if isinstance(body, Answer):
            return _started(body, start_response)
        outcome = self.live.ask(of_environ(environ, body), self._door)
        if not outcome.allow:
            return _started(of_outcome(outcome), start_response)
        environ["tosdsl.outcome"] = outcome
        return self._app(environ, start_response)


def of_environ(environ: dict[str, Any], body: bytes | None) -> Request:
    """A request as WSGI has it. The path comes decoded and is encoded again."""
    headers = [
        (name[5:].replace("_", "-").lower(), value)
        for name, value in environ.items()
        if name.startswith("HTTP_") and isinstance(value, str)
    ]
    for key, name in (("CONTENT_TYPE", "content-type"), ("CONTENT_LENGTH", "content-length")):
        if environ.get(key):
            headers.append((name, environ[key]))
    raw = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    decoded = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    path = raw.partition("?")[0] if raw else quote(decoded.encode("latin-1", "replace"), safe="/:@")
    return Request(
        method=environ.get("REQUEST_METHOD", ""),
        path=path,
        query=environ.get("QUERY_STRING", ""),
        headers=tuple(headers),
        body=b"" if body is None and not has_body(tuple(headers)) else body,
        address=environ.get("REMOTE_ADDR"),
        joined=True,
    )


def _body(environ: dict[str, Any], most: int) -> bytes | Answer | None:
    """The body in JSON, put back for the application; None if it is of another kind."""
    if "json" not in environ.get("CONTENT_TYPE", "").lower():
        return None
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdecimal():
        return None
    if int(length) > most:
        return plain_problem(413, f"The body has more than {most} bytes.")
    body: bytes = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = io.BytesIO(body)
    return body if len(body) == int(length) else None


def _started(answer: Answer, start_response: Any) -> Iterable[bytes]:
    try:
        phrase = HTTPStatus(answer.status).phrase
    except ValueError:
        phrase = "Refused"
    pairs = [(name.decode(), value.decode("latin-1")) for name, value in answer.pairs()]
    start_response(f"{answer.status} {phrase}", pairs)
    return [answer.body]
