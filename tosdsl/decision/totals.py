"""Which items of a list a sum, a count or the greatest of it was made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen

from tosdsl.trees import expressions as ex
from tosdsl.trees.quantities import ABSENT
from tosdsl.values.totals import stretch


@frozen
class Item:
    """What is known of an item: whether it ``counts``; if it does, its value, and by what date and in
    which group it is."""

    counts: bool | None
    value: Any = None
    on: Any = None
    group: Any = None


def telling(expr: ex.Aggregate, items: Sequence[Item], value: Any) -> list[int]:
    """The places of the items that say why a total is what it is: those that are in it; where it is not
    known, those that leave it open. A bare count of all has none: each of them is alike."""
    if value is None:
        return [place for place, item in enumerate(items) if _is_open(expr, item)]
    counting = [place for place, item in enumerate(items) if item.counts]
    if expr.kind == "count":
        return counting if expr.where is not None else []
    if expr.kind == "sum":
        return counting
    if expr.kind == "highest":
        several = [items[place] for place in counting]
        read = ([each.value for each in several], [each.on for each in several])
        assert expr.window is not None
        within = stretch(*read, [each.group for each in several], expr.window)
        return [counting[at] for at in within]
    return [place for place in counting if items[place].value == value and value is not ABSENT]


def _is_open(expr: ex.Aggregate, item: Item) -> bool:
    """Whether an item leaves a total open."""
    if item.counts is None:
        return True
    needed = ((expr.value, item.value), (expr.by, item.on), (expr.per, item.group))
    return bool(item.counts) and any(one is not None and known is None for one, known in needed)


def of_how_many(items: Sequence[Item], chosen: Sequence[int], more: int) -> str:
    """Of how many items a total is made, as the end of a sentence. ``more`` are not shown."""
    open_ = sum(item.counts is None for item in items)
    many = sum(item.counts is True for item in items) if open_ else len(chosen)
    said = f", of {_items(len(items))}"
    if open_ or 0 < many < len(items):
        said = f", of {many} of {_items(len(items))}"
    said += f", and of {open_} it is not known" if open_ else ""
    return f"{said}; {more} more like these" if more > 0 else said


def _items(count: int) -> str:
    return "1 item" if count == 1 else f"{count} items"
