"""The digest by which contents are told apart: BLAKE2b, 32 bytes.

``hashlib`` has the same function, but loads OpenSSL first: six milliseconds, more than all else that a
load from the cache takes.
"""

from __future__ import annotations

try:
    from _blake2 import blake2b
except ImportError:  # another Python than CPython
    from hashlib import blake2b

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing takes longer to import
    from typing import Any

SIZE = 32


def digest(data: bytes | memoryview) -> bytes:
    """The digest of a content."""
    made: bytes = started(data).digest()
    return made


def started(data: bytes | memoryview = b"") -> Any:
    """A digest to which more can be added with ``update``."""
    return blake2b(data, digest_size=SIZE)
