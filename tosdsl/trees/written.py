"""Names, literals, conditions and values as they were written.

A part of ``surface``, through which all of it is used.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TypeAlias, assert_never

from tosdsl.base.node import frozen
from tosdsl.base.span import Span, place
from tosdsl.trees.moments import Moment

# --- names and literals -------------------------------------------------------------------


@frozen
class Name:
    """A name or a dotted path (``model.purpose``, ``openai.business_terms``)."""

    text: str
    span: Span = place()


@frozen
class Ref:
    """A reference that may leave the document: ``policy@version#clause``, parts optional."""

    policy: str | None
    version: str | None
    clause: str | None
    span: Span = place()


@frozen
class EverythingElse:
    """The words ``everything else`` as the target of ``subject to`` or ``notwithstanding``."""

    span: Span = place()


Target: TypeAlias = Ref | EverythingElse


@frozen
class Text:
    value: str
    span: Span = place()


@frozen
class BooleanLiteral:
    value: bool
    span: Span = place()


@frozen
class IntegerLiteral:
    value: int
    span: Span = place()


@frozen
class DateLiteral:
    value: date
    span: Span = place()


@frozen
class NumberLiteral:
    """A number that is not whole: ``0.25``."""

    value: Fraction
    span: Span = place()


@frozen
class MoneyLiteral:
    amount: Fraction
    currency: str
    span: Span = place()


@frozen
class DurationLiteral:
    """``count`` of ``unit``, which is in the singular: ``30`` and ``day``."""

    count: int
    unit: str
    span: Span = place()


@frozen
class InstantLiteral:
    """A moment at its distance from UTC. ``zone``: the one that is named; ``at_distance``: whether the
    distance is written too."""

    value: Moment
    zone: str | None = None
    at_distance: bool = True
    span: Span = place()


Literal: TypeAlias = (
    Text
    | BooleanLiteral
    | IntegerLiteral
    | NumberLiteral
    | MoneyLiteral
    | DurationLiteral
    | DateLiteral
    | InstantLiteral
)
LITERALS = (
    Text,
    BooleanLiteral,
    IntegerLiteral,
    NumberLiteral,
    MoneyLiteral,
    DurationLiteral,
    DateLiteral,
    InstantLiteral,
)

# --- conditions and values ----------------------------------------------------------------


@frozen
class SetOf:
    """``{a, b, c}``"""

    items: tuple[Expr, ...]
    span: Span = place()


@frozen
class Compare:
    """``left op right``; ``op`` is one of ``OPERATORS``."""

    op: str
    left: Expr
    right: Expr
    span: Span = place()


TEXT_TESTS = ("starts with", "ends with", "contains word")
IGNORING_CASE = " ignoring case"
"""What follows a test on text in its ``op`` if letter case does not count."""

OPERATORS = (
    *("is", "is not", "in", "not in", "includes", "overlaps", "<", "<=", ">", ">="),
    *TEXT_TESTS,
    *(test + IGNORING_CASE for test in TEXT_TESTS),
)


@frozen
class Not:
    item: Expr
    span: Span = place()


@frozen
class And:
    """``a and b and c``: two items or more."""

    items: tuple[Expr, ...]
    span: Span = place()


@frozen
class Or:
    """``a or b or c``: two items or more."""

    items: tuple[Expr, ...]
    span: Span = place()


@frozen
class Block:
    """``all of``, ``any of``, ``none of`` over an indented list; ``kind`` is the first word."""

    kind: str
    items: tuple[Expr, ...]
    span: Span = place()


@frozen
class Arithmetic:
    """``op`` is one of ``+ - * /``; ``excluding`` the holidays that business days leave out."""

    op: str
    left: Expr
    right: Expr
    excluding: Expr | None = None
    span: Span = place()


@frozen
class Call:
    """``late(due, done)``; ``min(a, b)`` and ``max(a, b)`` are written alike."""

    name: Name
    arguments: tuple[Expr, ...]
    span: Span = place()


@frozen
class Convert:
    """``value as CURRENCY at rate``"""

    value: Expr
    currency: Name
    rate: Expr
    span: Span = place()


@frozen
class Rounded:
    """``value rounded to step``; ``way`` is one of ``WAYS``."""

    value: Expr
    way: str
    step: Expr
    span: Span = place()


WAYS = ("nearest", "half even", "up", "down")
"""To the nearest multiple, one half away from zero or to the even one; to the next above, or below."""


@frozen
class PartOfDay:
    """``month of day``; ``part`` is one of ``PARTS_OF_DAYS``."""

    part: str
    day: Expr
    span: Span = place()


PARTS_OF_DAYS = (
    *("day of week of", "day of month of", "month of", "year of"),
    *("start of month of", "end of month of", "start of year of", "end of year of"),
    *("start of year", "end of year"),
)
"""What is asked of a day, and which day a year begins or ends on."""


@frozen
class PartOfMoment:
    """``hour of moment in Europe/Dublin``; ``part`` is one of ``PARTS_OF_MOMENTS``."""

    part: str
    moment: Expr
    zone: Name
    span: Span = place()


PARTS_OF_MOMENTS = ("day of", "hour of", "minute of")
"""What the clocks and calendars of a zone show at a moment."""


@frozen
class Conditional:
    """``if condition then then else otherwise``: a condition or a value, by cases."""

    condition: Expr
    then: Expr
    otherwise: Expr
    span: Span = place()


@frozen
class Quantified:
    """``some x in xs satisfies body``, or ``every``; a body that is a block stands below it."""

    kind: str
    variable: Name
    over: Expr
    body: Expr
    span: Span = place()


@frozen
class Window:
    """``in any DURATION by DATE, per GROUP``"""

    length: DurationLiteral
    by: Expr
    per: Expr | None = None
    span: Span = place()


@frozen
class Aggregate:
    """``kind`` is ``count`` (without ``value``), ``sum``, ``highest`` (with a ``window``), or one of
    ``expressions.EXTREMES``."""

    kind: str
    variable: Name
    over: Expr
    value: Expr | None = None
    where: Expr | None = None
    window: Window | None = None
    span: Span = place()


@frozen
class DayOfUse:
    """``day of use``: the day that a question is about."""

    span: Span = place()


@frozen
class Shown:
    """``it is shown that item``, of a proviso: what is not known to hold does not help."""

    item: Expr
    span: Span = place()


Expr: TypeAlias = (
    Name
    | Literal
    | SetOf
    | Compare
    | Not
    | And
    | Or
    | Block
    | Arithmetic
    | Call
    | Convert
    | Rounded
    | PartOfDay
    | PartOfMoment
    | Conditional
    | Quantified
    | Aggregate
    | DayOfUse
    | Shown
)


def children(expr: Expr) -> tuple[Expr, ...]:
    """The expressions directly inside one, in the order of the text."""
    if isinstance(expr, LITERALS):
        return ()
    match expr:
        case Name() | DayOfUse():
            return ()
        case SetOf(items=items) | And(items=items) | Or(items=items) | Block(items=items):
            return items
        case Compare(left=left, right=right):
            return (left, right)
        case Not(item=item) | Shown(item=item):
            return (item,)
        case Arithmetic(left=left, right=right, excluding=excluding):
            return (left, right) if excluding is None else (left, right, excluding)
        case Call(arguments=arguments):
            return arguments
        case Convert(value=value, rate=rate):
            return (value, rate)
        case Rounded(value=value, step=step):
            return (value, step)
        case PartOfDay(day=day):
            return (day,)
        case PartOfMoment(moment=moment):
            return (moment,)
        case Conditional(condition=condition, then=then, otherwise=otherwise):
            return (condition, then, otherwise)
        case Quantified(over=over, body=body):
            return (over, body)
        case Aggregate(value=value, over=over, where=where, window=window):
            dated = (window.by, window.per) if window else ()
            return tuple(each for each in (value, over, where, *dated) if each is not None)
    assert_never(expr)
