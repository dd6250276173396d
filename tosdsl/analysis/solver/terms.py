"""Conditions as terms of a solver. Values carry flags: whether they are known, and ``none``.

A truth is a pair of terms (true, false); unknown is neither. Numbers are exact, days are counted, and
texts and members of enumerations are numbers by their order of appearance. What cannot be said so is
*loose*: a pair that may come out any way. Lists have places for so many items.

Encoded ``widely``, there is no use that the terms leave out: what they cannot meet, nothing meets.
Otherwise terms are as near as they can be, for a use to be found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from attrs import define, field

from tosdsl.analysis.solver.places import MOST_PLACES
from tosdsl.analysis.solver.values import (
    BEGIN,
    Beyond,
    Item,
    Pair,
    Rows,
    Value,
    fraction,
    kept_within,
    kind_of,
    micros_of,
    real,
    sort_of,
)
from tosdsl.reference.nearby import most_steps
from tosdsl.trees import expressions as ex
from tosdsl.trees import vocabulary as v
from tosdsl.trees.quantities import ABSENT, COUNTED_IN, STEPS, Duration, Money

_PLACES = 3
_LAST_DAY = date.max.toordinal()
_LAST_MOMENT = (datetime.max.replace(tzinfo=UTC) - BEGIN) // timedelta(microseconds=1)
_SECOND = 1_000_000
_SECONDS = {"seconds": 1, "days": 86_400}
_MEMBERSHIP = frozenset({"in", "includes", "overlaps"})
_ORDERS = frozenset({"<", "<=", ">", ">="})


@define(eq=False)
class Terms:
    """The terms of one space. ``conditions`` are all that are beyond tests of single leaves."""

    z3: Any
    leaves: Mapping[str, v.Leaf]
    parties: tuple[str, ...]
    widely: bool
    needed: Mapping[str, int]
    """For each list, the places that any list can do with; one that is not there has no such number."""
    said: frozenset[str] = frozenset()
    """Texts and parties that conditions mention."""
    of_leaf: dict[str, Value | Rows | None] = field(factory=dict)
    """None for a leaf that has no terms."""
    bounds: dict[str, list[Any]] = field(factory=dict)
    """What every value of a leaf meets."""
    plain: dict[str, tuple[list[Any], list[Any]]] = field(factory=dict)
    """What plain values of it meet, and those that are less plain."""
    loose: int = 0
    """How many pairs were given that may come out any way."""
    inexact: bool = False
    """Whether the terms leave out uses."""
    codes: dict[str, int] = field(factory=dict)
    _pairs: dict[Any, tuple[Pair, bool]] = field(factory=dict)
    _fresh: int = 0

    # --- leaves -----------------------------------------------------------------------------------

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
        few = _PLACES if not self.widely else 0
        for at in range(max(few, self.needed.get(path, 0))):
            present = z3.Bool(f"{path}[{at}]!")
            if places:
                self.bounds[path].append(z3.Implies(present, places[-1][0]))
            try:
                places.append((present, self._item(path, f"{path}[{at}]", kind.item)))
            except Beyond:
                self.inexact = True
                return None
        return Rows(known, tuple(places))

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
                unit = COUNTED_IN[counted]
                steps, most = z3.Int(name), most_steps(unit)
                made = steps * STEPS[unit]
                bounds += [steps >= -most, steps <= most]
                plain += [steps >= 0, steps <= 10**4]
            case v.Date():
                made = z3.Int(name)
                bounds += [made >= 1, made <= _LAST_DAY]
                plain += [made >= date(2000, 1, 1).toordinal(), made <= date(2039, 1, 1).toordinal()]
            case v.Instant():
                made, minutes = z3.Int(name), z3.Int(f"{name}#")
                bounds += [made >= 0, made <= _LAST_MOMENT]
                plain += [
                    made == minutes * 60 * _SECOND,
                    made >= micros_of(datetime(2000, 1, 1, tzinfo=UTC)),
                    made <= micros_of(datetime(2039, 1, 1, tzinfo=UTC)),
                ]
                fair += [made == minutes * _SECOND]
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
        return Value(known, absent, made, kind)

    def code(self, text: str) -> int:
        return self.codes.setdefault(text, len(self.codes))

    # --- conditions -------------------------------------------------------------------------------

    def pair(self, expr: ex.Expr, names: Mapping[str, tuple[str, Item]] | None = None) -> Pair:
        """When a condition is true, and false. ``names``: the items at hand, each with its place."""
        names = names or {}
        key = expr, tuple(sorted((name, place) for name, (place, _) in names.items()))
        found = self._pairs.get(key)
        if found is None:
            before = self.loose
            try:
                pair = self._pair(expr, names)
            except Beyond:
                pair = self.any_way()
            found = self._pairs[key] = pair, self.loose > before
        elif found[1]:
            self.loose += 1
        return found[0]

    def any_way(self) -> Pair:
        self.loose += 1
        self._fresh += 1
        z3 = self.z3
        known, true = z3.Bool(f"open {self._fresh}?"), z3.Bool(f"open {self._fresh}")
        return z3.And(known, true), z3.And(known, z3.Not(true))

    def _pair(self, expr: ex.Expr, names: Mapping[str, tuple[str, Item]]) -> Pair:
        z3 = self.z3
        match expr:
            case ex.Literal(value=bool(value)):
                return z3.BoolVal(value), z3.BoolVal(not value)
            case ex.Not(item=item):
                true, false = self.pair(item, names)
                return false, true
            case ex.And(items=items):
                return self.every(self.pair(each, names) for each in items)
            case ex.Or(items=items):
                return self.some(self.pair(each, names) for each in items)
            case ex.Compare():
                return self._compare(expr, names)
            case ex.Quantified(kind=kind, variable=variable, over=over, body=body):
                rows = self._rows(over)
                pairs = []
                for at, (present, row) in enumerate(rows.places):
                    place = f"{over.path}[{at}]" if isinstance(over, ex.FactRef) else ""
                    true, false = self.pair(body, {**names, variable: (place, row)})
                    gone = z3.Not(present)
                    pairs.append(
                        (z3.And(present, true), z3.Or(gone, false))
                        if kind == "some"
                        else (z3.Or(gone, true), z3.And(present, false))
                    )
                true, false = self.some(pairs) if kind == "some" else self.every(pairs)
                return z3.And(rows.known, true), z3.And(rows.known, false)
            case ex.FactRef(type=v.Boolean()) | ex.Variable(type=v.Boolean()):
                found = self._of(expr, names)
                return z3.And(found.known, found.value), z3.And(found.known, z3.Not(found.value))
        raise Beyond

    def every(self, pairs: Iterable[Pair]) -> Pair:
        several = list(pairs)
        return self.z3.And([true for true, _ in several]), self.z3.Or([false for _, false in several])

    def some(self, pairs: Iterable[Pair]) -> Pair:
        several = list(pairs)
        return self.z3.Or([true for true, _ in several]), self.z3.And([false for _, false in several])

    def _compare(self, expr: ex.Compare, names: Mapping[str, tuple[str, Item]]) -> Pair:
        z3, op = self.z3, expr.op
        if op in _MEMBERSHIP:
            return self._membership(expr, names)
        left, right = self._of(expr.left, names), self._of(expr.right, names)
        both = z3.And(left.known, right.known)
        if op == "is":
            same = self._same(left, right)
            return z3.And(both, same), z3.And(both, z3.Not(same))
        if op not in _ORDERS:
            raise Beyond
        absent = z3.Or(self._is_absent(left), self._is_absent(right))
        one, other = self._rank(left, expr.scale), self._rank(right, expr.scale)
        held = {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[op]
        there = z3.And(both, z3.Not(absent))
        return z3.And(there, held), z3.Or(absent, z3.And(there, z3.Not(held)))

    def _membership(self, expr: ex.Compare, names: Mapping[str, tuple[str, Item]]) -> Pair:
        z3 = self.z3
        if expr.op == "overlaps":
            ones, others = self._items(expr.left, names), self._items(expr.right, names)
            pairs = []
            for present, item in ones[1]:
                true, false = self._member(item, others[1])
                pairs.append(
                    (
                        z3.And(present, item.known, true),
                        z3.Or(z3.Not(present), z3.And(item.known, false)),
                    )
                )
            true, false = self.some(pairs)
            known = z3.And(ones[0], others[0])
            return z3.And(known, true), z3.And(known, false)
        one, several = (expr.left, expr.right) if expr.op == "in" else (expr.right, expr.left)
        item, (listed, places) = self._of(one, names), self._items(several, names)
        absent = self._is_absent(item)
        there = z3.And(item.known, listed, z3.Not(absent))
        true, false = self._member(item, places)
        return z3.And(there, true), z3.Or(absent, z3.And(there, false))

    def _member(self, item: Value, places: Iterable[tuple[Any, Value]]) -> Pair:
        z3, pairs = self.z3, []
        for present, other in places:
            same = self._same(item, other)
            true = z3.And(present, other.known, same)
            pairs.append((true, z3.Or(z3.Not(present), z3.And(other.known, z3.Not(same)))))
        return self.some(pairs)

    def _rows(self, over: ex.Expr) -> Rows:
        found = self.leaf(over.path) if isinstance(over, ex.FactRef) else None
        if not isinstance(found, Rows):
            raise Beyond
        return found

    def _items(
        self, expr: ex.Expr, names: Mapping[str, tuple[str, Item]]
    ) -> tuple[Any, list[tuple[Any, Value]]]:
        true = self.z3.BoolVal(True)
        if isinstance(expr, ex.SetOf):
            return true, [(true, self._of(each, names)) for each in expr.items]
        rows = self._rows(expr)
        return rows.known, [(present, item) for present, item in rows.places if isinstance(item, Value)]

    def _is_absent(self, value: Value) -> Any:
        return self.z3.And(value.known, value.absent)

    def _same(self, one: Value, other: Value) -> Any:
        z3 = self.z3
        sorts = {sort_of(one.kind), sort_of(other.kind)}
        if len(sorts) > 1 and "none" not in sorts:
            raise Beyond
        if one.value is None or other.value is None:  # a literal none
            return z3.And(one.absent, other.absent)
        return z3.Or(
            z3.And(one.absent, other.absent),
            z3.And(z3.Not(one.absent), z3.Not(other.absent), one.value == other.value),
        )

    def _rank(self, value: Value, scale: tuple[str, ...]) -> Any:
        if value.value is None or isinstance(v.bare(value.kind), v.Boolean):
            raise Beyond
        if not scale:
            return value.value
        made = self.z3.IntVal(0)
        for at, member in enumerate(scale):
            made = self.z3.If(value.value == self.code(member), at, made)
        return made

    # --- values -----------------------------------------------------------------------------------

    def _of(self, expr: ex.Expr, names: Mapping[str, tuple[str, Item]]) -> Value:
        z3 = self.z3
        match expr:
            case ex.Literal(value=value, type=kind):
                return self._literal(value, kind)
            case ex.FactRef(path=path):
                found = self.leaf(path)
                if isinstance(found, Value):
                    return found
            case ex.Variable(name=name, field=path) if name in names:
                item = names[name][1]
                inner = item if isinstance(item, Value) else item.get(path)
                if isinstance(inner, Value) and isinstance(item, Value) == (not path):
                    return inner
            case ex.Arithmetic(op=op, left=left, right=right, type=kind, excluding=None):
                one, other = self._of(left, names), self._of(right, names)
                absent = z3.Or(self._is_absent(one), self._is_absent(other))
                known = z3.Or(absent, z3.And(one.known, other.known))
                return Value(known, absent, self._worked(op, one, other, right), kind)
            case ex.Convert(value=value, rate=rate, type=kind):
                one, other = self._of(value, names), self._of(rate, names)
                absent = z3.Or(self._is_absent(one), self._is_absent(other))
                known = z3.Or(absent, z3.And(one.known, other.known))
                return Value(known, absent, real(z3, one.value) * real(z3, other.value), kind)
            case ex.Extreme():
                return self._extreme(expr, names)
            case ex.Aggregate(kind="count" | "sum", window=None):
                return self._total(expr, names)
            case ex.Compare() | ex.Not() | ex.And() | ex.Or() | ex.Quantified():
                true, false = self._pair(expr, names)
                return Value(z3.Or(true, false), z3.BoolVal(False), true, v.Boolean())
        raise Beyond

    def _literal(self, value: Any, kind: v.Type) -> Value:
        z3 = self.z3
        true, false = z3.BoolVal(True), z3.BoolVal(False)
        match value:
            case bool():
                return Value(true, false, z3.BoolVal(value), v.Boolean())
            case int():
                return Value(true, false, z3.IntVal(value), v.Integer())
            case Fraction():
                return Value(true, false, fraction(z3, value), v.Number())
            case Money(amount=amount, currency=currency):
                return Value(true, false, fraction(z3, amount), v.Money(currency))
            case Duration(count=count):
                return Value(true, false, z3.IntVal(count), kind_of(value))
            case datetime():
                return Value(true, false, z3.IntVal(micros_of(value)), v.Instant())
            case date():
                return Value(true, false, z3.IntVal(value.toordinal()), v.Date())
            case str():
                return Value(true, false, z3.IntVal(self.code(value)), kind)
        if value is ABSENT:
            return Value(true, true, None, v.OptionalOf(v.Boolean()))
        raise Beyond

    def _worked(self, op: str, one: Value, other: Value, right: ex.Expr) -> Any:
        z3 = self.z3
        if one.value is None or other.value is None:
            raise Beyond
        match op, v.bare(one.kind), v.bare(other.kind):
            case "+" | "-", v.Date(), v.Duration(kind="days"):
                moved = one.value + other.value if op == "+" else one.value - other.value
                return kept_within(z3, moved, 1, _LAST_DAY)
            case "+", v.Duration(kind="days"), v.Date():
                return kept_within(z3, one.value + other.value, 1, _LAST_DAY)
            case "+" | "-", v.Instant(), v.Duration(kind="days" | "hours" as unit):
                by = other.value * (_SECOND * _SECONDS[COUNTED_IN[unit]])
                return kept_within(z3, one.value + by if op == "+" else one.value - by, 0, _LAST_MOMENT)
            case "-", v.Date(), v.Date():
                return one.value - other.value
            case "-", v.Instant(), v.Instant():
                return (one.value - other.value) / _SECOND  # of whole numbers: rounded down
            case "+" | "-", v.Duration(kind=first), v.Duration(kind=second) if first == second:
                return one.value + other.value if op == "+" else one.value - other.value
            case "*", v.Duration(), v.Integer():
                return one.value * other.value
            case "*", v.Integer(), v.Duration():
                return one.value * other.value
            case "/", v.Integer() | v.Number() | v.Money(), _ if isinstance(right, ex.Literal):
                return real(z3, one.value) / real(z3, other.value)
            case "+" | "-" | "*", a, b if {type(a), type(b)} <= {v.Integer, v.Number, v.Money}:
                worked = {"+": lambda x, y: x + y, "-": lambda x, y: x - y, "*": lambda x, y: x * y}
                return worked[op](one.value, other.value)
        raise Beyond

    def _extreme(self, expr: ex.Extreme, names: Mapping[str, tuple[str, Item]]) -> Value:
        z3 = self.z3
        several = [self._of(each, names) for each in expr.items]
        known = z3.And([each.known for each in several])
        first, *rest = several
        absent, best = first.absent, first.value
        for each in rest:
            one, other = (
                self._rank(Value(known, absent, best, expr.type), expr.scale),
                self._rank(each, expr.scale),
            )
            better = other < one if expr.kind == "min" else other > one
            taken = z3.And(z3.Not(each.absent), z3.Or(absent, better))
            best = z3.If(taken, each.value, best)
            absent = z3.And(absent, each.absent)
        return Value(known, absent, best, expr.type)

    def _total(self, expr: ex.Aggregate, names: Mapping[str, tuple[str, Item]]) -> Value:
        """A count or a sum over the places that there are: of longer lists, nothing is said."""
        if self.widely:
            raise Beyond
        z3, rows, over = self.z3, self._rows(expr.over), expr.over
        self.inexact = True
        known, total = [rows.known], z3.IntVal(0)
        for at, (present, item) in enumerate(rows.places):
            place = f"{over.path}[{at}]" if isinstance(over, ex.FactRef) else ""
            inner = {**names, expr.variable: (place, item)}
            true, false = (present, z3.BoolVal(False))
            if expr.where is not None:
                true, false = self.pair(expr.where, inner)
                known.append(z3.Implies(present, z3.Or(true, false)))
            chosen = z3.And(present, true)
            amount: Any = 1
            if expr.value is not None:
                value = self._of(expr.value, inner)
                known.append(z3.Implies(chosen, value.known))
                amount = z3.If(value.absent, z3.IntVal(0), value.value)
            total = total + z3.If(chosen, amount, 0)
        return Value(z3.And(known), z3.BoolVal(False), total, expr.type)
