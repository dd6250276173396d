"""The unknown facts that can still change the verdict.

A fact matters if there is something else that could be learnt, after which the verdict is open without
the fact and settled by a value of it. What else could be learnt is tried, thousands of guesses at a
time: each guess has a bit, and each open condition two numbers, of the guesses in which it is true and
in which it is false. Where there are few guesses in all, every one is tried, and the answer is exact.
Where there are more, a sample shows what matters. Of what is left, the shape of the question tells
what cannot matter, and the rest is searched, until ``limits.MAX_NEEDS_WORK`` is spent. What is not
settled then is listed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from itertools import product
from math import prod
from random import Random
from typing import Any

from attrs import define, field

from tosdsl.base import limits
from tosdsl.engine.open import OPAQUE, Atom, Open, Reading
from tosdsl.engine.parallel import Choice, Found, Guesses, Residual, every_guess, sample
from tosdsl.engine.shape import may_decide
from tosdsl.trees import core
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Facts
from tosdsl.values.representatives import to_try

Values = tuple[Any, ...]

_FEW = 4_096
"""Guesses that are tried at once."""

_LOOK = 3
"""What it costs to look at the shape of a condition, as a number of conditions worked out."""

_DEEPEST = 200
"""Facts of which one search says what is learnt, at most: it calls itself once for each."""

_ONCE = Guesses(1, defaultdict(lambda: {None: 1}))
"""One guess, in which nothing is learnt but what is said."""

_TOGETHER = 4_096
"""Values of the facts that one condition reads, of which so many combinations are tried. A condition
that has more is opaque."""

_ALL = 200_000
"""The same of all conditions together."""


@define(eq=False)
class Needs:
    """Says what questions on one program need. Safe to share between threads."""

    program: core.Program
    _reading: Reading = field(init=False)
    _lists: tuple[core.Index, ...] = field(init=False)
    """The lists that are written out."""

    def __attrs_post_init__(self) -> None:
        self._reading = Reading(self.program)
        nodes = enumerate(self.program.body.nodes)
        self._lists = tuple(at for at, node in nodes if node[0] == "list")

    def _without_open_lists(self, values: Values) -> Values:
        """The values, without those of lists of which an item is not known: it may be learnt."""
        several = [at for at in self._lists if values[at] is not None and None in values[at]]
        if not several:
            return values
        made = [*values]
        for at in several:
            made[at] = None
        return tuple(made)

    def of(self, values: Values, facts: Facts) -> tuple[str, ...]:
        """The paths of the facts that matter, in the order of the text; none if the verdict is settled.

        ``values`` are those of the program's nodes.
        """
        values = self._without_open_lists(values)
        atoms = [*Open(self._reading, values, facts).atoms.values()]
        work = _Work(self._reading, values, atoms)
        matter = work.matter()
        return tuple(
            dict.fromkeys(
                path
                for atom in work.atoms
                for name in atom.reads
                if name in matter
                for path in (atom.unknown if name.startswith(OPAQUE) else (name,))
            )
        )


@define(eq=False)
class _Work:
    reading: Reading
    values: Values
    atoms: list[Atom]
    tried: dict[str, list[Any]] = field(init=False)
    """Of each name, values that stand for all there are."""
    outcomes: dict[core.Index, dict[tuple[Any, ...], Any]] = field(init=False)
    """Of each atom, how it comes out, by the numbers of the values of the names that it reads."""

    def __attrs_post_init__(self) -> None:
        self._try()
        most = min(_TOGETHER, _ALL // max(1, len(self.atoms)))
        many = {atom.node for atom in self.atoms if self._guesses(atom.reads) > most}
        if many:
            self.atoms = [atom.opaque() if atom.node in many else atom for atom in self.atoms]
            self._try()
        self.outcomes = {atom.node: self._outcomes(atom) for atom in self.atoms}

    def _guesses(self, names: Iterable[str]) -> int:
        return prod(len(self.tried[name]) + 1 for name in names)

    def _try(self) -> None:
        by_name: dict[str, list[Atom]] = {}
        for atom in self.atoms:
            for name in atom.reads:
                by_name.setdefault(name, []).append(atom)
        everything = {
            value
            for atom in self.atoms
            if not atom.is_opaque
            for value in self.reading.constants(atom.node, self.values)
        }
        of_type = cache(lambda kind: to_try(kind, everything))
        self.tried = {name: self._values(name, of, of_type) for name, of in by_name.items()}

    def _values(
        self, name: str, atoms: Sequence[Atom], of_type: Callable[[v.Type], list[Any]]
    ) -> list[Any]:
        if name.startswith(OPAQUE):
            return [True, False]
        kind = self.reading.types[name]
        if any(len(atom.reads) > 1 for atom in atoms):
            return of_type(kind)
        several = to_try(
            kind, (one for atom in atoms for one in self.reading.constants(atom.node, self.values))
        )
        if len(several) * len(atoms) > limits.MAX_OUTCOMES_TRIED:
            return several
        distinct: dict[tuple[Any, ...], Any] = {}
        for value in several:
            came = tuple(self._outcome(atom, {name: value}) for atom in atoms)
            distinct.setdefault(came, value)
        return [*distinct.values()]

    def _outcome(self, atom: Atom, learnt: Mapping[str, Any]) -> Any:
        if atom.is_opaque:
            return learnt.get(atom.reads[0])
        return self.reading.outcome(atom.node, self.values, learnt)

    def _outcomes(self, atom: Atom) -> dict[tuple[Any, ...], Any]:
        numbers = [(None, *range(len(self.tried[name]))) for name in atom.reads]
        return {chosen: self._outcome(atom, self._learnt(atom, chosen)) for chosen in product(*numbers)}

    def _learnt(self, atom: Atom, chosen: Sequence[int | None]) -> dict[str, Any]:
        pairs = zip(atom.reads, chosen, strict=True)
        return {name: self.tried[name][at] for name, at in pairs if at is not None}

    # --- what matters -------------------------------------------------------------------------------

    def matter(self) -> set[str]:
        """The names that matter, or may for all that was found out."""
        outcomes = {atom.node: (atom.reads, self.outcomes[atom.node]) for atom in self.atoms}
        residual = Residual(self.reading.program, self.values, outcomes)
        sizes = {name: len(values) for name, values in self.tried.items()}
        budget = Budget(limits.MAX_NEEDS_WORK)
        if self._guesses(sizes) <= _FEW:
            return self._shown(residual, every_guess(sizes), budget)
        matter = self._shown(residual, sample(sizes, _FEW, Random(len(residual.nodes))), budget)
        search = _Search(residual, sizes, budget)
        return matter.union(name for name in sizes if name not in matter and search.may_matter(name))

    def _shown(self, residual: Residual, guesses: Guesses, budget: Budget) -> set[str]:
        """The names that decide in one of the guesses, and those that were not tried for want of
        work."""
        budget.spend(len(residual.nodes))
        before = residual.found(guesses, residual.nodes, {}, {})
        matter = set()
        for name in self.tried:
            cone = residual.cone(name) if budget.left > 0 else ()
            if not budget.spend(residual.size(cone) * (len(self.tried[name]) + 1)):
                matter.add(name)
                continue
            without = residual.found(guesses, cone, before, {name: None})
            open_ = guesses.all & ~residual.single(guesses, without, before)
            for choice in range(len(self.tried[name])):
                with_ = residual.found(guesses, cone, before, {name: choice})
                if open_ & residual.single(guesses, with_, before):
                    matter.add(name)
                    break
        return matter


class _SpentError(Exception):
    """The search has looked as often as it may."""


@define
class Budget:
    """The conditions that may still be worked out."""

    left: int

    def spend(self, several: int) -> bool:
        """Whether there is work left for so many."""
        self.left -= several
        return self.left >= 0


@define(eq=False)
class _Search:
    """Whether a fact matters: what else is learnt, one fact after the other, so that it would
    decide."""

    residual: Residual
    sizes: Mapping[str, int]
    budget: Budget
    settling: Counter[str] = field(factory=Counter)
    """How often a value of a name settled the verdict. To learn these first is to see early that
    nothing can be found."""
    open: Mapping[core.Index, Found] = field(init=False)
    """What is so with nothing more known."""

    def __attrs_post_init__(self) -> None:
        nothing = dict.fromkeys(self.sizes)
        self.open = self.residual.found(_ONCE, self.residual.nodes, {}, nothing)

    def may_matter(self, name: str) -> bool:
        """Whether a fact matters; true where that takes more than is allowed."""
        try:
            return any(self._decides(name, choice, {}, self.open) for choice in range(self.sizes[name]))
        except _SpentError:
            return True

    def _decides(
        self, name: str, choice: Choice, learnt: dict[str, Choice], before: Mapping[core.Index, Found]
    ) -> bool:
        """Whether this value decides, once more is learnt besides.

        ``before`` is what is so without the fact, which leaves the verdict open.
        """
        residual = self.residual
        self._look(learnt)
        with_ = residual.found(_ONCE, residual.cone(name), before, {**learnt, name: choice})
        if residual.single(_ONCE, with_, before):
            return True
        if not may_decide(residual, name, choice, learnt):
            return False
        live = residual.live(before)
        others = [each for each in live if each != name and each not in learnt]
        if not others:
            return False
        other = max(others, key=self.settling.__getitem__)
        for guess in range(self.sizes[other]):
            more = {**learnt, other: guess}
            self._look(more)
            cone, fixed = residual.cone(other), {**more, name: None}
            after = {**before, **residual.found(_ONCE, cone, before, fixed)}
            if residual.single(_ONCE, after):
                self.settling[other] += 1
            elif self._decides(name, choice, more, after):
                return True
        return self._decides(name, choice, {**learnt, other: None}, before)

    def _look(self, learnt: Mapping[str, Choice]) -> None:
        if len(learnt) > _DEEPEST or not self.budget.spend(_LOOK * len(self.residual.nodes)):
            raise _SpentError
