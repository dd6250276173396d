"""``python -m tests.house.names``: lists what the shipped library declares, after it has changed."""

from __future__ import annotations

import sys

from tests.conftest import ROOT
from tosdsl.library.files import heads_of
from tosdsl.library.listing import NAMES, shipped_files

FILE = ROOT / "policies" / NAMES


def computed() -> str:
    """The text that the file should have."""
    lines = set()
    for name, path in shipped_files().items():
        with open(path, encoding="utf-8") as stream:
            heads = heads_of(stream.read(), name)
        lines |= {f"{head.kind} {head.id} {name.removeprefix('tosdsl/')}\n" for head in heads}
    return "".join(sorted(lines))


def main() -> int:
    FILE.write_text(computed(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
