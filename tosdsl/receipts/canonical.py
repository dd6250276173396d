"""Canonical JSON (RFC 8785), and digests of it. The one door to rfc8785.

The same data has the same bytes, whoever writes them: so a digest of them is a digest of the data.
"""

from __future__ import annotations

import hashlib
from typing import Any

from tosdsl.diagnostics.model import mistake
from tosdsl.errors import ReceiptError


def canonical(data: Any) -> bytes:
    """The bytes of JSON-ready data.

    Raises ValueError for what no JSON says (numbers past 2**53, half characters), and ReceiptError if
    rfc8785 is not installed.
    """
    try:
        from rfc8785 import dumps
    except ImportError:
        words = {"what": "A receipt", "package": "rfc8785", "extra": "receipts"}
        raise ReceiptError((mistake("TOS6007", None, None, **words),), {}) from None
    try:
        return dumps(data)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def digest_of(data: bytes) -> str:
    """The digest of bytes, as receipts write it."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def text_digest(text: str) -> str:
    """The digest of a policy's text: of its UTF-8, without a byte order mark."""
    return digest_of(text.encode("utf-8", "surrogatepass"))
