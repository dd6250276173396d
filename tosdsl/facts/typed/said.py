"""What is noted while facts are read: how many values there are, and what is worth a warning."""

from __future__ import annotations

from collections.abc import Sequence

from tosdsl.base import limits
from tosdsl.base.span import NOWHERE
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.diagnostics.render import sentences
from tosdsl.runtime.checks import Odd

Near = tuple[str, ...]
Warned = tuple[str, str, Near]
"""Where a party's name stands, the name, and the known names that may be meant."""


class Said:
    """The notes of one reading."""

    __slots__ = ("items", "keys", "unknown", "warned")

    def __init__(self) -> None:
        self.keys = 0
        """Entries of mappings so far."""
        self.items = 0
        """Items of lists so far."""
        self.unknown = 0
        """Leaves that are null so far."""
        self.warned: list[Warned] = []

    def listed(self, count: int) -> None:
        """A list of so many items follows. Raises Odd past a limit."""
        self.items += count
        if count > limits.MAX_LIST or self.items + self.keys > limits.MAX_FACTS_VALUES:
            raise Odd


def recorded(warned: Sequence[Warned]) -> list[Warned]:
    """Those that the full reading keeps: one past the limit, without looking for near names there."""
    kept = [*warned[: limits.MAX_ERRORS + 1]]
    kept[limits.MAX_ERRORS :] = [(path, name, ()) for path, name, _ in kept[limits.MAX_ERRORS :]]
    return kept


def words(warned: Sequence[Warned]) -> tuple[str, ...]:
    """The sentences of warnings, in their order, no more than ``limits.MAX_ERRORS``."""
    made = [_sentence(each) for each in warned[: limits.MAX_ERRORS]]
    if len(warned) > limits.MAX_ERRORS:
        made.append(sentences(mistake("TOS5023", NOWHERE, limit=limits.MAX_ERRORS)))
    return tuple(made)


def _sentence(warned: Warned) -> str:
    path, name, near = warned
    one = mistake("TOS4009", NOWHERE, path=path, found=name)
    return sentences(Diagnostic(one.code, one.span, one.words, near=near))
