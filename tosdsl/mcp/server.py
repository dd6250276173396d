"""The tools by the Model Context Protocol: the one door to its SDK, and to the server that it runs in.

Over standard input and output for a program on this machine, or over HTTP on loopback alone: whoever
should be let in from elsewhere goes through a gateway that knows them.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from tosdsl.base.visible import visible_lines
from tosdsl.diagnostics.model import mistake
from tosdsl.diagnostics.render import render_all
from tosdsl.errors import PolicyError, TosdslError
from tosdsl.mcp.tools import Tools

if TYPE_CHECKING:
    from mcp.server.lowlevel import Server
    from mcp_types import CallToolRequestParams, CallToolResult

LOOPBACK = "127.0.0.1"

_INSTRUCTIONS = (
    "Terms of service, written as clauses and decided by a program. Begin with `documents`, then "
    "`facts` for the questions of one. Leave out what is not known: a verdict `undetermined` names "
    "what it still needs, and is no permission. A fact that is `judged` is for a person to decide."
)


def made(tools: Tools) -> Server[Any]:
    """A server of the tools, for either way of talking. Raises PolicyError without the SDK."""
    try:
        from anyio.to_thread import run_sync
        from mcp.server.lowlevel import Server
        from mcp_types import ListToolsResult, Tool, ToolAnnotations
    except ImportError:
        words = {"what": "Serving by MCP", "package": "mcp", "extra": "mcp"}
        raise PolicyError((mistake("TOS6007", None, None, **words),), {}) from None
    hints = ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    )
    listed = [
        Tool(
            name=each.name,
            title=each.title,
            description=each.description,
            input_schema=each.schema(),
            annotations=hints,
        )
        for each in tools.all.values()
    ]

    async def on_list(_: object, __: object) -> ListToolsResult:
        return ListToolsResult(tools=listed)

    async def on_call(_: object, params: CallToolRequestParams) -> CallToolResult:
        # Deciding takes the processor, so it is not done where the messages are read.
        return await run_sync(_called, tools, params.name, params.arguments or {})

    return Server(
        "tosdsl",
        version=version("tosdsl"),
        title="Terms of service as code",
        instructions=_INSTRUCTIONS,
        on_list_tools=on_list,
        on_call_tool=on_call,
    )


def _called(tools: Tools, name: str, arguments: dict[str, Any]) -> CallToolResult:
    from mcp_types import CallToolResult, TextContent

    try:
        answer = tools.call(name, arguments)
    except TosdslError as error:
        several = [each.to_json() for each in error.diagnostics]
        return CallToolResult(
            content=[TextContent(text=visible_lines(render_all(error.diagnostics, {})))],
            structured_content={"schema": "tosdsl.diagnostics/1", "diagnostics": several},
            is_error=True,
        )
    text = TextContent(text=visible_lines(answer.text))
    return CallToolResult(content=[text], structured_content=dict(answer.data))


def serve_stdio(tools: Tools) -> None:
    """Talk over standard input and output until that ends."""
    server = made(tools)
    import anyio
    from mcp.server.stdio import stdio_server

    async def talk() -> None:
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())

    anyio.run(talk)


def serve_http(tools: Tools, port: int) -> None:
    """Talk over streamable HTTP on loopback, at ``/mcp``, until stopped."""
    server = made(tools)
    import uvicorn

    # Each request stands alone, and names of other hosts are refused (DNS rebinding).
    app = server.streamable_http_app(json_response=True, stateless_http=True, host=LOOPBACK)
    uvicorn.run(app, host=LOOPBACK, port=port, log_level="warning")
