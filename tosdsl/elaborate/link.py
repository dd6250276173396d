"""Several documents to one whole: what is incorporated, and which norm prevails over which.

In: the documents asked about, a way to find the others that they name, and one to choose among the
versions of a document. Out: ``norms.Linked``, of one version each.
A document that came in twice, by two paths, is there twice.

A clause or a section that comes in has the force that it has at home, in its own document. So its whole
document is there, and what that document incorporates, where that can matter; what stands around the
clause at home prevails over it as it does there. Outside, only the part counts: what stayed at home
prevails over nothing there, and nothing there prevails over it.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from functools import cache, partial
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from attrs import define, evolve, field, frozen

from tosdsl.base import limits
from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, enough, mistake
from tosdsl.diagnostics.render import sentences
from tosdsl.elaborate.vocabulary import merge
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.lazy import unplaced

_PARTS = {"exception": "an exception", "definition": "a definition"}
"""What a clause id can name that is no clause."""

_SHOWN = 12
"""Clauses of a circle that a sentence names."""

_HOW = {True: "notwithstanding", False: "subject to"}

Find = Callable[[str, str | None, Span], n.History]
"""Finds the versions of a policy by id, or the texts of one version; reports by itself when there is
none."""

Choose = Callable[[n.History], n.Policy]
"""One version of a document."""


def link(
    documents: Iterable[n.History], find: Find, choose: Choose, problems: list[Diagnostic]
) -> n.Linked:
    """One version of each document, with all that it incorporates."""
    work = _Linking(find, choose, problems)
    for versions in documents:
        policy = choose(versions)
        work.add(policy, (policy.id,), None, policy.span, versions)
    work.add_homes()
    above = work.precedence()
    work.states_are_told_at_home(above)
    work.tell_without_effect(above)
    return n.Linked(tuple(work.documents), work.vocabulary(), above, work.order(above))


def clause_kinds(policy: n.Policy) -> dict[str, str]:
    """What each clause id names: section, forbid, permit, require, exception, or definition."""
    kinds: dict[str, str] = {}

    def exceptions(nodes: tuple[n.ExceptionNode, ...]) -> None:
        for node in nodes:
            kinds[node.id] = "exception"
            exceptions(node.exceptions)

    for definition in policy.definitions:
        if definition.exceptions:
            kinds[definition.name] = "definition"
            exceptions(definition.exceptions)
    for section in policy.root.walk():
        if section.id:
            kinds[section.id] = "section"
        for norm in unplaced(section.norms):
            kinds[norm.id] = norm.modality
            exceptions(norm.exceptions)
    return kinds


@frozen
class _Index:
    """The norms of a policy: their modalities, and those that a clause or a section stands for."""

    modalities: dict[str, str]
    clauses: dict[str, list[str]]
    kinds: dict[str, str]

    @classmethod
    def of(cls, policy: n.Policy) -> _Index:
        clauses: dict[str, list[str]] = {}
        for section in policy.root.walk():
            clauses.setdefault(section.id, []).extend(norm.id for norm in section.unplaced_norms())
            for norm in unplaced(section.norms):
                clauses.setdefault(norm.id, []).append(norm.id)
        modalities = {norm.id: norm.modality for norm in policy.root.unplaced_norms()}
        return cls(dict(modalities), clauses, clause_kinds(policy))


@define
class _Linking:
    find: Find
    choose: Choose
    problems: list[Diagnostic]
    documents: list[n.Document] = field(factory=list)
    _spans: list[Span] = field(factory=list)
    """Where each document was named."""
    _parts: list[str | None] = field(factory=list)
    """Of each document, the clause or the section that was named."""
    _homes: list[tuple[int, ...]] = field(factory=list)
    """Of each document, those around it of which a part was named, itself included: the innermost is
    the home of all that stands in it."""
    _named: dict[int, frozenset[str]] = field(factory=dict)
    """The norms of these parts."""
    _incorporated: int = 0
    _circles: set[frozenset[str]] = field(factory=set)
    _indexes: dict[int, tuple[_Index, n.Policy]] = field(factory=dict)

    # --- incorporation ------------------------------------------------------------------------

    def add(
        self,
        policy: n.Policy,
        path: tuple[str, ...],
        part: str | None,
        span: Span,
        versions: n.History = (),
        within: int | None = None,
        by: int | None = None,
        *,
        binds: bool = True,
    ) -> None:
        """The document, and after it what it incorporates; of a part, that is for ``add_homes``."""
        index = len(self.documents)
        bound = part if binds else n.NOTHING
        self.documents.append(n.Document(policy, path, bound, versions, within, by=by))
        self._spans.append(span)
        self._parts.append(part)
        around = () if within is None else self._homes[within]
        self._homes.append(around if part is None else (*around, index))
        if part is None:
            self._add_incorporated(index, binds=binds)
        else:
            self._named[index] = n.of_part(policy, part)

    def add_homes(self) -> None:
        """What the documents incorporate of which a part came in, where that can matter to the part.

        These come last, so that a document that binds is found before one of the same id that does not.
        """
        for index, part in enumerate(self._parts):  # grows on the way
            if part is not None and self._is_ranked(self.documents[index].policy):
                self._add_incorporated(index, binds=False)

    def _is_ranked(self, home: n.Policy) -> bool:
        """Whether a document, or something that comes in by it, says who prevails between the two."""
        if not home.incorporations:
            return False
        if home.over or any(_beyond(home, item.target) for item in home.precedences):
            return True
        followed: set[int] = set()
        todo = list(home.incorporations)
        while todo:
            item = todo.pop()
            for versions in filter(None, [self.find(item.policy, item.version, item.span)]):
                policy = self.choose(versions)
                if id(policy) in followed:
                    continue
                followed.add(id(policy))
                todo += policy.incorporations
                named = [each.target.policy for each in policy.precedences]
                if home.id in [*named, *(over.policy for over in policy.over)]:
                    return True
        return False

    def _add_incorporated(self, index: int, *, binds: bool) -> None:
        document = self.documents[index]
        policy, path = document.policy, document.path
        for by, item in enumerate(policy.incorporations):
            if item.policy in path:
                self._circle([*path[path.index(item.policy) :], item.policy], item.span)
            elif len(path) >= limits.MAX_INCORPORATION:
                limit = limits.MAX_INCORPORATION
                self.problems.append(mistake("TOS5009", item.span, limit=limit))
            elif self._incorporated >= limits.MAX_DOCUMENTS:
                limit = limits.MAX_DOCUMENTS
                self.problems.append(mistake("TOS5012", self.documents[0].policy.span, limit=limit))
                return
            else:
                versions = self.find(item.policy, item.version, item.span)
                if versions and self._part_is_there(self.choose(versions), item):
                    self._incorporated += 1
                    self._bring_in(versions, item, (*path, item.policy), index, by, binds)

    def _bring_in(
        self,
        versions: n.History,
        item: n.Incorporation,
        path: tuple[str, ...],
        within: int,
        by: int,
        binds: bool,
    ) -> None:
        """The version in force, or the one that was agreed: that binds whatever its own dates say."""
        other = self.choose(versions)
        if item.version is not None:
            other = evolve(other, effective_from=None, effective_until=None, recorded=None)
            versions = (other,)
        self.add(other, path, item.clause, item.span, versions, within, by, binds=binds)

    def _circle(self, cycle: list[str], span: Span) -> None:
        """Report a circle of documents, once for all the documents in which it can begin."""
        if frozenset(cycle) not in self._circles:
            self._circles.add(frozenset(cycle))
            self.problems.append(mistake("TOS3009", span, cycle=" → ".join(cycle)))

    def _part_is_there(self, other: n.Policy, item: n.Incorporation) -> bool:
        if item.clause is None:
            return True
        kinds = self._index_of(other).kinds
        kind = kinds.get(item.clause)
        if kind is None or kind in _PARTS:
            self._no_clause(item.span, item.clause, other.name, kinds)
        return kind is not None and kind not in _PARTS

    def _no_clause(self, span: Span, name: str, policy: str | None, kinds: Mapping[str, str]) -> None:
        """Report a name that is none of a clause or a section."""
        if name in kinds:
            wanted = "a clause or a section"
            actual = _PARTS[kinds[name]]
            self.problems.append(mistake("TOS3013", span, name=name, actual=actual, wanted=wanted))
            return
        near = (name, [key for key, kind in kinds.items() if kind not in _PARTS])
        words = {"kind": "clause or section", "name": name, "policy": policy}
        self.problems.append(mistake("TOS3001", span, near, **words))

    def vocabulary(self) -> v.Vocabulary:
        """The facts of all documents; their types stay with the documents, so names may recur."""
        whole = v.Vocabulary("")
        for document, span in zip(self.documents, self._spans, strict=True):
            own = evolve(document.policy.vocabulary, types=(), definitions=())
            if not _same_facts(own, whole):
                whole = merge((whole, own), self.problems, span)
        return whole

    # --- precedence ---------------------------------------------------------------------------

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
        made = {norm: tuple(dict.fromkeys(winners)) for norm, winners in above.items()}
        return self._without_circles(made, spans)

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
        if not any(self._index_of(each).clauses.get(target.clause or "") for each in versions):
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
        homes, others = self._homes[one[0]], self._homes[other[0]]
        return homes == others or (self._is_out(one, others) and self._is_out(other, homes))

    def _is_out(self, key: n.NormKey, into: tuple[int, ...]) -> bool:
        """Whether a norm came in to these homes: it stands in one of them, or is of a part of one."""
        left = [home for home in self._homes[key[0]] if home not in into]
        return not left or (left == [key[0]] and key[1] in self._named[key[0]])

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

    def _index(self, index: int) -> _Index:
        return self._index_of(self.documents[index].policy)

    def _index_of(self, policy: n.Policy) -> _Index:
        """A policy's clauses by name. The policy is kept along: its id is its key."""
        if id(policy) not in self._indexes:
            self._indexes[id(policy)] = (_Index.of(policy), policy)
        return self._indexes[id(policy)][0]

    def _external_is_there(self, item: n.Precedence, modality: str) -> bool:
        """Whether some version has the clause: where the one that governs does not, nothing happens."""
        target = item.target
        versions = self.find(target.policy or "", target.version, target.span)
        if not versions:
            return False
        kinds: dict[str, str] = {}
        for other in versions:
            kinds |= self._index_of(other).kinds
        kind = kinds.get(target.clause or "")
        if kind is None or kind in _PARTS:
            self._no_clause(target.span, target.clause or "", target.policy, kinds)
        elif {modality, kind} in ({"require", "forbid"}, {"require"}):
            self.problems.append(mistake("TOS3016", target.span, name=item.norm))
        elif kind == modality:
            words = {"second": target.clause, "modality": n.NOUNS[modality]}
            self.problems.append(mistake("TOS3005", target.span, None, first=item.norm, **words))
        return kind not in {None, modality, *_PARTS}

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


def _beyond(policy: n.Policy, target: n.Target) -> bool:
    """Whether what a clause is ordered against may stand in another document."""
    everything = target.clause is None and target.policy is None
    return everything or target.policy not in {None, policy.id}


def check_expectations(
    policies: Iterable[n.Policy],
    wholes: Iterable[n.Linked],
    vocabulary: v.Vocabulary,
    problems: list[Diagnostic],
    unsure: Container[str] = (),
) -> None:
    """Report what scenarios and properties expect of clauses or facts that are in none of the wholes.

    ``unsure`` are policies whose vocabulary could not be read in full.
    """
    leaves = [leaf.path for leaf in vocabulary.leaves()]
    ids = cache(partial(_ids, list(wholes)))
    for policy in policies:
        expectations = [each for scenario in policy.scenarios for each in scenario.expectations]
        expectations += [claim.of for item in policy.properties for claim in item.claims]
        for expected in expectations:
            if expected.kind not in {"needs", "duty_needs", "presumed"} or policy.name not in unsure:
                _check_expectation(expected, policy.id, leaves, ids, problems)


def _ids(wholes: Iterable[n.Linked]) -> set[str]:
    """The full ids of everything in some wholes that an expectation can name."""
    read = {id(each.policy): each for whole in wholes for each in whole.documents}
    return {
        document.qualified(id_)
        for document in read.values()
        for id_, kind in clause_kinds(document.policy).items()
        if kind != "section"
    }


def whole_vocabulary(linked: Iterable[n.Linked], problems: list[Diagnostic]) -> v.Vocabulary:
    """The facts of several wholes together; that they disagree is reported where a document begins."""
    together: v.Vocabulary | None = None
    for each in linked:
        if together is None:
            together = each.vocabulary
        elif not _same_facts(each.vocabulary, together):
            together = merge((together, each.vocabulary), problems, each.documents[0].policy.span)
    return together or v.Vocabulary("")


def _same_facts(one: v.Vocabulary, other: v.Vocabulary) -> bool:
    return (one.facts, one.interpretations) == (other.facts, other.interpretations)


_OF_NO_CLAUSE = frozenset(
    ("verdict", "without", "compliant", "value", "governs", "measures", "readings")
)


def _check_expectation(
    expected: n.Expectation,
    own: str,
    leaves: list[str],
    ids: Callable[[], set[str]],
    problems: list[Diagnostic],
) -> None:
    if expected.kind in _OF_NO_CLAUSE:
        return  # what names no clause, and what is checked with the text
    of_one = expected.kind in {"force", "duty", "due"}
    words = expected.words[:1] if of_one else expected.words
    spans = expected.spans or [expected.span] * len(words)
    for at, (word, span) in enumerate(zip(words, spans, strict=False)):
        of_duty = expected.kind == "duty_needs" and at > 0
        if expected.kind == "needs" or of_duty or (expected.kind == "presumed" and "#" not in word):
            if word not in leaves and word not in {v.DAY_OF_USE, v.MOMENT_OF_USE}:
                problems.append(mistake("TOS4002", span, (word, leaves), path=word))
        elif not word.startswith(f"{own}#") and word not in ids():  # its own are checked with the text
            policy, _, name = word.partition("#")
            near = (name, [id_.partition("#")[2] for id_ in ids() if id_.startswith(f"{policy}#")])
            problems.append(mistake("TOS3001", span, near, kind="clause", name=name, policy=policy))
