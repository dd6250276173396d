"""The limits of a request that a gate's own server holds to, over HTTP and over gRPC.

What is past one is refused before any fact is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Sized

from tosdsl.gate.doors.answers import Answer, plain_problem


class Past(Exception):
    """A request is past a limit: the status of the refusal, and the name of the limit."""

    def __init__(self, status: int, limit: str, title: str) -> None:
        super().__init__(title)
        self.status = status
        self.limit = limit
        self.title = title

    def answer(self) -> Answer:
        """The refusal as a problem. It has no decision's id, as nothing was decided."""
        closing = (("connection", "close"),)
        return plain_problem(self.status, self.title, f"urn:tosdsl:limit:{self.limit}", closing)


def hold_head(headers: Sequence[tuple[Sized, Sized]], limits: Mapping[str, float]) -> None:
    """Raise Past for more headers than there may be, or more bytes in their names and values."""
    if len(headers) > limits["headers"]:
        raise Past(431, "headers", f"There are more than {limits['headers']:.0f} headers.")
    if sum(len(name) + len(value) for name, value in headers) > limits["header"]:
        raise Past(431, "header", f"The headers have more than {limits['header']:.0f} bytes.")


def hold_body(size: int, limits: Mapping[str, float]) -> None:
    """Raise Past for a body of more bytes than it may have."""
    if size > limits["body"]:
        raise Past(413, "body", f"The body has more than {limits['body']:.0f} bytes.")
