"""Texts of policies by their digests: in folders, in what is installed, in the history of git."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from attrs import define, field

from tosdsl.diagnostics.model import Diagnostic
from tosdsl.library.files import Source, folder, installed
from tosdsl.library.git import blobs_of
from tosdsl.library.reading import TextFile
from tosdsl.receipts.canonical import digest_of

_MARK = b"\xef\xbb\xbf"
"""What may stand before a text, and is no part of it."""

HERE = (".",)


@define
class Texts:
    """Where texts are looked for, nearest first; each place is looked through once, when it is needed.

    ``places`` are files and folders. With ``git``, the history of the repositories in which they are is
    looked through last: all that any branch, tag or entry of the reflog leads to.
    """

    places: Sequence[str | Path] = HERE
    git: bool = True
    _known: dict[str, Source] = field(init=False, factory=dict)
    _stages: Iterator[Iterable[tuple[Source, bytes]]] | None = field(init=False, default=None)

    def find(self, digests: Iterable[str]) -> Mapping[str, str]:
        """The texts, by digest; those that are nowhere are missing."""
        wanted = set(digests)
        if self._stages is None:
            self._stages = iter((self._placed(), self._installed(), self._history()))
        while not wanted <= self._known.keys():
            stage = next(self._stages, None)
            if stage is None:
                break
            for source, raw in stage:
                self._known.setdefault(digest_of(raw.removeprefix(_MARK)), source)
        return {each: text for each in wanted if (text := self._text(each)) is not None}

    def _text(self, digest: str) -> str | None:
        """The text, if it is still there."""
        source = self._known.get(digest)
        raw = None if source is None else _read(source)
        if raw is None or digest_of(raw.removeprefix(_MARK)) != digest:
            return None
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            return None

    def _placed(self) -> Iterator[tuple[Source, bytes]]:
        problems: list[Diagnostic] = []  # of what cannot be read, something else may be the text
        for place in map(Path, self.places):
            is_file = place.is_file()
            sources = [TextFile(place)] if is_file else list(folder(place, problems).values())
            yield from _contents(sources)

    def _installed(self) -> Iterator[tuple[Source, bytes]]:
        problems: list[Diagnostic] = []
        for layer in installed(problems):
            yield from _contents(layer.sources.values())

    def _history(self) -> Iterator[tuple[Source, bytes]]:
        if not self.git:
            return
        folders = {str(place if place.is_dir() else place.parent) for place in map(Path, self.places)}
        seen: set[str] = set()
        for each in sorted(folders):
            for blob, raw in blobs_of(each, seen):
                seen.add(blob.name)
                yield blob, raw


def _contents(sources: Iterable[Source]) -> Iterator[tuple[Source, bytes]]:
    for source in sources:
        raw = _read(source)
        if raw is not None:
            yield source, raw


def _read(source: Source) -> bytes | None:
    try:
        return source.read_bytes()
    except OSError:
        return None
