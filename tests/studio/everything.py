"""Every shipped scenario decided in the browser, against what Python decides; pictures and figures.

``python -m tests.studio.everything FOLDER`` needs what the tests of the page need, and two minutes. It
leaves pictures in ``FOLDER/pictures``, to be looked at.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.studio.conftest import used
from tests.studio.test_answers import SHIPPED, source_of
from tests.studio.test_page import as_decided
from tosdsl.studio.building import build
from tosdsl.testing.suite import scenario_tests


def main(folder: Path) -> int:
    """0 if nothing differs."""
    pictures = folder / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    built = build(folder / "site")
    seen = used(built.folder, pictures, everything=True)
    same, differ = 0, []
    for policies in SHIPPED.values():
        source = source_of(policies)
        key = " ".join((source["id"], source["version"], source["recorded"]))
        for test in scenario_tests([policies]):
            if seen["everything"][key].get(test.title) == as_decided(test):
                same += 1
            else:
                differ.append(f"{key}: {test.title}")
    print(f"{same} scenarios are decided alike in the browser and in Python; {len(differ)} are not")
    print(*differ, sep="\n")
    print(f"size: {built.bytes / 1e6:.1f} MB, {built.compressed / 1e6:.2f} MB compressed")
    for name, figure in seen["figures"].items():
        print(f"{name}: {figure}")
    print(f"errors: {seen['errors']}, requests elsewhere: {seen['outside']}, failed: {seen['failed']}")
    print(f"pictures in {pictures}")
    return 1 if differ or seen["errors"] or seen["outside"] or seen["failed"] else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    sys.exit(main(Path(sys.argv[1]).resolve()))
