"""Facts of a use as lines; a list that is too long for one stands item by item.

path, value, type -> ["sales: 2 items", "    {amount: 11, ours: yes}", "    {ours: no}"]
"""

from __future__ import annotations

from typing import Any

from tosdsl.trees import vocabulary as v
from tosdsl.trees.uses import value_text

_LONG = 72
"""Characters from which on a list takes several lines."""


def fact_lines(path: str, value: Any, kind: v.Type, ending: str = "", before: str = "") -> list[str]:
    """A fact and its value, between what stands before and after it in its line."""
    text = value_text(value, kind)
    if not isinstance(value, tuple) or len(text) <= _LONG:
        return [f"{path}: {before}{text}{ending}"]
    items = (f"    {each}" for each in _items(value, kind))
    return [f"{path}: {before}{_count(value)}{ending}", *items]


def change_lines(path: str, now: Any, then: Any, kind: v.Type, ending: str = "") -> list[str]:
    """A fact and how its value changes: of a long list, the items that go and that come."""
    text = f"{value_text(now, kind)} → {value_text(then, kind)}"
    if not (isinstance(now, tuple) and isinstance(then, tuple)) or len(text) <= _LONG:
        return [f"{path}: {text}{ending}"]
    left, come = _items(now, kind), []
    for each in _items(then, kind):
        if each in left:
            left.remove(each)
        else:
            come.append(each)
    return [
        f"{path}: {_count(now)} → {_count(then)}{ending}",
        *(f"    - {each}" for each in left),
        *(f"    + {each}" for each in come),
    ]


def _items(value: tuple[Any, ...], kind: v.Type) -> list[str]:
    bare = v.bare(kind)
    item = bare.item if isinstance(bare, v.ListOf) else bare
    return [value_text(each, item) for each in value]


def _count(value: tuple[Any, ...]) -> str:
    return f"{len(value)} item{'' if len(value) == 1 else 's'}"
