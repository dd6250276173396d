"""Doing to the letter what a diagnostic says, where it says it to the letter.

A reader who is told "Write `x`." writes ``x`` in the place that is marked. What comes of it must read,
and must not mean something else: ``test_obeyed.py`` holds every message to that.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from attrs import frozen

from tosdsl.base import limits
from tosdsl.diagnostics.model import Diagnostic

_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4}


@frozen
class Obeyed:
    """A text after a mend: ``line`` (from 0) and ``start`` of what was put in, and that itself."""

    text: str
    line: int
    start: int
    new: str


def obey(text: str, found: Diagnostic) -> Obeyed | None:
    """The text with the mend made; None if the mend leaves something to decide."""
    span = found.span
    lines = text.split("\n")
    if not 1 <= span.line <= len(lines) or span.end_line != span.line:
        return None
    if any(len(word) >= limits.MAX_WORD_SHOWN for _, word in found.words):
        return None  # what is to be written was too long to be said
    for pattern, way in _WAYS:
        match = pattern.fullmatch(found.mend)
        if match is not None:
            return way(lines, found, match)
    return None


def _put(lines: list[str], line: int, start: int, old: int, new: str) -> Obeyed:
    lines = list(lines)
    lines[line] = lines[line][:start] + new + lines[line][start + old :]
    return Obeyed("\n".join(lines), line, start, new)


def _write(lines: list[str], found: Diagnostic, match: re.Match[str]) -> Obeyed:
    span = found.span
    start = span.column - 1
    return _put(lines, span.line - 1, start, span.end_column - span.column, match["new"])


def _write_below(lines: list[str], found: Diagnostic, match: re.Match[str]) -> Obeyed:
    span = found.span
    line = lines[span.line - 1]
    lines = list(lines)
    lines[span.line - 1] = line[: span.column - 1].rstrip()
    below = " " * (_indent(line) + (4 if match["where"] == "by four" else 0))
    lines.insert(span.line, below + match["new"])
    return Obeyed("\n".join(lines), span.line, len(below), match["new"])


def _move_below(lines: list[str], found: Diagnostic, match: re.Match[str]) -> Obeyed:
    span = found.span
    line = lines[span.line - 1]
    new = line[span.column - 1 :]
    lines = list(lines)
    lines[span.line - 1] = line[: span.column - 1].rstrip()
    below = {"l": _indent(line), "b": _indent(line) + 4, "f": 0}[match["where"][0]]
    lines.insert(span.line, " " * below + new)
    return Obeyed("\n".join(lines), span.line, below, "")


def _insert(lines: list[str], found: Diagnostic, match: re.Match[str]) -> Obeyed | None:
    missing = dict(found.words)["missing"]
    new = " " if missing == "A space" else missing.strip("`") + " "
    if not (missing.startswith("`") or missing == "A space") or "`" in missing.strip("`"):
        return None
    start = found.span.column - 1
    if match["side"] == "after":
        start += len(match["what"])
    return _put(lines, found.span.line - 1, start, 0, new)


def _leave_out(lines: list[str], found: Diagnostic, match: re.Match[str]) -> Obeyed:
    span = found.span
    return _put(lines, span.line - 1, span.column - 1, span.end_column - span.column, "")


def _begin_next(lines: list[str], found: Diagnostic, match: re.Match[str]) -> Obeyed:
    made = _leave_out(lines, found, match).text.split("\n")
    following = next(at for at in range(found.span.line, len(made)) if made[at].strip())
    start = _indent(made[following])
    return _put(made, following, start, 0, f"{match['new']} ")


def _indent_block(lines: list[str], found: Diagnostic, match: re.Match[str]) -> Obeyed:
    first = found.span.line - 1
    by = _NUMBERS[match["count"]]
    lines = list(lines)
    own = _indent(lines[first])
    for at in range(first, len(lines)):
        if at > first and lines[at].strip() and _indent(lines[at]) <= own:
            break
        lines[at] = " " * by + lines[at] if lines[at].strip() else lines[at]
    return Obeyed("\n".join(lines), first, 0, "")


def _indent_line(lines: list[str], found: Diagnostic, match: re.Match[str]) -> Obeyed:
    line = found.span.line - 1
    depth = int(match.groupdict().get("depth", 0))
    return _put(lines, line, 0, _indent(lines[line]), " " * depth)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


_Way = Callable[[list[str], Diagnostic, re.Match[str]], Obeyed | None]
_WAYS: tuple[tuple[re.Pattern[str], _Way], ...] = (
    (
        re.compile(r"Write `(?P<new>[^`]+)`(?:, if that is meant|: the year, the month, the day)?\."),
        _write,
    ),
    (re.compile(r"Write `(?P<new>[^`]+)`, without (?:quotation marks|what is counted)\."), _write),
    (re.compile(r"Write it with letters .* only: `(?P<new>[^`]+)`\."), _write),
    (
        re.compile(r"Write `(?P<new>[^`]+)` on the next line, indented (?P<where>like|by four) .*\."),
        _write_below,
    ),
    (
        re.compile(
            r"Put it on the next line, (?:indented )?(?:in the )?(?P<where>like this one"
            r"|by four spaces more than this one|first column)\."
        ),
        _move_below,
    ),
    (re.compile(r"Write it (?P<side>before|after) `(?P<what>.*)`\."), _insert),
    (re.compile(r"Leave it out\."), _leave_out),
    (re.compile(r"Begin the next line with `(?P<new>and|or)` instead\."), _begin_next),
    (
        re.compile(r"Indent it by (?P<count>one|two|three|four)(?: more)? spaces?(?:;.*)?\."),
        _indent_block,
    ),
    (re.compile(r"Take its indentation away\."), _indent_line),
    (re.compile(r"Indent it by (?P<depth>\d+) spaces in all, .*\."), _indent_line),
)
"""Mends that leave nothing to decide, and how each is made."""
