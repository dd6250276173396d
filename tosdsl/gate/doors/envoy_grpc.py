"""The door of Envoy's ``ext_authz`` over gRPC: ``envoy.service.auth.v3.Authorization/Check``.

Dynamic metadata carry the decision into Envoy's access log: its id, what it was, and the clauses.
Where Envoy is told ``encode_raw_headers``, headers come one by one, and one that comes twice is seen.
Otherwise it joins them with a comma.
"""

from __future__ import annotations

import json
from concurrent import futures
from typing import Any

from tosdsl.gate.doors.envoy_proto import messages
from tosdsl.gate.doors.limits import Past, hold_body, hold_head
from tosdsl.gate.live import Live
from tosdsl.gate.model import CONTENT_TYPE, Outcome, Request

DOOR = "envoy-grpc"

_SERVICE = "envoy.service.auth.v3.Authorization"
_OK, _PERMISSION_DENIED, _UNAVAILABLE, _UNAUTHENTICATED = 0, 7, 14, 16
_CODES = {"failure": _UNAVAILABLE, "stranger": _UNAUTHENTICATED}
_OVERWRITE = 2
"""A header of ours replaces one that the caller has sent."""

_PARTIAL = "x-envoy-auth-partial-body"


def serve(live: Live, address: str, threads: int = 8) -> Any:
    """A gRPC server that is started; ``stop(grace)`` ends it. ``server.port`` is its port."""
    import grpc

    asked, answered = messages()
    handler = grpc.unary_unary_rpc_method_handler(
        lambda message, _: check(live, message),
        request_deserializer=asked.FromString,
        response_serializer=answered.SerializeToString,
    )
    most = int(live.plan.limits["body"] + live.plan.limits["header"]) + 65536
    server = grpc.server(
        futures.ThreadPoolExecutor(threads),
        maximum_concurrent_rpcs=int(live.plan.limits["connections"]),
        options=[("grpc.max_receive_message_length", most)],
    )
    several = grpc.method_handlers_generic_handler(_SERVICE, {"Check": handler})
    server.add_generic_rpc_handlers((several,))
    port = server.add_insecure_port(address)
    server.start()
    return server, port


def check(live: Live, message: Any) -> Any:
    """The ``CheckResponse`` to a ``CheckRequest``."""
    request = request_of(message)
    try:
        hold_head(request.headers, live.plan.limits)
        hold_body(len(_bytes(message.attributes.request.http)), live.plan.limits)
    except Past as past:
        live.metrics.refused.labels(past.limit).inc()
        return _past(past)
    return response_of(live.ask(request, DOOR))


def request_of(message: Any) -> Request:
    """The request that Envoy asks about."""
    http = message.attributes.request.http
    joined = not http.header_map.headers
    if not joined:
        headers = [
            (each.key.lower(), (each.raw_value or each.value.encode()).decode("latin-1"))
            for each in http.header_map.headers
        ]
    else:
        headers = [(each.key.lower(), each.value.encode().decode("latin-1")) for each in http.headers]
    headers = [(name, value) for name, value in headers if not name.startswith(":")]
    raw = _bytes(http)
    cut = any(name == _PARTIAL and value != "false" for name, value in headers)
    declared = [value for name, value in headers if name == "content-length"]
    unread = not raw and declared not in ([], ["0"])  # Envoy was not told to send bodies
    path, _, query = http.path.partition("?")
    source = message.attributes.source
    return Request(
        method=http.method,
        path=path,
        query=query.partition("#")[0],
        headers=tuple(headers),
        body=None if cut or unread else raw,
        address=source.address.socket_address.address or None,
        certificate=source.principal or None,
        joined=joined,
    )


def _bytes(http: Any) -> bytes:
    """The body as far as Envoy sent it; ``pack_as_bytes`` says under which of the two names."""
    raw: bytes = http.raw_body or http.body.encode()
    return raw


def _past(past: Past) -> Any:
    """The refusal of a request that was not looked at."""
    _, answered = messages()
    made = answered()
    answer = past.answer()
    made.status.code = _PERMISSION_DENIED
    made.denied_response.status.code = answer.status
    made.denied_response.body = answer.body.decode()
    _headers(made.denied_response.headers, {"content-type": answer.type})
    return made


def response_of(outcome: Outcome) -> Any:
    """An outcome as Envoy reads it."""
    _, answered = messages()
    made = answered()
    told = {"outcome": outcome.kind, "id": outcome.id, "digest": outcome.digest}
    for key, value in told.items():
        made.dynamic_metadata.fields[key].string_value = value
    if outcome.decision is not None:
        clauses = made.dynamic_metadata.fields["clauses"].list_value
        for each in outcome.decision.basis:
            clauses.values.add().string_value = each.clause
    if outcome.allow:
        made.status.code = _OK
        made.ok_response.SetInParent()
        _headers(made.ok_response.headers, outcome.headers)
        return made
    made.status.code = _CODES.get(outcome.kind, _PERMISSION_DENIED)
    made.denied_response.status.code = outcome.status
    made.denied_response.body = json.dumps(outcome.problem, ensure_ascii=False)
    _headers(made.denied_response.headers, {**outcome.headers, "content-type": CONTENT_TYPE})
    return made


def _headers(several: Any, pairs: Any) -> None:
    for name, value in pairs.items():
        option = several.add()
        option.header.key, option.header.value = name, value
        option.append_action = _OVERWRITE
