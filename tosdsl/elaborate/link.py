"""Several documents to one whole: what is incorporated, and which norm prevails over which.

In: the policies asked about, and a way to find the others that they name. Out: ``norms.Linked``.
A document that came in twice, by two paths, is there twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from attrs import define, field

from tosdsl import limits
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.elaborate.vocabulary import merge
from tosdsl.trees import norms as n
from tosdsl.trees.span import NOWHERE, Span

Find = Callable[[str, str | None, Span], n.Policy | None]
"""Finds a policy by id and version; reports by itself when there is none."""


def link(policies: Iterable[n.Policy], find: Find, problems: list[Diagnostic]) -> n.Linked:
    """The documents with all that they incorporate."""
    work = _Linking(find, problems)
    for policy in policies:
        work.add(policy, (policy.id,), None)
    above = work.precedence()
    vocabulary = merge(
        dict.fromkeys(document.policy.vocabulary for document in work.documents),
        problems,
        work.documents[0].policy.span if work.documents else NOWHERE,
    )
    return n.Linked(tuple(work.documents), vocabulary, above, work.order(above))


def clause_kinds(policy: n.Policy) -> dict[str, str]:
    """What each clause id of a policy names: section, forbid, permit or exception."""
    kinds: dict[str, str] = {}

    def exceptions(nodes: tuple[n.ExceptionNode, ...]) -> None:
        for node in nodes:
            kinds[node.id] = "exception"
            exceptions(node.exceptions)

    for section in policy.root.walk():
        if section.id:
            kinds[section.id] = "section"
        for norm in section.norms:
            kinds[norm.id] = norm.modality
            exceptions(norm.exceptions)
    return kinds


def selected(document: n.Document) -> Iterator[tuple[n.Section, n.Norm]]:
    """The norms of a document that bind in this question, each with its section."""
    for section in document.policy.root.walk():
        if document.part is None:
            yield from ((section, norm) for norm in section.norms)
        elif section.id == document.part:
            yield from ((inner, norm) for inner in section.walk() for norm in inner.norms)
        else:
            yield from ((section, norm) for norm in section.norms if norm.id == document.part)


@define
class _Linking:
    find: Find
    problems: list[Diagnostic]
    documents: list[n.Document] = field(factory=list)

    # --- incorporation ------------------------------------------------------------------------

    def add(self, policy: n.Policy, path: tuple[str, ...], part: str | None) -> None:
        """The document, and after it what it incorporates."""
        self.documents.append(n.Document(policy, path, part))
        if part is not None:
            return  # a clause or a section comes alone: what its document incorporates stays behind
        for item in policy.incorporations:
            if item.policy in path:
                cycle = " → ".join([*path[path.index(item.policy) :], item.policy])
                self.problems.append(mistake("TOS3009", item.span, cycle=cycle))
                continue
            if len(path) >= limits.MAX_INCORPORATION:
                limit = limits.MAX_INCORPORATION
                self.problems.append(mistake("TOS5009", item.span, limit=limit))
                continue
            other = self.find(item.policy, item.version, item.span)
            if other is not None and self._part_is_there(other, item):
                self.add(other, (*path, item.policy), item.clause)

    def _part_is_there(self, other: n.Policy, item: n.Incorporation) -> bool:
        if item.clause is None:
            return True
        kinds = clause_kinds(other)
        kind = kinds.get(item.clause)
        if kind is None:
            near = (item.clause, [key for key, value in kinds.items() if value != "exception"])
            self.problems.append(
                mistake(
                    "TOS3001", item.span, near, kind="clause or section", name=item.clause,
                    policy=other.id,
                )
            )
        elif kind == "exception":
            self.problems.append(
                mistake(
                    "TOS3013", item.span, name=item.clause, actual="an exception",
                    wanted="a clause or a section",
                )
            )
        return kind not in {None, "exception"}

    # --- precedence ---------------------------------------------------------------------------

    def precedence(self) -> dict[n.NormKey, tuple[n.NormKey, ...]]:
        """For each norm, those that prevail over it."""
        above: dict[n.NormKey, list[n.NormKey]] = {}
        spans: dict[tuple[n.NormKey, n.NormKey], Span] = {}
        for index, document in enumerate(self.documents):
            for item in document.policy.precedences:
                for other in self._targets(index, item):
                    pair = ((index, item.norm), other) if item.wins else (other, (index, item.norm))
                    self._edge(above, spans, pair, item.span)
            for over in document.policy.over:
                if self.find(over.policy, over.version, over.span) is None:
                    continue
                for pair in self._document_pairs(index, over):
                    self._edge(above, spans, pair, over.span)
        made = {norm: tuple(dict.fromkeys(winners)) for norm, winners in above.items()}
        self._refuse_circles(made, spans)
        return made

    @staticmethod
    def _edge(
        above: dict[n.NormKey, list[n.NormKey]],
        spans: dict[tuple[n.NormKey, n.NormKey], Span],
        pair: tuple[n.NormKey, n.NormKey],
        span: Span,
    ) -> None:
        winner, loser = pair
        above.setdefault(loser, []).append(winner)
        spans.setdefault(pair, span)

    def _targets(self, index: int, item: n.Precedence) -> Iterator[n.NormKey]:
        """The norms of the contrary modality that a clause is ordered against."""
        document = self.documents[index]
        modality = next(m.modality for m in document.policy.root.all_norms() if m.id == item.norm)
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
                for _, norm in selected(other_document):
                    if norm.modality != modality and (at, norm.id) not in named:
                        yield at, norm.id
            return
        if target.policy in {None, document.policy.id}:
            yield from self._in_document(index, target.clause, modality)
            return
        if not self._external_is_there(item, modality):
            return
        for at, other_document in enumerate(self.documents):
            if other_document.policy.id == target.policy:
                yield from self._in_document(at, target.clause, modality)

    def _in_document(self, index: int, clause: str | None, modality: str) -> Iterator[n.NormKey]:
        for section in self.documents[index].policy.root.walk():
            whole = section.id == clause
            for norm in section.all_norms() if whole else section.norms:
                if norm.modality != modality and (whole or norm.id == clause):
                    yield index, norm.id

    def _external_is_there(self, item: n.Precedence, modality: str) -> bool:
        target = item.target
        other = self.find(target.policy or "", target.version, target.span)
        if other is None:
            return False
        kinds = clause_kinds(other)
        kind = kinds.get(target.clause or "")
        if kind is None:
            near = (target.clause or "", kinds)
            self.problems.append(
                mistake(
                    "TOS3001", target.span, near, kind="clause or section", name=target.clause,
                    policy=other.id,
                )
            )
        elif kind == "exception":
            self.problems.append(
                mistake(
                    "TOS3013", target.span, name=target.clause, actual="an exception",
                    wanted="a clause or a section",
                )
            )
        elif kind == modality:
            word = "prohibition" if modality == "forbid" else "permission"
            self.problems.append(
                mistake("TOS3005", target.span, first=item.norm, second=target.clause, modality=word)
            )
        return kind not in {None, "exception", modality}

    def _document_pairs(
        self, index: int, over: n.DocumentOver
    ) -> Iterator[tuple[n.NormKey, n.NormKey]]:
        for at, other in enumerate(self.documents):
            if other.policy.id != over.policy or over.version not in {None, other.policy.version}:
                continue
            for _, loser in selected(other):
                for _, winner in selected(self.documents[index]):
                    if winner.modality != loser.modality:
                        yield (index, winner.id), (at, loser.id)

    def _refuse_circles(
        self,
        above: dict[n.NormKey, tuple[n.NormKey, ...]],
        spans: dict[tuple[n.NormKey, n.NormKey], Span],
    ) -> None:
        """Report each circle, and take it out so that what is left can be ordered."""
        while True:
            try:
                TopologicalSorter(above).prepare()
            except CycleError as error:
                cycle: list[n.NormKey] = error.args[1]
                winner, loser = cycle[0], cycle[1]
                names = " → ".join(self.documents[at].qualified(norm) for at, norm in cycle)
                self.problems.append(mistake("TOS3004", spans[winner, loser], cycle=names))
                above[loser] = tuple(key for key in above[loser] if key != winner)
            else:
                return

    def order(self, above: dict[n.NormKey, tuple[n.NormKey, ...]]) -> tuple[n.NormKey, ...]:
        """Every norm of every document, each after those that prevail over it."""
        sorter: TopologicalSorter[n.NormKey] = TopologicalSorter(above)
        for index, document in enumerate(self.documents):
            for norm in document.policy.root.all_norms():
                sorter.add((index, norm.id))
        return tuple(sorter.static_order())


def check_expectations(linked: n.Linked, problems: list[Diagnostic]) -> None:
    """Report what a scenario of the documents asked about expects of clauses or facts that are not there."""
    leaves = [leaf.path for leaf in linked.vocabulary.leaves()]
    ids = {
        document.qualified(id_)
        for document in linked.documents
        for id_, kind in clause_kinds(document.policy).items()
        if kind != "section"
    }
    for document in linked.documents:
        for scenario in document.policy.scenarios if len(document.path) == 1 else ():
            for expected in scenario.expectations:
                _check_expectation(expected, leaves, ids, problems)


def _check_expectation(
    expected: n.Expectation, leaves: list[str], ids: set[str], problems: list[Diagnostic]
) -> None:
    if expected.kind == "needs":
        for path in expected.words:
            if path not in leaves:
                problems.append(mistake("TOS4002", expected.span, (path, leaves), path=path))
    elif expected.kind != "verdict":
        clauses = expected.words[:1] if expected.kind == "force" else expected.words
        for id_ in clauses:
            if id_ not in ids:
                policy, _, name = id_.partition("#")
                problems.append(
                    mistake("TOS3001", expected.span, (id_, ids), kind="clause", name=name, policy=policy)
                )
