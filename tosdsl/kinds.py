"""Decisions of many clauses, or of clauses that are more than logic over single facts, by their kind.

Of what kind a decision is follows from the clauses that can matter, from how their tests come out, and
from the days that obligations are due. Uses of one kind get one decision, but for what it says of
values; the first of a kind is decided by the reference, on the clauses that can matter.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from datetime import date
from typing import Any

from attrs import define, evolve, field

from tosdsl import asking
from tosdsl.answer import answer
from tosdsl.backends.python.module import Engine
from tosdsl.backends.python.signatures import Signature, Signatures, values_of_files
from tosdsl.decision.model import Decision, Why, decided
from tosdsl.facts.plain import Plain
from tosdsl.lower.narrow import Narrowing
from tosdsl.reference.duties import deadline
from tosdsl.reference.evaluate import evaluate_definitions
from tosdsl.runtime.checks import Odd
from tosdsl.runtime.indexed import Entry, Indexed
from tosdsl.trees import norms as n
from tosdsl.trees.rules import Bound, Rules
from tosdsl.trees.walk import paths, used

_MOST_KINDS = 20_000
"""Kinds that are kept; past it, they are forgotten."""

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

    def __attrs_post_init__(self) -> None:
        several = Signatures(self.rules, self.engine)

        def later(bound: Bound) -> Signature:
            return lambda facts, entry: several.of(bound.shape)(facts, entry)

        self._signatures = [later(clause.force) for clause in self.rules.clauses]
        also = [*(row.scope for row in self.rules.rows), *self.rules.also]
        self._also = [(several.of(each.shape), (0, 0, 0, *each.constants)) for each in also]
        self._values = values_of_files(self.rules, self.engine, self.indexed)
        self._narrowing = Narrowing(self.linked)
        self._check = self.plain.rest("")
        self._deadlines = list(self._of_deadlines())

    def _of_deadlines(self) -> Iterator[Callable[[Any, Day], Hashable]]:
        """For each deadline, what a decision can tell of it."""
        for (index, _), norm in self.linked.norms():
            if norm.deadline is not None:
                yield self._of_deadline(index, norm.deadline)

    def _of_deadline(self, index: int, item: n.Deadline) -> Callable[[Any, Day], Hashable]:
        definitions, reads = self.rules.definitions[index], dict[str, frozenset[str]]()
        for name, each in definitions.items():
            reads[name] = frozenset(paths(each.body, reads))
        read = self.plain.reader(sorted(set(paths(item.moment, reads))))
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
            try:
                kind, met = self._kind(facts, as_of)
                found = known.get(kind)
                if found is not None:
                    said = tuple([_frozen(_got(facts, path)) for path in found[0]])
                    fields = found[1].get(said)
                    if fields is not None:
                        return decided(fields, explain, _copied(facts))
            except Exception:  # a value that has to be read with care
                return slow(facts)
            made = self._learnt(facts, met, as_of, known_at)
            told = tuple(sorted({each.fact for each in made.judgements}))
            fields = {name: value for name, value in vars(made).items() if name != "_explain"}
            if len(known) >= _MOST_KINDS:
                known.clear()
            said = tuple([_frozen(_got(facts, path)) for path in told])
            known.setdefault(kind, (told, {}))[1][said] = fields
            return decided(fields, explain, _copied(facts))

        return decide

    def _kind(self, facts: Any, as_of: Day) -> tuple[Hashable, list[Entry]]:
        """The kind, and the clauses that can matter. Raises where facts are not plain."""
        if not self._check(facts):
            raise Odd
        met = list(self.indexed.met(self._values(facts)))
        if len(met) > _MOST_MET:
            raise Odd
        signatures = self._signatures
        clauses = tuple([(entry[2], signatures[entry[2]](facts, entry)) for entry in met])
        also = tuple([signature(facts, entry) for signature, entry in self._also])
        due = tuple([each(facts, as_of) for each in self._deadlines])
        return (clauses, also, due), met

    def _learnt(self, facts: Any, met: list[Entry], as_of: Day, known_at: Day) -> Decision:
        use = asking.use_of(self.rules.vocabulary, {"facts": facts})
        keys = (self.rules.clauses[entry[2]].key for entry in met)
        narrowed = self._narrowing.to(keys)
        return answer(narrowed, evolve(use, as_of=as_of, known_at=known_at))[0]


def _got(facts: Any, path: str) -> Any:
    for name in path.split("."):
        facts = None if facts is None else facts.get(name)
    return facts


def _frozen(value: Any) -> Hashable:
    return tuple(map(_frozen, value)) if isinstance(value, list | tuple) else value


def _copied(value: Any) -> Any:
    """Facts as they are now, whatever is done to them later."""
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}
    return list(map(_copied, value)) if isinstance(value, list) else value
