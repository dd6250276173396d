"""Questions to a solver (z3, on first use): the one door to it.

Asked where a claim hangs on conditions that are no tests of single leaves, and cells do not settle it.
First *widely*: if the terms that leave nothing out cannot be met, there is no use, and that is a proof.
Then for a use, with plain values first. Each use is put to the reference's evaluation; where a
condition that has no term comes out otherwise there, that is learnt, and another use is looked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from time import monotonic
from typing import Any

from attrs import define, field

from tosdsl.analysis.axes import Axes
from tosdsl.analysis.claims import Claim
from tosdsl.analysis.solver.encoded import Encoded
from tosdsl.analysis.solver.models import Model
from tosdsl.analysis.solver.places import places_needed
from tosdsl.analysis.solver.terms import Terms
from tosdsl.reference.nearby import can_be_written, rounded
from tosdsl.trees import expressions as ex
from tosdsl.trees import vocabulary as v
from tosdsl.trees.walk import parts

MISSING = "a solver is needed, z3-solver, which is not installed: install tosdsl[proof] (TOS6007)"
_SHARE = 1 / 8
"""Of the time that is left, what a search for plain values may take."""
_MOST_LEARNT = 60
"""Uses of one question after which no other is tried."""

_PLACES = (2, 6, 15, 40)
"""Decimals to which a number is rounded that cannot be written as it is."""


def solver_at_hand() -> bool:
    """Whether the package z3-solver is there."""
    try:
        import_module("z3")
    except ImportError:
        return False
    return True


@define
class Found:
    """What a question came to. ``facts``: a use; ``smallest``: proved that none says fewer facts.
    ``proved``: there is none. Otherwise ``why`` says what was in the way."""

    facts: dict[str, Any] | None = None
    smallest: bool = False
    proved: bool = False
    why: str = ""


@define(eq=False)
class Smt:
    """The terms of all conditions of one space. ``conditions``: those beyond, by their numbers, None
    where definitions cannot be worked in. ``truth``: how one comes out for facts, by the reference."""

    axes: Axes
    conditions: tuple[ex.Expr | None, ...]
    truth: Callable[[int, Mapping[str, Any]], bool | None]
    meets: Callable[[Claim, Mapping[str, Any]], bool]
    z3: Any = field(factory=lambda: import_module("z3"))
    _wide: Encoded = field(init=False)
    _near: Encoded = field(init=False)

    def __attrs_post_init__(self) -> None:
        space = self.axes.space
        exprs = [each for each in self.conditions if each is not None]
        read = {each.path for expr in exprs for each in parts(expr) if isinstance(each, ex.FactRef)}
        tests: dict[str, list[int]] = {path: [] for path in read}
        for number in range(len(space)):
            node = space[number]
            if node[0] == "test" and node[2] in read:
                tests[node[2]].append(number)
        said: set[Any] = {
            each.value
            for expr in exprs
            for each in parts(expr)
            if isinstance(each, ex.Literal) and not isinstance(v.bare(each.type), v.Enum)
        }
        for path, numbers in tests.items():
            kind = v.bare(self.axes.leaves[path].type)
            item = v.bare(kind.item) if isinstance(kind, v.ListOf) else kind
            if isinstance(item, v.Text | v.Party):
                for number in numbers:
                    constant = space[number][4]
                    said |= constant if isinstance(constant, frozenset) else {constant}
        texts = frozenset(each for each in said if isinstance(each, str))
        counts = {path: len(numbers) for path, numbers in tests.items()}
        needed = places_needed(exprs, counts)
        parties = tuple(each.name for each in self.axes.vocabulary.parties)
        self._wide, self._near = (
            Encoded(
                self.axes,
                self.conditions,
                frozenset(read),
                Terms(self.z3, self.axes.leaves, parties, widely, needed, texts),
            )
            for widely in (True, False)
        )

    def ask(self, claim: Claim, timeout: float, *, use: bool = True) -> Found:
        """A use that meets the claim, or that there is none. Not ``use``: only whether that is so."""
        until = monotonic() + timeout
        wide = self._check(self._wide, [self._wide.claim(claim)], self._wide.paths(claim), until)
        if wide is False:
            return Found(proved=True)
        if not use:
            return Found(why="not settled yet")
        return self._use(claim, until)

    def _use(self, claim: Claim, until: float) -> Found:
        near, z3 = self._near, self.z3
        asked = [near.claim(claim)]
        paths = near.paths(claim)
        known = [near.known(path) for path in paths]
        best: dict[str, Any] | None = None
        tries, timed_out, odd = 0, False, False
        for level in (0, 1, 2):
            plain = [each for path in paths if level < 2 for each in near.plainness(path, level)]
            # Plain values are a kindness, and for whole numbers between others they can take for ever.
            limit = until if level == 2 else monotonic() + (until - monotonic()) * _SHARE
            while True:
                fewer = [] if best is None else [z3.AtMost(*known, len(best) - 1)] if known else []
                if best is not None and not best:
                    return Found(best, True)
                outcome = self._check(near, [*asked, *plain, *fewer], paths, limit)
                if not isinstance(outcome, bool) and outcome is not None:
                    facts = Model(near, outcome).facts(paths)
                    written = self._written(claim, facts)
                    if written is not None:
                        best = written
                        continue
                    if not can_be_written(facts):
                        odd = True
                        break
                    tries += 1
                    if tries > _MOST_LEARNT or not Model(near, outcome).learn(claim, facts, self.truth):
                        odd = True
                        break
                    continue
                timed_out = outcome is None and level == 2
                break
            if best is not None:
                exact = not (near.inexact or odd or timed_out)
                if exact and level < 2:
                    fewer = [z3.AtMost(*known, len(best) - 1)]
                    exact = self._check(near, [*asked, *fewer], paths, until) is False
                return Found(best, exact)
        if timed_out:
            return Found(why="the solver ran out of time")
        if odd or near.inexact:
            return Found(why="conditions that the solver cannot express are in the way")
        return Found(proved=True)

    def _written(self, claim: Claim, facts: dict[str, Any]) -> dict[str, Any] | None:
        """The facts, if they meet the claim and can be written; or with numbers that are near."""
        if can_be_written(facts):
            return facts if self.meets(claim, facts) else None
        near = (rounded(facts, places) for places in _PLACES)
        return next((each for each in near if can_be_written(each) and self.meets(claim, each)), None)

    def _check(self, encoded: Encoded, terms: list[Any], paths: list[str], until: float) -> Any:
        """A model; False if there is none; None if it is not known."""
        left = until - monotonic()
        if left <= 0:
            return None
        solver = self.z3.Solver()
        solver.set("timeout", max(1, int(left * 1000)))
        solver.set("random_seed", 0)
        for path in paths:
            solver.add(*encoded.bounds(path))
        solver.add(*terms, *encoded.learnt)
        outcome = solver.check()
        if outcome == self.z3.unsat:
            return False
        return solver.model() if outcome == self.z3.sat else None
