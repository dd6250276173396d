"""The fenced blocks of the documents, with the attributes of their info strings.

In: Markdown. Out: blocks with their places, so that an updated body can be written back. Nothing is
run here.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path

from attrs import field, frozen

ROOT = Path(__file__).parents[2]

_FENCE = re.compile(r"^(?P<indent> *)(?P<fence>`{3,})(?P<info>[^`]*)$")


@frozen
class Block:
    """``body`` is the text between the fences; ``first`` and ``last`` are its lines, counted from 0."""

    language: str
    attributes: dict[str, str] = field(repr=False)
    body: str
    first: int
    last: int

    @property
    def line(self) -> int:
        """The line of the opening fence, counted from 1."""
        return self.first


def documents() -> list[Path]:
    """Every document whose blocks are held to the program. Decision records are history: left out."""
    top = [ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CHANGELOG.md")]
    book = (path for path in sorted((ROOT / "docs").rglob("*.md")) if "adr" not in path.parts)
    return [*top, *book]


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a document, in order."""
    lines = text.split("\n")
    opened: tuple[int, str, str] | None = None
    for number, line in enumerate(lines):
        match = _FENCE.match(line)
        if match is None:
            continue
        if opened is None:
            opened = number, match["fence"], match["info"]
        elif match["fence"].startswith(opened[1]) and not match["info"].strip():
            first = opened[0] + 1
            language, attributes = _info(opened[2])
            body = "".join(f"{line}\n" for line in lines[first:number])
            yield Block(language, attributes, body, first, number)
            opened = None
    if opened is not None:
        raise ValueError(f"the fence at line {opened[0] + 1} is not closed")


def _info(info: str) -> tuple[str, dict[str, str]]:
    """``tos file=photo.tos unformatted``: the language, and attributes with or without a value."""
    language, *words = shlex.split(info) or [""]
    return language, {name: value for name, _, value in (word.partition("=") for word in words)}


def replaced(text: str, bodies: Iterable[tuple[Block, str]]) -> str:
    """The document with new bodies for some of its blocks."""
    lines = text.split("\n")
    for block, body in sorted(bodies, key=lambda pair: -pair[0].first):
        lines[block.first : block.last] = body.split("\n")[:-1]
    return "\n".join(lines)


def below(before: str, body: str) -> str:
    """A text with more of it below: blank lines as the canonical layout has them."""
    blank = 0 if body.startswith(" ") else 2 if body.startswith(("policy ", "vocabulary ")) else 1
    return before + "\n" * blank + body


def patched(text: str, block: Block) -> tuple[str, str]:
    """A text as a ``diff`` changes it: ``-`` and unmarked lines give way to ``+`` and unmarked lines.

    Also the lines that it looked for, which should stand in the text once.
    """
    lines = block.body.splitlines()
    old = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("+"))
    new = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("-"))
    return text.replace(old, new), old
