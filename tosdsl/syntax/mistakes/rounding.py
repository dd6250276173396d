"""Rounding in other words: `rounded to 2 decimals`, `rounded to the nearest 0.01 USD`."""

from __future__ import annotations

import re

from tosdsl.syntax.mistakes.stumble import Refusal, Stumble

_PLACES = re.compile(
    r"(?<![\w.])rounded +to +(?P<bad>(?P<count>[0-9]) +(?:decimal +places?|decimals?|places))"
)
_NEAREST = re.compile(r"(?<![\w.])rounded +(?:up +|down +)?to +(?P<bad>the +(?:nearest|next)) +(?=\S)")
_NO_TO = re.compile(r"(?<![\w.])(?P<bad>rounded(?: +(?:up|down))?) +(?!to\b)(?=[0-9])")


def other_rounding(here: Stumble) -> Refusal | None:
    """A step that is said by a count of digits, or with words that are none of the language."""
    for match in here.around(_PLACES):
        new = "1" if match["count"] == "0" else f"0.{'0' * (int(match['count']) - 1)}1"
        words = {"found": match["bad"], "instead": f"`{new}`"}
        start, end = match.span("bad")
        return here.mend("TOS1008", here.span(start, end), start, end - start, new, **words)
    for match in here.around(_NEAREST):
        start, end = match.span("bad")
        return here.mend("TOS1026", here.span(start, end), start, end - start, "", found=match["bad"])
    for match in here.around(_NO_TO):
        start, end = match.span("bad")
        new = f"{match['bad']} to"
        words = {"found": match["bad"], "instead": f"`{new}`"}
        return here.mend("TOS1008", here.span(start, end), start, end - start, new, **words)
    return None
