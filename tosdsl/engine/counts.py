"""How often questions took the slower ways."""

from __future__ import annotations

from attrs import define


@define(eq=False)
class Counts:
    """Since the policies were loaded; ``PolicySet.stats`` tells it."""

    full_readings: int = 0
    """Questions whose facts were left to the full reading: they are odd, or wrong."""
