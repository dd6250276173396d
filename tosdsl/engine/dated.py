"""The functions that answer on one pair of days: those of a plan, and what they leave to others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from attrs import define

from tosdsl.base.verdict import Verdict
from tosdsl.decision.model import LATER, Decision, decided
from tosdsl.engine.alternatives import Answering, decide_any
from tosdsl.engine.owner import Day, Owner, Slow
from tosdsl.engine.plans import Plan
from tosdsl.facts.exact import is_exact
from tosdsl.runtime.checks import Odd, day
from tosdsl.trees.facts import Use

MOST_DAYS = 1_000
"""Days of questions whose functions are kept; past it, they are forgotten."""


@define(eq=False)
class Dated:
    """Functions that answer on one pair of days."""

    owner: Owner
    plan: Plan
    as_of: Day
    known_at: Day
    _verdict: Callable[..., Verdict] | None = None
    _decide: Callable[..., Decision] | None = None
    _answering: Sequence[Answering] | None = None

    def verdict(self) -> Callable[..., Verdict]:
        if self._verdict is None:
            with self.owner.lock:
                self._verdict = self._made_verdict()
        return self._verdict

    def _made_verdict(self) -> Callable[..., Verdict]:
        if self.plan.slow is not None:
            slow, dated = self._slow(self.owner.slow_verdict), self.owner.dated_verdict

            def verdict(facts: Any, as_of: Any = None, known_at: Any = None) -> Any:
                return slow(facts) if as_of is None is known_at else dated(facts, as_of, known_at)

            return verdict
        functions = self.plan.generated().functions()
        functions["odd"] = self._slow(self.owner.slow_verdict)
        made: Callable[..., Verdict] = functions["verdict"]
        return made

    def _slow(self, slow: Slow) -> Callable[[Any], Any]:
        as_of, known_at = self.as_of, self.known_at
        return lambda facts: slow(facts, as_of=as_of, known_at=known_at)

    def answering(self) -> Sequence[Answering]:
        """What answers: several, where it is open which versions govern."""
        if self._answering is None:
            with self.owner.lock:
                self._answering = self.owner.deciding(self.as_of, self.known_at)
        return self._answering

    def decide(self) -> Callable[..., Decision]:
        if self._decide is None:
            with self.owner.lock:
                self._decide = self._made_decide()
        return self._decide

    def _made_decide(self) -> Callable[..., Decision]:
        anew, dated = self._anew(), self.owner.dated_decide
        if not self.plan.small:
            return lambda facts, **more: dated(facts, more) if more else anew(facts)
        key, rest = self.plan.keys(), self._rest
        kept, learn = self.plan.memo.get, self.plan.memo.learn
        paths, days = self.plan.paths, self._days()

        def decide(facts: Any, **more: Any) -> Any:
            if more:
                return dated(facts, more)
            number, values = 0, None
            try:
                if is_exact(facts):
                    number, values, _ = key(facts)
            except Exception:  # a value that has to be read with care
                pass  # after this, so that what is wrong is no error within an error
            if values is None:
                return anew(facts)
            fields = kept(number, values)
            if fields is None:
                made = anew(facts)
                learn(number, paths, values, made)
                return made
            return decided(fields if days is None else {**fields, **days}, rest, (fields, values))

        return decide

    def _anew(self) -> Callable[[Any], Decision]:
        """What decides on facts that nobody asked about before."""
        owner, as_of, known_at = self.owner, self.as_of, self.known_at
        read = owner.bodies.typed.read
        several = self.answering()
        said = {} if self._days() is None else {"as_of": as_of, "known_at": known_at}

        def anew(facts: Any) -> Decision:
            try:
                known, warnings = read(facts)
                use = Use(known, None, as_of, known_at, warnings)
            except Odd:
                use = None
            if use is None:
                use = owner.use_read(facts, said)
            return decide_any(several, use)

        return anew

    def _days(self) -> dict[str, Day] | None:
        """The days as a decision tells them; None if none is said."""
        if self.as_of is None is self.known_at:
            return None
        return {"as_of": self.as_of, "known_at": self.known_at}

    def _rest(self, name: str, told: tuple[dict[str, Any], tuple[Any, ...]]) -> Any:
        """A field that is not kept of a decision; all but its explanation is kept from now on."""
        kept, values = told
        if name in kept:
            return kept[name]
        facts = {
            path: self.plan.plain.typed(path, value)
            for path, value in zip(self.plan.paths, values, strict=True)
            if value is not None
        }
        use = Use(facts, as_of=self.as_of, known_at=self.known_at)
        made = self.owner.decide_use(use)
        if name == "_explain":
            return made.explanation
        kept.update({each: getattr(made, each) for each in LATER})
        return kept[name]


def as_days(as_of: object, known_at: object) -> tuple[Day, Day] | None:
    """Both as days, or None if one of them has to be read with care."""
    try:
        return _day(as_of), _day(known_at)
    except (Odd, TypeError):  # no day, or nothing that has a hash
        return None


def _day(said: Any) -> Day:
    return said if said is None or type(said) is date else _in_text(said)


_in_text = lru_cache(MOST_DAYS)(day)
