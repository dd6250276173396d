"""What is wrong with a day that is none."""

from __future__ import annotations

import re
from calendar import monthrange

_WRITTEN = re.compile(r"(\d{4})-(\d\d)-(\d\d)(T.*)?\Z")
_YEAR_FIRST = re.compile(r"(\d{4})[-./](\d\d?)[-./](\d\d?)\Z")
_YEAR_LAST = re.compile(r"(\d\d?)[-./](\d\d?)[-./](\d{4})\Z")
_MOMENT = re.compile(r"T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)\Z")
"""What follows a day in a moment that is written right."""
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MONTH = rf"(?P<month>(?:{'|'.join(name[:3] for name in _MONTHS)})[a-z]*)\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
IN_WORDS = (
    rf"{_DAY}(?: +of)? +{_MONTH},? +(?P<year>\d{{4}})(?!\w)",
    rf"{_MONTH} +{_DAY},? +(?P<year>\d{{4}})(?!\w)",
)
"""Patterns of days such as `1 March 2025` and `March 1, 2025`."""


def days_meant(text: str) -> tuple[str, ...]:
    """The days that a text may stand for, as they are written here: `03/01/2025` for two."""
    if match := _YEAR_FIRST.match(text):
        return _days((match[1], match[2], match[3]))
    if match := _YEAR_LAST.match(text):
        return _days((match[3], match[2], match[1]), (match[3], match[1], match[2]))
    for pattern in IN_WORDS:
        if match := re.fullmatch(pattern, text, re.IGNORECASE):
            word = match["month"].title()
            number = 1 + [name[:3] for name in _MONTHS].index(word[:3])
            if word == "Sept" or _MONTHS[number - 1].startswith(word):
                return _days((match["year"], str(number), match["day"]))
    return ()


def _days(*several: tuple[str, str, str]) -> tuple[str, ...]:
    """Those of these that are in the calendar, each once."""
    found = []
    for each in several:
        year, month, day = map(int, each)
        if year and 1 <= month <= len(_MONTHS) and 1 <= day <= monthrange(year, month)[1]:
            found.append(f"{year:04}-{month:02}-{day:02}")
    return tuple(dict.fromkeys(found))


def written_right(text: str) -> str:
    """How to mend it, as a sentence."""
    match = _WRITTEN.match(text)
    if match is None or match[1] == "0000":
        meant = days_meant(text)
        if len(meant) == 1:
            return f"Write `{meant[0]}`: the year, the month, the day."
        if meant:
            ways = ", or ".join(f"`{day}` for {_in_words(day)}" for day in meant)
            return f"Write the year first: {ways}."
        return "Write year, month and day with four, two and two digits: 2023-11-14."
    year, month = int(match[1]), int(match[2])
    if not 1 <= month <= len(_MONTHS):
        return "The month, in the middle, goes from 01 to 12."
    days = monthrange(year, month)[1]
    if match[4] and 1 <= int(match[3]) <= days and _MOMENT.match(match[4]):
        return f"A day stands here, and no moment: write `{text[: len('2023-11-14')]}`."
    if match[4] and 1 <= int(match[3]) <= days:
        return "Write a moment with its zone: 2023-11-14T18:30Z."
    return f"{_MONTHS[month - 1]} {year} has {days} days."


def _in_words(day: str) -> str:
    year, month, number = day.split("-")
    return f"{int(number)} {_MONTHS[int(month) - 1]} {int(year)}"
