"""A diagnostic: what was found, where, and the words that fill its sentences."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from attrs import field, frozen

from tosdsl.diagnostics.catalogue import CATALOGUE
from tosdsl.diagnostics.near import nearest
from tosdsl.trees.span import NOWHERE, Span


class Severity(Enum):
    """An error keeps a policy from being used; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@frozen
class Diagnostic:
    """One mistake. ``words`` fill the sentences of the catalogue's entry for ``code``."""

    code: str
    span: Span
    words: tuple[tuple[str, str], ...] = ()
    near: tuple[str, ...] = field(default=(), kw_only=True)

    @property
    def severity(self) -> Severity:
        return Severity.WARNING if CATALOGUE[self.code].warning else Severity.ERROR

    @property
    def message(self) -> str:
        """One sentence on what is wrong."""
        return CATALOGUE[self.code].says.format(**dict(self.words))

    @property
    def mend(self) -> str:
        """One sentence on how to mend it, with the near names first if there are any."""
        how = CATALOGUE[self.code].mend.format(**dict(self.words))
        if not self.near:
            return how
        names = " or ".join(f"`{name}`" for name in self.near)
        return f"Did you mean {names}? {how}"


def mistake(
    code: str, span: Span | None, near: tuple[str, Iterable[str]] | None = None, **words: object
) -> Diagnostic:
    """A diagnostic. ``near`` is a name that was not found and the names that it could have been."""
    filled = tuple((key, str(word)) for key, word in words.items())
    suggestions = nearest(*near) if near else ()
    return Diagnostic(code, span or NOWHERE, filled, near=suggestions)
