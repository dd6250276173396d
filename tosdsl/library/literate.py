"""Literate policies (``.tos.md``): the policy text in the fenced blocks of a Markdown file.

In: Markdown. Out: the same number of lines, of which those outside the blocks are empty, and what was
taken off those inside. Both the library, which looks for names, and the syntax read a file by this.
A line is placed as CommonMark places it, as far as fences depend on that: list items, paragraphs,
HTML, indented code. Where this reading could miss a block that was meant, it is a mistake: no clause
is lost in silence. What a block says is not looked at here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from attrs import define, field, frozen

from tosdsl.base import limits
from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.unicode.shown import breaks_lines, has_odd_characters, named, odd_characters

SUFFIX = ".tos.md"
WORD = "tos"
"""The first word behind a fence that makes what follows policy text."""

_OPENS = re.compile(r"(?P<fence>`{3,})(?P<info>[^`]*)\Z|(?P<tildes>~{3,})(?P<rest>.*)\Z")
_MARKER = re.compile(r"(?:[-+*]|(?P<number>\d{1,9})[.)])(?P<gap> +|\Z)")
_HEADING = re.compile(r"#{1,6}(?: |\Z)")
_BREAK = re.compile(r"([-*_])(?: *\1){2,} *\Z")
_UNDERLINE = re.compile(r"(?:=+|-+) *\Z")
_QUOTED = re.compile(r"(?:[> ]|[-+*] |\d{1,9}[.)] )+")
_BLANK = re.compile(r"\A *\Z")
_HTML = (
    (
        re.compile(r"<(?:script|pre|style|textarea)(?:[ >]|\Z)", re.I),
        r"</(?:script|pre|style|textarea)>",
    ),
    (re.compile(r"<!--"), r"-->"),
    (re.compile(r"<\?"), r"\?>"),
    (re.compile(r"<!\[CDATA\["), r"\]\]>"),
    (re.compile(r"<![A-Za-z]"), r">"),
    (re.compile(r"</?[A-Za-z][\w-]*(?:[ >/]|\Z)"), _BLANK.pattern),
)
"""What begins HTML, and what ends it. A tag at the start of a line counts up to the next blank line,
whatever its name."""


def is_literate(file: str) -> bool:
    """Whether a file is one of these, by its name."""
    return file.endswith(SUFFIX)


@frozen
class Block:
    """A fenced block: the lines from ``first`` up to ``last``, counted from 0; ``last`` closes it.

    ``indent`` is the column of its fence, which is at ``at`` in its line. ``closed`` is false if the
    file or the list item around it ends first.
    """

    word: str
    fence: str
    at: int
    indent: int
    first: int
    last: int = 0
    closed: bool = True


@frozen
class PolicyText:
    """The policy text of a Markdown file.

    ``taken`` says how many spaces were taken off a line (counted from 1); ``lost`` is what stands in
    blocks that could not be told apart.
    """

    text: str
    blocks: tuple[Block, ...]
    taken: Mapping[int, int]
    lost: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def starts(self) -> frozenset[int]:
        """The first line of each block, counted from 0."""
        return frozenset(block.first for block in self.blocks)


def read_blocks(text: str, file: str) -> PolicyText:
    """The blocks of a Markdown text; other lines are blanked."""
    lines = text.split("\n")
    scan = _Scan(lines, file)
    found = list(scan.blocks())
    problems = scan.problems
    blocks: list[Block] = []
    lost: list[str] = []
    for block in found:
        span = _span(file, block.first - 1, block.at, len(block.fence))
        again = _opened_again(block, lines)
        if again is not None or not block.closed:
            where = f" before line {again + 1}, which opens another" if again is not None else ""
            problems.append(mistake("TOS1037", span, fence=block.fence, where=where))
            lost += lines[block.first : block.last]
        elif block.word == WORD:
            blocks.append(block)
        elif re.sub(r"[\W_]", "", block.word).lower() == WORD:
            problems.append(mistake("TOS1040", span, found=block.word))
            lost += lines[block.first : block.last]
    policy = {index for block in blocks for index in range(block.first, block.last)}
    for number, line in enumerate(lines if has_odd_characters(text) else (), 1):
        if len(problems) > limits.MAX_ERRORS:
            break  # more are not shown
        if number - 1 not in policy:  # of policy text, that is said where it is read
            problems += islice(hidden_in(line.removesuffix("\r"), number, file), limits.MAX_ERRORS + 1)
    if not blocks and not problems:
        problems.append(mistake("TOS1038", Span(file, 1, 1, 1, 2)))
    kept = [""] * len(lines)
    taken: dict[int, int] = {}
    for block in blocks:
        for index in range(block.first, block.last):
            line = lines[index]
            width = min(len(line) - len(line.lstrip(" ")), block.indent)
            kept[index] = line[width:]
            if width:
                taken[index + 1] = width
    return PolicyText("\n".join(kept), tuple(blocks), taken, "\n".join(lost), tuple(problems))


def hidden_in(line: str, number: int, file: str) -> Iterator[Diagnostic]:
    """What is said of characters by which a line of a text is shown otherwise than it is read."""
    for at, character in odd_characters(line):
        span = Span(file, number, at + 1, number, at + 2)
        if breaks_lines(character):
            yield mistake("TOS1050", span, character=named(character))
        else:
            yield mistake("TOS1051", span, character=named(character))


def _opened_again(block: Block, lines: Sequence[str]) -> int | None:
    """A line of a block that opens another one, which its own fence is too short to hold.

    Policy text has no line that begins so, and another block would have swallowed policy text.
    """
    for index in range(block.first, block.last):
        fence, word = _opening(lines[index].strip())
        if fence and (block.word == WORD or (word == WORD and fence.startswith(block.fence))):
            return index
    return None


def _opening(line: str) -> tuple[str, str]:
    """The fence that a line begins with, and the first word behind it; both empty if there is none."""
    match = _OPENS.match(line)
    if match is None:
        return "", ""
    words = (match["info"] or match["rest"] or "").split()
    return match["fence"] or match["tildes"], words[0] if words else ""


def _span(file: str, index: int, at: int, width: int) -> Span:
    return Span(file, index + 1, at + 1, index + 1, at + 1 + width)


@define
class _Scan:
    """Reads Markdown line by line. ``_offsets`` are the columns where the open list items' contents
    begin; ``_html`` is what ends the HTML that is open."""

    lines: Sequence[str]
    file: str
    problems: list[Diagnostic] = field(factory=list)
    _offsets: list[int] = field(factory=list)
    _paragraph: bool = False
    _bare: bool = False
    _html: str | None = None
    _open: Block | None = None

    def blocks(self) -> Iterator[Block]:
        """The fenced blocks outside quotations, in order."""
        for index, raw in enumerate(self.lines):
            line = raw.rstrip("\r").expandtabs(4).rstrip(" ")
            depth = bisect_right(self._offsets, len(line) - len(line.lstrip(" ")))
            if not line:
                depth = len(self._offsets) - self._bare  # an item that begins with two empty lines ends
                del self._offsets[depth:]
            self._bare = False
            within = depth == len(self._offsets)
            if self._open is not None:
                rest = line[self._offsets[-1] if self._offsets and within else 0 :]
                closes = within and _closes(rest, self._open.fence)
                if closes or not within:
                    yield _ended(self._open, index, closed=closes)
                    self._open = None
                if within:
                    continue
            if self._html is not None and within:
                self._miss(index, line, "HTML, up to the next blank line or the end of the comment")
                if re.search(self._html, line, re.I):
                    self._html = None
                continue
            self._html = None
            self._place(index, line, depth)
        if self._open is not None:
            yield _ended(self._open, len(self.lines), closed=False)

    def _place(self, index: int, line: str, depth: int) -> None:
        """A line that begins no later than what is open: which blocks it ends, which it opens."""
        within = depth == len(self._offsets)
        at = self._offsets[depth - 1] if depth else 0
        while True:
            body = line[at:].lstrip(" ")
            indent = len(line) - at - len(body)
            marker = _MARKER.match(body)
            fence, word = _opening(body)
            html = next((ends for begins, ends in _HTML if begins.match(body)), None)
            if not body:
                self._paragraph = False
                return
            if indent >= 4:
                self._miss(index, line, "code or a part of the paragraph above it, by its indentation")
                if self._paragraph:
                    return
            elif self._paragraph and within and _UNDERLINE.match(body):
                self._paragraph = False
            elif fence:
                raw = self.lines[index].index(fence)
                self._open = Block(word, fence, raw, at + indent, index + 1)
            elif html is not None:
                self._html = None if re.search(html, body, re.I) else html
            elif body.startswith(">"):
                self._miss(index, line, "a part of a quotation")
            elif marker and not _BREAK.match(body) and not self._is_prose(marker, body, within):
                del self._offsets[depth:]
                gap = len(marker["gap"])
                self._bare = gap == 0
                width = marker.start("gap") + (gap if 1 <= gap <= 4 else 1)
                at += indent + width
                self._offsets.append(at)
                depth, within, self._paragraph = depth + 1, True, False
                continue
            elif not _HEADING.match(body) and not _BREAK.match(body):
                if not self._paragraph or within:
                    del self._offsets[depth:]
                self._paragraph = True
                return
            del self._offsets[depth:]
            self._paragraph = False
            return

    def _is_prose(self, marker: re.Match[str], body: str, within: bool) -> bool:
        """Whether a marker is a word of the paragraph above it, which not every list may end; past
        the limit on nesting, every marker is."""
        if len(self._offsets) >= limits.MAX_NESTING:
            return True
        counts = marker["number"] is not None and int(marker["number"]) != 1
        return self._paragraph and within and (counts or marker.end() == len(body))

    def _miss(self, index: int, line: str, what: str) -> None:
        """Report a line that would open a block of policy text if it stood elsewhere."""
        quoted = _QUOTED.match(line)
        fence, word = _opening(line[quoted.end() if quoted else 0 :])
        if fence and word == WORD:
            at = self.lines[index].index(fence)
            self.problems.append(mistake("TOS1039", _span(self.file, index, at, len(fence)), what=what))


def _closes(line: str, fence: str) -> bool:
    body = line.lstrip(" ")
    return len(line) - len(body) < 4 and body.startswith(fence) and not body.strip(fence[0])


def _ended(block: Block, last: int, *, closed: bool) -> Block:
    return Block(block.word, block.fence, block.at, block.indent, block.first, last, closed)
