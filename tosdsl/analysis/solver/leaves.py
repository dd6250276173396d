"""Facts as terms of a solver: variables, and what is so of every value of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from attrs import define, field

from tosdsl.analysis.solver.digits import of_a_fact
from tosdsl.analysis.solver.places import MOST_PLACES
from tosdsl.analysis.solver.values import (
    LAST_DAY,
    LAST_MOMENT,
    SECOND,
    Beyond,
    Item,
    Rows,
    Value,
    micros_of,
)
from tosdsl.trees import vocabulary as v
from tosdsl.trees.quantities import COUNTED_IN
from tosdsl.values.nearby import longest, plain_step


@define(eq=False)
class Leaves:
    """The terms of the facts of one space."""

    z3: Any
    leaves: Mapping[str, v.Leaf]
    parties: tuple[str, ...]
    widely: bool
    needed: Mapping[str, int]
    """For each list, the places that any list can do with; one that is not there has no such number."""
    most: int
    """The places of other lists, where a use is looked for."""
    said: frozenset[str] = frozenset()
    """Texts and parties that conditions mention."""
    of_leaf: dict[str, Value | Rows | None] = field(factory=dict)
    """None for a leaf that has no terms."""
    bounds: dict[str, list[Any]] = field(factory=dict)
    """What every value of a leaf meets."""
    plain: dict[str, tuple[list[Any], list[Any]]] = field(factory=dict)
    """What plain values of it meet, and those that are less plain."""
    inexact: bool = False
    """Whether the terms leave out uses."""
    codes: dict[str, int] = field(factory=dict)

    def leaf(self, path: str) -> Value | Rows | None:
        if path not in self.of_leaf:
            self.bounds[path], self.plain[path] = [], ([], [])
            self.of_leaf[path] = self._leaf(path, self.leaves[path].type)
        return self.of_leaf[path]

    def _leaf(self, path: str, kind: v.Type) -> Value | Rows | None:
        z3 = self.z3
        if not isinstance(kind, v.ListOf):
            return self._value(path, path, kind, z3.Bool(f"{path}?"))
        exact = path in self.needed
        if not exact and self.widely:
            return None
        self.inexact = self.inexact or not exact
        known = z3.Bool(f"{path}?")
        places: list[tuple[Any, Item]] = []
        few = self.most if not self.widely else 0
        for at in range(max(few, self.needed.get(path, 0))):
            present = z3.Bool(f"{path}[{at}]!")
            if places:
                self.bounds[path].append(z3.Implies(present, places[-1][0]))
            try:
                places.append((present, self._item(path, f"{path}[{at}]", kind.item)))
            except Beyond:
                self.inexact = True
                return None
        return Rows(known, tuple(places), path)

    def _item(self, path: str, name: str, kind: v.Type) -> Item:
        if not isinstance(kind, v.Record):
            return self._value(path, name, kind, self.z3.BoolVal(True))
        fields: dict[str, Value] = {}
        for each in kind.fields:
            inner = f"{name}.{each.name}"
            if isinstance(each.type, v.Record):
                raise Beyond
            fields[each.name] = self._value(path, inner, each.type, self.z3.Bool(f"{inner}?"))
        return fields

    def _value(self, path: str, name: str, kind: v.Type, known: Any) -> Value:
        z3, bare = self.z3, v.bare(kind)
        absent = z3.Bool(f"{name}-") if bare is not kind else z3.BoolVal(False)
        bounds, (plain, fair) = self.bounds[path], self.plain[path]
        match bare:
            case v.Boolean():
                return Value(known, absent, z3.Bool(name), kind)
            case v.Number() | v.Money():
                made, whole = z3.Real(name), z3.Int(f"{name}#")
                plain += [made == z3.ToReal(whole), made >= 0, made <= 10**10]
                fair += [made * 100 == z3.ToReal(whole), made >= -(10**13), made <= 10**13]
            case v.Integer():
                made = z3.Int(name)
                plain += [made >= 0, made <= 10**10]
                fair += [made >= -(10**13), made <= 10**13]
            case v.Duration(kind=counted):
                made, some, unit = z3.Int(name), z3.Int(f"{name}#"), COUNTED_IN[counted]
                bounds += [made >= -longest(unit), made <= longest(unit)]
                plain += [made == some * plain_step(unit), some >= 0, some <= 10**4]
                if counted == "hours":
                    fair += [made == some * SECOND, some >= 0, some <= 10**7]
            case v.Date():
                made = z3.Int(name)
                bounds += [made >= 1, made <= LAST_DAY]
                plain += [made >= date(2000, 1, 1).toordinal(), made <= date(2039, 1, 1).toordinal()]
            case v.Instant():
                made, minutes = z3.Int(name), z3.Int(f"{name}#")
                bounds += [made >= 0, made <= LAST_MOMENT]
                plain += [
                    made == minutes * 60 * SECOND,
                    made >= micros_of(datetime(2000, 1, 1, tzinfo=UTC)),
                    made <= micros_of(datetime(2039, 1, 1, tzinfo=UTC)),
                ]
                fair += [made == minutes * SECOND]
            case v.Enum(members=members):
                made = z3.Int(name)
                bounds.append(z3.Or([made == self.code(each) for each in members]))
            case v.Party() | v.Text():
                made = z3.Int(name)
                pool = sorted({*self.said, *(self.parties if bare == v.Party() else ())})
                others = len(self.leaves) + MOST_PLACES * 2
                known_texts = [made == self.code(each) for each in pool]
                bounds.append(z3.Or(*known_texts, z3.And(made < 0, made >= -others)))
            case _:
                raise Beyond
        return Value(known, absent, made, kind, digits=of_a_fact(kind))

    def code(self, text: str) -> int:
        return self.codes.setdefault(text, len(self.codes))
