"""Conditions as terms of a solver. Values carry flags: whether they are known, and ``none``.

A truth is a pair of terms (true, false); unknown is neither. Numbers are exact, days are counted, and
texts and members of enumerations are numbers by their order of appearance. What cannot be said so is
*loose*: it may come out any way. Lists have places for so many items.

Encoded ``widely``, there is no use that the terms leave out: what they cannot meet, nothing meets.
Otherwise terms are as near as they can be, for a use to be found.

Each condition and value is made into terms once, for each item that it speaks of, and what a
definition stands for once at all: there are as many terms as the text asks for, and not as many as
it unfolds to. They are counted, and past MAX_SOLVER_TERMS what is left is loose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

from attrs import define, field

from tosdsl.analysis.solver import totals
from tosdsl.analysis.solver.amounts import by_cases, digits_of, extreme, literal, rounded, worked
from tosdsl.analysis.solver.days import part_of_day
from tosdsl.analysis.solver.digits import Digits, of_any_known
from tosdsl.analysis.solver.leaves import Leaves
from tosdsl.analysis.solver.values import (
    Beyond,
    Budget,
    Condition,
    Item,
    Names,
    Overrun,
    Pair,
    Rows,
    Value,
    calendar_of,
    each_place,
    fraction,
    kept_within,
    product,
    real,
    sort_of,
)
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.quantities import ABSENT, amount_of
from tosdsl.trees.rows import Row
from tosdsl.trees.walk import parts

NOBODY: Names = {}
_MEMBERSHIP = frozenset({"in", "includes", "overlaps"})
GIVE_A_DAY = ": give one, as `--as-of` does"
_NO_DAY = f"conditions read the day of the use, and none is said{GIVE_A_DAY}"
_WHOLE = (v.Integer, v.Duration)
_ORDERS = frozenset({"<", "<=", ">", ">="})


@define(eq=False)
class Terms(Leaves):
    """The terms of one space."""

    budget: Budget = field(factory=Budget, kw_only=True)
    loose: int = 0
    """How often something was given that may come out any way."""
    why: str = ""
    """The limit that something met, of what was made since this was empty."""
    _made: dict[Any, tuple[Any, bool, str]] = field(factory=dict)
    """Pairs and values that were made, None where there is none; whether they are loose, and why."""
    cut_off: bool = False
    """Whether days and numbers count that the evaluation does not know, as they are past a limit."""
    _fresh: int = 0
    _scope: Mapping[str, n.Definition] = field(factory=dict)
    """The definitions that conditions at hand lean on."""

    # --- each once --------------------------------------------------------------------------------

    def condition(self, condition: Condition) -> Pair:
        """When a condition is true, and false."""
        self._scope = condition.definitions
        for each in condition.definitions.values():
            if isinstance(each.type, v.Boolean) and not each.parameters:
                self._defined(each.name)  # one that uses another comes after it
            elif not isinstance(each.type, v.ListOf | v.Record) and not each.parameters:
                self._value_of_definition(each.name)
        pair = self.pair(condition.expr)
        self._scope = {}
        return pair

    def _once(self, key: Any, make: Callable[[], Any]) -> Any:
        """What was made for a key, or is now: None where that cannot be said."""
        found = self._made.get(key)
        if found is None:
            loose, why, made = self.loose, self.why, None
            self.why = ""
            try:
                self.budget.count()
                made = make()
            except Overrun as met:
                self.why = str(met)
            except Beyond as met:
                self.why = str(met) or self.why
            found = self._made[key] = made, self.loose > loose, self.why
            self.why = why or self.why
        else:
            self.loose += found[1]
            self.why = self.why or found[2]
        return found[0]

    def _key(self, kind: str, expr: ex.Expr, names: Names) -> Any:
        """What tells a condition or a value from others: its text, and what its names stand for."""
        read = {each.name for each in parts(expr) if isinstance(each, ex.Variable)} if names else ()
        places = tuple(sorted((name, names[name][0]) for name in read if name in names))
        scope = id(self._scope) if self._scope else 0  # it is kept as long as there are conditions
        return kind, scope, expr, places

    def pair(self, expr: ex.Expr, names: Names = NOBODY) -> Pair:
        """When a condition is true, and false. ``names``: the items at hand."""
        key = self._key("pair", expr, names)
        pair: Pair = self._once(key, lambda: self._pair(expr, names)) or self._any_way(key)
        return pair

    def _any_way(self, key: Any) -> Pair:
        pair: Pair = self._once(("any way", key), self.any_way)
        return pair or self.any_way()

    def of(self, expr: ex.Expr, names: Names = NOBODY) -> Value:
        """A value. Raises Beyond where there is no term for it; widely, it is any value then."""
        key = self._key("of", expr, names)
        value = self._once(key, lambda: self._of(expr, names))
        if value is None and self.widely:
            value = self._once(("any", key), lambda: self._any_value(expr))
        if not isinstance(value, Value):
            raise Beyond
        return value

    def any_way(self) -> Pair:
        self.loose += 1
        z3, name = self.z3, self._new_name("open")
        known, true = z3.Bool(f"{name}?"), z3.Bool(name)
        return z3.And(known, true), z3.And(known, z3.Not(true))

    def _any_value(self, expr: ex.Expr) -> Value:
        """A value of which nothing is said but its type, and that counts are not negative."""
        self.loose += 1
        z3, name, kind = self.z3, self._new_name("value"), getattr(expr, "type", v.Boolean())
        made: Any
        match v.bare(kind):
            case v.Boolean():
                made = z3.Bool(name)
            case v.Number() | v.Money():
                made = z3.Real(name)
            case v.ListOf() | v.Record():
                raise Beyond
            case _:
                made = z3.Int(name)
        if isinstance(expr, ex.Aggregate) and expr.kind in {"count", "highest"}:
            made = z3.If(made < 0, 0, made)
        known, absent = z3.Bool(f"{name}?"), z3.Bool(f"{name}-")
        return Value(known, absent, made, kind, digits=of_any_known())

    def some_day(self, first: Any, last: Any) -> Any:
        """A day between two."""
        self.loose += 1
        return kept_within(self.z3, self.z3.Int(self._new_name("day")), first, last)

    def _new_name(self, word: str) -> str:
        self._fresh += 1
        return f"{word} {self._fresh}"

    # --- definitions ------------------------------------------------------------------------------

    def _definition(self, name: str) -> n.Definition:
        if name not in self._scope:
            raise Beyond
        return self._scope[name]

    def _defined(self, name: str) -> Pair:
        """The condition that a definition stands for."""
        found = self._definition(name)
        key = "definition", id(found)
        pair: Pair = self._once(key, lambda: self.pair(found.body)) or self._any_way(key)
        return pair

    def _value_of_definition(self, name: str) -> Value | None:
        found = self._definition(name)
        value: Value | None = self._once(("definition", id(found)), lambda: self.of(found.body))
        return value

    def _given(self, call: ex.Call, names: Names) -> Names:
        """What the parameters of a definition stand for where it is called."""
        given: dict[str, tuple[str, Item | Rows]] = {}
        parameters = self._definition(call.name).parameters
        for (name, kind), expr in zip(parameters, call.arguments, strict=True):
            if isinstance(expr, ex.Variable) and not expr.field and expr.name in names:
                given[name] = names[expr.name]
            elif isinstance(kind, v.ListOf):
                rows = self.rows(expr, names)
                given[name] = rows.name, rows
            else:
                value = self.of(expr, names)
                made = (value.known, value.absent, value.value)
                word = ",".join("-" if each is None else str(each.get_id()) for each in made)
                given[name] = f"= {word}", value
        return given

    # --- conditions -------------------------------------------------------------------------------

    def _pair(self, expr: ex.Expr, names: Names) -> Pair:
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
            case ex.Conditional(type=v.Boolean()):
                (true, false), then, otherwise = (self.pair(e, names) for e in ex.children(expr))
                cases = ([(true, false), then], [(false, true), otherwise], [then, otherwise])
                return self.some([self.every(each) for each in cases])
            case ex.Quantified(kind=kind, variable=variable, over=over, body=body):
                rows = self.rows(over, names)
                pairs = []
                for present, inner in each_place(rows, variable, names):
                    true, false = self.pair(body, inner)
                    gone = z3.Not(present)
                    pairs.append(
                        (z3.And(present, true), z3.Or(gone, false))
                        if kind == "some"
                        else (z3.Or(gone, true), z3.And(present, false))
                    )
                true, false = self.some(pairs) if kind == "some" else self.every(pairs)
                return z3.And(rows.known, true), z3.And(rows.known, false)
            case ex.FactRef(type=v.Boolean()) | ex.Variable(type=v.Boolean()):
                found = self.of(expr, names)
                if isinstance(v.bare(found.kind), v.Boolean):
                    return z3.And(found.known, found.value), z3.And(found.known, z3.Not(found.value))
            case ex.DefinitionRef(name=name, type=v.Boolean()):
                return self._defined(name)
            case ex.Call(name=name, type=v.Boolean()):
                return self.pair(self._definition(name).body, self._given(expr, names))
        raise Beyond

    def every(self, pairs: Iterable[Pair]) -> Pair:
        several = list(pairs)
        return self.z3.And([true for true, _ in several]), self.z3.Or([false for _, false in several])

    def some(self, pairs: Iterable[Pair]) -> Pair:
        several = list(pairs)
        return self.z3.Or([true for true, _ in several]), self.z3.And([false for _, false in several])

    def _compare(self, expr: ex.Compare, names: Names) -> Pair:
        z3, op = self.z3, expr.op
        if op in _MEMBERSHIP:
            return self._membership(expr, names)
        left, right = self.of(expr.left, names), self.of(expr.right, names)
        both = z3.And(left.known, right.known)
        if op == "is":
            same = self.same(left, right)
            return z3.And(both, same), z3.And(both, z3.Not(same))
        if op not in _ORDERS:
            raise Beyond
        absent = z3.Or(self._is_absent(left), self._is_absent(right))
        one, other = self.rank(left, expr.scale), self.rank(right, expr.scale)
        held = {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[op]
        there = z3.And(both, z3.Not(absent))
        return z3.And(there, held), z3.Or(absent, z3.And(there, z3.Not(held)))

    def _membership(self, expr: ex.Compare, names: Names) -> Pair:
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
        item, (listed, places) = self.of(one, names), self._items(several, names)
        absent = self._is_absent(item)
        there = z3.And(item.known, listed, z3.Not(absent))
        true, false = self._member(item, places)
        return z3.And(there, true), z3.Or(absent, z3.And(there, false))

    def _member(self, item: Value, places: Iterable[tuple[Any, Value]]) -> Pair:
        z3, pairs = self.z3, []
        for present, other in places:
            same = self.same(item, other)
            true = z3.And(present, other.known, same)
            pairs.append((true, z3.Or(z3.Not(present), z3.And(other.known, z3.Not(same)))))
        return self.some(pairs)

    def rows(self, over: ex.Expr, names: Names) -> Rows:
        """A list. Raises Beyond where it has no terms."""
        found: Any = None
        match over:
            case ex.FactRef(path=path):
                found = self.leaf(path)
            case ex.DefinitionRef(name=name):
                found = self.rows(self._definition(name).body, NOBODY)
            case ex.Variable(name=name, field="") if name in names:
                found = names[name][1]
            case ex.SetOf(items=items):
                true = self.z3.BoolVal(True)
                places = tuple((true, self._written(each, names)) for each in items)
                return Rows(true, places, self._new_name("list"))
        if not isinstance(found, Rows):
            raise Beyond
        return found

    def _written(self, expr: ex.Expr, names: Names) -> Item:
        """An item of a list that is written out: of a row of a table, its fields by path."""
        if isinstance(expr, ex.Literal) and isinstance(expr.value, Row):
            leaves = v.Vocabulary("", facts=(v.Field("", expr.type),)).leaves()
            kinds = {each.path.removeprefix("."): each.type for each in leaves}
            plain = ((path, each) for path, each in expr.value.items() if not isinstance(each, tuple))
            return {path: self._cell(each, kinds[path]) for path, each in plain}
        return self.of(expr, names)

    def _cell(self, value: Any, kind: v.Type) -> Value:
        """A constant of a type, which may be ``none``."""
        if value is not ABSENT:
            return literal(self, value, kind)
        z3 = self.z3
        match v.bare(kind):
            case v.Boolean():
                made = z3.BoolVal(False)
            case v.Number() | v.Money():
                made = fraction(z3, Fraction(0))
            case _:
                made = z3.IntVal(0)
        return Value(z3.BoolVal(True), z3.BoolVal(True), made, kind, 0)

    def _items(self, expr: ex.Expr, names: Names) -> tuple[Any, list[tuple[Any, Value]]]:
        rows = self.rows(expr, names)
        return rows.known, [(present, item) for present, item in rows.places if isinstance(item, Value)]

    def _is_absent(self, value: Value) -> Any:
        return self.z3.And(value.known, value.absent)

    def same(self, one: Value, other: Value) -> Any:
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

    def rank(self, value: Value, scale: tuple[str, ...]) -> Any:
        if value.value is None or isinstance(v.bare(value.kind), v.Boolean):
            raise Beyond
        if not scale:
            return value.value
        made = self.z3.IntVal(0)
        for at, member in enumerate(scale):
            made = self.z3.If(value.value == self.code(member), at, made)
        return made

    # --- values -----------------------------------------------------------------------------------

    def _of(self, expr: ex.Expr, names: Names) -> Value:
        z3 = self.z3
        match expr:
            case ex.Literal(value=value, type=kind):
                return literal(self, value, kind)
            case ex.DayOfUse():  # one that is said stands there as a constant
                raise Beyond(_NO_DAY)
            case ex.FactRef(path=path):
                found = self.leaf(path)
                if isinstance(found, Value):
                    return found
            case ex.Variable(name=name, field=path) if name in names:
                item = names[name][1]
                inner = item.get(path) if isinstance(item, Mapping) else item
                if isinstance(inner, Value) and isinstance(item, Value) == (not path):
                    return inner
            case ex.DefinitionRef(name=name, type=kind) if not isinstance(kind, v.Boolean):
                defined = self._value_of_definition(name)
                if defined is not None:
                    return defined
            case ex.Call(name=name, type=kind) if not isinstance(kind, v.Boolean):
                return self.of(self._definition(name).body, self._given(expr, names))
            case ex.Arithmetic(op=op, left=left, right=right, type=kind, excluding=None):
                one, other = self.of(left, names), self.of(right, names)
                absent = z3.Or(self._is_absent(one), self._is_absent(other))
                moved = totals.moved(self, expr, one, other)
                made = worked(z3, op, one, other, right) if moved is None else moved
                degree = product(one, other) if op in "*/" else max(one.degree, other.degree)
                made, within = self._in_calendar(made, kind)
                digits, small = self.small(digits_of(op, one, other, right))
                divides = [other.value != 0] if op == "/" else []
                known = z3.Or(absent, z3.And(one.known, other.known, *divides, *within, *small))
                return Value(known, absent, made, kind, degree, digits)
            case ex.Convert(value=value, rate=rate, type=kind):
                one, other = self.of(value, names), self.of(rate, names)
                absent = z3.Or(self._is_absent(one), self._is_absent(other))
                digits, small = self.small(one.digits * other.digits)
                known = z3.Or(absent, z3.And(one.known, other.known, *small))
                made = real(z3, one.value) * real(z3, other.value)
                return Value(known, absent, made, kind, product(one, other), digits)
            case ex.Rounded(value=value, way=way, step=step, type=kind):
                one, by = self.of(value, names), amount_of(step.value)
                if one.value is None:
                    raise Beyond
                digits, small = self.small(one.digits.rounded(by))
                made = rounded(z3, one.value, way, by, whole=isinstance(v.bare(kind), _WHOLE))
                known = z3.Or(self._is_absent(one), z3.And(one.known, *small))
                return Value(known, one.absent, made, kind, one.degree, digits)
            case ex.PartOfDay(part=part, day=day, type=kind):
                one = self.of(day, names)
                if one.value is None:
                    raise Beyond
                made, within = self._in_calendar(part_of_day(z3, part, one.value, self.code), kind)
                known = z3.Or(self._is_absent(one), z3.And(one.known, *within))
                return Value(known, one.absent, made, kind, one.degree)
            case ex.Conditional(condition=condition, type=kind) if kind != v.Boolean():
                then, otherwise = self.of(expr.then, names), self.of(expr.otherwise, names)
                same = self.same(then, otherwise)
                if self.widely and isinstance(v.bare(kind), v.Instant):
                    same = z3.And(same, z3.Bool(self._new_name("zone")))  # a zone has no term
                return by_cases(z3, self.pair(condition, names), then, otherwise, same, kind)
            case ex.Extreme(items=items):
                return extreme(z3, expr, [self.of(each, names) for each in items], self.rank)
            case ex.Aggregate(kind=kind) if kind in ex.EXTREMES:
                return totals.of_items(self, expr, names)
            case ex.Aggregate(window=None):
                return totals.total(self, expr, names)
            case ex.Aggregate():
                return totals.highest(self, expr, names)
            case ex.Compare() | ex.Not() | ex.And() | ex.Or() | ex.Quantified() | ex.DefinitionRef():
                true, false = self.pair(expr, names)
                return Value(z3.Or(true, false), z3.BoolVal(False), true, v.Boolean())
            case ex.Call() | ex.Conditional():
                true, false = self.pair(expr, names)
                return Value(z3.Or(true, false), z3.BoolVal(False), true, v.Boolean())
        raise Beyond

    def small(self, digits: Digits) -> tuple[Digits, list[Any]]:
        """The digits of what is known, and what it meets: a number with more of them is not known.

        Only a proof has to count with that: what a search finds is tried.
        """
        if not digits.too_many:
            return digits, []
        if self.widely:
            return digits.kept(), [self.z3.Bool(self._new_name("small"))]
        self.cut_off = True
        return digits.kept(), []

    def _in_calendar(self, made: Any, kind: v.Type) -> tuple[Any, list[Any]]:
        """What is worked out, and what it meets where it is known: a day outside the calendar is not.

        A proof counts with such days. A search for a use takes the calendar's ends in their place, as
        it finds days sooner so, and what it finds is tried.
        """
        ends = calendar_of(kind)
        if ends is None:
            return made, []
        if self.widely:
            return made, [made >= ends[0], made <= ends[1]]
        self.cut_off = True
        return kept_within(self.z3, made, *ends), []
