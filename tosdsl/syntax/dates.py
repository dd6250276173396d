"""Days as people write them elsewhere, and how they are written here.

Where a day can be told, it is put in the place of what stands there; `03/01/2025` may be two.
"""

from __future__ import annotations

import re

from tosdsl.diagnostics.days import IN_WORDS, days_meant, written_right
from tosdsl.syntax.stumble import Refusal, Stumble

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
