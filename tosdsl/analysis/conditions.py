"""The conditions of all sides of an analysis: nodes of one core, and parts of one space."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import define, field

from tosdsl.backends.python.findings import Truth
from tosdsl.backends.python.findings import conditions as compiled
from tosdsl.formulas.space import Space
from tosdsl.lower.core import Core
from tosdsl.lower.parts import Parts
from tosdsl.lower.tests import comparable
from tosdsl.lower.unfolded import Definitions, Unfolded
from tosdsl.trees import core
from tosdsl.trees import expressions as ex
from tosdsl.trees.moments import DAY_OF_USE


@define
class Conditions:
    """Opaque conditions have numbers: they are no logic over tests of one fact each."""

    shared: Core
    space: Space
    parts: Parts = field(init=False)
    unfolded: Unfolded = field(init=False)
    _nodes: list[core.Index] = field(factory=list)
    _truths: dict[core.Index, Truth] = field(factory=dict)
    _read: dict[int, tuple[str, ...]] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        block = self.shared.block
        self.parts = Parts(block, self.space, comparable, self._settled)
        self.unfolded = Unfolded(block, self.shared.functions)

    def __len__(self) -> int:
        """How many opaque conditions there are."""
        return len(self.parts.opaque)

    def node(self, number: int) -> core.Index:
        """The node of an opaque condition."""
        if len(self._nodes) != len(self.parts.opaque):
            self._nodes = list(self.parts.opaque)
        return self._nodes[number]

    def expression(self, number: int) -> tuple[ex.Expr, Definitions]:
        """An opaque condition as an expression, and the definitions that it leans on."""
        return self.unfolded.of(self.node(number))

    def reads(self, number: int) -> tuple[str, ...]:
        """The facts that an opaque condition reads."""
        if number not in self._read:
            read = core.reads(self.shared.block, self.shared.functions, self.node(number))
            self._read[number] = tuple(read)
        return self._read[number]

    def truth(self, number: int, facts: Mapping[str, Any]) -> bool | None:
        """How an opaque condition comes out. Facts may have the day of the use, by its name."""
        return self._truth(self.node(number))(facts.get, facts.get(DAY_OF_USE))

    def _truth(self, node: core.Index) -> Truth:
        if node not in self._truths:
            (self._truths[node],) = compiled(self.shared.block, self.shared.functions, [node])
        return self._truths[node]

    def _settled(self, node: core.Index) -> tuple[bool | None] | None:
        """How a condition comes out that reads no fact, nor the day of the use, which may be any."""
        whole = self.shared.block, self.shared.functions, node
        if core.reads(*whole) or core.reads_day(*whole):
            return None
        return (self._truth(node)(lambda path: None),)
