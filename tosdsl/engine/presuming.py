"""Presumptions and burdens: what a use does not say, and who has to show it.

    Use -> what is presumed filled in -> Decision
    Use -> the same documents without any burden -> Without

A question is put twice: with what is presumed, and with none of it. The decision is the first one, and
tells what the second comes to wherever a presumption or a burden mattered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from attrs import define, evolve, field, frozen

from tosdsl.backends.python.findings import chosen
from tosdsl.base.verdict import Verdict
from tosdsl.decision.model import Decision, Presumed, Without, changed
from tosdsl.engine.alternatives import of_bits, verdict_any
from tosdsl.engine.answers import Answers
from tosdsl.engine.examples import ONE
from tosdsl.facts.evidence import weigh
from tosdsl.facts.read import Reader
from tosdsl.trees import core
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.burdens import has_burdens, unburdened
from tosdsl.trees.facts import Entries, Entry, Use
from tosdsl.trees.wording import value_words, words

Values = tuple[Any, ...]

ASKER = "asker"
"""Who presumes what a question says under ``assume``."""


@frozen
class Filled:
    """A fact that is presumed: its value, and what says so."""

    fact: str
    value: Any
    said: n.Presumption


@frozen
class Burden:
    """A condition that has to be shown, as a node, the node that it is shown, and the clause or
    exception that says so."""

    node: core.Index
    shown: core.Index
    clause: str
    at: str | None
    text: str
    policy: str


def presumes(choices: n.Choices) -> bool:
    """Whether any version of these documents has a presumption or a burden, or can be read in several
    ways: then no decision is made of the facts alone."""
    if choices.vocabulary.interpretations:
        return True
    return bool(_by_vocabulary(choices.vocabulary)) or any(
        policy.presumptions or has_burdens(policy) for policy in choices.policies()
    )


@define(eq=False)
class Presuming:
    """Answers about some documents with what they presume. Safe to share between threads."""

    whole: Answers
    _said: dict[str, Filled | None] = field(init=False)
    """By leaf, what the documents presume; None where that is open."""
    _burdens: tuple[Burden, ...] = field(init=False)
    _bare: Answers = field(init=False)
    _kinds: dict[str, v.Type] = field(init=False)
    _supposed: Callable[..., Values] | None = None
    """What works out all nodes, where it is said which burdens are met."""

    def __attrs_post_init__(self) -> None:
        linked, governing = self.whole.linked, self.whole.in_force
        self._said = said_by(linked, governing)
        self._burdens = tuple(_burdens(self.whole.program))
        self._kinds = {leaf.path: leaf.type for leaf in linked.vocabulary.leaves()}
        self._bare = Answers(unburdened(linked), governing) if self._burdens else self.whole

    @property
    def linked(self) -> n.Linked:
        return self.whole.linked

    @property
    def in_force(self) -> tuple[bool, ...]:
        return self.whole.in_force

    def decide(self, use: Use) -> Decision:
        """The decision on a use, and what it would be with nothing presumed. Raises FactError."""
        presumed = self.presumed(use)
        full = _with(use, presumed)
        made = self.whole.decide(full)
        open_ = self._open_burdens(full)
        if not presumed and not open_:
            return made
        bare = self._bare.decide(use)
        asked = {need.fact for need in bare.needs}
        asked |= {fact for duty in bare.duties for fact in duty.needs}
        told = [self._presumption(each, full, made) for each in presumed if each.fact in asked]
        behind = self._behind(open_, full, made, bare)
        told += [each for each in behind if not asked.isdisjoint(each.facts)]
        if not told and (bare.verdict, bare.compliant) != (made.verdict, made.compliant):
            told = [*(self._presumption(each, full, made) for each in presumed), *behind]
        if not told:
            return made
        without = Without(bare.verdict, bare.possible, bare.compliant, bare.needs, bare.exact)
        return changed(made, presumed=tuple(told), without=without)

    def verdict(self, use: Use) -> int:
        """The verdict as a bit, with what is presumed; several bits where it is open."""
        return self.whole.verdict(self.filled(use))

    def bare(self, use: Use) -> int:
        """The same with nothing presumed and nothing to be shown."""
        return self._bare.verdict(use)

    def read(self) -> frozenset[str]:
        """The facts that are read, and the day of the use by the name of its node."""
        found: set[str] = set()
        for each in (self.whole, self._bare):
            program = each.program
            blocks = (program.body, *(function.body for function in program.functions))
            nodes = [node for block in blocks for node in block.nodes]
            found |= {node[1] for node in nodes if node[0] == "fact"}
            found |= {core.DAY[0]} & {node[0] for node in nodes}
        return frozenset(found)

    def filled(self, use: Use) -> Use:
        """The use with what is presumed of it."""
        return _with(use, self.presumed(use))

    def presumed(self, use: Use) -> list[Filled]:
        """What is presumed of facts that a use neither gives nor disputes nor says to be unknown."""
        known = dict(self._said)
        for leaf, value in use.assumed.items():
            said = n.Presumption(leaf, Entries(()), ASKER)
            known[leaf] = None if value is None else Filled(leaf, value, said)
        taken = {*use.facts, *use.unknown, *(each.fact for each in use.assertions)}
        taken |= {leaf for reading in use.readings for leaf in reading.facts}
        return [each for leaf, each in known.items() if each is not None and leaf not in taken]

    def _open_burdens(self, use: Use) -> list[Burden]:
        """What would have to be shown, and is open."""
        if not self._burdens:
            return []
        values = self.whole.values(weigh(use))
        return [each for each in self._burdens if values[each.node] is None]

    def _presumption(self, each: Filled, use: Use, made: Decision) -> Presumed:
        """``use`` has all that is presumed, and ``made`` is the decision on it."""
        said, value = each.said, value_words(each.value)
        others = {path: known for path, known in use.facts.items() if path != each.fact}
        less = evolve(use, facts=others)
        decides = made.verdict is not verdict_any([self.whole], less)
        otherwise = self._contrary(each, less) if decides else None
        return Presumed(
            "presumption",
            each.fact,
            value,
            None,
            said.by,
            said.at,
            said.description,
            (each.fact,),
            decides,
            otherwise,
        )

    def _contrary(self, each: Filled, use: Use) -> Verdict:
        """The verdict where a presumption is known to be wrong. ``use`` has not the fact."""
        kind = self._kinds[each.fact]
        if isinstance(kind, v.Boolean):
            others: list[Any] = [not each.value]
        elif isinstance(kind, v.Enum):
            others = [one for one in kind.members if one != each.value]
        else:  # any value but one, which is next to nothing known
            return verdict_any([self.whole], use)
        found = 0
        for one in others:
            found |= self.whole.verdict(evolve(use, facts={**use.facts, each.fact: one}))
            if found not in ONE:  # it is open, whatever the others come to
                break
        return of_bits(found)

    def _behind(
        self, open_: list[Burden], use: Use, made: Decision, without: Decision
    ) -> list[Presumed]:
        """The burdens that are open, with the facts behind them. ``without`` is the decision where
        nothing is presumed."""
        if not open_:
            return []
        program, asked = self.whole.program, set[str]()
        several: dict[core.Index, Verdict] = {}
        if verdict_any([self._bare], use) is not made.verdict:
            bare = self._bare.decide(use) if use.presumed else without
            asked = {need.fact for need in bare.needs}
            several = self._that_decide(open_, weigh(use), made.verdict)
        told: dict[tuple[object, ...], Presumed] = {}
        for each in open_:
            read = core.reads(program.body, program.functions, each.node)
            facts = tuple(path for path in read if path not in use.facts)
            decides = each.shown in several and (not asked or not asked.isdisjoint(facts))
            said = (each.clause, each.policy, each.at, each.text or None)
            # An exception that several clauses name is one burden.
            same = told.get(said)
            otherwise = several[each.shown] if decides else None
            if same is not None:
                facts = tuple(dict.fromkeys((*same.facts, *facts)))
                decides = decides or same.decides
                otherwise = same.otherwise if otherwise is None else otherwise
            told[said] = Presumed("burden", None, None, *said, facts, decides, otherwise)
        return [*told.values()]

    def _that_decide(
        self, open_: list[Burden], use: Use, verdict: Verdict
    ) -> dict[core.Index, Verdict]:
        """The burdens of which each, met alone, would change the verdict, with the one that comes then;
        all, with what comes of all, if none would. The evidence of ``use`` is weighed; ``verdict`` is
        the one where none is met."""
        found: dict[core.Index, Verdict] = {}
        left = self._supposing((), use)[self.whole.program.possible]
        for one in {each.shown: each for each in open_}.values():
            values = self._supposing((one.shown,), use)
            if values[self.whole.program.possible] != left:
                comes = self.whole.where([one.node], values, use)
                if comes and of_bits(comes) is not verdict:
                    found[one.shown] = of_bits(comes)
        if found:
            return found
        values = self._supposing([each.shown for each in open_], use)
        together = of_bits(self.whole.where([each.node for each in open_], values, use))
        return {each.shown: together for each in open_}

    def _supposing(self, met: Sequence[core.Index], use: Use) -> Values:
        """The values of all nodes, where some burdens are taken to be met."""
        program = self.whole.program
        several = dict.fromkeys(each.shown for each in self._burdens)
        if self._supposed is None:
            nodes = range(len(program.body.nodes))
            self._supposed = chosen(program.body, program.functions, nodes, [*several])
        said = (True if each in met else None for each in several)
        return self._supposed(use.readable.get, use.day, *said)


def _with(use: Use, presumed: Iterable[Filled]) -> Use:
    found = {each.fact: each.value for each in presumed}
    if not found:
        return use
    return evolve(use, facts={**use.facts, **found}, presumed=frozenset(found))


# --- what the documents presume ---------------------------------------------------------------------


def said_by(linked: n.Linked, governing: tuple[bool, ...]) -> dict[str, Filled | None]:
    """What a policy says is over what its vocabulary says. Where two policies say different things of
    one fact, neither counts."""
    reader = Reader(linked.vocabulary, [])
    known: dict[str, Filled | None] = {}
    for said in _by_vocabulary(linked.vocabulary):
        known |= _leaves(reader, said)
    by_policy: dict[str, Filled | None] = {}
    for said in _by_policies(linked, governing):
        for leaf, one in _leaves(reader, said).items():
            by_policy[leaf] = one if _same_value(one, by_policy.get(leaf, one)) else None
    return known | by_policy


def _by_vocabulary(vocabulary: v.Vocabulary) -> list[n.Presumption]:
    return [
        n.Presumption(fact.name, fact.presumed, vocabulary.name, span=fact.span)
        for fact in vocabulary.facts
        if fact.presumed is not None
    ]


def _by_policies(linked: n.Linked, governing: tuple[bool, ...]) -> Iterator[n.Presumption]:
    """Of the documents that govern; one that came in by several ways says it once."""
    pairs = zip(linked.documents, governing, strict=True)
    binding = (document.policy for document, governs in pairs if governs and _binds(document))
    for policy in {id(each): each for each in binding}.values():
        yield from policy.presumptions


def _binds(document: n.Document) -> bool:
    return document.part != n.NOTHING


def _same_value(one: Filled | None, other: Filled | None) -> bool:
    return (one and one.value) == (other and other.value) and (one is None) == (other is None)


def _leaves(reader: Reader, said: n.Presumption) -> dict[str, Filled | None]:
    """The facts of which a presumption speaks; None of one that it says to be unknown."""
    reader.unknown = set()
    facts = reader.facts(Entries((Entry(said.path, said.value, span=said.span),)))
    unknown: dict[str, Filled | None] = dict.fromkeys(reader.unknown)
    return unknown | {leaf: Filled(leaf, value, said) for leaf, value in facts.items()}


# --- burdens ----------------------------------------------------------------------------------------


def _burdens(program: core.Program) -> Iterator[Burden]:
    by_key = dict(program.linked.norms())
    for key, nodes in program.norms.items():
        yield from _of(program, key[0], by_key[key], nodes)


def _of(
    program: core.Program,
    index: int,
    node: n.Norm | n.ExceptionNode,
    nodes: core.NormNodes | core.ExceptionNodes,
) -> Iterator[Burden]:
    document = program.linked.documents[index]
    full = document.qualified(node.id)

    def made(at: core.Index, text: str) -> Iterator[Burden]:
        match program.body.nodes[at]:
            case ("shown", inner):
                yield Burden(inner, at, full, node.at, text, document.policy.id)

    if node.shown:
        yield from made(nodes.force, node.description or "")
    for proviso, at in zip(node.provisos, nodes.provisos, strict=True):
        if isinstance(proviso, ex.Shown):
            yield from made(at, words(proviso.item))
    for each, its in zip(node.exceptions, nodes.exceptions, strict=True):
        yield from _of(program, index, each, its)
