"""Facts, and judged fields of items, that a finding rests on: enough to make it so, with few judged.

A true conjunction rests on all its parts, a false one on any part that is false; the other way round
for disjunctions. Where one of several would do, the one with the fewest judged facts is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from attrs import define, field

from tosdsl.decision.reads import Reads
from tosdsl.elaborate.types import type_of
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.findings import ExceptionFinding, Findings, NormFinding

Truth = bool | None
Paths = frozenset[str]
_NONE: Paths = frozenset()


@define
class Support:
    """Facts under the findings of one question."""

    findings: Findings
    reads: Reads
    _judged: Paths = field(init=False)
    _norms: dict[n.NormKey, n.Norm] = field(init=False)
    _known: dict[n.NormKey, Paths] = field(factory=dict)
    _defined: dict[tuple[int, str], Paths] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        leaves = self.findings.linked.vocabulary.inputs()
        whole = frozenset(leaf.path for leaf in leaves if leaf.judged)
        self._judged = whole.union(self.reads.judged_fields)
        self._norms = dict(self.findings.linked.norms())
        for key in self.findings.linked.order:
            self._known[key] = self._norm(key)

    def of(self, key: n.NormKey) -> Paths:
        """What the force of a norm rests on."""
        return self._known[key]

    def condition(self, index: int, expr: ex.Expr | None) -> Paths:
        """What the truth of a condition rests on."""
        if expr is None:
            return _NONE
        truth = self._truth(index)
        match expr:
            case ex.And(items=items) | ex.Or(items=items):
                parts = [(truth(each), self.condition(index, each)) for each in items]
                return self._joined(parts, isinstance(expr, ex.Or))
            case ex.Not(item=item) | ex.Shown(item=item):
                return self.condition(index, item)
            case ex.Conditional(condition=test, then=then, otherwise=otherwise):
                cases = ((test, then), (ex.Not(test), otherwise), (then, otherwise))
                return self.condition(index, ex.Or(tuple(map(ex.And, cases))))
            case ex.Compare(op="is", left=left, right=right) if _is_condition(left) and _is_condition(
                right
            ):
                return self.condition(index, left) | self.condition(index, right)
            case ex.DefinitionRef(name=name):
                if (index, name) not in self._defined:
                    policy = self.findings.linked.documents[index].policy
                    body = next(each.body for each in policy.definitions if each.name == name)
                    self._defined[index, name] = self.condition(index, body)
                return self._defined[index, name]
            case _:
                return self.reads.of(index, (expr,)) | self.reads.judged(index, (expr,))

    def _truth(self, index: int) -> Callable[[ex.Expr], Truth]:
        return self.findings.truths[index]

    def _joined(self, parts: Iterable[tuple[Truth, Paths]], settles: bool) -> Paths:
        """Parts of which one with the truth ``settles`` is enough, and otherwise all count."""
        several = list(parts)
        enough = [paths for truth, paths in several if truth is settles]
        if enough:
            return min(enough, key=lambda paths: (len(paths & self._judged), len(paths)))
        return _NONE.union(*(paths for _, paths in several))

    # --- norms ----------------------------------------------------------------------------------

    def _norm(self, key: n.NormKey) -> Paths:
        found = self.findings.norms[key]
        parts = [*self._own(key[0], self._norms[key], found)]
        parts += [(_opposite(force), self._known[other]) for other, force in found.above]
        return self._joined(parts, False)

    def _own(
        self, index: int, node: n.Norm | n.ExceptionNode, found: NormFinding | ExceptionFinding
    ) -> Iterator[tuple[Truth, Paths]]:
        """The parts whose conjunction is the force of a norm or an exception."""
        yield found.applies, self.condition(index, node.when)
        for proviso, truth in zip(node.provisos, found.provisos, strict=True):
            yield truth, self.condition(index, proviso)
        for inner, its in zip(node.exceptions, found.exceptions, strict=True):
            yield _opposite(its.force), self._joined(self._own(index, inner, its), False)


def _is_condition(expr: ex.Expr) -> bool:
    """Whether it is true, false or unknown: a comparison of two such is logic."""
    if isinstance(expr, ex.Literal):
        return isinstance(expr.value, bool)
    return isinstance(type_of(expr), v.Boolean)


def _opposite(truth: Truth) -> Truth:
    return None if truth is None else not truth
