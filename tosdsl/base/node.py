"""``frozen``: what makes a class a node. attrs makes it, and less of it than it would by itself.

attrs writes each method of a class as source and compiles it. With over a hundred kinds of nodes, that
was a sixth of the time in which a use is checked from the command line. So equality, hash and
representation, which are much alike, look the fields up instead. What they give is what attrs' give.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from attrs import frozen as frozen  # to a type checker it is what it stands for
else:

    def frozen(made=None, **options):
        """``attrs.frozen``. No field may have a function as its ``eq`` or its ``repr``."""
        if made is None:
            return lambda later: frozen(later, **options)
        own = set(vars(made))
        node = attrs.frozen(made, **{"eq": False, "repr": False, **options})
        for name, method in _methods(node).items():
            if name not in own:
                setattr(node, name, method)
        return node


def _methods(node: type[attrs.AttrsInstance]) -> dict[str, Callable[..., object]]:
    fields = attrs.fields(node)
    compared = _values([each.name for each in fields if each.eq])
    shown = [each.name for each in fields if each.repr]
    name = node.__qualname__.rpartition(">.")[2]

    def equal(self: object, other: object) -> object:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return compared(self) == compared(other)

    def hashed(self: object) -> int:
        return hash((name, compared(self)))

    def represented(self: object) -> str:
        return f"{name}({', '.join(f'{each}={getattr(self, each)!r}' for each in shown)})"

    return {"__eq__": equal, "__hash__": hashed, "__repr__": represented}


def _values(names: list[str]) -> Callable[[object], Any]:
    """What gives the values of fields: of several a tuple, of one the value."""
    return attrgetter(*names) if names else lambda _: ()
