"""The files that a gate is made of, each by the digest of its content, but for its registers.

What is compared with the files as they stand is what was read, not what stood there afterwards: a text
that changes while a gate starts is then seen at the next look.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from os.path import isdir, isfile
from pathlib import Path

from tosdsl.gate.plan import Plan
from tosdsl.library.listing import folder_files

Digests = Mapping[str, str]
"""By file the digest of its content, or GONE."""

GONE = "gone"
"""In place of the digest of a file that cannot be read."""


def standing(files: Iterable[str]) -> dict[str, str]:
    """What stands in these files now."""
    return {file: _of_file(file) for file in files}


def as_read(texts: Mapping[str, str]) -> dict[str, str]:
    """What was read of the texts that are files."""
    return {
        file: _of(text.encode("utf-8", "surrogatepass")) for file, text in texts.items() if isfile(file)
    }


def named(plan: Plan) -> Iterator[str]:
    """The files that a mapping names, as the policies' loader calls them. What is not there may come: a
    text that was forgotten, or one in the place of a shipped document."""
    if plan.assumed:
        yield str(Path(plan.folder, plan.assumed))
    for word in (*plan.active, *plan.shadow):
        path = str(Path(plan.folder, word))
        if isdir(path):
            yield from folder_files(path)
        else:
            yield path


def _of_file(file: str) -> str:
    try:
        return _of(Path(file).read_bytes())
    except OSError:
        return GONE


def _of(raw: bytes) -> str:
    """A mark of the encoding does not count: a text does not have it."""
    return sha256(raw.removeprefix(codecs.BOM_UTF8)).hexdigest()
