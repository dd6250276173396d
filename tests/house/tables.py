"""``python -m tests.house.tables``: computes the parse tables again, after the grammar has changed."""

from __future__ import annotations

import sys
from threading import local
from unittest.mock import patch

from tests.conftest import ROOT
from tosdsl.syntax import parser, prebuilt

FILE = ROOT / "grammars" / prebuilt.TABLES


def computed() -> str:
    """The text that the file should have."""
    with patch.object(prebuilt, "kept", lambda: None), patch.object(parser, "_local", local()):
        return prebuilt.dumped(parser._reader().lark)


def main() -> int:
    FILE.write_text(computed(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
