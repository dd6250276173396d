"""Formulas as parts of a space: each part once, and what is settled left out.

A space serves to build formulas, and to ask what is left of one when some of its tests have come out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import define, field

from tosdsl.trees.rules import ASKED, LISTED, Bound, Needs, Node

FALSE, TRUE, UNKNOWN = 0, 1, 2
"""The parts that every space begins with."""


@define
class Space:
    """Parts by number. A part refers to lower numbers only; equal parts have one number."""

    _nodes: list[Node] = field(factory=lambda: [("truth", False), ("truth", True), ("truth", None)])
    _numbers: dict[Node, int] = field(factory=dict)
    _may: list[tuple[bool, bool]] = field(
        factory=lambda: [(False, True), (True, False), (False, False)]
    )
    """Of each part, whether it may still come out true, and false."""
    _needs: dict[int, Needs | None] = field(factory=dict)

    def __getitem__(self, number: int) -> Node:
        return self._nodes[number]

    def __len__(self) -> int:
        return len(self._nodes)

    def _made(self, node: Node, may: tuple[bool, bool] = (True, True)) -> int:
        number = self._numbers.get(node)
        if number is None:
            number = self._numbers[node] = len(self._nodes)
            self._nodes.append(node)
            self._may.append(may)
        return number

    def test(self, op: str, path: str, constant: Any = None) -> int:
        """A test of a leaf against a constant. True is not 1 here: the constant's type counts."""
        return self._made(("test", op, path, type(constant), constant))

    def beyond(self, number: int) -> int:
        """A condition that has no form here, by its number."""
        return self._made(("beyond", number))

    def opposite(self, number: int) -> int:
        if number <= TRUE:
            return TRUE - number
        if number == UNKNOWN:
            return UNKNOWN
        node = self._nodes[number]
        true, false = self._may[number]
        return int(node[1]) if node[0] == "not" else self._made(("not", number), (false, true))

    def every(self, numbers: Iterable[int]) -> int:
        """The conjunction; true of nothing."""
        return self._many("and", numbers, TRUE, FALSE)

    def some(self, numbers: Iterable[int]) -> int:
        """The disjunction; false of nothing."""
        return self._many("or", numbers, FALSE, TRUE)

    def _many(self, kind: str, numbers: Iterable[int], empty: int, settles: int) -> int:
        left: dict[int, None] = {}
        for number in numbers:
            if number == settles:
                return settles
            if number == empty:
                continue
            node = self._nodes[number]
            if node[0] == kind:
                left.update(dict.fromkeys(node[1]))
            else:
                left[number] = None
        settling = 1 if kind == "and" else 0
        may_win = [number for number in left if self._may[number][settling]]
        stays = all(self._may[number][1 - settling] for number in left)
        if not stays:  # never what it is of nothing: what cannot settle it has no say in it any more
            left = dict.fromkeys((UNKNOWN, *(each for each in may_win if each != UNKNOWN)))
        if len(left) < 2:
            return next(iter(left), empty)
        may = (bool(may_win), stays) if kind == "or" else (stays, bool(may_win))
        return self._made((kind, tuple(left)), may)

    def needs(self, number: int) -> Needs | None:
        """What leaves must be for a part to be anything but false; None if it is false anyway."""
        if number not in self._needs:  # parts share parts: each is looked at once
            self._needs[number] = self._needed(number)
        return self._needs[number]

    def _needed(self, number: int) -> Needs | None:
        node = self._nodes[number]
        match node[0]:
            case "truth":
                return None if node[1] is False else {}
            case "test" if node[1] in ASKED:
                value = node[4] if isinstance(node[4], frozenset) else frozenset((node[4],))
                return {node[2]: (node[1] in LISTED, value)}
            case "and":
                made: dict[str, tuple[bool, frozenset[Any]]] = {}
                for each in node[1]:
                    inner = self.needs(each)
                    if inner is None:
                        return None
                    made = {**inner, **made}
                return made
            case "or":
                several = [inner for each in node[1] if (inner := self.needs(each)) is not None]
                if not several:
                    return None
                common = set(several[0]).intersection(*several[1:])
                return {
                    path: (several[0][path][0], frozenset().union(*(each[path][1] for each in several)))
                    for path in sorted(common)
                }
            case _:
                return {}

    def bound(self, root: int) -> Bound:
        """A part as a formula of its own: its constants apart, in the order in which they are met."""
        places: dict[int, int] = {}
        shape: list[Node] = []
        constants: list[Any] = []
        stack = [root]
        while stack:
            number = stack[-1]
            if number in places:
                stack.pop()
                continue
            node = self._nodes[number]
            inner = (node[1],) if node[0] == "not" else node[1] if node[0] in {"and", "or"} else ()
            left = [each for each in inner if each not in places]
            if left:
                stack += reversed(left)
                continue
            stack.pop()
            places[number] = len(shape)
            match node[0]:
                case "test":
                    parameter = None
                    if node[1] != "true":
                        parameter = len(constants)
                        constants.append(node[4])
                    shape.append(("test", node[1], node[2], parameter))
                case "not":
                    shape.append(("not", places[node[1]]))
                case "and" | "or":
                    shape.append((node[0], tuple(places[each] for each in node[1])))
                case _:
                    shape.append(node)
        return Bound(tuple(shape), tuple(constants))

    def add(self, bound: Bound) -> int:
        """A formula as a part of this space."""
        numbers: list[int] = []
        for node in bound.shape:
            match node[0]:
                case "truth":
                    numbers.append({False: FALSE, True: TRUE, None: UNKNOWN}[node[1]])
                case "test":
                    constant = None if node[3] is None else bound.constants[node[3]]
                    numbers.append(self.test(node[1], node[2], constant))
                case "not":
                    numbers.append(self.opposite(numbers[node[1]]))
                case "and":
                    numbers.append(self.every(numbers[each] for each in node[1]))
                case "or":
                    numbers.append(self.some(numbers[each] for each in node[1]))
                case _:
                    numbers.append(self._made(node))
        return numbers[-1]

    def all_tests(self) -> Iterator[tuple[str, str, Any]]:
        """How, which leaf, and against what: every test there is, in a part that is left or not."""
        for node in self._nodes:
            if node[0] == "test":
                yield node[1], node[2], node[4]

    def tests(self, number: int) -> list[int]:
        """The tests in a part (and conditions beyond), in the order of the text, each once."""
        found: dict[int, None] = {}
        seen: set[int] = set()
        stack = [number]
        while stack:
            at = stack.pop()
            if at in seen or at <= UNKNOWN:
                continue
            seen.add(at)
            node = self._nodes[at]
            match node[0]:
                case "not":
                    stack.append(node[1])
                case "and" | "or":
                    stack += reversed(node[1])
                case _:
                    found[at] = None
        return list(found)

    def first(self, number: int) -> int:
        """The test that is met first in a part that is not settled."""
        node = self._nodes[number]
        while node[0] in {"not", "and", "or"}:
            number = node[1] if node[0] == "not" else next(each for each in node[1] if each > UNKNOWN)
            node = self._nodes[number]
        return number

    def left(self, number: int, known: Mapping[int, int]) -> int:
        """What is left of a part when tests have come out as ``known`` says."""
        done: dict[int, int] = {FALSE: FALSE, TRUE: TRUE, UNKNOWN: UNKNOWN, **known}
        stack = [number]
        while stack:
            at = stack[-1]
            if at in done:
                stack.pop()
                continue
            node = self._nodes[at]
            if node[0] not in {"not", "and", "or"}:
                done[at] = at
                continue
            inner = (node[1],) if node[0] == "not" else node[1]
            open_ = [each for each in inner if each not in done]
            if open_:
                stack += open_
                continue
            if node[0] == "not":
                done[at] = self.opposite(done[node[1]])
            elif node[0] == "and":
                done[at] = self.every(done[each] for each in inner)
            else:
                done[at] = self.some(done[each] for each in inner)
        return done[number]
