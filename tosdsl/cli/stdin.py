"""Standard input as a source of text, read as files are: the same limits, the same mistakes."""

from __future__ import annotations

import sys

from tosdsl.base import limits

STDIN = "<stdin>"
"""The name that diagnostics show for it."""


class StandardInput:
    """Read once, and never much more than a file may hold."""

    def read_bytes(self) -> bytes:
        """Everything up to one byte past the limit."""
        return sys.stdin.buffer.read(limits.MAX_FILE_BYTES + 1) if sys.stdin else b""
