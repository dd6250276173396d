"""Findings to a decision: which clauses decide, what they rest on, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from itertools import islice, product

from attrs import define, evolve, field

from tests.oracle.support import Support
from tosdsl.base import limits
from tosdsl.base.verdict import Verdict
from tosdsl.decision.evidence import evidence
from tosdsl.decision.explain import explain, term
from tosdsl.decision.items import of_items
from tosdsl.decision.model import (
    Basis,
    Condition,
    Conflict,
    Contested,
    Decision,
    Defeated,
    Duty,
    Evidence,
    Governs,
    Judgement,
    Measure,
    Need,
    OpenMeasure,
    PolicyUsed,
)
from tosdsl.decision.reads import Reads
from tosdsl.reference.completions import CHANGES, Completions
from tosdsl.trees import items
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.findings import (
    VERDICTS,
    ExceptionFinding,
    Findings,
    NormFinding,
    SectionFinding,
)
from tosdsl.trees.wording import value_words, words

_COMPLIANT = {Verdict.PERMITTED: True, Verdict.NOT_APPLICABLE: True, Verdict.FORBIDDEN: False}
Truth = bool | None


def decision(findings: Findings) -> Decision:
    """The decision that findings amount to."""
    return _Deciding(findings).decision()


def truth_word(truth: Truth) -> str:
    """A truth in a decision's words."""
    return {True: "true", False: "false", None: "unknown"}[truth]


@define(slots=False)
class _Deciding:
    findings: Findings
    reads: Reads = field(init=False)

    @cached_property
    def completions(self) -> Completions:
        return Completions(self.findings.linked, self.findings.use)

    def __attrs_post_init__(self) -> None:
        self.reads = Reads(self.findings.linked)

    def decision(self) -> Decision:
        findings = self.findings
        possible = tuple(Verdict(word) for word in VERDICTS if word in findings.possible)
        verdict = possible[0] if len(possible) == 1 else Verdict.UNDETERMINED
        basis = self._basis(verdict)
        duties = tuple(self._duties())
        conflicts = tuple(self._conflicts())
        needs = tuple(self._needs())
        return Decision(
            verdict,
            possible,
            self._compliant(verdict, duties),
            tuple(entry for _, entry in basis),
            tuple(dict.fromkeys(self._defeated())),
            tuple(dict.fromkeys(self._conditions(verdict, [key for key, _ in basis]))),
            duties,
            needs,
            conflicts[: limits.MAX_CONFLICTS],
            tuple(self._judgements(verdict, [key for key, _ in basis])),
            tuple(self._policies()),
            tuple(self._governs()),
            findings.use.as_of,
            findings.use.known_at,
            tuple(self._warnings(conflicts)),
            findings.use.standard,
            tuple(self._evidence(verdict, [key for key, _ in basis])),
            tuple(map(evidence, findings.use.weighed.open)),
            tuple(self._contested()),
            tuple(self._enforcement()),
            (),
            None,
            self._exact(verdict),
            (),
            None,
            (),
            cache(lambda: explain(evolve(findings, needs=tuple(n.fact for n in needs)), verdict)),
        )

    def _in_place_of(self) -> Iterable[str]:
        """A sentence for each text that is read in the place of another of its name, or that is subject
        to what takes no part."""
        documents = self.findings.linked.documents
        return dict.fromkeys(
            said for each in documents for said in (*each.policy.in_place_of, *each.told)
        )

    def _warnings(self, conflicts: tuple[Conflict, ...]) -> Iterator[str]:
        yield from self.findings.use.warnings
        yield from self._in_place_of()
        yield from self._not_in_force()
        if len(conflicts) > limits.MAX_CONFLICTS:
            most = limits.MAX_CONFLICTS
            yield f"There are more than {most:,} conflicts; the others are not listed."

    def _not_in_force(self) -> Iterator[str]:
        """A sentence for each document that takes part and does not govern on these days."""
        found = self.findings.in_force
        for document, in_force in zip(self.findings.linked.documents, found, strict=True):
            if not in_force and (document.within is None or found[document.within]):
                name = " → ".join(document.path)
                yield f"{name}: {term(document)}, so its clauses do not count here."

    def _governs(self) -> Iterator[Governs]:
        """What governs for certain: documents asked about, or those that they lead to."""
        for row in self.findings.tables:
            document = self.findings.linked.documents[row.document]
            policy = document.policy
            if len(document.path) > 1 or not self.findings.in_force[row.document]:
                continue
            scope = row.scope
            if scope is None:
                scope = self.completions.truth(self.completions.root(row.document)).truth
            if scope is True:
                yield Governs(policy.id, policy.version, None, None, document.path)
            truth = self.findings.truths[row.document]
            for route in policy.routes:
                leads = truth(route.when)
                if leads is None:
                    formula = self.completions.condition(row.document, route.when)
                    leads = self.completions.truth(formula).truth
                if leads is True:
                    path = (*document.path, route.policy)
                    yield Governs(route.policy, route.version, route.at, route.description, path)

    # --- rows -----------------------------------------------------------------------------------

    def _rows(self) -> Iterator[tuple[SectionFinding, n.Section, Truth]]:
        """Every section with its scope and those around it taken together."""
        for row in self.findings.tables:
            root = self.findings.linked.documents[row.document].policy.root
            yield from self._rows_below(row, root, True)

    def _rows_below(
        self, row: SectionFinding, section: n.Section, outer: Truth
    ) -> Iterator[tuple[SectionFinding, n.Section, Truth]]:
        scope = both(outer, row.scope)
        yield row, section, scope
        for inner, subsection in zip(row.sections, section.sections, strict=True):
            yield from self._rows_below(inner, subsection, scope)

    def _bound(self, row: SectionFinding, section: n.Section) -> Iterator[tuple[n.Norm, NormFinding]]:
        """The norms of a section that bind in this question."""
        part = self.findings.linked.documents[row.document].part
        for norm in section.norms:
            if row.default is not None or norm.id == part:
                yield norm, self.findings.norms[row.document, norm.id]

    # --- basis ----------------------------------------------------------------------------------

    def _basis(self, verdict: Verdict) -> list[tuple[n.NormKey, Basis]]:
        """What decides: clauses in force; of an open verdict, those that may be.

        A verdict can be settled though nothing is in force for certain (a permission that may be in
        force, in a section that permits by default): then those that may be are what decides.
        """
        if verdict is Verdict.NOT_APPLICABLE:
            return []
        settled = [] if verdict is Verdict.UNDETERMINED else self._entries(verdict, True)
        return settled or self._entries(verdict, None)

    def _entries(self, verdict: Verdict, wanted: Truth) -> list[tuple[n.NormKey, Basis]]:
        effect = {Verdict.FORBIDDEN: "forbid", Verdict.PERMITTED: "permit"}.get(verdict)
        norms: list[tuple[n.NormKey, Basis]] = []
        defaults: list[tuple[n.NormKey, Basis]] = []
        empty: list[tuple[n.NormKey, Basis]] = []  # defaults of sections without clauses of their own
        for row, section, scope in self._rows():
            if scope is False:
                continue
            for norm, found in self._bound(row, section):
                force = both(scope, found.force)
                if norm.modality == "require" or (norm.modality == "permit" and row.forbids is True):
                    continue
                if force is wanted and effect in {None, norm.modality}:
                    norms.append(self._entry(row, norm, force))
            stance = both(scope, _neither(row.forbids, row.permits))
            speaks = row.default in {"permit", "forbid"}
            if speaks and stance is wanted and effect in {None, row.default}:
                made = self._default(row, section, stance)
                (defaults if section.norms else empty).append(made)
        if wanted is None and verdict is not Verdict.UNDETERMINED:
            return [*norms, *defaults] or empty
        return norms or defaults or empty

    def _entry(self, row: SectionFinding, norm: n.Norm, force: Truth) -> tuple[n.NormKey, Basis]:
        entry = self._place(row, norm.id, norm.at, norm.modality, force, False, norm.description)
        return (row.document, norm.id), entry

    def _default(
        self, row: SectionFinding, section: n.Section, force: Truth
    ) -> tuple[n.NormKey, Basis]:
        assert row.default is not None
        entry = self._place(row, section.id, section.at, row.default, force, True, section.description)
        return (row.document, ""), entry

    def _place(
        self,
        row: SectionFinding,
        id_: str,
        at: str | None,
        effect: str,
        force: Truth,
        by_default: bool,
        text: str | None,
    ) -> Basis:
        document = self.findings.linked.documents[row.document]
        policy = document.policy
        return Basis(
            document.qualified(id_),
            at,
            effect,
            truth_word(force),
            by_default,
            text,
            policy.id,
            policy.title,
            policy.version,
            policy.source,
            document.path,
            tuple(self._incorporated_when(row.document)),
        )

    def _incorporated_when(self, index: int) -> Iterator[str]:
        """The conditions on the path by which a document came in, from the outside."""
        document = self.findings.linked.documents[index]
        if document.within is not None:
            yield from self._incorporated_when(document.within)
        if (incorporated := self.findings.linked.incorporated_when(index)) is not None:
            yield words(incorporated[1])

    # --- what was defeated, and what an answer hangs on --------------------------------------------

    def _norms_in_scope(self) -> Iterator[tuple[int, n.Norm, NormFinding]]:
        for row, section, scope in self._rows():
            if scope is not False:
                for norm, found in self._bound(row, section):
                    yield row.document, norm, found

    def _defeated(self) -> Iterator[Defeated]:
        linked = self.findings.linked
        norms = dict(linked.norms())
        for index, norm, found in self._norms_in_scope():
            document = linked.documents[index]
            yield from _undercut(document, norm, found, norm.modality)
            if _would_apply(found):
                for (at, other), force in found.above:
                    if force is True:
                        by = linked.documents[at].qualified(other)
                        yield Defeated(
                            document.qualified(norm.id),
                            norm.at,
                            norm.modality,
                            by,
                            norms[at, other].at,
                            document.path,
                        )

    def _conditions(self, verdict: Verdict, basis: list[n.NormKey]) -> Iterator[Condition]:
        for index, norm, found in self._norms_in_scope():
            relied = norm.modality == "permit" and (index, norm.id) in basis
            if relied and verdict is not Verdict.FORBIDDEN:
                yield from self._provisos(index, norm, found)
            if found.applies is not False:
                yield from self._exceptions_relied_on(index, norm.exceptions, found.exceptions)

    def _exceptions_relied_on(
        self,
        index: int,
        nodes: tuple[n.ExceptionNode, ...],
        found: tuple[ExceptionFinding, ...],
    ) -> Iterator[Condition]:
        for node, its in zip(nodes, found, strict=True):
            if its.force is not False:
                yield from self._provisos(index, node, its)

    def _provisos(
        self, index: int, node: n.Norm | n.ExceptionNode, found: NormFinding | ExceptionFinding
    ) -> Iterator[Condition]:
        document = self.findings.linked.documents[index]
        leaves = {leaf.path: leaf.question for leaf in self.findings.linked.vocabulary.inputs()}
        for proviso, holds in zip(node.provisos, found.provisos, strict=True):
            if holds is not False:
                read = sorted(self.reads.of(index, (proviso,)) - {v.DAY_OF_USE})
                asked = tuple(leaves[path] for path in read)
                yield Condition(
                    document.qualified(node.id), words(proviso), truth_word(holds), asked, document.path
                )

    def _conflicts(self) -> Iterator[Conflict]:
        """Pairs in force together, neither of which prevails over the other, in whatever documents."""
        documents = self.findings.linked.documents
        forbids: dict[str, None] = {}  # by full id: a document that came in twice says nothing twice
        permits: dict[str, None] = {}
        for row, section, scope in self._rows():
            for norm, found in self._bound(row, section):
                if norm.modality != "require" and both(scope, found.force) is True:
                    full = documents[row.document].qualified(norm.id)
                    (forbids if norm.modality == "forbid" else permits)[full] = None
        for forbid, permit in islice(product(forbids, permits), limits.MAX_CONFLICTS + 1):
            yield Conflict(forbid, permit)

    def _duties(self) -> Iterator[Duty]:
        """The obligations that bind, and are triggered or may be."""
        for index, norm, _ in self._norms_in_scope():
            its = self.findings.duties.get((index, norm.id))
            if its is None or its.state == "not_triggered":
                continue
            document = self.findings.linked.documents[index]
            changing = its.state in CHANGES
            open_ = self.completions.duty((index, norm.id)).facts if changing else frozenset[str]()
            questions = dict(self._questions(sorted(open_)))
            yield Duty(
                document.qualified(norm.id),
                norm.at,
                its.state,
                its.due,
                words(norm.asked) if norm.asked else "",
                norm.description,
                norm.bearer,
                tuple(questions),
                tuple(questions.values()),
                document.path,
            )

    def _exact(self, verdict: Verdict) -> bool:
        """Whether everything that is open may come out in each way that is told."""
        open_ = [key for key in self._owing() if self.findings.duties[key].state == "undetermined"]
        settled = verdict is not Verdict.UNDETERMINED or self.completions.verdicts().exact
        return settled and all(self.completions.duty(key).exact for key in open_)

    def _owing(self) -> list[n.NormKey]:
        return [
            (index, norm.id) for index, norm, _ in self._norms_in_scope() if norm.modality == "require"
        ]

    def _compliant(self, verdict: Verdict, duties: tuple[Duty, ...]) -> bool | None:
        """Whether the use is as it should be: permitted or not spoken of, and no duty breached."""
        states = {duty.state for duty in duties}
        allowed = _COMPLIANT.get(verdict)
        if allowed is False or "breached" in states:
            return False
        if allowed and "undetermined" not in states:
            return True
        return self.completions.compliant(self._owing())

    def _questions(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Of these facts, those that are not known, or not of every item: what to ask."""
        several = self.findings.linked.vocabulary.inputs()
        leaves = {leaf.path: leaf for leaf in several}
        for path in paths:
            known = self.findings.use.facts.get(path)
            if known is None:
                yield path, leaves[path].question
            elif asked := " ".join(of_items(known, leaves[path].type, self.findings.linked)):
                yield path, asked

    # --- facts ------------------------------------------------------------------------------------

    def _needs(self) -> Iterator[Need]:
        """Of each fact, what to ask; those that the first clauses read come first."""
        several = self.findings.linked.vocabulary.inputs()
        leaves = {leaf.path: leaf for leaf in several}
        open_ = self._open() if self.findings.needs else []
        places = {path: [at for at, (_, reads) in enumerate(open_) if path in reads] for path in leaves}
        wanted = [path for path in leaves if path in self.findings.needs]
        for path in sorted(wanted, key=lambda path: min(places[path], default=len(open_))):
            leaf = leaves[path]
            known = self.findings.use.facts.get(path)
            question = leaf.question
            if known is not None:  # what is open is something that its items do not say
                question = " ".join(of_items(known, leaf.type, self.findings.linked)) or question
            asked = dict.fromkeys(open_[at][0] for at in places[path])
            yield Need(path, question, leaf.judged, tuple(asked))

    def _open(self) -> list[tuple[str, frozenset[str]]]:
        """The full ids of what is open, each with the facts that its own open conditions read.

        Sections and clauses that bind, and those that may displace one of them, wherever they stand.
        """
        linked = self.findings.linked
        asking = [
            (
                full,
                self.reads.of(index, (expr,)),
            )
            for row, section, scope in self._rows()
            if scope is not False and row.scope is None
            for index, full, expr in linked.scopes(row.document, section)
        ]
        asking += self._open_norms([(index, norm.id) for index, norm, _ in self._norms_in_scope()])
        return asking

    def _open_norms(self, keys: list[n.NormKey]) -> Iterator[tuple[str, frozenset[str]]]:
        """Of these norms and those that may displace one of them, what is open in them."""
        todo = list(keys)
        seen = set(todo)
        while todo:
            key = todo.pop(0)
            found = self.findings.norms[key]
            if found.force is not None:
                continue
            yield from self.reads.asking(key, found)
            above = [other for other, force in found.above if force is None and other not in seen]
            for other in above:
                yield from self._open_scopes(other)
            seen.update(above)
            todo += above

    def _open_scopes(self, key: n.NormKey) -> Iterator[tuple[str, frozenset[str]]]:
        """The open scopes around a norm: of its sections, its document, and those around that."""
        for index, name, scope in self.reads.around(key):
            if self.findings.truths[index](scope) is None:
                yield name, self.reads.of(index, (scope,))

    def _judgements(self, verdict: Verdict, basis: list[n.NormKey]) -> Iterator[Judgement]:
        """Judged facts, supplied, without which the answer would have other reasons; of items of a
        list, each field that is judged, with the values of all items."""
        judged = [
            (leaf, said)
            for fact in self.findings.linked.vocabulary.inputs()
            if fact.path in self.findings.use.facts
            for leaf, said in self._judged_in(fact)
        ]
        if not judged:
            return
        used = self._rests_on(verdict, basis)
        for leaf, said in judged:
            if leaf.path in used:
                yield Judgement(leaf.path, said, leaf.question)

    def _judged_in(self, fact: v.Leaf) -> Iterator[tuple[v.Leaf, str]]:
        """The fact, if it is judged, or what is judged of its items; each with its value as text."""
        value = self.findings.use.facts[fact.path]
        if fact.judged:
            yield fact, value_words(value)
        for path, leaf in self.reads.judged_fields.items():
            if not fact.judged and items.in_fact(fact.path, path):
                found = items.supplied(value, path.removeprefix(f"{fact.path}."))
                if found:
                    yield leaf, value_words(found[0] if len(found) == 1 else found)

    def _rests_on(self, verdict: Verdict, basis: list[n.NormKey]) -> set[str]:
        """The facts under what decides."""
        support = Support(self.findings, self.reads)
        linked = self.findings.linked
        keys = [key for key in basis if key[1]]
        if verdict is not Verdict.FORBIDDEN:  # then it rests on what kept each prohibition off as well
            in_scope = self._norms_in_scope()
            keys += [(index, norm.id) for index, norm, _ in in_scope if norm.modality == "forbid"]
        used = {path for key in keys for path in support.of(key)}
        deciding = {(index, norm) for index, norm in keys}
        for row, section, scope in self._rows():
            around = any((row.document, norm.id) in deciding for norm in section.all_norms())
            if not section.id:
                around = any(row.document in linked.around(index) for index, _ in keys)
            if around or scope is False:
                for index, _, expr in linked.scopes(row.document, section):
                    used |= support.condition(index, expr)
        return used

    def _evidence(self, verdict: Verdict, basis: list[n.NormKey]) -> Iterator[Evidence]:
        counted = self.findings.use.weighed.counted
        if not counted:
            return
        used = self._rests_on(verdict, basis)
        for row, section, _ in self._rows():
            for index, _, expr in self.findings.linked.scopes(row.document, section):
                used |= self.reads.of(index, (expr,))
        yield from (evidence(each) for each in counted if each.fact in used)

    def _contested(self) -> Iterator[Contested]:
        leaves = {leaf.path: leaf for leaf in self.findings.linked.vocabulary.inputs()}
        for each in self.findings.use.weighed.contested:
            given = None if each.given is None else value_words(each.given)
            said = tuple(map(evidence, each.assertions))
            yield Contested(each.fact, leaves[each.fact].question, given, said)

    def _enforcement(self) -> Iterator[OpenMeasure]:
        for each in self.findings.ladder:
            document, rung = self.findings.linked.documents[each.document], each.rung
            first, *others = rung.measures
            yield OpenMeasure(
                first.kind,
                first.within,
                first.text,
                tuple(Measure(other.kind, other.within, other.text) for other in others),
                rung.finding,
                document.qualified(rung.of) if rung.of else None,
                document.policy.id,
                document.policy.title,
                rung.at,
                rung.description,
                document.path,
            )

    def _policies(self) -> Iterator[PolicyUsed]:
        for document in self.findings.linked.documents:
            policy = document.policy
            several = max(1, len(document.versions))
            yield PolicyUsed(
                policy.id, policy.version, policy.title, policy.digest, document.path, several
            )


def _would_apply(found: NormFinding | ExceptionFinding) -> bool:
    return found.applies is True and all(proviso is True for proviso in found.provisos)


def _undercut(
    document: n.Document,
    node: n.Norm | n.ExceptionNode,
    found: NormFinding | ExceptionFinding,
    effect: str,
) -> Iterator[Defeated]:
    """What exceptions defeated, at every depth. An exception's own effect is ``except``."""
    for inner, its in zip(node.exceptions, found.exceptions, strict=True):
        if _would_apply(found) and its.force is True:
            clause, by = document.qualified(node.id), document.qualified(inner.id)
            yield Defeated(clause, node.at, effect, by, inner.at, document.path)
        if found.applies is not False and False not in found.provisos:
            yield from _undercut(document, inner, its, "except")


def both(one: Truth, other: Truth) -> Truth:
    """The conjunction of two truths."""
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _neither(one: Truth, other: Truth) -> Truth:
    if one is True or other is True:
        return False
    return None if one is None or other is None else True
