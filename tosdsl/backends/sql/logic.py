"""Verdicts and states in SQL.

The verdicts that are possible are three truth values that are always known: whether it can be
forbidden, permitted, not applicable. The same tables as ``tosdsl/runtime/tables.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

_YES, _NO = "TRUE", "FALSE"


class Verdicts(NamedTuple):
    """Which verdicts are possible."""

    forbidden: str
    permitted: str
    not_applicable: str


def every(*several: str) -> str:
    """Truth values that are known, all of them."""
    kept = [each for each in dict.fromkeys(several) if each != _YES]
    if _NO in kept:
        return _NO
    return kept[0] if len(kept) == 1 else f"({' AND '.join(kept)})" if kept else _YES


def some(*several: str) -> str:
    """Truth values that are known, one of them."""
    kept = [each for each in dict.fromkeys(several) if each != _NO]
    if _YES in kept:
        return _YES
    return kept[0] if len(kept) == 1 else f"({' OR '.join(kept)})" if kept else _NO


def can_be(truth: str, value: bool) -> str:
    """Whether a condition is, or may be, true (or false)."""
    if truth in (_YES, _NO):
        return _YES if (truth == _YES) is value else _NO
    return f"({truth} IS NOT {_NO if value else _YES})"


def cell(forbids: str, permits: str, default: str | None) -> Verdicts:
    """What a section's own clauses leave possible."""
    forbidden = can_be(forbids, True)
    permitted = every(can_be(forbids, False), can_be(permits, True))
    rest = every(can_be(forbids, False), can_be(permits, False))
    match default:
        case "permit":
            return Verdicts(forbidden, some(permitted, rest), _NO)
        case "forbid":
            return Verdicts(some(forbidden, rest), permitted, _NO)
        case _:
            return Verdicts(forbidden, permitted, rest)


def joined(several: Sequence[Verdicts]) -> Verdicts:
    """What several parts leave possible together: of each way to take one of each, the strongest."""
    if not several:
        return Verdicts(_NO, _NO, _YES)
    made = several[0]
    for each in several[1:]:
        permitted = some(
            every(made.permitted, some(each.permitted, each.not_applicable)),
            every(made.not_applicable, each.permitted),
        )
        made = Verdicts(
            some(made.forbidden, each.forbidden),
            permitted,
            every(made.not_applicable, each.not_applicable),
        )
    return made


def within(scope: str, found: Verdicts) -> Verdicts:
    """The same in a section's scope; outside it, nothing applies."""
    inside = can_be(scope, True)
    return Verdicts(
        every(inside, found.forbidden),
        every(inside, found.permitted),
        some(can_be(scope, False), found.not_applicable),
    )


def verdict(found: Verdicts) -> str:
    """The verdict as a text; ``undetermined`` if there are several."""
    alone = {
        "forbidden": (found.forbidden, found.permitted, found.not_applicable),
        "permitted": (found.permitted, found.forbidden, found.not_applicable),
        "not_applicable": (found.not_applicable, found.forbidden, found.permitted),
    }
    cases = (
        f"WHEN {every(possible, *(f'(NOT {each})' if each != _NO else _YES for each in others))} "
        f"THEN '{name}'"
        for name, (possible, *others) in alone.items()
        if possible != _NO and _YES not in others
    )
    made = " ".join(cases)
    return f"(CASE {made} ELSE 'undetermined' END)" if made else "'undetermined'"


def state(owed: str, done: str, late: str) -> str:
    """The state of an obligation."""
    cases = (
        (f"{owed} IS FALSE", "not_triggered"),
        (f"{owed} IS NULL", "undetermined"),
        (f"{done} IS TRUE", "fulfilled"),
        (f"{late} IS FALSE", "pending"),
        (f"{done} IS FALSE AND {late} IS TRUE", "breached"),
    )
    return f"(CASE {' '.join(f'WHEN {a} THEN {b!r}' for a, b in cases)} ELSE 'undetermined' END)"
