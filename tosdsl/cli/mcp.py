"""``tosdsl mcp``: the policies as tools for assistants and agents."""

from __future__ import annotations

import argparse

from tosdsl.cli.terminal import OK, print_line
from tosdsl.facade import load_documents
from tosdsl.mcp.server import LOOPBACK, serve_http, serve_stdio
from tosdsl.mcp.tools import Tools


def run(options: argparse.Namespace) -> int:
    """Serve until the other side has gone, or until stopped."""
    tools = Tools(load_documents(*options.policy))
    if options.http is None:
        serve_stdio(tools)
    else:
        print_line(f"tosdsl mcp at http://{LOOPBACK}:{options.http}/mcp", error=True)
        serve_http(tools, options.http)
    return OK
