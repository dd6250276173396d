"""Tests on text: how it starts, how it ends, which words it contains.

Letter case counts unless the test says that it does not. A word is a stretch of letters and digits.
"""

from __future__ import annotations

import re

_IGNORING = " ignoring case"
_WORD = re.compile(r"\w+")


def text_test(op: str, text: str, part: str) -> bool:
    """``starts with``, ``ends with``, ``contains word``, each also ``ignoring case``."""
    test = op.removesuffix(_IGNORING)
    if test != op:
        text, part = text.casefold(), part.casefold()
    match test:
        case "starts with":
            return text.startswith(part)
        case "ends with":
            return text.endswith(part)
        case _:
            words, wanted = _WORD.findall(text), _WORD.findall(part)
            return any(words[at : at + len(wanted)] == wanted for at in range(len(words) + 1))
