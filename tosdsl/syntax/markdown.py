"""``format_text``: a text that was read, laid out again, whether it is plain or Markdown.

In: the text and what ``parse`` made of it, without a mistake. Out: the text in the one canonical
layout. Of a Markdown file each block is laid out by itself, and not a character outside is touched.
"""

from __future__ import annotations

from tosdsl.library.literate import is_literate, read_blocks
from tosdsl.syntax.format import format_file, format_part
from tosdsl.syntax.parser import Parsed


def format_text(text: str, parsed: Parsed, file: str) -> str:
    """The text in the canonical layout; ``file`` says by its end whether it is Markdown."""
    if not is_literate(file):
        return format_file(parsed.file, parsed.comments)
    lines = text.split("\n")
    found = read_blocks(text, file)
    for block in reversed(found.blocks):
        part = range(block.first + 1, block.last + 1)
        body = format_part(parsed.file, parsed.comments, part, found.taken)
        end = "\r" if lines[block.first - 1].endswith("\r") else ""
        indent = " " * block.indent
        laid_out = [(indent + line if line else "") + end for line in body.split("\n")[:-1]]
        lines[block.first : block.last] = laid_out
    return "\n".join(lines)
