"""z3, imported on first use: what is used of it, for terms that share nothing with those of others.

Terms of one context are numbered in order, and z3 looks at them in that order. So each analysis has a
context of its own: what it comes to does not hang on what was asked before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Z3:
    """The functions of z3 that make terms, and solvers, of one context."""

    def __init__(self) -> None:
        import z3

        module: Any = z3
        own = module.Context()

        def joined(make: Callable[..., Any]) -> Callable[..., Any]:
            return lambda *terms: make(*terms, own)

        def named(make: Callable[..., Any]) -> Callable[..., Any]:
            return lambda value: make(value, own)

        self.And, self.Or = joined(module.And), joined(module.Or)
        self.Bool, self.Int, self.Real = map(named, (module.Bool, module.Int, module.Real))
        self.BoolVal, self.IntVal = map(named, (module.BoolVal, module.IntVal))
        self.Q = lambda numerator, denominator: module.Q(numerator, denominator, own)
        self.If = lambda condition, one, other: module.If(condition, one, other, own)
        self.Not = lambda term: module.Not(term, own)
        self.Implies = lambda one, other: module.Implies(one, other, own)
        self.AtMost: Any = module.AtMost
        self.ToReal: Any = module.ToReal
        self.ToInt: Any = module.ToInt
        self.is_int: Any = module.is_int
        self.is_true: Any = module.is_true
        self.sat, self.unsat = module.sat, module.unsat
        self._module, self._own = module, own
        self._counted = 0

    def solver(self, milliseconds: int, work: int, *, plain: bool) -> Any:
        """A solver that stops after so many of its steps, or so long. ``plain``: it begins at once, and
        does not first rewrite what it is given."""
        make = self._module.SimpleSolver if plain else self._module.Solver
        made = make(ctx=self._own)
        made.set("timeout", max(1, milliseconds))
        made.set("rlimit", max(1, work))
        made.set("random_seed", 0)
        return made

    def worked(self, solver: Any) -> int:
        """The steps that were made in this context since this was asked last."""
        statistics = solver.statistics()
        known = dict(iter(statistics))
        before, self._counted = self._counted, int(known.get("rlimit count", self._counted))
        return self._counted - before
