"""Well-typed values over known names: constants, arithmetic, conversions, calls, sums over lists.

``Terms`` knows the names with their types and draws values of a wanted type; ``conditions`` compares
them. What is worked out is never ``none`` unless a value that a definition is given is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import ClassVar, TypeVar, assert_never

from attrs import define, field
from hypothesis import strategies as st

from tests.generators.drawing import one_of
from tests.generators.facts import (
    AMOUNTS,
    DAYS,
    INTEGERS,
    MOMENTS,
    NUMBERS,
    PARTIES,
    WORDS,
    ZONES,
)
from tosdsl.base.limits import MAX_LISTS_NESTED
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v

_T = TypeVar("_T")

_INTEGER = v.Integer()
_DATES = v.ListOf(v.Date())
_UNITS = {
    "days": ("day", "week"),
    "months": ("month", "year"),
    "hours": ("hour", "minute", "second", "millisecond"),
}
_ENDS: dict[str, v.Type] = {"days": v.Date(), "hours": v.Instant()}
"""Of what the difference is so counted."""

_MOMENTS: tuple[v.Type, ...] = (v.Date(), v.Date(), v.Instant())
_MOST_FUEL = 2

Function = tuple[tuple[v.Type, ...], v.Type, int]
"""What a definition takes, what it gives, and how deep the lists in it are nested."""


@define
class Terms:
    """Names with their types: the leaves, and the definitions so far. ``provider``: one is named."""

    draw: st.DrawFn
    terms: dict[str, v.Type]
    provider: bool = False
    functions: dict[str, Function] = field(factory=dict)
    parts: set[str] = field(factory=set)
    """Definitions that may come to a part of a day, or of what else a duration counts."""
    depth: int = 0
    """Lists that are gone through around what is drawn."""
    deepest: int = 0
    """The most of them since it was set to 0, those of called definitions counted in."""
    simple: bool = False
    """Whether conditions compare a name with constants, and nothing else."""
    most: ClassVar[int] = MAX_LISTS_NESTED
    self_evident: ClassVar[tuple[v.Type, ...]] = (
        *(v.Boolean(), _INTEGER, v.Number(), v.Date(), v.Instant(), v.Text(), v.Party()),
        *(v.Money("USD"), v.Duration("days"), v.Duration("hours")),
    )
    """Types that a constant tells by itself. A member of an enumeration means nothing by itself."""

    def one(self, options: Sequence[_T]) -> _T:
        """One of several."""
        return one_of(self.draw, options)

    def sometimes(self) -> bool:
        """True one time in three."""
        return self.one((False, False, True))

    def half(self) -> bool:
        """True half of the time."""
        return self.draw(st.booleans())

    # --- names --------------------------------------------------------------------------------

    @contextmanager
    def known(self, more: dict[str, v.Type]) -> Iterator[None]:
        """These names as well, inside; of a record, its fields and the whole of it."""
        before, own = dict(self.terms), {**self.terms}
        for name, kind in more.items():
            if isinstance(kind, v.Record):
                own |= {f"{name}.{each.name}": each.type for each in kind.fields}
            own[name] = kind
        self.terms = own
        yield
        self.terms = before

    @contextmanager
    def item(self, kind: v.Type) -> Iterator[str]:
        """The name of the item at hand of a list, known inside."""
        self.depth += 1
        self.deepest = max(self.deepest, self.depth)
        name = "xyzw"[self.depth - 1]
        with self.known({name: kind}):
            yield name
        self.depth -= 1

    def callable(self, kind: v.Type) -> list[str]:
        """The definitions of a type that can be called here."""
        return [
            name
            for name, (parameters, made, deep) in self.functions.items()
            if made == kind
            and self.depth + deep <= self.most
            and all(self.named(each) for each in parameters if isinstance(each, v.Record))
        ]

    def named(self, kind: v.Type) -> list[str]:
        return [name for name, other in self.terms.items() if other == kind]

    def term(self, kind: v.Type, but: s.Name) -> s.Expr | None:
        """Sometimes another name of that type."""
        named = [name for name in self.named(kind) if name != but.text]
        if kind == v.Date() and not self.simple and self.sometimes():
            return s.DayOfUse()
        return s.Name(self.one(named)) if named and not self.simple and self.sometimes() else None

    # --- values that are worked out -------------------------------------------------------------

    def value(self, kind: v.Type, fuel: int = _MOST_FUEL) -> s.Expr:
        """A value of a type that numbers, dates, money or durations have."""
        named = self.named(kind)
        shape = self.one(("name", "name", "constant", "made", "made") if fuel else ("name", "constant"))
        if shape == "made":
            return self._made(kind, fuel - 1)
        if kind == v.Date() and self.sometimes():
            return s.DayOfUse()
        return s.Name(self.one(named)) if named and shape == "name" else self.constant(kind)

    def _made(self, kind: v.Type, fuel: int) -> s.Expr:
        called = self.callable(kind)
        if called and self.sometimes():
            return self.call(self.one(called))
        if isinstance(kind, v.Integer | v.Date) and self.sometimes():
            return self._part_of_day(kind, fuel)
        if self.sometimes():
            ways = [self._extreme, self.by_cases, self._extreme_of]
            if isinstance(kind, v.Number | v.Integer | v.Money | v.Duration):
                ways.append(self._rounded)
            return self.one(ways)(kind, fuel)
        match kind:
            case v.Integer() | v.Money():
                lists = [name for name, each in self.terms.items() if _holds(each, kind)]
                if lists and self.depth < self.most and self.half():
                    name = self.one(lists)
                    listed = self.terms[name]
                    assert isinstance(listed, v.ListOf)  # as `_holds` says
                    return self.over_items(s.Name(name), listed.item, kind)
                return (
                    self._money(kind, fuel) if isinstance(kind, v.Money) else self._number(kind, fuel)
                )
            case v.Number():
                return self._number(kind, fuel)
            case v.Duration(kind=unit):
                return self._length(kind, unit, fuel)
            case _:
                return self._moment(kind, fuel)

    def _extreme(self, kind: v.Type, fuel: int) -> s.Expr:
        """``min`` or ``max``; a value that may be ``none`` among them is left out."""
        perhaps = [s.Name(name) for name in self.named(v.OptionalOf(kind))]
        items = [self.value(kind, fuel), self.one(perhaps) if perhaps else self.value(kind, fuel)]
        return s.Call(s.Name(self.one(("min", "max"))), tuple(items))

    def _extreme_of(self, kind: v.Type, fuel: int) -> s.Expr:
        """The least or the greatest of a list, or another value where there is none."""
        other = self.value(kind, fuel)
        lists = [name for name, each in self.terms.items() if isinstance(each, v.ListOf)]
        if not lists or self.depth >= self.most:
            return other
        dated = isinstance(kind, v.Date | v.Instant)
        name = self.one(lists)
        listed = self.terms[name]
        assert isinstance(listed, v.ListOf)
        over = self.listed(s.Name(name))
        with self.item(listed.item) as variable:
            own = [each for each in self.named(kind) if each.startswith(variable)]
            value = s.Name(self.one(own)) if own else self.value(kind, 1)
            where = self._where(variable, listed.item) if self.half() else None
            word = self.one(("earliest of", "latest of") if dated else ("lowest of", "highest of"))
            found = s.Aggregate(word, s.Name(variable), over, value, where)
        return s.Call(s.Name(self.one(("min", "max"))), (found, other))

    def _part_of_day(self, kind: v.Type, fuel: int) -> s.Expr:
        """A part of a day or a moment that is a whole number, or a day: that of a moment, or one on
        which a month or a year begins or ends."""
        if self.sometimes():
            part = self.one(s.PARTS_OF_MOMENTS[1:]) if kind == _INTEGER else s.PARTS_OF_MOMENTS[0]
            return s.PartOfMoment(part, self.value(v.Instant(), fuel), s.Name(self.one(ZONES)))
        parts = s.PARTS_OF_DAYS[1:4] if kind == _INTEGER else s.PARTS_OF_DAYS[4:]
        part = self.one(parts)
        if part.endswith(" of"):
            return s.PartOfDay(part, self.value(v.Date(), fuel))
        years = (s.IntegerLiteral(2024), s.IntegerLiteral(9999), self.value(_INTEGER, fuel))
        number = self.one(years)
        nowhere = isinstance(number, s.IntegerLiteral) and number.value < 1
        return s.PartOfDay(part, s.IntegerLiteral(1) if nowhere else number)

    def weekday(self) -> s.Expr:
        """The day of the week of a day."""
        return s.PartOfDay(s.PARTS_OF_DAYS[0], self.value(v.Date(), 1))

    def _rounded(self, kind: v.Type, fuel: int) -> s.Expr:
        """Of a number, whole or not, and of money and durations: to a step that is more than 0."""
        way = self.one(s.WAYS)
        match kind:
            case v.Money(currency=currency):
                step: s.Expr = s.MoneyLiteral(self.one((Fraction(1, 100), Fraction(2))), currency)
            case v.Duration(kind=unit):
                step = self.duration(unit, (1, 2, 3))
            case v.Number():
                step = s.NumberLiteral(self.one((Fraction(1, 2), Fraction(1, 10))))
            case _:
                step = s.IntegerLiteral(self.one((1, 2, 5)))
        wanted = v.Number() if kind == _INTEGER and self.half() else kind
        return s.Rounded(self.value(wanted, fuel), way, step)

    def by_cases(self, kind: v.Type, fuel: int) -> s.Expr:
        """A value on a condition; at times the same in both cases."""
        one = self.value(kind, fuel)
        return s.Conditional(self.test(), one, one if self.sometimes() else self.value(kind, fuel))

    def test(self) -> s.Expr:
        """A condition on which a value hangs."""
        named = [s.Name(name) for name in self.named(v.Boolean())]
        if not named or self.sometimes():
            left, right = (self.value(_INTEGER, 0) for _ in range(2))
            return s.Compare(self.one(("<", ">=", "is")), left, right)
        one = self.one(named)
        return s.Not(one) if self.sometimes() else one

    def listed(self, name: s.Name) -> s.Expr:
        """A list by its name; sometimes one list or another, on a condition."""
        other = self.term(self.terms[name.text], name)
        return name if other is None or self.half() else s.Conditional(self.test(), name, other)

    def _number(self, kind: v.Type, fuel: int) -> s.Expr:
        op = self.one(("+", "-", "*") if kind == _INTEGER else ("+", "-", "*", "/"))
        if op == "/" and self.half():  # how often one amount goes into another, or one time
            units = ("days", "months", "hours", "business days")
            either = v.Duration(self.one(units)) if self.half() else v.Money("USD")
            return s.Arithmetic(op, self.value(either, fuel), self._no_zero(self.value(either, 1)))
        left = self.value(kind, fuel)
        if op == "/":
            by = s.IntegerLiteral(self.one((2, 3, -1)))
            return s.Arithmetic(op, left, by if self.half() else self._divisor())
        return s.Arithmetic(op, left, self.value(kind, fuel))

    def _money(self, kind: v.Money, fuel: int) -> s.Expr:
        other = v.Money("EUR" if kind.currency == "USD" else "USD")
        match self.one(("+", "-", "*", "/", "as")):
            case "*":
                pair = self.value(kind, fuel), self.value(v.Number(), 0)
                return s.Arithmetic("*", *self.one((pair, pair[::-1])))
            case "/":
                by = s.NumberLiteral(Fraction(5, 2)) if self.half() else self._divisor()
                return s.Arithmetic("/", self.value(kind, fuel), by)
            case "as":
                currency = s.Name(kind.currency)
                return s.Convert(self.value(other, fuel), currency, self.value(v.Number(), 0))
            case op:
                return s.Arithmetic(op, self.value(kind, fuel), self.value(kind, fuel))

    def _divisor(self) -> s.Expr:
        """A number that may be zero, and is not written as zero."""
        return self._no_zero(self.value(_INTEGER if self.half() else v.Number(), 1))

    def _no_zero(self, made: s.Expr) -> s.Expr:
        """The same, or another value where it is a zero that is written."""
        match made:
            case s.IntegerLiteral(value=0) | s.NumberLiteral(value=0):
                return s.IntegerLiteral(7)
            case s.MoneyLiteral(amount=0, currency=currency):
                return s.MoneyLiteral(Fraction(7), currency)
            case s.DurationLiteral(count=0, unit=unit):
                return s.DurationLiteral(7, unit)
            case _:
                return made

    def _length(self, kind: v.Type, unit: str, fuel: int) -> s.Expr:
        """A duration: of others, of two dates, of two instants."""
        ends = _ENDS.get(unit)
        if ends is not None and self.half():
            return s.Arithmetic("-", self.value(ends, fuel), self.value(ends, fuel))
        if self.half():
            return self._scaled(kind, fuel)
        return s.Arithmetic(self.one(("+", "-")), self.value(kind, fuel), self.value(kind, fuel))

    def _scaled(self, kind: v.Type, fuel: int) -> s.Expr:
        """A duration times or divided by a number, whole or not."""
        one = self.value(kind, fuel)
        match self.one(("* integer", "* number", "/", "/ constant")):
            case "/":
                return s.Arithmetic("/", one, self._divisor())
            case "/ constant":
                return s.Arithmetic("/", one, s.NumberLiteral(self.one((Fraction(3), Fraction(-5, 2)))))
            case "* number":
                other = self.value(v.Number(), fuel)
            case _:
                other = self.value(_INTEGER, fuel)
        return s.Arithmetic("*", *self.one(((one, other), (other, one))))

    def whole(self, length: s.Expr, kind: v.Type) -> s.Expr:
        """A duration where only whole ones can stand: rounded, if it may be a part."""
        plain = v.bare(kind)
        if not isinstance(plain, v.Duration) or not self.may_be_a_part(length):
            return length
        return s.Rounded(length, self.one(s.WAYS), self.duration(plain.kind, (1, 2, 3)))

    def may_be_a_part(self, expr: s.Expr) -> bool:
        """Whether something in it is multiplied or divided, or in the definitions that it names."""
        match expr:
            case s.Arithmetic(op="*" | "/"):
                return True
            case s.Name(text=name) | s.Call(name=s.Name(text=name)) if name in self.parts:
                return True
        return any(map(self.may_be_a_part, s.children(expr)))

    def _moment(self, kind: v.Type, fuel: int) -> s.Expr:
        """A date or an instant, later or earlier by some time."""
        units = ("days", "months", "business days", *(("hours",) if kind == v.Instant() else ()))
        length = v.Duration(self.one(units))
        by = self.whole(self.value(length, fuel), length)
        return s.Arithmetic(self.one(("+", "-")), self.value(kind, fuel), by, self.holidays(length))

    def holidays(self, length: v.Type) -> s.Expr | None:
        """What business days sometimes leave out."""
        if length != v.Duration("business days") or self.half():
            return None
        named = self.named(_DATES)
        if named and self.half():
            return s.Name(self.one(named))
        days = [s.Name(name) for name in self.named(v.Date()) + self.named(v.OptionalOf(v.Date()))]
        if not days:
            return self.set_of(v.Date())
        return s.SetOf((self.one(days), *self._constants(v.Date())[:1]))

    def call(self, name: str) -> s.Expr:
        """A definition with values for what it takes."""
        parameters, _, deep = self.functions[name]
        self.deepest = max(self.deepest, self.depth + deep)
        return s.Call(s.Name(name), tuple(map(self._argument, parameters)))

    def _argument(self, kind: v.Type) -> s.Expr:
        """A value for a parameter: one that may be ``none`` will do, but not as a condition."""
        if isinstance(kind, v.Record):
            return s.Name(self.one(self.named(kind)))
        plain = v.bare(kind)
        kinds = {kind} if kind == v.Boolean() else {plain, v.OptionalOf(plain)}
        named = [name for name, other in self.terms.items() if other in kinds]
        perhaps = [name for name in named if self.terms[name] != plain]
        if perhaps and self.half():
            return self.whole(s.Name(self.one(perhaps)), plain)
        given = s.Name(self.one(named)) if named and self.half() else self.constant(plain)
        return self.whole(given, plain)

    # --- lists ----------------------------------------------------------------------------------

    def over_items(self, name: s.Name, item: v.Type, kind: v.Type) -> s.Expr:
        """``count``, ``sum`` or ``highest``, of money or of whole numbers."""
        aggregate = self.one(("sum", "highest") if kind != _INTEGER else ("count", "sum", "highest"))
        if not isinstance(item, v.Record):
            aggregate = "count"
        over = self.listed(name)
        with self.item(item) as variable:
            one = s.Name(variable)
            where = self._where(variable, item) if self.half() else None
            if aggregate == "count":
                return s.Aggregate("count", one, over, None, where)
            field_ = f"{variable}.{'pieces' if kind == _INTEGER else 'amount'}"
            value = self.one((s.Name(field_), s.Name(field_), self.value(kind, 1)))
            if aggregate == "sum":
                return s.Aggregate("sum", one, over, value, where)
            moment = self.one(_MOMENTS)
            own = f"{variable}.{'on' if moment == v.Date() else 'at'}"
            by = self.one((own, own, own, self.one(self.named(moment))))
            units = ("days", "months", "business days", *(("hours",) if moment == v.Instant() else ()))
            length = self.duration(self.one(units), (1, 2))
            groups = (None, None, f"{variable}.buyer", f"{variable}.closed", f"{variable}.returned")
            per = self.one(groups)
            window = s.Window(length, s.Name(by), s.Name(per) if per else None)
            return s.Aggregate("highest", one, over, value, where, window)

    def _where(self, variable: str, item: v.Type) -> s.Expr:
        if not isinstance(item, v.Record):
            if item == v.Boolean():
                return s.Name(variable)
            return s.Compare("is", s.Name(variable), self.constant(v.bare(item)))
        compared = s.Compare(
            self.one((">", "<=")), s.Name(f"{variable}.pieces"), self.value(_INTEGER, 1)
        )
        returned = s.Name(f"{variable}.returned")
        shapes: list[s.Expr] = [returned, s.Not(returned), compared]
        return self.one(shapes)

    # --- constants ------------------------------------------------------------------------------

    def set_of(self, kind: v.Type) -> s.Expr:
        """Constants, and sometimes a name, whose value may be unknown."""
        items = st.lists(st.sampled_from(self._constants(kind)), min_size=1, max_size=3, unique_by=str)
        named = [] if self.simple else [each for each in self.named(kind) if each not in self.parts]
        more = (s.Name(self.one(named)),) if named and self.half() else ()
        return s.SetOf((*more, *self.draw(items)))

    def duration(self, kind: str, counts: Sequence[int] = INTEGERS) -> s.DurationLiteral:
        return s.DurationLiteral(self.one(counts), self.one(_UNITS.get(kind, ("business day",))))

    def constant(self, kind: v.Type) -> s.Expr:
        if isinstance(kind, v.Duration):
            return self.duration(kind.kind)
        return self.one(self._constants(kind))

    def _constants(self, kind: v.Type) -> tuple[s.Expr, ...]:
        match kind:
            case v.Boolean():
                return (s.BooleanLiteral(True), s.BooleanLiteral(False))
            case v.Integer():
                return tuple(map(s.IntegerLiteral, (-1, *INTEGERS)))
            case v.Date():
                return tuple(map(s.DateLiteral, DAYS))
            case v.Text():
                return tuple(map(s.Text, WORDS))
            case v.Party():
                return tuple(map(s.Name, (*PARTIES, "provider") if self.provider else PARTIES))
            case v.Enum(members=members):
                return tuple(map(s.Name, members))
            case v.Number():
                return tuple(map(s.NumberLiteral, NUMBERS))
            case v.Money(currency=currency):
                return tuple(s.MoneyLiteral(Fraction(amount), currency) for amount in AMOUNTS)
            case v.Duration(kind=unit):
                return tuple(s.DurationLiteral(count, unit.removesuffix("s")) for count in INTEGERS)
            case v.Instant():
                plain = tuple(map(s.InstantLiteral, MOMENTS))
                return (*plain, s.InstantLiteral(MOMENTS[0], "Europe/Dublin", at_distance=False))
            case v.ListOf() | v.Record() | v.OptionalOf():
                raise ValueError(f"there is no constant for {kind}")
            case _:
                assert_never(kind)


def _holds(kind: v.Type, wanted: v.Type) -> bool:
    """Whether items of a list amount to what is wanted."""
    if not isinstance(kind, v.ListOf):
        return False
    return (
        isinstance(kind.item, v.Record) and wanted in {_INTEGER, v.Money("USD")}
    ) or wanted == _INTEGER
