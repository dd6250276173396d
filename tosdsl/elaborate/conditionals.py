"""Values and conditions by cases, ``if C then A else B``: the typing of both arms to one type.

Each function takes the ``Typer`` at work and a written expression, and yields the typed one, or None
with a report.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tosdsl.elaborate.brief import brief
from tosdsl.elaborate.types import BOOLEAN, NUMBER, type_of
from tosdsl.trees import expressions as ex
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v

if TYPE_CHECKING:
    from tosdsl.elaborate.expressions import Typer


def condition(typer: Typer, expr: s.Conditional) -> ex.Expr | None:
    """Where a condition stands: both arms are conditions."""
    test, then, otherwise = (typer.condition(each) for each in s.children(expr))
    if test is None or then is None or otherwise is None:
        return None
    return ex.Conditional(test, then, otherwise, BOOLEAN, span=expr.span)


def value(typer: Typer, expr: s.Conditional) -> ex.Expr | None:
    """Where nothing is expected: the arm whose type is known tells how to read the other."""
    then_first = typer.speaks(expr.then) or not typer.speaks(expr.otherwise)
    first, second = (expr.then, expr.otherwise) if then_first else (expr.otherwise, expr.then)
    kind = None if typer.speaks(first) else _enumeration(typer, expr)
    if kind is not None:
        return of_type(typer, expr, kind, "")
    test, one = typer.condition(expr.condition), typer.infer(first)
    other = _arm(typer, second, type_of(one), first) if one is not None else None
    if other is None and one is None and typer.speaks(second):
        typer.infer(second)
    return _joined(typer, expr, test, *((one, other) if then_first else (other, one)))


def of_type(typer: Typer, expr: s.Conditional, wanted: v.Type, against: str) -> ex.Expr | None:
    """Where a type is expected, both arms have it."""
    arms = (typer.check(each, wanted, against) for each in (expr.then, expr.otherwise))
    return _joined(typer, expr, typer.condition(expr.condition), *arms)


def _arm(typer: Typer, arm: s.Expr, kind: v.Type, beside: s.Expr) -> ex.Expr | None:
    """The arm whose type the other one tells; ``none`` stands beside any value."""
    from tosdsl.elaborate.expressions import is_none  # the two type one another's parts

    plain = v.bare(kind)
    named = isinstance(plain, v.Enum) and "none" in plain.members
    if not named and not isinstance(plain, v.ListOf | v.Record) and any(map(is_none, _ends(arm))):
        kind = v.OptionalOf(plain)
    return typer.check(arm, kind, brief(beside))


def _ends(arm: s.Expr) -> Iterator[s.Expr]:
    """The values that an arm may come to, through the cases in it."""
    if isinstance(arm, s.Conditional):
        yield from _ends(arm.then)
        yield from _ends(arm.otherwise)
    else:
        yield arm


def _joined(
    typer: Typer,
    expr: s.Conditional,
    test: ex.Expr | None,
    then: ex.Expr | None,
    otherwise: ex.Expr | None,
) -> ex.Expr | None:
    if test is None or then is None or otherwise is None:
        return None
    for written, made in ((expr.then, then), (expr.otherwise, otherwise)):
        if _is_record(typer, written, type_of(made)):
            return None
    kind = _common(type_of(then), type_of(otherwise))
    return ex.Conditional(test, then, otherwise, kind, span=expr.span)


def _is_record(typer: Typer, arm: s.Expr, kind: v.Type) -> bool:
    """Whether an arm is a whole record, which is reported."""
    kind = v.bare(kind)
    if not isinstance(kind, v.Record):
        return False
    fields = ", ".join(f"{brief(arm)}.{each.name}" for each in kind.fields)
    typer.report("TOS2013", arm.span, name=brief(arm), type=kind, fields=fields)
    return True


def _common(one: v.Type, other: v.Type) -> v.Type:
    """The type of a value that is of one type or the other; the two compare."""
    plain, beside = v.bare(one), v.bare(other)
    if isinstance(plain, v.ListOf) and isinstance(beside, v.ListOf):
        return v.ListOf(_common(plain.item, beside.item))
    made = NUMBER if NUMBER in (plain, beside) else plain
    return made if (plain, beside) == (one, other) else v.OptionalOf(made)


def _enumeration(typer: Typer, expr: s.Conditional) -> v.Enum | None:
    """The one enumeration that has all arms as its members, if there is one."""
    names = set()
    for arm in _ends(expr):
        if not isinstance(arm, s.Name):
            return None
        names.add(arm.text)
    kinds = [
        kind
        for kind in typer.vocabulary.types
        if isinstance(kind, v.Enum) and names <= set(kind.members)
    ]
    return kinds[0] if len(kinds) == 1 else None
