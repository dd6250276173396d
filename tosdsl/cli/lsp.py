"""``tosdsl lsp``: the language server, for editors."""

from __future__ import annotations

import argparse

from tosdsl.diagnostics.model import mistake
from tosdsl.errors import PolicyError


def run(options: argparse.Namespace) -> int:
    """Serve until the editor has gone. Raises PolicyError without pygls."""
    try:
        from tosdsl.lsp.start import serve_stdio
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        words = {"what": "The language server", "package": "pygls", "extra": "lsp"}
        raise PolicyError((mistake("TOS6007", None, None, **words),), {}) from None
    return serve_stdio()
