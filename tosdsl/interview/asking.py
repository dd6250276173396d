"""Questions about a use, one after another: the one whose answers settle most comes first.

An interview is a value. Each answer makes a new one, so that going back is going to the one before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from attrs import define, evolve, field, frozen

from tosdsl.base.verdict import Verdict
from tosdsl.decision.model import Decision, Need
from tosdsl.diagnostics.model import Diagnostic, Severity, in_order
from tosdsl.engine.alternatives import verdict_any
from tosdsl.errors import FactError
from tosdsl.facade import PolicySet
from tosdsl.facts.use import read_parts
from tosdsl.interview.forms import form, meanings
from tosdsl.interview.reads import facts_read
from tosdsl.interview.typed import node_of
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Entries, Entry, Use
from tosdsl.trees.moments import with_zone
from tosdsl.trees.quantities import ABSENT
from tosdsl.trees.uses import value_text
from tosdsl.trees.vocabulary import DAY_OF_USE, MOMENT_OF_USE
from tosdsl.trees.walk import conditions, parts
from tosdsl.values.representatives import to_try

_MOST_TRIED = 240
"""Answers that are tried for one question, those of all facts together."""
_SOMEBODY = "something else"
_MOST_VALUES = 8
"""Answers that are tried for one fact."""


@frozen
class Question:
    """A fact that is asked for.

    ``form`` says what can be answered, ``members`` the members of an enumeration with their texts.
    ``clauses`` are the full ids of the clauses that ask, each with what it says. ``settles`` has
    answers that would settle the use, as text, each with the verdict.
    """

    fact: str
    text: str
    type: v.Type
    form: str
    judged: bool
    members: tuple[tuple[str, str | None], ...]
    clauses: tuple[tuple[str, str | None], ...]
    settles: tuple[tuple[str, Verdict], ...]
    fields: tuple[v.Leaf, ...] = ()
    """Of a list of records, the fields that are read of its items."""


@frozen
class Interview:
    """What has been answered so far about one use.

    ``open`` are the facts that nobody knows, ``given`` those that were answered: a list of records of
    which a field is not known is asked for once.
    """

    policies: PolicySet = field(repr=False)
    use: Use = field(factory=Use)
    open: tuple[str, ...] = ()
    given: tuple[str, ...] = ()

    @classmethod
    def begin(
        cls, policies: PolicySet, use: Use | None = None, *, as_of: date | None = None
    ) -> Interview:
        """An interview in which nothing has been answered, beyond what ``use`` says."""
        made = use or Use()
        return cls(policies, evolve(made, as_of=with_zone(as_of, "as_of") or made.as_of))

    def decision(self) -> Decision:
        """The decision on what is known. Raises DecisionError."""
        return self.policies.decide_use(self.use)

    def question(self) -> Question | None:
        """What to ask next; None where nothing that can be learnt changes the answer."""
        asked = {*self.open, *self.given, DAY_OF_USE, MOMENT_OF_USE}  # said when it begins
        needs = [each for each in self.decision().needs if each.fact not in asked]
        if not needs:
            return None
        return _Choosing(self, needs).question()

    def answered(self, fact: str, answer: object) -> Interview:
        """The interview with a fact known.

        ``answer`` is a text as somebody types it, a list of texts, or for a list of records a list of
        mappings from fields to texts. Raises FactError if it is no value of the fact.
        """
        leaf = next((each for each in self.policies.vocabulary.leaves() if each.path == fact), None)
        if leaf is None:
            raise ValueError(f"there is no fact {fact!r}")
        problems: list[Diagnostic] = []
        node = Entries((Entry(fact, node_of(answer, leaf.type)),))
        read = read_parts({"facts": node}, self.policies.vocabulary, problems)
        if any(each.severity is Severity.ERROR for each in problems):
            raise FactError(tuple(in_order(problems)), {})
        facts = {**self.use.facts, **read.facts}
        left = tuple(each for each in self.open if each != fact)
        use = evolve(self.use, facts=facts)
        return evolve(self, use=use, open=left, given=(*self.given, fact))

    def not_known(self, fact: str) -> Interview:
        """The interview with a fact that is not asked for again, as nobody knows it."""
        return evolve(self, open=(*self.open, fact))

    def document(self) -> str:
        """The answers as a facts document in YAML, read back as the same use."""
        lines = [f"use: {_quoted(self.use.title)}"] if self.use.title else []
        lines += [f"as_of: {self.use.as_of}"] if self.use.as_of else []
        lines += [f"known_at: {self.use.known_at}"] if self.use.known_at else []
        known = [
            f"  {leaf.path}: {value_text(self.use.facts[leaf.path], leaf.type)}"
            for leaf in self.policies.vocabulary.leaves()
            if leaf.path in self.use.facts
        ]
        # A list of which an item does not say all is known so far.
        left = [path for path in self.open if path not in self.use.facts]
        unknown = [f"  {path}:  # nobody knew" for path in left]
        lines.append("facts:" if known or unknown else "facts: {}")
        return "\n".join([*lines, *known, *unknown]) + "\n"


def _quoted(text: str) -> str:
    return value_text(text, v.Text())


@define
class _Choosing:
    interview: Interview
    needs: list[Need]
    _leaves: dict[str, v.Leaf] = field(init=False)
    _linked: tuple[n.Linked, ...] = field(init=False)

    def __attrs_post_init__(self) -> None:
        policies, use = self.interview.policies, self.interview.use
        self._leaves = {each.path: each for each in policies.vocabulary.leaves()}
        self._linked = policies.alternatives(use.as_of, use.known_at)

    def question(self) -> Question:
        """The need of which the greatest share of answers settles the use; of equal ones, the one that
        most clauses ask for, then the first in the text."""
        tried = {need.fact: self._tried(need.fact) for need in self.needs}

        def rank(need: Need) -> tuple[float, int]:
            outcomes = tried[need.fact]
            settled = sum(verdict is not Verdict.UNDETERMINED for _, verdict in outcomes)
            return (settled / len(outcomes) if outcomes else 0.0, len(need.clauses))

        chosen = max(self.needs, key=rank)
        leaf = self._leaves[chosen.fact]
        settles = tuple(
            (value_text(value, leaf.type), verdict)
            for value, verdict in tried[chosen.fact]
            if verdict is not Verdict.UNDETERMINED and _can_be_said(value)
        )
        return Question(
            chosen.fact,
            chosen.question,
            leaf.type,
            form(leaf.type, [each.name for each in self.interview.policies.vocabulary.parties]),
            chosen.judged,
            meanings(leaf.type),
            tuple(self._said(chosen.clauses)),
            settles,
            self._fields(leaf),
        )

    def _tried(self, fact: str) -> list[tuple[Any, Verdict]]:
        """Values of a fact, each with the verdict that it makes."""
        kind = self._leaves[fact].type
        several = [each for each in to_try(kind, self._constants(kind)) if not _is_fresh(each)]
        most = min(_MOST_VALUES, _MOST_TRIED // len(self.needs))
        if len(several) > most:
            several = [several[at * len(several) // most] for at in range(most)] if most else []
        policies, use = self.interview.policies, self.interview.use
        with_ = ((value, evolve(use, facts={**use.facts, fact: value})) for value in several)
        answers = policies.predicates.deciding(use.as_of, use.known_at)
        return [(value, verdict_any(answers, made)) for value, made in with_]

    def _constants(self, kind: v.Type) -> list[Any]:
        """Values of a type that documents write, and one besides where there is no end of them."""
        kind = v.bare(kind)
        kind = v.bare(kind.item) if isinstance(kind, v.ListOf) else kind
        alike = (v.Integer, v.Number) if isinstance(kind, v.Integer | v.Number) else (type(kind),)
        found = [
            each.value
            for each in _literals(self._linked)
            if isinstance(v.bare(each.type), alike) and each.value is not ABSENT
        ]
        return [*found, _SOMEBODY] if isinstance(kind, v.Text | v.Party) else found

    def _said(self, clauses: Iterable[str]) -> Iterator[tuple[str, str | None]]:
        texts = {
            document.qualified(norm.id): norm.description
            for linked in self._linked
            for document in linked.documents
            for norm in document.policy.root.all_norms()
        }
        for each in clauses:
            yield each, texts.get(each)

    def _fields(self, leaf: v.Leaf) -> tuple[v.Leaf, ...]:
        kind = v.bare(leaf.type)
        if not isinstance(kind, v.ListOf) or not isinstance(kind.item, v.Record):
            return ()
        use = self.interview.use
        found = facts_read(self.interview.policies, as_of=use.as_of, known_at=use.known_at)
        read = next((each.fields for each in found if each.leaf.path == leaf.path), frozenset[str]())
        leaves = v.Vocabulary("", facts=kind.item.fields).leaves()
        return tuple(each for each in leaves if each.path in read)


def _literals(linked: Iterable[n.Linked]) -> Iterator[ex.Literal]:
    """Every value that is written in the conditions of some documents."""
    policies = {id(each.policy): each.policy for one in linked for each in one.documents}
    for policy in policies.values():
        called = (each.body for each in policy.definitions if each.parameters)
        for expr in (*conditions(policy), *called):
            yield from (each for each in parts(expr) if isinstance(each, ex.Literal))


def _can_be_said(value: Any) -> bool:
    """Whether a value is one that somebody can answer: records have too many fields for it."""
    items = value if isinstance(value, tuple) else (value,)
    return not any(isinstance(each, Mapping) for each in items)


def _is_fresh(value: Any) -> bool:
    """Whether a text is one that stands for all that no policy mentions."""
    items = value if isinstance(value, tuple) else (value,)
    return any(isinstance(each, str) and each.startswith("\0") for each in items)
