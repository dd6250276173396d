"""Files of receipts: one a line, each line ended by a line feed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from tosdsl.base import limits
from tosdsl.base.span import Span
from tosdsl.cli.stdin import STDIN
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.errors import PolicyError, ReceiptError
from tosdsl.library.reading import open_bytes
from tosdsl.receipts.model import Receipt, read

_BEGINS = b'{"asked":'


def keep_receipt(name: str, made: Receipt) -> None:
    """Put a receipt below those that a file holds; the file may be new. Raises PolicyError."""
    path = Path(name)
    try:
        if path.is_file() and path.stat().st_size:
            with path.open("rb") as stream:
                begun = stream.read(len(_BEGINS))
                stream.seek(-1, 2)
                ended = stream.read(1)
            if begun != _BEGINS or ended != b"\n":
                words = {"why": "it holds something else than receipts", "then": ""}
                raise PolicyError((mistake("TOS6023", None, None, name=name, **words),), {})
        with path.open("ab", buffering=0) as stream:  # at once, so that lines of two runs do not mix
            stream.write(made.to_bytes() + b"\n")
    except OSError as error:
        problem = error.strerror or str(error)
        raise PolicyError((mistake("TOS6010", None, name=name, problem=problem),), {}) from None


def receipts_in(name: str) -> Iterator[tuple[Span, Receipt | Diagnostic]]:
    """Each receipt of a file (``-`` is standard input), with its place; or why a line holds none."""
    file = STDIN if name == "-" else name
    number = 0
    try:
        with _opened(name) as stream:
            while line := stream.readline(limits.MAX_RECEIPT_BYTES + 1):
                number += 1
                place = Span(file, number, 1, number, 2)
                yield place, _read(line, place)
                while not line.endswith(b"\n") and line:  # the rest of what is too long
                    line = stream.readline(limits.MAX_RECEIPT_BYTES)
    except OSError as error:
        problem = error.strerror or str(error)
        raise ReceiptError((mistake("TOS6002", None, name=file, problem=problem),), {}) from None
    if not number:
        top = Span(file, 1, 1, 1, 2)
        yield top, mistake("TOS4060", top, problem="the file is empty")


def _opened(name: str) -> AbstractContextManager[BinaryIO]:
    if name == "-":
        return nullcontext(sys.stdin.buffer if sys.stdin else BytesIO())
    return open_bytes(name)


def _read(line: bytes, place: Span) -> Receipt | Diagnostic:
    if len(line) > limits.MAX_RECEIPT_BYTES:
        return mistake("TOS5044", place, limit=limits.MAX_RECEIPT_BYTES)
    if not line.endswith(b"\n"):
        return mistake("TOS4061", place, problem="its line has no end: what followed was cut off")
    try:
        return read(line[:-1], place)
    except ReceiptError as error:
        return error.diagnostics[0]
