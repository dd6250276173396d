"""Runs something again whenever a policy or a table below some paths has changed."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable

from tosdsl.base.limits import MAX_FILES
from tosdsl.cli.terminal import OK, WRONG, clear, print_diagnostics
from tosdsl.errors import TosdslError
from tosdsl.library.listing import folder_files, neighbour_files
from tosdsl.testing.tables.places import is_table, policies_beside, tables_below, tables_beside

SECONDS = 0.3
"""Between two looks at the files."""

Seen = dict[str, tuple[int, int]]
"""Files with the time of their change and their size."""


def watch(words: Iterable[str], once: Callable[[], int]) -> int:
    """Until it is stopped from the keyboard. The status is then 0: a stop is how it is meant to end."""
    several = list(words)
    try:
        while True:
            seen = look(several)
            clear()
            _run(once)
            print("\nWaiting for a change; Ctrl-C ends.", file=sys.stderr)
            while look(several) == seen:
                time.sleep(SECONDS)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return OK


def _run(once: Callable[[], int]) -> int:
    """A text with a mistake is no reason to stop: it is about to be mended."""
    try:
        status = once()
    except TosdslError as error:
        print_diagnostics(error.diagnostics, error.sources)
        status = WRONG
    sys.stdout.flush()
    return status


def look(words: Iterable[str]) -> Seen:
    """The state of every file that matters: those named, below a folder, and around a file."""
    files: dict[str, None] = {}
    for word in words:
        if os.path.isdir(word):
            files |= dict.fromkeys([*folder_files(word), *tables_below(word)])
        elif os.path.isfile(word):
            beside = policies_beside(word) if is_table(word) else tables_beside(word)
            files |= dict.fromkeys([word, *beside, *neighbour_files(word, MAX_FILES)])
    seen: Seen = {}
    for file in files:
        try:
            found = os.stat(file)
        except OSError:  # gone between the listing and now: a change like another
            continue
        seen[file] = found.st_mtime_ns, found.st_size
    return seen
