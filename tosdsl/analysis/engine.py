"""Is there a use with …? The smallest one, or a proof that there is none.

``Analysis`` holds one whole of documents, or several beside each other, as parts of one space. What
``find`` returns is a ``Witness``, whose facts have been put to the documents; a ``Proof`` that there
is no such use; or ``Unknown``, with the reason why it could not be settled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import date
from itertools import islice
from typing import Any

from attrs import define, evolve, field, frozen

from tosdsl.analysis import claims as c
from tosdsl.analysis.axes import Axes, AxisKey, Total, outcome
from tosdsl.analysis.claims import Claim, In, Is, parts_of
from tosdsl.analysis.conditions import Conditions
from tosdsl.analysis.facts import joined
from tosdsl.analysis.index import Index
from tosdsl.analysis.ranges import Range, range_of
from tosdsl.analysis.sample import Sample, around, known_in, without
from tosdsl.analysis.search import MOST_STEPS, GaveUp, Search
from tosdsl.analysis.sides import Side
from tosdsl.analysis.solver.door import MISSING, Smt, solver_at_hand
from tosdsl.analysis.solver.values import Budget, Condition
from tosdsl.analysis.tables import Table, World
from tosdsl.formulas.space import Space
from tosdsl.lower.core import Core
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.findings import VERDICTS
from tosdsl.trees.versions import in_force

_MOST_TRIED = 200
"""Worlds of which it is tried whether values make them."""

_MOST_PASSED_OVER = 40
"""Uses that are passed over, with all that say more, as their verdicts are not what is looked for."""


@frozen
class Witness:
    """A use that meets the claim, in the names of facts that the question has. ``known`` is how many
    facts it says; ``smallest``: none says fewer (otherwise, none of its facts can be left out)."""

    facts: Mapping[str, Any]
    smallest: bool = True
    verdicts: tuple[str, ...] = ()
    """Of each side."""
    ranges: Mapping[str, Range] = field(factory=dict)
    """Facts of which other values do as well, with these."""

    @property
    def known(self) -> int:
        return len(self.facts)


@frozen
class Proof:
    """There is no such use. ``by`` is ``tables``, ``search`` or ``solver``."""

    by: str


@frozen
class Unknown:
    """It is not settled. ``why`` is a sentence; ``conditions`` are those that were in the way."""

    why: str
    conditions: tuple[ex.Expr, ...] = ()


Answer = Witness | Proof | Unknown


class Mismatch(AssertionError):
    """A witness does not do what the formulas say: a bug of the analysis."""


@define
class Analysis:
    """Sides in one space, and what is found about them."""

    sides: tuple[Side, ...]
    space: Space
    conditions: Conditions
    axes: Axes
    most: int = MOST_STEPS
    smt: bool = True
    """Whether a solver is asked where tables do not suffice."""
    timeout: float = 10.0
    """Seconds for one question to the solver, should it lose count of its steps."""
    budget: Budget = field(factory=Budget)
    """What the solver may be given for all questions."""
    _granted: int = 0
    """The conditions for which it was given more."""
    _replayed: bool = True
    _sample: Sample | None = None
    _last: World | None = None
    """The last world that a search found."""
    _told: dict[Any, tuple[str, ...]] = field(factory=dict)
    """The verdicts of uses that were put to the documents."""
    _terms: tuple[int, Smt] | None = None
    _opaque: tuple[int, set[str]] | None = None
    _indexes: dict[int, Index] = field(factory=dict)

    @classmethod
    def of(
        cls,
        *wholes: n.Linked,
        days: Sequence[tuple[date | None, date | None]] = (),
        renamed: Sequence[Mapping[str, str]] = (),
        **options: Any,
    ) -> Analysis:
        """``days``: for each whole, the day of the use and the day of knowledge. ``renamed``: for each,
        facts by their names there, with the names that they have in the question."""
        types: dict[str, Any] = {}
        parties: dict[str, v.KnownParty] = {}
        leaves: dict[str, v.Leaf] = {}
        for linked, given in zip(wholes, renamed or ({},) * len(wholes), strict=True):
            parties |= {each.name: each for each in linked.vocabulary.parties}
            types |= {each.name: each for each in linked.vocabulary.types}
            for leaf in linked.vocabulary.readable():
                name = given.get(leaf.path, leaf.path)
                before = leaves.get(name)
                kind = leaf.type if before is None else joined(before.type, leaf.type)
                if kind is None:
                    raise ValueError(f"{name} has types without a common value: rename it")
                leaves[name] = evolve(leaf, path=name, type=kind)
        facts = [v.Field(path, leaf.type, leaf.judged, leaf.question) for path, leaf in leaves.items()]
        vocabulary = v.Vocabulary(
            "", None, tuple(types.values()), tuple(facts), tuple(parties.values())
        )
        space = Space()
        shared = Core(inlined=True, types={path: leaf.type for path, leaf in leaves.items()})
        conditions = Conditions(shared, space)
        sides = []
        for index, linked in enumerate(wholes):
            as_of, known_at = days[index] if days else (None, None)
            names = dict(renamed[index]) if renamed else {}
            # A moment is a day in each document's zone; no verdict hangs on the hour.
            documents = shared.documents(linked, in_force(linked, as_of, known_at), names, as_of)
            sides.append(Side(documents, conditions, as_of, known_at, names))
        return cls(tuple(sides), space, conditions, Axes(space, vocabulary), **options)

    @property
    def vocabulary(self) -> v.Vocabulary:
        """The facts of all sides, by the names of the question."""
        return self.axes.vocabulary

    # --- what can be asked ------------------------------------------------------------------------

    def known(self, path: str) -> Claim:
        """The fact is known."""
        self._refresh()
        for kind in ("leaf", "list"):
            axis = self.axes.of.get((kind, path))
            if axis is not None:
                return In(axis.key, axis.full & ~1, axis.full)
        return c.ALWAYS  # nothing asks for it

    def find(
        self,
        claim: Claim,
        *,
        replayed: bool = True,
        told: Callable[[tuple[str, ...]], bool] | None = None,
    ) -> Answer:
        """A smallest use that meets the claim, or a proof that there is none.

        Not ``replayed``: the use is one of many that may do, and the documents have not been asked.
        ``told``: of the use that is shown, this has to hold of the verdicts on each side. A claim
        leaves a verdict open that every way to fill in the unknown facts agrees on; such a use is
        passed over, with all that say more.
        """
        asked, rough = claim, False
        for _ in range(_MOST_PASSED_OVER):
            found = self._find(asked, replayed)
            if isinstance(found, Proof) and rough:
                break
            if told is None or not replayed or not isinstance(found, Witness) or told(found.verdicts):
                return found
            settled = self._why_settled(found.facts)
            rough = rough or not self.opaque.isdisjoint(settled)
            asked = c.both(asked, self._unlike(settled))
        return Unknown("every way to fill in the unknown facts agrees in the uses that were looked at")

    def _why_settled(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """As few of the facts as leave the verdicts what they are, where these are settled."""
        kept, told = dict(facts), self.replay(facts)
        for path in facts:
            fewer = {other: value for other, value in kept.items() if other != path}
            then = zip(told, self.replay(fewer), strict=True)
            if all(was in {"undetermined", is_} for was, is_ in then):
                kept = fewer
        return kept

    def _unlike(self, facts: Mapping[str, Any]) -> Claim:
        """One of these facts is another, or unknown."""
        world = self.axes.domains_of(facts, self.conditions.truth)
        of = self.axes.of
        own = ((key, cell) for key, cell in world.items() if key[1] in facts)
        return c.some(In(key, of[key].full & ~cell, of[key].full) for key, cell in own)

    def _find(self, claim: Claim, replayed: bool) -> Answer:
        self._refresh()
        if claim == c.NEVER:
            return Proof("tables")
        self._replayed = replayed
        table = Table.of(self.axes, claim)
        if table is not None:
            return self._by_table(table, claim)
        world = self._sample.smallest(claim) if self._sample is not None else None
        if world is None and self._last is not None and self.holds(claim, self._last):
            world = self._last  # what is asked next is often a part of what was asked
        if world is not None:
            reduced = self._reduced(world, claim) if replayed else world
            return self._witness(reduced, claim, smallest=False)
        return self._by_search(claim)

    def proved(self, claim: Claim) -> Answer:
        """``Proof`` that the claim holds for all uses; or a use for which it does not."""
        return self.find(c.negation(claim))

    def sample(self, claims: Iterable[Claim]) -> None:
        """Look first among worlds around those in which these claims hold."""
        self._refresh()
        if not any(key[0] == "beyond" for key in self.axes.of):
            self._sample = Sample.chosen(self.axes, around(self.axes, claims))

    def _refresh(self) -> None:
        if self.axes.refresh():
            self._sample = self._last = None
            self._indexes.clear()

    # --- ways to find ---------------------------------------------------------------------------

    def _by_table(self, table: Table, claim: Claim) -> Answer:
        worlds = table.worlds()
        if not worlds:
            return Proof("tables")
        opaque = [key for key in table.keys if key[0] == "beyond"]
        if not opaque:
            return self._witness(next(table.smallest_first(worlds)), claim, smallest=True)
        fewest: int | None = None
        for world in islice(table.smallest_first(worlds), _MOST_TRIED):
            found = self._tried(world, claim)
            fewest = known_in(world) if fewest is None else fewest
            if found is None:
                continue
            if not self._replayed or found.known <= fewest:  # whatever says less is none of the worlds
                return evolve(found, smallest=found.known <= fewest)
            other = self._solved(claim, opaque)
            return other if isinstance(other, Witness) and other.smallest else found
        return self._solved(claim, opaque)

    def _by_search(self, claim: Claim) -> Answer:
        try:
            domains = Search(self.axes, self.most).solve(claim)
        except GaveUp:
            opaque = [key for key in self._axes_of(claim) if key[0] == "beyond"]
            return self._solved(claim, opaque, "the search took too many steps")
        if domains is None:
            return Proof("search")
        world = {key: _plainest(self.axes.of[key], cells) for key, cells in domains.items()}
        opaque = [key for key in self._axes_of(claim) if key[0] == "beyond"]
        if opaque:
            found = self._tried(world, claim)
            return found if found is not None else self._solved(claim, opaque)
        self._last = world
        reduced = self._reduced(world, claim) if self._replayed else world
        return self._witness(reduced, claim, smallest=False)

    def _axes_of(self, claim: Claim) -> list[AxisKey]:
        found: dict[AxisKey, None] = {}
        for each in parts_of(claim):
            keys = (
                [each.axis] if isinstance(each, In) else sorted(self.axes.support(each.part), key=repr)
            )
            found |= dict.fromkeys(keys)
        return list(found)

    def holds(self, claim: Claim, world: World) -> bool:
        """Whether a claim holds in a world; an axis that is not there is in its first cell."""
        domains = {key: 1 << cell for key, cell in world.items()}
        memo: dict[int, int] = {}
        return self._holds(claim, Total(domains), memo)

    def met(self, claims: Iterable[Claim], facts: Mapping[str, Any]) -> list[bool]:
        """Which of the claims these facts meet, by the formulas."""
        domains = Total(self.axes.domains_of(facts, self.conditions.truth))
        memo: dict[int, int] = {}
        return [self._holds(claim, domains, memo) for claim in claims]

    def _holds(self, claim: Claim, domains: Mapping[AxisKey, int], memo: dict[int, int]) -> bool:
        match claim:
            case Is(part=part, mask=mask):
                return not self.axes.possible(part, domains, memo) & ~mask
            case In(axis=axis, cells=cells):
                return bool(domains.get(axis, 1) & cells)
            case c.All(items=items):
                return all(self._holds(each, domains, memo) for each in items)
            case _:
                return any(self._holds(each, domains, memo) for each in claim.items)

    def _reduced(self, world: World, claim: Claim) -> World:
        """The world with every fact left out that can be, one after the other."""
        world = {key: cell for key, cell in world.items() if cell}
        several = without(self.axes, world)
        if several is not None and isinstance(claim, c.All):
            # What a claim is about comes first. It is soon told, and often leaves few worlds.
            several = several.narrowed(c.every(claim.items[:2]))
        found = several.smallest(claim) if several is not None else None
        if found is not None:
            world = dict(found)
        for key in () if found is not None else sorted(world, key=repr):
            if key[0] in {"leaf", "list"}:
                fewer = {other: cell for other, cell in world.items() if other != key}
                if self.holds(claim, fewer):
                    world = fewer
        for key in sorted(world, key=repr):
            if key[0] == "item":
                fewer = {other: cell for other, cell in world.items() if other != key}
                if ("list", key[1]) not in world:
                    world = fewer
        return world

    # --- from worlds to uses ----------------------------------------------------------------------

    def facts_of(self, world: World) -> dict[str, Any]:
        """The facts of a world, in the order of the vocabulary."""
        known: dict[str, Any] = {}
        lists: dict[str, list[Any]] = {}
        for key, cell in world.items():
            if key[0] == "leaf" and cell:
                known[key[1]] = self.axes.of[key].values[cell]
            elif key[0] == "list" and cell:
                lists.setdefault(key[1], [])
        for key, cell in sorted(world.items(), key=repr):
            if key[0] == "item" and cell and key[1] in lists:
                lists[key[1]].append(key[2])
        known |= {path: tuple(items) for path, items in lists.items()}
        return {path: known[path] for path in self.axes.leaves if path in known}

    def _witness(self, world: World, claim: Claim, *, smallest: bool) -> Witness:
        return self._witness_of(self.facts_of(world), claim, smallest=smallest)

    def _witness_of(self, facts: dict[str, Any], claim: Claim, *, smallest: bool) -> Witness:
        if not self._replayed:
            return Witness(facts, smallest)
        ranges = {path: self.range_of(path, value) for path, value in facts.items()}
        kept = {path: each for path, each in ranges.items() if each is not None}
        return Witness(facts, smallest, self.replay(facts, claim), kept)

    def range_of(self, path: str, value: Any) -> Range | None:
        """The values of a fact that no condition tells from this one, if they are more and in a row."""
        return range_of(self.axes, path, value, self.opaque)

    @property
    def opaque(self) -> Set[str]:
        """The facts that are read by conditions which are no test of one fact."""
        if self._opaque is None or self._opaque[0] != len(self.conditions):
            several = map(self.conditions.reads, range(len(self.conditions)))
            self._opaque = len(self.conditions), {path for each in several for path in each}
        return self._opaque[1]

    def replay(self, facts: Mapping[str, Any], claim: Claim | None = None) -> tuple[str, ...]:
        """The verdicts of the documents on each side, settled where every way to fill in the unknown
        facts agrees. Raises Mismatch if formulas say otherwise, or the facts do not meet the claim."""
        memo: dict[int, int] = {}
        domains = Total(self.axes.domains_of(facts, self.conditions.truth))
        if claim is not None and not self._holds(claim, domains, memo):
            raise Mismatch(f"{facts} do not meet what they were found for")
        asked = len(self.space), tuple(sorted((path, repr(value)) for path, value in facts.items()))
        if asked in self._told:
            return self._told[asked]
        told = []
        for at_side, side in enumerate(self.sides):
            open_: list[n.NormKey] | None = None
            if side.large:
                norms = list(side.nodes.norms.items())
                live = (norms[at] for at in self._index(at_side).places(domains))
                open_ = [
                    key for key, node in live if self.axes.possible(node.force, domains, memo) != c.F
                ]
            found = side.told.found(facts, open_)
            for word in VERDICTS:
                if self._holds(side.may_be(word), domains, memo) != (word in found.remaining):
                    raise Mismatch(f"{facts}: {word} is possible, or is not")
            for node, force in found.forces:
                if self.axes.possible(node.force, domains, memo) != c.MASKS[force]:
                    raise Mismatch(f"the force of {node.id} is {force}")
            verdict = side.told.settled(found, facts)
            told.append(next(iter(verdict)) if len(verdict) == 1 else "undetermined")
        self._told[asked] = tuple(told)
        return tuple(told)

    def _index(self, at: int) -> Index:
        """Of the forces of all norms of a side."""
        if at not in self._indexes:
            nodes = self.sides[at].nodes.norms.values()
            self._indexes[at] = Index.of(self.axes, (node.force for node in nodes))
        return self._indexes[at]

    def _tried(self, world: World, claim: Claim) -> Witness | None:
        """A use for a world with conditions that are no tests, if what the world itself says makes one:
        what these conditions ask besides is not known then."""
        facts = self.facts_of(world)
        return self._witness_of(facts, claim, smallest=False) if self._meets(claim, facts) else None

    def _meets(self, claim: Claim, facts: Mapping[str, Any]) -> bool:
        domains = Total(self.axes.domains_of(facts, self.conditions.truth))
        return self._holds(claim, domains, {})

    def _solved(self, claim: Claim, opaque: Iterable[AxisKey], why: str = "") -> Answer:
        """What a solver says. ``why``: what was in the way of doing without."""
        conditions = tuple(self.conditions.expression(key[1])[0] for key in opaque)
        why = why or "conditions that are no test of one fact are in the way"
        if not self.smt:
            return Unknown(why, conditions)
        if not solver_at_hand():
            return Unknown(f"{why}; {MISSING}", conditions)
        found = self._solver().ask(claim, self.timeout, use=self._replayed)
        if found.proved:
            return Proof("solver")
        if found.facts is not None:
            return self._witness_of(found.facts, claim, smallest=found.smallest)
        return Unknown(found.why, conditions)

    def _solver(self) -> Smt:
        """Terms of all that is in the space now."""
        if self._terms is None or self._terms[0] != len(self.space):
            several = tuple(map(self._condition, range(len(self.conditions))))
            self.budget.grant(len(several) - self._granted)
            self._granted = len(several)
            self._terms = len(self.space), Smt(self.axes, several, self.truth, self._meets, self.budget)
        return self._terms[1]

    def _condition(self, number: int) -> Condition:
        """A condition that is no test of one leaf, as the solver takes it."""
        return Condition(*self.conditions.expression(number), self.conditions.reads(number))

    def truth(self, number: int, facts: Mapping[str, Any]) -> bool | None:
        """How a test, or a condition beyond, comes out for facts."""
        node = self.space[number]
        if node[0] == "beyond":
            return self.conditions.truth(node[1], facts)
        value = facts.get(node[2])
        return None if value is None else outcome(node, value)


def _plainest(axis: Any, cells: int) -> int:
    """The first cell of a domain: unknown if that will do."""
    return (cells & -cells).bit_length() - 1


def equal(old: n.Linked, new: n.Linked, **options: Any) -> Answer:
    """``Proof`` that two wholes have the same verdict for all uses, or a use that tells them apart."""
    analysis = Analysis.of(old, new, **options)
    return analysis.find(verdicts_differ(*analysis.sides), told=told_apart)


def told_apart(verdicts: tuple[str, ...]) -> bool:
    """Whether two sides differ."""
    return verdicts[0] != verdicts[1]


def verdicts_differ(old: Side, new: Side) -> Claim:
    """Settled otherwise, or settled on one side alone."""
    pairs = []
    for word in VERDICTS:
        one, other = old.verdict(word), new.verdict(word)
        if one != other:
            pairs += [c.both(one, c.negation(other)), c.both(other, c.negation(one))]
    return c.some(pairs)
