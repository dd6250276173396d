"""A load from the cache, or into it. What a caller needs of the cache is here.

An ``Entry`` knows whether a load was done before and all that it read is unchanged. Its sections are
then as good as those that a load would make; the policies are decoded when they are wanted.
"""

from __future__ import annotations

from tosdsl.cache import manifest
from tosdsl.cache.image import Image
from tosdsl.cache.store import Store, key_of, open_store

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing, and what imports attrs, are not needed in order to read an entry
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from tosdsl.cache.codec import Reader
    from tosdsl.diagnostics.model import Diagnostic
    from tosdsl.library.search import Search
    from tosdsl.trees.norms import Choices

BLOCKS, DIGESTED = "blocks", "digested"
"""The sections from which an edited text is read: its clauses, and of which texts digests are."""

_MANIFEST = "manifest"
_SOURCES = "sources"
_ENGINE = "-engine"
"""What the key of an entry's code ends in."""


class Entry:
    """The place in the cache of one load, with what is there.

    ``image`` is what a load left there and still holds; ``old`` what was left and holds no more, as
    the files ``edited``, and nothing else, have changed. ``texts`` are the contents of all files now.
    Once the image is mended, ``changed`` has the norms that it has otherwise than ``old``: the policy's
    id, and the norm's.
    """

    def __init__(self, store: Store | None, key: str, words: tuple[str, ...], given: tuple[str, ...]):
        self.words = words
        self.given = given
        self.image: Image | None = None
        self.old: Image | None = None
        self.edited: list[str] = []
        self.texts: dict[str, bytes] = {}
        self.changed: tuple[tuple[str, str], ...] = ()
        self._store = store
        self._key = key
        self._reader: Reader | None = None

    @classmethod
    def of_words(cls, words: Iterable[str]) -> Entry:
        """The entry for what paths and ids name, seen from the folder of this process."""
        import os

        asked = tuple(words)
        try:
            here = os.getcwd()
        except OSError:
            return cls(None, "", asked, ())
        return cls._found("words", asked, (), here, *asked)

    @classmethod
    def of_texts(cls, texts: Mapping[str, str]) -> Entry:
        """The entry for texts that are in no file, by the names that they are shown by."""
        parts = (each for pair in texts.items() for each in pair)
        return cls._found("texts", (), tuple(texts), *parts)

    @classmethod
    def _found(cls, kind: str, words: tuple[str, ...], given: tuple[str, ...], *parts: str) -> Entry:
        store = open_store()
        made = cls(store, key_of(kind, *parts) if store else "", words, given)
        data = store.get(made._key) if store else None
        image = Image.read(data) if data is not None else None
        if image is not None:
            said = image.section(_MANIFEST)
            found = manifest.compared(said) if isinstance(said, dict) else None
            if found is not None:
                made.texts, made.edited = found
                made.image, made.old = (None, image) if made.edited else (image, None)
        return made

    def sources(self) -> dict[str, str]:
        """The texts of the load, as diagnostics show them, but for those that the caller gave."""
        named = self.image.section(_SOURCES) if self.image else ()
        return {file: self.texts[file].decode("utf-8-sig") for file in named if file in self.texts}

    def digested(self) -> dict[str, tuple[str, ...]]:
        """For each policy, by its digest, the files whose texts the digest is of."""
        found = self.image.section(DIGESTED) if self.image else None
        return {each: tuple(files) for each, files in (found or {}).items()}

    def choices(self) -> Choices:
        """The policies, decoded as they are touched."""
        return self._decoder().choices()

    def warnings(self) -> tuple[Diagnostic, ...]:
        """What was odd about the texts."""
        return self._decoder().warnings()

    def _decoder(self) -> Reader:
        from tosdsl.cache.codec import Reader

        if self._reader is None:
            assert self.image is not None  # who asks has looked
            self._reader = Reader.of(self.image)
        return self._reader

    def keep(
        self,
        choices: Choices,
        warnings: tuple[Diagnostic, ...],
        search: Search,
        sources: Mapping[str, str],
        digested: Mapping[str, tuple[str, ...]],
        cut: Callable[[str], Any],
    ) -> Image | None:
        """Keep what a load without errors has made; the image, or None if it cannot be kept.

        ``sources`` are the texts that were parsed, ``digested`` says which of them each digest is of.
        ``cut`` makes plain data of a text, with which the text is compared once it was edited.
        """
        if self._store is None or any(map(_hangs_on_zones, sources.values())):
            return None
        from tosdsl.cache.codec import Unwritable, Writer

        said = manifest.made_of(search, self.words, self.given)
        if said is None:
            return None
        try:
            image = Writer().write(choices, warnings)
        except Unwritable:
            return None
        cuts = {file: cut(text) for file, text in sources.items() if file not in self.given}
        image = image.with_section(BLOCKS, cuts).with_section(DIGESTED, dict(digested))
        image = image.with_section(_MANIFEST, said).with_section(_SOURCES, tuple(sources))
        if self.kept(image):
            self.image = image
        return self.image

    def mended(self, image: Image) -> None:
        """Keep, for the texts as they are now, what was made of ``old``."""
        assert self.old is not None  # that is what it was made of
        if any(_hangs_on_zones(text.decode(errors="replace")) for text in self.texts.values()):
            return
        said = manifest.with_texts(self.old.section(_MANIFEST), self.texts)
        named = self.old.section(_SOURCES)
        self.image = image.with_section(_MANIFEST, said).with_section(_SOURCES, named)
        self.kept(self.image)

    # --- the engine's code ------------------------------------------------------------------------

    def engine(self) -> Any:
        """The code that was kept of these policies as they are, as plain data, or None."""
        return self._engine_of(self.image)

    def engine_before(self) -> Any:
        """The code that was kept of the policies before they were edited, or None."""
        return self._engine_of(self.old) if self.changed else None

    def _engine_of(self, image: Image | None) -> Any:
        import marshal

        data = self._store.get(self._key + _ENGINE) if self._store and image else None
        try:
            stamp, plain = marshal.loads(data) if data is not None else (None, None)
        except (ValueError, TypeError, EOFError):
            return None
        return plain if stamp is not None and stamp == _stamp(image) else None

    def keep_engine(self, plain: Any) -> bool:
        """Keep code that was made of these policies. Whether it worked."""
        import marshal

        if self._store is None or self.image is None:
            return False
        try:
            data = marshal.dumps((_stamp(self.image), plain))
        except ValueError:  # a date is among the constants
            return False
        return self._store.put(self._key + _ENGINE, data)

    def kept(self, image: Image) -> bool:
        """Keep the image with sections more, in the place of the one that is there."""
        return self._store is not None and self._store.put(self._key, image.write())


def _hangs_on_zones(text: str) -> bool:
    """Whether a text may hold a moment in a named zone. Which moment that is hangs on the zone data of
    the machine, which may be another tomorrow: what is made of it is not kept."""
    import re

    return re.search(r"T\d\d:\d\d[^\s\"]* +(?:UTC\b|[A-Za-z_+-]+/[A-Za-z])", text) is not None


def is_shipped(id_: str) -> bool:
    """Whether a policy of this id comes with the program, so that another text of it is in the place of
    that one."""
    from tosdsl.library.listing import shipped_names

    names = shipped_names()
    return names is None or ("policy", id_) in names


def _stamp(image: Image | None) -> bytes:
    """What the policies of an image are made of: code is that of the same ones."""
    from tosdsl.library.digest import digest

    said = image.raw(_MANIFEST) if image else None
    return digest(bytes(said or b""))
