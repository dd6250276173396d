"""A list of nodes in which equal nodes are one, and what programs that are made together share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import define, field

from tosdsl.trees import core
from tosdsl.trees import vocabulary as v
from tosdsl.trees.rows import Row

TRUTH = v.Boolean()
_TRUE: core.Node = ("literal", True)
_FALSE: core.Node = ("literal", False)


@define
class Block:
    """A list of nodes, each there once."""

    nodes: list[core.Node] = field(factory=list)
    types: list[v.Type | None] = field(factory=list)
    free: list[int] = field(factory=list)
    _known: dict[core.Node, int] = field(factory=dict)

    def node(
        self,
        made: core.Node,
        kind: v.Type | None,
        parts: Iterable[int] = (),
        free: int = 0,
        bound: int = 0,
    ) -> int:
        """The index of a node, which depends on the levels of its parts and on those that are ``free``;
        on those that are ``bound`` it does not."""
        key = _told_apart(made, kind) if made[0] == "literal" else made
        found = self._known.get(key)
        if found is None:
            for part in parts:
                free |= self.free[part]
            free &= ~bound
            found = self._known[key] = len(self.nodes)
            self.nodes.append(made)
            self.types.append(kind)
            self.free.append(free)
        return found

    def done(self) -> core.Block:
        return core.Block(tuple(self.nodes), tuple(self.types), tuple(self.free))

    # --- logic ------------------------------------------------------------------------------------

    def truth(self, value: bool) -> int:
        return self.node(_TRUE if value else _FALSE, TRUTH)

    def opposite(self, item: int) -> int:
        match self.nodes[item]:
            case ("literal", bool(value)):
                return self.truth(not value)
            case ("not", inner):
                return int(inner)
        return self.node(("not", item), TRUTH, (item,))

    def shown(self, item: int) -> int:
        """Whether a condition is known to hold."""
        if self.nodes[item][0] in {"literal", "shown"}:
            return item
        return self.node(("shown", item), TRUTH, (item,))

    def every(self, items: Sequence[int]) -> int:
        return self._joined("and", items, True)

    def some(self, items: Sequence[int]) -> int:
        return self._joined("or", items, False)

    def _joined(self, op: str, items: Sequence[int], nothing: bool) -> int:
        """The items, each once, without those that change nothing; flat, as far as they are written."""
        kept: dict[int, None] = {}
        for item in items:
            match self.nodes[item]:
                case ("literal", bool(value)):
                    if value is not nothing:
                        return item
                case _:
                    kept[item] = None
        if len(kept) > 1:
            return self.node((op, tuple(kept)), TRUTH, kept)
        return next(iter(kept)) if kept else self.truth(nothing)


def _told_apart(made: core.Node, kind: v.Type | None) -> core.Node:
    """A key that equal literals share: Python takes 1, 1.0 and True for equal, and a word may be a text
    or a member of an enumeration. Two instants of one moment in two zones are told apart by their own
    equality."""
    value = made[1]
    if isinstance(value, Row):
        return (*made, kind)
    if isinstance(value, tuple):
        if any(isinstance(each, Row) for each in value):
            return (*made, kind)  # rows of one type have values of one type in each place
        return (*made, tuple(map(type, value)), type(kind), type(getattr(kind, "item", None)))
    return (*made, type(value), type(kind) if isinstance(value, str) else None)


@define
class Shared:
    """One list of nodes and functions, of which several programs may be made.

    Equal functions are one, as equal nodes are: conditions that mean the same are one then, whichever
    document they came in with. ``inlined``: what a definition with parameters comes to stands in the
    place of its call, where that stays small. ``types``: the types of facts, where documents do not
    agree on them.
    """

    inlined: bool = False
    types: Mapping[str, v.Type] = field(factory=dict)
    block: Block = field(factory=Block)
    functions: list[core.Function] = field(factory=list)
    _numbers: dict[core.Function, int] = field(factory=dict)

    def function(self, made: core.Function) -> int:
        """The number of a function."""
        found = self._numbers.setdefault(made, len(self.functions))
        if found == len(self.functions):
            self.functions.append(made)
        return found
