"""Nodes of the core to parts of a space of formulas.

Logic stays logic, and a comparison of one leaf with constants is a test. What is neither is opaque: it
is numbered, and whoever wants its truth has the core work it out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from attrs import define, field

from tosdsl.formulas.space import FALSE, TRUE, UNKNOWN, Space
from tosdsl.lower.tests import Test
from tosdsl.trees import core

_TRUTHS = {False: FALSE, True: TRUE, None: UNKNOWN}


@define
class Parts:
    """Makes parts of the nodes of one block."""

    block: core.Nodes
    space: Space
    test: Callable[[core.Nodes, core.Index], Test | None]
    """The test that a comparison is, if it is one."""
    settle: Callable[[core.Index], tuple[bool | None] | None] = lambda node: None
    """How an opaque condition comes out that hangs on no fact; None of others."""
    opaque: dict[core.Index, int] = field(factory=dict)
    """The nodes of opaque conditions, numbered."""
    _made: dict[core.Index, int] = field(factory=dict)

    def of(self, node: core.Index) -> int:
        """The part that a condition comes to."""
        made, stack = self._made, [node]
        while stack:
            at = stack[-1]
            left = [each for each in core.logic_over(self.block, at) if each not in made]
            if left:
                stack += reversed(left)
                continue
            stack.pop()
            if at not in made:
                made[at] = self._part(at)
        return made[node]

    def every(self, nodes: Iterable[core.Index]) -> int:
        """The part that the conjunction of some conditions comes to."""
        return self.space.every([self.of(each) for each in nodes])

    def _part(self, at: core.Index) -> int:
        space = self.space
        several = [self._made[each] for each in core.logic_over(self.block, at)]
        match self.block.nodes[at]:
            case ("literal", bool(value)):
                return _TRUTHS[value]
            case ("fact", path):
                return space.test("true", path)
            case ("not", _):
                return space.opposite(several[0])
            case ("and", _):
                return space.every(several)
            case ("or", _):
                return space.some(several)
            case ("compare", *_) if several:
                neither = space.every([space.opposite(each) for each in several])
                return space.some((space.every(several), neither))
            case ("compare", *_):
                test = self.test(self.block, at)
                if test is not None:
                    return space.test(*test)
        settled = self.settle(at)
        if settled is not None:
            return _TRUTHS[settled[0]]
        return space.beyond(self.opaque.setdefault(at, len(self.opaque)))
