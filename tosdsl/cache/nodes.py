"""Which classes trees are made of, by number, and how one node is written as plain data.

A node is a tuple that begins with its class's number; its fields follow in their order. A tuple of the
tree is a list. What has no number is written by one of the marks below. The table is made of the
modules of the trees, the fields are those that attrs knows: a new class or field is in it by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from operator import attrgetter
from types import ModuleType
from typing import Any

from attrs import fields, frozen, has

from tosdsl.diagnostics import model
from tosdsl.trees import expressions, facts, norms, quantities, vocabulary

MODULES: tuple[ModuleType, ...] = (norms, expressions, vocabulary, quantities, facts, model)

ROW, SPAN, NOWHERE, SHARED, FRACTION, DATE, INSTANT, MEMBER, MAPPING, LAZY, PLAIN = range(-11, 0)
"""The marks: places, references to the table of what is shared, values, lazy tuples, plain data."""

CLASSES: tuple[type, ...] = tuple(
    each
    for module in MODULES
    for _, each in sorted(vars(module).items())
    if isinstance(each, type) and each.__module__ == module.__name__ and has(each)
)
ENUMS: tuple[type[Enum], ...] = tuple(
    each
    for module in MODULES
    for _, each in sorted(vars(module).items())
    if isinstance(each, type) and each.__module__ == module.__name__ and issubclass(each, Enum)
)

SHARED_CLASSES = frozenset(
    (
        norms.Policy,
        norms.Choices,
        norms.Linked,
        *(each for each in CLASSES if each.__module__ == vocabulary.__name__),
    )
) - {vocabulary.Field, vocabulary.Leaf, vocabulary.KnownParty}
"""What stands in many places and is one object in all of them: it is written once."""

OWNERS = frozenset({norms.Norm, norms.Definition, norms.ExceptionNode})
"""Under what exceptions stand."""

LAZY_FIELDS = frozenset(
    {(norms.Section, "norms"), (norms.Policy, "scenarios"), (norms.Policy, "properties")}
)
"""Tuples of which few items are ever looked at."""

PLAIN_FIELDS = frozenset({(norms.Linked, "above"), (norms.Linked, "order"), (norms.Document, "path")})
"""What is plain data already."""


@frozen
class Shape:
    """How the nodes of one class are taken apart and made."""

    number: int
    names: tuple[str, ...]
    parts: Callable[[Any], tuple[Any, ...]]
    make: Callable[[list[Any]], Any]
    lazy: frozenset[str]
    plain: frozenset[str]
    span: int
    """The index of the field that is the node's place, or -1."""


def _shape(number: int, class_: type) -> Shape:
    found = [each for each in fields(class_) if each.init]
    ordered = sorted(found, key=lambda each: each.kw_only)  # stable: the order of the class otherwise
    names = tuple(each.name for each in ordered)
    keyed = tuple(each.alias for each in ordered if each.kw_only)
    count = len(names) - len(keyed)

    def make(values: list[Any]) -> Any:
        return class_(*values[:count], **dict(zip(keyed, values[count:], strict=True)))

    lazy = frozenset(name for owner, name in LAZY_FIELDS if owner is class_)
    plain = frozenset(name for owner, name in PLAIN_FIELDS if owner is class_)
    span = names.index("span") if "span" in names else -1
    return Shape(number, names, _parts(names), make, lazy, plain, span)


def _parts(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """The values of the fields, always as a tuple."""
    if not names:
        return lambda node: ()
    get = attrgetter(*names)
    return (lambda node: (get(node),)) if len(names) == 1 else get


SHAPES: dict[type, Shape] = {each: _shape(number, each) for number, each in enumerate(CLASSES)}
BY_NUMBER: tuple[Shape, ...] = tuple(SHAPES.values())
