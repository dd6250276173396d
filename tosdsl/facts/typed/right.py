"""Which parts of wrong facts are right: the full reading goes through what is left of them.

Where facts hold one mistake and a thousand values, only what is wrong needs a place and words.
``Right`` follows the types of a vocabulary. It takes a part of the facts as it stands, if all of it is
right and nothing in it is worth a warning; if it is not, it says what takes the parts inside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from json import JSONDecodeError
from typing import Any

from attrs import frozen

from tosdsl.base import limits
from tosdsl.facts.typed.decoded import STRICT
from tosdsl.facts.typed.said import Said
from tosdsl.facts.typed.values import Make
from tosdsl.runtime.checks import Odd
from tosdsl.trees.facts import Taken

_SINGLE = frozenset((str, int, bool, float, type(None)))


@frozen
class Right:
    """What takes the values of one place. ``make`` is None where there are only parts to be taken.

    ``item`` takes the items of a list, ``fields`` what stands under each key of a mapping. What stands
    under another key nobody looks at, and it is taken if it can be counted.
    """

    make: Make | None = None
    item: Right | None = None
    fields: Mapping[str, Right] | None = None

    def under(self, key: str) -> Right:
        """What takes the value under a key."""
        return NOTHING if self.fields is None else self.fields.get(key, ANYTHING)

    def taken(self, value: object) -> tuple[Taken, int] | None:
        """A value as it is typed, and how many values are in it; None if it has to be read in full."""
        if self.make is None:
            return None
        said = Said()
        try:
            made = self.make(value, said)
        except Odd:
            return None
        return None if said.warned else (Taken(made), said.keys + said.items)

    def taken_json(self, text: str, at: int) -> tuple[Taken, int, int] | None:
        """The same of the JSON that begins at a place of a text; and where it ends."""
        if self.make is None:
            return None
        try:
            value, stop = SCAN(text, at)
        except (Odd, StopIteration, JSONDecodeError, RecursionError):
            return None
        found = self.taken(value)
        return found and (*found, stop)


SCAN: Callable[[str, int], tuple[Any, int]] = STRICT.scan_once  # type: ignore[attr-defined]  # the stubs lack it
"""The value of the JSON that begins at a place of a text, and where it ends."""


def _counted(value: Any, said: Said) -> None:
    """Nothing of a value that nobody looks at; what is in it is counted. Raises Odd where a limit is
    near, or something in it is of no class that is known."""
    todo = [(value, 0)]
    while todo:
        here, depth = todo.pop()
        kind = type(here)
        if kind in _SINGLE:
            continue
        if depth > _SHALLOW:
            raise Odd
        if kind is dict:
            said.keys += len(here)
            todo += [(each, depth + 1) for each in here.values()]
        elif kind is list:
            said.listed(len(here))
            todo += [(each, depth + 1) for each in here]
        else:
            raise Odd


_SHALLOW = 5
"""How deep what is counted may nest."""


def fits(depth: int) -> bool:
    """Whether no value that is taken can nest too deep, in facts of this depth."""
    return depth + 3 + _SHALLOW <= limits.MAX_FACTS_NESTING


NOTHING = Right()
"""Takes nothing."""
ANYTHING = Right(_counted)
"""Takes what stands under a name that is no fact."""
