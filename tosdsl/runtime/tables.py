"""The sections' tables, with sets of verdicts in the bits of a number.

The same tables as those of ``reference.verdict``, where they are written to be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

PERMITTED, FORBIDDEN, NOT_APPLICABLE = 1, 2, 4
WORDS = ("", "permitted", "forbidden", "", "not_applicable")
"""The verdict of each set of one."""

Truth = bool | None
Table = tuple[str | None, tuple[int, ...]]
"""A row: its default, and the numbers of the rows inside it."""

STANCES = {"permit": PERMITTED, "forbid": FORBIDDEN, None: NOT_APPLICABLE}
"""By the default of a section, the verdict that it leaves where no clause of it has force."""


def remaining(tables: Sequence[Table], at: int, found: Sequence[tuple[Truth, Truth, Truth]]) -> int:
    """The verdicts that remain for a row: ``found`` has scope, prohibitions and permissions of each."""
    default, inner = tables[at]
    return row_left(default, *found[at], [remaining(tables, each, found) for each in inner])


def row_left(
    default: str | None, scope: Truth, forbids: Truth, permits: Truth, inner: Iterable[int]
) -> int:
    """The verdicts that remain for one row; ``inner`` has those of the rows inside it, each once."""
    if scope is False:
        return NOT_APPLICABLE
    left = 0
    if forbids is not False:
        left = FORBIDDEN
    if forbids is not True:
        if permits is not False:
            left |= PERMITTED
        if permits is not True:
            left |= STANCES[default]
    left = joined((left, *inner))
    return left if scope else left | NOT_APPLICABLE


def joined(several: Iterable[int]) -> int:
    """Every way to take one verdict of each set, and the strongest of those taken."""
    whole = NOT_APPLICABLE
    for each in several:
        either = whole | each
        found = either & FORBIDDEN
        if (whole & PERMITTED and each & ~FORBIDDEN) or (each & PERMITTED and whole & ~FORBIDDEN):
            found |= PERMITTED
        whole = found | (whole & each & NOT_APPLICABLE)
    return whole
