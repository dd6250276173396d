"""What one use shows of the documents: the keys of the goals that it meets.

It walks the trees beside the findings. A document that is not in force, or does not bind
on the days of the use, shows nothing but that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from attrs import define

from tosdsl.testing.coverage.goals import ORDER, Key, core, leaf_key, leaves, place_of, policy_key
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees.findings import ExceptionFinding, Findings, NormFinding, SectionFinding
from tosdsl.trees.quantities import ABSENT
from tosdsl.values.comparison import rank
from tosdsl.values.truth import conjunction

_NEAR = Fraction(1, 100)
"""A number or an amount this far from its threshold, in parts of it, or one away, is next to it."""

_SECONDS = 60


def shown(findings: Findings) -> Iterator[Key]:
    """The keys of all that this use shows; some more than once."""
    for index, document in enumerate(findings.linked.documents):
        if findings.in_force[index]:
            yield from _Document(findings, index, document.policy).shown()


@define
class _Document:
    findings: Findings
    index: int
    policy: n.Policy

    def shown(self) -> Iterator[Key]:
        yield from self._definitions()
        for route in self.policy.routes:
            yield from self._condition(route.when)
        for item in self.policy.incorporations:
            if item.when is not None:
                yield from self._condition(item.when)
        yield from self._section(self.policy.root, self.findings.tables[self.index], True)

    def _truth(self, expr: ex.Expr) -> Any:
        return self.findings.truths[self.index](expr)

    # --- clauses ----------------------------------------------------------------------------------

    def _section(self, section: n.Section, row: SectionFinding, outer: bool | None) -> Iterator[Key]:
        name = policy_key(self.policy)
        scope = conjunction((outer, row.scope))
        own = section.scope if section.id else self.policy.scope
        if own is not None:
            within = scope if section.id else self._truth(own)
            if within is not None:
                yield (*name, "sections", section.id, "in scope" if within else "out of scope")
            yield from self._condition(own)
        for norm in section.norms:
            yield from self._norm(norm, self.findings.norms[self.index, norm.id])
        for inner, its in zip(section.sections, row.sections, strict=True):
            yield from self._section(inner, its, scope)

    def _norm(self, norm: n.Norm, found: NormFinding) -> Iterator[Key]:
        name = policy_key(self.policy)
        force = conjunction((found.scope, found.force))
        seen = {True: "in force", False: "not in force", None: "undetermined"}[force]
        yield (*name, "clauses", norm.id, seen)
        reached = conjunction((found.scope, found.applies))
        if reached is True:
            yield from self._provisos(norm, found)
        for expr in (norm.when, *norm.provisos):
            if expr is not None:
                yield from self._condition(expr)
        if norm.modality == "require":
            yield from self._duty(norm)
        applies = conjunction((reached, *found.provisos))
        yield from self._exceptions(norm.exceptions, found.exceptions, applies)

    def _duty(self, norm: n.Norm) -> Iterator[Key]:
        name, found = policy_key(self.policy), self.findings.duties[self.index, norm.id]
        if found.state in {"fulfilled", "pending", "breached"}:
            yield (*name, "duties", norm.id, "triggered")
        if found.state in {"fulfilled", "breached"}:
            yield (*name, "duties", norm.id, found.state)
        if norm.must is not None:
            yield from self._condition(norm.must)
        day, due = self.findings.use.day, found.due
        if day is not None and due is not None:
            late = (day - (due.date() if isinstance(due, datetime) else due)).days
            if late in {0, 1}:
                yield (*name, "deadline", norm.id, "just missed" if late else "just met")

    def _exceptions(
        self,
        nodes: Iterable[n.ExceptionNode],
        found: Iterable[ExceptionFinding],
        applies: bool | None,
    ) -> Iterator[Key]:
        """``applies``: what they stand under reaches the use, its provisos kept."""
        for node, its in zip(nodes, found, strict=True):
            if applies is True and its.force is not None:
                seen = "deciding" if its.force else "not helping"
                yield (*policy_key(self.policy), "exceptions", node.id, seen)
            if applies is True and its.applies is True:
                nested = any(each.force is not False for each in its.exceptions)
                yield from self._provisos(node, its) if not nested else ()
            for expr in (node.when, *node.provisos):
                yield from self._condition(expr)
            reached = conjunction((applies, its.applies, *its.provisos))
            yield from self._exceptions(node.exceptions, its.exceptions, reached)

    def _provisos(
        self, node: n.Norm | n.ExceptionNode, found: NormFinding | ExceptionFinding
    ) -> Iterator[Key]:
        """Those that fail alone: the others are kept."""
        for at, (expr, truth) in enumerate(zip(node.provisos, found.provisos, strict=True)):
            others = (other for i, other in enumerate(found.provisos) if i != at)
            if truth is False and conjunction(others) is True:
                yield (*policy_key(self.policy), "provisos", node.id, *place_of(expr.span))

    # --- conditions -------------------------------------------------------------------------------

    def _definitions(self) -> Iterator[Key]:
        for definition in self.policy.written:
            if definition.parameters:
                continue
            yield from self._condition(core(definition))
            found = self.findings.definitions.get((self.index, definition.name), ())
            holds = self._truth(core(definition)) is True
            yield from self._exceptions(definition.exceptions, found, holds)

    def _condition(self, expr: ex.Expr) -> Iterator[Key]:
        for leaf in leaves(expr):
            truth = self._truth(leaf)
            if truth is None:
                continue
            yield leaf_key(self.policy, leaf, "true" if truth else "false")
            if isinstance(leaf, ex.Compare) and leaf.op in ORDER and _close(leaf, self._truth):
                yield leaf_key(self.policy, leaf, "just met" if truth else "just missed")


def _close(leaf: ex.Compare, value_of: Callable[[ex.Expr], Any]) -> bool:
    """Whether the two sides lie next to each other, or are the same."""
    left, right = value_of(leaf.left), value_of(leaf.right)
    if left is ABSENT or right is ABSENT:
        return False
    one, other = rank(left, leaf.scale), rank(right, leaf.scale)
    if isinstance(one, datetime):
        return bool(abs((one - other).total_seconds()) <= _SECONDS)
    if isinstance(one, date):
        return bool(abs((one - other).days) <= 1)
    step = 1 if isinstance(left, int | str) and isinstance(right, int | str) else abs(other) * _NEAR
    return bool(abs(one - other) <= max(step, 1))
