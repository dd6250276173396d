"""How the generators choose: with strategies that are made once.

A library asks some six hundred times which of several it should be. ``st.sampled_from`` makes a
strategy each time, checks it and describes it, which takes longer than to draw from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TypeVar

from hypothesis import strategies as st

_T = TypeVar("_T")


def one_of(draw: st.DrawFn, options: Sequence[_T]) -> _T:
    """One of several, like ``st.sampled_from``. It is the first that a failure is led back to."""
    return options[draw(_places(len(options)))] if len(options) > 1 else options[0]


@cache
def _places(count: int) -> st.SearchStrategy[int]:
    return st.sampled_from(range(count))
