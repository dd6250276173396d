"""The names nearest to one that was not found."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice

MOST = 2
LIKENESS = 0.66

LONGEST = 80
"""A longer name is no slip of the pen, and comparing it would take long."""

MOST_COMPARED = 5_000

_LONGEST_TITLE = 1_000
_SHORTEST = 3
_WORD = re.compile(r"[^\W_]+")


def nearest(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """At most two of the known names that resemble ``name``, best first; the same last part counts."""
    if len(name) > LONGEST:
        return ()
    names = sorted(set(islice(known, MOST_COMPARED)) - {name})
    alike = {each.lower(): each for each in names if _could_match(len(name), len(each))}
    close = [alike[match] for match in get_close_matches(name.lower(), alike, MOST, LIKENESS)]
    tail = name.rsplit(".", 1)[-1]
    close += [candidate for candidate in names if candidate.rsplit(".", 1)[-1] == tail]
    return tuple(dict.fromkeys(close))[:MOST]


def alike(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known names of somebody that may be meant: the nearest, or one that is a word of the name.

    `openai` is one of `OpenAI, L.L.C.` and of `api.openai.com`.
    """
    several = set(known)
    words = set(_WORD.findall(name[:_LONGEST_TITLE].lower()))
    within = sorted(each for each in several if len(each) >= _SHORTEST and each.lower() in words)
    return nearest(name, several) or tuple(within[:MOST])


def _could_match(one: int, other: int) -> bool:
    """What the measure of likeness can reach at best for two names of these lengths."""
    return 2 * min(one, other) >= LIKENESS * (one + other)
