"""Rows of tables: records that are constants of a policy."""

from __future__ import annotations

from typing import Any


class Row(dict[str, Any]):
    """The values of a record by the paths of its fields, as a use has them. Never changed, so that a
    table can be a constant like any other."""

    __slots__ = ()

    def __hash__(self) -> int:  # type: ignore[override]  # made once and never changed
        return hash(frozenset(self.items()))
