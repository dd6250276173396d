"""Parts and claims of a space as terms of the solver."""

from __future__ import annotations

from typing import Any

from attrs import define, field

from tosdsl.analysis.axes import Axes, ListTest
from tosdsl.analysis.claims import All, Claim, F, In, Is, T, U, parts_of
from tosdsl.analysis.solver.terms import Terms
from tosdsl.analysis.solver.values import Condition, Pair
from tosdsl.formulas.space import FALSE, TRUE, UNKNOWN
from tosdsl.lower.tests import Ranked
from tosdsl.trees import expressions as ex
from tosdsl.trees import vocabulary as v


@define(eq=False)
class Encoded:
    """Parts and claims as terms. Leaves that no condition beyond reads are cells; others are values."""

    axes: Axes
    conditions: tuple[Condition, ...]
    read: frozenset[str]
    terms: Terms
    learnt: list[Any] = field(factory=list)
    _parts: dict[int, Pair] = field(factory=dict)
    _cells: dict[str, Any] = field(factory=dict)
    loose: set[int] = field(factory=set)
    """The tests and conditions of which a part may come out any way."""
    why: dict[int, str] = field(factory=dict)
    """Of those of which that is so as a limit was met: which."""
    forgone: bool = False

    @property
    def z3(self) -> Any:
        return self.terms.z3

    @property
    def inexact(self) -> bool:
        return self.terms.inexact or self.forgone

    # --- claims -----------------------------------------------------------------------------------

    def claim(self, claim: Claim) -> Any:
        z3 = self.z3
        match claim:
            case Is(part=part, mask=mask):
                true, false = self.pair(part)
                ways = [true] if mask & T else []
                ways += [false] if mask & F else []
                ways += [z3.Not(z3.Or(true, false))] if mask & U else []
                return z3.Or(ways)
            case In(axis=axis, cells=cells):
                return self._in(axis, cells)
            case All(items=items):
                return z3.And([self.claim(each) for each in items])
            case _:
                return z3.Or([self.claim(each) for each in claim.items])

    def _in(self, key: tuple[Any, ...], cells: int) -> Any:
        z3, axis = self.z3, self.axes.of[key]
        if key[0] == "beyond":
            number = next(iter(axis.masks))
            true, false = self.pair(number)
            ways = [z3.Not(z3.Or(true, false)), true, false]
            return z3.Or([way for at, way in enumerate(ways) if cells >> at & 1])
        if key[0] == "item":
            inside = self.item(key)
            return z3.Or([way for at, way in enumerate((z3.Not(inside), inside)) if cells >> at & 1])
        if key[0] == "list" or cells in {1, axis.full & ~1}:
            known = self.known(key[1])
            return z3.Or([way for way, mask in ((z3.Not(known), 1), (known, ~1)) if cells & mask])
        if key[1] not in self.read:
            cell = self.cell(key)
            return z3.Or([cell == at for at in range(len(axis.values)) if cells >> at & 1])
        return z3.Or([self._like(axis, at) for at in range(len(axis.values)) if cells >> at & 1])

    def _like(self, axis: Any, cell: int) -> Any:
        """The tests of a leaf come out as in a cell."""
        if not cell:
            return self.z3.Not(self.known(axis.key[1]))
        pairs = [(self.pair(number), masks) for number, masks in axis.masks.items()]
        return self.z3.And(
            self.known(axis.key[1]),
            *(pair[0] if masks[0] >> cell & 1 else pair[1] for pair, masks in pairs),
        )

    def paths(self, claim: Claim) -> list[str]:
        """The facts that a claim hangs on."""
        found: dict[str, None] = {}
        for single in parts_of(claim):
            keys = [single.axis] if isinstance(single, In) else self.axes.support(single.part)
            for key in keys:
                if key[0] == "beyond":
                    found |= dict.fromkeys(self.inputs(key[1]))
                else:
                    found[key[1]] = None
        return [path for path in self.axes.leaves if path in found]

    def inputs(self, number: int) -> tuple[str, ...]:
        return self.conditions[number].reads

    # --- parts ------------------------------------------------------------------------------------

    def pair(self, part: int) -> Pair:
        stack, space, pairs, z3 = [part], self.axes.space, self._parts, self.z3
        while stack:
            at = stack[-1]
            node = space[at]
            if at in pairs:
                stack.pop()
            elif at <= UNKNOWN:
                pairs[at] = z3.BoolVal(at == TRUE), z3.BoolVal(at == FALSE)
            elif node[0] in {"not", "and", "or"}:
                inner = (node[1],) if node[0] == "not" else node[1]
                open_ = [each for each in inner if each not in pairs]
                if open_:
                    stack += open_
                    continue
                several = [pairs[each] for each in inner]
                if node[0] == "not":
                    pairs[at] = several[0][1], several[0][0]
                else:
                    pairs[at] = (
                        self.terms.every(several) if node[0] == "and" else self.terms.some(several)
                    )
            else:
                pairs[at] = self._leaf(at, node)
        return pairs[part]

    def _leaf(self, number: int, node: tuple[Any, ...]) -> Pair:
        before, self.terms.why = self.terms.loose, ""
        if node[0] == "beyond":
            pair = self.terms.condition(self.conditions[node[1]])
        elif node[2] in self.read:
            pair = self._test(node)
        else:
            return self._by_cells(number, node)
        if self.terms.loose > before:
            self.loose.add(number)
            if self.terms.why:
                self.why[number] = self.terms.why
        return pair

    def _test(self, node: tuple[Any, ...]) -> Pair:
        """A test of a leaf that has terms."""
        _, op, path, _, constant = node
        scale: tuple[str, ...] = ()
        kind = self.axes.leaves[path].type
        fact = ex.FactRef(path, kind)
        if op == "true":
            return self.terms.pair(fact)
        if isinstance(constant, Ranked):
            scale, constant = constant.scale, constant.member
        inner = v.bare(kind.item if isinstance(kind, v.ListOf) else kind)
        other: ex.Expr = ex.Literal(constant, inner)
        if isinstance(constant, frozenset):
            several = sorted(constant, key=repr)
            other = ex.SetOf(tuple(ex.Literal(each, inner) for each in several), v.ListOf(inner))
        true, false = self.terms.pair(ex.Compare(op, fact, other, scale))
        if op in {"starts with", "ends with"}:  # whatever the text is, that is known with it
            known = self.known(path)
            absent = getattr(self.terms.leaf(path), "absent", self.z3.BoolVal(False))
            there = self.z3.And(known, self.z3.Not(absent))
            self.forgone = True
            return self.z3.And(there, true), self.z3.Or(
                self.z3.And(known, absent), self.z3.And(there, self.z3.Not(true))
            )
        return true, false

    def _by_cells(self, number: int, node: tuple[Any, ...]) -> Pair:
        z3, entry = self.z3, self.axes.test[number]
        if isinstance(entry, ListTest):
            known = self.known(entry.known[1])
            some = z3.Or([self.item(each) for each in entry.items])
            return z3.And(known, some), z3.And(known, z3.Not(some))
        cell = self.cell(entry)
        true, false = self.axes.of[entry].masks[number]
        count = len(self.axes.of[entry].values)
        return (
            z3.Or([cell == at for at in range(count) if true >> at & 1]),
            z3.Or([cell == at for at in range(count) if false >> at & 1]),
        )

    def cell(self, key: tuple[Any, ...]) -> Any:
        return self._cells.setdefault(key[1], self.z3.Int(f"cell {key[1]}"))

    def item(self, key: tuple[Any, ...]) -> Any:
        if key[1] not in self.read:
            return self.z3.Bool(f"in {key[1]}: {key[2]!r}")
        item = self.axes.leaves[key[1]].type
        inner = v.bare(item.item) if isinstance(item, v.ListOf) else item
        fact = ex.FactRef(key[1], item)
        return self.terms.pair(ex.Compare("includes", fact, ex.Literal(key[2], inner)))[0]

    def known(self, path: str) -> Any:
        """Whether a fact is known."""
        if path in self.read:
            leaf = self.terms.leaf(path)
            return self.z3.Bool(f"{path}?") if leaf is None else leaf.known
        if ("leaf", path) in self.axes.of:
            return self.cell(("leaf", path)) != 0
        return self.z3.Bool(f"{path}?")

    def bounds(self, path: str) -> list[Any]:
        """What is so of every value of a fact."""
        if path in self.read:
            leaf = self.terms.leaf(path)
            if leaf is None and not self.terms.widely:  # there is no value to show
                return [self.z3.Not(self.known(path))]
            return self.terms.bounds[path]
        if ("leaf", path) in self.axes.of:
            cell = self.cell(("leaf", path))
            return [cell >= 0, cell < len(self.axes.of["leaf", path].values)]
        return []

    def plainness(self, path: str, level: int) -> list[Any]:
        return self.terms.plain[path][level] if path in self.terms.plain else []
