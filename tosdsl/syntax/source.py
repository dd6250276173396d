"""What happens to a text before it has tokens: lines, comments, top-level items.

In: a text. Out: its lines with comments blanked (columns stay), the comments, and the stretches
that start in column 1, each of which the parser reads by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import frozen

from tosdsl import limits
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.trees.span import Span
from tosdsl.trees.surface import Comment

_TEXT_OR_COMMENT = re.compile(r'"(?:[^"\\]|\\.)*"?|(?<!\S)#.*')
_CONTINUES = re.compile(r" *(?:and|or)\b")


@frozen
class Source:
    """A text made ready for the parser."""

    file: str
    lines: tuple[str, ...]
    comments: tuple[Comment, ...]
    diagnostics: tuple[Diagnostic, ...]


@frozen
class Item:
    """A top-level item: ``lines``, of which the first is line ``first`` of the file."""

    first: int
    lines: tuple[str, ...]


def read_source(text: str, file: str) -> Source:
    """Blank the comments, note tabs and overlong lines."""
    comments: list[Comment] = []
    problems: list[Diagnostic] = []
    lines: list[str] = []
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.rstrip("\r")
        if len(line) > limits.MAX_LINE:
            span = Span(file, number, 1, number, 2)
            problems.append(mistake("TOS5003", span, size=len(line), limit=limits.MAX_LINE))
            line = ""
        if "\t" in line:
            if "\t" in line[: len(line) - len(line.lstrip())]:
                at = line.index("\t") + 1
                problems.append(mistake("TOS1004", Span(file, number, at, number, at + 1)))
            line = line.replace("\t", " ")
        if "#" in line:
            line, comment = _without_comment(line, number, file)
            comments += comment
        lines.append(line.rstrip())
    tabs = [problem for problem in problems if problem.code == "TOS1004"]
    once = [problem for problem in problems if problem.code != "TOS1004"] + tabs[:1]
    return Source(file, tuple(lines), tuple(comments), tuple(once))


def _without_comment(line: str, number: int, file: str) -> tuple[str, list[Comment]]:
    for match in _TEXT_OR_COMMENT.finditer(line):
        if match[0].startswith("#"):
            code = line[: match.start()]
            span = Span(file, number, match.start() + 1, number, len(line) + 1)
            return code, [Comment(match[0].rstrip(), not code.strip(), span=span)]
    return line, []


def top_level_items(source: Source) -> Iterator[Item]:
    """The stretches that start in column 1; what is indented before the first is one as well."""
    start: int | None = None
    for index, line in enumerate(source.lines):
        opens = bool(line) and line[0] != " " and not _CONTINUES.match(line)
        if opens or (start is None and line):
            if start is not None:
                yield _item(source, start, index)
            start = index
    if start is not None:
        yield _item(source, start, len(source.lines))


def _item(source: Source, start: int, end: int) -> Item:
    while end > start and not source.lines[end - 1]:
        end -= 1
    return Item(start + 1, source.lines[start:end])


def block_of(lines: list[str], index: int) -> range:
    """The line at ``index`` with what belongs to it: lines it continues, lines indented under it."""
    while index > 0 and _CONTINUES.match(lines[index]):
        index -= 1
        while index > 0 and not lines[index]:
            index -= 1
    indent = _indent(lines[index])
    end = index + 1
    while end < len(lines) and (
        not lines[end] or _indent(lines[end]) > indent or _CONTINUES.match(lines[end])
    ):
        end += 1
    return range(index, end)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
