"""A mapping as data: for each fact where its value comes from, and what is made of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from attrs import field

from tosdsl.base.node import frozen
from tosdsl.base.span import Span, place
from tosdsl.trees.facts import Node

Missing = Literal["unknown", "none"]
Others = Literal["unknown", "as they are"]
"""What texts are that a translation does not list: not known, or what they say."""


@frozen
class Source:
    """Where one value comes from, and what is made of it.

    Just one of ``column``, ``sql`` and ``constant`` is given. ``missing`` is what NULL means, or
    ``instead`` the value that it stands for;
    ``values`` translates texts, and ``others`` says what those are that it does not list;
    ``decimals`` rounds a float to so many places, or says how many a text may have; ``zone`` is that
    of moments without one, in minutes east of UTC; ``split`` is what parts the items of a list that
    is one text. ``fields`` are the sources of a record's fields, inside each
    item of a list.
    """

    path: str
    column: str | None = None
    sql: str | None = None
    constant: Node | None = None
    missing: Missing | None = None
    instead: Node | None = None
    values: Mapping[str, str] = field(factory=dict)
    others: Others | None = None
    decimals: int | None = None
    zone: int | None = None
    split: str | None = None
    fields: Mapping[str, Source] = field(factory=dict)
    span: Span = place()


@frozen
class Child:
    """A table with the items of a list: ``key`` is its column with the name of the row of each."""

    path: str
    file: str
    key: str
    span: Span = place()


@frozen
class Mapped:
    """A whole mapping.

    ``row`` is the column that names a row; ``as_of`` and ``known_at`` give the days; ``by`` is a column
    that the report counts by, ``keep`` are columns that are told again beside the verdict. ``where`` is
    a condition in SQL: rows for which it is not true are left out.
    """

    facts: Mapping[str, Source] = field(factory=dict)
    row: str | None = None
    as_of: Source | None = None
    known_at: Source | None = None
    by: str | None = None
    keep: tuple[str, ...] = ()
    tables: Mapping[str, Child] = field(factory=dict)
    where: Source | None = None
    span: Span = place()

    def reads(self, column: str) -> bool:
        """Whether it takes anything from a column; of SQL, whether that mentions the name."""
        name = column.casefold()
        beside = filter(None, (self.as_of, self.known_at, self.where))
        several = [*self.facts.values(), *beside]
        named = {each for each in (self.row, self.by, *self.keep) if each is not None}
        named |= {each.column for each in several if each.column is not None}
        steps = {each.casefold() for each in named}
        steps |= {each.partition(".")[0] for each in steps}
        return name in steps or any(name in _names(each.sql or "") for each in several)


_WORDS = re.compile(r"""'(?:[^']|'')*'|"((?:[^"]|"")*)"|(\w+)""")
"""A text of SQL, a name in quotation marks, or a word."""


def _names(sql: str) -> frozenset[str]:
    """Whatever SQL may mean by a name: a name that is part of another is not among it."""
    several = (quoted.replace('""', '"') or word for quoted, word in _WORDS.findall(sql))
    return frozenset(each.casefold() for each in several)
