"""Texts from outside as they are shown: nothing that a terminal would obey, that ends a line, or that
turns the order of what stands around it.

Names of files, titles, ids and values come from anywhere. Whoever prints or words them uses these.
"""

from __future__ import annotations


def visible(text: str) -> str:
    """A text on one line: what cannot be seen is named, as ``\\u001b``, and a byte of a file's name
    that is not UTF-8 is shown as ``\\xe9``."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else _named(each) for each in text)


def visible_lines(text: str) -> str:
    """The same of a text whose line ends and tabs are meant."""
    if text.replace("\n", "").isprintable():
        return text
    return "".join(each if each.isprintable() or each in "\n\t" else _named(each) for each in text)


def _named(character: str) -> str:
    point = ord(character)
    if 0xDC80 <= point <= 0xDCFF:
        return f"\\x{point - 0xDC00:02x}"
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"
