"""What is wrong with a day that is none."""

from __future__ import annotations

import re
from calendar import monthrange

_WRITTEN = re.compile(r"(\d{4})-(\d\d)-(\d\d)(T.*)?\Z")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def written_right(text: str) -> str:
    """How to mend it, as a sentence."""
    match = _WRITTEN.match(text)
    if match is None or match[1] == "0000":
        return "Write year, month and day with four, two and two digits: 2023-11-14."
    year, month = int(match[1]), int(match[2])
    if not 1 <= month <= len(_MONTHS):
        return "The month, in the middle, goes from 01 to 12."
    days = monthrange(year, month)[1]
    if match[4] and 1 <= int(match[3]) <= days:
        return "Write a moment with its zone: 2023-11-14T18:30Z."
    return f"{_MONTHS[month - 1]} {year} has {days} days."
