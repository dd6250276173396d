"""The core: everything that a set of documents asks of a use, as one list of definitions.

A program has a list of nodes in which each refers to earlier ones only, by index. Every part stands
there once, however often it is used: equal parts are one node. Nothing is written out in the place of a
reference, so that a program grows with the text and with nothing else.

What a node is for is not in it. ``Program`` has, beside the nodes, which of them is the condition of a
clause, the force of an exception, the table of a section.

A node is a plain tuple. Its first item says what it is:

==========================================  =========================================================
``("literal", value)``                      a value; a tuple of values is a list
``("fact", path)``                          a leaf; not known if it was not given
``("as of",)``                              the day of the use; not known if none was said
``("as of", zone)``                         the same: of a moment, its day in a named zone
``("moment of use",)``                      its moment; not known if no more than a day was said
``("item", level, type)``                   the item at hand of the list that is gone through at a level
``("parameter", number)``                   a parameter of the function that the node stands in
``("outer", a)``                            in a function: a node of the program's own block
``("field", item, path)``                   a field of a record
``("not", a)``                              Kleene's logic
``("and", (a, …))``, ``("or", (a, …))``     two or more
``("shown", a)``                            whether a condition is known to hold: no, where it is open
``("compare", op, a, b, scale)``            ``op`` as in ``expressions.Compare``
``("list", (a, …))``                        a list that is written out, with a part that is no literal
``("arithmetic", op, a, b, days)``          ``days``: the holidays, or None
``("extreme", kind, (a, …), scale)``        ``min`` or ``max``
``("convert", a, currency, rate)``          money in another currency
``("rounded", a, way, step)``               to a multiple of a step, a value that is written
``("part of day", a, part)``                ``part`` as in ``written.PARTS_OF_DAYS``
``("in zone", a, zone, keeps)``             a moment by the clocks of a zone, as ``expressions.InZone``
``("period end", which, a, b, length)``      as ``expressions.PeriodEnd``
``("if", a, b, c)``                         a value: ``b`` where ``a`` holds, else ``c``
``("some", item, list, body)``              and ``"every"``; ``item`` is the node of the item at hand
``("total", kind, item, list, where, value, window, by, per)``  ``kind`` as in ``expressions.Aggregate``
``("call", function, (a, …))``              a definition with parameters
``("due", kind, a)``                        the last good day or moment of a deadline
``("late", kind, a, today, now)``           whether the use is past it; ``now`` is None of a day
``("state", owed, done, late)``             the state of an obligation
``("table", scope, forbids, permits, default, (table, …))``  the verdicts that a section leaves possible
``("join", (table, …))``                    the verdicts that several leave possible
==========================================  =========================================================

``level`` counts the lists that are gone through around a node, from 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from attrs import field

from tosdsl.base.node import frozen
from tosdsl.trees import norms as n
from tosdsl.trees.expressions import Expr
from tosdsl.trees.vocabulary import Boolean, Type

Node: TypeAlias = tuple[Any, ...]
Index: TypeAlias = int
"""The place of a node in its list."""


DAY: Node = ("as of",)
"""The node of the day of the use."""


def day(zone: str | None) -> Node:
    """The node of the day of the use, as a document with this zone reads it."""
    return ("as of", zone) if zone else DAY


MOMENT: Node = ("moment of use",)
"""The node of its moment, which deadlines read that are moments."""


GROWING = frozenset({"arithmetic", "convert", "rounded", "part of day", "in zone", "total"})
"""Nodes whose values can grow past a limit: those of ``expressions.GROWING``."""


def parts(node: Node) -> list[int]:
    """The nodes directly inside one."""
    match node:
        case (
            ("not" | "shown", item)
            | ("field" | "part of day", item, _)
            | ("rounded" | "in zone", item, _, _)
        ):
            return [item]
        case ("and", items) | ("or", items) | ("list", items) | ("join", items):
            return [*items]
        case ("call", _, items) | ("extreme", _, items, _):
            return [*items]
        case ("compare", _, left, right, _):
            return [left, right]
        case ("arithmetic", _, left, right, days):
            return [left, right] if days is None else [left, right, days]
        case ("convert", value, _, rate):
            return [value, rate]
        case ("period end", _, start, of, _):
            return [start, of]
        case ("if", condition, then, otherwise):
            return [condition, then, otherwise]
        case ("some" | "every", item, listed, body):
            return [item, listed, body]
        case ("total", _, item, listed, where, value, _, by, per):
            return [each for each in (item, listed, where, value, by, per) if each is not None]
        case ("due", _, moment):
            return [moment]
        case ("late", _, moment, today, now):
            return [moment, today] if now is None else [moment, today, now]
        case ("state", owed, done, past):
            return [owed, done, past]
        case ("table", scope, forbids, permits, _, tables):
            return [scope, forbids, permits, *tables]
    return []


class Nodes(Protocol):
    """A block, or one that is being made: read only."""

    @property
    def nodes(self) -> Sequence[Node]:
        """Each refers to earlier ones."""

    @property
    def types(self) -> Sequence[Type | None]:
        """For each node, its type; None is the type of what is no value (a table, a state)."""

    @property
    def free(self) -> Sequence[int]:
        """For each node, the levels of the items at hand that it depends on, as bits."""


@frozen
class Block:
    """Nodes, each with its type and the levels that it depends on, as in ``Nodes``."""

    nodes: tuple[Node, ...]
    types: tuple[Type | None, ...]
    free: tuple[int, ...]


@frozen
class Function:
    """A definition with parameters: a list of nodes of its own. ``result`` is what it comes to."""

    name: str
    parameters: tuple[Type, ...]
    body: Block
    result: Index
    written: n.Definition = field(eq=False, repr=False)
    """One that comes to it."""


def logic_over(block: Nodes, at: Index) -> tuple[Index, ...]:
    """The conditions that a condition is logic over; none if it is no logic over others.

    A comparison of two conditions is logic: `a is no` is the opposite of `a`.
    """
    match block.nodes[at]:
        case ("not", item):
            return (item,)
        case ("and", items) | ("or", items):
            several: tuple[Index, ...] = items
            return several
        case ("compare", "is", left, right, _) if _is_condition(block, left, right):
            return left, right
    return ()


def _is_condition(block: Nodes, *several: Index) -> bool:
    """Whether each of some nodes is a condition, and so nothing but true, false or unknown."""
    return all(
        isinstance(block.types[at], Boolean)
        and (block.nodes[at][0] != "literal" or isinstance(block.nodes[at][1], bool))
        for at in several
    )


def reads(block: Nodes, functions: Sequence[Function], node: Index) -> dict[str, None]:
    """The facts that a node reads, itself or by what it calls, in the order in which they are met."""
    several = met(block, functions, node)
    return {one[1]: None for _, _, one in several if one[0] == "fact"}


def reads_day(block: Nodes, functions: Sequence[Function], node: Index) -> bool:
    """Whether a node hangs on the day of the use."""
    return any(one == DAY for _, _, one in met(block, functions, node))


OWN = -1
"""The number of the program's own block, in the place of a function's."""


def met(block: Nodes, functions: Sequence[Function], node: Index) -> Iterator[tuple[int, Index, Node]]:
    """A node, what it is made of and what it calls, each once: with the number of the function that it
    stands in, and its place there."""
    seen: set[tuple[int, Index]] = set()
    todo = [(OWN, node)]
    while todo:
        where, at = todo.pop()
        if (where, at) in seen:
            continue
        seen.add((where, at))
        one = block.nodes[at] if where == OWN else functions[where].body.nodes[at]
        yield where, at, one
        match one:
            case ("outer", inner):
                todo.append((OWN, inner))
            case ("call", number, _):
                todo.append((number, functions[number].result))
        todo += ((where, each) for each in reversed(parts(one)))


@frozen
class ExceptionNodes:
    """The nodes of an exception. ``when`` is its condition, ``force`` whether it takes effect."""

    when: Index
    provisos: tuple[Index, ...]
    force: Index
    exceptions: tuple[ExceptionNodes, ...]


@frozen
class NormNodes:
    """The nodes of a norm. ``scope`` is that of its document and sections taken together; ``above``
    has, for each norm that prevails over it, whether that one is in force and in scope."""

    key: n.NormKey
    scope: Index
    when: Index
    provisos: tuple[Index, ...]
    exceptions: tuple[ExceptionNodes, ...]
    above: tuple[tuple[n.NormKey, Index], ...]
    defeated: Index
    force: Index


@frozen
class DutyNodes:
    """The nodes of an obligation. ``due`` is None where it has no deadline."""

    done: Index
    due: Index | None
    late: Index
    state: Index


@frozen
class SectionNodes:
    """The nodes of a section's table.

    ``scope`` is its own (of a root, with those on the path by which the document came in); ``whole``
    with those around it. ``forbidding`` and ``permitting`` are the norms that bind, ``forbids`` and
    ``permits`` whether one of them is in force. ``default`` is None where a clause came in alone: it
    brings no default. ``verdicts`` is its table.
    """

    document: int
    section: str
    scope: Index
    whole: Index
    forbidding: tuple[n.NormKey, ...]
    permitting: tuple[n.NormKey, ...]
    forbids: Index
    permits: Index
    default: n.Stance | None
    verdicts: Index
    sections: tuple[SectionNodes, ...]

    @property
    def stance(self) -> str | None:
        """``permit`` or ``forbid``; None where no default speaks."""
        return n.speaking(self.default)


@frozen
class Program:
    """What a set of documents asks, on days on which the same of them are in force."""

    body: Block
    functions: tuple[Function, ...]
    norms: Mapping[n.NormKey, NormNodes]
    """In the order in which one that prevails comes before those that it prevails over."""
    duties: Mapping[n.NormKey, DutyNodes]
    tables: tuple[SectionNodes, ...]
    """One a document: its root."""
    routes: Mapping[tuple[int, int], Index]
    """By document and number of the route, its condition."""
    incorporated: Mapping[tuple[int, int], Index]
    """By document and number of the incorporation, its condition, where it has one."""
    values: Mapping[tuple[int, str], Index]
    """By document and name, what a definition without parameters comes to."""
    called: Mapping[tuple[int, str], int]
    """By document and name, the function that a definition with parameters is."""
    excepted: Mapping[tuple[int, str], tuple[ExceptionNodes, ...]]
    """By document and name, the exceptions of a definition without parameters."""
    possible: Index
    """The verdicts that are possible."""
    in_force: tuple[bool, ...]
    """For each document, whether it governs on these days."""
    growing: tuple[tuple[int, Index, Expr], ...] = field(eq=False, repr=False)
    """The expressions whose values can grow past a limit, in the order of the text: the block in which
    their node is (0, or one more than the number of the function), and the node."""
    conditions: Mapping[tuple[int, int], Index] = field(eq=False, repr=False)
    """By document and identity of an expression that stands in no list, its node."""
    written: Mapping[Index, tuple[int, Expr]] = field(eq=False, repr=False)
    """By node, an expression that stands in no list and comes to it, with its document."""
    linked: n.Linked = field(eq=False, repr=False)
    """The documents."""


class Readable(Protocol):
    """What conditions are read from: a program, or one to whose nodes more are added."""

    @property
    def body(self) -> Nodes: ...

    @property
    def functions(self) -> Sequence[Function]: ...

    @property
    def written(self) -> Mapping[Index, tuple[int, Expr]]: ...

    @property
    def linked(self) -> n.Linked: ...
