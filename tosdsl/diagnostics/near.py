"""The names nearest to one that was not found."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

MOST = 2


def nearest(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """At most two of the known names that resemble ``name``, best first; the same last part counts."""
    names = sorted(set(known) - {name})
    folded = {candidate.lower(): candidate for candidate in names}
    close = [folded[match] for match in get_close_matches(name.lower(), folded, MOST, 0.72)]
    tail = name.rsplit(".", 1)[-1]
    close += [candidate for candidate in names if candidate.rsplit(".", 1)[-1] == tail]
    return tuple(dict.fromkeys(close))[:MOST]
