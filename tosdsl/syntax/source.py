"""What happens to a text before it has tokens: lines, tabs, comments, top-level items.

In: a text. Out: its lines with comments blanked, the comments, and the stretches that start in
column 1, each of which the parser reads by itself. Columns stay, but where a tab indents a line, a
character that nobody sees is left out, or a mistake is mended in order to read on; ``Columns`` keeps
account of that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from attrs import define, evolve, field, frozen

from tosdsl.base import limits
from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, Edit, mistake
from tosdsl.library.literate import hidden_in
from tosdsl.trees.surface import Comment
from tosdsl.unicode.shown import breaks_lines, has_odd_characters, odd_characters

_TEXT_OR_COMMENT = re.compile(r'"(?:[^"\\]|\\.)*"?|(?<!\S)#.*')
_CONTINUES = re.compile(r" *(?:(?:and|or)\b|(?:then|else)(?![\w.]| *:))")

TAB = 4
"""Columns that a tab is taken for, so that what stands under it can be read."""


@define
class Columns:
    """Where a line's columns stood before the line was changed."""

    _edits: dict[int, list[tuple[int, int, int]]] = field(factory=dict)

    def note(self, line: int, at: int, old: int, new: int) -> None:
        """At index ``at`` of a line of the file, ``old`` characters have given way to ``new``."""
        if old != new:
            self._edits.setdefault(line, []).append((at, old, new))

    @property
    def moved(self) -> bool:
        """Whether any column is another than it was."""
        return bool(self._edits)

    def has_moved(self, line: int) -> bool:
        """Whether any column of the line is another than it was."""
        return line in self._edits

    def original(self, line: int, column: int) -> int:
        """The column in the file's own text."""
        for at, old, new in reversed(self._edits.get(line, ())):
            index = column - 1
            if index >= at + new:
                column -= new - old
            elif index > at:
                column = min(index, at + old) + 1
        return column

    def span(self, span: Span) -> Span:
        """The span in the file's own text."""
        if not self._edits:
            return span
        start = self.original(span.line, span.column)
        end = self.original(span.end_line, span.end_column)
        if span.line == span.end_line:
            end = max(end, start + 1)
        return evolve(span, column=start, end_column=end)


@frozen
class Source:
    """A text made ready for the parser.

    ``overlong`` are lines, counted from 0, that were not read; ``tabbed`` those indented with tabs.
    At each of ``starts`` a new item begins, however its line is indented.
    """

    file: str
    lines: tuple[str, ...]
    comments: tuple[Comment, ...]
    diagnostics: tuple[Diagnostic, ...]
    columns: Columns
    overlong: frozenset[int]
    tabbed: frozenset[int] = frozenset()
    starts: frozenset[int] = frozenset()

    def is_plain(self, item: Item) -> bool:
        """Whether an item is its lines and nothing more: no column of it has moved, all of it was read,
        and none of it is indented with tabs."""
        if item.missing:
            return False
        lines = range(item.first, item.first + len(item.lines))
        if self.tabbed and any(line - 1 in self.tabbed for line in lines):
            return False
        return not self.columns.moved or not any(map(self.columns.has_moved, lines))


@frozen
class Item:
    """A top-level item: ``lines``, of which the first is line ``first`` of the file.

    ``missing`` are lines of it, counted from 0, that could not be read.
    """

    first: int
    lines: tuple[str, ...]
    missing: frozenset[int] = frozenset()


_NONE: Mapping[int, int] = {}


def read_source(
    text: str, file: str, taken: Mapping[int, int] = _NONE, starts: frozenset[int] = frozenset()
) -> Source:
    """Blank the comments, widen tabs, leave overlong lines out.

    ``taken`` says how many characters a line (counted from 1) began further right in the file.
    """
    comments: list[Comment] = []
    problems: list[Diagnostic] = []
    lines: list[str] = []
    columns = Columns()
    for number, width in taken.items():
        columns.note(number, 0, width, 0)
    overlong: set[int] = set()
    tabs: list[Span] = []
    hidden = has_odd_characters(text)
    every = text.split("\n")
    if not (hidden or "\t" in text or "\r" in text) and max(map(len, every)) <= limits.MAX_LINE:
        return _plain_source(every, file, columns, starts)
    for number, raw in enumerate(every, 1):
        line = raw[:-1] if raw.endswith("\r") else raw
        if len(line) > limits.MAX_LINE:
            span = columns.span(Span(file, number, 1, number, 2))
            problems.append(mistake("TOS5003", span, size=len(line), limit=limits.MAX_LINE))
            overlong.add(number - 1)
            line = _indentation(line) + "_"  # its indentation tells what stands under it
        elif hidden:
            line = _without_hidden(line, number, file, columns, problems)
        if "#" in line:
            line, comment = _without_comment(line, number, file)
            comments += (evolve(each, span=columns.span(each.span)) for each in comment)
        line = line.rstrip()
        if "\t" in line:
            line = _without_tabs(line, number, file, columns, tabs)
        lines.append(line)
    if tabs:
        others = f", and so are {len(tabs) - 1} others" if len(tabs) > 1 else ""
        problems.append(mistake("TOS1004", tabs[0], others=others))
    missing = _left_out(lines, overlong)
    tabbed = frozenset(span.line - 1 for span in tabs)
    return Source(
        file, tuple(lines), tuple(comments), tuple(problems), columns, missing, tabbed, starts
    )


def _plain_source(every: list[str], file: str, columns: Columns, starts: frozenset[int]) -> Source:
    """Lines in which there is nothing but text and comments: of most texts, all are."""
    comments: list[Comment] = []
    lines = list(map(str.rstrip, every))
    for index, line in enumerate(lines):
        if "#" in line:
            code, comment = _without_comment(every[index], index + 1, file)
            comments += (evolve(each, span=columns.span(each.span)) for each in comment)
            lines[index] = code.rstrip()
    return Source(file, tuple(lines), tuple(comments), (), columns, frozenset(), frozenset(), starts)


def _without_hidden(
    line: str, number: int, file: str, columns: Columns, problems: list[Diagnostic]
) -> str:
    """The line as it is seen: what breaks lines elsewhere is a space, what is not shown is gone."""
    if len(problems) <= limits.MAX_ERRORS:  # more are not shown
        told = islice(hidden_in(line, number, file), limits.MAX_ERRORS + 1)
        problems += [_placed(each, columns) for each in told]
    pieces: list[str] = []
    end = len(line)
    odd = [*odd_characters(line)]
    for at, character in reversed(odd):  # so that what stands before it is where it was
        new = " " if breaks_lines(character) else ""
        pieces += (line[at + 1 : end], new)
        columns.note(number, at, 1, len(new))
        end = at
    return line[:end] + "".join(reversed(pieces))


def _placed(found: Diagnostic, columns: Columns) -> Diagnostic:
    """A mistake at its place in the file's own text; what nobody sees is mended by leaving it out."""
    span = columns.span(found.span)
    edits = (Edit(span, ""),) if found.code == "TOS1051" else ()
    return evolve(found, span=span, edits=edits)


def _left_out(lines: list[str], overlong: set[int]) -> frozenset[int]:
    """Blank each overlong line with what stands under it."""
    blocks = [block_of(lines, index) for index in sorted(overlong)]
    missing = frozenset(index for block in blocks for index in block)
    for index in missing:
        lines[index] = ""
    return missing


def _without_tabs(line: str, number: int, file: str, columns: Columns, tabs: list[Span]) -> str:
    """Tabs as spaces: in the indentation up to the next stop, elsewhere one for one."""
    indentation = _indentation(line)
    if "\t" in indentation:
        at = indentation.index("\t") + 1
        tabs.append(columns.span(Span(file, number, at, number, at + 1)))
        wide = indentation.expandtabs(TAB)
        columns.note(number, 0, len(indentation), len(wide))
        line = wide + line[len(indentation) :]
    return line.replace("\t", " ")


def _indentation(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _without_comment(line: str, number: int, file: str) -> tuple[str, list[Comment]]:
    for match in _TEXT_OR_COMMENT.finditer(line):
        if match[0].startswith("#"):
            code = line[: match.start()]
            span = Span(file, number, match.start() + 1, number, len(line) + 1)
            return code, [Comment(match[0].rstrip(), not code.strip(), span=span)]
    return line, []


def top_level_items(source: Source) -> Iterator[Item]:
    """The stretches that start in column 1; what is indented before the first, or at the beginning of a
    block, is one as well."""
    start: int | None = None
    apart = False
    for index, line in enumerate(source.lines):
        apart = apart or index in source.starts
        opens = bool(line) and line[0] != " " and not _CONTINUES.match(line)
        if opens or (line and (start is None or apart)):
            apart = False
            if start is not None:
                yield _item(source, start, index)
            start = index
    if start is not None:
        yield _item(source, start, len(source.lines))


def _item(source: Source, start: int, end: int) -> Item:
    missing = frozenset(index - start for index in source.overlong if start <= index < end)
    while end > start and not source.lines[end - 1]:
        end -= 1
    return Item(start + 1, source.lines[start:end], missing)


def block_of(lines: list[str], index: int) -> range:
    """The line at ``index`` with what belongs to it: lines it continues, lines indented under it."""
    while index > 0 and _CONTINUES.match(lines[index]):
        index -= 1
        while index > 0 and not lines[index]:
            index -= 1
    indent = indent_of(lines[index])
    end = index + 1
    while end < len(lines) and (
        not lines[end] or indent_of(lines[end]) > indent or _CONTINUES.match(lines[end])
    ):
        end += 1
    return range(index, end)


def indent_of(line: str) -> int:
    """How far the line is indented."""
    return len(line) - len(line.lstrip(" "))
