"""HTTP/1.1 as uvicorn speaks it, with an end to how long and how large a head may be.

uvicorn bounds neither with httptools. ``bounded`` makes the class that a server is given: a connection
that sends no whole head in time, or one past the limit, is closed.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


def bounded(seconds: float, most: int) -> type[asyncio.Protocol]:
    """The protocol with a head of at most ``most`` bytes, which comes within ``seconds``."""

    class Bounded(HttpToolsProtocol):
        _late: asyncio.TimerHandle | None = None
        _size = 0

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._wait()

        def connection_lost(self, exc: Exception | None) -> None:
            self._come()
            super().connection_lost(exc)

        def on_message_begin(self) -> None:
            super().on_message_begin()
            self._size = 0
            self._wait()

        def on_url(self, url: bytes) -> None:
            self._grow(len(url))
            super().on_url(url)

        def on_header(self, name: bytes, value: bytes) -> None:
            self._grow(len(name) + len(value))
            super().on_header(name, value)

        def on_headers_complete(self) -> None:
            self._come()
            super().on_headers_complete()

        def _grow(self, size: int) -> None:
            self._size += size
            if self._size > most:
                self._come()
                self.transport.write(_TOO_LARGE)
                self.transport.close()
                raise ValueError("the head of the request is too large")

        def _wait(self) -> None:
            self._come()
            self._late = self.loop.call_later(seconds, self._end)

        def _come(self) -> None:
            if self._late is not None:
                self._late.cancel()
                self._late = None

        def _end(self) -> None:
            if not self.transport.is_closing():
                self.transport.abort()

    return Bounded


_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
)
