"""``python -m tests.website.pictures FOLDER``: the site, built and used there, with pictures of it."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.website.conftest import using
from tests.website.judge import differs


def main(folder: Path) -> int:
    """0 if every example shows what its page says."""
    pictures = folder / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    used = using(folder, pictures)
    seen = used.seen
    wrong = [
        f"{example.page}:{example.line}: {why}"
        for example, shown in zip(used.examples, seen["shown"], strict=True)
        for why in ([shown["failed"]] if "failed" in shown else differs(example, shown))
    ]
    print(f"{len(used.examples)} examples were opened; {len(wrong)} show something else")
    print(*wrong, sep="\n")
    for name in ("missing", "errors", "outside", "wide", "axe", "search"):
        print(f"{name}: {seen[name]}")
    print(f"pictures in {pictures}")
    return 1 if wrong or seen["missing"] or seen["errors"] or seen["outside"] else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    sys.exit(main(Path(sys.argv[1]).resolve()))
