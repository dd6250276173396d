"""Kleene's strong three-valued logic: True, False, and None for unknown.

``and`` is the minimum, ``or`` the maximum, ``not`` the mirror, over false < unknown < true.
"""

from __future__ import annotations

from collections.abc import Iterable

Truth = bool | None


def conjunction(items: Iterable[Truth]) -> Truth:
    """The minimum; true of nothing."""
    result: Truth = True
    for item in items:
        if item is False:
            return False
        if item is None:
            result = None
    return result


def disjunction(items: Iterable[Truth]) -> Truth:
    """The maximum; false of nothing."""
    result: Truth = False
    for item in items:
        if item is True:
            return True
        if item is None:
            result = None
    return result


def negation(item: Truth) -> Truth:
    """The mirror."""
    return None if item is None else not item
