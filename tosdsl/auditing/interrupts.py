"""Ctrl-C while a database is at work.

DuckDB takes the signal and raises an error of its own, with the class of many others.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

_SAID = "Query interrupted"


@contextmanager
def interrupts() -> Iterator[None]:
    """Within it, what interrupts a query is a KeyboardInterrupt, as it is everywhere else."""
    try:
        yield
    except RuntimeError as error:
        if str(error) != _SAID:
            raise
        raise KeyboardInterrupt from None
