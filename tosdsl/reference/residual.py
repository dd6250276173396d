"""What is left of a question once the known facts have been filled in.

Truths that the known facts settle are folded away; what remains is a formula a section's input,
over atoms that read unknown facts. It answers the same as the full evaluation, and is small.
``fold`` makes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from tosdsl.reference.evaluate import Values, evaluate
from tosdsl.reference.truth import Truth, conjunction, disjunction, negation
from tosdsl.reference.verdict import Possible, possible
from tosdsl.trees import norms as n
from tosdsl.trees.facts import Facts
from tosdsl.trees.findings import SectionFinding


@frozen(eq=False)
class Atom:
    """A comparison or a boolean fact of a document. ``unknown`` are the paths without a value.

    With a ``stand_in`` its truth is a fact of that name, which stands for all that it reads: an
    arithmetic or a list, of which it is not tried which values make it come out which way.
    """

    document: int
    expr: n.Expr
    unknown: frozenset[str]
    stand_in: str | None = None


@frozen(eq=False)
class Force:
    """The force of a norm, which is folded by itself: a chain of norms is no nesting."""

    norm: n.NormKey


@frozen(eq=False)
class Many:
    """A conjunction (``all``) or a disjunction of what is unknown."""

    all: bool
    items: tuple[Formula, ...]


@frozen(eq=False)
class Opposite:
    """A negation of what is unknown."""

    item: Formula


Formula = Atom | Force | Many | Opposite
Folded = Formula | bool


@frozen
class Row:
    """A section's inputs, folded."""

    scope: Folded
    forbids: Folded
    permits: Folded
    default: str | None
    sections: tuple[Row, ...]


@frozen
class Residual:
    """The rows of a question, and the facts that were known when it was folded.

    ``norms`` are those whose force is open, each after those that prevail over it; ``definitions``
    those of each document that are open, each after those that it uses.
    """

    facts: Facts
    rows: tuple[Row, ...]
    norms: Mapping[n.NormKey, Folded]
    definitions: tuple[tuple[n.Definition, ...], ...]
    values: tuple[Values, ...]
    """The values of the definitions, so far as they are known."""

    def possible(self, extra: Mapping[str, Any]) -> Possible:
        """The possible verdicts when ``extra`` is known as well."""
        state = _State(self, extra)
        return possible(self._finding(row, state) for row in self.rows)

    def _finding(self, row: Row, state: _State) -> SectionFinding:
        scope, forbids, permits = map(state.truth, (row.scope, row.forbids, row.permits))
        inner = tuple(self._finding(each, state) for each in row.sections)
        return SectionFinding(0, "", scope, forbids, permits, row.default, inner)

    def live(self, extra: Mapping[str, Any]) -> list[str]:
        """The unknown facts under what is still unknown, in the order in which they are met."""
        state = _State(self, extra)
        for row in self.rows:
            self._live_row(row, state)
        while state.waiting:
            state.meet(self.norms[state.waiting.pop(0)])
        return list(state.met)

    def _live_row(self, row: Row, state: _State) -> None:
        if state.truth(row.scope) is False:
            return
        forbids, permits = state.truth(row.forbids), state.truth(row.permits)
        state.meet(row.scope)
        if not (row.default == "forbid" and permits is False):
            state.meet(row.forbids)
        if row.default != "permit" and forbids is not True:
            state.meet(row.permits)
        for inner in row.sections:
            self._live_row(inner, state)

    def atoms(self) -> list[Atom]:
        """Every atom, once."""
        found: dict[int, Atom] = {}
        stack: list[Folded] = list(self.norms.values())
        rows = list(self.rows)
        while rows:
            row = rows.pop()
            stack += [row.scope, row.forbids, row.permits]
            rows += row.sections
        done: set[int] = set()
        while stack:
            node = stack.pop()
            if isinstance(node, bool) or id(node) in done:
                continue
            done.add(id(node))
            match node:
                case Atom():
                    found[id(node)] = node
                case Many(items=items):
                    stack += items
                case Opposite(item=item):
                    stack.append(item)
                case Force():
                    pass
        return list(found.values())

    def outcome(self, atom: Atom, extra: Mapping[str, Any]) -> Truth:
        """How an atom comes out when ``extra`` is known as well."""
        return _State(self, extra, norms=False).truth(atom)


class _State:
    """Truths of one residual when something more is known; each is worked out once."""

    def __init__(self, residual: Residual, extra: Mapping[str, Any], *, norms: bool = True) -> None:
        self.known = {**residual.facts, **extra}
        self._values = [dict(values) for values in residual.values]
        for values, definitions in zip(self._values, residual.definitions, strict=True):
            for definition in definitions:
                values[definition.name] = evaluate(definition.body, self.known, values)
        self._seen: dict[int, Truth] = {}
        self._forces: dict[n.NormKey, Truth] = {}
        self.met: dict[str, None] = {}
        self.waiting: list[n.NormKey] = []
        self._passed: set[int | n.NormKey] = set()
        for key, node in residual.norms.items() if norms else ():
            self._forces[key] = self.truth(node)

    def truth(self, node: Folded) -> Truth:
        """The truth of a folded formula."""
        if isinstance(node, bool):
            return node
        if id(node) not in self._seen:
            match node:
                case Atom(stand_in=str(name)):
                    self._seen[id(node)] = self.known.get(name)
                case Atom(document=index, expr=expr):
                    self._seen[id(node)] = evaluate(expr, self.known, self._values[index])
                case Force(norm=key):
                    self._seen[id(node)] = self._forces[key]
                case Many(all=all_, items=items):
                    each = map(self.truth, items)
                    self._seen[id(node)] = conjunction(each) if all_ else disjunction(each)
                case Opposite(item=item):
                    self._seen[id(node)] = negation(self.truth(item))
        return self._seen[id(node)]

    def meet(self, node: Folded) -> None:
        """Note the unknown facts under an unknown formula; norms in it wait for their turn."""
        if isinstance(node, bool) or id(node) in self._passed or self.truth(node) is not None:
            return
        self._passed.add(id(node))
        match node:
            case Atom(stand_in=str(name)):
                self.met[name] = None
            case Atom(unknown=unknown):
                self.met |= dict.fromkeys(path for path in sorted(unknown) if path not in self.known)
            case Force(norm=key):
                if key not in self._passed:
                    self._passed.add(key)
                    self.waiting.append(key)
            case Many(items=items):
                for item in items:
                    self.meet(item)
            case Opposite(item=item):
                self.meet(item)
