"""Types and facts, resolved: what a description of a use can say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from attrs import frozen

from tosdsl.trees.span import Span, place


@frozen
class Boolean:
    def __str__(self) -> str:
        return "boolean"


@frozen
class Integer:
    def __str__(self) -> str:
        return "integer"


@frozen
class Text:
    def __str__(self) -> str:
        return "text"


@frozen
class Date:
    def __str__(self) -> str:
        return "date"


@frozen
class Party:
    def __str__(self) -> str:
        return "party"


@frozen
class Enum:
    """An enumeration. ``texts`` explain its members, in their order."""

    name: str
    members: tuple[str, ...]
    texts: tuple[str | None, ...] = ()

    def __str__(self) -> str:
        return self.name


@frozen
class Field:
    """A field of a record, or a fact: a field of the whole description of a use."""

    name: str
    type: Type
    judged: bool = False
    question: str | None = None
    span: Span = place()


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


Type: TypeAlias = Boolean | Integer | Text | Date | Party | Enum | Record | ListOf

ORDERED = (Integer, Date)
"""Types whose values compare with ``<``."""

BUILT_IN: dict[str, Type] = {
    "boolean": Boolean(),
    "integer": Integer(),
    "text": Text(),
    "date": Date(),
    "party": Party(),
}


@frozen
class Leaf:
    """A fact that has a value of its own, by its path: ``model.distributed``."""

    path: str
    type: Type
    judged: bool = False
    question: str = ""


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

    def leaves(self) -> Iterator[Leaf]:
        """Every leaf, in the order of the text."""
        for fact in self.facts:
            yield from _leaves(fact, fact.name, fact.judged)


def _leaves(field: Field, path: str, judged: bool) -> Iterator[Leaf]:
    if isinstance(field.type, Record):
        for inner in field.type.fields:
            yield from _leaves(inner, f"{path}.{inner.name}", judged or inner.judged)
    else:
        yield Leaf(path, field.type, judged, field.question or f"What is {path}?")
