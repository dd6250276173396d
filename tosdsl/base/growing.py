"""``growing``: Python's collector of cycles, kept from walking trees while they grow.

Everything that the passes make is kept until they are done, so a collection meanwhile finds nothing,
and looks at all of it again each time.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

_SLACK = 500_000
"""Objects that may be there besides twice those of the last full collection, before the next one: some
hundred megabytes."""

_EACH = 8
"""Passes between two counts of all objects, which take some milliseconds for a million."""

_lock = RLock()  # what a collection frees may load something
_resting = 0
_was_on = False
_passes = 0
_kept = 0
"""Objects that there were after the last full collection; before the first, at the first count."""


@contextmanager
def growing() -> Iterator[None]:
    """Within it nothing is collected; after it, also after an error, the collector is as it was.

    Several threads can be within: the last one out switches it on again, if it was on before the first.
    """
    global _resting, _was_on
    with _lock:
        if not _resting:
            _was_on = gc.isenabled()
            gc.disable()
        _resting += 1
    try:
        yield
    finally:
        with _lock:
            _resting -= 1
            if not _resting and _was_on:
                _count_as_old()
                gc.enable()


def _count_as_old() -> None:
    """Spare what has grown the walk through all of it that would follow at once.

    It moves to the oldest generation, where the next full collection finds it. The move sets Python's
    counters back, so that a process which loads again and again would never come to a full collection.
    So one is made here when what is there has doubled. Who keeps objects frozen has them kept so.
    """
    global _kept, _passes
    if not hasattr(gc, "freeze") or gc.get_freeze_count():  # not every Python has generations
        return
    _passes += 1
    if _passes % _EACH:
        gc.freeze()
        gc.unfreeze()
        return
    there = _move()
    _kept = _kept or there
    if there > 2 * _kept + _SLACK:
        gc.collect()
        _kept = _move()


def _move() -> int:
    """All objects to the oldest generation; how many there are."""
    gc.freeze()
    there = gc.get_freeze_count()
    gc.unfreeze()
    return there
