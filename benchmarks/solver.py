"""The same questions put to z3 alone: every class of change asked of one solver that keeps what it has.

As somebody would write it who has only a solver. Each fact is a value of z3's own (a member of an
enumeration, an integer, a Boolean; of a list, a Boolean an item) beside a Boolean that says whether it
is known; each part of a formula is two terms, for true and for false. The forces of clauses have names,
stated once; a question is pushed, checked and popped. A model counts as an answer as it is: it is
neither made small nor put to the reference, which the program's own answers are.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import count
from typing import Any

import z3
from attrs import define, field

from tosdsl.analysis.claims import All, Claim, F, In, Is, T, U
from tosdsl.analysis.engine import Analysis, Answer, Proof, Unknown, Witness
from tosdsl.formulas.space import TRUE, UNKNOWN
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v

_ORDERS = {
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}

_NUMBERS = count()


@lru_cache
def _sort(name: str, members: tuple[str, ...]) -> tuple[Any, dict[str, Any]]:
    """An enumeration; z3 has no two of one name."""
    sort, constants = z3.EnumSort(f"{name} {next(_NUMBERS)}", members)
    return sort, dict(zip(members, constants, strict=True))


@define(eq=False)
class _Encoding:
    analysis: Analysis
    solver: z3.Solver = field(factory=z3.Solver)
    _values: dict[str, Any] = field(factory=dict)
    _known: dict[str, Any] = field(factory=dict)
    _sorts: dict[str, tuple[Any, dict[str, Any]]] = field(factory=dict)
    _pairs: dict[int, tuple[Any, Any]] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        for side in self.analysis.sides:
            for node in side.nodes.norms.values():
                part = side.in_scope(node)
                for each in (node.force, part):
                    if each > UNKNOWN and each not in self._pairs:
                        self._name(each)

    def _name(self, part: int) -> None:
        true, false = self._pair(part)
        names = z3.Bool(f"true {part}"), z3.Bool(f"false {part}")
        self.solver.add(names[0] == true, names[1] == false)
        self._pairs[part] = names

    def claim(self, claim: Claim) -> Any:
        match claim:
            case Is(part=part, mask=mask):
                true, false = self._pair(part)
                ways = [true] if mask & T else []
                ways += [false] if mask & F else []
                ways += [z3.Not(z3.Or(true, false))] if mask & U else []
                return z3.Or(ways)
            case All(items=items):
                return z3.And([self.claim(each) for each in items])
            case In():
                raise NotImplementedError("a difference asks nothing of single facts")
            case _:
                return z3.Or([self.claim(each) for each in claim.items])

    def _pair(self, part: int) -> tuple[Any, Any]:
        if part not in self._pairs:
            node = self.analysis.space[part]
            match node[0]:
                case "truth":
                    pair = z3.BoolVal(part == TRUE), z3.BoolVal(part not in {TRUE, UNKNOWN})
                case "not":
                    true, false = self._pair(node[1])
                    pair = false, true
                case "and" | "or":
                    inner = [self._pair(each) for each in node[1]]
                    trues, falses = [one for one, _ in inner], [other for _, other in inner]
                    if node[0] == "and":
                        pair = z3.And(trues), z3.Or(falses)
                    else:
                        pair = z3.Or(trues), z3.And(falses)
                case _:
                    pair = self._test(*node[1:])
            self._pairs[part] = pair
        return self._pairs[part]

    def _test(self, op: str, path: str, _: object, constant: Any) -> tuple[Any, Any]:
        known = self._known.setdefault(path, z3.Bool(f"known {path}"))
        constants = sorted(constant) if isinstance(constant, frozenset) else [constant]
        if op == "true":
            holds = self._value(path)
        elif op in _ORDERS:
            holds = _ORDERS[op](self._value(path), constant)
        elif op in {"is", "in"}:
            holds = z3.Or([self._value(path) == self._constant(path, each) for each in constants])
        elif op in {"includes", "overlaps"}:
            holds = z3.Or([z3.Bool(f"{each} in {path}") for each in constants])
        else:
            raise NotImplementedError(op)
        return z3.And(known, holds), z3.And(known, z3.Not(holds))

    def _value(self, path: str) -> Any:
        if path not in self._values:
            match self.analysis.axes.leaves[path].type:
                case v.Boolean():
                    made = z3.Bool(path)
                case v.Integer():
                    made = z3.Int(path)
                case v.Enum(name=name, members=members):
                    if name not in self._sorts:
                        self._sorts[name] = _sort(name, members)
                    made = z3.Const(path, self._sorts[name][0])
                case kind:
                    raise NotImplementedError(kind)
            self._values[path] = made
        return self._values[path]

    def _constant(self, path: str, constant: Any) -> Any:
        kind = self.analysis.axes.leaves[path].type
        self._value(path)
        return self._sorts[kind.name][1][constant] if isinstance(kind, v.Enum) else constant


@define
class SolverAlone(Analysis):
    """An analysis that asks z3 everything, and only z3."""

    _encoding: _Encoding | None = None

    def sample(self, claims: object) -> None:
        """Nothing is looked for elsewhere first."""

    def find(self, claim: Claim, *, replayed: bool = True, told: object = None) -> Answer:
        if self._encoding is None:
            self._encoding = _Encoding(self)
        encoding = self._encoding
        encoding.solver.push()
        encoding.solver.add(encoding.claim(claim))
        outcome = encoding.solver.check()
        encoding.solver.pop()
        if outcome == z3.unsat:
            return Proof("z3")
        return Witness({}, False) if outcome == z3.sat else Unknown("z3 does not know")


def alone(old: n.Linked, new: n.Linked) -> Analysis:
    """The analysis of a pair of policies with z3 alone."""
    return SolverAlone.of(old, new, days=((None, None),) * 2)
