"""Decisions of many clauses, or of clauses that are more than logic over single facts, by their kind.

Of what kind a decision is follows from the clauses that can matter, from how their tests come out, and
from the days that obligations are due. Uses of one kind get one decision, but for what it says of
values; the first of a kind is decided by the reference, on the clauses that can matter.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from attrs import define, evolve, field

from tosdsl import asking
from tosdsl.answer import answer
from tosdsl.backends.python.module import Engine
from tosdsl.backends.python.signatures import Signature, Signatures, values_of_files
from tosdsl.decision.model import Decision, Why, decided
from tosdsl.facts.exact import is_exact
from tosdsl.facts.plain import Plain
from tosdsl.lower.narrow import Narrowing
from tosdsl.reference.duties import deadline
from tosdsl.reference.evaluate import evaluate_definitions
from tosdsl.runtime.checks import Odd
from tosdsl.runtime.indexed import Entry, Indexed
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees.facts import Facts
from tosdsl.trees.items import in_fact
from tosdsl.trees.rules import Bound, Rules
from tosdsl.trees.walk import paths, reads, used

_MOST_KINDS = 20_000
"""Kinds that are kept; past it, they are forgotten."""

_MOST_SAID = 1_000
"""Values that decisions of one kind tell, of which so many combinations are kept."""

_MOST_MET = 500
"""Clauses that can matter to a use whose kind is still asked for."""

Day = date | None
Decide = Callable[[Any], Decision]


@define(eq=False)
class Kinds:
    """The kinds of decisions on one choice of documents. Safe to share between threads."""

    linked: n.Linked
    rules: Rules
    plain: Plain
    engine: Engine
    indexed: Indexed
    _signatures: list[Signature] = field(init=False)
    _also: list[tuple[Signature, Entry]] = field(init=False)
    _values: Callable[[Any], Any] = field(init=False)
    _narrowing: Narrowing = field(init=False)
    _check: Callable[[object], bool] = field(init=False)
    _deadlines: list[Callable[[Any, Day], Hashable]] = field(init=False)
    _lost: dict[int, tuple[Signature, Entry]] = field(init=False)
    """By clause, the tests that its force does not depend on."""
    _beyond: list[frozenset[int]] = field(init=False)
    """For each clause, the conditions in it that are no logic over single leaves: what is open in one,
    and what it takes to settle it, depends on the values that it reads."""
    _beyond_also: frozenset[int] = field(init=False)
    _reads: list[Callable[[object], Facts]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        several = Signatures(self.rules, self.engine)

        def later(bound: Bound) -> Signature:
            return lambda facts, entry: several.of(bound.shape)(facts, entry)

        self._signatures = [later(clause.force) for clause in self.rules.clauses]
        also = [*(row.scope for row in self.rules.rows), *self.rules.also]
        self._also = [(several.of(each.shape), _entry(each)) for each in also]
        self._lost = {
            number: (several.of(clause.lost.shape), _entry(clause.lost))
            for number, clause in enumerate(self.rules.clauses)
            if clause.lost.settled is None
        }
        self._beyond = [_conditions(clause.force, clause.lost) for clause in self.rules.clauses]
        self._beyond_also = _conditions(*also)
        self._reads = [self._reader(index, expr) for index, expr in self.rules.beyond]
        self._values = values_of_files(self.rules, self.engine, self.indexed)
        self._narrowing = Narrowing(self.linked)
        self._check = self.plain.rest("")
        self._deadlines = list(self._of_deadlines())

    def _of_deadlines(self) -> Iterator[Callable[[Any, Day], Hashable]]:
        """For each deadline, what a decision can tell of it."""
        for (index, _), norm in self.linked.norms():
            if norm.deadline is not None:
                yield self._of_deadline(index, norm.deadline)

    def _reader(self, index: int, expr: ex.Expr) -> Callable[[object], Facts]:
        """What gives the facts that an expression reads."""
        known = reads(self.rules.definitions[index].values())
        return self.plain.reader(sorted(set(paths(expr, known))))

    def _of_deadline(self, index: int, item: n.Deadline) -> Callable[[Any, Day], Hashable]:
        definitions = self.rules.definitions[index]
        read = self._reader(index, item.moment)
        names = used(item.moment, definitions)
        several = [each for name, each in definitions.items() if name in names]

        def told(facts: Any, as_of: Day) -> Hashable:
            known = read(facts)
            values = evaluate_definitions(several, known)
            return deadline(item, as_of, known, values), frozenset(known)

        return told

    def deciding(self, as_of: Day, known_at: Day, slow: Decide) -> Decide:
        """``decide(facts)`` on these days; ``slow`` answers where a fact has to be read with care."""
        known: dict[Hashable, tuple[tuple[str, ...], dict[Hashable, dict[str, Any]]]] = {}

        def explain(facts: Any) -> Why:
            return slow(facts).explanation

        def decide(facts: Any) -> Decision:
            kind: Hashable = None
            met: list[Entry] | None = None
            try:
                kind, met = self._kind(facts, as_of)
                found = known.get(kind)
                if found is not None:
                    said = tuple([_frozen(got(facts, path)) for path in found[0]])
                    fields = found[1].get(said)
                    if fields is not None:
                        return decided(fields, explain, _copied(facts))
            except Exception:  # a value that has to be read with care
                met = None
            if met is None:
                return slow(facts)
            made = self._learnt(facts, met, as_of, known_at)
            told = tuple(sorted({self._leaf(each.fact) for each in made.judgements}))
            fields = {name: value for name, value in vars(made).items() if name != "_explain"}
            if len(known) >= _MOST_KINDS:
                known.clear()
            said = tuple([_frozen(got(facts, path)) for path in told])
            shared = known.setdefault(kind, (told, {}))[1]
            if len(shared) >= _MOST_SAID:
                shared.clear()
            shared[said] = fields
            return decided(fields, explain, _copied(facts))

        return decide

    def _leaf(self, fact: str) -> str:
        """The fact that a judgement is (in)."""
        leaves = self.rules.vocabulary.leaves()
        return next(leaf.path for leaf in leaves if in_fact(leaf.path, fact))

    def _kind(self, facts: Any, as_of: Day) -> tuple[Hashable, list[Entry]]:
        """The kind, and the clauses that can matter. Raises where facts are not plain."""
        if not is_exact(facts) or not self._check(facts):
            raise Odd
        met = list(self.indexed.met(self._values(facts)))
        if len(met) > _MOST_MET:
            raise Odd
        signatures = self._signatures
        clauses = tuple([(entry[2], signatures[entry[2]](facts, entry)) for entry in met])
        also = tuple([signature(facts, entry) for signature, entry in self._also])
        lost: tuple[int, ...] = ()
        if self._lost:
            several = [self._lost[entry[2]] for entry in met if entry[2] in self._lost]
            lost = tuple([signature(facts, entry) for signature, entry in several])
        seen = {number for entry in met for number in self._beyond[entry[2]]} | self._beyond_also
        read = tuple([(number, _frozen(self._reads[number](facts))) for number in sorted(seen)])
        due = tuple([each(facts, as_of) for each in self._deadlines])
        return (clauses, also, lost, read, due), met

    def _learnt(self, facts: Any, met: list[Entry], as_of: Day, known_at: Day) -> Decision:
        use = asking.use_of(self.rules.vocabulary, {"facts": facts})
        keys = (self.rules.clauses[entry[2]].key for entry in met)
        narrowed = self._narrowing.to(keys)
        return answer(narrowed, evolve(use, as_of=as_of, known_at=known_at))[0]


def got(facts: Any, path: str) -> Any:
    """What stands at a path of facts as they are given; None if nothing does."""
    for name in path.split("."):
        facts = None if facts is None else facts.get(name)
    return facts


def _frozen(value: Any) -> Hashable:
    if isinstance(value, Mapping):
        return frozenset((key, _frozen(inner)) for key, inner in value.items())
    if isinstance(value, set | frozenset):
        return frozenset(map(_frozen, value))
    if isinstance(value, datetime):  # equal to one of another zone, which has another calendar
        return value, value.utcoffset()
    return tuple(map(_frozen, value)) if isinstance(value, list | tuple) else value


def _entry(bound: Bound) -> Entry:
    """A formula as an entry: it has constants, and nothing else that an entry has."""
    return (0, 0, 0, *bound.constants)


def _conditions(*several: Bound) -> frozenset[int]:
    """The conditions beyond in formulas."""
    return frozenset(node[1] for each in several for node in each.shape if node[0] == "beyond")


def _copied(value: Any) -> Any:
    """Facts as they are now, whatever is done to them later."""
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return list(map(_copied, value))
    return set(value) if isinstance(value, set) else value
