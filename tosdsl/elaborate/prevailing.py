"""Which norm prevails over which, among all the documents of a whole.

Outside its home, only the part counts that came in: what stayed behind prevails over nothing there, and
nothing there prevails over it. A prohibition or an obligation yields to the nearest copy of a clause.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from attrs import define, evolve

from tosdsl.base import limits
from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, enough, mistake
from tosdsl.diagnostics.render import sentences
from tosdsl.elaborate.clauses import NO_CLAUSES, Index, Indexes
from tosdsl.trees import norms as n

Find = Callable[[str, str | None, Span], n.History]
"""Finds the versions of a policy by id, or the texts of one version; reports by itself when there is
none."""

_SHOWN = 12
"""Clauses of a circle that a sentence names."""

_HOW = {True: "notwithstanding", False: "subject to"}


@define
class Prevailing:
    """The order of all norms of some documents.

    ``homes`` are, of each document, those around it of which a part was named, itself included;
    ``named`` has the norms of these parts.
    """

    documents: list[n.Document]
    homes: list[tuple[int, ...]]
    named: dict[int, frozenset[str]]
    indexes: Indexes
    find: Find
    problems: list[Diagnostic]

    def precedence(self) -> dict[n.NormKey, tuple[n.NormKey, ...]]:
        """For each norm, those that prevail over it."""
        above: dict[n.NormKey, list[n.NormKey]] = {}
        spans: dict[tuple[n.NormKey, n.NormKey], Span] = {}
        for (winner, loser), span in self._pairs():
            if not self._meet(winner, loser):
                continue
            if len(spans) > limits.MAX_PRECEDENCES:
                self.problems.append(mistake("TOS5017", span, limit=limits.MAX_PRECEDENCES))
                return {}
            above.setdefault(loser, []).append(winner)
            spans.setdefault((winner, loser), span)
        made = {norm: tuple(self._nearest(norm, dict.fromkeys(above[norm]))) for norm in above}
        return self._without_circles(made, spans)

    def _nearest(self, loser: n.NormKey, winners: Iterable[n.NormKey]) -> Iterator[n.NormKey]:
        """Of several copies of a clause that prevails over a prohibition or an obligation, the nearest.

        That is the one that came in to its own document, or else to the one by which that came in. A
        copy that is asked about by itself, or came in elsewhere, may bind where this one does not, and
        would open what is closed here. Copies of equal distance all count.
        """
        if len(self.documents) == 1 or self._index(loser[0]).modalities[loser[1]] == "permit":
            yield from winners
            return
        around = [*self._around(loser[0])]
        copies: dict[tuple[str, str], dict[int, list[n.NormKey]]] = {}
        for at, norm in winners:
            common = next((each for each in self._around(at) if each in around), None)
            far = len(around) if common is None else around.index(common)
            by_distance = copies.setdefault((self.documents[at].policy.id, norm), {})
            by_distance.setdefault(far, []).append((at, norm))
        for by_distance in copies.values():
            yield from by_distance[min(by_distance)]

    def _around(self, index: int | None) -> Iterator[int]:
        """A document, the one by which it came in, and so on."""
        while index is not None:
            yield index
            index = self.documents[index].within

    def states_are_told_at_home(self, above: Mapping[n.NormKey, tuple[n.NormKey, ...]]) -> None:
        """Report each obligation whose state is read, and hangs on a clause of another document: it
        is told by its own."""
        for index, document in enumerate(self.documents):
            spans = {each.duty: each.span for each in document.policy.definitions if each.duty}
            for name, span in spans.items():
                others = [key for key in above.get((index, name), ()) if key[0] != index]
                if others:
                    at, clause = others[0]
                    words = {"name": name, "clause": self.documents[at].qualified(clause)}
                    self.problems.append(mistake("TOS3065", span, None, **words))

    def _pairs(self) -> Iterator[tuple[tuple[n.NormKey, n.NormKey], Span]]:
        """Every pair of norms of which the first prevails over the second, with what says so."""
        for index, document in enumerate(self.documents):
            for item in document.policy.precedences:
                for other in self._targets(index, item):
                    pair = ((index, item.norm), other) if item.wins else (other, (index, item.norm))
                    yield pair, item.span
            for over in document.policy.over:
                if self.find(over.policy, over.version, over.span):
                    own, named = self._named_against(index, over)
                    for pair in self._document_pairs(index, over):
                        mine, others = pair[::-1] if over.yields else pair
                        if not (mine in own and others in named):
                            yield pair, over.span

    def _named_against(self, index: int, over: n.DocumentOver) -> tuple[set[n.NormKey], set[n.NormKey]]:
        """The norms of a document that say by name the contrary of its order of documents, and those
        that they name. Between them that order does not count: the specific prevails.

        All of the ones against all of the others, or two such clauses would close a circle: each of
        the named ones would prevail by the order over the clause that names another.
        """
        own: set[n.NormKey] = set()
        named: set[n.NormKey] = set()
        for item in self.documents[index].policy.precedences:
            target = item.target
            if item.wins == over.yields and target.clause is not None and target.policy == over.policy:
                found = [
                    key
                    for key in self._targets(index, item)
                    if over.version in {None, self.documents[key[0]].policy.version}
                ]
                own |= {(index, item.norm)} if found else set()
                named |= {*found}
        return own, named

    def tell_without_effect(self, above: Mapping[n.NormKey, tuple[n.NormKey, ...]]) -> None:
        """Warn of each clause that is ordered against one of a document that takes no part here.

        Of a permission that is subject to one, the decisions tell as well: nothing takes it back here.
        The others are not weaker for it: a prohibition or a duty then stands.
        """
        counting: set[n.NormKey] | None = None
        for index, document in enumerate(self.documents):
            told: list[str] = []
            for item in document.policy.precedences:
                target, key = item.target, (index, item.norm)
                outside = target.clause is not None and target.policy not in {None, document.policy.id}
                if not outside:
                    continue
                counting = self._counting(above) if counting is None else counting
                if key not in counting or self._takes_part(key, target):
                    continue
                words = {"name": item.norm, "other": f"{target.policy}#{target.clause}"}
                words |= {"document": target.policy or "", "how": _HOW[item.wins]}
                found = mistake("TOS3042", target.span, None, **words)
                self.problems.append(found)
                if not item.wins and self._index(index).modalities[item.norm] == "permit":
                    told.append(f"{document.policy.id}: {sentences(found)}")
            self.documents[index] = evolve(document, told=tuple(told)) if told else document

    def _counting(self, above: Mapping[n.NormKey, tuple[n.NormKey, ...]]) -> set[n.NormKey]:
        """The norms that bind, and those on which their force hangs."""
        todo = [
            (index, norm)
            for index, document in enumerate(self.documents)
            for norm in n.of_part(document.policy, document.part)
        ]
        found: set[n.NormKey] = set()
        while todo:
            key = todo.pop()
            if key not in found:
                found.add(key)
                todo += above.get(key, ())
        return found

    def _takes_part(self, key: n.NormKey, target: n.Target) -> bool:
        """Whether a clause stands beside a norm, or would if the version at hand had it.

        Of one that no version has, it is reported already that it is not there.
        """
        versions = self.find(target.policy or "", target.version, target.span)
        if not any(self.indexes.of(each).clauses.get(target.clause or "") for each in versions):
            return True
        for at, document in enumerate(self.documents):
            policy = document.policy
            if policy.id == target.policy and target.version in {None, policy.version}:
                norms = self._index(at).clauses.get(target.clause or "", [])
                if not norms or any(self._meet(key, (at, norm)) for norm in norms):
                    return True
        return False

    def _meet(self, one: n.NormKey, other: n.NormKey) -> bool:
        """Whether two norms stand side by side: at home, or where their parts came in."""
        homes, others = self.homes[one[0]], self.homes[other[0]]
        return homes == others or (self._is_out(one, others) and self._is_out(other, homes))

    def _is_out(self, key: n.NormKey, into: tuple[int, ...]) -> bool:
        """Whether a norm came in to these homes: it stands in one of them, or is of a part of one."""
        left = [home for home in self.homes[key[0]] if home not in into]
        return not left or (left == [key[0]] and key[1] in self.named[key[0]])

    def _targets(self, index: int, item: n.Precedence) -> Iterator[n.NormKey]:
        """The norms of the contrary modality that a clause is ordered against."""
        document = self.documents[index]
        modality = self._index(index).modalities[item.norm]
        target = item.target
        if target.clause is None and target.policy is None:
            named = {
                key
                for other in document.policy.precedences
                if other.norm == item.norm and other.target.clause is not None
                for key in self._targets(index, other)
            }
            for at, other_document in enumerate(self.documents):
                if other_document.path[: len(document.path)] != document.path:
                    continue
                for norm, other_modality in self._index(at).modalities.items():
                    if {other_modality, modality} == n.RIVALS and (at, norm) not in named:
                        yield at, norm
            return
        if target.policy in {None, document.policy.id}:
            yield from self._in_document(index, item, modality)
            return
        if not self._external_is_there(item, modality):
            return
        for at, other_document in enumerate(self.documents):
            other = other_document.policy
            if other.id == target.policy and target.version in {None, other.version}:
                yield from self._in_document(at, item, modality)

    def _in_document(self, index: int, item: n.Precedence, modality: str) -> Iterator[n.NormKey]:
        known = self._index(index)
        clause = item.target.clause or ""
        for norm in known.clauses.get(clause, ()):
            other = known.modalities[norm]
            duty, permission = (other, modality) if item.wins else (modality, other)
            # A permission lifts the obligations that are named, and none that merely stand in its way.
            lifted = (duty, permission) == ("require", "permit") and (norm == clause or not item.wins)
            if {other, modality} == n.RIVALS or lifted:
                yield index, norm

    def _index(self, index: int) -> Index:
        return self.indexes.of(self.documents[index].policy)

    def _external_is_there(self, item: n.Precedence, modality: str) -> bool:
        """Whether some version has the clause: where the one that governs does not, nothing happens."""
        target = item.target
        versions = self.find(target.policy or "", target.version, target.span)
        if not versions:
            return False
        kinds: dict[str, str] = {}
        for other in versions:
            kinds |= self.indexes.of(other).kinds
        kind = kinds.get(target.clause or "")
        if kind is None or kind in NO_CLAUSES:
            self.indexes.no_clause(target.span, target.clause or "", target.policy, kinds)
        elif {modality, kind} in ({"require", "forbid"}, {"require"}):
            self.problems.append(mistake("TOS3016", target.span, name=item.norm))
        elif kind == modality:
            words = {"second": target.clause, "modality": n.NOUNS[modality]}
            self.problems.append(mistake("TOS3005", target.span, None, first=item.norm, **words))
        return kind not in {None, modality, *NO_CLAUSES}

    def _document_pairs(
        self, index: int, over: n.DocumentOver
    ) -> Iterator[tuple[n.NormKey, n.NormKey]]:
        """Each norm that prevails, with the one that it prevails over."""
        for at, other in enumerate(self.documents):
            if other.policy.id != over.policy or over.version not in {None, other.policy.version}:
                continue
            for loser, losing in self._index(at).modalities.items():
                for winner, winning in self._index(index).modalities.items():
                    if {winning, losing} == n.RIVALS:
                        pair = (index, winner), (at, loser)
                        yield pair[::-1] if over.yields else pair

    def _without_circles(
        self,
        above: dict[n.NormKey, tuple[n.NormKey, ...]],
        spans: dict[tuple[n.NormKey, n.NormKey], Span],
    ) -> dict[n.NormKey, tuple[n.NormKey, ...]]:
        """Report each circle, and take it out so that what is left can be ordered."""
        while not enough(self.problems):
            try:
                TopologicalSorter(above).prepare()
            except CycleError as error:
                cycle: list[n.NormKey] = error.args[1]
                winner, loser = cycle[0], cycle[1]
                names = " → ".join(self.documents[at].qualified(norm) for at, norm in cycle[:_SHOWN])
                pairs = [spans[pair] for pair in pairwise(cycle)]
                general = {over.span for each in self.documents for over in each.policy.over}
                span = spans[winner, loser]
                if general.isdisjoint(pairs):
                    self.problems.append(mistake("TOS3004", span, cycle=names))
                else:
                    self.problems.append(mistake("TOS3050", span, cycle=names))
                above[loser] = tuple(key for key in above[loser] if key != winner)
            else:
                return above
        return {}  # with so many mistakes nothing is decided, and any order will do

    def order(self, above: dict[n.NormKey, tuple[n.NormKey, ...]]) -> tuple[n.NormKey, ...]:
        """Every norm of every document, each after those that prevail over it."""
        keys = [
            (index, norm.id)
            for index, document in enumerate(self.documents)
            for norm in document.policy.root.unplaced_norms()
        ]
        if not above:
            return tuple(dict.fromkeys(keys))
        sorter: TopologicalSorter[n.NormKey] = TopologicalSorter(above)
        for key in keys:
            sorter.add(key)
        return tuple(sorter.static_order())
