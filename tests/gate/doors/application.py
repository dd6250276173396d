"""A small application of each framework behind its door: ``NAME PORT GATE UPSTREAM``.

It tells the upstream of each request that it gets, so that the table sees what came through.
"""

from __future__ import annotations

import sys
from datetime import date
from typing import Annotated, Any

import httpx

from tosdsl.gate.live import Live

NAME, PORT, GATE, UPSTREAM = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]


def tell(body: bytes = b"") -> None:
    httpx.post(f"http://127.0.0.1:{UPSTREAM}/", content=body, trust_env=False)


def _asgi(live: Live) -> Any:
    from tosdsl.gate.doors.asgi import Guard

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            tell()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"ok"})

    return Guard(app, live)


def _fastapi(live: Live) -> Any:
    from fastapi import Depends, FastAPI

    from tosdsl.gate.doors.fastapi import Requires
    from tosdsl.gate.model import Outcome

    app, tos = FastAPI(), Requires(live)
    tos.install(app)

    def items(decision: Outcome) -> str:
        tell()
        return decision.kind

    items.__annotations__ = {"decision": Annotated[Outcome, Depends(tos)]}
    app.api_route("/{rest:path}", methods=["GET", "POST"], response_model=None)(items)
    return app


def _wsgi(live: Live) -> Any:
    from tosdsl.gate.doors.wsgi import Guard

    def app(environ: Any, start_response: Any) -> list[bytes]:
        tell()
        start_response("200 OK", [])
        return [b"ok"]

    return Guard(app, live)


def _django(live: Live) -> Any:
    import django
    from django.conf import settings
    from django.core.asgi import get_asgi_application
    from django.http import HttpResponse
    from django.urls import re_path

    def view(request: Any) -> Any:
        tell()
        return HttpResponse("ok")

    module = sys.modules[__name__]
    module.urlpatterns = [re_path("", view)]  # type: ignore[attr-defined]  # what Django looks for
    settings.configure(
        SECRET_KEY="a",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        MIDDLEWARE=["tosdsl.gate.doors.django.Guard"],
        TOSDSL_GATE=live,
    )
    django.setup()
    return get_asgi_application()


def _mcp(live: Live) -> Any:
    from mcp.server import MCPServer

    from tosdsl.gate.doors.mcp import Guard

    server = MCPServer("shop")
    server.middleware.append(Guard(live))

    @server.tool()
    def items(sold: bool = False, more: str = "") -> str:
        tell()
        return "ok"

    return server.streamable_http_app(json_response=True, stateless_http=True)


def main() -> None:
    live = Live(GATE, clock=lambda: date(2026, 6, 1))
    made = {"asgi": _asgi, "fastapi": _fastapi, "wsgi": _wsgi, "django": _django, "mcp": _mcp}[NAME](
        live
    )
    if NAME == "wsgi":
        from wsgiref.simple_server import make_server

        make_server("127.0.0.1", PORT, made).serve_forever()
    else:
        import uvicorn

        uvicorn.run(made, host="127.0.0.1", port=PORT, log_level="warning", lifespan="auto")


if __name__ == "__main__":
    main()
