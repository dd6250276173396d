"""Days as people write them elsewhere, and how they are written here.

Where a day can be told, it is put in the place of what stands there; `03/01/2025` may be two.
"""

from __future__ import annotations

import re
from datetime import date

from tosdsl.diagnostics.days import IN_WORDS, days_meant, written_right
from tosdsl.diagnostics.wordings import DAY_INSTEAD, KNOWN_INSTEAD
from tosdsl.syntax.mistakes.stumble import Refusal, Stumble
from tosdsl.trees.vocabulary import DAY_OF_USE

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_LOOSE_DATE = re.compile(r"[0-9]+(?:[-./][0-9A-Za-z]+)+")
_IN_WORDS = [re.compile(rf"(?<![\w.]){pattern}", re.IGNORECASE) for pattern in IN_WORDS]


def day_in_words(here: Stumble) -> Refusal | None:
    """``1 March 2025``, ``March 1, 2025``"""
    for pattern in _IN_WORDS:
        for match in here.around(pattern):
            meant = days_meant(match[0])
            if not meant or here.quoted(match.start()):
                continue
            span = here.span(match.start(), match.end())
            words = {"found": match[0], "instead": f"`{meant[0]}`"}
            return here.mend("TOS1008", span, match.start(), len(match[0]), meant[0], **words)
    return None


def quoted_date(here: Stumble) -> Refusal | None:
    """``"2024-01-05"``"""
    inner = here.word.strip('"')
    if here.kind != "STRING" or "DATE" not in here.expected or not _ISO_DATE.match(inner):
        return None
    words = {"found": here.word, "instead": f"`{inner}`"}
    return here.mend("TOS1008", None, here.column, len(here.word), inner, **words)


def loose_date(here: Stumble) -> Refusal | None:
    """``2024-1-5``, ``14.11.2023``, ``01/03/2024``"""
    if here.kind not in {"INTEGER", "MINUS", "DIVIDED"}:
        return None
    start = here.column
    while start and here.text[start - 1].isdigit():
        start -= 1
    match = _LOOSE_DATE.match(here.text, start)
    if match is None or match[0].count("-") + match[0].count(".") + match[0].count("/") != 2:
        return None
    span, mend = here.span(start, match.end()), written_right(match[0])
    meant = days_meant(match[0])
    if len(meant) == 1:
        old = match.end() - start
        return here.mend("TOS1011", span, start, old, meant[0], found=match[0], mend=mend)
    return here.refuse("TOS1011", span, found=match[0], mend=mend)


def moment_for_a_day(here: Stumble) -> Refusal | None:
    """``effective from 2024-02-26T18:30``, ``as of 2024-02-26 18:30``, which has no zone"""
    for match in here.around(_MOMENT):
        heading = _HEADING.match(here.text[: match.start()])
        if heading is None or here.quoted(match.start()):
            continue
        day = match["day"]
        try:
            date.fromisoformat(day)
        except ValueError:  # there is no such day, which is said first
            return None
        span = here.span(match.start(), match.end())
        old = match.end() - match.start()
        return here.mend("TOS1045", span, match.start(), old, day, found=match[0], day=day)
    return None


_MOMENT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})(?: *T *| +(?:at +)?)[0-9]{1,2}[:.][0-9]{2}[\w:.+-]*"
    r"(?: +(?:UTC|GMT|Z|[+-][0-9]{2}:?[0-9]{2}))?"
)
_HEADING = re.compile(r" *(?:effective\b.*)?(?:from|until|recorded|as +of|known +at) +\Z")


def day_of_the_use(here: Stumble) -> Refusal | None:
    """``the day of use``, ``date of use``, ``as of``, ``today()`` in a condition"""
    if here.opens_line or not _OF_CONDITIONS.match(here.text):
        return None
    for match in here.around(_DAY_OF_USE):
        if here.quoted(match.start()):
            continue
        span = here.span(match.start(), match.end())
        if match[0].startswith("known"):
            return here.refuse("TOS1048", span, found=match[0], mend=KNOWN_INSTEAD)
        old = match.end() - match.start()
        words = {"found": match[0], "mend": DAY_INSTEAD}
        return here.mend("TOS1048", span, match.start(), old, DAY_OF_USE, **words)
    return None


_OF_CONDITIONS = re.compile(
    r" *(?:when|provided|must|where|applies|and|or|by|before|within|define|not)\b| {8}"
)
_DAY_OF_USE = re.compile(
    r"\b(?:the +)?(?!day +of +use\b)(?:day|date|time|moment) +of +(?:the +)?(?:use|act|question)\b"
    r"|\bthe +day +of +use\b|\bas +of\b"
    r"|\b(?:today|now|as_of|known_at|date|current_date)\( *\)"
)
