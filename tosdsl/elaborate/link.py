"""Several documents to one whole: what is incorporated.

In: the documents asked about, a way to find the others that they name, and one to choose among the
versions of a document. Out: ``norms.Linked``, of one version each.
A document that came in twice, by two paths, is there twice.

A clause or a section that comes in has the force that it has at home, in its own document. So its whole
document is there, and what that document incorporates, where that can matter; what stands around the
clause at home prevails over it as it does there (``prevailing.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from attrs import define, evolve, field

from tosdsl.base import limits
from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.elaborate.clauses import NO_CLAUSES, Indexes
from tosdsl.elaborate.prevailing import Find, Prevailing
from tosdsl.elaborate.vocabulary import merge
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v

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
    order = work.prevailing()
    above = order.precedence()
    order.states_are_told_at_home(above)
    order.tell_without_effect(above)
    return n.Linked(tuple(work.documents), work.vocabulary(), above, order.order(above))


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
    _indexes: Indexes = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._indexes = Indexes(self.problems)

    def prevailing(self) -> Prevailing:
        """What says which norm prevails over which, of the documents that are there."""
        return Prevailing(
            self.documents, self._homes, self._named, self._indexes, self.find, self.problems
        )

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
        kinds = self._indexes.of(other).kinds
        kind = kinds.get(item.clause)
        if kind is None or kind in NO_CLAUSES:
            self._indexes.no_clause(item.span, item.clause, other.name, kinds)
        return kind is not None and kind not in NO_CLAUSES

    def vocabulary(self) -> v.Vocabulary:
        """The facts of all documents; their types stay with the documents, so names may recur."""
        whole = v.Vocabulary("")
        for document, span in zip(self.documents, self._spans, strict=True):
            own = evolve(document.policy.vocabulary, types=(), definitions=())
            if not _same_facts(own, whole):
                whole = merge((whole, own), self.problems, span)
        return whole


def _beyond(policy: n.Policy, target: n.Target) -> bool:
    """Whether what a clause is ordered against may stand in another document."""
    everything = target.clause is None and target.policy is None
    return everything or target.policy not in {None, policy.id}


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
