"""Requests as bytes on a connection, and the statuses that come back."""

from __future__ import annotations

import re
import socket

from attrs import evolve, field, frozen

_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) ")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)

PATIENCE = 10.0
"""Seconds after which a connection without an answer is given up."""


@frozen
class Sent:
    """A request, part by part. What stands here is sent as it is, right or wrong."""

    method: bytes = b"POST"
    target: bytes = b"/envoy/check/v1/chat/completions"
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""
    version: bytes = b"HTTP/1.1"
    length: tuple[bytes, ...] | None = None
    """Lines in place of the content-length that fits."""
    end: bytes = b""
    """What follows the body on the connection."""
    hostile: tuple[str, ...] = field(default=())
    """The names of what was put in."""

    def with_(self, *headers: tuple[bytes, bytes]) -> Sent:
        return evolve(self, headers=(*self.headers, *headers))

    def bytes(self) -> bytes:
        fits = (b"content-length: %d" % len(self.body),)
        lines = [
            b"%s %s %s" % (self.method, self.target, self.version),
            b"host: gate.example",
            *(name + b": " + value for name, value in self.headers),
            *(fits if self.length is None else self.length),
        ]
        return b"\r\n".join(lines) + b"\r\n\r\n" + self.body + self.end


class Connection:
    """One connection at a time to a server on the loopback address, opened anew where it was closed."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open: socket.socket | None = None

    def ask(self, sent: Sent, *, alone: bool) -> list[int]:
        """The statuses of the answers. ``alone``: on a connection of its own, which is ended behind it,
        so that whatever the server takes for a further request is answered as well."""
        if not alone:
            return self._kept(sent)
        with self._connected() as made:
            try:
                made.sendall(sent.bytes())
                made.shutdown(socket.SHUT_WR)
                return [int(each) for each in _STATUS.findall(_all(made))]
            except OSError:
                return []

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def _connected(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self._port), PATIENCE)

    def _kept(self, sent: Sent) -> list[int]:
        for _ in range(2):  # a connection that was kept may have been closed meanwhile
            fresh = self._open is None
            made = self._open = self._open or self._connected()
            try:
                made.sendall(sent.bytes())
                head = _head(made)
            except OSError:
                head = b""
            if head:
                return [self._rest(made, head)]
            self.close()
            if fresh:
                break
        return []

    def _rest(self, made: socket.socket, head: bytes) -> int:
        top, _, body = head.partition(b"\r\n\r\n")
        [status] = _STATUS.findall(top[:20])
        length = _LENGTH.search(top + b"\r\n")
        left = int(length[1]) - len(body) if length else 0
        while left > 0:
            piece = made.recv(65536)
            if not piece:
                break
            left -= len(piece)
        if left or b"connection: close" in top.lower():
            self.close()
        return int(status)


def _head(made: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        piece = made.recv(65536)
        if not piece:
            return b""
        head += piece
    return head


def _all(made: socket.socket) -> bytes:
    pieces = []
    while piece := made.recv(65536):
        pieces.append(piece)
    return b"".join(pieces)
