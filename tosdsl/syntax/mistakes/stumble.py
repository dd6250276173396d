"""Where the parser stopped, and what comes of it: a diagnostic, and how to read on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from attrs import frozen

from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.syntax.source import indent_of

_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"?|[(){}\[\]]')
_NEAR = 300
"""Characters to either side in which a phrase is looked for: a line may be long."""

CLOSES = {"(": ")", "[": "]", "{": "}"}


@frozen
class Edit:
    """A change that makes a line readable: ``new`` in place of ``old`` characters at index ``at``."""

    line: int
    at: int
    old: int
    new: str


@frozen
class Refusal:
    """A diagnostic, and how to go on: with the ``edit`` made, or without the block at ``line``.

    Lines count from 0 within the item. ``through`` is the last line of what is left out with an edit;
    ``more`` are edits of other lines that are made with it.
    """

    diagnostic: Diagnostic
    line: int
    edit: Edit | None = None
    through: int | None = None
    more: tuple[Edit, ...] = ()


@frozen
class Stumble:
    """A token or a character that cannot stand where it is. ``line`` and ``column`` count from 0."""

    file: str
    first: int
    lines: list[str]
    line: int
    column: int
    kind: str
    """The terminal, or empty for a character that begins none."""
    word: str
    expected: frozenset[str]

    @property
    def text(self) -> str:
        return self.lines[self.line]

    @property
    def before(self) -> str:
        return self.text[: self.column]

    @property
    def rest(self) -> str:
        return self.text[self.column :]

    @property
    def at_end(self) -> bool:
        """Whether the line ends too soon."""
        return self.kind in {"_NL", "$END", "_DEDENT"}

    @property
    def opens_line(self) -> bool:
        return not self.before.strip()

    @property
    def is_word(self) -> bool:
        return self.word.replace("_", "").replace(".", "").isalnum() and not self.word[0].isdigit()

    @property
    def found(self) -> str:
        """What stands here, in a sentence."""
        return "The end of the line" if self.at_end else f"`{self.word}`"

    def around(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Where the pattern is found near this place, and takes it in or ends just before it."""
        start, end = max(0, self.column - _NEAR), self.column + _NEAR
        for match in pattern.finditer(self.text, start, end):
            if match.start() <= self.column <= match.end() + 1:
                yield match

    def quoted(self, at: int) -> bool:
        """Whether an index of the line stands in a text."""
        return self.text.count('"', 0, at) % 2 == 1

    def span(self, start: int, end: int, line: int | None = None) -> Span:
        """A stretch of a line, by indexes."""
        place = self.first + (self.line if line is None else line)
        return Span(self.file, place, start + 1, place, max(end, start + 1) + 1)

    def here(self) -> Span:
        return self.span(self.column, self.column + len(self.word))

    def refuse(self, code: str, span: Span | None = None, **words: object) -> Refusal:
        """The mistake, with the block at its line left out."""
        return Refusal(mistake(code, span or self.here(), None, **words), self.line)

    def mend(
        self, code: str, span: Span | None, at: int, old: int, new: str, **words: object
    ) -> Refusal:
        """The mistake, with the line changed so that the rest can be read."""
        found = mistake(code, span or self.here(), None, **words)
        return Refusal(found, self.line, Edit(self.line, at, old, new))

    def accepts(self, words: str) -> bool:
        """Whether the first of some words of the language, or a sign, can stand here."""
        sign = _SIGNS.get(words)
        return (sign or words.split()[0].upper()) in self.expected

    def open_bracket(self) -> tuple[int, int] | None:
        """Line and index of the innermost bracket that is open here."""
        closed = 0
        for line in range(self.line, -1, -1):
            text = self.before if line == self.line else self.lines[line]
            for match in reversed(list(_BRACKETS.finditer(text))):
                if match[0] in CLOSES:
                    if not closed:
                        return line, match.start()
                    closed -= 1
                elif match[0] in CLOSES.values():
                    closed += 1
        return None

    def line_above(self) -> int:
        """The line above that holds something."""
        return above(self.lines, self.line)


_SIGNS = {
    ":": "COLON",
    "{": "LBRACE",
    "[": "LSQB",
    '"': "STRING",
    "<": "ORDER",
    ">": "ORDER",
    "<=": "ORDER",
    ">=": "ORDER",
}


def above(lines: list[str], line: int) -> int:
    """The nearest line above that holds something."""
    found = line - 1
    while found > 0 and not lines[found]:
        found -= 1
    return max(0, found)


def last_beside(lines: list[str], line: int, indent: int) -> int:
    """The last of the lines from this one on that are indented at least so far."""
    last = line
    while last + 1 < len(lines) and (not lines[last + 1] or indent_of(lines[last + 1]) >= indent):
        last += 1
    return last


def last_of(lines: Iterable[str]) -> int:
    """The last line that holds something."""
    return max((index for index, text in enumerate(lines) if text), default=0)
