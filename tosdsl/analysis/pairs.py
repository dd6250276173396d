"""What on one side is what on the other: clauses by their names, or else by their places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from tosdsl.analysis.sides import Side
from tosdsl.formulas.space import FALSE
from tosdsl.lower.nodes import Node


@frozen
class Pair:
    """A clause or an exception on both sides; None where there is none. Forces include the scope."""

    kind: str
    old: Node | None
    new: Node | None
    old_force: int
    new_force: int
    defeaters: tuple[Pair, ...] = ()
    """Exceptions attached to it, and clauses that prevail over it."""

    @property
    def ids(self) -> tuple[str | None, str | None]:
        one = None if self.old is None else self.old.id
        return one, None if self.new is None else self.new.id


def paired(old: Side, new: Side) -> list[Pair]:
    """The clauses that bind, in the order of the new text; those that are gone come last."""
    ones = {_key(node): node for node in old.nodes.norms.values() if node.binds}
    others = {_key(node): node for node in new.nodes.norms.values() if node.binds}
    if not set(_policies(ones)) & set(_policies(others)):  # other documents: the names within them
        ones = {("", *key[1:]): node for key, node in ones.items()}
        others = {("", *key[1:]): node for key, node in others.items()}
    matched = _matched(ones, others)
    found = []
    for one, other in matched:
        kind = (other or one or _nothing()).kind
        defeaters = [
            Pair("except", a, b, _force(old, a), _force(new, b))
            for a, b in _matched(
                {_local(each): each for each in (one.exceptions if one else ())},
                {_local(each): each for each in (other.exceptions if other else ())},
            )
        ]
        above = _matched(
            {
                _local(old.nodes.norms[key]): old.nodes.norms[key]
                for key, _ in (one.above if one else ())
            },
            {
                _local(new.nodes.norms[key]): new.nodes.norms[key]
                for key, _ in (other.above if other else ())
            },
        )
        defeaters += [Pair("above", a, b, _force(old, a), _force(new, b)) for a, b in above]
        found.append(Pair(kind, one, other, _force(old, one), _force(new, other), tuple(defeaters)))
    return found


def _nothing() -> Node:
    raise AssertionError("a pair has one side at least")


def _force(side: Side, node: Node | None) -> int:
    return FALSE if node is None else side.in_scope(node)


def _key(node: Node) -> tuple[str, ...]:
    """By document, name and kind: a permission that became a prohibition is another clause. The index
    tells the same document apart where it came in twice."""
    policy, _, local = node.id.partition("#")
    return policy, local, node.kind, str(node.key[0])


def _policies(keys: Iterable[tuple[str, ...]]) -> Iterable[str]:
    return (key[0] for key in keys)


def _local(node: Node) -> tuple[str, ...]:
    return (node.id.partition("#")[2],)


def _matched(
    ones: Mapping[tuple[str, ...], Node], others: Mapping[tuple[str, ...], Node]
) -> list[tuple[Node | None, Node | None]]:
    """By name; what is left, by a place that one clause alone has on each side."""
    found: list[tuple[Node | None, Node | None]] = []
    left = {key: node for key, node in ones.items() if key not in others}
    right = {key: node for key, node in others.items() if key not in ones}
    places, elsewhere = _by_place(left.values()), _by_place(right.values())
    moved = {id(node): places[place] for place, node in elsewhere.items() if place in places}
    for key, node in others.items():
        found.append((ones.get(key) or moved.get(id(node)), node))
    taken = {id(node) for node in moved.values()}
    found += [(node, None) for node in left.values() if id(node) not in taken]
    return found


def _by_place(nodes: Iterable[Node]) -> dict[tuple[str, str], Node]:
    several: dict[tuple[str, str], list[Node]] = {}
    for node in nodes:
        if node.written.at:
            several.setdefault((node.kind, node.written.at), []).append(node)
    return {place: each[0] for place, each in several.items() if len(each) == 1}
