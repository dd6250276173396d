"""Markdown as GitHub reads it, written so that Python-Markdown reads the same.

In: a page of the checkout. Out: lines in which lists stand apart and are four columns deep, and fences
whose info strings say what ``website/fences.py`` shows. Links are given to a function, outside of code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from tests.docs.blocks import Block, blocks
from tests.docs.blocks import replaced as _replaced

_ITEM = re.compile(r"^(?P<indent> *)(?P<marker>[*+-]|\d{1,9}[.)]) +(?=\S)")
_FENCE = re.compile(r"^(?P<indent> *)(?P<fence>`{3,})(?P<info>[^`]*)$")
_LINK = re.compile(
    r"(?P<code>(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`))|\]\((?P<target>[^)\s]+)\)", re.S
)
_DEEP = 4
"""Columns that Python-Markdown wants before what belongs to an item of a list."""


def fitted(text: str, info: Mapping[int, str], link: Callable[[str], str]) -> str:
    """The page. ``info`` has the new info string of the block at a line (that of its opening fence,
    counted from 1); ``link`` gives the new target of a link."""
    kept = {each.first: each for each in blocks(text)}
    prose = _replaced(text, [(each, "") for each in kept.values()])
    prose = _LINK.sub(lambda match: match["code"] or f"]({link(match['target'])})", prose)
    return "\n".join(_lines(prose.split("\n"), [*kept.values()], info)) + "\n"


def _lines(lines: list[str], bodies: list[Block], info: Mapping[int, str]) -> Iterator[str]:
    """The lines of a page without the bodies of its blocks, which are put back."""
    waiting = iter(bodies)
    depths: list[int] = []
    opened: str | None = None
    blank, last = True, ""
    for line in lines:
        fence = _FENCE.match(line)
        bare = line.lstrip(" ")
        indent = len(line) - len(bare)
        if fence is not None and opened is None:
            block = next(waiting)
            _leave(depths, indent)
            shift = " " * (_DEEP * len(depths))
            opened = fence["fence"]
            if not blank:
                yield ""
            yield f"{shift}{opened}{info[block.line]}"
            for each in block.body.splitlines():
                yield f"{shift}{each[indent:] if not each[:indent].strip() else each.lstrip(' ')}"
            continue
        if fence is not None:
            yield f"{' ' * (_DEEP * len(depths))}{opened}"
            yield ""
            opened, blank = None, True
            continue
        if not bare:
            yield ""
            blank = True
            continue
        item = _ITEM.match(line)
        if item is not None and not blank and not depths and item["marker"][:-1] not in ("", "1"):
            # In the middle of a paragraph a number begins no list, unless it is 1.
            bare, item = bare.replace(".", "\\.", 1).replace(")", "\\)", 1), None
        if item is not None:
            before = len(depths)
            _leave(depths, indent)
            if not blank and not before:
                yield ""
            yield " " * (_DEEP * len(depths)) + bare
            depths.append(item.end())
        else:
            if blank or indent:
                _leave(depths, indent)
            if bare.startswith("|") and not blank and not last.lstrip().startswith("|"):
                yield ""
            yield " " * (_DEEP * len(depths)) + bare
        blank, last = False, line


def _leave(depths: list[int], indent: int) -> None:
    while depths and indent < depths[-1]:
        depths.pop()
