"""Conditions and values, resolved and typed: the expressions of provisions and definitions.

Names are paths of facts, or ids of definitions local to the document.
"""

from __future__ import annotations

from datetime import date
from typing import TypeAlias, assert_never

from tosdsl.base.node import frozen
from tosdsl.base.span import Span, place
from tosdsl.trees.facts import Atomic
from tosdsl.trees.quantities import Duration
from tosdsl.trees.rows import Row
from tosdsl.trees.vocabulary import Date, Type


@frozen
class Literal:
    value: Atomic | Row
    type: Type
    span: Span = place()


@frozen
class FactRef:
    path: str
    type: Type
    judged: bool = False
    span: Span = place()


@frozen
class DayOfUse:
    """The day of the use; not known where a question says none. Of a moment of the use, its day in the
    ``zone``, or in its own."""

    type: Type = Date()
    zone: str | None = None
    span: Span = place()


@frozen
class Late:
    """Whether the use is past a deadline at a moment: of an obligation whose state is a condition.

    ``kind`` and ``zone`` are the deadline's. Of a deadline that is a day, a comparison says it. ``day``
    is that of the use, where it is one for all questions.
    """

    kind: str
    moment: Expr
    zone: str | None = None
    day: date | None = None
    span: Span = place()


@frozen
class DefinitionRef:
    name: str
    type: Type
    span: Span = place()


@frozen
class SetOf:
    items: tuple[Expr, ...]
    type: Type
    span: Span = place()


@frozen
class Compare:
    """``op`` is one of ``is in includes overlaps < <= > >=`` or a test on text.

    ``scale`` holds the members of an ordered enumeration, rising, where two of them are compared.
    """

    op: str
    left: Expr
    right: Expr
    scale: tuple[str, ...] = ()
    span: Span = place()


@frozen
class Not:
    item: Expr
    span: Span = place()


@frozen
class And:
    items: tuple[Expr, ...]
    span: Span = place()


@frozen
class Or:
    items: tuple[Expr, ...]
    span: Span = place()


@frozen
class Variable:
    """A parameter, or the item at hand of a list; ``field`` is a path in it, empty for all of it."""

    name: str
    field: str
    type: Type
    span: Span = place()


@frozen
class Call:
    """A definition with parameters, put to arguments."""

    name: str
    arguments: tuple[Expr, ...]
    type: Type
    span: Span = place()


@frozen
class Arithmetic:
    """``op`` is one of ``+ - * /``. ``excluding``: the holidays that business days leave out."""

    op: str
    left: Expr
    right: Expr
    type: Type
    excluding: Expr | None = None
    span: Span = place()


@frozen
class Extreme:
    """The least (``min``) or the greatest (``max``) of several values; ``none`` does not count."""

    kind: str
    items: tuple[Expr, ...]
    type: Type
    scale: tuple[str, ...] = ()
    span: Span = place()


@frozen
class Convert:
    """Money in another currency, at a rate: how much of it one of the old currency is."""

    value: Expr
    currency: str
    rate: Expr
    type: Type
    span: Span = place()


@frozen
class Rounded:
    """A multiple of ``step``, which is written and more than 0; ``way`` as in ``written.WAYS``."""

    value: Expr
    way: str
    step: Literal
    type: Type
    span: Span = place()


@frozen
class PartOfDay:
    """``part`` as in ``written.PARTS_OF_DAYS``; ``day`` is a date, or the number of a year. Of
    ``written.PARTS_OF_MOMENTS``, ``day`` is a moment, in its own zone."""

    part: str
    day: Expr
    type: Type
    span: Span = place()


@frozen
class InZone:
    """A moment by the clocks of a named zone. ``keeps`` what they show: the moment at which they show
    what the one that stands behind it shows; otherwise it is the same moment."""

    moment: Expr
    zone: str
    type: Type
    keeps: bool = False
    span: Span = place()


@frozen
class PeriodEnd:
    """The last day of one of the periods of a ``length`` that follow each other from ``start`` on:
    ``which`` is ``first missed``, and ``of`` a list of days, or ``at hand``, and ``of`` is a day."""

    which: str
    start: Expr
    of: Expr
    length: Duration
    type: Type
    span: Span = place()


@frozen
class Conditional:
    """``then`` where the condition holds, ``otherwise`` where it does not; both have the type."""

    condition: Expr
    then: Expr
    otherwise: Expr
    type: Type
    span: Span = place()


@frozen
class Quantified:
    """``kind`` is ``some`` or ``every``; ``body`` speaks of the item as ``variable``."""

    kind: str
    variable: str
    over: Expr
    body: Expr
    span: Span = place()


EXTREMES = {"earliest of": "min", "latest of": "max", "lowest of": "min", "highest of": "max"}
"""How the least and the greatest of a list are written: the first two of days and moments."""

DATED_EXTREMES = ("earliest of", "latest of")


@frozen
class Aggregate:
    """``kind`` is ``count``, ``sum``, ``highest`` or one of ``EXTREMES``, over the items for which
    ``where`` holds.

    ``highest`` is the highest total of ``value`` over any stretch of ``window``, by the date ``by``,
    within one group of ``per``. The extremes are ``none`` of nothing.
    """

    kind: str
    variable: str
    over: Expr
    type: Type
    value: Expr | None = None
    where: Expr | None = None
    window: Duration | None = None
    by: Expr | None = None
    per: Expr | None = None
    span: Span = place()


@frozen
class Shown:
    """Of a proviso: whether ``item`` is known to hold. What is not known does not help.

    It is true or false under any facts. INVARIANT: it stands nowhere but as a whole proviso of a norm
    or of a norm's exception.
    """

    item: Expr
    span: Span = place()


Expr: TypeAlias = (
    Literal
    | FactRef
    | DayOfUse
    | Late
    | DefinitionRef
    | SetOf
    | Compare
    | Not
    | And
    | Or
    | Variable
    | Call
    | Arithmetic
    | Extreme
    | Convert
    | Rounded
    | PartOfDay
    | InZone
    | PeriodEnd
    | Conditional
    | Quantified
    | Aggregate
    | Shown
)


def children(expr: Expr) -> tuple[Expr, ...]:
    """The expressions directly inside one, in the order of the text."""
    match expr:
        case Literal() | FactRef() | DayOfUse() | DefinitionRef() | Variable():
            return ()
        case SetOf(items=items) | And(items=items) | Or(items=items) | Extreme(items=items):
            return items
        case Call(arguments=arguments):
            return arguments
        case Compare(left=left, right=right):
            return (left, right)
        case Not(item=item) | Shown(item=item):
            return (item,)
        case Arithmetic(left=left, right=right, excluding=excluding):
            return (left, right) if excluding is None else (left, right, excluding)
        case Convert(value=value, rate=rate):
            return (value, rate)
        case Rounded(value=value, step=step):
            return (value, step)
        case PartOfDay(day=day):
            return (day,)
        case InZone(moment=moment) | Late(moment=moment):
            return (moment,)
        case PeriodEnd(start=start, of=of):
            return (start, of)
        case Conditional(condition=condition, then=then, otherwise=otherwise):
            return (condition, then, otherwise)
        case Quantified(over=over, body=body):
            return (over, body)
        case Aggregate(over=over, value=value, where=where, by=by, per=per):
            return tuple(each for each in (value, over, where, by, per) if each is not None)
    assert_never(expr)


GROWING = (Arithmetic, Convert, Rounded, PartOfDay, InZone, Aggregate)
"""Expressions whose values can grow past a limit, and then are not known."""
