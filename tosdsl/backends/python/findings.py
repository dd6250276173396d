"""The core to Python: one function that works out every node for given facts.

    findings(get, today, met) -> a tuple with the value of each node, None for unknown

``get`` gives the typed value of a leaf by its path, or None; ``today`` is the day of the use, or None.
What grows past a limit is put into ``met``: the number of its block and of its node, and the limit's
name.

Each node is a local variable, in the order of the program. A node inside a list is worked out in the
loop over that list. Tests of plain values are written out; others ask ``tosdsl/values/``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Protocol

from attrs import define, field

from tosdsl.runtime.findings import TABLES, names
from tosdsl.runtime.tables import NOT_APPLICABLE
from tosdsl.trees import core
from tosdsl.trees import expressions as ex
from tosdsl.trees import vocabulary as v
from tosdsl.trees.moments import MOMENT_OF_USE
from tosdsl.trees.quantities import Absent
from tosdsl.values.comparison import rank

Findings = Callable[[Callable[[str], Any], date | None, list[Any]], tuple[Any, ...]]

_PLAIN = (v.Boolean, v.Integer, v.Number, v.Text, v.Date, v.Party, v.Enum)
"""Types whose values are equal as Python's are, and can be in a set."""
_COUNTED = {v.Money: ".amount", v.Duration: ".count", v.Integer: "", v.Number: "", v.Date: ""}
"""For types of plain order, the part of a value by which it is compared."""
_ORDER = frozenset({"<", "<=", ">", ">="})
_NUMBERS = (v.Integer, v.Number)
_NONE_SPEAKS = str(NOT_APPLICABLE)
"""The verdicts that are left where no clause and no default speaks, as code has them."""
_MOST_JOINED = 20
"""Tables that are joined two by two, in brackets inside one another: Python has room for some 200."""


def source(program: core.Program) -> tuple[str, dict[str, Any]]:
    """The text of the function, and the constants that it reads by name."""
    work = _Module(program.body, program.functions)
    return work.text(), work.constants


def findings(program: core.Program) -> Findings:
    """The function, compiled."""
    made: Findings = _compiled(*source(program))["findings"]
    return made


class Truth(Protocol):
    """How a condition comes out."""

    def __call__(self, get: Callable[[str], Any], today: date | None = None, /) -> bool | None: ...


def conditions(
    block: core.Nodes, functions: Sequence[core.Function], several: Iterable[core.Index]
) -> list[Truth]:
    """Functions of ``get`` and ``today``, one for each node; each works out what its node is made of,
    and no more."""
    work = _Module(block, functions)
    nodes = [*several]
    made = _compiled(work.conditions(nodes), work.constants)
    return [made[f"condition{number}"] for number in range(len(nodes))]


def chosen(
    block: core.Nodes,
    functions: Sequence[core.Function],
    nodes: Iterable[core.Index],
    given: Sequence[core.Index] = (),
) -> Callable[..., tuple[Any, ...]]:
    """One function of ``get``, and of ``today``, if any, that gives the values of some nodes and
    works out no others. The values of ``given`` nodes come behind ``today``; where None comes for
    one, it is worked out as well."""
    work = _Module(block, functions)
    made: Callable[..., tuple[Any, ...]]
    made = _compiled(work.chosen([*nodes], given), work.constants)["chosen"]
    return made


def function(block: core.Nodes, functions: Sequence[core.Function], number: int) -> Callable[..., Any]:
    """A function of the program as one of ``get``, ``today``, and the values of its parameters."""
    work = _Module(block, functions)
    made: Callable[..., Any] = _compiled(work.function(number), work.constants)["function"]
    return made


def _compiled(text: str, constants: dict[str, Any]) -> dict[str, Any]:
    scope = {**names, **constants}
    exec(compile(text, "<findings>", "exec"), scope)  # texts go in by repr alone
    return scope


@define
class _Module:
    program: core.Nodes
    functions: Sequence[core.Function]
    constants: dict[str, Any] = field(factory=dict)
    _names: dict[Any, str] = field(factory=dict)
    outer: dict[int, tuple[int, ...]] = field(factory=dict)
    """For each function, the nodes of the program's own block that it reads, it or those it calls."""

    def text(self) -> str:
        lines = self._functions()
        lines.append("def findings(get, today, met):")
        body = _Body(self, self.program, 0)
        lines += body.lines()
        told = (body.value(at) if not free else "None" for at, free in enumerate(body.block.free))
        lines.append(f"    return ({''.join(f'{each}, ' for each in told)})")
        return "\n".join(lines) + "\n"

    def conditions(self, nodes: Iterable[core.Index]) -> str:
        """The text of a function of each node; what grows past a limit is told nowhere."""
        lines = self._functions()
        body = _Body(self, self.program, 0)
        for number, node in enumerate(nodes):
            lines += [f"def condition{number}(get, today=None):", "    met = []"]
            lines += [*body.lines(sorted(body.under(node))), f"    return {body.value(node)}"]
        return "\n".join(lines) + "\n"

    def chosen(self, nodes: Sequence[core.Index], given: Sequence[core.Index] = ()) -> str:
        """The text of a function of several nodes; what grows past a limit is told nowhere."""
        lines = self._functions()
        body = _Body(self, self.program, 0)
        taken = ", ".join(("get", "today=None", *(f"n{at}=None" for at in given)))
        lines += [f"def chosen({taken}):", "    met = []"]
        lines += body.lines(sorted(body.under(*nodes)), given)
        told = (body.value(each) if not body.block.free[each] else "None" for each in nodes)
        lines.append(f"    return ({''.join(f'{each}, ' for each in told)})")
        return "\n".join(lines) + "\n"

    def function(self, number: int) -> str:
        """The text of a function of the program; what grows past a limit is told nowhere."""
        lines = self._functions()
        body, outer = _Body(self, self.program, 0), self.outer[number]
        lines += ["def function(get, today, *given):", "    met = []"]
        lines += body.lines(sorted(body.under(*outer)))
        passed = ", ".join(["get", "met", "*given", *map(body.value, outer)])
        lines.append(f"    return f{number}({passed})")
        return "\n".join(lines) + "\n"

    def _functions(self) -> list[str]:
        lines = []
        for number, function in enumerate(self.functions):
            body = _Body(self, function.body, number + 1)
            self.outer[number] = body.outer()
            given = [f"p{place}" for place in range(len(function.parameters))]
            given += [f"o{each}" for each in self.outer[number]]
            lines.append(f"def f{number}({', '.join(['get', 'met', *given])}):")
            lines += body.lines()
            lines.append(f"    return {body.value(function.result)}")
        return lines

    def constant(self, value: Any, mark: Any = None) -> str:
        """The name of a constant. ``mark`` tells apart what is equal and is not the same."""
        key = (type(value), mark, value if not isinstance(value, tuple | dict) else id(value))
        found = self._names.get(key)
        if found is None:
            found = self._names[key] = f"c{len(self.constants)}"
            self.constants[found] = value
        return found


@define
class _Body:
    """The lines of one block."""

    module: _Module
    block: core.Nodes
    number: int
    _may_be_none: dict[int, bool] = field(factory=dict)

    def lines(self, chosen: Iterable[int] | None = None, given: Sequence[int] = ()) -> list[str]:
        """Of all nodes, or of those that are chosen. Of ``given`` ones only where they are None."""
        made: list[str] = []
        for at in range(len(self.block.free)) if chosen is None else chosen:
            if self.block.free[at]:
                continue
            if at in given:
                made += [f"    if n{at} is None:", *self._node(at, "        ")]
            else:
                made += self._node(at, "    ")
        return made

    def under(self, *several: int) -> set[int]:
        """Nodes and all that they are made of."""
        found: set[int] = set()
        todo = [*several]
        while todo:
            at = todo.pop()
            if at not in found:
                found.add(at)
                todo += core.parts(self.block.nodes[at])
                if self.block.nodes[at][0] == "call":
                    todo += self.module.outer[self.block.nodes[at][1]]
        return found

    def outer(self) -> tuple[int, ...]:
        read: dict[int, None] = {}
        for node in self.block.nodes:
            if node[0] == "outer":
                read[node[1]] = None
            elif node[0] == "call":
                read |= dict.fromkeys(self.module.outer[node[1]])
        return tuple(read)

    # --- values as they are read -------------------------------------------------------------------

    def value(self, at: int) -> str:
        """What gives the value of a node that was worked out."""
        node = self.block.nodes[at]
        match node[0]:
            case "literal":
                return self._literal(node[1])
            case "as of" if len(node) > 1:
                return f"day_in(get({MOMENT_OF_USE!r}) or today, {node[1]!r})"
            case "as of":
                return "today"
            case "moment of use":
                return f"get({MOMENT_OF_USE!r})"
            case "parameter":
                return f"p{node[1]}"
            case "outer":
                return f"o{node[1]}"
        return f"n{at}"

    def _literal(self, value: Any) -> str:
        if value is None or value is True or value is False or type(value) is int:
            return repr(value)
        return self.module.constant(value, getattr(value, "tzinfo", None))

    def _constant(self, at: int) -> Any:
        """The value of a literal; None of anything else."""
        node = self.block.nodes[at]
        return node[1] if node[0] == "literal" else None

    def _unknown(self, *several: int) -> str:
        """The test whether one of several values is not known; empty if all are literals."""
        open_ = dict.fromkeys(self.value(at) for at in several if self._constant(at) is None)
        return " or ".join(f"{each} is None" for each in open_)

    def _known(self, test: str, *several: int) -> str:
        """A test of values that are known: unknown, if one is not."""
        unknown = self._unknown(*several)
        return f"None if {unknown} else {test}" if unknown else test

    # --- nodes ------------------------------------------------------------------------------------

    def _node(self, at: int, pad: str) -> Iterator[str]:
        node = self.block.nodes[at]
        match node[0]:
            case "literal" | "as of" | "moment of use" | "parameter" | "outer" | "item":
                return
            case "some" | "every":
                yield from self._quantified(at, node, pad)
            case "total":
                yield from self._total(at, node, pad)
            case _:
                yield f"{pad}n{at} = {self._expression(at, node)}"
                if self._grows(at):
                    yield from self._within(at, pad)

    def _expression(self, at: int, node: core.Node) -> str:
        match node:
            case ("fact", path):
                return f"get({path!r})"
            case ("field", item, path):
                return self._known(f"{self.value(item)}.get({path!r})", item)
            case ("not", item):
                return self._known(f"not {self.value(item)}", item)
            case ("shown", item):
                return f"{self.value(item)} is True"
            case ("and", items):
                return self._joined(items, "False", "True")
            case ("or", items):
                return self._joined(items, "True", "False")
            case ("compare", op, left, right, scale):
                return self._comparison(op, left, right, scale)
            case ("list", items):
                return f"({''.join(f'{self.value(each)}, ' for each in items)})"
            case ("arithmetic", op, left, right, days):
                return self._arithmetic(at, op, left, right, days)
            case ("extreme", kind, items, scale):
                several = "".join(f"{self.value(each)}, " for each in items)
                return f"extreme({kind!r}, ({several}), {self.module.constant(scale)})"
            case ("convert", value, currency, rate):
                return f"converted({self.value(value)}, {currency!r}, {self.value(rate)})"
            case ("rounded", value, way, step):
                by = self.module.constant(step, "step")
                return f"rounded({self.value(value)}, {way!r}, {by})"
            case ("part of day", day, part):
                return f"part_of_day({part!r}, {self.value(day)})"
            case ("in zone", moment, zone, keeps):
                return f"by_zone({self.value(moment)}, {zone!r}, {keeps})"
            case ("period end", which, start, days, length):
                by = self.module.constant(length, "length")
                return f"period_end({which!r}, {self.value(start)}, {self.value(days)}, {by})"
            case ("if", condition, then, otherwise):
                test, one, other = map(self.value, (condition, then, otherwise))
                return f"{one} if {test} else {other} if {test} is False else agreed({one}, {other})"
            case ("call", function, given):
                passed = [*map(self.value, given), *map(self._outer, self.module.outer[function])]
                return f"f{function}({', '.join(['get', 'met', *passed])})"
            case ("due", kind, moment):
                return f"last_good({kind!r}, {self.value(moment)})"
            case ("late", kind, moment, today, now):
                on = [self.value(each) for each in (moment, today, now) if each is not None]
                return f"late({kind!r}, {', '.join(on)})"
            case ("state", owed, done, past):
                return f"state({self.value(owed)}, {self.value(done)}, {self.value(past)})"
            case ("table", scope, forbids, permits, default, tables):
                return self._table(scope, forbids, permits, default, tables)
            case ("join", tables):
                return (
                    self._strongest([self.value(each) for each in tables]) if tables else _NONE_SPEAKS
                )
        raise AssertionError(node)

    def _outer(self, at: int) -> str:
        """A node of the program's own block, as what is read here."""
        return f"o{at}" if self.number else self.value(at)

    def _joined(self, items: Sequence[int], settles: str, otherwise: str) -> str:
        several = [self.value(each) for each in items]
        settled = " or ".join(f"{each} is {settles}" for each in several)
        unknown = " or ".join(f"{each} is None" for each in several)
        return f"{settles} if {settled} else None if {unknown} else {otherwise}"

    # --- comparisons ------------------------------------------------------------------------------

    def _comparison(self, op: str, left: int, right: int, scale: tuple[str, ...]) -> str:
        one, other = self.value(left), self.value(right)
        kinds = self._plain(left), self._plain(right)
        if op == "is":
            if not (self._is_instant(left) or self._is_instant(right)):
                return self._known(f"{one} == {other}", left, right)
        elif op in _ORDER:
            made = self._ordered(op, left, right, scale)
            if made is not None:
                return made
        elif None in kinds:  # one of them may be ``none``
            pass
        elif op == "in" and isinstance(self._constant(right), tuple) and kinds[0] in _PLAIN:
            among = self.module.constant(frozenset(self._constant(right)))
            return self._known(f"{one} in {among}", left)
        elif op == "includes" and kinds[1] in _PLAIN and self._constant(right) is not None:
            return self._known(f"True if {other} in {one} else None if None in {one} else False", left)
        elif op == "overlaps":
            for items, listed in ((left, right), (right, left)):
                among = self._constant(listed)
                if among and self._items_plain(listed):
                    several, read = self.module.constant(frozenset(among)), self.value(items)
                    apart = f"{several}.isdisjoint({read})"
                    test = f"True if not {apart} else None if None in {read} else False"
                    return self._known(test, items)
        return f"compare({op!r}, {one}, {other}, {self.module.constant(scale)})"

    def _ordered(self, op: str, left: int, right: int, scale: tuple[str, ...]) -> str | None:
        sides = []
        for at in (left, right):
            kind, constant = self._bare(at), self._constant(at)
            if kind is v.Enum and scale:
                ranks = {member: number for number, member in enumerate(scale)}
                named = self.module.constant(ranks, scale)
                sides.append(
                    f"{named}[{self.value(at)}]" if constant is None else repr(ranks[constant])
                )
            elif kind in _COUNTED:
                part = f"{self.value(at)}{_COUNTED[kind]}"
                sides.append(part if constant is None else self._literal(rank(constant, ())))
            else:
                return None
        test = self._known(f"{sides[0]} {op} {sides[1]}", left, right)
        absent = " or ".join(
            f"{each} is ABSENT"
            for each in dict.fromkeys(self.value(at) for at in (left, right) if not self._plain(at))
        )
        return f"False if {absent} else {test}" if absent else test

    def _bare(self, at: int) -> type | None:
        """The class of a node's type, whether its value may be ``none`` or not. None of what has no
        type, and of what is written as ``none``."""
        kind = self.block.types[at]
        return None if kind is None or isinstance(self._constant(at), Absent) else type(v.bare(kind))

    def _plain(self, at: int) -> type | None:
        """The class of a node's type; None if its value may be ``none``, or a list, or has no type."""
        kind = self.block.types[at]
        if kind is None or isinstance(kind, v.OptionalOf) or isinstance(self._constant(at), Absent):
            return None
        return None if self._given(at) else type(kind)

    def _given(self, at: int) -> bool:
        """Whether a value may be ``none`` though its type does not say so: it is made of a parameter,
        to which an optional value may have been given, or of what a function made."""
        if at not in self._may_be_none:
            node = self.block.nodes[at]
            match node[0]:
                case "parameter" | "call" | "outer":
                    found = not isinstance(self.block.types[at], v.Boolean | v.Record | v.ListOf)
                case "not" | "and" | "or" | "shown" | "compare" | "some" | "every":
                    found = False
                case _:
                    found = any(map(self._given, core.parts(node)))
            self._may_be_none[at] = found
        return self._may_be_none[at]

    def _is_instant(self, at: int) -> bool:
        kind = self.block.types[at]
        return kind is not None and isinstance(v.bare(kind), v.Instant)

    def _items_plain(self, at: int) -> bool:
        """Whether the items of a list are of a plain type, and none of them is ``none``."""
        kind, items = self.block.types[at], self._constant(at) or ()
        plain = isinstance(kind, v.ListOf) and isinstance(kind.item, _PLAIN)
        return plain and not any(isinstance(each, Absent) for each in items)

    # --- what is worked out -------------------------------------------------------------------------

    def _arithmetic(self, at: int, op: str, left: int, right: int, days: int | None) -> str:
        one, other = self.value(left), self.value(right)
        kinds = self._plain(left), self._plain(right)
        if all(kind in _NUMBERS for kind in kinds) and op != "/":
            return self._known(f"{one} {op} {other}", left, right)
        holidays = "()" if days is None else self.value(days)
        return f"arithmetic({op!r}, {one}, {other}, {holidays})"

    def _within(self, at: int, pad: str) -> Iterator[str]:
        """The value of a node that can grow past a limit: unknown if it did."""
        yield f"{pad}if n{at} is not None and limit_met(n{at}):"
        yield f"{pad}    met.append(({self.number}, {at}, limit_met(n{at})))"
        yield f"{pad}    n{at} = None"

    def _grows(self, at: int) -> bool:
        return self.block.nodes[at][0] in core.GROWING

    # --- lists --------------------------------------------------------------------------------------

    def _inside(self, item: int, *bodies: int | None) -> list[int]:
        """The nodes that are worked out in the loop over a list, for these of its nodes."""
        level = self.block.nodes[item][1]
        found: set[int] = set()
        todo = [each for each in bodies if each is not None]
        while todo:
            at = todo.pop()
            if at not in found and self.block.free[at]:
                found.add(at)
                todo += core.parts(self.block.nodes[at])
        return sorted(at for at in found if self.block.free[at].bit_length() - 1 == level)

    def _loop(self, item: int, listed: int, several: list[int], pad: str) -> Iterator[str]:
        yield f"{pad}    for n{item} in {self.value(listed)}:"
        for at in several:
            yield from self._node(at, f"{pad}        ")

    def _stops(self, several: list[int]) -> bool:
        """Whether a loop may end early: nothing in it can grow past a limit, which would be told."""
        return not any(
            self._grows(at) or self.block.nodes[at][0] == "call" for at in self._all(several)
        )

    def _all(self, several: list[int]) -> Iterator[int]:
        """Nodes with those in the lists that they go through."""
        todo, seen = [*several], set()
        while todo:
            at = todo.pop()
            if at not in seen and self.block.free[at]:
                seen.add(at)
                yield at
                todo += core.parts(self.block.nodes[at])

    def _quantified(self, at: int, node: core.Node, pad: str) -> Iterator[str]:
        kind, item, listed, body = node
        several = self._inside(item, body)
        settles, otherwise = ("True", "False") if kind == "some" else ("False", "True")
        yield f"{pad}if {self._unknown(listed) or 'False'}:"
        yield f"{pad}    n{at} = None"
        yield f"{pad}else:"
        yield f"{pad}    n{at} = {otherwise}"
        yield from self._loop(item, listed, several, pad)
        found = self.value(body)
        inner = f"{pad}        "
        if self._stops(several):
            yield f"{inner}if {found} is {settles}:"
            yield f"{inner}    n{at} = {settles}"
            yield f"{inner}    break"
            yield f"{inner}if {found} is None:"
            yield f"{inner}    n{at} = None"
        else:
            yield f"{inner}if {found} is {settles} or ({found} is None and n{at} is {otherwise}):"
            yield f"{inner}    n{at} = {found}"

    def _total(self, at: int, node: core.Node, pad: str) -> Iterator[str]:
        _, kind, item, listed, where, value, window, by, per = node
        several = self._inside(item, where, value, by, per)
        amount = "1" if value is None else self.value(value)
        yield f"{pad}if {self._unknown(listed) or 'False'}:"
        yield f"{pad}    n{at} = None"
        yield f"{pad}else:"
        yield f"{pad}    a{at}, d{at}, g{at}, k{at} = [], [], [], True"
        yield from self._loop(item, listed, several, pad)
        inner = f"{pad}        "
        read = [each for each in (value, by, per) if each is not None]
        chosen = "True" if where is None else self.value(where)
        stop = "; break" if self._stops(several) else ""
        yield f"{inner}if {chosen} is None:"
        yield f"{inner}    k{at} = False{stop}"
        yield f"{inner}elif {chosen}:"
        if unknown := self._unknown(*read):
            yield f"{inner}    if {unknown}:"
            yield f"{inner}        k{at} = False{stop}"
        yield f"{inner}    a{at}.append({amount})"
        if by is not None:
            yield f"{inner}    d{at}.append({self.value(by)})"
            yield f"{inner}    g{at}.append({'()' if per is None else self.value(per)})"
        type_ = self.module.constant(self.block.types[at], "type")
        if kind in ex.EXTREMES:
            kind_of = self.block.types[at]
            scale = self.module.constant(v.scale(v.Boolean() if kind_of is None else kind_of))
            made = f"extreme({ex.EXTREMES[kind]!r}, a{at}, {scale})"
        elif by is None:
            made = f"total(a{at}, {type_})"
        else:
            length = self.module.constant(window, "window")
            made = f"highest(a{at}, d{at}, g{at}, {length}, {type_})"
        yield f"{pad}    n{at} = {made} if k{at} else None"
        yield from self._within(at, f"{pad}")

    # --- verdicts -----------------------------------------------------------------------------------

    def _table(
        self, scope: int, forbids: int, permits: int, default: str | None, tables: Sequence[int]
    ) -> str:
        cell = f"{TABLES[default]}[{self.value(forbids)}, {self.value(permits)}]"
        within = self._strongest([cell, *map(self.value, tables)])
        match self._constant(scope):
            case True:
                return within
            case False:
                return _NONE_SPEAKS
        at = self.value(scope)
        none = _NONE_SPEAKS
        return f"{none} if {at} is False else {within} if {at} else {within} | {none}"

    def _strongest(self, several: Sequence[str]) -> str:
        if len(several) > _MOST_JOINED:
            return f"joined(({', '.join(several)}))"
        made = several[0]
        for each in several[1:]:
            made = f"JOIN[{made}][{each}]"
        return made
