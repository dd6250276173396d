"""The list nearest to a present one of which something is so.

    the list now, one of which it is so, whether it is so of a list -> a list

Items are put back and left out one by one, each once. What comes of it is no further from the present
list than what was given; that it is the nearest of all is not claimed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from typing import Any

_MOST = 200
"""Items of both lists; of more, the one that was found is given."""

Items = tuple[Any, ...]


def nearest_list(now: Items, then: Items, good: Callable[[Items], bool]) -> Items:
    """A list of which ``good`` is true, near to ``now``. It is true of ``then``."""
    if len(now) + len(then) > _MOST:
        return then
    several = [_nearer(now, then, good)]
    if then and good(()):
        several.append(_nearer(now, (), good))
    return min(several, key=lambda each: distance(now, each))


def _nearer(now: Items, start: Items, good: Callable[[Items], bool]) -> Items:
    """The same, from a list of which it is true."""
    kept, come = _shared(now, start)

    def made() -> Items:
        return (*_of(now, kept), *come)

    for at in range(len(now)):
        if at not in kept:
            kept.add(at)
            if not good(made()):
                kept.remove(at)
    for each in [*come]:
        before = come
        come = [*before]
        come.remove(each)
        if not good(made()):
            come = before
    return made()


def distance(now: Sequence[Any], then: Sequence[Any]) -> int:
    """How many items go and come."""
    kept, come = _shared(now, then)
    return len(now) - len(kept) + len(come)


def _shared(now: Sequence[Any], then: Sequence[Any]) -> tuple[set[int], list[Any]]:
    """The places of the items that stay, and the items that come."""
    kept, come = set[int](), list[Any]()
    for each in then:
        at = next((at for at, item in enumerate(now) if at not in kept and item == each), None)
        if at is None:
            come.append(each)
        else:
            kept.add(at)
    return kept, come


def _of(items: Sequence[Any], places: Set[int]) -> list[Any]:
    return [item for at, item in enumerate(items) if at in places]
