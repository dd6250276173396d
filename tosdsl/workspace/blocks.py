"""A text cut into its clauses and what is around them, by layout alone.

A clause is its line (``forbid``, ``permit``, ``require`` and a name) with all that is indented under
it, blank lines and comments in between too. What is around them, with the words that a clause begins
with in its place, is the context: it says which clauses there are, and all that they can refer to.
"""

from __future__ import annotations

import itertools
import re
from array import array
from collections.abc import Iterator
from typing import Any

from attrs import frozen

from tosdsl.library.digest import SIZE, started

_CLAUSE = re.compile(
    r"^( *)((?:forbid|permit|require) +\w+).*\n"
    r"(?:(?:\1 +\S.*| *(?:#.*)?| *(?:and|or|then|else)\b.*)\n)*",
    re.MULTILINE,
)
_ITEM = re.compile(r"^([a-z_]+)", re.MULTILINE)
_WHOLE = frozenset({"policy", "use", "define", "exception"})
"""Items that a clause can lean on. The others lean on clauses, or on nothing that is read here."""


@frozen
class Blocks:
    """Where the clauses of a text begin and end, and what the text is but for their insides."""

    bounds: tuple[tuple[int, int], ...]
    lines: array[int]
    """The line on which each begins, from 1, and that on which the last ends."""
    context: bytes
    digests: tuple[bytes, ...]

    def plain(self) -> tuple[Any, ...]:
        """What a later text is compared with, as plain data."""
        return self.context, self.lines.tobytes(), b"".join(self.digests)


def cut(text: str) -> Blocks:
    """The clauses of a text, which ends with a line's end."""
    bounds: list[tuple[int, int]] = []
    lines = array("q")
    digests: list[bytes] = []
    around = started()
    line, at = 1, 0
    of = started
    for match in _CLAUSE.finditer(text):
        start, end = match.span()
        line += text.count("\n", at, start)
        around.update(text[at:start].encode("utf-8", "surrogatepass") + match[2].encode() + b"\0")
        block = text[start:end]
        digests.append(of(block.encode("utf-8", "surrogatepass")).digest())
        bounds.append((start, end))
        lines.append(line)
        line += block.count("\n")
        at = end
    lines.append(line)  # where the last one ends: what comes after it stands there
    around.update(text[at:].encode("utf-8", "surrogatepass"))
    return Blocks(tuple(bounds), lines, around.digest(), tuple(digests))


def compared(text: str) -> tuple[Any, ...]:
    """What a later text is compared with."""
    return cut(text).plain()


def edited(blocks: Blocks, old: tuple[Any, ...]) -> list[int] | None:
    """The clauses that are not as they were; None if more than the insides of clauses has changed.

    Clauses stay on their lines: where one has grown, what comes after it has moved.
    """
    context, lines, digests = old
    if (context, lines) != (blocks.context, blocks.lines.tobytes()):
        return None
    if b"".join(blocks.digests) == digests:
        return []
    pairs = enumerate(blocks.digests)
    return [index for index, each in pairs if digests[index * SIZE : (index + 1) * SIZE] != each]


def reduced(text: str, blocks: Blocks, kept: list[int]) -> tuple[str, list[int]]:
    """The text with these clauses alone, and for each line of it (from 0) its line in the whole.

    Of documents without such a clause nothing is left, and of the others only what a clause leans on.
    """
    parts: list[str] = []
    numbers: list[int] = []
    line, at = 1, 0
    for start, end in _stretches(text, blocks, kept):
        line += text.count("\n", at, start)
        part = text[start:end]
        count = part.count("\n")
        parts.append(part)
        numbers += range(line, line + count)
        line, at = line + count, end
    return "".join(parts), [*numbers, line]


def _stretches(text: str, blocks: Blocks, kept: list[int]) -> Iterator[tuple[int, int]]:
    """From where to where the text is kept."""
    items = [(match.start(), match[1]) for match in _ITEM.finditer(text)]
    ends = [start for start, _ in items[1:]] + [len(text)]
    wanted = [blocks.bounds[index][0] for index in kept]
    units = [start for start, word in items if word in ("policy", "vocabulary")] + [len(text)]
    asked = {
        start
        for start, after in itertools.pairwise(units)
        if any(start <= each < after for each in wanted)
    }
    inside = False
    chosen, every = set(kept), dict(enumerate(blocks.bounds))
    index = 0
    for (start, word), end in zip(items, ends, strict=True):
        if word in ("policy", "vocabulary"):
            inside = start in asked
        own = []
        while index in every and every[index][0] < end:
            own.append(index)
            index += 1
        if inside and (word in _WHOLE or chosen.intersection(own)):
            at = start
            for each in own:
                if each not in chosen:
                    yield at, every[each][0]
                    at = every[each][1]
            yield at, end
