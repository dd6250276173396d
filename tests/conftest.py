"""What every test may lean on."""

from __future__ import annotations

import gc
import os
from functools import cache
from pathlib import Path
from typing import TypeVar

from attrs import fields, has

_T = TypeVar("_T")

ROOT = Path(__file__).parents[1]
"""The checkout."""

os.environ["TOSDSL_CACHE"] = "off"  # no test reads another's leavings, or those of whoever runs it

gc.set_threshold(20_000, 20, 50)
"""A process with all tests has millions of objects that stay: they are looked at less often."""


def either(short: _T, whole: _T) -> _T:
    """How much a test does: in CI, and with ``LONG=1``."""
    return whole if os.environ.get("LONG") == "1" else short


@cache
def fields_of(kind: type) -> tuple[str, ...] | None:
    """The names of the fields of a class that attrs made; None of any other class.

    For walks over whole trees: attrs works both out anew whenever it is asked.
    """
    return tuple(each.name for each in fields(kind)) if has(kind) else None
