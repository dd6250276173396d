"""Why: findings to a tree of clauses, conditions and the facts that made them so.

Shows every clause that applies or may apply, with each exception considered; of the clauses that do
not apply, what keeps them from it, up to ``_MOST_IDLE`` a document.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from attrs import define, field

from tosdsl.base.verdict import Verdict
from tosdsl.decision.model import Why
from tosdsl.decision.outcomes import exceptions_in_force, failing, not_shown, would_apply
from tosdsl.decision.workings import WORDS, Workings
from tosdsl.trees import norms as n
from tosdsl.trees.findings import Findings, NormFinding, SectionFinding
from tosdsl.trees.wording import value_words

_MOST_IDLE = 12
_MOST_VERSIONS = 6
"""Versions of one document of which a sentence gives the days: the first and the last."""
_COMES_IN = {
    True: "its condition is met",
    False: "its condition is not met, so it does not bind here",
    None: "its condition may be met: open",
}


def explain(findings: Findings, verdict: Verdict) -> Why:
    """The tree. Its root speaks of the whole use, its children of one document each."""
    work = _Explaining(findings, verdict=verdict)
    return Why("use", findings.use.title or "this use", verdict.value, children=tuple(work.documents()))


@define
class _Explaining(Workings):
    verdict: Verdict = field(kw_only=True)
    _idle: int = 0
    _bound: dict[int, frozenset[str]] = field(factory=dict)
    """Of each document, the norms that bind."""

    def documents(self) -> Iterator[Why]:
        """A tree for each document that binds; the parts of one that came in by one way make one."""
        linked = self.findings.linked
        together: dict[Hashable, list[SectionFinding]] = {}
        for row in self.findings.tables:
            document = linked.documents[row.document]
            if document.part != n.NOTHING:
                around = map(linked.incorporated_when, linked.around(row.document))
                conditions = tuple(when for _, when in filter(None, around))
                way = document.policy.name, document.path, conditions
                together.setdefault(way, []).append(row)
        for rows in together.values():
            yield self._document(rows)

    def _document(self, rows: Sequence[SectionFinding]) -> Why:
        self._idle = 0
        first = rows[0]
        policy = self.findings.linked.documents[first.document].policy
        children = [*self._scope(first), *self._routes(first)]
        for row in rows:
            children += self._section(row, policy.root)
            if self.findings.linked.documents[row.document].part is None:
                children += (self._incorporation(row.document, each) for each in policy.incorporations)
        hidden = self._idle - _MOST_IDLE
        if hidden > 0:
            children.append(Why("others", f"{hidden} more clauses do not apply", "false"))
        return Why(
            "document",
            policy.title or policy.id,
            WORDS[first.scope],
            self._not_in_force(first.document),
            clause=policy.id,
            children=tuple(dict.fromkeys(children)),
        )

    def _not_in_force(self, index: int) -> str:
        document = self.findings.linked.documents[index]
        if self.findings.in_force[index]:
            return self._does_not_come_in(index)
        if document.within is not None and not self.findings.in_force[document.within]:
            return "does not come in: the document that incorporates it is not in force"
        return term(document)

    def _does_not_come_in(self, index: int) -> str:
        incorporated = self.findings.linked.incorporated_when(index)
        if incorporated is None:
            return ""
        return {
            True: "",
            False: "does not come in: the condition under which it is incorporated is not met",
            None: "may come in: the condition under which it is incorporated is open",
        }[self.truth(*incorporated)]

    # --- sections -------------------------------------------------------------------------------

    def _section(self, row: SectionFinding, section: n.Section) -> Iterator[Why]:
        inner = list(self._section_parts(row, section)) if row.scope is not False else []
        if section.scope is None or not section.id:
            yield from inner
            return
        index = row.document
        document = self.findings.linked.documents[index]
        note = {True: "is in scope", False: "is out of scope", None: "may be in scope: open"}
        yield Why(
            "section",
            section.id,
            WORDS[row.scope],
            note[row.scope],
            section.at,
            document.qualified(section.id),
            section.description,
            (*self.conditions(index, section.scope), *inner),
        )

    def _scope(self, row: SectionFinding) -> Iterator[Why]:
        """What a whole document is about, where it is in force."""
        policy = self.findings.linked.documents[row.document].policy
        if policy.scope is None or not self.findings.in_force[row.document]:
            return
        truth = self.truth(row.document, policy.scope)
        note = {True: "is met", False: "is not met: it says nothing", None: "may be met: open"}
        yield Why(
            "scope",
            "of the document",
            WORDS[truth],
            note[truth],
            None,
            policy.id,
            None,
            tuple(self.conditions(row.document, policy.scope)),
        )

    def _routes(self, row: SectionFinding) -> Iterator[Why]:
        """Where a document that is in force leads to others, or may."""
        document = self.findings.linked.documents[row.document]
        if not self.findings.in_force[row.document]:
            return
        for route in document.policy.routes:
            truth = self.truth(row.document, route.when)
            if truth is False or (truth is None and row.scope is False):
                continue
            yield Why(
                "route",
                f"to {named(route.policy, route.version)}",
                WORDS[truth],
                "is taken: that document governs" if truth else "may be taken: open",
                route.at,
                document.policy.id,
                route.description,
                tuple(self.conditions(row.document, route.when)),
            )

    def _incorporation(self, index: int, item: n.Incorporation) -> Why:
        """A line for what the document brings in; the clauses themselves stand under their own
        document."""
        part = f"#{item.clause}" if item.clause else ""
        text = f"incorporates {named(item.policy, item.version)}{part}"
        truth: bool | None = True
        note, conditions = "", tuple[Why, ...]()
        if item.when is not None:
            truth = self.truth(index, item.when)
            note = _COMES_IN[truth]
            conditions = tuple(self.conditions(index, item.when))
        told = (WORDS[truth], note, item.at, None, item.description, conditions)
        return Why("incorporation", text, *told)

    def _section_parts(self, row: SectionFinding, section: n.Section) -> Iterator[Why]:
        document = self.findings.linked.documents[row.document]
        for norm in section.norms:
            if row.default is None and norm.id != document.part:
                continue
            found = self.findings.norms[row.document, norm.id]
            if found.force is False and (found.applies is False or False in found.provisos):
                self._idle += 1
                if self._idle > _MOST_IDLE:
                    continue
            yield self._norm(row.document, norm, found)
        if self._default_matters(row, section):
            yield self._default(row, section)
        for inner, below in zip(row.sections, section.sections, strict=True):
            yield from self._section(inner, below)

    def _default_matters(self, row: SectionFinding, section: n.Section) -> bool:
        """A default is worth a line where it decides, or may, beside clauses that did not."""
        effects = {"permit": Verdict.PERMITTED, "forbid": Verdict.FORBIDDEN}
        if row.default not in effects or row.forbids is True or row.permits is True:
            return False
        if not section.norms and section.sections:
            return False
        return self.verdict in {effects[row.default], Verdict.UNDETERMINED}

    def _default(self, row: SectionFinding, section: n.Section) -> Why:
        document = self.findings.linked.documents[row.document]
        settled = row.forbids is False and row.permits is False
        where = f"section {section.at or section.id}" if section.id else "the document itself"
        if row.default == "permit":
            text = f"what {where} does not forbid may be done"
        else:
            text = f"what {where} does not permit is forbidden"
        note = "decides, as no clause does" if settled else "decides if no clause does"
        if settled and row.scope is None:
            note = "decides there, as no clause does, if the section applies"
        elif settled and self.verdict is Verdict.UNDETERMINED:
            note = "decides there, as no clause does"
        truth = WORDS[True] if settled else WORDS[None]
        return Why("default", text, truth, note, section.at, document.qualified(section.id))

    # --- norms and exceptions -------------------------------------------------------------------

    def _norm(self, index: int, norm: n.Norm, found: NormFinding) -> Why:
        document = self.findings.linked.documents[index]
        kind = n.NOUNS[norm.modality]
        if found.applies is False:
            children = [*self.conditions(index, norm.when, only=False)]
        else:
            children = [
                *(self.conditions(index, norm.when) if norm.when is not None else ()),
                *self.provisos(index, norm.provisos),
                *self.exceptions(index, norm.exceptions, found.exceptions),
                *self._above(found),
                *self.duty(index, norm),
            ]
        return Why(
            kind,
            norm.id,
            WORDS[found.force],
            self._outcome(norm, found) if norm.modality != "require" else self._state(index, norm),
            norm.at,
            document.qualified(norm.id),
            norm.description,
            tuple(children),
        )

    def _state(self, index: int, norm: n.Norm) -> str:
        its = self.findings.duties[index, norm.id]
        due = f", due {value_words(its.due)}" if its.due else ""
        return {
            "not_triggered": "is not triggered",
            "fulfilled": "is fulfilled",
            "pending": f"is pending{due}",
            "breached": f"is breached{due}",
            "undetermined": f"is open{due}",
        }[its.state]

    def _outcome(self, norm: n.Norm, found: NormFinding) -> str:
        if found.force is True and found.scope is None:
            return "would be in force: whether it comes to that is open"
        if found.force is True:
            return "is in force"
        if found.force is None:
            return "may be in force: open"
        if found.applies is False:
            return "does not apply"
        if False in found.provisos:
            return failing(norm, found)
        if not_shown(norm, found):
            return "does not help: that it applies has to be shown, and is not"
        by = [
            *exceptions_in_force(norm, found),
            *(other for (_, other), force in found.above if force is True),
        ]
        defeated = f"defeated by {' and '.join(by)}"
        if would_apply(found):
            return f"is {defeated}"
        return f"would be {defeated}, if it applied"

    def _above(self, found: NormFinding) -> Iterator[Why]:
        for (at, other), force in found.above:
            document = self.findings.linked.documents[at]
            note = {
                True: "prevails over it",
                False: "would prevail, and is not in force",
                None: "would prevail, and may be in force: open",
            }
            clause = document.qualified(other)
            # A clause that binds is explained in its own document.
            children = () if other in self._binding(at) else self._of_what_stayed_behind((at, other))
            yield Why(
                "rebuttal", other, WORDS[force], note[force], clause=clause, children=tuple(children)
            )

    def _binding(self, index: int) -> frozenset[str]:
        if index not in self._bound:
            document = self.findings.linked.documents[index]
            self._bound[index] = n.of_part(document.policy, document.part)
        return self._bound[index]

    def _of_what_stayed_behind(self, key: n.NormKey) -> Iterator[Why]:
        """The conditions of a clause that does not bind here, the first time that it is met."""
        index, id_ = key
        document = self.findings.linked.documents[index]
        full = document.qualified(id_)
        if full in self._shown:
            return
        self._shown.add(full)
        norms = document.policy.root.all_norms()
        yield from self._norm(
            index, next(norm for norm in norms if norm.id == id_), self.findings.norms[key]
        ).children


def named(policy: str, version: str | None) -> str:
    """A document, with its version if there is one."""
    return f"{policy}@{version}" if version else policy


LAPSED = "is not in force on that day"
"""What is said of a document that is not in force."""


def term(document: n.Document) -> str:
    """When a document is in force, for one that is not: each version of it, if there are several."""
    if len(document.versions) < 2:
        return f"{LAPSED} ({_days(document.policy)})"
    versions = sorted(document.versions, key=lambda each: str((each.effective_from, each.recorded)))
    shown = [f"{policy.version or 'one'} {_days(policy)}" for policy in versions]
    if len(shown) > _MOST_VERSIONS:
        hidden = len(shown) - _MOST_VERSIONS
        shown[_MOST_VERSIONS // 2 : -_MOST_VERSIONS // 2] = [f"{hidden} more"]
    return f"{LAPSED} in any version ({'; '.join(shown)})"


def _days(policy: n.Policy) -> str:
    start = f" from {policy.effective_from}" if policy.effective_from else ""
    end = f" until {policy.effective_until}" if policy.effective_until else ""
    known = f", recorded {policy.recorded}" if policy.recorded else ""
    return f"in force{start}{end}{known}"
