"""Types and facts, resolved: what a description of a use can say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from attrs import evolve, field

from tosdsl.base.node import frozen
from tosdsl.base.span import Span, place
from tosdsl.trees.facts import Node
from tosdsl.trees.moments import DAY_OF_USE as DAY_OF_USE
from tosdsl.trees.moments import MOMENT_OF_USE as MOMENT_OF_USE

if TYPE_CHECKING:
    from tosdsl.trees.norms import Definition


@frozen
class Boolean:
    def __str__(self) -> str:
        return "boolean"


@frozen
class Integer:
    def __str__(self) -> str:
        return "integer"


@frozen
class Number:
    """An exact decimal."""

    def __str__(self) -> str:
        return "number"


@frozen
class Money:
    """An amount in one currency."""

    currency: str

    def __str__(self) -> str:
        return f"money in {self.currency}"


@frozen
class Duration:
    """``kind`` is ``hours``, ``days``, ``months`` or ``business days``: those of one kind compare."""

    kind: str

    def __str__(self) -> str:
        return f"duration in {self.kind}"


@frozen
class Text:
    def __str__(self) -> str:
        return "text"


@frozen
class Date:
    def __str__(self) -> str:
        return "date"


@frozen
class Instant:
    def __str__(self) -> str:
        return "instant"


@frozen
class Party:
    def __str__(self) -> str:
        return "party"


@frozen
class Enum:
    """An enumeration. ``texts`` explain its members. ``rising``: they stand in their order."""

    name: str
    members: tuple[str, ...]
    texts: tuple[str | None, ...] = ()
    rising: bool = False

    def __str__(self) -> str:
        return name_in_text(self.name) or self.name


@frozen
class Field:
    """A field of a record, or a fact: a field of the whole description of a use."""

    name: str
    type: Type
    judged: bool = False
    question: str | None = None
    span: Span = place()
    presumed: Node | None = field(default=None, kw_only=True)
    """Of a fact: what holds where a use says nothing of it, as it is written."""


@frozen
class Record:
    name: str
    fields: tuple[Field, ...]

    def __str__(self) -> str:
        return self.name


@frozen
class ListOf:
    item: Type

    def __str__(self) -> str:
        return f"list of {self.item}"


@frozen
class OptionalOf:
    """A value of the type, or ``none``: known to be absent."""

    item: Type

    def __str__(self) -> str:
        return f"optional {self.item}"


WEEKDAY = Enum(
    "weekday",
    ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    (None,) * 7,
    rising=True,
)
"""The days of the week, from Monday on: a type that every vocabulary has."""

Type: TypeAlias = (
    Boolean
    | Integer
    | Number
    | Money
    | Duration
    | Text
    | Date
    | Instant
    | Party
    | Enum
    | Record
    | ListOf
    | OptionalOf
)

BUILT_IN: dict[str, Type] = {
    "boolean": Boolean(),
    "integer": Integer(),
    "number": Number(),
    "text": Text(),
    "date": Date(),
    "instant": Instant(),
    "party": Party(),
    "weekday": WEEKDAY,
}

WITH_UNIT = ("money", "duration")
"""Built-in types that are said with a unit: ``money in USD``, ``duration in days``."""


def scale(kind: Type) -> tuple[str, ...]:
    """The members of an ordered enumeration, rising; nothing for other types."""
    kind = bare(kind)
    return kind.members if isinstance(kind, Enum) and kind.rising else ()


def ordered(kind: Type) -> bool:
    """Whether values of the type compare with ``<``."""
    match kind:
        case Integer() | Number() | Money() | Duration() | Date() | Instant():
            return True
        case Enum(rising=rising):
            return rising
        case _:
            return False


def bare(kind: Type) -> Type:
    """The type without ``optional``."""
    return kind.item if isinstance(kind, OptionalOf) else kind


@frozen
class Leaf:
    """A fact that has a value of its own, by its path: ``model.distributed``."""

    path: str
    type: Type
    judged: bool = False
    question: str = ""


DAY = Leaf(DAY_OF_USE, Date(), question="On which day does the use take place? `as_of` says it.")
"""The same as something that is asked for where it is not said."""

MOMENT = Leaf(
    MOMENT_OF_USE,
    Instant(),
    question="At which moment does the use take place? `as_of` says it, with its zone.",
)
"""The moment of the use, which is asked for where a deadline ends within the day of the use, or a
version begins or ends there."""


def name_in_text(path: str) -> str:
    """An interpretation's name in its text, from its full id; empty for a fact, which has no ``#``."""
    return path.partition("#")[2]


@frozen
class Interpretation:
    """What the text of a policy may mean: no fact of a use. ``readings`` are the ways to read it.

    ``path`` is its full id, ``policy#name``, under which conditions read it.
    """

    path: str
    readings: tuple[str, ...]
    question: str | None = None
    at: str | None = None
    description: str | None = None
    span: Span = place()

    @property
    def name(self) -> str:
        return name_in_text(self.path)

    @property
    def type(self) -> Enum:
        return Enum(self.path, self.readings)

    def leaf(self) -> Leaf:
        """The same as something that a condition reads."""
        return Leaf(self.path, self.type, question=self.question or f"How is {self.name} read?")


@frozen
class KnownParty:
    name: str
    text: str | None = None
    span: Span = place()


@frozen
class Vocabulary:
    """The facts, types and parties of one vocabulary, or of several read together."""

    name: str
    description: str | None = None
    types: tuple[Enum | Record, ...] = ()
    facts: tuple[Field, ...] = ()
    parties: tuple[KnownParty, ...] = ()
    interpretations: tuple[Interpretation, ...] = ()
    """Of the policies that are read together."""
    definitions: tuple[Definition, ...] = ()
    """In an order in which each uses only earlier ones. The facts of several documents have none: a
    definition is read in the documents that use its vocabulary."""

    def leaves(self) -> Iterator[Leaf]:
        """Every leaf, in the order of the text."""
        return iter(self._every_leaf)

    @cached_property
    def _every_leaf(self) -> tuple[Leaf, ...]:
        """Made once: one question looks through them some hundred times."""
        return tuple(leaf for fact in self.facts for leaf in _leaves(fact, fact.name, fact.judged))

    def readable(self) -> Iterator[Leaf]:
        """Everything that a condition can read, but for the day of the use: the leaves, and how the
        texts are read."""
        yield from self.leaves()
        yield from (each.leaf() for each in self.interpretations)

    def spans(self) -> dict[str, Span]:
        """Where each fact and each definition is declared, by name."""
        declared = {each.name: each.span for each in self.facts}
        return declared | {each.name: each.span for each in self.definitions}

    def inputs(self) -> Iterator[Leaf]:
        """Everything that a condition or a deadline can read."""
        yield from self.readable()
        yield DAY
        yield MOMENT


def _leaves(field: Field, path: str, judged: bool) -> Iterator[Leaf]:
    if isinstance(field.type, Record):
        for inner in field.type.fields:
            yield from _leaves(inner, f"{path}.{inner.name}", judged or inner.judged)
    else:
        yield Leaf(path, field.type, judged, field.question or f"What is {path}?")


def interpretations(vocabularies: Iterable[Vocabulary]) -> tuple[Interpretation, ...]:
    """Those of all policies. Of two versions of one, each reading that either offers."""
    found: dict[str, Interpretation] = {}
    for each in (each for vocabulary in vocabularies for each in vocabulary.interpretations):
        first = found.setdefault(each.path, each)
        several = tuple(dict.fromkeys((*first.readings, *each.readings)))
        found[each.path] = evolve(first, readings=several)
    return tuple(found.values())
