"""Why: findings to a tree of clauses, conditions and the facts that made them so.

Shows every clause that applies or may apply, with each exception considered; of the clauses that do
not apply, what keeps them from it, up to ``_MOST_IDLE`` a document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from attrs import define, field

from tosdsl.base.verdict import Verdict
from tosdsl.decision.evidence import beside
from tosdsl.decision.model import Why
from tosdsl.decision.reads import Reads
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees.findings import ExceptionFinding, Findings, NormFinding, SectionFinding
from tosdsl.trees.items import in_fact
from tosdsl.trees.wording import value_words, words

_MOST_IDLE = 12
_MOST_VERSIONS = 6
"""Versions of one document of which a sentence gives the days: the first and the last."""
_WORDS = {True: "true", False: "false", None: "unknown"}
_KINDS = {"forbid": "prohibition", "permit": "permission", "require": "obligation"}
Truth = bool | None


def explain(findings: Findings, verdict: Verdict) -> Why:
    """The tree. Its root speaks of the whole use, its children of one document each."""
    work = _Explaining(findings, verdict)
    return Why("use", findings.use.title or "this use", verdict.value, children=tuple(work.documents()))


@define
class _Explaining:
    findings: Findings
    verdict: Verdict
    reads: Reads = field(init=False)
    _idle: int = 0
    _shown: set[str] = field(factory=set)
    _bound: dict[int, frozenset[str]] = field(factory=dict)
    """Of each document, the norms that bind."""

    def __attrs_post_init__(self) -> None:
        self.reads = Reads(self.findings.linked)

    def documents(self) -> Iterator[Why]:
        """A tree for each document that binds; the parts of one that came in by one way make one."""
        together: dict[tuple[str, tuple[str, ...]], list[SectionFinding]] = {}
        for row in self.findings.tables:
            document = self.findings.linked.documents[row.document]
            if document.part != n.NOTHING:
                together.setdefault((document.policy.name, document.path), []).append(row)
        for rows in together.values():
            yield self._document(rows)

    def _document(self, rows: Sequence[SectionFinding]) -> Why:
        self._idle = 0
        first = rows[0]
        policy = self.findings.linked.documents[first.document].policy
        children = list(self._routes(first))
        for row in rows:
            children += self._section(row, policy.root)
            if self.findings.linked.documents[row.document].part is None:
                children += map(_incorporation, policy.incorporations)
        hidden = self._idle - _MOST_IDLE
        if hidden > 0:
            children.append(Why("others", f"{hidden} more clauses do not apply", "false"))
        return Why(
            "document",
            policy.title or policy.id,
            _WORDS[first.scope],
            self._not_in_force(first.document),
            clause=policy.id,
            children=tuple(dict.fromkeys(children)),
        )

    def _not_in_force(self, index: int) -> str:
        document = self.findings.linked.documents[index]
        if self.findings.in_force[index]:
            return ""
        if document.within is not None and not self.findings.in_force[document.within]:
            return "does not come in: the document that incorporates it is not in force"
        return term(document)

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
            _WORDS[row.scope],
            note[row.scope],
            section.at,
            document.qualified(section.id),
            section.description,
            (*self._conditions(index, section.scope), *inner),
        )

    def _routes(self, row: SectionFinding) -> Iterator[Why]:
        """Where a document that is in force leads to others, or may."""
        document = self.findings.linked.documents[row.document]
        if not self.findings.in_force[row.document]:
            return
        for route in document.policy.routes:
            truth = self._truth(row.document, route.when)
            if truth is False or (truth is None and row.scope is False):
                continue
            yield Why(
                "route",
                f"to {named(route.policy, route.version)}",
                _WORDS[truth],
                "is taken: that document governs" if truth else "may be taken: open",
                route.at,
                document.policy.id,
                route.description,
                tuple(self._conditions(row.document, route.when)),
            )

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
        if row.default is None or row.forbids is True or row.permits is True:
            return False
        if not section.norms and section.sections:
            return False
        effect = {"permit": Verdict.PERMITTED, "forbid": Verdict.FORBIDDEN}[row.default]
        return self.verdict in {effect, Verdict.UNDETERMINED}

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
        truth = _WORDS[True] if settled else _WORDS[None]
        return Why("default", text, truth, note, section.at, document.qualified(section.id))

    # --- norms and exceptions -------------------------------------------------------------------

    def _norm(self, index: int, norm: n.Norm, found: NormFinding) -> Why:
        document = self.findings.linked.documents[index]
        kind = _KINDS[norm.modality]
        if found.applies is False:
            children = [*self._conditions(index, norm.when, only=False)]
        else:
            children = [
                *(self._conditions(index, norm.when) if norm.when is not None else ()),
                *self._provisos(index, norm.provisos),
                *self._exceptions(index, norm.exceptions, found.exceptions),
                *self._above(found),
                *self._duty(index, norm),
            ]
        return Why(
            kind,
            norm.id,
            _WORDS[found.force],
            self._outcome(norm, found) if norm.modality != "require" else self._state(index, norm),
            norm.at,
            document.qualified(norm.id),
            norm.description,
            tuple(children),
        )

    def _duty(self, index: int, norm: n.Norm) -> Iterator[Why]:
        """What an obligation asks, and until when."""
        if norm.must is not None:
            made = self._condition(index, norm.must)
            yield Why("must", made.text, made.truth, made.note, children=made.children)
        if norm.deadline is not None:
            its = self.findings.duties[index, norm.id]
            text = f"{norm.deadline.kind} {words(norm.deadline.moment)}"
            note = f"the last day is {value_words(its.due)}" if its.due else "its day is not known"
            in_time = {True: "false", False: "true", None: "unknown"}[its.late]
            yield Why("deadline", text, in_time, note)

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
        if found.force is True:
            return "is in force"
        if found.force is None:
            return "may be in force: open"
        if found.applies is False:
            return "does not apply"
        if False in found.provisos:
            return _failing(found)
        by = [*_in_force(norm, found), *(other for (_, other), force in found.above if force is True)]
        defeated = f"defeated by {' and '.join(by)}"
        if _would_apply(found):
            return f"is {defeated}"
        return f"would be {defeated}, if it applied"

    def _exceptions(
        self,
        index: int,
        nodes: tuple[n.ExceptionNode, ...],
        found: tuple[ExceptionFinding, ...],
    ) -> Iterator[Why]:
        document = self.findings.linked.documents[index]
        for node, its in zip(nodes, found, strict=True):
            only = False if its.applies is False else None
            nested = self._exceptions(index, node.exceptions, its.exceptions)
            yield Why(
                "exception",
                node.id.rsplit(".", 1)[-1],
                _WORDS[its.force],
                _exception_outcome(node, its),
                node.at,
                document.qualified(node.id),
                node.description,
                (
                    *self._conditions(index, node.when, only=only),
                    *(self._provisos(index, node.provisos) if its.applies is not False else ()),
                    *(nested if its.applies is not False else ()),
                ),
            )

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
                "rebuttal", other, _WORDS[force], note[force], clause=clause, children=tuple(children)
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

    # --- conditions -----------------------------------------------------------------------------

    def _provisos(self, index: int, provisos: Iterable[ex.Expr]) -> Iterator[Why]:
        for proviso in provisos:
            made = self._condition(index, proviso)
            yield Why("proviso", made.text, made.truth, made.note, children=made.children)

    def _conditions(self, index: int, expr: ex.Expr | None, only: Truth = None) -> Iterator[Why]:
        """The parts of a condition, one each; only those with the truth ``only``, if it is given."""
        if expr is None:
            return
        parts = expr.items if isinstance(expr, ex.And) else (expr,)
        for part in parts:
            made = self._condition(index, part)
            if only is None or made.truth == _WORDS[only]:
                yield made

    def _condition(self, index: int, expr: ex.Expr) -> Why:
        truth = _WORDS[self._truth(index, expr)]
        match expr:
            case ex.And():
                return Why("condition", "all of", truth, children=self._each(index, expr))
            case ex.Or():
                return Why("condition", "any of", truth, children=self._each(index, expr))
            case ex.Conditional(condition=test, then=then, otherwise=otherwise):
                holds = self._truth(index, test)
                arms = {True: (then,), False: (otherwise,), None: (then, otherwise)}[holds]
                parts = tuple(self._condition(index, each) for each in (test, *arms))
                return Why("condition", words(expr), truth, children=parts)
            case ex.Not(item=ex.Or() as inner):
                return Why("condition", "none of", truth, children=self._each(index, inner))
            case ex.Not(item=ex.And() as inner):
                return Why("condition", "not all of", truth, children=self._each(index, inner))
            case ex.Not(item=ex.DefinitionRef() as inner):
                return Why("condition", words(expr), truth, children=(self._condition(index, inner),))
            case ex.DefinitionRef(name=name):
                return self._definition(index, name, truth)
            case _:
                return Why("condition", words(expr), truth, self._facts(index, expr))

    def _each(self, index: int, expr: ex.And | ex.Or) -> tuple[Why, ...]:
        """The parts; of a settled condition that one part settles, those that do."""
        settles = isinstance(expr, ex.Or)
        settled = self._truth(index, expr) is settles
        return tuple(
            self._condition(index, item)
            for item in expr.items
            if not settled or self._truth(index, item) is settles
        )

    def _definition(self, index: int, name: str, truth: str) -> Why:
        """A definition, and what it says the first time it is met."""
        policy = self.findings.linked.documents[index].policy
        found = next(each for each in policy.definitions if each.name == name)
        key = f"{policy.name}#{name}"
        first = key not in self._shown
        self._shown.add(key)
        children = tuple(self._conditions(index, found.core or found.body)) if first else ()
        if first and found.exceptions:
            excepted = self.findings.definitions[index, name]
            children += tuple(self._exceptions(index, found.exceptions, excepted))
        return Why("definition", name, truth, description=found.description, children=children)

    def _facts(self, index: int, expr: ex.Expr) -> str:
        known = self.findings.use.facts
        judged = {leaf.path for leaf in self.findings.linked.vocabulary.leaves() if leaf.judged}
        notes = []
        fields = self.reads.judged(index, (expr,))
        for path in sorted(self.reads.of(index, (expr,))):
            value: Any = known.get(path)
            said = "is not known" if value is None else f"is {value_words(value)}"
            mine = path in judged or any(in_fact(path, each) for each in fields)
            note = " (a judgement)" if mine else ""
            whose = beside(path, self.findings.use.weighed)
            notes.append(f"{path} {said}{note}{whose}")
        return "; ".join(notes)

    def _truth(self, index: int, expr: ex.Expr) -> Truth:
        truth: Truth = self.findings.truths[index](expr)
        return truth


def _exception_outcome(node: n.ExceptionNode, found: ExceptionFinding) -> str:
    if found.force is True:
        return "applies"
    if found.force is None:
        return "may apply: open"
    if found.applies is False:
        return "does not help: its condition is not met"
    if False in found.provisos:
        return _failing(found)
    defeated = f"defeated by {' and '.join(_in_force(node, found))}"
    if _would_apply(found):
        return f"would apply, but is {defeated}"
    return f"does not help: it would be {defeated}, if it applied"


def _in_force(node: n.Norm | n.ExceptionNode, found: NormFinding | ExceptionFinding) -> list[str]:
    """The names of its exceptions that are in force."""
    return [
        inner.id.rsplit(".", 1)[-1]
        for inner, its in zip(node.exceptions, found.exceptions, strict=True)
        if its.force is True
    ]


def _would_apply(found: NormFinding | ExceptionFinding) -> bool:
    return found.applies is True and None not in found.provisos


def _failing(found: NormFinding | ExceptionFinding) -> str:
    return f"{'would' if found.applies is True else 'might'} apply, but its proviso fails"


def _incorporation(item: n.Incorporation) -> Why:
    """A line for what the document brings in; the clauses themselves stand under their own document."""
    version = f"@{item.version}" if item.version else ""
    part = f"#{item.clause}" if item.clause else ""
    text = f"incorporates {item.policy}{version}{part}"
    return Why("incorporation", text, "true", at=item.at, description=item.description)


def named(policy: str, version: str | None) -> str:
    """A document, with its version if there is one."""
    return f"{policy}@{version}" if version else policy


def term(document: n.Document) -> str:
    """When a document is in force, for one that is not: each version of it, if there are several."""
    if len(document.versions) < 2:
        return f"is not in force on that day ({_days(document.policy)})"
    versions = sorted(document.versions, key=lambda each: str((each.effective_from, each.recorded)))
    shown = [f"{policy.version or 'one'} {_days(policy)}" for policy in versions]
    if len(shown) > _MOST_VERSIONS:
        hidden = len(shown) - _MOST_VERSIONS
        shown[_MOST_VERSIONS // 2 : -_MOST_VERSIONS // 2] = [f"{hidden} more"]
    return f"is not in force on that day in any version ({'; '.join(shown)})"


def _days(policy: n.Policy) -> str:
    start = f" from {policy.effective_from}" if policy.effective_from else ""
    end = f" until {policy.effective_until}" if policy.effective_until else ""
    known = f", recorded {policy.recorded}" if policy.recorded else ""
    return f"in force{start}{end}{known}"
