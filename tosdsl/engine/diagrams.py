"""Decision diagrams: what conditions and tables come to, for every way to fill in what is unknown.

A diagram is a node that asks for one name and has, for each of its values, the diagram that is left; or
a leaf, with what everything comes to. On every path the names come in one order, equal nodes are one
node, and a node whose values all lead to the same is left out. So two diagrams that say the same are
one number, and the names that stand in a diagram are those that it depends on (Bryant, *Graph-Based
Algorithms for Boolean Function Manipulation*, 1986; with more than two values to a name).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from attrs import define, field

from tosdsl.runtime.tables import FORBIDDEN, NOT_APPLICABLE, PERMITTED, STANCES, joined

Diagram = int
"""The number of a node."""

_LEAF = 1 << 60
"""The level of a leaf: below that of every name."""

_DEEPEST = 300
"""Names on one path, at most: making a diagram goes so deep."""


class SpentError(Exception):
    """To go on would take more work than is allowed."""


@define(eq=False)
class Diagrams:
    """Diagrams over one order of names, made with a budget of ``left`` steps.

    Truths are True, False and None, which is what stays unknown whatever is learnt. Tables are sets of
    verdicts, in the bits of ``runtime.tables``. Raises SpentError.
    """

    left: int
    _nodes: list[tuple[int, tuple[Diagram, ...], Any]] = field(factory=list)
    """Of each: its level, what its values lead to, and what a leaf comes to."""
    _leaves: dict[tuple[type, Any], Diagram] = field(factory=dict)
    _unique: dict[tuple[int, tuple[Diagram, ...]], Diagram] = field(factory=dict)
    _made: dict[tuple[Any, Diagram, Diagram], Diagram] = field(factory=dict)
    _depth: int = 0
    true: Diagram = field(init=False)
    false: Diagram = field(init=False)
    _nothing: Diagram = field(init=False)
    _forbidden: Diagram = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.true, self.false = self._new_leaf(True), self._new_leaf(False)
        self._nothing, self._forbidden = self._new_leaf(NOT_APPLICABLE), self._new_leaf(FORBIDDEN)

    def leaf(self, value: Any) -> Diagram:
        if value is True:
            return self.true
        if value is False:
            return self.false
        found = self._leaves.get((type(value), value))  # True is not 1 here
        return self._new_leaf(value) if found is None else found

    def _new_leaf(self, value: Any) -> Diagram:
        made = self._leaves[type(value), value] = len(self._nodes)
        self._nodes.append((_LEAF, (), value))
        return made

    def node(self, level: int, values: tuple[Diagram, ...]) -> Diagram:
        """What asks for the name of a level, and goes on by its value."""
        if values.count(values[0]) == len(values):
            return values[0]
        key = (level, values)
        found = self._unique.get(key)
        if found is None:
            found = self._unique[key] = len(self._nodes)
            self._nodes.append((level, values, None))
        return found

    # --- what is read off ---------------------------------------------------------------------------

    def below(self, diagram: Diagram) -> tuple[Diagram, ...]:
        """What the values of a name lead to; nothing below a leaf."""
        return self._nodes[diagram][1]

    def level(self, diagram: Diagram) -> int:
        """The level of the name that is asked for first."""
        return self._nodes[diagram][0]

    def value(self, leaf: Diagram) -> Any:
        """What a leaf comes to."""
        return self._nodes[leaf][2]

    def under(self, diagram: Diagram) -> Iterator[Diagram]:
        """A diagram, and those that it leads to, each once."""
        todo, seen = [diagram], {diagram}
        while todo:
            at = todo.pop()
            yield at
            for each in self._nodes[at][1]:
                if each not in seen:
                    seen.add(each)
                    todo.append(each)

    def levels(self, diagram: Diagram) -> set[int]:
        """The levels of the names that a diagram depends on."""
        return {self._nodes[at][0] for at in self.under(diagram)} - {_LEAF}

    def leaves(self, diagram: Diagram) -> set[Any]:
        """What it can come to."""
        nodes = (self._nodes[at] for at in self.under(diagram))
        return {value for level, _, value in nodes if level == _LEAF}

    def fixed(self, diagram: Diagram, level: int, at: int) -> Diagram:
        """What is left where the name of a level has the value of a number."""
        own, below, _ = self._nodes[diagram]
        if own >= level:
            return below[at] if own == level else diagram
        key = ((level, at), diagram, diagram)
        found = self._made.get(key)
        if found is None:
            self._enter()
            found = self.node(own, tuple([self.fixed(each, level, at) for each in below]))
            self._depth -= 1
            self._made[key] = found
        return found

    # --- conditions ---------------------------------------------------------------------------------

    def all_of(self, several: Iterable[Diagram]) -> Diagram:
        """Kleene's ``and``. The last ones stand lowest: a long one is put together from its end."""
        made = self.true
        for each in reversed([*several]):
            made = self._and(each, made)
        return made

    def any_of(self, several: Iterable[Diagram]) -> Diagram:
        made = self.false
        for each in reversed([*several]):
            made = self._or(each, made)
        return made

    def opposite(self, diagram: Diagram) -> Diagram:
        return self.mapped(_not, diagram)

    def _and(self, one: Diagram, other: Diagram) -> Diagram:
        if one == other or other == self.true:
            return one
        if one == self.true:
            return other
        if one == self.false or other == self.false:
            return self.false
        return self.joint(_both, one, other, self._and)

    def _or(self, one: Diagram, other: Diagram) -> Diagram:
        if one == other or other == self.false:
            return one
        if one == self.false:
            return other
        if one == self.true or other == self.true:
            return self.true
        return self.joint(_either, one, other, self._or)

    # --- tables -------------------------------------------------------------------------------------

    def table(
        self,
        scope: Diagram,
        forbids: Diagram,
        permits: Diagram,
        default: str | None,
        inner: Iterable[Diagram],
    ) -> Diagram:
        """What a section comes to: a prohibition, else a permission, else its default."""
        own = self.join_of([self.forbidding(forbids), self.permitting(permits, default)])
        return self.within(scope, self.join_of([own, *inner]))

    def forbidding(self, condition: Diagram) -> Diagram:
        """What is forbidden on a condition, and not spoken of otherwise."""
        return self.mapped(_forbidding, condition)

    def permitting(self, condition: Diagram, default: str | None) -> Diagram:
        """What is permitted on a condition, and otherwise by default."""
        return self.mapped(_permitting[default], condition)

    def join_of(self, several: Iterable[Diagram]) -> Diagram:
        """The strongest verdict of several."""
        made = self._nothing
        for each in reversed([*several]):
            made = self._join(each, made)
        return made

    def _join(self, one: Diagram, other: Diagram) -> Diagram:
        if one == other or other == self._nothing:
            return one
        if one == self._nothing:
            return other
        if one == self._forbidden or other == self._forbidden:
            return self._forbidden
        return self.joint(_joined, one, other, self._join)

    def within(self, scope: Diagram, inside: Diagram) -> Diagram:
        if scope == self.true:
            return inside
        if scope == self.false:
            return self._nothing
        return self.joint(_in_scope, scope, inside, self.within)

    # --- how they are made --------------------------------------------------------------------------

    def mapped(self, of: Callable[[Any], Any], diagram: Diagram) -> Diagram:
        """The same with other leaves."""
        known, key = self._made, (of, diagram, diagram)
        found = known.get(key)
        if found is None:
            level, values, value = self._nodes[diagram]
            if level == _LEAF:
                found = self.leaf(of(value))
            else:
                self._enter()
                below = []
                for each in values:
                    lower = known.get((of, each, each))
                    below.append(self.mapped(of, each) if lower is None else lower)
                found = self.node(level, tuple(below))
                self._depth -= 1
            known[key] = found
        return found

    def joint(
        self,
        of: Callable[[Any, Any], Any],
        one: Diagram,
        other: Diagram,
        again: Callable[[Diagram, Diagram], Diagram] | None = None,
    ) -> Diagram:
        """What ``of`` makes of the leaves of both. ``again`` does the same for what they lead to, and
        may know it at once."""
        level, values, value = self._nodes[one]
        level_, values_, value_ = self._nodes[other]
        if level == level_ == _LEAF:
            return self.leaf(of(value, value_))
        key = (of, one, other)
        found = self._made.get(key)
        if found is None:
            self._enter()
            go = again or (lambda a, b: self.joint(of, a, b))
            if level == level_:
                pairs = [go(a, b) for a, b in zip(values, values_, strict=True)]
            elif level < level_:
                pairs = [go(a, other) for a in values]
            else:
                pairs = [go(one, b) for b in values_]
            self._depth -= 1
            found = self._made[key] = self.node(min(level, level_), tuple(pairs))
        return found

    def _enter(self) -> None:
        self.left -= 1
        self._depth += 1
        if self.left < 0 or self._depth > _DEEPEST:
            raise SpentError


def _not(truth: Any) -> Any:
    return None if truth is None else not truth


def _both(one: Any, other: Any) -> Any:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _either(one: Any, other: Any) -> Any:
    return _not(_both(_not(one), _not(other)))


def _forbidding(truth: Any) -> int:
    """A table of prohibitions alone: either forbidden, or whatever the rest says."""
    if truth is None:
        return FORBIDDEN | NOT_APPLICABLE
    return FORBIDDEN if truth else NOT_APPLICABLE


def _permitting_with(stance: int) -> Callable[[Any], int]:
    def permitting(truth: Any) -> int:
        if truth is None:
            return PERMITTED | stance
        return PERMITTED if truth else stance

    return permitting


_permitting = {default: _permitting_with(stance) for default, stance in STANCES.items()}


def _joined(one: int, other: int) -> int:
    return joined((one, other))


def _in_scope(scope: Any, inside: int) -> int:
    if scope is None:
        return inside | NOT_APPLICABLE
    return inside if scope else NOT_APPLICABLE
