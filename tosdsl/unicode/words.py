"""Words, and texts without regard to letter case.

A word is what lies between two boundaries of Unicode's UAX 29, if there is a letter, a digit or an
emoji in it. So vowel signs, accents, joiners and soft hyphens belong to the word that they stand in;
an apostrophe between letters and a point between digits do; each ideograph, and each letter of a
script that is written without spaces, is a word by itself. This departs from UAX 29 in one way: an
underscore, like any other connector (``ExtendNumLet``), is no letter, and ends a word.

Two words are the same without what nobody sees in them, such as a soft hyphen.
"""

from __future__ import annotations

import re
from functools import cache
from unicodedata import category, combining, normalize

from tosdsl.unicode import tables
from tosdsl.unicode.properties import Property
from tosdsl.unicode.shown import IGNORABLE

_CODES = {
    "letter": "A",
    "hebrew": "H",
    "katakana": "K",
    "digit": "N",
    "in letters": "L",
    "in digits": "M",
    "in both": "B",
    "apostrophe": "Q",
    "quote": "D",
    "mark": "E",
    "joiner": "J",
    "flag": "R",
    "shown": "P",
    "picture": "p",
    "": ".",
}
"""A letter for each property, so that one pattern can say where a stretch between boundaries ends."""

_BREAKS = dict.fromkeys(map(ord, "\n\r\v\f\x85\u2028\u2029"), "Z")

_RUN = r"""
    (?: H[EJ]*+ (?: [LBQ][EJ]*+(?=[AH]) | D[EJ]*+(?=H) | (?!Q) )
      | A[EJ]*+ (?: [LBQ][EJ]*+(?=[AH]) )?
      | N[EJ]*+ (?: [MBQ][EJ]*+(?=N) )?
    )
"""
"""Letters and digits, with what may stand within a word of them."""

_STRETCH = re.compile(
    rf"""
    (?: {_RUN}*+ H[EJ]*+ Q[EJ]*+
      | {_RUN}++
      | (?: K[EJ]*+ )+
      | R[EJ]*+ (?: R[EJ]*+ )?
      | Z
      | .[EJ]*+
    )
    (?: (?<=J)[Pp][EJ]*+ )*
    """,
    re.VERBOSE | re.DOTALL,
)
"""Between two boundaries: the rules WB3 to WB16, without WB3d, 13a and 13b."""

_WORDLIKE = re.compile(r"[AHKNRP]|p\ufe0f")
_DOT = "\u0307"
_DOTTED = re.compile("i[\u0300-\u036f]+")
_ABOVE = 230
"""The class of marks that stand above a letter."""


class _Codes(dict[int, str]):
    """The code of each character, for ``str.translate``."""

    def __init__(self) -> None:
        super().__init__(_BREAKS)
        self._words = Property.of(tables.WORDS)
        self._emoji = Property.of(tables.EMOJI)

    def __missing__(self, point: int) -> str:
        return _CODES[self._words[point] or self._emoji[point]]


@cache
def _codes() -> _Codes:
    return _Codes()


def stretches(text: str) -> list[str]:
    """What lies between boundaries, all of it."""
    codes = text.translate(_codes())
    return [text[each.start() : each.end()] for each in _STRETCH.finditer(codes)]


def words(text: str) -> list[str]:
    """The words of a text, in the form in which they compare."""
    if text.isascii():  # by far the most
        return [each[0] for each in _PLAIN.finditer(text)]
    found = (each for each in stretches(normalize("NFC", text)) if _is_word(each))
    return [normalize("NFC", each.translate(IGNORABLE)) for each in found]


_PLAIN = re.compile(
    r"(?:[A-Za-z](?:[:.'](?=[A-Za-z]))?|[0-9](?:[,;.'](?=[0-9]))?)+",
)
"""The same in ASCII."""


def _is_word(stretch: str) -> bool:
    if any(category(each)[0] in "LN" for each in stretch):
        return True
    codes = stretch.translate(_codes())
    return "R" in codes or "P" in codes or ("p" in codes and "\ufe0f" in stretch)


def folded(text: str) -> str:
    """A text without regard to letter case.

    By Unicode's full case folding, in one normal form; and as a Turkish text has other pairs of the
    letters i, all four of them are one: dotted and dotless, large and small.
    """
    if text.isascii():
        return text.lower()
    made = normalize("NFD", normalize("NFD", text).casefold()).replace("ı", "i")
    return normalize("NFC", _DOTTED.sub(_undotted, made))


def _undotted(match: re.Match[str]) -> str:
    """The letter without dots above it; one above another mark is not its dot."""
    marks = match[0][1:]
    first = next((at for at, mark in enumerate(marks) if _stands_above(mark)), len(marks))
    return "i" + marks[:first].replace(_DOT, "") + marks[first:]


def _stands_above(mark: str) -> bool:
    return mark != _DOT and combining(mark) >= _ABOVE


def starts(text: str, part: str) -> bool:
    """Whether a text begins with these letters, each with all its marks."""
    following = text[len(part) : len(part) + 1]
    within = bool(part) and bool(following) and category(following)[0] == "M"
    return text.startswith(part) and not within


def ends(text: str, part: str) -> bool:
    """Whether a text ends with these letters. Marks stand behind their letter: none is cut off here."""
    return text.endswith(part)
