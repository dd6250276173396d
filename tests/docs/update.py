"""``python -m tests.docs.update [FILE …]``: rewrites the expected output of examples in place."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.docs.blocks import ROOT, documents, replaced
from tests.docs.examples import run_document
from tests.docs.pages import CODES, index, titled


def main(*names: str) -> int:
    """Says which documents changed, of all or of those that are named. One with a block that no update
    mends stays as it is."""
    broken = 0
    (CODES / "index.md").write_text(index(), encoding="utf-8")
    named = {Path(name).resolve() for name in names}
    for document in documents():
        if named and document.resolve() not in named:
            continue
        text = document.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            outcomes = list(run_document(text, Path(folder)))
        name = document.relative_to(ROOT)
        problems = [(each.block.line, problem) for each in outcomes for problem in each.problems]
        for line, problem in problems:
            print(f"{name}:{line}: {problem}")
        broken += len(problems)
        new = titled(replaced(text, [(outcome.block, outcome.body) for outcome in outcomes]))
        if new != text and not problems:
            document.write_text(new, encoding="utf-8")
            print(f"updated {name}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
