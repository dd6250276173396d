"""``python -m website FOLDER``: the site as a folder of static files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tosdsl.diagnostics.render import render_all
from tosdsl.errors import PolicyError
from website.build import SiteError, build


def main() -> int:
    """0 if the site was built and every link leads somewhere."""
    parser = argparse.ArgumentParser(prog="python -m website", description=__doc__)
    parser.add_argument("folder", type=Path, help="new, empty, or one that holds a site")
    parser.add_argument("--without-studio", action="store_true", help="it needs npm")
    options = parser.parse_args()
    try:
        built = build(options.folder, studio=not options.without_studio)
    except SiteError as error:
        print(error, file=sys.stderr)
        return 1
    except PolicyError as error:
        print(render_all(error.diagnostics, error.sources), file=sys.stderr)
        return 1
    print(f"{built.folder}: {built.pages} pages, {len(built.tried)} examples to try.")
    print(f"Show it: python -m http.server --bind 127.0.0.1 --directory {built.folder}")
    for each in built.broken:
        print(f"{each.page}: {each.target}: {each.why}", file=sys.stderr)
    return 1 if built.broken else 0


if __name__ == "__main__":
    sys.exit(main())
