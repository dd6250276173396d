"""Words in Markdown. Names, questions and values come from the texts, and are shown as they are: none
of what they say is read as Markdown or HTML."""

from __future__ import annotations

import re

_LINE_ENDS = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_SPECIAL = re.compile(
    r"[&<>`*\\\[\]|~$@]"
    r"|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])"  # one within a word means nothing
    r"|\A[#+=:-]|(?<=\A[0-9])[.)]|(?<=\A[0-9]{2})[.)]"  # what would begin a list or a heading
)
_BREAKS_CODE = re.compile("[`|]")
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 ]")


def plain(text: str) -> str:
    """A text on one line that is shown as it is, also in a cell of a table."""
    return _SPECIAL.sub(_reference, _LINE_ENDS.sub(" ", text))


def code(text: str) -> str:
    """The same, as code: between backquotes unless it could end them, or the cell."""
    text = _LINE_ENDS.sub(" ", text)
    if not _BREAKS_CODE.search(text):
        return f"`{text}`"
    return f"<code>{_NOT_PLAIN.sub(_reference, text)}</code>"


def _reference(found: re.Match[str]) -> str:
    names = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
    return names.get(found[0]) or f"&#{ord(found[0])};"
