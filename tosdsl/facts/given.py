"""What a program gives as nodes: mappings, lists, sets and single values, none of a class of its own.

INVARIANT: no node holds an object whose class could have an equality, a hash or an order of its own.
A subclass is taken for what it is underneath, and no method that it overrides is asked; a mapping or a
sequence of another make is gone through once, and counted meanwhile. So what is remembered of one
question never speaks for another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import NoneType
from typing import TYPE_CHECKING, Any

from tosdsl.base.span import NOWHERE
from tosdsl.diagnostics.model import Diagnostic
from tosdsl.facts import exact
from tosdsl.facts.limited import Limited, PastLimit, inside
from tosdsl.trees.facts import Entries, Entry, Items, Node, Other, Scalar
from tosdsl.trees.quantities import Absent, Duration, Money

if TYPE_CHECKING:
    from tosdsl.facts.typed.right import Right


def from_python(
    value: object,
    problems: list[Diagnostic],
    path: str = "",
    limited: Limited | None = None,
    right: Right | None = None,
) -> Node | None:
    """A value as a node; None if it is past a limit, which is reported.

    ``path`` is the key of a use under which it is given; ``limited`` counts the values of a whole use.
    ``right`` takes parts that are right as they stand. Raises Uncounted where so much of it is that the
    place of a limit cannot be told.
    """
    try:
        return _Nodes(limited or Limited()).node(value, 1 if path else 0, path, right)
    except PastLimit as past:
        problems.append(past.mistake)
    return None


class _Nodes:
    def __init__(self, limited: Limited) -> None:
        self._limited = limited

    def node(self, value: object, depth: int, path: str, right: Right | None = None) -> Node:
        self._limited.deep(depth, NOWHERE)
        kind = type(value)
        if right is not None and kind is not NoneType and (found := right.taken(value)):
            self._limited.many(found[1])
            return found[0]
        if kind is str or value is None:
            return Scalar(value)
        if issubclass(kind, str | bytes | bytearray):
            return Scalar(single(value))
        try:
            if issubclass(kind, Mapping):
                entries = self._entries(value, depth, path, right)  # type: ignore[arg-type]  # seen above
                return Entries(tuple(entries))
            if issubclass(kind, Sequence):
                item = None if right is None else right.item
                return Items(tuple(self._items(exact.items(value), depth, path, item)))
        except _Unreadable:
            return Scalar(Other(kind.__name__))
        if issubclass(kind, set | frozenset):
            items = self._items(exact.items(value), depth, path)
            return Items(tuple(sorted(items, key=rank)))
        return Scalar(single(value))

    def _entries(
        self, value: Mapping[object, object], depth: int, path: str, right: Right | None
    ) -> Iterator[Entry]:
        for key, inner in _each(exact.entries(value)):
            self._limited.one(NOWHERE)
            name = _key(key)
            under = None if right is None else right.under(name)
            yield Entry(name, self.node(inner, depth + 1, inside(path, name), under))

    def _items(
        self, items: Iterable[object], depth: int, path: str, right: Right | None = None
    ) -> Iterator[Node]:
        for number, inner in enumerate(_each(items)):
            self._limited.item(number, path, NOWHERE)
            yield self.node(inner, depth + 1, path, right)


class _Unreadable(Exception):
    """A mapping or a sequence that does not give what it has."""


def _each(parts: Iterable[Any]) -> Iterator[Any]:
    """The parts of what a program gives. Raises _Unreadable where getting one of them fails."""
    left = iter(parts)
    while True:
        try:
            part = next(left)
        except StopIteration:
            return
        except Exception as error:  # a class of the program's own may raise anything
            raise _Unreadable from error
        yield part


def single(value: object) -> object:
    """A value without parts as one of a class that is known here; ``Other`` if it is of none."""
    kind = type(value)
    if value is None or kind in _KNOWN:
        return value
    if issubclass(kind, Money):
        amount, currency = _fields(value, Money, "amount", "currency")
        good = exact.is_number(amount) and type(currency) is str
        return Money(amount, currency) if good else Other("Money")
    if issubclass(kind, Duration):
        count, unit = _fields(value, Duration, "count", "unit")
        return Duration(count, unit) if type(count) is int and type(unit) is str else Other("Duration")
    made = exact.single(value)
    return Other(kind.__name__) if made is None else made


_KNOWN = frozenset((str, bool, int, float, Decimal, date, Absent))


def _fields(value: object, kind: type, *names: str) -> list[Any]:
    return [single(exact.field(kind, name, value)) for name in names]


def _key(key: object) -> str:
    """A key as a name; what is no text is named by its type, and no fact is called so."""
    if type(key) is str:
        return key
    kind = type(key)
    return str.__str__(key) if issubclass(kind, str) else f"<{kind.__name__}>"


def rank(node: Node) -> tuple[int, str, object]:
    """Sets have no order: their items get one that is always the same."""
    match node:
        case Scalar(value=str() | int() | bool() as value):
            return 0, type(value).__name__, value
        case Scalar(value=Money(amount=amount, currency=currency)):
            return 1, currency, hash(amount)
        case Scalar(value=Duration(count=count, unit=unit)):
            return 2, unit, count
        case Scalar(value=Fraction() as value):
            return 3, "", hash(value)
        case Scalar(value=value):
            return 4, type(value).__name__, str(value)
        case Items(items=items):
            return 5, "", str([rank(each) for each in items])
        case Entries(entries=entries):
            return 6, "", str([(each.key, rank(each.value)) for each in entries])
