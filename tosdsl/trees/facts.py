"""A description of a use, before and after its types are known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any, TypeAlias
from typing import Literal as OneOf

from attrs import field

from tosdsl.base.node import frozen
from tosdsl.base.span import Span, place
from tosdsl.trees.moments import DAY_OF_USE, MOMENT_OF_USE, Moment, day_of
from tosdsl.trees.quantities import Absent, Duration, Money

# --- as given: a document's nodes, with their places ------------------------------------------

NULLS = frozenset(("~", "null", "Null", "NULL"))
"""What stands, without quotes, for a value that is not known: in YAML, in a cell, in a scenario."""

UNKNOWN = "unknown"
"""The word for it, in YAML and in a scenario; where an enumeration has such a member, that one."""


@frozen
class Numeral:
    """A number of JSON as it is written: how large it may be is seen before it is worked out."""

    text: str


@frozen
class Other:
    """A value of a type that no fact has, by the name of that type."""

    type: str


@frozen
class Scalar:
    """One value: a text, true, false, None, a ``Numeral``, or what a program gives.

    ``plain`` is text without quotes, which the expected type may read as its own.
    """

    value: object
    plain: bool = False
    span: Span = place()


@frozen
class Taken(Scalar):
    """A part of facts that is right: ``value`` is typed, and nothing is to be said of it."""


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
"""A value without parts. An instant is a ``Moment``; whole numbers may be ``int`` or ``Fraction``."""

Value: TypeAlias = "Atomic | tuple[Value, ...] | Facts"
"""The value of a leaf. A list is a tuple; a record in a list is a mapping of its known leaves."""

Facts: TypeAlias = Mapping[str, "Value"]
"""Known leaves by path. A leaf that is not there is unknown."""


Status = OneOf["alleged", "confirmed"]
Standard = OneOf["alleged", "confirmed"]
"""What counts: confirmed values alone, or allegations too where nothing better is known."""

STANDARDS: tuple[Standard, ...] = ("alleged", "confirmed")


@frozen
class Assertion:
    """One leaf's value as somebody has it. ``source`` is where it was said, ``said_by`` who said it."""

    fact: str
    value: Value
    status: Status
    source: str
    said_on: date | None = None
    said_by: str | None = None


@frozen
class Reading:
    """A name for one way to judge, and the judged facts as it has them."""

    name: str
    facts: Facts


@frozen
class Contested:
    """A leaf about which values that count contradict each other.

    ``given`` is the plain fact, or None; ``assertions`` are those that count.
    """

    fact: str
    given: Value | None
    assertions: tuple[Assertion, ...]


@frozen
class Weighed:
    """What a standard has made of assertions: the use's ``facts`` are what is left of them.

    ``counted`` are the assertions that count, ``open`` those that do not, about leaves that are
    therefore unknown.
    """

    counted: tuple[Assertion, ...] = ()
    open: tuple[Assertion, ...] = ()
    contested: tuple[Contested, ...] = ()


DAYS = ("as_of", "known_at")
"""The days of a question, by name."""

PARTS = (
    *("use", "as_of", "known_at", "facts", "assertions", "standard", "readings", "assume"),
    "reading",
)
"""The keys of a facts document."""

BESIDES = (*DAYS, "use", "assertions", "standard", "readings", "assume", "reading")
"""What a program may say of a use besides its facts, by name."""


@frozen
class Use:
    """A use to be judged: its facts, and the days from which it is looked at.

    ``facts`` are the plain ones as read; once evidence is weighed, those that count.
    """

    facts: Facts = field(factory=dict)
    title: str | None = None
    as_of: date | Moment | None = None
    """When the use takes place: a day, or a moment."""
    known_at: date | Moment | None = None
    """Up to when the asker could read: a day, and all of it, or a moment."""
    warnings: tuple[str, ...] = ()
    """What is odd about the facts, in sentences."""
    assertions: tuple[Assertion, ...] = ()
    standard: Standard = "confirmed"
    readings: tuple[Reading, ...] = ()
    weighed: Weighed = Weighed()
    unknown: frozenset[str] = field(default=frozenset(), eq=False, kw_only=True)
    """Leaves that are said to be unknown: nothing is presumed of them."""
    presumed: frozenset[str] = field(default=frozenset(), eq=False, kw_only=True)
    """Of the facts, those that are presumed."""
    assumed: Mapping[str, Value | None] = field(factory=dict, kw_only=True)
    """What the asker presumes where ``facts`` say nothing, by leaf; None takes a presumption back."""
    worked_out: dict[int, Any] = field(init=False, factory=dict, eq=False, repr=False)
    """The values of definitions under these facts, so far as they were asked for."""

    @property
    def day(self) -> date | None:
        """The day of the use: of a moment, the day in its own zone."""
        return day_of(self.as_of)

    @property
    def moment(self) -> Moment | None:
        """The moment of the use; None where a day at most is known."""
        return self.as_of if isinstance(self.as_of, Moment) else None

    @property
    def readable(self) -> Facts:
        """The facts, and by their names the day and the moment of the use, so far as they are known."""
        if self.as_of is None:
            return self.facts
        named = {DAY_OF_USE: self.day, MOMENT_OF_USE: self.moment}
        return {**self.facts, **{name: value for name, value in named.items() if value is not None}}

    def to_json(self, policies: Any = None) -> dict[str, Any]:
        """The use as JSON-ready data: the facts document that describes it.

        ``policies`` (a ``PolicySet``, or a vocabulary) tell the types of the facts; they are needed
        only where a fact is ``none``. ``warnings`` are left out: reading makes them again. Raises
        FactError for what no such document can say: a number that JSON data does not hold exactly
        (a third, or more digits than a float has), ``none`` of an optional text, half a character.
        """
        from tosdsl.asking import use_to_json

        return use_to_json(self, policies)

    @classmethod
    def from_json(cls, data: object, policies: Any) -> Use:
        """The use that a facts document in JSON describes, read by the vocabulary of ``policies`` (a
        ``PolicySet``, or a vocabulary).

        ``data`` is the document's text (a str, or bytes of UTF-8), or what ``json.loads`` makes of it.
        A float stands for the decimal that Python writes for it: of a number with more digits than a
        float has, only the text (or ``parse_float=Decimal``) keeps them all. Raises FactError.
        """
        from tosdsl.asking import use_from_json

        return use_from_json(data, policies)
