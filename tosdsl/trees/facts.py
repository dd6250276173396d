"""A description of a use, before and after its types are known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import TypeAlias

from attrs import field, frozen

from tosdsl.trees.quantities import Absent, Duration, Money
from tosdsl.trees.span import Span, place

# --- as given: a document's nodes, with their places ------------------------------------------


@frozen
class Scalar:
    """One value. ``plain`` is text without quotes, which the expected type may read as its own."""

    value: object
    plain: bool = False
    span: Span = place()


@frozen
class Items:
    items: tuple[Node, ...]
    span: Span = place()


@frozen
class Entry:
    key: str
    value: Node
    span: Span = place()


@frozen
class Entries:
    entries: tuple[Entry, ...]
    span: Span = place()


Node: TypeAlias = Scalar | Items | Entries

# --- as read: known leaves by path --------------------------------------------------------------

Atomic: TypeAlias = bool | int | Fraction | str | date | datetime | Money | Duration | Absent
"""A value without parts. An instant is in UTC; a whole number may be an ``int`` or a ``Fraction``."""

Value: TypeAlias = "Atomic | tuple[Value, ...] | Facts"
"""The value of a leaf. A list is a tuple; a record in a list is a mapping of its known leaves."""

Facts: TypeAlias = Mapping[str, "Value"]
"""Known leaves by path. A leaf that is not there is unknown."""


@frozen
class Use:
    """A use to be judged: its facts, and the days from which it is looked at."""

    facts: Facts = field(factory=dict)
    title: str | None = None
    as_of: date | None = None
    known_at: date | None = None
    warnings: tuple[str, ...] = ()
    """What is odd about the facts, in sentences."""
