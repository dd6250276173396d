"""Expressions in SQL with what is known of their values."""

from __future__ import annotations

from typing import Any

from tosdsl.base.node import frozen
from tosdsl.trees import vocabulary as v


class NoSqlError(Exception):
    """What is asked for has no exact SQL in a dialect: Python works it out. The text says why."""


@frozen
class Term:
    """A value. ``sql`` is NULL where it is not known, and where it is ``none``.

    ``none`` is None where the value cannot be ``none``; elsewhere it is SQL that is true for ``none``,
    false for a value, and NULL if that is not known. A number, an amount or a duration is a whole
    number of 1/``den``, between ``-bound`` and ``bound``; ``wide`` says that it is of the wide type of
    the dialect. ``parts`` are the items of a list that is written out. ``path`` is that of the fact or
    the field that it is read from. ``zoned``: it is a moment whose zone may be another than UTC.
    """

    kind: v.Type | None
    sql: str
    none: str | None = None
    den: int = 1
    bound: int = 0
    wide: bool = False
    parts: tuple[Term, ...] | None = None
    path: str = ""
    zoned: bool = False
    constant: Any = None
    """The value of a literal."""
