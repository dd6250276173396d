"""Comments back into a text that has been laid out.

In: the lines of the layout, each with the place it was read from, and the comments of that source.
Out: the text. No comment is lost, and in a text that is laid out already each stays where it is.
How a line is laid out is not decided here, see ``format``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from attrs import field, frozen

from tosdsl.trees.surface import Comment


@frozen
class Line:
    """A line of the layout; with an empty ``text``, a blank one.

    ``line`` and ``column`` say where it began in the source, ``line`` is 0 where no node says so.
    An ``opener`` is such a line, with a block of its own under it.
    """

    indent: int
    text: str
    line: int = 0
    column: int = 0
    opener: bool = False


END = Line(0, "", 0, 1)
"""What stands after the last line."""


def weave(lines: Sequence[Line], comments: Iterable[Comment]) -> str:
    """The text of ``lines``, with ``comments`` among them."""
    ordered = sorted(comments, key=lambda comment: (comment.span.line, comment.span.column))
    woven = _Weave(tuple(lines), [comment.span.line for comment in ordered if comment.own_line])
    for comment in ordered:
        index = None if comment.own_line else woven.line_of(comment)
        if index is None:
            woven.put_alone(comment, comment.span.column)
        elif index in woven.beside:  # lines that were joined: only one comment fits at the end
            woven.put_alone(comment, woven.column_of(index))
        else:
            woven.beside[index] = comment
    return "".join(f"{line}\n" for line in woven.text())


@frozen
class _Weave:
    """Where the comments go: ``beside`` a line, ``above`` it, or ``below`` it at an indent."""

    lines: tuple[Line, ...]
    own_lines: list[int]
    anchors: list[tuple[int, int]] = field(init=False)
    beside: dict[int, Comment] = field(init=False, factory=dict)
    above: dict[int, list[Comment]] = field(init=False, factory=lambda: defaultdict(list))
    below: dict[int, list[tuple[int, Comment]]] = field(init=False, factory=lambda: defaultdict(list))

    @anchors.default
    def _anchors(self) -> list[tuple[int, int]]:
        return sorted((line.line, index) for index, line in enumerate(self.lines) if line.line)

    def at(self, index: int) -> Line:
        return self.lines[index] if index < len(self.lines) else END

    def line_of(self, comment: Comment) -> int | None:
        """The line at whose end a comment belongs."""
        place = comment.span.line
        found = bisect_right(self.anchors, (place, len(self.lines))) - 1
        if found < 0:
            return None
        anchor, index = self.anchors[found]
        # A line that no node places (a description) is found by counting on from the one above it.
        alone = bisect_left(self.own_lines, place) - bisect_right(self.own_lines, anchor)
        for _ in range(place - anchor - alone):
            following = self.at(index + 1)
            if not following.text or following.line:
                break
            index += 1
        return index

    def put_alone(self, comment: Comment, column: int) -> None:
        """Give a comment a line of its own: before what follows it, or at the end of a block."""
        if comment.own_line and (described := self._description_below(comment)):
            self.above[described].append(comment)
            return
        found = bisect_right(self.anchors, (comment.span.line, len(self.lines)))
        index = self.anchors[found][1] if found < len(self.anchors) else len(self.lines)
        following = self.at(index)
        last = self._last_before(index)
        if last is not None and not self.above.get(index):
            if self.lines[last].opener and column < following.column:
                index = last
            elif column > following.column and self.lines[last].indent > following.indent:
                self.below[last].append((self._level(last, following.indent, column), comment))
                return
        self.above[index].append(comment)

    def _description_below(self, comment: Comment) -> int | None:
        """A description that must follow: between its opener and the comment is no line for it."""
        place = comment.span.line
        found = bisect_left(self.anchors, (place, 0)) - 1
        if found < 0:
            return None
        anchor, index = self.anchors[found]
        following = self.at(index + 1)
        alone = bisect_left(self.own_lines, place) - bisect_right(self.own_lines, anchor)
        unplaced = following.text and not following.line and not following.opener
        return index + 1 if unplaced and anchor + alone + 1 == place else None

    def _last_before(self, index: int) -> int | None:
        return next((i for i in range(index - 1, -1, -1) if self.lines[i].text), None)

    def _level(self, index: int, floor: int, column: int) -> int:
        """Which of the blocks that end at a line a comment in ``column`` belongs to."""
        level = self.lines[index].indent
        for around in self._around(index):
            if self.lines[around].indent <= floor:
                break
            level = self.lines[around].indent
            if self.column_of(around) <= column:
                break
        return level

    def _around(self, index: int) -> Iterator[int]:
        """A line and the openers of the blocks around it, from the inside."""
        yield index
        indent = self.lines[index].indent
        for above in range(index - 1, -1, -1):
            if self.lines[above].text and self.lines[above].indent < indent:
                indent = self.lines[above].indent
                yield above

    def column_of(self, index: int) -> int:
        """The column in which a line began; where no node says so, counted from the line above it."""
        line = self.lines[index]
        for around in self._around(index):
            found = self.lines[around]
            if found.line:
                return found.column + line.indent - found.indent
        return line.indent + 1

    # --- out ----------------------------------------------------------------------------------

    def text(self) -> Iterator[str]:
        for index in range(len(self.lines) + 1):
            yield from self._above(index)
            if index == len(self.lines):
                break
            line = self.lines[index]
            beside = f"  {self.beside[index].text}" if index in self.beside else ""
            yield " " * line.indent + line.text + beside if line.text else ""
            for indent, comment in self.below.get(index, ()):
                yield " " * indent + comment.text

    def _above(self, index: int) -> Iterator[str]:
        comments = self.above.get(index, [])
        following = self.at(index)
        if comments and following.indent == 0 and index > 0:
            last = self.lines[index - 1]
            apart = last.line and comments[0].span.line > last.line + 1
            if last.text and (apart or following is END):
                yield ""
        for comment, after in zip_longest(comments, comments[1:]):
            yield " " * following.indent + comment.text
            # In the first column, a blank line sets a comment about the whole apart.
            follows = after.span.line if after else following.line
            if following.indent == 0 and follows > comment.span.line + 1:
                yield ""
