"""How a fenced block is shown: coloured, with the file that it stands for, and *Try it* below it.

zensical calls ``shown`` for every block (``zensical.toml`` names it). Words of policies are coloured as
the studio colours them, by its own lists; all else by Pygments.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

WORDS = Path(__file__).parents[1] / "studio" / "src" / "words.js"

_TOKEN = re.compile(
    r'(?P<comment>#.*)|(?P<string>"(?:[^"\\\n]|\\.)*"?)|(?P<number>\b\d[\d_.:-]*)'
    r"|(?P<word>[A-Za-z_]\w*(?:\.\w+)*)|(?P<other>\s+|.)"
)
_LEXERS = {"sh": "console", "text": "text", "tos": "text"}
_LISTS = {"declaring": "DECLARING", "operator": "OPERATORS", "value": "VALUES", "keyword": "OTHERS"}


def taken(
    language: str, inputs: dict[str, str], options: dict[str, Any], attributes: dict[str, str], md: Any
) -> bool:
    """What stands in the info string, for ``shown``."""
    options.update(inputs)
    return True


def shown(
    source: str,
    language: str,
    css_class: str,
    options: Mapping[str, str],
    md: Any,
    **more: Any,
) -> str:
    """The block as HTML. ``options``: ``file``, and ``try``, links into the studio with a space between
    them."""
    name = options.get("file")
    title = f'<span class="filename">{escape(name)}</span>' if name else ""
    tries = options.get("try", "").split()
    links = "".join(
        f'<a class="try" href="{escape(each)}">Try it{f" ({number})" if len(tries) > 1 else ""}</a>'
        for number, each in enumerate(tries, 1)
    )
    below = f'<p class="tries">{links}</p>' if links else ""
    code = coloured(source) if language == "tos" else _by_pygments(source, language)
    kind = escape(language or "text")
    return (
        f'<div class="block"><div class="language-{kind} highlight">{title}'
        f"<pre><span></span><code>{code}</code></pre></div>{below}</div>"
    )


def coloured(source: str) -> str:
    """Policy text as HTML."""
    return "".join(_pieces(source.rstrip("\n"))) + "\n"


def _pieces(source: str) -> Iterator[str]:
    kinds = _kinds()
    for match in _TOKEN.finditer(source):
        kind, text = match.lastgroup, escape(match[0], quote=False)
        if kind == "word":
            kind = kinds.get(match[0])
        yield text if kind in (None, "other") else f'<span class="t-{kind}">{text}</span>'


@cache
def _kinds() -> Mapping[str, str]:
    """Each word of the language with its kind; ``words.js`` is made of the grammar."""
    lists = dict(re.findall(r"const (\w+) = new Set\((\[.*?\])\)", WORDS.read_text(encoding="utf-8")))
    return {word: kind for kind, name in _LISTS.items() for word in json.loads(lists[name])}


def _by_pygments(source: str, language: str) -> str:
    try:
        lexer = get_lexer_by_name(_LEXERS.get(language, language or "text"), stripnl=False)
    except ClassNotFound:
        lexer = get_lexer_by_name("text", stripnl=False)
    return str(highlight(source, lexer, HtmlFormatter(nowrap=True)))
