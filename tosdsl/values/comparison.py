"""Comparisons of two values; each side may be unknown, and so may items of a list."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from tosdsl.trees.moments import compared
from tosdsl.trees.quantities import ABSENT, Duration, Money
from tosdsl.values.texts import text_test

Truth = bool | None

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def compare(op: str, left: Any, right: Any, scale: tuple[str, ...] = ()) -> Truth:
    """``left op right``; an item of a list may be unknown as well."""
    if op != "is" and (left is ABSENT or right is ABSENT):
        return False  # whatever the other side is
    if left is None or right is None:
        return None
    match op:
        case "is":
            return compared(left) == compared(right)
        case "in":
            return _member(left, right)
        case "includes":
            return _member(right, left)
        case "overlaps":
            return _overlap(left, right)
        case "<" | "<=" | ">" | ">=":
            return _ORDER[op](rank(left, scale), rank(right, scale))
        case _:
            return text_test(op, left, right)


def agreed(one: Any, other: Any) -> Any:
    """What two values both are; None where they differ, or it is not known whether they do.

    A list that has something unknown in it, or records, of which a field may be unknown, is like no
    other.
    """
    if isinstance(one, tuple) and any(item is None or isinstance(item, Mapping) for item in one):
        return None
    return one if one == other else None


def _member(item: Any, items: Collection[Any]) -> Truth:
    wanted = compared(item)
    if any(other is not None and compared(other) == wanted for other in items):
        return True
    return None if None in items else False


def _overlap(left: Collection[Any], right: Collection[Any]) -> Truth:
    """Whether an item of one is an item of the other: the disjunction over all pairs."""
    some = {compared(item) for item in right if item is not None}
    if any(item is not None and compared(item) in some for item in left):
        return True
    return None if None in left or (left and None in right) else False


def rank(value: Any, scale: tuple[str, ...]) -> Any:
    """What a value is compared by; those of one type alone meet."""
    match value:
        case Money(amount=amount):
            return amount
        case Duration(count=count):
            return count
        case str():
            return scale.index(value)
        case _:
            return compared(value)
