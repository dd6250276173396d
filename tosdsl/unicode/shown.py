"""Characters that an editor does not show, or by which it shows others in another order.

What a text says must be what is seen of it, and a name must be the only one that looks so. In a name,
a joiner and a variation selector are taken where they have work to do: between letters of scripts that
join, and in emoji.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import category
from unicodedata import name as unicode_name

from tosdsl.unicode.properties import scripts

_IGNORABLE = (
    "AD 34F 61C 115F-1160 17B4-17B5 180B-180F 200B-200F 202A-202E 2060-206F 3164 FE00-FE0F FEFF FFA0 "
    "FFF0-FFF8 1BCA0-1BCA3 1D173-1D17A E0000-E0FFF"
)
"""Code points that Unicode says are not to be shown: Default_Ignorable_Code_Point."""


def _points(text: str) -> Iterator[int]:
    for each in text.split():
        first, _, last = each.partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


IGNORABLE = dict.fromkeys(_points(_IGNORABLE))
"""For ``str.translate``: takes what is not shown out."""

_BREAKS = {
    "\r": "carriage return",
    "\v": "line tabulation",
    "\f": "form feed",
    "\x85": "next line",
    "\u2028": "line separator",
    "\u2029": "paragraph separator",
}
"""What breaks a line for some editors; only a line feed does for the language."""

_CONTROLS = {0: "null", 8: "backspace", 27: "escape", 127: "delete"}
_SOFT_HYPHEN = "\xad"
_JOINERS = frozenset("\u200c\u200d")
_SELECTORS = frozenset(_points("180B-180D 180F FE00-FE0F E0100-E01EF"))

_ODD = re.compile(
    "[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}-{chr(plane << 16 | 0xFFFF)}" for plane in range(1, 17))
    + "]"
)


_PLAIN = bytes(each for each in range(128) if not _ODD.match(chr(each)))
"""The characters of ASCII that are shown as they are."""


def has_odd_characters(text: str) -> bool:
    """Whether there may be one; a quick look."""
    if text.isascii():
        return bool(text.encode("ascii").translate(None, _PLAIN))
    return _ODD.search("".join(set(text))) is not None


def odd_characters(text: str, *, in_name: bool = False) -> Iterator[tuple[int, str]]:
    """Each character of a line that is not shown as it is, with its place, counted from 0.

    What belongs to the words of a text is none (a soft hyphen, a joiner, a variation selector): words
    compare without it. In a name it is one, but where it has work to do.
    """
    for match in _ODD.finditer(text):
        character, at = match[0], match.start()
        in_words = character == _SOFT_HYPHEN or character in _JOINERS or ord(character) in _SELECTORS
        if character in "\ufffc\ufffd" or (in_words and (not in_name or _works(text, at))):
            continue
        yield at, character


def breaks_lines(character: str) -> bool:
    """Whether some editors begin a line behind it."""
    return character in _BREAKS


def named(character: str) -> str:
    """A character by its code point and its name: ``U+202E (right-to-left override)``."""
    point = ord(character)
    name = _BREAKS.get(character) or _CONTROLS.get(point) or unicode_name(character, "").lower()
    if not name:
        kinds = {"Cc": "a control character", "Cs": "half of a character", "Co": "for private use"}
        name = kinds.get(category(character), "no character")
    return f"U+{point:04X} ({name})"


def _works(text: str, at: int) -> bool:
    """Whether a joiner or a selector does what it is there for."""
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    if text[at] in _JOINERS:
        return _joins(before) and _joins(after)
    if ord(text[at]) in _SELECTORS:
        digit = text[at] == "\ufe0f" and before in set("0123456789#*") and after == "\u20e3"
        return digit or (bool(before) and not before.isascii() and not before.isspace())
    return False


def _joins(character: str) -> bool:
    """Whether a joiner may stand beside it: it is a letter of a script that joins, or an emoji."""
    if not character or character.isascii():
        return False
    used = scripts()[ord(character)]
    return (category(character)[0] in "LM" and used not in _APART) or category(character) in _PICTURES


_APART = frozenset(
    {"Latn", "Grek", "Cyrl", "Armn", "Geor", "Hebr", "Zyyy", "Hani", "Hira", "Kana", "Hang"}
)
"""Scripts whose letters stand apart whatever is between them."""

_PICTURES = frozenset({"So", "Sk", "Mn"})
