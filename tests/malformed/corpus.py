"""Malformed texts, each with the diagnostics that it must get: read from the files beside this one.

The last lines of a ``.tos``, ``.tos.md`` or ``.yaml`` file say what is expected; they are cut off
before the text is read. A ``.json`` file has them in a file of its own name with ``.expect`` added::

    # expect TOS1021 4:5 Write `forbid`

is the code, the line and column (``-`` for no place), and words that the rendered message holds.
``# vocabulary NAME`` among them says whose facts a facts document gives; unsaid, it is those of
OpenAI's Business Terms. A folder is a library: each of its files says what is expected of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from attrs import evolve, frozen

HERE = Path(__file__).parent
FEATURES = HERE.parent / "conformance"
"""Its own README states the same format, for whoever reads the texts with another program."""

_LINE = re.compile(r"(?:expect (?P<code>TOS\d{4}) (?P<place>\d+:\d+|-)(?: (?P<words>.+))?)\Z")
_TAIL = re.compile(r"(?:^# (?:expect|vocabulary) .*\n?)+\Z", re.MULTILINE)


@frozen
class Expected:
    """A diagnostic: ``place`` is line and column, or ``-``."""

    code: str
    place: str
    words: str = ""


@frozen
class Text:
    """A malformed text, without the lines that say what is expected of it."""

    name: str
    text: str
    expected: tuple[Expected, ...]
    vocabulary: str = ""


def policies() -> Iterator[tuple[str, tuple[Text, ...]]]:
    """Every file of policies, and every folder of such files, by name."""
    for path in sorted((HERE / "policies").iterdir()):
        files = sorted(path.glob("*.tos*")) if path.is_dir() else [path]
        yield path.stem, tuple(read(file) for file in files)


def facts() -> Iterator[Text]:
    """Every facts document."""
    for path in sorted((HERE / "facts").iterdir()):
        if path.suffix in {".yaml", ".json"}:
            yield read(path)


def tables() -> Iterator[Text]:
    """Every table of cases for ``tables/shop.tos``."""
    for path in sorted((HERE / "tables").glob("*.cases.*")):
        yield read(path)


def of_features() -> Iterator[Text]:
    """Every text with mistakes of meaning that belong to one feature of the language."""
    for path in sorted(FEATURES.glob("*/bad/*")):
        yield evolve(read(path), name=f"{path.parts[-3]}_{path.name}")


def read(path: Path) -> Text:
    """A text as it is judged, its line ends as they are in the file."""
    whole = path.read_bytes().decode("utf-8")
    beside = path.with_name(f"{path.name}.expect")
    if beside.exists():
        return _text(path.name, whole, beside.read_text(encoding="utf-8"))
    tail = _TAIL.search(whole)
    cut = tail.start() if tail else len(whole)
    return _text(path.name, whole[:cut], whole[cut:])


def _text(name: str, text: str, tail: str) -> Text:
    expected: list[Expected] = []
    vocabulary = ""
    for line in tail.splitlines():
        said = line.removeprefix("# ").strip()
        if said.startswith("vocabulary "):
            vocabulary = said.removeprefix("vocabulary ")
        elif said:
            match = _LINE.match(said)
            assert match is not None, f"{name}: {line}"
            expected.append(Expected(match["code"], match["place"], match["words"] or ""))
    return Text(name, text, tuple(expected), vocabulary)
