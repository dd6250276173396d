"""What the generated code of findings reads by name: operations on values, and the verdicts' table."""

from __future__ import annotations

from typing import Any

from tosdsl.runtime.tables import joined, row_left
from tosdsl.trees.quantities import ABSENT
from tosdsl.trees.zones import day_in
from tosdsl.values.arithmetic import arithmetic, converted, extreme, limit_met, rounded
from tosdsl.values.calendar import by_zone, part_of_day
from tosdsl.values.comparison import agreed, compare
from tosdsl.values.deadlines import last_good, late, state
from tosdsl.values.periods import period_end
from tosdsl.values.totals import highest, total

TABLES = {"permit": "PERMIT", "forbid": "FORBID", None: "ALONE"}
"""The names of the tables, by the default of a section."""

_TRUTHS = (True, False, None)

JOIN = tuple(tuple(joined((one, other)) for other in range(8)) for one in range(8))
"""The verdicts that two parts leave possible together, by those of each."""


def _table(default: str | None) -> dict[tuple[bool | None, bool | None], int]:
    """What is possible, by whether a prohibition and a permission of the section have force."""
    return {
        (forbids, permits): row_left(default, True, forbids, permits, ())
        for forbids in _TRUTHS
        for permits in _TRUTHS
    }


names: dict[str, Any] = {
    "ABSENT": ABSENT,
    "agreed": agreed,
    "arithmetic": arithmetic,
    "by_zone": by_zone,
    "compare": compare,
    "converted": converted,
    "day_in": day_in,
    "extreme": extreme,
    "highest": highest,
    "last_good": last_good,
    "late": late,
    "limit_met": limit_met,
    "part_of_day": part_of_day,
    "period_end": period_end,
    "rounded": rounded,
    "state": state,
    "total": total,
    "PERMIT": _table("permit"),
    "FORBID": _table("forbid"),
    "ALONE": _table(None),
    "JOIN": JOIN,
    "joined": joined,
}
