"""Axes: the finitely many ways in which a leaf can come out in the tests that are made of it.

An axis is a leaf of one value (its cells are *unknown*, and one for each way in which its tests come
out), or the being known of a list, or one kind of item of a list (in it or not), or a condition that
is no test of one leaf (true, false, unknown, whatever its facts are: too many worlds rather than too
few, so that a proof over them holds, and a witness is realised afterwards).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias, cast

from attrs import define, field, frozen

from tosdsl.analysis.claims import ANY, F, T, U
from tosdsl.analysis.index import MANY, Index
from tosdsl.analysis.values import candidates, pool_of
from tosdsl.formulas.space import FALSE, TRUE, UNKNOWN, Space
from tosdsl.lower.tests import Ranked
from tosdsl.trees import vocabulary as v
from tosdsl.values.comparison import compare, rank

_FEW_TESTS = 24
_EQUALITIES = frozenset({"is", "in"})
ORDERS = frozenset({"<", "<=", ">", ">="})

AxisKey: TypeAlias = tuple[Any, ...]
"""``("leaf", path)``, ``("list", path)``, ``("item", path, item)`` or ``("beyond", number)``."""


@frozen(eq=False)
class Axis:
    """``values`` has one value a cell, plainest first; None in the first cell of what can be unknown.

    ``masks`` has, for each test, the cells in which it is true and those in which it is false, as
    bits; in the others it is unknown. ``unknown``: the cells in which nothing is known.
    """

    key: AxisKey
    values: tuple[Any, ...]
    masks: Mapping[int, tuple[int, int]]
    unknown: int = 1

    @property
    def full(self) -> int:
        return (1 << len(self.values)) - 1


@frozen
class ListTest:
    """A test of a list: true if one of these items is in it."""

    known: AxisKey
    items: tuple[AxisKey, ...]


class Total(dict[AxisKey, int]):
    """Domains in which an axis that is not there is in its first cell."""

    def get(self, key: AxisKey, default: Any = None) -> int:
        return super().get(key, 1)


@define
class Axes:
    """The axes of all tests of a space, made once all formulas are in it."""

    space: Space
    vocabulary: v.Vocabulary
    of: dict[AxisKey, Axis] = field(factory=dict)
    test: dict[int, AxisKey | ListTest] = field(factory=dict)
    """The axis of each test, or what a test of a list comes to."""
    leaves: dict[str, v.Leaf] = field(init=False)
    _support: dict[int, frozenset[AxisKey]] = field(factory=dict)
    _kinds: dict[tuple[str, Any], AxisKey] = field(factory=dict)
    """The axis of every item that tests of a list mention."""
    _known_cells: dict[tuple[AxisKey, Any], int] = field(factory=dict)
    _indexes: dict[int, Index] = field(factory=dict)
    """Of long disjunctions."""
    many: int = MANY
    """Items from which on a disjunction is long."""
    _made: int = 0

    def __attrs_post_init__(self) -> None:
        self.leaves = {leaf.path: leaf for leaf in self.vocabulary.leaves()}
        self.refresh()

    def refresh(self) -> bool:
        """Make the axes again if the space has got more tests. True: their cells are others now."""
        if len(self.space) == self._made:
            return False
        fresh = range(self._made, len(self.space))
        self._made = len(self.space)
        if not any(self.space[number][0] in {"test", "beyond"} for number in fresh):
            return False
        self.of.clear()
        self.test.clear()
        self._support.clear()
        self._kinds.clear()
        self._known_cells.clear()
        self._indexes.clear()
        tests: dict[str, list[int]] = {}
        for number in range(len(self.space)):
            node = self.space[number]
            if node[0] == "test":
                tests.setdefault(node[2], []).append(number)
            elif node[0] == "beyond":
                key = ("beyond", node[1])
                self.test[number] = key
                self.of[key] = Axis(key, (None, True, False), {number: (2, 4)})
        for path, numbers in tests.items():
            self._leaf(path, numbers)
        return True

    def _leaf(self, path: str, numbers: list[int]) -> None:
        leaf = self.leaves[path]
        if isinstance(leaf.type, v.ListOf):
            self._list(path, numbers)
            return
        nodes = [self.space[number] for number in numbers]
        around = tuple([n[4] for n in nodes if n[1] == op] for op in ("starts with", "ends with"))
        parties = [each.name for each in self.vocabulary.parties]
        plain = [node[4] for node in nodes if node[1] not in {"starts with", "ends with"}]
        key = ("leaf", path)
        several = candidates(leaf.type, plain, (around[0], around[1]), parties)
        if len(nodes) > _FEW_TESTS and not isinstance(leaf.type, v.OptionalOf) and _sortable(nodes):
            values, masks = sorted_cells(dict(zip(numbers, nodes, strict=True)), several)
            self.test |= dict.fromkeys(numbers, key)
            self.of[key] = Axis(key, (None, *values), masks)
            return
        cells: dict[tuple[Any, ...], Any] = {}
        for value in several:
            cells.setdefault(tuple(outcome(node, value) for node in nodes), value)
        masks = {}
        for at, number in enumerate(numbers):
            true = sum(1 << cell for cell, came in enumerate(cells, 1) if came[at] is True)
            false = sum(1 << cell for cell, came in enumerate(cells, 1) if came[at] is False)
            masks[number] = true, false
            self.test[number] = key
        self.of[key] = Axis(key, (None, *cells.values()), masks)

    def _list(self, path: str, numbers: list[int]) -> None:
        """One axis for the list's being known, one for each kind of item that tests tell apart."""
        mentioned: dict[Any, list[int]] = {}
        for number in numbers:
            for item in _ordered(pool_of([self.space[number][4]])):
                mentioned.setdefault(item, []).append(number)
        kinds: dict[tuple[int, ...], AxisKey] = {}
        for item, where in mentioned.items():
            key = kinds.setdefault(tuple(where), ("item", path, item))
            self._kinds[path, item] = key
            self.of[key] = Axis(key, (False, True), {}, 0)
        known = ("list", path)
        self.of[known] = Axis(known, (None, True), {})
        for number in numbers:
            own = tuple(key for where, key in kinds.items() if number in where)
            self.test[number] = ListTest(known, own)

    def support(self, part: int) -> frozenset[AxisKey]:
        """The axes that a part hangs on."""
        found = self._support.get(part)
        if found is None:
            keys: set[AxisKey] = set()
            for number in self.space.tests(part):
                keys |= self.axes_of(number)
            found = self._support[part] = frozenset(keys)
        return found

    def axes_of(self, test: int) -> set[AxisKey]:
        entry = self.test[test]
        return {entry.known, *entry.items} if isinstance(entry, ListTest) else {entry}

    def domains_of(
        self, facts: Mapping[str, Any], beyond: Callable[[int, Mapping[str, Any]], bool | None]
    ) -> dict[AxisKey, int]:
        """The world of some facts: one cell for each axis."""
        found: dict[AxisKey, int] = {}
        for key in self.of:
            if key[0] == "beyond":
                truth = beyond(key[1], facts)
                found[key] = 1 if truth is None else 2 if truth else 4
                continue
            value = facts.get(key[1])
            if value is None:
                found[key] = 1
            elif key[0] == "leaf":
                found[key] = self.cell(key, value)
            elif key[0] == "list":
                found[key] = 2
            else:
                found[key] = 2 if any(self.kind_of(key[1], item) == key for item in value) else 1
        return found

    def cell(self, key: AxisKey, value: Any) -> int:
        """The cell of a known value: that in which all tests come out as they do for it."""
        cell = self._known_cells.get((key, value))
        if cell is None:
            axis = self.of[key]
            left = axis.full & ~1
            for number, (true, false) in axis.masks.items():
                came = outcome(self.space[number], value)
                left &= true if came is True else false
            cell = self._known_cells[key, value] = left & -left
        return cell

    def kind_of(self, path: str, item: Any) -> AxisKey | None:
        """The axis of an item of a list, None if no test speaks of it."""
        return self._kinds.get((path, item))

    # --- truth over domains ---------------------------------------------------------------------

    def open_items(self, part: int, domains: Mapping[AxisKey, int]) -> Sequence[int]:
        """The items of a conjunction or a disjunction; of a long disjunction, those that may be
        anything but false in these domains."""
        kind, items = self.space[part]
        if kind == "and" or len(items) < self.many:
            return cast(Sequence[int], items)
        index = self._indexes.get(part)
        if index is None:
            index = self._indexes[part] = Index.of(self, items)
        return index.open(domains)

    def possible(self, part: int, domains: Mapping[AxisKey, int], memo: dict[int, int]) -> int:
        """The outcomes that a part may have where each axis is in one of the cells of its domain.

        Too many rather than too few; just the right one where every domain is one cell.
        """
        if part in memo:
            return memo[part]
        nodes = self.space
        # Of each part that is being worked out: how many of its items are done, what they come to, and
        # which these are.
        stack: list[tuple[int, int, int, Sequence[int]]] = [(part, 0, 0, ())]
        while stack:
            at, done, mask, items = stack.pop()
            node = nodes[at]
            kind = node[0]
            if kind == "and" or kind == "or":
                settles, table = (F, AND) if kind == "and" else (T, OR)
                if not mask:
                    items = node[1] if len(node[1]) < self.many else self.open_items(at, domains)
                    mask = T if kind == "and" else F
                for position in range(done, len(items)):
                    inner = memo.get(items[position])
                    if inner is None:
                        stack += ((at, position, mask, items), (items[position], 0, 0, ()))
                        break
                    if inner == settles:  # what settles it leaves the others out
                        memo[at] = settles
                        break
                    mask = table[mask][inner]
                else:
                    memo[at] = mask
            elif kind == "not":
                inner = memo.get(node[1])
                if inner is None:
                    stack += ((at, 0, 0, ()), (node[1], 0, 0, ()))
                else:
                    memo[at] = FLIPPED[inner]
            elif kind == "truth":
                memo[at] = {TRUE: T, FALSE: F, UNKNOWN: U}[at]
            else:
                memo[at] = self._test(at, domains)
        return memo[part]

    def _test(self, number: int, domains: Mapping[AxisKey, int]) -> int:
        entry = self.test[number]
        if isinstance(entry, ListTest):
            known = domains.get(entry.known, 3)
            if known == 1:
                return U
            items = [domains.get(each, 3) for each in entry.items]
            may = T if any(each & 2 for each in items) else 0
            may |= F if all(each & 1 for each in items) else 0
            return may | (U if known & 1 else 0)
        axis = self.of[entry]
        domain = domains.get(entry, axis.full)
        true, false = axis.masks[number]
        may = T if domain & true else 0
        may |= F if domain & false else 0
        return may | (U if domain & ~(true | false) else 0)


def _sortable(nodes: Iterable[tuple[Any, ...]]) -> bool:
    """Whether all tests are equalities, or orders of values that are in an order of their own."""
    return all(
        node[1] in _EQUALITIES or (node[1] in ORDERS and not isinstance(node[4], Ranked))
        for node in nodes
    )


def sorted_cells(
    tests: Mapping[int, tuple[Any, ...]], values: Iterable[Any]
) -> tuple[list[Any], dict[int, tuple[int, int]]]:
    """A value for each way in which equalities and orders come out, and the cells of each test.

    The same as by trying each test for each value, for many of them: two values are alike where no
    order parts them, and the same constants are equal to them.
    """
    # A test parts the values before its constant from it, or it from those after.
    parting = sorted(
        {
            (rank(node[4], ()), 1 if node[1] in {"<=", ">"} else 0)
            for node in tests.values()
            if node[1] in ORDERS
        }
    )
    equal: dict[Any, list[int]] = {}
    for number, (_, op, _, _, constant) in tests.items():
        if op in _EQUALITIES:
            for each in constant if op == "in" else (constant,):
                equal.setdefault(each, []).append(number)
    cells: dict[tuple[int, tuple[int, ...]], Any] = {}
    for value in values:
        place = bisect_left(parting, (rank(value, ()), 1)) if parting else 0
        cells.setdefault((place, tuple(equal.get(value, ()))), value)
    masks, full = {}, ((1 << len(cells)) - 1) << 1
    true_for: dict[int, int] = {}
    below: dict[int, int] = {}
    for cell, (place, numbers) in enumerate(cells, 1):
        for number in numbers:
            true_for[number] = true_for.get(number, 0) | 1 << cell
        below[place] = below.get(place, 0) | 1 << cell
    seen, up_to = 0, []
    for place in range(len(parting) + 1):
        up_to.append(seen)  # the cells before this place
        seen |= below.get(place, 0)
    for number, (_, op, _, _, constant) in tests.items():
        true = true_for.get(number, 0)
        if op in ORDERS:
            at = bisect_left(parting, (rank(constant, ()), 1 if op in {"<=", ">"} else 0))
            true = up_to[at + 1] if op in {"<", "<="} else full & ~up_to[at + 1]
        masks[number] = true, full & ~true
    return list(cells.values()), masks


def outcome(node: tuple[Any, ...], value: Any) -> bool | None:
    """How a test of one leaf comes out for a known value."""
    _, op, _, _, constant = node
    if op == "true":
        return None if value is None else value is True
    if isinstance(constant, Ranked):
        return compare(op, value, constant.member, constant.scale)
    return compare(op, value, constant)


def _ordered(items: Iterable[Any]) -> list[Any]:
    return sorted(items, key=repr)


def _tables() -> tuple[list[list[int]], list[list[int]], list[int]]:
    """Conjunction and disjunction of sets of outcomes, and negation, as tables over masks."""

    def joined(one: int, other: int, order: tuple[int, int, int]) -> int:
        made = 0
        for a in (T, F, U):
            for b in (T, F, U):
                if one & a and other & b:
                    made |= next(each for each in order if each in {a, b})
        return made

    masks = range(ANY + 1)
    conjunctions = [[joined(a, b, (F, U, T)) for b in masks] for a in masks]
    disjunctions = [[joined(a, b, (T, U, F)) for b in masks] for a in masks]
    flipped = [(mask & U) | (F if mask & T else 0) | (T if mask & F else 0) for mask in masks]
    return conjunctions, disjunctions, flipped


AND, OR, FLIPPED = _tables()
