"""The functions that a program calls: ``verdict``, ``decide``, ``decide_json`` of one set of policies.

    norms.Linked -> lower.rules -> backends.python -> verdict(facts)
    norms.Linked -> lower.core -> backends.python -> engine -> decide(facts)

The tests of ``lower.rules`` also make the keys by which decisions of few clauses are kept.

``Predicates`` makes functions at the first question that needs them and keeps them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from threading import RLock
from typing import Any

from attrs import define, evolve, field

from tosdsl import asking
from tosdsl.backends.python.indexed import Bodies as Shapes
from tosdsl.backends.python.listing import listing
from tosdsl.backends.python.module import Engine
from tosdsl.base import limits
from tosdsl.base.growing import growing
from tosdsl.base.verdict import Verdict
from tosdsl.decision.model import Decision
from tosdsl.diagnostics.model import mistake
from tosdsl.engine.alternatives import Answering, decide_any, verdict_any
from tosdsl.engine.answers import Answers
from tosdsl.engine.counts import Counts
from tosdsl.engine.dated import MOST_DAYS, Dated, as_days
from tosdsl.engine.many import MANY
from tosdsl.engine.owner import Condition, Day, Slow
from tosdsl.engine.plans import Plan
from tosdsl.engine.presuming import Presuming, presumes
from tosdsl.facts.plain import Plain
from tosdsl.facts.typed import Bodies, Typed
from tosdsl.facts.typed.body import Body as Whole
from tosdsl.facts.typed.reading import says_unknown
from tosdsl.lower.rules import TooManyParts, lower
from tosdsl.runtime.checks import Odd
from tosdsl.runtime.indexed import Body
from tosdsl.trees import norms as n
from tosdsl.trees.facts import BESIDES, DAYS, Use
from tosdsl.trees.moments import day_of
from tosdsl.trees.rules import Formula, Rules
from tosdsl.trees.standings import Standing
from tosdsl.trees.versions import is_timed
from tosdsl.trees.walk import reads_day

MOST_OWN_DAYS = 100
"""Days of which there is code of their own; past it, they are forgotten."""

_BESIDES = frozenset(BESIDES)
_KEYWORDS = f"it may say {', '.join(BESIDES)}"

_VERDICTS: dict[str, object] = {verdict.value: verdict for verdict in Verdict}


@define(eq=False)
class Predicates:
    """The functions of one set of policies. Safe to share between threads."""

    choices: n.Choices
    keep: Callable[[dict[str, Any]], object] | None = None
    """Keeps the code of verdicts where no day is said."""
    lock: RLock = field(factory=RLock)
    _plans: dict[tuple[tuple[int, ...], tuple[bool, ...], str], Plan] = field(factory=dict)
    """By the versions that answer, and by which documents are in force; and by why that is open."""
    _reading_day: dict[tuple[int, ...], bool] = field(factory=dict)
    """By the versions that answer, whether one of their conditions reads the day of the use."""
    _standings: dict[tuple[Day, Day], Sequence[Standing]] = field(factory=dict)
    """By days of use and of knowledge; one decision asks several times."""
    _dated: dict[tuple[Day, Day], Dated] = field(factory=dict)
    _shapes: Shapes | None = None
    counts: Counts = field(factory=Counts)
    _answers: dict[tuple[int, tuple[bool, ...]], Answers] = field(factory=dict)
    """By the versions that answer, and by which documents are in force."""
    _presuming: dict[int, Presuming] = field(factory=dict)
    """By identity of what answers, the same with what is presumed."""

    @cached_property
    def bodies(self) -> Bodies:
        """The compiled reading of whole uses."""
        return Bodies(Typed(self.choices.vocabulary))

    def answers(self, as_of: Day, known_at: Day) -> list[Answers]:
        """What answers on these days: several, where it is open which versions govern."""
        linked, found = self.choices.linked, self.standings(as_of, known_at)
        return [self.answering(linked[key], governing) for key, governing in found]

    def standings(self, as_of: Day, known_at: Day) -> Sequence[Standing]:
        """What may answer then, as choices of versions, each with which documents are in force.

        Raises FactError where that is too much.
        """
        days = as_days(as_of, known_at)
        if days is None:  # moments that are equal can be of different days
            return asking.may_answer(self.choices, as_of, known_at, timed=self._timed)
        found = self._standings.get(days)
        if found is None:
            found = asking.may_answer(self.choices, *days, timed=self._timed)
            with self.lock:
                if len(self._standings) >= MOST_DAYS:
                    self._standings.clear()
                self._standings[days] = found
        return found

    @cached_property
    def _timed(self) -> bool:
        """Whether a version begins or ends at a moment."""
        return is_timed(self.choices)

    def answering(self, linked: n.Linked, governing: tuple[bool, ...]) -> Answers:
        """What answers about one choice of versions, of which these are in force."""
        key = id(linked), governing  # the choices keep every linked whole
        made = self._answers.get(key)
        if made is None:
            with self.lock:
                made = self._answers.get(key)
                if made is None:
                    made = self._answers[key] = Answers(linked, governing)
        return made

    @cached_property
    def presuming(self) -> bool:
        """Whether these policies presume something, or have something to be shown."""
        return presumes(self.choices)

    def presuming_on(self, as_of: Day, known_at: Day) -> list[Presuming]:
        """What answers on these days with what is presumed."""
        found = []
        for answers in self.answers(as_of, known_at):
            made = self._presuming.get(id(answers))  # answers are kept for good
            if made is None:
                with self.lock:
                    made = self._presuming.setdefault(id(answers), Presuming(answers))
            found.append(made)
        return found

    def deciding(self, as_of: Day, known_at: Day) -> Sequence[Answering]:
        """What decides on these days: with what is presumed; by looking clauses up where there are
        many."""
        if self.presuming:
            return self.presuming_on(as_of, known_at)
        several = self.standings(as_of, known_at)
        if len(several) == 1 and _size(self.choices.linked[several[0][0]]) >= MANY:
            plain = as_days(as_of, known_at)
            plan = self._plan(as_of, known_at) if plain is None else self._on(as_of, known_at).plan
            many = plan.many()
            if many is not None:
                return [many]
        return self.answers(as_of, known_at)

    def decide_use(self, use: Use) -> Decision:
        """The decision on a use that has been checked."""
        return decide_any(self._answering(use), use)

    def use_said(self, facts: Any, said: dict[str, Any]) -> Use:
        """The use that a program describes. Raises FactError."""
        # The compiled reading keeps no facts that are said to be unknown, which are not presumed.
        if self.presuming and (says_unknown(facts) or said.get("readings") is not None):
            return self.use_read(facts, said)
        try:
            return self.bodies.parts({"facts": facts, **said}).use()
        except Odd:
            pass  # after this, so that what is wrong is no error within an error
        return self.use_read(facts, said)

    def use_read(self, facts: Any, said: dict[str, Any]) -> Use:
        """The same by the full reading, which finds the words for what is wrong."""
        self.counts.full_readings += 1
        return asking.use_said(self.choices, facts, self.bodies.typed, **said)

    def slow_verdict(self, facts: Any, **more: Any) -> Verdict:
        """The verdict where a fact has to be read with care."""
        use = self.use_said(facts, more)
        return verdict_any(self._answering(use), use)

    def verdict(self) -> Callable[..., Verdict]:
        """``verdict(facts, as_of=None, known_at=None)`` where no day is said."""
        if self.presuming:
            return lambda facts, **days: self.slow_verdict(facts, **days)
        return self._on(None, None).verdict()

    def decide(self) -> Callable[..., Decision]:
        """``decide(facts, **more)`` where no day is said."""
        if self.presuming:
            return lambda facts, **more: self.decide_use(self.use_said(facts, _said(more)))
        return self._on(None, None).decide()

    def decide_json(self) -> Callable[..., bytes]:
        """``decide_json(data, *, explain=False)``."""
        from tosdsl.backends.wire import types
        from tosdsl.wire import Wire

        vocabulary = self.choices.vocabulary
        if self.presuming:
            read, full = self._read_without_null, self.read_bytes
            return Wire(None, _no_key, read, full, self.decide_use).decide_json()
        made = types.types(vocabulary)
        keys: dict[int, Any] = {}

        def key_on(as_of: Day, known_at: Day) -> Any:
            plan = self._on(as_of, known_at).plan
            if plan.day is not None:
                return None
            with self.lock:
                if id(plan) not in keys:  # these plans are kept for good
                    keys[id(plan)] = None if made is None else plan.wire_key(made)
            return keys[id(plan)]

        return Wire(made, key_on, self.bodies.read, self.read_bytes, self.decide_use).decide_json()

    def _read_without_null(self, data: bytes) -> Whole:
        """The compiled reading of what says of no fact that it is unknown. Raises Odd of other data."""
        if b"null" in data:
            raise Odd
        return self.bodies.read(data)

    def read_bytes(self, data: bytes) -> Use:
        """A use from a document in JSON by the full reading. Raises FactError."""
        self.counts.full_readings += 1
        return asking.read_bytes(self.choices, data, "<facts>", self.bodies.typed)

    def listing(self, as_of: Day, known_at: Day) -> str:
        """The generated code to be read: with the clauses that it is made of, and their places.

        Raises PolicyError where there is none.
        """
        plan = self._on(as_of, known_at).plan
        return listing(plan.rules, plan.generated(), plan.engine(self.slow_verdict))

    def _on(self, as_of: Day, known_at: Day) -> Dated:
        found = self._dated.get((as_of, known_at))
        if found is None:
            with self.lock:
                if len(self._dated) >= MOST_DAYS:
                    self._dated.clear()
                found = Dated(self, self._plan(as_of, known_at), as_of, known_at)
                if found.plan.day is not None:
                    self._forget_days()
                self._dated[as_of, known_at] = found
        return found

    def _forget_days(self) -> None:
        """Makes room for the code of one more day."""
        own = [key for key, each in self._dated.items() if each.plan.day is not None]
        for key in own if len(own) >= MOST_OWN_DAYS else ():
            del self._dated[key]

    def _answering(self, use: Use) -> Sequence[Answering]:
        """What answers a use that has been checked. No code of its day is made for that."""
        as_of, known_at = use.as_of if self._timed else use.day, use.known_at
        if self.presuming or use.assumed:
            return self.presuming_on(as_of, known_at)
        several = self.standings(as_of, known_at)
        if as_of is not None and any(self._reads_day(key) for key, _ in several):
            return self.answers(as_of, known_at)
        if as_days(as_of, known_at) is None:  # no code is made for moments
            return self.deciding(as_of, known_at)
        return self._on(as_of, known_at).answering()

    def _plan(self, as_of: Day, known_at: Day) -> Plan:
        several = self.standings(as_of, known_at)
        if len(several) > 1:
            return self._open_plan(several, as_of, known_at)
        [(key, governing)] = several
        linked = self.choices.linked[key]
        day = day_of(as_of) if as_of is not None and self._reads_day(key) else None
        if day is not None:  # code of one day is kept with what answers on it, and not for good
            return self._made_plan(linked, governing, day)
        if (key, governing, "") not in self._plans:
            plain = as_of is None and known_at is None and not self.presuming
            made = self._made_plan(linked, governing, None, self.keep if plain else None)
            self._plans[key, governing, ""] = made
        return self._plans[key, governing, ""]

    def _made_plan(
        self,
        linked: n.Linked,
        governing: tuple[bool, ...],
        day: Day,
        keep: Callable[[dict[str, Any]], object] | None = None,
    ) -> Plan:
        slow, policy = None, linked.documents[0].policy
        rules = Rules(policy.name, (), (), (), self.choices.vocabulary)
        try:
            if read := linked.vocabulary.interpretations:
                slow = mistake("TOS6030", policy.span, name=policy.name, of=read[0].name)
            else:
                with growing():
                    rules = lower(linked, governing, self.choices.vocabulary, day)
        except TooManyParts:
            slow = mistake(
                "TOS5022",
                policy.span,
                name=policy.name,
                limit=limits.MAX_PARTS,
                times=limits.MAX_WRITTEN_OUT,
            )
        return Plan(self, linked, governing, rules, keep, slow=slow, day=day)

    def _reads_day(self, key: tuple[int, ...]) -> bool:
        """Whether a condition of these versions reads the day of the use."""
        if key not in self._reading_day:
            several = self.choices.linked[key].documents
            self._reading_day[key] = any(reads_day(each.policy) for each in several)
        return self._reading_day[key]

    def _open_plan(self, several: Sequence[Standing], as_of: Day, known_at: Day) -> Plan:
        """The plan for days on which it is open which version governs: each is asked."""
        wholes = [evolve(self.choices.linked[key], governing=each) for key, each in several]
        slow = asking.open_which(wholes, as_of, known_at)
        key = several[0][0], (), slow.message
        if key not in self._plans:
            first = self.choices.linked[several[0][0]]
            rules = Rules(first.documents[0].policy.name, (), (), (), self.choices.vocabulary)
            self._plans[key] = Plan(self, first, (), rules, slow=slow)
        return self._plans[key]

    def engine(self, plain: Plain, odd: Slow, beyond: Condition) -> Engine:
        """What generated code is given. ``odd`` answers where a fact has to be read with care."""
        parties, careful = plain.parties, plain.careful_parties
        return Engine(odd, self.dated_verdict, _VERDICTS, parties, careful, plain.rest, beyond)

    # --- what kept code asks for ------------------------------------------------------------------

    def condition(self, number: int) -> Callable[[object], bool | None]:
        """A condition beyond, of the code that answers where no day is said."""
        return self._on(None, None).plan.condition(number)

    def other_party(self, name: str) -> bool:
        """Whether a name that is not declared may be a party's."""
        return Plain(self.choices.vocabulary).parties.one(name)

    def body(self, shape: Formula, granted: tuple[str, ...]) -> Body:
        """A body that clauses share."""
        with self.lock:
            if self._shapes is None:
                vocabulary = self.choices.vocabulary
                engine = self.engine(Plain(vocabulary), self.slow_verdict, self.condition)
                self._shapes = Shapes(Rules("", (), (), (), vocabulary), engine)
            return self._shapes.made(shape, granted)

    # --- questions that say more than facts -----------------------------------------------------

    def dated_verdict(self, facts: Any, as_of: Any = None, known_at: Any = None) -> Verdict:
        """The verdict on days that are said as well."""
        if not self.presuming and (days := as_days(as_of, known_at)):
            return self._on(*days).verdict()(facts)
        return self.slow_verdict(facts, as_of=as_of, known_at=known_at)

    def dated_decide(self, facts: Any, more: dict[str, Any]) -> Any:
        """The decision where days, evidence or readings are said as well."""
        said = _said(more)
        days = (
            not self.presuming
            and said.keys() <= set(DAYS)
            and as_days(said.get("as_of"), said.get("known_at"))
        )
        if days:
            return self._on(*days).decide()(facts)
        return self.decide_use(self.use_said(facts, said))


def _no_key(as_of: Day, known_at: Day) -> None:
    """Of what presumes, no decision is remembered by what its facts come to."""


def _size(linked: n.Linked) -> int:
    """How many norms some documents have."""
    roots = (document.policy.root for document in linked.documents)
    return sum(len(section.norms) for root in roots for section in root.walk())


def _said(more: Mapping[str, Any]) -> dict[str, Any]:
    """What a question says besides its facts: None says nothing. Raises TypeError."""
    if unknown := more.keys() - _BESIDES:
        raise TypeError(f"a question has no {', '.join(map(repr, sorted(unknown)))}: {_KEYWORDS}")
    return {name: value for name, value in more.items() if value is not None}
