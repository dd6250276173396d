"""Tests on text: how it starts, how it ends, which words it contains.

Letter case counts unless the test says that it does not. What a word is, and which letters are alike
without regard to case, is said in ``tosdsl/unicode/words.py``. Texts are in the normal form NFC, so a
letter and its accent are one letter, however they were written.
"""

from __future__ import annotations

from tosdsl.unicode.words import ends, folded, starts, words

_IGNORING = " ignoring case"


def text_test(op: str, text: str, part: str) -> bool:
    """``starts with``, ``ends with``, ``contains word``, each also ``ignoring case``."""
    test = op.removesuffix(_IGNORING)
    as_compared = folded if test != op else str
    match test:
        case "starts with":
            return starts(as_compared(text), as_compared(part))
        case "ends with":
            return ends(as_compared(text), as_compared(part))
        case _:
            found, wanted = ([as_compared(each) for each in words(side)] for side in (text, part))
            return any(found[at : at + len(wanted)] == wanted for at in range(len(found) + 1))
