"""Conditions that may stay unknown whatever is learnt: they divide by what may turn out to be zero."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import define, field

from tosdsl.trees import core
from tosdsl.trees.core import parts
from tosdsl.values.arithmetic import is_zero

Values = tuple[Any, ...]


@define(eq=False)
class Dividing:
    """Looks for divisions in one program."""

    program: core.Readable
    _divide: dict[core.Index, bool] = field(factory=dict)
    """Whether a node divides by what is not written, values aside."""
    _functions: list[bool] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        for function in self.program.functions:
            nodes = function.body.nodes
            self._functions.append(any(self._divides_inside(node, nodes) for node in nodes))

    def may_stay_unknown(self, at: core.Index, values: Values) -> bool:
        """Whether a divisor under a node may be zero, or is. What is known has been divided already. In
        a definition that takes values every divisor that is not written may be."""
        nodes = self.program.body.nodes
        todo, seen = [at], {at}
        while todo:
            at = todo.pop()
            node = nodes[at]
            if values[at] is not None or not self._divides(at):
                continue
            if node[0] == "call" and self._functions[node[1]]:
                return True
            if node[:2] == ("arithmetic", "/") and _may_be_zero(node[3], nodes, values):
                return True
            for part in counting(node, values):
                if part not in seen:
                    seen.add(part)
                    todo.append(part)
        return False

    def _divides(self, at: core.Index) -> bool:
        found = self._divide.get(at)
        if found is None:
            nodes = self.program.body.nodes
            node = nodes[at]
            found = _divides_by_value(node, nodes) or (node[0] == "call" and self._functions[node[1]])
            found = self._divide[at] = found or any(map(self._divides, parts(node)))
        return found

    def _divides_inside(self, node: core.Node, nodes: Sequence[core.Node]) -> bool:
        """The same of a node in a definition that takes values. What it calls comes before it."""
        match node:
            case ("outer", at):
                return self._divides(at)
            case ("call", number, _):
                return self._functions[number]
            case _:
                return _divides_by_value(node, nodes)


def counting(node: core.Node, values: Values) -> list[core.Index]:
    """The parts of a node that count: of a value by cases, the one of the case that is known."""
    if node[0] == "if" and values[node[1]] is not None:
        return [node[2] if values[node[1]] else node[3]]
    return parts(node)


def _divides_by_value(node: core.Node, nodes: Sequence[core.Node]) -> bool:
    return node[:2] == ("arithmetic", "/") and nodes[node[3]][0] != "literal"


def _may_be_zero(divisor: core.Index, nodes: Sequence[core.Node], values: Values) -> bool:
    if nodes[divisor][0] == "literal":
        return False
    value = values[divisor]
    return value is None or is_zero(value)
