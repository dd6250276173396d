"""The table that the SQL of a program reads: which columns stand for a fact, and what they hold.

======================  ================================================================================
type of the fact        column, by the path of the fact
======================  ================================================================================
boolean                 a truth value
integer                 a whole number
number, money           a whole number of 1/10^places; ``Layout`` says how many decimal places
duration                a whole number of microseconds, days, months or business days
text, party, enum       a text, in the normal form NFC
date                    a date
instant                 a moment in UTC without a zone; where ``Layout`` says so, a column
                        ``PATH__zone`` beside it: minutes that its zone is east of UTC
list of …               a list; no item is NULL
record (in a list)      a record of the columns of its fields; inner records are flat, with dots
optional …              the same, and a column ``PATH__none`` beside it: true for ``none``, false for a
                        value, NULL if it is not known
======================  ================================================================================

NULL is not known. A column may hold more than one fact can say; whoever fills the table sees to that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from attrs import field

from tosdsl.base.node import frozen
from tosdsl.trees import vocabulary as v

Plain = Literal["truth", "whole", "text", "date", "moment"]

DAY = "as of"
"""The column with the day of the use. No fact has a space in its name."""

NONE, ZONE = "__none", "__zone"
"""What the name of a column beside that of a fact ends with."""

_PLACES = 4
"""Decimal places of numbers and money where nothing else is said."""

_MOST = 10**18
"""No number in a column is as large, counted in its decimal places: it fits eight bytes."""

_PLAIN: dict[type, Plain] = {
    v.Boolean: "truth",
    v.Integer: "whole",
    v.Number: "whole",
    v.Money: "whole",
    v.Duration: "whole",
    v.Text: "text",
    v.Party: "text",
    v.Enum: "text",
    v.Date: "date",
    v.Instant: "moment",
}


@frozen
class Column:
    """A column, or a field of a record. ``inner`` are the fields of a record; ``listed`` says of how
    many lists around one another the column is."""

    name: str
    plain: Plain | None
    inner: tuple[Column, ...] = ()
    listed: int = 0


@frozen
class Layout:
    """How facts stand in columns, as far as there is a choice. Paths go through lists."""

    places: Mapping[str, int] = field(factory=dict)
    zoned: frozenset[str] = frozenset()

    def places_of(self, path: str, kind: v.Type) -> int:
        """Decimal places of a number or an amount."""
        return self.places.get(path, _PLACES) if isinstance(kind, v.Number | v.Money) else 0

    def bound(self, path: str) -> int:
        """No number in the column is larger, counted in its decimal places."""
        return _MOST

    def columns(self, name: str, kind: v.Type, path: str) -> Iterator[Column]:
        """The columns of a fact, or of a field of a record."""
        bare = v.bare(kind)
        yield self._column(name, bare, path)
        if isinstance(kind, v.OptionalOf):
            yield Column(name + NONE, "truth")
        if isinstance(bare, v.Instant) and path in self.zoned:
            yield Column(name + ZONE, "whole")

    def _column(self, name: str, kind: v.Type, path: str) -> Column:
        match kind:
            case v.ListOf(item=v.OptionalOf() as item):
                return Column(name, None, tuple(self.columns("value", item, path)), 1)
            case v.ListOf(item=item):
                made = self._column(name, item, path)
                return Column(name, made.plain, made.inner, made.listed + 1)
            case v.Record():
                fields = v.Vocabulary("", facts=kind.fields).leaves()
                inner = (self.columns(leaf.path, leaf.type, f"{path}.{leaf.path}") for leaf in fields)
                return Column(name, None, tuple(each for several in inner for each in several))
            case _:
                return Column(name, _PLAIN[type(kind)])

    def of_leaves(self, vocabulary: v.Vocabulary) -> dict[str, tuple[Column, ...]]:
        """The columns of each fact, by its path."""
        return {
            leaf.path: tuple(self.columns(leaf.path, leaf.type, leaf.path))
            for leaf in vocabulary.leaves()
        }
