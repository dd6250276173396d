"""A cell of the table."""

from __future__ import annotations

from attrs import define


@define
class Cell:
    """What a door answered, and whether the request came through."""

    answer: str
    through: bool | str
    right: bool
    """Whether this is what must come of it."""
    calls: dict[str, str] | None = None
    """Of a gateway for models: what became of each call."""
