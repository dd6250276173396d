"""Questions to a solver (z3, on first use): the one door to it.

Asked where a claim hangs on conditions that are no tests of single leaves, and cells do not settle it.
First *widely*: if the terms that leave nothing out cannot be met, there is no use, and that is a proof.
Then for a use, with plain values first. Each use is put to the core's evaluation; where a
condition that has no term comes out otherwise there, that is learnt, and another use is looked for.

What a solver may be given is counted, in terms and in its own steps, for all questions of an analysis
together. So a run ends in time, and gives up the same on every machine. The clock only stops a solver
that has lost count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

from attrs import define, field, frozen

from tosdsl.analysis.axes import Axes
from tosdsl.analysis.claims import Claim, Is, parts_of
from tosdsl.analysis.solver.encoded import Encoded
from tosdsl.analysis.solver.models import Model
from tosdsl.analysis.solver.places import places_needed, places_wanted
from tosdsl.analysis.solver.terms import Terms
from tosdsl.analysis.solver.values import Budget, Condition
from tosdsl.analysis.solver.z3s import Z3
from tosdsl.trees import expressions as ex
from tosdsl.trees import vocabulary as v
from tosdsl.trees.walk import parts
from tosdsl.values.nearby import can_be_written, cut_to_places

MISSING = "a solver is needed, z3-solver, which is not installed: install tosdsl[proof] (TOS6007)"
LATE = "the solver ran out of time"
LONG = "the solver's steps came to MAX_SOLVER_WORK"
_CUT_OFF = "days outside the calendar, or numbers of too many digits, are in the way"
_INEXPRESSIBLE = "conditions that the solver cannot express are in the way"
_LISTED = "no use was found with lists of {} items at most, and longer ones were not looked at"
_UNWRITABLE = "the values that the solver found cannot be written"
_OF_LEFT = 1 / 6
"""Of the work that is left to an analysis, what one question may take."""
_SHARE = 1 / 3
"""Of the work that is left to a question, what a search for plain values may take."""
_PLAINLY = 1 / 3
"""Of the work that is left, what the plain solver may take."""
_MOST_LEARNT = 20
"""Uses of one question after which no other is tried."""
_OF_TRY = 10_000
"""The work that a use counts as, which is put to the core."""

_PLACES = (2, 6, 15, 40)
"""Decimals to which a number is rounded that cannot be written as it is."""


def solver_at_hand() -> bool:
    """Whether the package z3-solver is there."""
    try:
        import z3  # noqa: F401  # whether it is there is the question
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
    where definitions cannot be worked in. ``truth``: how one comes out for facts, by the core."""

    axes: Axes
    conditions: tuple[Condition, ...]
    truth: Callable[[int, Mapping[str, Any]], bool | None]
    meets: Callable[[Claim, Mapping[str, Any]], bool]
    budget: Budget
    z3: Z3 = field(factory=Z3)
    _late: bool = False
    """Whether it was the clock that stopped the solver last."""
    _wide: Encoded = field(init=False)
    _near: Encoded = field(init=False)

    def __attrs_post_init__(self) -> None:
        space = self.axes.space
        several = {id(each): each for one in self.conditions for each in one.definitions.values()}
        bodies = [each.body for each in several.values()]
        exprs = [*(each.expr for each in self.conditions), *bodies]
        read = {path for each in self.conditions for path in each.reads}
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
        # Where definitions are not worked in, what stands within others is not seen.
        unseen = {path for each in self.conditions if each.definitions for path in each.reads}
        needed = places_needed((each.expr for each in self.conditions), counts, unseen)
        most = places_wanted(exprs)
        parties = tuple(each.name for each in self.axes.vocabulary.parties)
        self._wide, self._near = (
            Encoded(
                self.axes,
                self.conditions,
                frozenset(read),
                Terms(
                    self.z3, self.axes.leaves, parties, widely, needed, most, texts, budget=self.budget
                ),
            )
            for widely in (True, False)
        )

    def ask(self, claim: Claim, timeout: float, *, use: bool = True) -> Found:
        """A use that meets the claim, or that there is none. Not ``use``: only whether that is so."""
        if self.budget.work <= 0:
            return Found(why=LONG)
        until = _Until(monotonic() + timeout, self.budget.work - int(self.budget.work * _OF_LEFT))
        wide = self._check(self._wide, [self._wide.claim(claim)], self._wide.paths(claim), until)
        if wide is False:
            return Found(proved=True)
        return self._use(claim, until) if use else Found(why="not settled yet")

    def _use(self, claim: Claim, until: _Until) -> Found:
        near, z3 = self._near, self.z3
        asked = [near.claim(claim)]
        paths = near.paths(claim)
        known = [near.known(path) for path in paths]
        near.learnt.clear()
        best: dict[str, Any] | None = None
        tries, timed_out, odd = 0, False, ""
        for level in (0, 1, 2):
            plain = [each for path in paths if level < 2 for each in near.plainness(path, level)]
            # Plain values are a kindness, and for whole numbers between others they can take for ever.
            limit = until if level == 2 else until.sooner(_SHARE, self.budget.work)
            while True:
                fewer = [] if best is None else [z3.AtMost(*known, len(best) - 1)] if known else []
                if best is not None and not best:
                    return Found(best, True)
                outcome = self._check(near, [*asked, *plain, *fewer], paths, limit)
                if not isinstance(outcome, bool) and outcome is not None:
                    self.budget.work -= _OF_TRY
                    facts = Model(near, outcome).facts(paths)
                    written = self._written(claim, facts)
                    if written is not None:
                        best = written
                        continue
                    if not can_be_written(facts):
                        odd = _UNWRITABLE
                        break
                    tries += 1
                    if tries > _MOST_LEARNT or not Model(near, outcome).learn(claim, facts, self.truth):
                        odd = _INEXPRESSIBLE
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
            return Found(why=LATE if self._late else LONG)
        if odd or near.inexact:
            listed = _LISTED.format(near.terms.most) if near.terms.inexact else _INEXPRESSIBLE
            return Found(why=self._limit(claim) or odd or listed)
        if near.terms.cut_off:
            return Found(why=self._limit(claim) or _CUT_OFF)
        return Found(proved=True)

    def _written(self, claim: Claim, facts: dict[str, Any]) -> dict[str, Any] | None:
        """The facts, if they meet the claim and can be written; or with numbers that are near."""
        if can_be_written(facts):
            return facts if self.meets(claim, facts) else None
        near = (cut_to_places(facts, places) for places in _PLACES)
        return next((each for each in near if can_be_written(each) and self.meets(claim, each)), None)

    def _limit(self, claim: Claim) -> str:
        """The limit that a condition met which a claim hangs on."""
        tests = (self.axes.space.tests(each.part) for each in parts_of(claim) if isinstance(each, Is))
        met = (self._near.why.get(number, "") for several in tests for number in sorted(several))
        return next(filter(None, met), "")

    def _check(self, encoded: Encoded, terms: list[Any], paths: list[str], until: _Until) -> Any:
        """A model; False if there is none; None if it is not known.

        The plain solver is quick where definitions are used many times over, which the other one, that
        knows more of products, rewrites as often as they are used.
        """
        for plain in (True, False):
            left, work = until.clock - monotonic(), self.budget.work - until.work
            self._late = left <= 0
            if left <= 0 or work <= 0:
                return None
            solver = self.z3.solver(
                int(left * 1000), int(work * _PLAINLY) if plain else work, plain=plain
            )
            for path in paths:
                solver.add(*encoded.bounds(path))
            solver.add(*terms, *encoded.learnt)
            outcome = solver.check()
            self.budget.work -= self.z3.worked(solver)
            if outcome == self.z3.unsat:
                return False
            if outcome == self.z3.sat:
                return solver.model()
            self._late = solver.reason_unknown() == "timeout"
        return None


@frozen
class _Until:
    """When a question is given up: by the clock, or when no more than so much work is left."""

    clock: float
    work: int

    def sooner(self, share: float, left: int) -> _Until:
        """When a part of a question is given up that may take a share of what is left."""
        now = monotonic()
        work = left - int((left - self.work) * share)
        return _Until(now + (self.clock - now) * share, work)
