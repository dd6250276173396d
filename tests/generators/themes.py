"""Policies of one clause that lean on one construct, so that it counts how that comes out.

In a policy that is drawn freely a rare construct stands among many others, and mostly settles nothing.
A theme has the types of the leaves that it needs, and draws definitions and a condition of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import pairwise

from tests.generators.conditions import SALE, Scope
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v

Drawn = tuple[list[s.Define], s.Expr]
"""Definitions, and a condition that reads them."""

_SCALARS: tuple[v.Type, ...] = (v.Integer(), v.Date(), v.Text(), v.Party(), v.Number())
_SALES = v.ListOf(SALE)
_SQUARES = 11
"""So often squared, 2 has more digits than a number that is worked out may have."""


def _definition(name: str, body: s.Expr, *parameters: s.Parameter) -> s.Define:
    return s.Define(s.Name(name), body, None, None, parameters, ())


def freely(scope: Scope) -> Drawn:
    """Anything."""
    return [
        scope.definition(f"d{index}") for index in range(scope.one((0, 1, 2, 3)))
    ], scope.condition()


def sets(scope: Scope) -> Drawn:
    """A list that is written out, with an item that may be unknown."""
    kind = scope.one([each for each in _SCALARS if scope.named(each)])
    one, item = s.Name(scope.one(scope.named(kind))), scope.constant(kind)
    listed = _definition("listed", s.SetOf((one, scope.constant(kind))))
    other = s.Name(scope.one(scope.named(kind)))
    tests: list[s.Expr] = [
        s.Compare("includes", s.Name("listed"), scope.one((item, other))),
        s.Compare("overlaps", s.Name("listed"), scope.set_of(kind)),
        s.Compare("overlaps", s.Name("listed"), s.SetOf((scope.constant(kind), item))),
        s.Compare(scope.one(("in", "not in")), other, s.Name("listed")),
    ]
    return [listed], scope.one(tests)


def given(scope: Scope) -> Drawn:
    """A definition to which a value is given that may be ``none``."""
    name = scope.one([name for kind in THEMES[given] for name in scope.named(kind)])
    plain = v.bare(scope.terms[name])
    with scope.known({"p": plain}):
        op = scope.one(("is", "is not", *(("<", "<=", ">", ">=") if v.ordered(plain) else ())))
        more: s.Expr = s.DurationLiteral(1, "day") if plain == v.Date() else s.IntegerLiteral(1)
        made = s.Arithmetic(scope.one(("+", "-")), s.Name("p"), more)
        left: list[s.Expr] = [s.Name("p"), made, made]
        sides: tuple[s.Expr, s.Expr] = (scope.one(left), scope.constant(plain))
        body = s.Compare(op, *scope.one((sides, sides[::-1])))
    parameter = s.Parameter(s.Name("p"), scope.written(plain))
    call = s.Call(s.Name("asked"), (s.Name(name),))
    either: list[s.Expr] = [call, s.Not(call)]
    return [_definition("asked", body, parameter)], scope.one(either)


def within(scope: Scope) -> Drawn:
    """Items of a list compared with those of another, or of the same."""
    lists = scope.named(_SALES)
    field = scope.one(("pieces", "on", "buyer", "returned"))
    with scope.item(SALE) as outer, scope.item(SALE) as inner:
        sides = s.Name(f"{outer}.{field}"), s.Name(f"{inner}.{field}")
        op = scope.one(("is", "is not", *(("<", ">=") if field in {"pieces", "on"} else ())))
        body: s.Expr = s.Compare(op, *sides)
        if scope.half():
            body = s.And((body, s.Compare("<", s.Name(f"{outer}.pieces"), s.IntegerLiteral(2))))
        words = "some", "every"
        nested = s.Quantified(scope.one(words), s.Name(inner), s.Name(scope.one(lists)), body)
        whole = s.Quantified(scope.one(words), s.Name(outer), s.Name(scope.one(lists)), nested)
    return [], whole


def windows(scope: Scope) -> Drawn:
    """The highest sum in a window, of all items or of those of one group."""
    listed = s.Name(scope.one(scope.named(_SALES)))
    unit = scope.one(("day", "day", "day", "business day", "week"))
    with scope.item(SALE) as one:
        value = s.Name(f"{one}.{scope.one(('pieces', 'pieces', 'amount'))}")
        per = scope.one((None, f"{one}.buyer", f"{one}.returned", f"{one}.returned"))
        window = s.Window(
            s.DurationLiteral(scope.one((2, 2, 2, 3, 1)), unit),
            s.Name(f"{one}.on"),
            s.Name(per) if per else None,
        )
        highest = s.Aggregate("highest", s.Name(one), listed, value, None, window)
    money = value.text.endswith("amount")
    # What two items come to, in most cases: a threshold that one item alone reaches hides the window.
    number = scope.one((1, 2, 3, 3, 4, 5))
    most = s.MoneyLiteral(Fraction(number), "USD") if money else s.IntegerLiteral(number)
    return [], s.Compare(scope.one((">", ">=", "is")), highest, most)


def outside(scope: Scope) -> Drawn:
    """A definition that takes a value and leans on others that take none."""
    one, other = _definition("one", scope.condition()), _definition("other", scope.condition())
    name = scope.one(scope.named(v.Boolean()))
    inside = s.Name("one"), s.Not(s.Name("other")), s.Name("p")
    joined: list[s.Expr] = [s.And(inside), s.Or(inside), s.And((s.Or(inside[:2]), inside[2]))]
    leaning = _definition(
        "leaning", scope.one(joined), s.Parameter(s.Name("p"), scope.written(v.Boolean()))
    )
    return [one, other, leaning], s.Call(s.Name("leaning"), (s.Name(name),))


def grown(scope: Scope) -> Drawn:
    """A number with more digits than one that is worked out may have, if the first is 2 or more."""
    first = scope.one((*scope.named(v.Integer()), *scope.named(v.Number())))
    names = [first, *(f"g{index}" for index in range(_SQUARES))]
    squares = [
        _definition(name, s.Arithmetic("*", s.Name(before), s.Name(before)))
        for before, name in pairwise(names)
    ]
    return squares, s.Compare(scope.one(("<", ">=")), s.Name(names[-1]), s.IntegerLiteral(2))


Theme = Callable[[Scope], Drawn]

THEMES: Mapping[Theme, tuple[v.Type, ...]] = {
    freely: (),
    sets: (),
    given: (v.OptionalOf(v.Integer()), v.OptionalOf(v.Date())),
    within: (_SALES, _SALES),
    windows: (_SALES,),
    outside: (v.Boolean(), v.Boolean()),
    grown: (v.Integer(), v.Number()),
}
"""With the leaves that each needs. Those of ``sets`` are of one type, which is drawn."""


def leaves_of(theme: Theme, draw_one: Callable[[tuple[v.Type, ...]], v.Type]) -> tuple[v.Type, ...]:
    """The types of the leaves that a theme needs."""
    if theme is sets:
        kind = draw_one(_SCALARS)
        return kind, kind
    return THEMES[theme]


def scoped(norm: s.Norm, scope: Scope) -> s.Norm | s.Section:
    """Sometimes in a section that applies on a condition of its own."""
    if not scope.sometimes():
        return norm
    default = scope.one((None, s.Stance("permit"), s.Stance("forbid")))
    return s.Section(s.Name("s1"), None, None, scope.condition(), default, (norm,))
