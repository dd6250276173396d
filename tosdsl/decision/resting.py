"""Which facts what decides rests on: enough to make it so, with few judged.

A true conjunction rests on all its parts, a false one on any part that is false; the other way round
for disjunctions. Where one of several would do, the one with the fewest judged facts is taken, and of
these the one with the fewest facts. Sets of facts, and of judged fields of items, are bits of a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import define, field, frozen

from tosdsl.decision.layout import Clause, Layout
from tosdsl.trees import core

Truth = bool | None


@define
class Bits:
    """The facts of a program, and the judged fields of items, each as a bit."""

    layout: Layout
    numbers: dict[str, int] = field(factory=dict)
    judged: int = 0
    of_node: dict[int, int] = field(factory=dict)
    """For each condition that is no logic over others, what it reads."""
    compared: dict[int, tuple[int, ...]] = field(factory=dict)
    """For each comparison of two conditions, the two."""
    scopes: tuple[tuple[int, int, int], ...] = field(init=False)
    """Of each scope of a section: the norms inside, as bits, the node of whether it applies with all
    around it, and that of the scope."""

    def __attrs_post_init__(self) -> None:
        layout = self.layout
        self.scopes = tuple(
            (row.inside, row.nodes.whole, scope.node) for row in layout.rows for scope in row.scopes
        )
        leaves = layout.program.linked.vocabulary.leaves()
        whole = [leaf.path for leaf in leaves if leaf.judged]
        self.judged = self.of((*whole, *layout.reads.judged_fields))
        body = layout.program.body
        for node, (index, expr) in layout.program.written.items():
            kind = body.nodes[node][0]
            if kind == "compare" and (sides := core.logic_over(body, node)):
                self.compared[node] = sides
            elif kind not in {"and", "or", "not", "shown", "literal"}:
                read = layout.reads.of(index, (expr,)) | layout.reads.judged(index, (expr,))
                self.of_node[node] = self.of(read)

    def of(self, paths: Iterable[str]) -> int:
        """The bits of some facts."""
        bits = 0
        for path in paths:
            bits |= 1 << self.numbers.setdefault(path, len(self.numbers))
        return bits

    def paths(self, bits: int) -> set[str]:
        """The facts of some bits."""
        return {path for path, number in self.numbers.items() if bits >> number & 1}


@frozen
class Resting:
    """The facts under the findings of one use."""

    layout: Layout
    bits: Bits
    values: tuple[object, ...]
    _nodes: dict[int, int] = field(factory=dict)
    _norms: dict[object, int] = field(factory=dict)

    def on(self, clauses: Iterable[Clause]) -> int:
        """What some clauses rest on, and the scopes around them; every scope that is false besides."""
        used, deciding = 0, 0
        for clause in clauses:
            used |= self.norm(clause)
            deciding |= 1 << clause.number
        for inside, whole, scope in self.bits.scopes:
            if inside & deciding or self.values[whole] is False:
                used |= self.condition(scope)
        return used

    def norm(self, clause: Clause) -> int:
        """What the force of a norm rests on."""
        found = self._norms.get(clause.key)
        if found is None:
            parts = [*self._own(clause.nodes)]
            for other, node in clause.nodes.above:
                parts.append((_opposite(self.values[node]), self.norm(self.layout.clauses[other])))
            found = self._norms[clause.key] = self._joined(parts, False)
        return found

    def _own(self, nodes: core.NormNodes | core.ExceptionNodes) -> Iterator[tuple[object, int]]:
        """The parts whose conjunction is the force of a norm or an exception."""
        yield self.values[nodes.when], self.condition(nodes.when)
        for proviso in nodes.provisos:
            yield self.values[proviso], self.condition(proviso)
        for inner in nodes.exceptions:
            yield _opposite(self.values[inner.force]), self._joined([*self._own(inner)], False)

    def condition(self, node: int) -> int:
        """What the truth of a condition rests on."""
        found = self._nodes.get(node)
        if found is None:
            made = self.layout.program.body.nodes[node]
            match made[0]:
                case "and" | "or":
                    parts = [(self.values[each], self.condition(each)) for each in made[1]]
                    found = self._joined(parts, made[0] == "or")
                case "not" | "shown":
                    found = self.condition(made[1])
                case "literal":
                    found = 0
                case "compare" if node in self.bits.compared:
                    one, other = self.bits.compared[node]
                    found = self.condition(one) | self.condition(other)
                case _:
                    found = self.bits.of_node[node]
            self._nodes[node] = found
        return found

    def _joined(self, parts: list[tuple[object, int]], settles: bool) -> int:
        """Parts of which one with the truth ``settles`` is enough, and otherwise all count."""
        enough = [bits for truth, bits in parts if truth is settles]
        if enough:
            judged = self.bits.judged
            return min(enough, key=lambda bits: ((bits & judged).bit_count(), bits.bit_count()))
        found = 0
        for _, bits in parts:
            found |= bits
        return found


def _opposite(truth: object) -> Truth:
    return None if truth is None else not truth
