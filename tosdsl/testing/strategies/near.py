"""Values next to the constants of a policy: where its conditions change from true to false.

In: the documents of a question. Out: for a type, known values, the plainest first. No Hypothesis here:
these are the choices, which others draw from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, timedelta, timezone
from fractions import Fraction
from itertools import combinations
from typing import Any, assert_never

from attrs import define, field

from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.moments import Moment, moment_in
from tosdsl.trees.quantities import ABSENT, COUNTED_IN, Duration, Money
from tosdsl.trees.rows import Row
from tosdsl.trees.walk import parts
from tosdsl.values.nearby import beside, can_be_written, later, moved

SOMEBODY = "somebody else"
"""A party that no policy names."""

_DAY = date(2024, 1, 1)
_MOST = 60
"""Values of one type that are tried; lists are made of fewer."""
_MOST_LISTED = 12

_FIRST_YEAR, _LAST_YEAR = 2, 9998
_PARTS = "part of a day"
"""Under this the policy's constants say that it asks for one."""

_ZONES = (timezone(timedelta(hours=14)), timezone(timedelta(hours=-12)))
"""The ends of the world: what depends on the day somewhere does between them."""


def expressions(linked: n.Linked) -> Iterator[tuple[int, ex.Expr]]:
    """Every condition and value of the documents, each with its document's index."""
    for index, document in enumerate(linked.documents):
        policy = document.policy
        for definition in policy.definitions:
            yield index, definition.body
            for node in definition.exceptions:
                yield from ((index, expr) for expr in _of_exception(node))
        for route in policy.routes:
            yield index, route.when
        yield from ((index, each.when) for each in policy.incorporations if each.when is not None)
        for section in policy.root.walk():
            if section.scope is not None:
                yield index, section.scope
        for norm in policy.root.all_norms():
            yield from ((index, expr) for expr in of_norm(norm))


def of_norm(norm: n.Norm) -> Iterator[ex.Expr]:
    """The conditions of a clause and of its exceptions."""
    yield from (each for each in (norm.when, *norm.provisos, *norm.owed) if each is not None)
    for node in norm.exceptions:
        yield from _of_exception(node)


def _constants_in(literal: ex.Literal) -> Iterator[tuple[Any, v.Type]]:
    """The value, or of a row of a table the values in it, with their types."""
    if not isinstance(literal.value, Row):
        yield literal.value, literal.type
        return
    for leaf in v.Vocabulary("", facts=(v.Field("row", literal.type),)).leaves():
        value = literal.value.get(leaf.path.removeprefix("row."))
        if value is not ABSENT and not isinstance(value, tuple):
            yield value, v.bare(leaf.type)


def _of_exception(node: n.ExceptionNode) -> Iterator[ex.Expr]:
    yield from (node.when, *node.provisos)
    for inner in node.exceptions:
        yield from _of_exception(inner)


@define
class Near:
    """Values of each type; ``days`` are those of the question."""

    _constants: dict[str, list[Any]] = field(factory=dict)
    _parties: tuple[str, ...] = ()
    _made: dict[v.Type, tuple[Any, ...]] = field(factory=dict)

    @classmethod
    def of(cls, linked: n.Linked, more: Iterable[ex.Expr], days: Iterable[date | None]) -> Near:
        """``more`` are conditions besides those of the documents."""
        constants: dict[str, list[Any]] = {"date": [day for day in days if day is not None]}
        exprs = [*(expr for _, expr in expressions(linked)), *more]
        for node in (inner for expr in exprs for inner in parts(expr)):
            if isinstance(node, ex.Literal) and node.value is not ABSENT:
                for value, kind in _constants_in(node):
                    known = constants.setdefault(_kind(kind), [])
                    if value not in known:
                        known.append(value)
            elif isinstance(node, ex.PartOfDay):
                constants.setdefault(_PARTS, [node.part])
            elif isinstance(node, ex.Aggregate) and node.window is not None:
                constants.setdefault(f"duration {node.window.unit}", []).append(node.window)
        parties = dict.fromkeys(constants.get("party", ()))
        parties |= dict.fromkeys(each.name for each in linked.vocabulary.parties)
        return cls(constants, tuple(parties))

    def values(self, kind: v.Type) -> tuple[Any, ...]:
        """Known values of a type."""
        if kind not in self._made:
            several = filter(can_be_written, self._values(kind))
            self._made[kind] = tuple(dict.fromkeys(several))[: 4 * _MOST]
        return self._made[kind]

    def _values(self, kind: v.Type) -> list[Any]:
        constants = self._constants.get(_kind(kind), [])[:_MOST]
        match kind:
            case v.Boolean():
                return [False, True]
            case v.Enum(members=members):
                return list(members)
            case v.Integer():
                return [0, 1, *(int(each) for each in _around(constants, 1) if each == int(each))]
            case v.Number():
                return [Fraction(0), Fraction(1), *_around(map(Fraction, constants), 1)]
            case v.Money(currency=currency):
                amounts = _around((each.amount for each in constants), 1)
                return [Money(Fraction(each), currency) for each in (0, *amounts)]
            case v.Duration(kind=counted):
                none = Duration(0, COUNTED_IN[counted])
                return [none, moved(none, 1, plain=True), *_with_neighbours(constants)]
            case v.Date():
                return self._days(constants or [_DAY])
            case v.Instant():
                days = self._days(self._constants.get("date") or [_DAY])[:_MOST_LISTED]
                made = [Moment(each.year, each.month, each.day, 12, tzinfo=UTC) for each in days]
                elsewhere = [moment_in(each, zone) for each in constants for zone in _ZONES]
                near = [*_beside(constants, timedelta(minutes=1)), *_with_neighbours(constants)]
                return [*near, *made, *elsewhere]
            case v.Text():
                return [*constants, *(f"{each} more" for each in constants), "something else"]
            case v.Party():
                return [*self._parties, SOMEBODY]
            case v.OptionalOf(item=item):
                return [ABSENT, *self.values(item)]
            case v.ListOf(item=item):
                return _lists(list(self.values(item)), again=isinstance(item, v.Record))
            case v.Record(fields=fields):
                return self._records(fields)
        assert_never(kind)

    def _days(self, constants: list[Any]) -> list[Any]:
        """Constants, and days that lie from them as far as the durations of the policy say."""
        lengths = [each.count for each in self._constants.get("duration days", ())]
        lengths += [31 * each.count for each in self._constants.get("duration months", ())]
        lengths += [2 * each.count for each in self._constants.get("duration business days", ())]
        steps = [timedelta(days=days) for days in _around(lengths[:_MOST_LISTED], 1)]
        made = list(_beside(constants, timedelta(days=1)))
        for step in steps:
            made += _beside(constants, step, same=False)
        if _PARTS in self._constants:
            made += _of_each_part(constants[0])
        return made

    def _records(self, fields: tuple[v.Field, ...]) -> list[Any]:
        """Records that differ in at most one field from the first."""
        leaves = list(v.Vocabulary("", facts=fields).leaves())
        first = {leaf.path: self.values(leaf.type)[-1] for leaf in leaves}
        made: list[Any] = [_Row(first)]
        for leaf in leaves:
            made += [_Row({**first, leaf.path: each}) for each in self.values(leaf.type)[:_MOST_LISTED]]
        return made[:_MOST]


def _of_each_part(day: date) -> Iterator[date]:
    """Days that the parts of a day tell apart: each day of a week, the ends of months, a leap day, and
    the same day in other years."""
    year = min(max(day.year, _FIRST_YEAR), _LAST_YEAR)
    yield from (date(year, 1, number) for number in range(1, 8))
    yield from (date(year, month, 28) for month in range(1, 13))
    yield from (date(year, 1, 31), date(year, 2, 1), date(year, 12, 31), date(2024, 2, 29))
    yield from (date(each, day.month, min(day.day, 28)) for each in (year - 1, year + 1))


class _Row(dict[str, Any]):
    """A record that can be told from others by its value."""

    def __hash__(self) -> int:  # type: ignore[override]  # made once and never changed
        return hash(tuple(sorted((key, repr(value)) for key, value in self.items())))


def _kind(kind: v.Type) -> str:
    """Constants of one such kind compare."""
    match kind:
        case v.OptionalOf(item=item) | v.ListOf(item=item):
            return _kind(item)
        case v.Money(currency=currency):
            return f"money {currency}"
        case v.Duration(kind=counted):
            return f"duration {COUNTED_IN[counted]}"
        case v.Integer() | v.Number():
            return "number"
        case v.Enum(name=name) | v.Record(name=name):
            return f"type {name}"
        case _:
            return str(kind)


def _around(constants: Iterable[Any], step: int) -> list[Any]:
    return [each for constant in constants for each in (constant, constant - step, constant + step)]


def _with_neighbours(constants: Iterable[Any]) -> list[Any]:
    return [each for constant in constants for each in (constant, *beside(constant))]


def _beside(constants: Iterable[Any], step: timedelta, *, same: bool = True) -> Iterator[Any]:
    """Days or moments, and those a step away; beyond the calendar there are none."""
    for each in constants:
        if same:
            yield each
        several = (later(each, sign * step) for sign in (-1, 1))
        yield from (moment for moment in several if moment is not None)


def _lists(items: list[Any], *, again: bool) -> list[Any]:
    """The empty list, each item alone (``again``: twice and more often as well), pairs, and all."""
    few = items[:_MOST_LISTED]
    made: list[Any] = [(), *((item,) for item in items[:_MOST])]
    if again:
        made += [(item,) * times for item in few for times in (2, 3, 5)]
    made += combinations(few, 2)
    return [*made, tuple(few)]
