"""A studio shown on this machine: files of one folder, to whoever asks from here."""

from __future__ import annotations

import functools
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tosdsl.diagnostics.model import mistake
from tosdsl.errors import PolicyError

HOST = "127.0.0.1"
"""Nobody else on the network can ask."""


class _Files(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    extensions_map = {  # noqa: RUF012 - the class of the standard library has it as a plain mapping
        **SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
        ".webmanifest": "application/manifest+json",
    }

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")  # a studio that was built anew is seen at once
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def list_directory(self, path: object) -> None:
        self.send_error(404)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: what somebody reads is nobody's business."""


def server(folder: Path, port: int) -> ThreadingHTTPServer:
    """A server of the folder's files, which listens already. Raises PolicyError if it is taken."""
    handler = functools.partial(_Files, directory=str(folder))
    try:
        return ThreadingHTTPServer((HOST, port), handler)
    except OSError as error:
        problem = error.strerror or str(error)
        raise PolicyError((mistake("TOS6042", None, problem=problem),), {}) from None
