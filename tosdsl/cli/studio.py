"""``tosdsl studio``: the studio, shown on this machine or written as a folder of files."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tosdsl.cli.terminal import OK, print_line
from tosdsl.studio.building import MARK, Built, build, kept_folder, state
from tosdsl.studio.serving import HOST, server


def run(options: argparse.Namespace) -> int:
    """Build, or serve until interrupted. Raises PolicyError."""
    if options.build is not None:
        made = build(Path(options.build))
        print_line(f"{made.folder}: {_size(made)}. Serve it as static files; `index.html` is the page.")
        return OK
    kept = kept_folder("site", state())
    if kept is not None:
        return _serve(kept, options.port)
    with tempfile.TemporaryDirectory() as folder:
        return _serve(Path(folder), options.port)


def _serve(folder: Path, port: int) -> int:
    with server(folder, port) as serving:  # a port that is taken is told before anything is built
        if not (folder / MARK).is_file():
            print_line("Building the studio, once for this version of the program …", error=True)
            print_line(f"Built: {_size(build(folder))}.", error=True)
        address = f"http://{HOST}:{serving.server_address[1]}/"
        print_line(f"The studio is at {address}. Nothing leaves this machine. CTRL-C ends it.")
        serving.serve_forever()
    return OK


def _size(made: Built) -> str:
    size = f"{made.files} files, {made.bytes / 1e6:.1f} MB, {made.compressed / 1e6:.1f} MB compressed"
    return size if made.solver else f"{size}; without z3, which pip could not give"
