"""Names in several words or in quotation marks, where they are declared or referred to."""

from __future__ import annotations

import re

from tosdsl.diagnostics.near import nearest
from tosdsl.syntax.mistakes.characters import plain_name
from tosdsl.syntax.mistakes.slips import BEGINS_A_LINE
from tosdsl.syntax.mistakes.stumble import Refusal, Stumble

_WORDS = r"(?P<words>[A-Za-z_][\w-]*(?: +[A-Za-z_][\w-]*)+)"
_SEVERAL = (
    re.compile(rf" *(?:forbid|permit|require|except|exception|section) +{_WORDS}(?= +at +\"| *\Z)"),
    re.compile(rf"(?:policy|vocabulary) +{_WORDS} *\Z"),
    re.compile(rf"define +{_WORDS}(?= +(?:as|means|is)\b| *[:=(])"),
    re.compile(rf"type +{_WORDS}(?= +(?:is +one +of|has)\b)"),
    re.compile(rf"fact +{_WORDS}(?= *:)"),
    re.compile(rf" +{_WORDS}(?= *: *\S)"),
)
_HAS_FIELDS = ("type ", "scenario ")
_NO_PART = BEGINS_A_LINE | {
    "as",
    "at",
    "is",
    "has",
    "means",
    "and",
    "or",
    "not",
    "if",
    "where",
    "unless",
}
_JOINS_A_PHRASE = frozenset(("for", "to", "in", "as", "that"))  # `except for …`
_TRUTHS = frozenset(("yes", "no", "true", "false"))
_BEGINS = ("when", "where", "unless", "except", "provided")
"""A word that resembles one of these is no part of a name, but a slip."""


def name_of_several_words(here: Stumble) -> Refusal | None:
    """``forbid building a substitute``"""
    for pattern in _SEVERAL:
        match = pattern.match(here.text)
        if match is None or not match.start("words") < here.column <= match.end("words"):
            continue
        found = match["words"]
        first, *rest = found.split()
        if first in _JOINS_A_PHRASE or (pattern is _SEVERAL[-1] and first == "given"):
            return None
        if pattern is _SEVERAL[-1] and (first in _TRUTHS or not here.lines[0].startswith(_HAS_FIELDS)):
            return None
        if not _NO_PART.isdisjoint(rest) or any(nearest(word, _BEGINS) for word in rest):
            return None
        plain, start = plain_name(found), match.start("words")
        span = here.span(start, match.end("words"))
        words = {"found": found, "why": "", "instead": f": `{plain}`"}
        return here.mend("TOS1027", span, start, len(found), plain, **words)
    return None


def quoted_reference(here: Stumble) -> Refusal | None:
    """``incorporate "c.terms"``, ``notwithstanding "resale"``"""
    match = _QUOTED.match(here.rest) if here.kind == "STRING" else None
    if match is None or not _REFERS.match(here.before):
        return None
    words = {"found": match[0], "instead": f"`{match[1]}`, without quotation marks"}
    return here.mend("TOS1008", None, here.column, len(match[0]), match[1], **words)


_QUOTED = re.compile(r'"([A-Za-z_][\w.]*(?:@[\w.-]+)?(?:#[\w.]+)?)"')
_REFERS = re.compile(
    r" *(?:incorporate|use|prevails +over|yields +to|governed +by|bearer|provider|subject +to"
    r"|notwithstanding"
    r"|(?:subject +to|notwithstanding) +.*,) *\Z"
)


def at_missing(here: Stumble) -> Refusal | None:
    """``forbid a "4.1"``; a text that reads like a sentence is a description in a wrong place."""
    if here.kind != "STRING" or not _NAMED.match(here.before) or not _A_PLACE.match(here.word):
        return None
    where = f"before `{here.word}`"
    return here.mend("TOS1024", None, here.column, 0, "at ", missing="`at`", where=where)


_NAMED = re.compile(
    r" *(?:forbid|permit|require|except|exception|section|incorporate) +[A-Za-z_][\w.]* *\Z"
)
_A_PLACE = re.compile(r'"(?:[^" ]*\d[^" ]*|\S{1,4}|(?:[\w.§]+ +)?[^" ]*\d[^"]{0,20})"\Z')
