"""Names of parties: which can be taken as they stand, and which of those are worth a warning."""

from __future__ import annotations

from collections.abc import Iterable
from unicodedata import normalize

from tosdsl.diagnostics.near import Known
from tosdsl.facts.read import HALVES
from tosdsl.facts.typed.said import Near
from tosdsl.runtime.checks import Odd
from tosdsl.unicode.names import letters, mistaken

_REMEMBERED = 2_000
_LONGEST = 80
"""Letters of a name that is remembered."""


def text(value: str) -> str:
    """A text in the form in which texts are compared. Raises Odd if a half of a character is in it."""
    if value.isascii():
        return value
    if HALVES.search(value):
        raise Odd
    return normalize("NFC", value)


class Names:
    """The names of a vocabulary's parties, made ready. Safe to share between threads."""

    def __init__(self, names: Iterable[str]) -> None:
        self._known = frozenset(names)
        self.plain = frozenset(each for each in self._known if normalize("NFC", each) == each)
        """Known names, as they stand once a text is in its form."""
        self._near = Known(self._known)
        self._seen: dict[str, Near] = {}

    def near(self, name: str) -> Near:
        """The known names that may be meant by another one, which is in its form; mostly none.

        Raises Odd if the name is none, or can be taken for a known one.
        """
        near = self._seen.get(name)
        if near is None:
            near = self._looked(name)
            if len(name) <= _LONGEST:
                if len(self._seen) >= _REMEMBERED:
                    self._seen.clear()
                self._seen[name] = near
        return near

    def _looked(self, name: str) -> Near:
        if name in self._known:
            return ()
        if not letters(name) or mistaken(name, self._known):
            raise Odd
        return self._near.names(name)
