"""Trees as sections of an image, and back.

In: ``Choices`` and diagnostics. Out: plain data, in which each norm and each scenario has bytes of its
own, so that it is decoded when it is touched and not before. Places are written relative to the first
line of the clause, which is kept apart: an unchanged clause that moved has the bytes it had.

A tree that cannot be written (of a class that is not a tree's, or too deep) raises ``Unwritable``.
"""

from __future__ import annotations

import marshal
from array import array
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Any

from attrs import define, field

from tosdsl.base.span import NOWHERE, Span
from tosdsl.cache import nodes
from tosdsl.cache.image import Image
from tosdsl.cache.lazy import Stored
from tosdsl.diagnostics.model import Diagnostic
from tosdsl.trees import norms as n
from tosdsl.trees.lazy import Lazy
from tosdsl.trees.moments import Moment
from tosdsl.trees.rows import Row

TREES, ITEMS = "trees", "items"
"""The sections: what is decoded at once, and the bytes of what is not."""

_LINES, _COLUMNS = 1 << 12, 1 << 9
"""A place on one line, near the line that it is relative to, fits in one small number."""

_ATOMS = frozenset({str, int, bool, type(None), bytes, float})


class Unwritable(Exception):
    """A tree has something in it that is not a tree's."""


# --- to plain data ------------------------------------------------------------------------------------


@define
class Writer:
    """Makes plain data. ``file`` and ``line`` are those to which places are relative just now."""

    shared: list[bytes] = field(factory=list)
    items: list[bytes] = field(factory=list)
    lines: array[int] = field(factory=lambda: array("q"))
    policies: list[int] = field(factory=list)
    """Where in ``shared`` the policies stand."""
    _places: dict[int, int] = field(factory=dict)
    """Where in ``shared`` an object stands, by its identity."""
    _alike: dict[bytes, int] = field(factory=dict, alias="alike")
    _kept: list[object] = field(factory=list)
    """An identity is of use only as long as the object lives."""
    _owner: str = ""
    """The clause or exception that is being written: what stands under it bears its id."""
    _file: str = ""
    _line: int = 0

    def write(self, tree: n.Choices, warnings: Iterable[Diagnostic]) -> Image:
        """The sections of a load. Raises Unwritable."""
        try:
            root = (self._plain(tree), self._plain(tuple(warnings)), self.policies)
            return written(root, self.shared, self.items, self.lines.tobytes())
        except (KeyError, ValueError, TypeError, RecursionError, OverflowError) as error:
            raise Unwritable(str(error)) from error

    def item(self, value: Any) -> bytes:
        """A norm or a scenario by itself. Raises Unwritable."""
        self._file, self._line = value.span.file, value.span.line
        try:
            return marshal.dumps(self._plain(value))
        except (KeyError, ValueError, TypeError, RecursionError, OverflowError) as error:
            raise Unwritable(str(error)) from error

    @classmethod
    def after(cls, reader: Reader) -> Writer:
        """A writer that shares what a reader has read."""
        return cls(list(reader.shared), alike={each: at for at, each in enumerate(reader.shared)})

    def _plain(self, value: Any) -> Any:
        kind = type(value)
        if kind in _ATOMS:
            return value
        if kind is Span:  # in a field that is not the node's own place
            return self._long_span(value)
        if kind is tuple:
            return [self._plain(each) for each in value]
        if kind in nodes.SHARED_CLASSES or (
            # an exception that stands alone is attached to many clauses: written out, it multiplies
            kind is n.ExceptionNode and value.id.rpartition(".")[0] != self._owner
        ):
            return (nodes.SHARED, self._shared(value))
        shape = nodes.SHAPES.get(kind)
        if shape is not None:
            return self._node(shape, value)
        return self._other(value)

    def _span(self, span: Span) -> tuple[Any, ...] | int:
        start, width = span.line - self._line, span.end_column - span.column
        if (
            span.line == span.end_line > 0
            and 0 <= start < _LINES
            and 0 <= span.column < _COLUMNS
            and 0 <= width < _COLUMNS
            and span.file == self._file
        ):
            return (start * _COLUMNS + span.column) * _COLUMNS + width
        return self._long_span(span)

    def _long_span(self, span: Span) -> tuple[Any, ...]:
        if span is NOWHERE or not span.line:
            return (nodes.NOWHERE,) if span == NOWHERE else (nodes.NOWHERE, _all_of(span))
        start, more = span.line - self._line, span.end_line - span.line
        made = (nodes.SPAN, start, span.column, more, span.end_column)
        return made if span.file == self._file else (*made, span.file)

    def _node(self, shape: nodes.Shape, value: Any) -> tuple[Any, ...]:
        if type(value) in nodes.OWNERS:
            was, self._owner = self._owner, value.name if type(value) is n.Definition else value.id
            made = self._fields(shape, value)
            self._owner = was
            return made
        return self._fields(shape, value)

    def _fields(self, shape: nodes.Shape, value: Any) -> tuple[Any, ...]:
        values = shape.parts(value)
        made: list[Any]
        if not (shape.lazy or shape.plain):
            made = [shape.number]
            for index, each in enumerate(values):
                made.append(self._span(each) if index == shape.span else self._plain(each))
            return tuple(made)
        made = [shape.number]
        for name, each in zip(shape.names, values, strict=True):
            if name in shape.lazy:
                made.append(self._lazy(each))
            elif name in shape.plain:
                made.append((nodes.PLAIN, dict(each) if isinstance(each, Mapping) else each))
            elif name == "span":
                made.append(self._span(each))
            else:
                made.append(self._plain(each))
        return tuple(made)

    def _lazy(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        first = len(self.items)
        line = self._line
        for each in values:
            self._line = each.span.line
            self.items.append(marshal.dumps(self._plain(each)))
            self.lines.append(self._line)
        self._line = line
        named = all(isinstance(each, n.Norm) for each in values)
        said = ([each.id for each in values], [each.modality for each in values]) if named else ((), ())
        return (nodes.LAZY, first, len(values), self._file, *map("\n".join, said))

    def _shared(self, value: Any) -> int:
        place = self._places.get(id(value))
        if place is None:
            was = self._file, self._line
            span = getattr(value, "span", NOWHERE)
            self._file, self._line = span.file, 0 if isinstance(value, n.Policy) else span.line
            shape = nodes.SHAPES[type(value)]
            plain = (self._file, self._line, self._node(shape, value))
            self._file, self._line = was
            made = marshal.dumps(plain, 2)  # without references: the same bytes for the same data
            place = len(self.shared)
            if not isinstance(value, n.Policy | n.Choices | n.Linked):
                place = self._alike.setdefault(made, place)
            if place == len(self.shared):
                self.shared.append(made)
                if isinstance(value, n.Policy):
                    self.policies.append(place)
            self._places[id(value)] = place
            self._kept.append(value)
        return place

    def _other(self, value: Any) -> tuple[Any, ...]:
        if isinstance(value, Moment):
            return (nodes.INSTANT, value.isoformat())
        if isinstance(value, date):
            return (nodes.DATE, value.toordinal())
        if isinstance(value, Fraction):
            return (nodes.FRACTION, value.numerator, value.denominator)
        if isinstance(value, Lazy):
            return self._plain(tuple(value))  # type: ignore[no-any-return]  # a list, as of a tuple
        if isinstance(value, Row):
            return (nodes.ROW, tuple(value), [self._plain(each) for each in value.values()])
        if isinstance(value, Mapping):
            keys = [marshal.dumps(key, 2) for key in value]  # of names and numbers
            return (nodes.MAPPING, keys, [self._plain(each) for each in value.values()])
        if isinstance(value, Enum):
            return (nodes.MEMBER, nodes.ENUMS.index(type(value)), value.name)
        raise Unwritable(f"a {type(value).__name__} in a tree")


def _all_of(span: Span) -> tuple[str, int, int, int, int]:
    return span.file, span.line, span.column, span.end_line, span.end_column


def written(root: Any, shared: list[bytes], items: list[Any], lines: bytes) -> Image:
    """The sections of trees, made of their parts."""
    ends = array("q", [0])
    for each in items:
        ends.append(ends[-1] + len(each))
    held = (root, shared, ends.tobytes(), lines)
    return Image({}).with_section(TREES, held).with_raw(ITEMS, b"".join(items))


# --- and back -----------------------------------------------------------------------------------------


@define
class Reader:
    """Makes trees of the sections of an image. Threads may share one."""

    root: Any
    shared: list[bytes]
    ends: Any
    lines: Any
    items: memoryview
    _made: dict[int, Any] = field(factory=dict)

    @classmethod
    def of(cls, image: Image) -> Reader:
        """The reader of an image that a ``Writer`` has made."""
        items = image.raw(ITEMS)
        assert items is not None  # the store vouches for what is in an image
        root, shared, ends, lines = image.section(TREES)
        return cls(
            root, shared, memoryview(ends).cast("q"), memoryview(lines).cast("q"), memoryview(items)
        )

    def choices(self) -> n.Choices:
        """The tree of all choices."""
        made: n.Choices = self._tree("", 0)(self.root[0])
        return made

    def warnings(self) -> tuple[Diagnostic, ...]:
        """What was odd about the texts."""
        made: tuple[Diagnostic, ...] = self._tree("", 0)(self.root[1])
        return made

    def policies(self) -> dict[int, n.Policy]:
        """Every policy, by its place in what is shared."""
        return {place: self._one(place) for place in self.root[2]}

    def _tree(self, file: str, line: int) -> Callable[[Any], Any]:
        """The decoder for data whose places are relative to a line of a file."""

        def decode(plain: Any) -> Any:
            kind = type(plain)
            if kind is list:
                return tuple(map(decode, plain))
            if kind is not tuple:
                return plain
            mark = plain[0]
            if mark >= 0:
                shape = nodes.BY_NUMBER[mark]
                values = [decode(each) for each in plain[1:]]
                if shape.span >= 0 and type(at := values[shape.span]) is int:
                    start, width = divmod(at, _COLUMNS)
                    start, column = divmod(start, _COLUMNS)
                    start += line
                    values[shape.span] = Span(file, start, column, start, column + width)
                return shape.make(values)
            if mark == nodes.SPAN:
                first = plain[1] + line
                where = plain[5] if len(plain) > 5 else file
                return Span(where, first, plain[2], first + plain[3], plain[4])
            if mark == nodes.SHARED:
                return self._one(plain[1])
            if mark == nodes.LAZY:
                return self._lazy(*plain[1:])
            if mark == nodes.MAPPING:
                return dict(zip(map(marshal.loads, plain[1]), map(decode, plain[2]), strict=True))
            if mark == nodes.ROW:
                return Row(zip(plain[1], map(decode, plain[2]), strict=True))
            return _value(mark, plain)

        return decode

    def _one(self, place: int) -> Any:
        made = self._made.get(place)
        if made is None:
            file, line, plain = marshal.loads(self.shared[place])
            made = self._made.setdefault(place, self._tree(file, line)(plain))
        return made

    def _lazy(self, first: int, count: int, file: str, names: str, kinds: str) -> Any:
        if not count:
            return ()
        lines = self.lines[first : first + count]

        def decode(index: int, plain: Any) -> Any:
            return self._tree(file, lines[index])(plain)

        ends = self.ends[first : first + count + 1]
        return Stored(self.items, ends, decode, (names, kinds), first)


def _value(mark: int, plain: tuple[Any, ...]) -> Any:
    match mark:
        case nodes.NOWHERE:
            return Span(*plain[1]) if len(plain) > 1 else NOWHERE
        case nodes.PLAIN:
            return plain[1]
        case nodes.DATE:
            return date.fromordinal(plain[1])
        case nodes.INSTANT:
            return Moment.fromisoformat(plain[1])
        case nodes.FRACTION:
            return Fraction(plain[1], plain[2])
        case nodes.MEMBER:
            return nodes.ENUMS[plain[1]][plain[2]]
    raise Unwritable(f"mark {mark}")
