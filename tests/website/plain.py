"""The text of a page and what it is made of, without what the site puts around it."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

_COUNTED = {"li", "table", "td", "th", "pre", "h1", "h2", "h3", "h4", "em", "strong", "ul", "ol", "img"}
_SINGLE = {"img", "br", "hr", "input", "link", "meta"}
_OURS = {"headerlink", "tries", "filename"}
"""Classes of what stands in no Markdown."""


class Plain(HTMLParser):
    """``text`` without white space, and how often each element is there."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()
        self._text: list[str] = []
        self._left_out = 0
        self.feed(html)
        self.text = re.sub(r"\s+", "", "".join(self._text))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._left_out:
            self._left_out += tag not in _SINGLE
        elif _OURS & set((dict(attrs).get("class") or "").split()):
            self._left_out = 1
        else:
            self.counts[tag] += tag in _COUNTED

    def handle_endtag(self, tag: str) -> None:
        self._left_out -= self._left_out > 0

    def handle_data(self, data: str) -> None:
        if not self._left_out:
            self._text.append(data)
