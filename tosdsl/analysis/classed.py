"""The classes of change that one use is in, by how its clauses came out on both sides.

``diff`` says which classes there are, and shows a use of each. Here a use is at hand: no formula is
asked, only the forces that its clauses had.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TypeAlias

from attrs import define, field

from tosdsl.analysis.changes import Class
from tosdsl.analysis.claims import MASKS, F, T
from tosdsl.analysis.diff import DEFEATS, RANK, WORDS, asks_otherwise, bears, due, terms_of
from tosdsl.analysis.engine import Analysis, Proof
from tosdsl.analysis.facts import BEFORE, fact_names
from tosdsl.analysis.pairs import Pair, paired
from tosdsl.lower.nodes import Node
from tosdsl.trees import core
from tosdsl.trees import norms as n

Part: TypeAlias = tuple[n.NormKey, int]
"""What is looked at of a norm: its force (``FORCE``), what it asks for (``MUST``), or the force of one
of its exceptions, by its place. Forces are those in scope."""
FORCE, MUST = -1, -2
Forces: TypeAlias = Mapping[Part, bool | None]
Days: TypeAlias = tuple[date | None, date | None]


def nodes_of(program: core.Program, part: Part) -> tuple[core.Index, ...]:
    """The nodes of a program that hold together where a part does."""
    key, which = part
    norm = program.norms[key]
    if which == MUST:
        return (program.duties[key].done,)
    return norm.scope, norm.force if which == FORCE else norm.exceptions[which].force


@define(eq=False)
class Classed:
    """Tells the classes of uses. ``pairs`` are the clauses of both sides whose forces may differ."""

    analysis: Analysis
    pairs: tuple[Pair, ...]
    _places: dict[int, Part] = field(factory=dict)
    _certain: dict[int, bool] = field(factory=dict)

    @classmethod
    def of(cls, old: n.Linked, new: n.Linked, days: tuple[Days, Days]) -> Classed:
        """Of the wholes that answer on both sides, each on its days. A fact is known by its name alone:
        one that was renamed is another column."""
        known = fact_names(old.vocabulary, new.vocabulary, {})
        names = {one: other for one, other in known.items() if other.endswith(BEFORE)}
        analysis = Analysis.of(old, new, days=days, renamed=(names, {}))
        made = cls(analysis, ())
        made.pairs = tuple(each for each in paired(*analysis.sides) if made._may_differ(each))
        return made

    def _may_differ(self, pair: Pair) -> bool:
        return pair.old_force != pair.new_force or self._asks_otherwise(pair, {}, {}) is not False

    def parts(self, side: int) -> tuple[Part, ...]:
        """What has to be known of a side."""
        found: dict[Part, None] = {}
        for pair in self.pairs:
            for each in (pair, *pair.defeaters):
                node = (each.old, each.new)[side]
                if node is not None:
                    found[self._part(node)] = None
            node = (pair.old, pair.new)[side]
            if node is not None and node.must is not None:
                found[node.key, MUST] = None
        return tuple(found)

    def _part(self, node: Node) -> Part:
        if id(node) not in self._places:
            for side in self.analysis.sides:
                for key, norm in side.nodes.norms.items():
                    self._places[id(norm)] = key, FORCE
                    for at, each in enumerate(norm.exceptions):
                        self._places[id(each)] = key, at
        return self._places[id(node)]

    def of_use(self, verdicts: tuple[str, str] | None, old: Forces, new: Forces) -> Iterator[Class]:
        """The classes of a use, some perhaps twice. ``verdicts`` are None where conditions one by one
        leave a verdict open that all ways to fill in the unknown facts agree on."""
        moved = []
        for pair in self.pairs:
            one, other = self._force(pair.old, old), self._force(pair.new, new)
            if pair.kind == "require":
                yield from self._duty(pair, one, other, old, new)
            elif verdicts is None or one == other:
                continue
            elif bears(pair, one, verdicts[0]) or bears(pair, other, verdicts[1]):
                moved.append(pair)
                yield from self._clause(pair, verdicts, (one, other), old, new)
        if verdicts is not None and verdicts[0] != verdicts[1] and not moved:
            yield Class(*verdicts, None)

    def _force(self, node: Node | None, forces: Forces) -> int:
        return F if node is None else MASKS[forces[self._part(node)]]

    def _clause(
        self, pair: Pair, verdicts: tuple[str, str], moved: tuple[int, int], old: Forces, new: Forces
    ) -> Iterator[Class]:
        one, other = moved
        words = (*verdicts, pair.ids, WORDS[one], WORDS[other])
        rises, alone = RANK[one] > RANK[other], True
        for each in pair.defeaters:
            was, is_ = self._force(each.old, old), self._force(each.new, new)
            turned = was != is_ and (RANK[is_] > RANK[was]) == rises
            if turned and (is_ if rises else was) == DEFEATS[other if rises else one]:
                alone = False
                yield Class(*words, each.ids)
        if alone:
            yield Class(*words)

    def _duty(self, pair: Pair, one: int, other: int, old: Forces, new: Forces) -> Iterator[Class]:
        if one != other:
            yield Class("", "", pair.ids, WORDS[one], WORDS[other], duty=True)
        if (
            F not in (one, other)
            and self._asks_otherwise(pair, old, new)
            and self._shows(pair, one, other)
        ):
            yield Class("", "", pair.ids, "triggered", "triggered", duty=True, terms=self._terms(pair))

    def _asks_otherwise(self, pair: Pair, old: Forces, new: Forces) -> bool | None:
        """Whether a duty asks for something else; None if that hangs on the use, which says nothing."""
        was, is_ = pair.old, pair.new
        if was is None or is_ is None or was.must is None or is_.must is None:
            return False
        if due(self.analysis.sides[0], was) != due(self.analysis.sides[1], is_):
            return True
        if was.must == is_.must:
            return False
        one, other = (was.key, MUST), (is_.key, MUST)
        return old[one] != new[other] if one in old and other in new else None

    def _shows(self, pair: Pair, one: int, other: int) -> bool:
        """Whether a duty of such forces is in the class: if there are uses in which it is due for
        certain, these are."""
        if one == other == T:
            return True
        if id(pair) not in self._certain:
            plain = asks_otherwise(self.analysis, pair, T)
            self._certain[id(pair)] = not isinstance(self.analysis.find(plain, replayed=False), Proof)
        return not self._certain[id(pair)]

    def _terms(self, pair: Pair) -> tuple[tuple[str, str], ...]:
        assert pair.old is not None
        assert pair.new is not None
        one, other = self.analysis.sides
        both = zip(terms_of(one, pair.old), terms_of(other, pair.new), strict=True)
        return tuple((was, is_) for was, is_ in both if was != is_)
