"""What is open in a question under thousands of guesses at once: a bit for each guess.

A condition is two numbers: the guesses in which it is true, and those in which it is false. A table is
three: the guesses in which a permission, a prohibition and "not applicable" are possible.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from random import Random
from typing import Any

from attrs import define, field, frozen

from tosdsl.runtime.tables import FORBIDDEN, NOT_APPLICABLE, PERMITTED
from tosdsl.trees import core
from tosdsl.trees.core import parts

Bits = int
Choice = int | None
"""The number of a value of a name; None leaves it unknown."""

Found = tuple[Bits, ...]

_INNER = frozenset(("and", "or", "not", "table", "join"))
"""Nodes that are made of conditions and tables."""

_RARE = 3
"""A name is left unknown in one guess of two to this power where few are, and in all others where
nearly all are."""


@frozen(eq=False)
class Guesses:
    """``chosen`` has, for each name and each choice, the guesses that make it."""

    count: int
    chosen: Mapping[str, Mapping[Choice, Bits]]

    @property
    def all(self) -> Bits:
        return (1 << self.count) - 1


def every_guess(sizes: Mapping[str, int]) -> Guesses:
    """Every way to leave each name unknown or give it one of its values."""
    count = 1
    chosen: dict[str, dict[Choice, Bits]] = {}
    for name, size in sizes.items():  # each name repeats what there was, once for each of its choices
        block = (1 << count) - 1
        for others in chosen.values():
            for choice, bits in others.items():
                others[choice] = sum(bits << count * at for at in range(size + 1))
        choices: list[Choice] = [None, *range(size)]
        chosen[name] = {choice: block << count * at for at, choice in enumerate(choices)}
        count *= size + 1
    return Guesses(count, chosen)


def sample(sizes: Mapping[str, int], count: int, random: Random) -> Guesses:
    """So many guesses: half of them leave few names unknown, a quarter many, a quarter nearly all. What
    one fact decides is seen where the others say little, or where they say nearly everything."""
    whole = (1 << count) - 1
    most, many = whole >> count // 4 * 3, whole >> count // 2

    def split(choices: Sequence[Choice], among: Bits) -> dict[Choice, Bits]:
        if len(choices) < 2:
            return dict.fromkeys(choices, among)
        half, coin = len(choices) // 2, random.getrandbits(count)
        return split(choices[:half], among & coin) | split(choices[half:], among & ~coin)

    chosen: dict[str, Mapping[Choice, Bits]] = {}
    for name, size in sizes.items():
        coin, rare = random.getrandbits(count), whole
        for _ in range(_RARE):
            rare &= random.getrandbits(count)
        unknown = (rare & ~many) | (coin & many & ~most) | (~rare & most)
        chosen[name] = {None: unknown, **split(range(size), whole & ~unknown)}
    return Guesses(count, chosen)


@define(eq=False)
class Residual:
    """The open nodes under a question, in their order.

    ``outcomes`` has, for each atom, the names that it reads, and for each choice of their values how it
    comes out.
    """

    program: core.Program
    values: tuple[Any, ...]
    outcomes: Mapping[core.Index, tuple[tuple[str, ...], Mapping[tuple[Choice, ...], Any]]]
    nodes: tuple[core.Index, ...] = field(init=False)
    _reading: dict[str, list[core.Index]] = field(factory=dict)
    """By name, the atoms that read it."""
    _above: dict[core.Index, list[core.Index]] = field(factory=dict)
    """By node, those directly above it."""
    _cones: dict[str, tuple[core.Index, ...]] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        nodes, found = self.program.body.nodes, set[int]()
        todo = [self.program.possible]
        while todo:
            at = todo.pop()
            if at not in found and self._is_open(at):
                found.add(at)
                if at not in self.outcomes and nodes[at][0] in _INNER:
                    todo += parts(nodes[at])
        self.nodes = tuple(sorted(found))
        for at in self.nodes:
            if at in self.outcomes:
                for name in self.outcomes[at][0]:
                    self._reading.setdefault(name, []).append(at)
            elif nodes[at][0] in _INNER:
                for part in parts(nodes[at]):
                    self._above.setdefault(part, []).append(at)

    def _is_open(self, at: core.Index) -> bool:
        value = self.values[at]
        return value is None or value not in {True, False, PERMITTED, FORBIDDEN, NOT_APPLICABLE}

    def cone(self, name: str) -> tuple[core.Index, ...]:
        """The nodes that rest on a name."""
        found = self._cones.get(name)
        if found is None:
            above = set[int]()
            todo = [*self._reading.get(name, ())]
            while todo:
                at = todo.pop()
                if at not in above:
                    above.add(at)
                    todo += self._above.get(at, ())
            found = self._cones[name] = tuple(sorted(above))
        return found

    def size(self, nodes: Iterable[core.Index]) -> int:
        """How many parts these nodes have, with themselves: what it takes to work them out."""
        every = self.program.body.nodes
        return sum(1 if at in self.outcomes else 1 + len(parts(every[at])) for at in nodes)

    def found(
        self,
        guesses: Guesses,
        nodes: Iterable[core.Index],
        before: Mapping[core.Index, Found],
        fixed: Mapping[str, Choice],
    ) -> dict[core.Index, Found]:
        """What these nodes come to, where the others stay as they were ``before``. ``fixed`` names are
        in every guess as they are given here."""
        work = _Evaluation(self, guesses, before, fixed)
        for at in nodes:
            work.known[at] = work.node(at)
        return work.known

    def live(self, found: Mapping[core.Index, Found]) -> list[str]:
        """The names under what is open in one guess, in their order."""
        todo, seen = [self.program.possible], set[int]()
        read: dict[str, None] = {}
        while todo:
            at = todo.pop()
            if at in seen or sum(map(bool, found.get(at, (1,)))) == 1:
                continue
            seen.add(at)
            if at in self.outcomes:
                read |= dict.fromkeys(self.outcomes[at][0])
            elif self.program.body.nodes[at][0] in _INNER:
                todo += reversed(parts(self.program.body.nodes[at]))
        return [*read]

    def single(self, guesses: Guesses, *found: Mapping[core.Index, Found]) -> Bits:
        """The guesses in which one verdict is possible, by the first of ``found`` that has it."""
        top = self.program.possible
        several = (each[top] for each in found if top in each)
        permit, forbid, none = next(several, None) or constant(self.values[top], guesses.all)
        return (permit ^ forbid ^ none) & ~(permit & forbid & none)


def constant(value: Any, whole: Bits) -> Found:
    """A settled node: a truth, or a set of verdicts."""
    if value is True:
        return whole, 0
    if value is False:
        return 0, whole
    if value is None:
        return 0, 0
    return tuple(whole if value & bit else 0 for bit in (PERMITTED, FORBIDDEN, NOT_APPLICABLE))


@define(eq=False)
class _Evaluation:
    residual: Residual
    guesses: Guesses
    before: Mapping[core.Index, Found]
    fixed: Mapping[str, Choice]
    known: dict[core.Index, Found] = field(factory=dict)

    def of(self, at: core.Index) -> Found:
        found = self.known.get(at) or self.before.get(at)
        return constant(self.residual.values[at], self.guesses.all) if found is None else found

    def node(self, at: core.Index) -> Found:
        atom = self.residual.outcomes.get(at)
        if atom is not None:
            return self._atom(*atom)
        whole = self.guesses.all
        match self.residual.program.body.nodes[at]:
            case ("and", items):
                true, false = whole, 0
                for each in items:
                    one, other = self.of(each)
                    true, false = true & one, false | other
                return true, false
            case ("or", items):
                true, false = 0, whole
                for each in items:
                    one, other = self.of(each)
                    true, false = true | one, false & other
                return true, false
            case ("not", item):
                true, false = self.of(item)
                return false, true
            case ("table", scope, forbids, permits, default, tables):
                return self._table(scope, forbids, permits, default, tables)
            case ("join", tables):
                return self._joined([self.of(each) for each in tables])
            case _:  # it changes nothing, so nothing of it is learnt
                return 0, 0

    def _atom(self, names: Sequence[str], outcomes: Mapping[tuple[Choice, ...], Any]) -> Found:
        whole = self.guesses.all
        chosen = [
            {self.fixed[name]: whole} if name in self.fixed else self.guesses.chosen[name]
            for name in names
        ]
        true = false = 0
        for choices in product(*chosen):
            came = outcomes[choices]
            if came is None:
                continue
            bits = whole
            for of, choice in zip(chosen, choices, strict=True):
                bits &= of[choice]
            if came:
                true |= bits
            else:
                false |= bits
        return true, false

    def _table(
        self, scope: int, forbids: int, permits: int, default: str | None, tables: Sequence[int]
    ) -> Found:
        whole = self.guesses.all
        forbidden, not_forbidden = self.of(forbids)
        permitted, not_permitted = self.of(permits)
        forbid = whole & ~not_forbidden
        may = whole & ~forbidden
        permit, by_default = may & ~not_permitted, may & ~permitted
        none = 0
        match default:
            case "permit":
                permit |= by_default
            case "forbid":
                forbid |= by_default
            case _:
                none = by_default
        permit, forbid, none = self._joined([(permit, forbid, none), *map(self.of, tables)])
        inside, outside = self.of(scope)
        return permit & ~outside, forbid & ~outside, none | (whole & ~inside)

    def _joined(self, several: Sequence[Found]) -> Found:
        """Every way to take one verdict of each, and the strongest of those taken."""
        permit, forbid, none = 0, 0, self.guesses.all
        for one, other, neither in several:
            permit = (permit & (one | neither)) | (one & (permit | none))
            forbid |= other
            none &= neither
        return permit, forbid, none
