"""A diagnostic: what was found, where, and the words that fill its sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from itertools import groupby

from attrs import field, frozen

from tosdsl.base import limits
from tosdsl.base.span import NOWHERE, Span
from tosdsl.base.visible import visible
from tosdsl.diagnostics.catalogue import CATALOGUE
from tosdsl.diagnostics.near import nearest


class Severity(Enum):
    """An error keeps a policy from being used; a warning does not, and a note is worth a look."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@frozen
class Edit:
    """``new`` in the place of what stands at ``span``."""

    span: Span
    new: str

    def to_json(self) -> dict[str, object]:
        """JSON-ready data; lines and columns count from 1, the end is exclusive."""
        span = self.span
        return {
            "file": span.file,
            "line": span.line,
            "column": span.column,
            "end_line": span.end_line,
            "end_column": span.end_column,
            "new": self.new,
        }


@frozen
class Diagnostic:
    """One mistake. ``words`` fill the sentences of the catalogue's entry for ``code``.

    ``edits`` are what ``mend`` says, as changes of the text, where it leaves nothing to decide. Names
    that are near are not among them.
    """

    code: str
    span: Span
    words: tuple[tuple[str, str], ...] = ()
    near: tuple[str, ...] = field(default=(), kw_only=True)
    edits: tuple[Edit, ...] = field(default=(), kw_only=True, eq=False, repr=False)

    @property
    def path(self) -> str | None:
        """The fact that a mistake in facts is about."""
        return dict(self.words).get("path")

    @property
    def severity(self) -> Severity:
        entry = CATALOGUE[self.code]
        if entry.note:
            return Severity.NOTE
        return Severity.WARNING if entry.warning else Severity.ERROR

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

    def to_json(self) -> dict[str, object]:
        """JSON-ready data; lines and columns count from 1, the end is exclusive."""
        span = self.span
        return {
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
            "mend": self.mend,
            "near": list(self.near),
            "path": self.path,
            "file": span.file or None,
            "line": span.line or None,
            "column": span.column or None,
            "end_line": span.end_line or None,
            "end_column": span.end_column or None,
        }


def mistake(
    code: str, span: Span | None, near: tuple[str, Iterable[str]] | None = None, **words: object
) -> Diagnostic:
    """A diagnostic. ``near`` is a name that was not found and the names that it could have been."""
    filled = tuple((key, shown(str(word))) for key, word in words.items())
    suggestions = nearest(*near) if near else ()
    return Diagnostic(code, span or NOWHERE, filled, near=suggestions)


def shown(word: str) -> str:
    """A word as a sentence can repeat it: not too long, and nothing that a terminal would obey."""
    if len(word) > limits.MAX_WORD_SHOWN:
        word = word[: limits.MAX_WORD_SHOWN - 1] + "…"
    return visible(word)


def enough(problems: list[Diagnostic]) -> bool:
    """Whether so many mistakes were found that looking for near names is no longer worth the time."""
    return len(problems) > limits.MAX_ERRORS


def in_order(problems: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Each once, by file and place; for one file no more than ``limits.MAX_ERRORS`` mistakes, and no
    more warnings."""
    once = sorted(dict.fromkeys(problems), key=_place)
    return [each for _, group in groupby(once, lambda each: each.span.file) for each in _most(group)]


def _place(problem: Diagnostic) -> tuple[str, int, int]:
    return problem.span.file, problem.span.line, problem.span.column


def _most(group: Iterator[Diagnostic]) -> Iterator[Diagnostic]:
    """A file's mistakes and warnings up to the limit, and then one that says that there are more."""
    more: dict[Severity, Diagnostic] = {}
    count = dict.fromkeys(Severity, 0)
    for each in group:
        kind = each.severity
        if each.code in _MORE.values() or count[kind] == limits.MAX_ERRORS:
            more.setdefault(kind, mistake(_MORE[kind], each.span, limit=limits.MAX_ERRORS))
        else:
            count[kind] += 1
            yield each
    yield from more.values()


_MORE = {Severity.ERROR: "TOS5004", Severity.WARNING: "TOS5023", Severity.NOTE: "TOS5023"}
"""What says that there are more."""
