"""``growing``: Python's collector of cycles, kept from walking trees while they grow.

Everything that the passes make is kept until they are done, so a collection meanwhile finds nothing,
and looks at all of it again each time.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_resting = 0
_was_on = False


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

    It moves to the oldest generation, where the next full collection finds it. Who keeps objects frozen
    has them kept so.
    """
    if hasattr(gc, "freeze") and not gc.get_freeze_count():  # not every Python has generations
        gc.freeze()
        gc.unfreeze()
