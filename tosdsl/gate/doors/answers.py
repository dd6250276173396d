"""What HTTP doors share: an answer, and how an outcome is one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from attrs import field, frozen

from tosdsl.gate.model import CONTENT_TYPE, Outcome, Request

Pairs = tuple[tuple[str, str], ...]


@frozen
class Answer:
    """An HTTP answer, complete."""

    status: int
    body: bytes = b""
    type: str = ""
    headers: Pairs = field(default=())

    def pairs(self) -> list[tuple[bytes, bytes]]:
        """The headers as ASGI has them."""
        made = [(name.encode(), value.encode("latin-1", "replace")) for name, value in self.headers]
        if self.type:
            made.append((b"content-type", self.type.encode()))
        made.append((b"content-length", str(len(self.body)).encode()))
        return made


def as_json(data: Any) -> bytes:
    """Compact JSON in UTF-8."""
    return _dumped(data).encode("utf-8", "backslashreplace")


_dumped = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode


def oversized(data: Any, most: int) -> bool:
    """Whether data that a library has parsed is past the limit of a body: ``most`` bytes as JSON."""
    try:
        return len(as_json(data)) > most
    except (ValueError, RecursionError):
        return True


def json_answer(data: Any, status: int = 200, headers: Pairs = ()) -> Answer:
    """Data as a JSON answer."""
    return Answer(status, as_json(data), "application/json", headers)


def plain_problem(status: int, title: str, kind: str = "about:blank", headers: Pairs = ()) -> Answer:
    """A refusal that is no outcome: a request past a limit, a path that does not exist."""
    body = as_json({"type": kind, "title": title, "status": status})
    return Answer(status, body, CONTENT_TYPE, headers)


def of_outcome(outcome: Outcome) -> Answer:
    """An outcome in its own status: 200 and empty, or the refusal with its problem."""
    headers = tuple(outcome.headers.items())
    if outcome.allow:
        return Answer(200, headers=headers)
    return Answer(outcome.status, as_json(outcome.problem), CONTENT_TYPE, headers)


def header_pairs(raw: Iterable[tuple[bytes, bytes]]) -> Pairs:
    """ASGI's headers as a ``Request`` has them: names in small letters, each byte a character."""
    return tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in raw)


def of_scope(scope: Any, body: bytes | None) -> Request:
    """A request as ASGI has it. ``body`` None: it was not read, if there is one."""
    headers = header_pairs(scope["headers"])
    client = scope.get("client")
    raw = scope.get("raw_path")
    path = raw.decode("latin-1") if raw is not None else str(scope["path"])
    return Request(
        method=scope.get("method", "GET"),
        path=path,
        query=scope.get("query_string", b"").decode("latin-1"),
        headers=headers,
        body=b"" if body is None and _has_none(scope, headers) else body,
        address=client[0] if client else None,
        certificate=_certificate(scope),
    )


def _has_none(scope: Any, headers: Pairs) -> bool:
    """Whether a request comes without a body. From HTTP/2 on, nothing in the head needs to say it."""
    if scope.get("http_version", "1.1").startswith("1") or scope["type"] == "websocket":
        return not has_body(headers)
    return scope["method"] in {"GET", "HEAD"} and not has_body(headers)


def has_body(headers: Pairs) -> bool:
    """Whether a request of HTTP/1 comes with a body: one that was not read is not known."""
    return any(
        name == "transfer-encoding" or (name == "content-length" and value.strip() != "0")
        for name, value in headers
    )


def _certificate(scope: Any) -> str | None:
    """The subject of a client certificate, where the server passes it on (the TLS extension)."""
    tls = (scope.get("extensions") or {}).get("tls") or {}
    name = tls.get("client_cert_name")
    return name if isinstance(name, str) else None
