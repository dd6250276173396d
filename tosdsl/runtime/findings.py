"""What the generated code of findings reads by name: operations on values, and the verdicts' table.

The verdicts that are possible are bits: 1 permitted, 2 forbidden, 4 not applicable.
"""

from __future__ import annotations

from typing import Any

from tosdsl.values.arithmetic import arithmetic, converted, extreme, limit_met
from tosdsl.values.comparison import compare
from tosdsl.values.deadlines import last_good, late, state
from tosdsl.values.totals import highest, total

PERMITTED, FORBIDDEN, NOT_APPLICABLE = 1, 2, 4

TABLES = {"permit": "PERMIT", "forbid": "FORBID", None: "ALONE"}
"""The names of the tables, by the default of a section."""

_BOTH = (True, False)


def _cell(forbids: bool, permits: bool, default: int) -> int:
    return FORBIDDEN if forbids else PERMITTED if permits else default


def _table(default: int) -> dict[tuple[bool | None, bool | None], int]:
    """What is possible, by whether a prohibition and a permission of the section have force."""
    made = {}
    for forbids in (True, False, None):
        for permits in (True, False, None):
            possible = 0
            for forbid in _BOTH if forbids is None else (forbids,):
                for permit in _BOTH if permits is None else (permits,):
                    possible |= _cell(forbid, permit, default)
            made[forbids, permits] = possible
    return made


def _strongest(one: int, other: int) -> int:
    """Every way to take one verdict of each, and the stronger of the two."""
    made = 0
    for first in (PERMITTED, FORBIDDEN, NOT_APPLICABLE):
        for second in (PERMITTED, FORBIDDEN, NOT_APPLICABLE):
            if one & first and other & second:
                both = first | second
                made |= both & FORBIDDEN or both & PERMITTED or NOT_APPLICABLE
    return made


names: dict[str, Any] = {
    "arithmetic": arithmetic,
    "compare": compare,
    "converted": converted,
    "extreme": extreme,
    "highest": highest,
    "last_good": last_good,
    "late": late,
    "limit_met": limit_met,
    "state": state,
    "total": total,
    "PERMIT": _table(PERMITTED),
    "FORBID": _table(FORBIDDEN),
    "ALONE": _table(NOT_APPLICABLE),
    "JOIN": tuple(tuple(_strongest(one, other) for other in range(8)) for one in range(8)),
}
