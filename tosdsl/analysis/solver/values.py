"""What values and truths are to the solver: terms, with flags beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any, TypeAlias

from attrs import define, frozen

from tosdsl.analysis.solver.digits import NONE, Digits
from tosdsl.base import limits
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.moments import Moment
from tosdsl.trees.quantities import COUNTED_IN, Duration

BEGIN = datetime(1, 1, 1, tzinfo=UTC)
LAST_DAY = date.max.toordinal()
LAST_MOMENT = (datetime.max.replace(tzinfo=UTC) - BEGIN) // timedelta(microseconds=1)
SECOND = 1_000_000
"""What moments are counted in, of one second."""

Pair: TypeAlias = tuple[Any, Any]
"""The terms under which something is true, and false."""


class Beyond(Exception):
    """There is no term for it."""


class Overrun(Beyond):
    """A limit was met. It is said which."""


LARGE = "it makes more terms for the solver than MAX_SOLVER_TERMS"
STEEP = "it multiplies more values than MAX_SOLVER_DEGREE"


@define
class Budget:
    """What a solver may be given in one analysis. It is counted, and no clock is looked at."""

    terms: int = limits.MAX_SOLVER_TERMS
    work: int = limits.MAX_SOLVER_WORK

    def count(self) -> None:
        """One more term. Raises Overrun."""
        self.terms -= 1
        if self.terms < 0:
            raise Overrun(LARGE)

    def grant(self, conditions: int) -> None:
        """More work, for conditions that came in."""
        self.work += conditions * (limits.MAX_SOLVER_WORK // 100)


@frozen(eq=False)
class Condition:
    """A condition that is no test of one fact. ``definitions``: those that it leans on, where they are
    not worked in; one that uses another comes after it. ``reads``: the paths of facts."""

    expr: ex.Expr
    definitions: Mapping[str, n.Definition]
    reads: tuple[str, ...]


@frozen(eq=False)
class Value:
    """``known`` and ``absent`` are truths of the solver; ``value`` counts where it is there."""

    known: Any
    absent: Any
    value: Any
    kind: v.Type
    degree: int = 1
    """How many values are multiplied in it."""
    digits: Digits = NONE
    """The most digits that a number may have."""


Item: TypeAlias = Value | Mapping[str, Value]
"""What stands in a place of a list; of a record, its fields by path."""


@frozen(eq=False)
class Rows:
    """A list: whether it is known, and its places, each with whether an item stands there."""

    known: Any
    places: tuple[tuple[Any, Item], ...]
    name: str
    """The path of the fact; of a list that is written out, a name that no other has."""


Names: TypeAlias = Mapping[str, tuple[str, Item | Rows]]
"""What names of items and parameters stand for, each with a word that no other has."""


def each_place(rows: Rows, variable: str, names: Names) -> Iterator[tuple[Any, Names]]:
    """For each place of a list whether an item stands there, and the names with that item's."""
    for at, (present, item) in enumerate(rows.places):
        yield present, {**names, variable: (f"{rows.name}[{at}]", item)}


def product(one: Value, other: Value) -> int:
    """The degree of a product. Raises Overrun."""
    if one.degree + other.degree > limits.MAX_SOLVER_DEGREE:
        raise Overrun(STEEP)
    return one.degree + other.degree


def micros_of(moment: datetime) -> int:
    return (moment - BEGIN) // timedelta(microseconds=1)


def moment_of(micros: int) -> Moment:
    return Moment.combine((at := BEGIN + timedelta(microseconds=micros)).date(), at.time(), UTC)


def kind_of(value: Duration) -> v.Duration:
    return v.Duration(next(kind for kind, unit in COUNTED_IN.items() if unit == value.unit))


def sort_of(kind: v.Type) -> str:
    match v.bare(kind):
        case v.Integer() | v.Number():
            return "number"
        case v.Money(currency=currency):
            return currency
        case v.Duration(kind=counted):
            return f"in {counted}"
        case v.Text() | v.Party() | v.Enum():
            return "text"
        case v.Boolean():
            return "none" if isinstance(kind, v.OptionalOf) else "boolean"
        case other:
            return type(other).__name__


def fraction(z3: Any, value: Fraction) -> Any:
    return z3.Q(value.numerator, value.denominator)


def real(z3: Any, term: Any) -> Any:
    return z3.ToReal(term) if z3.is_int(term) else term


def calendar_of(kind: v.Type) -> tuple[int, int] | None:
    """The first and the last day, or moment, that there is; None of what is neither."""
    match v.bare(kind):
        case v.Date():
            return 1, LAST_DAY
        case v.Instant():
            return 0, LAST_MOMENT
        case _:
            return None


def kept_within(z3: Any, term: Any, low: Any, high: Any) -> Any:
    """A day or a moment, with the calendar's ends in the place of what lies past them."""
    return z3.If(term < low, low, z3.If(term > high, high, term))
