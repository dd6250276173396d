"""The functions that a program calls: ``verdict``, ``decide``, ``decide_json`` of one set of policies.

    norms.Linked -> lower.rules -> backends.python -> verdict(facts)
    norms.Linked -> lower.core -> backends.python -> engine -> decide(facts)

``Predicates`` makes functions at the first question that needs them and keeps them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache, cached_property, lru_cache
from operator import itemgetter
from threading import RLock
from typing import TYPE_CHECKING, Any

from attrs import define, field

from tosdsl import asking
from tosdsl.backends.python.indexed import Bodies as Shapes
from tosdsl.backends.python.indexed import index, values_of_files
from tosdsl.backends.python.keeping import plain
from tosdsl.backends.python.listing import listing
from tosdsl.backends.python.module import Engine, Generated, TooLarge, key_module, verdict_module
from tosdsl.base import limits
from tosdsl.base.growing import growing
from tosdsl.base.verdict import Verdict
from tosdsl.decision.model import Decision, Why, decided
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.engine.alternatives import Answering, decide_any, verdict_any
from tosdsl.engine.answers import Answers
from tosdsl.engine.counts import Counts
from tosdsl.engine.many import MANY, Many
from tosdsl.engine.opaque import Opaque
from tosdsl.errors import PolicyError
from tosdsl.facts.exact import is_exact
from tosdsl.facts.plain import Plain
from tosdsl.facts.typed import Bodies, Typed
from tosdsl.lower.rules import TooManyParts, lower
from tosdsl.runtime.checks import Odd, day
from tosdsl.runtime.indexed import Body, Indexed
from tosdsl.trees import norms as n
from tosdsl.trees.facts import BESIDES, DAYS, Use
from tosdsl.trees.items import in_fact, judged
from tosdsl.trees.rules import Formula, Rules
from tosdsl.trees.versions import chosen, in_force

if TYPE_CHECKING:
    from tosdsl.backends.wire.keys import Key
    from tosdsl.backends.wire.types import Types

Day = date | None
Slow = Callable[..., Any]
Condition = Callable[[int], Callable[[object], bool | None]]

_FEW = 4
"""Clauses that go into one decision tree."""

_MOST_DAYS = 1_000
"""Days of questions whose functions are kept; past it, they are forgotten."""

_MOST_DECISIONS = 2_000
"""Decisions of a few clauses that are kept, by how their tests come out: some 3 kB each. Past it, those
that were kept first give way."""

_MOST_SAID = 20
"""Values that decisions of one kind tell, of which so many combinations are kept."""

_KEYWORDS = f"it may say {', '.join(BESIDES)}"

_VERDICTS: dict[str, object] = {verdict.value: verdict for verdict in Verdict}


@define(eq=False)
class Predicates:
    """The functions of one set of policies. Safe to share between threads."""

    choices: n.Choices
    keep: Callable[[dict[str, Any]], object] | None = None
    """Keeps the code of verdicts where no day is said."""
    _lock: RLock = field(factory=RLock)
    _plans: dict[tuple[tuple[int, ...], tuple[bool, ...]], _Plan] = field(factory=dict)
    """By the versions that answer, and by which documents are in force."""
    _dated: dict[tuple[Day, Day], _Dated] = field(factory=dict)
    _shapes: Shapes | None = None
    counts: Counts = field(factory=Counts)
    _answers: dict[tuple[int, tuple[bool, ...]], Answers] = field(factory=dict)
    """By the versions that answer, and by which documents are in force."""

    @cached_property
    def bodies(self) -> Bodies:
        """The compiled reading of whole uses."""
        return Bodies(Typed(self.choices.vocabulary))

    def answers(self, as_of: Day, known_at: Day) -> list[Answers]:
        """What answers on these days: several, where it is open which versions govern."""
        found = []
        for key in chosen(self.choices.histories, as_of, known_at):
            linked = self.choices.linked[key]
            governing = in_force(linked, as_of, known_at)
            found.append(self.answering(linked, governing))
        return found

    def answering(self, linked: n.Linked, governing: tuple[bool, ...]) -> Answers:
        """What answers about one choice of versions, of which these are in force."""
        key = id(linked), governing  # the choices keep every linked whole
        made = self._answers.get(key)
        if made is None:
            with self._lock:
                made = self._answers.get(key)
                if made is None:
                    made = self._answers[key] = Answers(linked, governing)
        return made

    def deciding(self, as_of: Day, known_at: Day) -> Sequence[Answering]:
        """The same, by looking clauses up where there are many."""
        keys = chosen(self.choices.histories, as_of, known_at)
        if len(keys) == 1 and _size(self.choices.linked[keys[0]]) >= MANY:
            many = self._plan(as_of, known_at).many()
            if many is not None:
                return [many]
        return self.answers(as_of, known_at)

    def decide_use(self, use: Use) -> Decision:
        """The decision on a use that has been checked."""
        return decide_any(self._on(use.as_of, use.known_at).answering(), use)

    def use_said(self, facts: Any, said: dict[str, Any]) -> Use:
        """The use that a program describes. Raises FactError."""
        try:
            return self.bodies.parts({"facts": facts, **said}).use()
        except Odd:
            pass  # after this, so that what is wrong is no error within an error
        return self.use_read(facts, said)

    def use_read(self, facts: Any, said: dict[str, Any]) -> Use:
        """The same by the full reading, which finds the words for what is wrong."""
        self.counts.full_readings += 1
        return asking.use_said(self.choices, facts, **said)

    def slow_verdict(self, facts: Any, **more: Any) -> Verdict:
        """The verdict where a fact has to be read with care."""
        use = self.use_said(facts, more)
        return verdict_any(self._on(use.as_of, use.known_at).answering(), use)

    def verdict(self) -> Callable[..., Verdict]:
        """``verdict(facts, as_of=None, known_at=None)`` where no day is said."""
        return self._on(None, None).verdict()

    def decide(self) -> Callable[..., Decision]:
        """``decide(facts, **more)`` where no day is said."""
        return self._on(None, None).decide()

    def decide_json(self) -> Callable[..., bytes]:
        """``decide_json(data, *, explain=False)``."""
        from tosdsl.backends.wire import types
        from tosdsl.wire import Wire

        vocabulary = self.choices.vocabulary
        made = types.types(vocabulary)
        keys: dict[int, Any] = {}

        def key_on(as_of: Day, known_at: Day) -> Any:
            plan = self._on(as_of, known_at).plan
            with self._lock:
                if id(plan) not in keys:  # plans are kept for good
                    keys[id(plan)] = None if made is None else plan.wire_key(made)
            return keys[id(plan)]

        return Wire(made, key_on, self.bodies.read, self.read_bytes, self.decide_use).decide_json()

    def read_bytes(self, data: bytes) -> Use:
        """A use from a document in JSON by the full reading. Raises FactError."""
        self.counts.full_readings += 1
        return asking.read_bytes(self.choices, data, "<facts>")

    def listing(self, as_of: Day, known_at: Day) -> str:
        """The generated code to be read: with the clauses that it is made of, and their places.

        Raises PolicyError where there is none.
        """
        plan = self._on(as_of, known_at).plan
        return listing(plan.rules, plan.generated(), plan.engine(self.slow_verdict))

    def _on(self, as_of: Day, known_at: Day) -> _Dated:
        found = self._dated.get((as_of, known_at))
        if found is None:
            with self._lock:
                if len(self._dated) >= _MOST_DAYS:
                    self._dated.clear()
                found = _Dated(self, self._plan(as_of, known_at), as_of, known_at)
                self._dated[as_of, known_at] = found
        return found

    def _plan(self, as_of: Day, known_at: Day) -> _Plan:
        keys = chosen(self.choices.histories, as_of, known_at)
        if len(keys) > 1:
            return self._open_plan(keys)
        [key] = keys
        linked = self.choices.linked[key]
        governing = in_force(linked, as_of, known_at)
        if (key, governing) not in self._plans:
            slow = None
            try:
                with growing():
                    rules = lower(linked, governing, self.choices.vocabulary)
            except TooManyParts:
                policy = linked.documents[0].policy
                rules = Rules(policy.name, (), (), (), self.choices.vocabulary)
                slow = mistake(
                    "TOS5022",
                    policy.span,
                    name=policy.name,
                    limit=limits.MAX_PARTS,
                    times=limits.MAX_WRITTEN_OUT,
                )
            keep = self.keep if as_of is None and known_at is None else None
            self._plans[key, governing] = _Plan(self, linked, governing, rules, keep, slow=slow)
        return self._plans[key, governing]

    def _open_plan(self, keys: Sequence[tuple[int, ...]]) -> _Plan:
        """The plan for days on which it is open which version governs: the reference answers."""
        key = keys[0], ()
        if key not in self._plans:
            first, second = (self.choices.linked[each] for each in keys[:2])
            rules = Rules(first.documents[0].policy.name, (), (), (), self.choices.vocabulary)
            slow = asking.open_which(first, second)
            self._plans[key] = _Plan(self, first, (), rules, slow=slow)
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
        with self._lock:
            if self._shapes is None:
                vocabulary = self.choices.vocabulary
                engine = self.engine(Plain(vocabulary), self.slow_verdict, self.condition)
                self._shapes = Shapes(Rules("", (), (), (), vocabulary), engine)
            return self._shapes.made(shape, granted)

    # --- questions that say more than facts -----------------------------------------------------

    def dated_verdict(self, facts: Any, as_of: Any = None, known_at: Any = None) -> Verdict:
        """The verdict on days that are said as well."""
        if days := _as_days(as_of, known_at):
            return self._on(*days).verdict()(facts)
        return self.slow_verdict(facts, as_of=as_of, known_at=known_at)

    def dated_decide(self, facts: Any, more: dict[str, Any]) -> Any:
        """The decision where days, evidence or readings are said as well."""
        said = _said(more)
        days = said.keys() <= set(DAYS) and _as_days(said.get("as_of"), said.get("known_at"))
        if days:
            return self._on(*days).decide()(facts)
        return self.decide_use(self.use_said(facts, said))


def _size(linked: n.Linked) -> int:
    """How many norms some documents have."""
    roots = (document.policy.root for document in linked.documents)
    return sum(len(section.norms) for root in roots for section in root.walk())


def _said(more: Mapping[str, Any]) -> dict[str, Any]:
    """What a question says besides its facts: None says nothing. Raises TypeError."""
    if unknown := more.keys() - set(BESIDES):
        raise TypeError(f"a question has no {', '.join(map(repr, sorted(unknown)))}: {_KEYWORDS}")
    return {name: value for name, value in more.items() if value is not None}


def _as_days(as_of: object, known_at: object) -> tuple[Day, Day] | None:
    """Both as days, or None if one of them has to be read with care."""
    try:
        return _day(as_of), _day(known_at)
    except (Odd, TypeError):  # no day, or nothing that has a hash
        return None


def _day(said: Any) -> Day:
    return said if said is None or type(said) is date else _in_text(said)


_in_text = lru_cache(_MOST_DAYS)(day)


@define(eq=False)
class _Plan:
    """The code of one choice of versions, with the same documents in force."""

    owner: Predicates
    linked: n.Linked
    governing: tuple[bool, ...]
    rules: Rules
    keep: Callable[[dict[str, Any]], object] | None = None
    slow: Diagnostic | None = None
    """Why there is no code, and the reference answers: the clauses are too large when written out, or
    it is open which version governs."""
    plain: Plain = field(init=False)
    paths: tuple[str, ...] = ()
    _verdicts: Generated | None = None
    _keys: Callable[[Any], tuple[int, tuple[Any, ...], bool]] | None = None
    small: bool = field(init=False)
    """Whether a decision is logic over single facts, of a few clauses."""
    _many: Many | None = None
    _opaque: Opaque | None = None
    _index: tuple[Generated, Indexed, Shapes] | None = None
    known: dict[int, _Alike] = field(factory=dict)
    """By how the tests come out, the decisions that are kept, whatever the day."""

    def __attrs_post_init__(self) -> None:
        self.plain = Plain(self.rules.vocabulary)
        self.small = (
            self.slow is None
            and len(self.rules.clauses) <= _FEW
            and not self.rules.beyond
            and all(norm.deadline is None for _, norm in self.linked.norms())
        )

    def engine(self, odd: Slow) -> Engine:
        """What the code is given. ``odd`` answers where a fact has to be read with care."""
        return self.owner.engine(self.plain, odd, self.condition)

    def condition(self, number: int) -> Callable[[object], bool | None]:
        """An opaque condition, as a function of the facts as given."""
        if self._opaque is None:
            self._opaque = Opaque(self.rules, self.plain)
        return self._opaque.condition(number)

    def generated(self) -> Generated:
        """The code of verdicts: one tree for a few clauses, an index for more.

        Raises PolicyError where there is none.
        """
        if self.slow is not None:
            raise PolicyError((self.slow,), {})
        if self._verdicts is None:
            engine = self.engine(self.owner.slow_verdict)
            try:
                if len(self.rules.clauses) > _FEW:
                    raise TooLarge
                self._verdicts = verdict_module(self.rules, engine)
            except TooLarge:
                self._verdicts, indexed, bodies = self.index()
                bodies.compiled = lambda: self._keep(indexed, bodies)
                self._keep(indexed, bodies)
            else:
                self._keep(None, None)
        return self._verdicts

    def _keep(self, indexed: Indexed | None, bodies: Shapes | None) -> None:
        """Puts the code into the cache, if it is what answers where no day is said."""
        if self.keep is not None and self._verdicts is not None:
            self.keep(plain(self._verdicts, self.plain.parties, indexed, bodies))

    def index(self) -> tuple[Generated, Indexed, Shapes]:
        """The code that looks clauses up, and what it looks them up in."""
        if self._index is None:
            with growing():
                self._index = index(self.rules, self.engine(self.owner.slow_verdict))
        return self._index

    def many(self) -> Many | None:
        """What looks clauses up; None where they are too large when written out."""
        if self._many is None and self.slow is None:
            indexed = self.index()[1]
            engine = self.engine(_left)
            values = values_of_files(self.rules, engine, indexed)
            whole = cache(lambda: self.owner.answering(self.linked, self.governing))
            self._many = Many(self.linked, self.governing, self.rules, indexed, whole, values)
        return self._many

    def wire_key(self, types: Types) -> Key | None:
        """What ``keys`` tells, for what JSON is decoded to; None if that cannot tell enough."""
        from tosdsl.backends.wire.keys import key

        if not self.small:
            return None
        return key(self.rules.vocabulary, self.rules.tests, self.plain.careful_parties, types)

    def keys(self) -> Callable[[Any], tuple[int, tuple[Any, ...], bool]]:
        """The function that tells how the tests come out."""
        if self._keys is None:
            made = key_module(self.rules, self.engine(_left))
            self.paths = made.paths
            self._keys = made.functions()["key"]
        return self._keys

    def learn(self, number: int, values: tuple[Any, ...], made: Decision) -> dict[str, Any]:
        """The fields of a decision, which are kept for others whose tests come out alike. Its days are
        left open: the next one's may be others."""
        fields = {name: value for name, value in vars(made).items() if name != "_explain"}
        fields |= {"as_of": None, "known_at": None}
        with self.owner._lock:
            found = self.known.get(number)
            if found is None:
                _room(self.known, _MOST_DECISIONS)
                found = self.known[number] = self._telling(made), {}
            telling, alike = found
            _room(alike, _MOST_SAID)
            alike[telling(values)] = fields
        return fields

    def _telling(self, made: Decision) -> Callable[[tuple[Any, ...]], Any]:
        """What gives the values that decisions of this kind tell: those of judged facts."""
        told = [*(each.fact for each in made.judgements), *judged(self.linked.vocabulary)]
        at = [
            number
            for number, path in enumerate(self.paths)
            if any(in_fact(path, each) for each in told)
        ]
        return itemgetter(*at) if at else _nothing


_Alike = tuple[Callable[[tuple[Any, ...]], Any], dict[Any, dict[str, Any]]]
"""Of the values of a use, those that a decision tells; and by these, the fields of the decision."""


def _left(*_: Any, **__: Any) -> Any:
    """What generated code asks for a fact that has to be read with care, where the caller reads it."""
    raise Odd


def _nothing(_: object) -> None:
    """What a decision tells that rests on no value."""


def _room(kept: dict[Any, Any], most: int) -> None:
    """Makes room for one more: what came first goes."""
    if len(kept) >= most:
        del kept[next(iter(kept))]


@define(eq=False)
class _Dated:
    """Functions that answer on one pair of days."""

    owner: Predicates
    plan: _Plan
    as_of: Day
    known_at: Day
    _verdict: Callable[..., Verdict] | None = None
    _decide: Callable[..., Decision] | None = None
    _answering: Sequence[Answering] | None = None

    def verdict(self) -> Callable[..., Verdict]:
        if self._verdict is None:
            with self.owner._lock:
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
            with self.owner._lock:
                self._answering = self.owner.deciding(self.as_of, self.known_at)
        return self._answering

    def decide(self) -> Callable[..., Decision]:
        if self._decide is None:
            with self.owner._lock:
                self._decide = self._made_decide()
        return self._decide

    def _made_decide(self) -> Callable[..., Decision]:
        anew, dated = self._anew(), self.owner.dated_decide
        if not self.plan.small:
            return lambda facts, **more: dated(facts, more) if more else anew(facts)
        key, explain = self.plan.keys(), self._explain
        known, learn, days = self.plan.known, self.plan.learn, self._days()

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
            found = known.get(number)
            fields = None if found is None else found[1].get(found[0](values))
            if fields is None:
                fields = learn(number, values, anew(facts))
            return decided(fields if days is None else {**fields, **days}, explain, values)

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

    def _explain(self, values: tuple[Any, ...]) -> Why:
        facts = {
            path: self.plan.plain.typed(path, value)
            for path, value in zip(self.plan.paths, values, strict=True)
            if value is not None
        }
        use = Use(facts, as_of=self.as_of, known_at=self.known_at)
        return self.owner.decide_use(use).explanation
