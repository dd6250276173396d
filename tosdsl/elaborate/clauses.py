"""The clauses of a policy by name: what each name is, and which norms it stands for."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import define, field, frozen

from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.trees import norms as n
from tosdsl.trees.lazy import unplaced

NO_CLAUSES = {"exception": "an exception", "definition": "a definition"}
"""What a clause id can name that is no clause."""


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
class Index:
    """The norms of a policy: their modalities, and those that a clause or a section stands for."""

    modalities: dict[str, str]
    clauses: dict[str, list[str]]
    kinds: dict[str, str]

    @classmethod
    def of(cls, policy: n.Policy) -> Index:
        clauses: dict[str, list[str]] = {}
        for section in policy.root.walk():
            clauses.setdefault(section.id, []).extend(norm.id for norm in section.unplaced_norms())
            for norm in unplaced(section.norms):
                clauses.setdefault(norm.id, []).append(norm.id)
        modalities = {norm.id: norm.modality for norm in policy.root.unplaced_norms()}
        return cls(dict(modalities), clauses, clause_kinds(policy))


@define
class Indexes:
    """The clauses of several policies, each looked through once. ``problems`` takes what is wrong."""

    problems: list[Diagnostic]
    _made: dict[int, tuple[Index, n.Policy]] = field(factory=dict)

    def of(self, policy: n.Policy) -> Index:
        """A policy's clauses by name. The policy is kept along: its id is its key."""
        if id(policy) not in self._made:
            self._made[id(policy)] = (Index.of(policy), policy)
        return self._made[id(policy)][0]

    def no_clause(self, span: Span, name: str, policy: str | None, kinds: Mapping[str, str]) -> None:
        """Report a name that is none of a clause or a section."""
        if name in kinds:
            wanted = "a clause or a section"
            actual = NO_CLAUSES[kinds[name]]
            self.problems.append(mistake("TOS3013", span, name=name, actual=actual, wanted=wanted))
            return
        near = (name, [key for key, kind in kinds.items() if kind not in NO_CLAUSES])
        words = {"kind": "clause or section", "name": name, "policy": policy}
        self.problems.append(mistake("TOS3001", span, near, **words))
