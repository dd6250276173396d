"""Doors in the process of an application, and what each protocol's words come to."""

from __future__ import annotations

import asyncio
import importlib
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any
from wsgiref.util import setup_testing_defaults

import httpx
import pytest

from tests.gate.conftest import DAY, GATE, Folder, request
from tosdsl.gate.doors import asgi, envoy_grpc, forward, webhooks, wsgi
from tosdsl.gate.doors.envoy_proto import messages
from tosdsl.gate.live import Live
from tosdsl.gate.model import Outcome, Request

BODY = GATE.replace("sold: header.x-sold", "sold: [body.sold, header.x-sold]")

GOOD = {"authorization": "Bearer acme", "x-sold": "false", "x-media": "api"}
BAD = {**GOOD, "x-sold": "true"}
JSON = {"content-type": "application/json"}


@pytest.fixture
def live(folder: Folder) -> Live:
    folder.write("gate.yaml", BODY + "limits: {body: 1000}\n")
    return Live(folder.path / "gate.yaml", clock=lambda: DAY)


CALLS = [
    ("POST", GOOD, b"", 200),
    ("POST", BAD, b"", 403),
    ("POST", {**GOOD, "authorization": "Bearer seed"}, b"", 403),
    ("POST", {**GOOD, "x-sold": "perhaps"}, b"", 400),
    ("POST", {**BAD, **JSON}, b'{"sold": false}', 200),
    ("POST", {**GOOD, **JSON}, b'{"sold": true}', 403),
    ("POST", {**GOOD, **JSON}, b'{"sold": false, "sold": false}', 403),
    ("POST", {**GOOD, **JSON}, b'{"sold": false, "x": "%s"}' % (b"a" * 1001), 413),
    ("GET", GOOD, b"", 200),
]


# --- ASGI, FastAPI ------------------------------------------------------------------------------------


async def _echo(scope: Any, receive: Any, send: Any) -> None:
    """Answers with the size of the body that came through, and the decision."""
    size = 0
    while True:
        message = await receive()
        size += len(message.get("body", b""))
        if not message.get("more_body"):
            break
    kind = scope["state"]["tos"].kind
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": json.dumps([size, kind]).encode()})


def over_asgi(app: Any, method: str, headers: Any, body: bytes) -> httpx.Response:
    async def go() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://a") as asked:
            return await asked.request(method, "/items", headers=headers, content=body)

    return asyncio.run(go())


@pytest.mark.parametrize(("method", "headers", "body", "status"), CALLS)
def test_asgi(live: Live, method: str, headers: Any, body: bytes, status: int) -> None:
    answer = over_asgi(asgi.Guard(_echo, live), method, headers, body)
    assert answer.status_code == status
    if status == 200:
        assert answer.json() == [len(body), "permitted"]
    else:
        assert answer.headers["content-type"] == "application/problem+json"


def test_asgi_leaves_other_bodies_unread(folder: Folder) -> None:
    live = Live(folder.path / "gate.yaml", clock=lambda: DAY)
    body = b"x" * 100_000
    answer = over_asgi(asgi.Guard(_echo, live), "POST", {**GOOD, "content-type": "image/png"}, body)
    assert answer.json() == [len(body), "permitted"]


def test_asgi_closes_a_websocket_that_is_refused(live: Live) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def never(*_: Any) -> None:
        raise AssertionError

    headers = [(name.encode(), value.encode()) for name, value in BAD.items()]
    scope = {"type": "websocket", "path": "/", "headers": headers}
    asyncio.run(asgi.Guard(never, live)(scope, never, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]


@pytest.mark.parametrize(("method", "headers", "body", "status"), CALLS)
def test_fastapi(live: Live, method: str, headers: Any, body: bytes, status: int) -> None:
    from fastapi import Depends, FastAPI
    from fastapi import Request as Asked

    from tosdsl.gate.doors.fastapi import Requires

    tos = Requires(live)
    app = FastAPI()
    tos.install(app)

    async def items(asked: Asked, decision: Outcome) -> Any:
        return [len(await asked.body()), decision.kind]

    items.__annotations__ = {"asked": Asked, "decision": Annotated[Outcome, Depends(tos)]}
    app.api_route("/items", methods=["GET", "POST"], response_model=None)(items)
    answer = over_asgi(app, method, headers, body)
    assert answer.status_code == (403 if status == 413 else status)
    if status == 200:
        assert answer.json() == [len(body), "permitted"]


# --- WSGI, Django -------------------------------------------------------------------------------------


def over_wsgi(app: Any, method: str, headers: Any, body: bytes) -> tuple[int, bytes]:
    environ: dict[str, Any] = {"REQUEST_METHOD": method, "PATH_INFO": "/items"}
    setup_testing_defaults(environ)
    for name, value in headers.items():
        if name == "content-type":
            continue
        environ["HTTP_" + name.upper().replace("-", "_")] = value
    environ["CONTENT_TYPE"] = headers.get("content-type", "")
    environ["CONTENT_LENGTH"] = str(len(body))
    environ["wsgi.input"] = io.BytesIO(body)
    statuses: list[str] = []
    found = b"".join(app(environ, lambda status, _: statuses.append(status)))
    return int(statuses[0].split()[0]), found


def _wsgi_echo(environ: Any, start_response: Any) -> list[bytes]:
    body = environ["wsgi.input"].read()
    start_response("200 OK", [])
    return [json.dumps([len(body), environ["tosdsl.outcome"].kind]).encode()]


@pytest.mark.parametrize(("method", "headers", "body", "status"), CALLS)
def test_wsgi(live: Live, method: str, headers: Any, body: bytes, status: int) -> None:
    found, text = over_wsgi(wsgi.Guard(_wsgi_echo, live), method, headers, body)
    assert found == status
    if status == 200:
        assert json.loads(text) == [len(body), "permitted"]


def test_a_joined_header_is_read_only_where_the_caller_is_believed_anyway(folder: Folder) -> None:
    new = GATE.replace(
        '{from: header.x-media, split: ","}', '{from: header.x-media, split: ",", trust: verified}'
    )
    folder.write("gate.yaml", new)
    live = Live(folder.path / "gate.yaml", clock=lambda: DAY)
    seed = {**GOOD, "authorization": "Bearer new", "x-media": "api,web_page"}
    asked = request("new", media="api,web_page")
    assert live.decider.decide(asked).kind == "forbidden"
    assert over_wsgi(wsgi.Guard(_wsgi_echo, live), "POST", seed, b"")[0] == 403
    outcome = live.decider.decide(Request(**{**_fields(asked), "joined": True}))
    assert outcome.kind == "undetermined"


def _fields(asked: Request) -> dict[str, Any]:
    return {name: getattr(asked, name) for name in ("method", "path", "headers")}


def test_django(live: Live, tmp_path: Path) -> None:
    import django
    from django.conf import settings
    from django.http import JsonResponse
    from django.test import AsyncClient, Client, override_settings
    from django.urls import path

    if not settings.configured:
        settings.configure(
            SECRET_KEY="a",
            ALLOWED_HOSTS=["*"],
            MIDDLEWARE=["tosdsl.gate.doors.django.Guard"],
            TOSDSL_GATE=live,
        )
        django.setup()

    def view(asked: Any) -> Any:
        return JsonResponse([len(asked.body), asked.tos.kind], safe=False)

    async def later(asked: Any) -> Any:
        return view(asked)

    urls = ModuleType("urls")
    urls.urlpatterns = [path("items", view), path("later", later)]  # type: ignore[attr-defined]  # a module made here
    with override_settings(ROOT_URLCONF=urls, TOSDSL_GATE=live):
        for method, headers, body, status in CALLS:
            expected = 403 if status == 413 else status
            kind = headers.get("content-type", "application/octet-stream")
            more = {name: value for name, value in headers.items() if name != "content-type"}
            answer = Client().generic(method, "/items", body, content_type=kind, headers=more)
            assert answer.status_code == expected, (headers, body)
            if status == 200:
                assert answer.json() == [len(body), "permitted"]

            async def go(m: Any = (method, body, kind, more)) -> Any:
                return await AsyncClient().generic(
                    m[0], "/later", m[1], content_type=m[2], headers=m[3]
                )

            assert asyncio.run(go()).status_code == expected


# --- protocols ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ((("x-forwarded-uri", "/a?b=1"), ("x-forwarded-method", "PUT")), ("PUT", "/a", "b=1")),
        ((("x-original-uri", "/a"), ("x-original-method", "GET")), ("GET", "/a", "")),
        ((("x-original-uri", "/a"), ("x-forwarded-uri", "/b")), ("", "", "")),
        ((("x-forwarded-uri", "/a"), ("x-forwarded-uri", "/a")), ("", "", "")),
        ((), ("", "", "")),
    ],
)
def test_forward_auth_reads_the_original_request(headers: Any, expected: Any) -> None:
    found = forward.original(Request("GET", "/forward-auth", headers=headers))
    assert (found.method, found.path, found.query) == expected
    assert found.body is None


@pytest.mark.parametrize(
    ("headers", "action"),
    [(GOOD, "NONE"), (BAD, "BLOCKED"), ({**GOOD, "x-sold": "[present]"}, "BLOCKED")],
)
def test_the_webhook_of_litellm(live: Live, headers: Any, action: str) -> None:
    body = json.dumps({"request_headers": headers}).encode()
    asked = Request("POST", webhooks.LITELLM, headers=tuple(JSON.items()), body=body)
    assert json.loads(webhooks.answer(live, asked, webhooks.LITELLM).body)["action"] == action


def test_a_header_whose_value_litellm_withholds_is_not_known(folder: Folder) -> None:
    """Its place holder is no value, and no source that is trusted less is asked instead."""
    folder.write("gate.yaml", GATE.replace("sold: header.x-sold", "maker: header.x-maker"))
    live = Live(folder.path / "gate.yaml", clock=lambda: DAY)
    body = json.dumps({"request_headers": {**GOOD, "x-maker": "[present]"}}).encode()
    asked = Request("POST", webhooks.LITELLM, headers=tuple(JSON.items()), body=body)
    use = live.decider.compiled.use(Request("POST", headers=webhooks.headers_of(json.loads(body))))
    assert "maker" not in {fact for fact, value in use.facts.items() if value is not None}
    assert json.loads(webhooks.answer(live, asked, webhooks.LITELLM).body)["action"] == "BLOCKED"


OF_METADATA = GATE.replace("header.", "body.metadata.").replace(
    "body.metadata.x-sold", '{from: body.metadata.x-sold, table: {"true": true, "false": false}}'
)
"""The metadata of a call with Portkey are texts."""


@pytest.mark.parametrize(("told", "verdict"), [(GOOD, True), (BAD, False)])
def test_the_webhook_of_portkey(folder: Folder, told: Any, verdict: bool) -> None:
    """It tells no headers: those that stand in its body, or are its own, count for nothing."""
    folder.write("gate.yaml", OF_METADATA)
    live = Live(folder.path / "gate.yaml", clock=lambda: DAY)
    body = json.dumps({"metadata": told, "requestHeaders": GOOD}).encode()
    asked = Request("POST", webhooks.PORTKEY, headers=tuple(JSON.items()), body=body)
    assert json.loads(webhooks.answer(live, asked, webhooks.PORTKEY).body)["verdict"] is verdict


def test_portkeys_own_headers_say_nothing(live: Live) -> None:
    body = json.dumps({"requestHeaders": GOOD, "request_headers": GOOD}).encode()
    asked = Request("POST", webhooks.PORTKEY, headers=(*JSON.items(), *GOOD.items()), body=body)
    assert json.loads(webhooks.answer(live, asked, webhooks.PORTKEY).body)["verdict"] is False


def test_a_webhook_refuses_when_the_check_fails(folder: Folder) -> None:
    folder.write("gate.yaml", OF_METADATA)
    live = Live(folder.path / "gate.yaml", clock=lambda: DAY)
    body = json.dumps({"metadata": GOOD}).encode()
    asked = Request("POST", webhooks.PORTKEY, headers=tuple(JSON.items()), body=body)
    assert json.loads(webhooks.answer(live, asked, webhooks.PORTKEY).body)["verdict"] is True
    (folder.path / "customers.yaml").unlink()
    live.decider.compiled.refresh()
    made = webhooks.answer(live, asked, webhooks.PORTKEY)
    assert (made.status, json.loads(made.body)["verdict"]) == (200, False)


# --- LiteLLM, in its process --------------------------------------------------------------------------


@pytest.fixture
def litellm(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The door, where LiteLLM itself is not installed."""
    stub = ModuleType("litellm.integrations.custom_guardrail")
    stub.CustomGuardrail = object  # type: ignore[attr-defined]  # a module made here
    for name in ("litellm", "litellm.integrations", stub.__name__):
        monkeypatch.setitem(sys.modules, name, stub)
    name = "tosdsl.gate.doors.litellm"
    monkeypatch.delitem(sys.modules, name, raising=False)
    yield importlib.import_module(name)
    del sys.modules[name]


def _told(headers: Any, **more: Any) -> dict[str, Any]:
    url = "http://127.0.0.1:4000/v1/chat/completions?a=1"
    return {"url": url, "method": "POST", "headers": dict(headers), "body": None, **more}


class _Own(dict[str, Any]):
    """A mapping of LiteLLM's, as raw headers are."""


@pytest.mark.parametrize(
    "data",
    [
        {"proxy_server_request": _told(GOOD, credential_fields=())},
        {"proxy_server_request": _told(GOOD), "secret_fields": {"raw_headers": _Own(GOOD)}},
    ],
)
def test_litellm_tells_the_request_that_came(litellm: Any, live: Live, data: Any) -> None:
    found = litellm.request_of({"model": "gpt-4o", "sold": False, **data}, None)
    assert (found.method, found.path, dict(found.headers)) == ("POST", "/v1/chat/completions", GOOD)
    assert found.parsed == {"model": "gpt-4o", "sold": False, "key": {}}
    assert live.decider.decide(found).kind == "permitted"


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"proxy_server_request": _told(GOOD)},
        {"proxy_server_request": _told(GOOD, credential_fields=[], arrival_time=1.5)},
        {"proxy_server_request": _told(GOOD), "secret_fields": {"raw_headers": GOOD}},
        {"proxy_server_request": "POST"},
    ],
)
def test_a_body_of_litellm_does_not_say_which_headers_came(litellm: Any, live: Live, data: Any) -> None:
    """What LiteLLM passes through to a provider, and the lines of a batch, are what a caller wrote."""
    body = json.loads(json.dumps({"model": "gpt-4o", "sold": False, **data}))
    found = litellm.request_of(body, None)
    assert (found.method, found.path, found.headers) == ("", "", ())
    assert live.decider.decide(found).kind != "permitted"


# --- MCP ----------------------------------------------------------------------------------------------


def over_mcp(live: Live, arguments: dict[str, Any], headers: list[tuple[str, str]] | None) -> Any:
    """What the SDK's own client gets: the text of the tool, or the data of the error; and the calls.
    ``headers`` None: without HTTP."""
    import httpx2
    from mcp import Client, MCPError
    from mcp.client.streamable_http import streamable_http_client
    from mcp.server import MCPServer

    from tosdsl.gate.doors.mcp import Guard

    server = MCPServer("shop")
    server.middleware.append(Guard(live))
    calls: list[Any] = []

    @server.tool()
    def items(sold: Any = None, more: str = "") -> str:
        calls.append(sold)
        return "made"

    async def call(transport: Any) -> Any:
        async with Client(transport) as asked:
            assert [each.name for each in (await asked.list_tools()).tools] == ["items"]
            try:
                made = await asked.call_tool("items", arguments)
            except MCPError as error:
                return error.error.data
            return made.content[0].text

    async def go() -> Any:
        if headers is None:
            return await call(server)
        app = server.streamable_http_app(json_response=True, stateless_http=True)
        async with (
            server.session_manager.run(),
            httpx2.AsyncClient(
                transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1:8000", headers=headers
            ) as http,
        ):
            return await call(streamable_http_client("http://127.0.0.1:8000/mcp", http_client=http))

    return asyncio.run(go()), calls


@pytest.mark.parametrize(
    ("arguments", "headers", "status"),
    [
        ({}, [*GOOD.items()], None),
        ({}, [*BAD.items()], 403),
        ({"sold": True}, [*GOOD.items()], 403),
        ({}, [*GOOD.items(), ("x-sold", "true")], 403),
        ({}, [("x-sold", "false")], 403),
        ({"sold": False, "more": "a" * 1001}, [*GOOD.items()], 413),
        ({"sold": False}, None, 403),
    ],
)
def test_mcp(folder: Folder, arguments: Any, headers: Any, status: int | None) -> None:
    folder.write(
        "gate.yaml", BODY.replace("body.sold", "body.arguments.sold") + "limits: {body: 1000}\n"
    )
    live = Live(folder.path / "gate.yaml", clock=lambda: DAY)
    answer, calls = over_mcp(live, arguments, headers)
    if status is None:
        assert (answer, len(calls)) == ("made", 1)
    else:
        assert (answer["status"], calls) == (status, [])


def test_envoy_grpc(live: Live) -> None:
    import grpc

    asked, answered = messages()
    server, port = envoy_grpc.serve(live, "127.0.0.1:0")
    try:
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            check = channel.unary_unary(
                "/envoy.service.auth.v3.Authorization/Check",
                request_serializer=asked.SerializeToString,
                response_deserializer=answered.FromString,
            )
            for method, headers, body, status in CALLS:
                message = asked()
                http = message.attributes.request.http
                http.method, http.path = method, "/items?a=1"
                http.raw_body = body
                for name, value in headers.items():
                    http.headers.add(key=name, value=value)
                found = check(message, timeout=5)
                passes = found.status.code == 0
                assert passes == (status == 200)
                assert bool(found.dynamic_metadata.fields["id"].string_value) == (status != 413)
                if not passes:
                    assert found.denied_response.status.code == status
                    assert json.loads(found.denied_response.body)["status"] == status
    finally:
        server.stop(0).wait(5)


@pytest.mark.parametrize(
    ("headers", "size", "status", "limit"),
    [
        ({"x-more": "a" * 16385}, 100, 431, "header"),
        ({f"x-{number}": "" for number in range(201)}, 100, 431, "headers"),
        ({}, 1001, 413, "body"),
        ({}, 1000, None, None),
    ],
)
def test_the_limits_of_a_gate_hold_over_grpc(
    live: Live, headers: Any, size: int, status: int | None, limit: str | None
) -> None:
    """The terms permit the use; what is past a limit is refused before any fact is looked at."""
    asked, _ = messages()
    message = asked()
    http = message.attributes.request.http
    start, end = b'{"sold": false, "x": "', b'"}'
    http.method, http.path = "POST", "/items"
    http.raw_body = start + b"a" * (size - len(start + end)) + end
    for name, value in {":path": "/items", **GOOD, **JSON, **headers}.items():
        http.header_map.headers.add(key=name, raw_value=value.encode())
    found = envoy_grpc.check(live, message)
    assert (found.status.code == 0) == (limit is None)
    if limit is not None:
        assert found.denied_response.status.code == status
        assert json.loads(found.denied_response.body)["type"] == f"urn:tosdsl:limit:{limit}"
        assert f'tosdsl_refused_total{{limit="{limit}"}} 1.0' in live.metrics.text(live).decode()


@pytest.mark.parametrize(
    "headers", [[("content-length", "5")], [("x-envoy-auth-partial-body", "true")]]
)
def test_a_body_that_envoy_did_not_send_whole_is_not_known(headers: Any) -> None:
    asked, _ = messages()
    message = asked()
    for name, value in headers:
        message.attributes.request.http.headers.add(key=name, value=value)
    assert envoy_grpc.request_of(message).body is None
