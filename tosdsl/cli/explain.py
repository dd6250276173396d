"""``tosdsl explain``: the page of a diagnostic code, or the list of all codes.

The pages are those of the book, in ``docs/codes/``; they come with the wheel.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator

from tosdsl.base.shipped import shipped
from tosdsl.cli.terminal import OK, print_markdown

_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def run(options: argparse.Namespace) -> int:
    """Laid out on a terminal, plain text elsewhere."""
    page = shipped("codes", "docs/codes") / f"{options.code or 'index'}.md"
    text = _without_links(page.read_text(encoding="utf-8"))
    print_markdown(text, plain(text))
    return OK


def _without_links(text: str) -> str:
    """A link leads from page to page of the book, and nowhere on a terminal. Lines that do nothing
    but lead there, from ``See `` on, are left out."""
    kept = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("See ["))
    return _LINK.sub(r"\1", kept).rstrip("\n") + "\n"


def plain(markdown: str) -> str:
    """Without the signs of Markdown that a reader of plain text does without."""
    return "".join(f"{line}\n" for line in _plain_lines(markdown.splitlines()))


def _plain_lines(lines: list[str]) -> Iterator[str]:
    inside = False
    for line in lines:
        if line.startswith("```"):
            inside = not inside
        elif inside:
            yield f"    {line}".rstrip()
        else:
            yield re.sub(r"^#+ ", "", line)
