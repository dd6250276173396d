"""Parts of a day, a month or a microsecond: a duration that may be one, and what has to be whole.

A duration times a number, or divided by one, is exact, and may come to half a day. It compares, adds up
and is rounded like any other. Whole ones alone move a day and a moment, stand in a list, and are given
to a definition, as facts are whole: there, a text has to say how what may be a part is rounded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tosdsl.elaborate.brief import brief
from tosdsl.elaborate.types import INTEGER, type_of
from tosdsl.trees import expressions as ex
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v
from tosdsl.trees.quantities import COUNTED_IN, Duration, amount_of
from tosdsl.values.arithmetic import arithmetic, is_zero

if TYPE_CHECKING:
    from collections.abc import Collection

    from tosdsl.elaborate.expressions import Typer

IN_A_LIST = "a list takes whole ones only"
_ONE = {"hours": "1 second", "days": "1 day", "months": "1 month", "business days": "1 business day"}


def may_be_a_part(expr: ex.Expr, parts: Collection[str]) -> bool:
    """Whether a duration may come to no whole number of what it is counted in.

    ``parts``: the definitions that may.
    """
    match expr:
        case ex.Rounded():
            return False
        case ex.DefinitionRef(name=name) | ex.Call(name=name):
            return name in parts
        case ex.Arithmetic(op="*" | "/") if (made := _written(expr)) is not None:
            return amount_of(made).denominator != 1
        case ex.Arithmetic(op="/"):
            return True
        case ex.Arithmetic(op="*", left=left, right=right):
            if not {v.bare(type_of(left)), v.bare(type_of(right))} & {INTEGER}:
                return True
        case ex.Conditional(then=then, otherwise=otherwise):
            return may_be_a_part(then, parts) or may_be_a_part(otherwise, parts)
    lengths = (each for each in ex.children(expr) if _is_duration(each))
    return any(may_be_a_part(each, parts) for each in lengths)


def _is_duration(expr: ex.Expr) -> bool:
    return isinstance(v.bare(type_of(expr)), v.Duration)


def _written(expr: ex.Expr) -> Any:
    """The value of what is worked out of literals alone; None of all else."""
    match expr:
        case ex.Literal(value=int() | Duration() as value):
            return value
        case ex.Literal(value=value) if v.bare(type_of(expr)) == v.Number():
            return value
        case ex.Arithmetic(op=op, left=left, right=right):
            one, other = _written(left), _written(right)
            if one is None or other is None or (op == "/" and is_zero(other)):
                return None
            return arithmetic(op, one, other)
        case _:
            return None


def is_whole(typer: Typer, expr: ex.Expr, written: s.Expr, where: str) -> bool:
    """Whether a duration can stand where only whole ones can; if not, that is reported."""
    kind = v.bare(type_of(expr))
    if not isinstance(kind, v.Duration) or not may_be_a_part(expr, typer.parts):
        return True
    text, up = brief(written), f"rounded up to a multiple of {_ONE[kind.kind]}"
    hint = f"Say how it is rounded: `({text} {up})`, or `rounded down`."
    if where == IN_A_LIST:  # which holds names, and nothing that is worked out
        hint = f"Say how it is rounded where it is defined: `… {up}`, or `rounded down`."
    words = {"units": COUNTED_IN[kind.kind], "where": where, "hint": hint}
    typer.report("TOS2130", written.span, None, text=text, **words)
    return False
