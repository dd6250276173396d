"""Values of facts as they stand in columns, and back.

A row is a mapping from columns to values of Python: bool, int, str, date, a datetime without a zone
(UTC), lists, and mappings for records.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from typing import Any

from attrs import define, field

from tosdsl.backends.sql.columns import NONE, ZONE, Layout
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Facts
from tosdsl.trees.moments import Moment
from tosdsl.trees.quantities import ABSENT, COUNTED_IN, Duration, Money

Row = Mapping[str, Any]


class NoRoomError(Exception):
    """A value that its column cannot hold."""


@define(eq=False)
class Values:
    """Rows of facts of one vocabulary in one layout."""

    vocabulary: v.Vocabulary
    layout: Layout
    _leaves: tuple[v.Leaf, ...] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._leaves = tuple(self.vocabulary.leaves())

    def stored(self, facts: Facts) -> dict[str, Any]:
        """The row of some facts. Raises NoRoomError."""
        row: dict[str, Any] = {}
        for leaf in self._leaves:
            row.update(self._stored(leaf.path, leaf.type, leaf.path, facts.get(leaf.path)))
        return row

    def facts(self, row: Row) -> Facts:
        """The facts of a row; columns that are not there are not known."""
        found = {}
        for leaf in self._leaves:
            path, kind = leaf.path, leaf.type
            if row.get(path) is None and not isinstance(kind, v.OptionalOf):
                continue  # most are not there
            value = self._read(path, kind, path, row)
            if value is not None:
                found[path] = value
        return found

    # --- to columns -----------------------------------------------------------------------------------

    def _stored(self, name: str, kind: v.Type, path: str, value: Any) -> Iterator[tuple[str, Any]]:
        bare = v.bare(kind)
        known = value is not None and value is not ABSENT
        yield name, self._column(bare, path, value) if known else None
        if isinstance(kind, v.OptionalOf):
            yield name + NONE, None if value is None else value is ABSENT
        if isinstance(bare, v.Instant) and path in self.layout.zoned:
            yield name + ZONE, value.utcoffset() // timedelta(minutes=1) if known else None

    def _column(self, kind: v.Type, path: str, value: Any) -> Any:
        match kind:
            case v.ListOf(item=v.OptionalOf() as item):
                return [dict(self._stored("value", item, path, each)) for each in value]
            case v.ListOf(item=item):
                return [self._column(item, path, each) for each in value]
            case v.Record(fields=fields):
                row: dict[str, Any] = {}
                for leaf in v.Vocabulary("", facts=fields).leaves():
                    inner = f"{path}.{leaf.path}"
                    row.update(self._stored(leaf.path, leaf.type, inner, value.get(leaf.path)))
                return row
            case v.Money():
                return self._number(path, kind, value.amount)
            case v.Number() | v.Integer():
                return self._number(path, kind, value)
            case v.Duration():
                return value.count
            case v.Instant():
                return value.utc.replace(tzinfo=None)
            case _:
                return value

    def _number(self, path: str, kind: v.Type, value: Any) -> int:
        made = Fraction(value) * 10 ** self.layout.places_of(path, kind)
        if made.denominator != 1 or abs(made) > self.layout.bound(path):
            raise NoRoomError(path)
        return int(made)

    # --- and back -------------------------------------------------------------------------------------

    def _read(self, name: str, kind: v.Type, path: str, row: Row) -> Any:
        if isinstance(kind, v.OptionalOf) and row.get(name + NONE):
            return ABSENT
        value = row.get(name)
        if value is None:
            return None
        if isinstance(v.bare(kind), v.Instant):
            offset = row.get(name + ZONE) or 0
            zone = timezone(timedelta(minutes=offset)) if offset else UTC
            return Moment.of(_aware(value).astimezone(zone))
        return self._value(v.bare(kind), path, value)

    def _value(self, kind: v.Type, path: str, value: Any) -> Any:
        match kind:
            case v.ListOf(item=v.OptionalOf() as item):
                return tuple(self._read("value", item, path, each) for each in value)
            case v.ListOf(item=item):
                return tuple(self._value(item, path, each) for each in value)
            case v.Record(fields=fields):
                leaves = v.Vocabulary("", facts=fields).leaves()
                read = {
                    leaf.path: self._read(leaf.path, leaf.type, f"{path}.{leaf.path}", value)
                    for leaf in leaves
                }
                return {each: known for each, known in read.items() if known is not None}
            case v.Money(currency=currency):
                return Money(self._exact(path, kind, value), currency)
            case v.Number():
                return self._exact(path, kind, value)
            case v.Duration(kind=unit):
                return Duration(value, COUNTED_IN[unit])
            case v.Instant():
                return Moment.of(_aware(value))
            case _:
                return value

    def _exact(self, path: str, kind: v.Type, value: int) -> Fraction:
        return Fraction(value, 10 ** self.layout.places_of(path, kind))


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
