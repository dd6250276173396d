"""What is open in a question: the conditions that are not settled, and the facts that they read.

A condition that goes through a list, works something out or looks at the wording of a text is *opaque*:
it is taken to come out either way, whatever else is learnt, and stands for all that it reads. Of the
others it is tried which values make them come out how.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from attrs import define, field, frozen

from tosdsl.engine.divided import Dividing, counting
from tosdsl.trees import core
from tosdsl.trees import vocabulary as v
from tosdsl.trees.core import parts
from tosdsl.trees.facts import Facts
from tosdsl.trees.walk import fields, lacks
from tosdsl.values.comparison import agreed, compare
from tosdsl.values.deadlines import late

Values = tuple[Any, ...]

OPAQUE = "\x00"
"""What the name of an opaque condition begins with: no fact's does."""

INNER = frozenset(("and", "or", "not", "table", "join", "state"))
"""Nodes that are made of conditions and tables."""

TABLES = frozenset(("table", "join", "state"))
"""Of these, those that come to no truth."""

_MOST_TOLD = 4_096
"""Facts with conditions of which the values to try are kept."""

_MOST_OUTCOMES = 100_000
"""Outcomes of conditions that are kept; past it, they are forgotten."""


@frozen
class Atom:
    """An open condition that is no logic over others. ``reads`` are the names that can be learnt: the
    unknown facts under it, or, of an opaque one, a name that stands for all of them. None: it stays
    open, whatever is learnt."""

    node: core.Index
    reads: tuple[str, ...]
    unknown: tuple[str, ...]
    """The facts that are asked for."""
    may_stay: bool = False
    """Of an opaque one: whether it may stay unknown though all of them are learnt."""

    @property
    def is_opaque(self) -> bool:
        return bool(self.reads) and self.reads[0].startswith(OPAQUE)

    def opaque(self) -> Atom:
        """The same, of which it is not tried which values make it come out how."""
        return Atom(self.node, (f"{OPAQUE}{self.node}",), self.unknown, self.may_stay)


@define(eq=False)
class Reading:
    """What the conditions of a program read. Made once."""

    program: core.Readable
    names: Mapping[str, str] = field(factory=dict)
    """Facts by their names in the documents, with those that they have here where these are others."""
    types: dict[str, v.Type] = field(init=False)
    _facts: dict[int, frozenset[str]] = field(factory=dict)
    _constants: dict[int, frozenset[Any]] = field(factory=dict)
    _functions: list[frozenset[str]] = field(factory=list)
    _asked: dict[int, frozenset[str]] = field(factory=dict)
    _parts: dict[core.Index, tuple[core.Index, ...]] = field(factory=dict)
    _inner: dict[core.Index, tuple[core.Index, ...]] = field(factory=dict)
    _outcomes: dict[tuple[Any, ...], Sequence[Any]] = field(factory=dict)
    _kept: int = 0
    """How many outcomes are kept of all conditions."""
    _dividing: Dividing = field(init=False)
    _single: dict[core.Index, Atom | None] = field(factory=dict)
    """Conditions that are one fact, or compare one with what is written: as atoms, where the fact is
    unknown. None of all others."""
    told_apart: dict[tuple[Any, ...], list[Any]] = field(factory=dict)
    """By a fact and the conditions that read it, values that tell these apart: where they read nothing
    else, or nothing but facts that go with it, which are in the key then. They do not hang on the
    question."""

    def __attrs_post_init__(self) -> None:
        self._dividing = Dividing(self.program)
        leaves = self.program.linked.vocabulary.inputs()
        self.types = {self.names.get(leaf.path, leaf.path): leaf.type for leaf in leaves}
        for function in self.program.functions:
            read: set[str] = set()
            for node in function.body.nodes:
                match node:
                    case ("fact", path):
                        read.add(path)
                    case ("outer", at):
                        read |= self.facts(at)
                    case ("call", number, _):
                        read |= self._functions[number]
            self._functions.append(frozenset(read))

    def keep(self, key: tuple[Any, ...], values: list[Any]) -> None:
        """Keeps values for the next question."""
        if len(self.told_apart) >= _MOST_TOLD:
            self.told_apart.clear()
        self.told_apart[key] = values

    def facts(self, at: core.Index) -> frozenset[str]:
        """The paths of the facts under a node. The day of the use is one, but for deadlines: no duty
        with a last day is late where no day is said. Of those that are moments, the moment is one, and
        the day is where a condition reads whether it is past."""
        found = self._facts.get(at)
        if found is None:
            node = self.program.body.nodes[at]
            read: set[str] = set()
            if node[0] == "fact":
                read.add(node[1])
            elif node[0] == "as of":
                read.add(v.DAY_OF_USE)
            elif node[0] == "call":
                read |= self._functions[node[1]]
            elif node == core.MOMENT:
                read.add(v.MOMENT_OF_USE)
            asked = node[0] != "late" or at in self.program.written
            for part in core.parts(node):
                if asked or self.program.body.nodes[part][0] != "as of":
                    read |= self.facts(part)
            found = self._facts[at] = frozenset(read)
        return found

    def inner(self, at: core.Index) -> tuple[core.Index, ...]:
        """The conditions and tables directly inside one, the last one first; none of what is no logic
        over others."""
        found = self._inner.get(at)
        if found is None:
            node = self.program.body.nodes[at]
            found = self._inner[at] = tuple(reversed(parts(node))) if node[0] in INNER else ()
        return found

    def is_plain(self, at: core.Index, values: Values, seen: dict[core.Index, bool]) -> bool:
        """Whether values that tell a node's outcomes apart stand in it or in known facts. ``seen`` is
        what is known of other nodes under these values."""
        if values[at] is not None:
            return True
        found = seen.get(at)
        if found is None:
            match self.program.body.nodes[at]:
                case ("fact", _) | ("as of", *_):
                    found = True
                case ("compare", op, left, right, _):
                    sides = (left, right)
                    known = " " not in op and not (op == "is" and self._are_lists(sides))
                    found = known and all(self.is_plain(each, values, seen) for each in sides)
                case ("list", items) | ("and", items) | ("or", items):
                    found = all(self.is_plain(each, values, seen) for each in items)
                case ("if", *_) as node:
                    several = counting(node, values)
                    found = all(self.is_plain(each, values, seen) for each in several)
                case ("not", item):
                    found = self.is_plain(item, values, seen)
                case ("late", _, moment, today, now):  # one that ends within the day of the use
                    found = now is not None and None not in (values[moment], values[today])
                case _:
                    found = False
            seen[at] = found
        return found

    def _are_lists(self, sides: Iterable[core.Index]) -> bool:
        """Whether lists are compared as wholes: to tell these apart takes more than their items."""
        return any(isinstance(self.program.body.types[each], v.ListOf) for each in sides)

    def constants(self, at: core.Index, values: Values) -> Iterator[Any]:
        """The values that a plain condition compares with."""
        todo, seen = [at], set[int]()
        while todo:
            at = todo.pop()
            known = values[at]
            if at in seen:
                continue
            seen.add(at)
            if known is None:
                several = counting(self.program.body.nodes[at], values)
                todo += several[:1] if self.program.body.nodes[at][0] == "late" else several
                continue
            items = known if isinstance(known, tuple) else (known,)
            yield from (item for item in items if not isinstance(item, Mapping | bool))

    def atom(self, at: core.Index, values: Values, facts: Facts, plain: dict[core.Index, bool]) -> Atom:
        """An open condition as an atom; ``plain`` as for ``is_plain``."""
        single = self._single[at] if at in self._single else self._one_fact(at)
        if single is not None and single.reads[0] not in facts:
            return single
        plainly = self.is_plain(at, values, plain)
        open_ = [at] if plainly else self._open_sides(at, values)
        read = frozenset().union(*map(self.facts, open_))
        unknown = {path for path in read if path not in facts}
        # Some may stand under parts that are known, or in cases that do not come about.
        if not plainly or len(unknown) > 1:
            read = self._open_facts(open_, values)
            unknown &= read
        if not plainly and (v.DAY_OF_USE not in facts or unknown == {v.MOMENT_OF_USE}):
            unknown.discard(v.MOMENT_OF_USE)  # by itself it does not tell
        if plainly:
            several = tuple(sorted(unknown))
            return Atom(at, several, several)
        asked = frozenset().union(*map(self._fields, open_))
        for path in read & facts.keys():  # lists that are known, but for a field of an item
            if lacks(facts[path], self.types[path], asked):
                unknown.add(path)
        several = tuple(sorted(unknown))
        if not several:
            return Atom(at, (), ())
        return Atom(at, (), several, self._dividing.may_stay_unknown(at, values)).opaque()

    def _one_fact(self, at: core.Index) -> Atom | None:
        """A condition that is one fact, or compares one with what is written, as an atom; None of any
        other."""
        nodes, found = self.program.body.nodes, None
        match nodes[at]:
            case ("fact", path):
                found = Atom(at, (path,), (path,))
            case ("compare", op, left, right, _) if " " not in op:
                sides = {nodes[left][0], nodes[right][0]}
                listed = op == "is" and self._are_lists((left, right))
                if sides == {"fact", "literal"} and not listed:
                    [path] = self.facts(at)
                    found = Atom(at, (path,), (path,))
        self._single[at] = found
        return found

    def _open_facts(self, several: Iterable[core.Index], values: Values) -> frozenset[str]:
        """The paths of the facts under nodes, but for those that stand under known nodes only."""
        nodes, found = self.program.body.nodes, set[str]()
        todo, seen = [*several], {*several}
        while todo:
            node = nodes[todo.pop()]
            if node[0] == "fact":
                found.add(node[1])
            elif node[0] == "as of":
                found.add(v.DAY_OF_USE)
            elif node == core.MOMENT:
                found.add(v.MOMENT_OF_USE)
            elif node[0] == "call":
                found |= self._functions[node[1]]
            for part in counting(node, values):
                # Of a list that is known, an item may not say all that is asked.
                if part not in seen and (values[part] is None or self._are_lists((part,))):
                    seen.add(part)
                    todo.append(part)
        return frozenset(found)

    def _open_sides(self, at: core.Index, values: Values) -> list[core.Index]:
        """The parts of a condition that are not known: of a comparison, its sides."""
        match self.program.body.nodes[at]:
            case ("compare", _, left, right, _):
                return [side for side in (left, right) if values[side] is None] or [at]
            case _:
                return [at]

    def _fields(self, at: core.Index) -> frozenset[str]:
        found = self._asked.get(at)
        if found is None:
            if at in self.program.written:
                index, expr = self.program.written[at]
                definitions = self.program.linked.documents[index].policy.definitions
                found = frozenset(fields(expr, {each.name: each.body for each in definitions}))
            else:  # a deadline
                found = frozenset().union(*map(self._fields, parts(self.program.body.nodes[at])))
            self._asked[at] = found
        return found

    def outcomes(
        self, at: core.Index, values: Values, names: Sequence[str], tried: Sequence[Sequence[Any]]
    ) -> Sequence[Any]:
        """What a plain condition comes to for each way in which some names have values that are tried.

        They hang on these, and on what is known of the parts of the condition: the next question like
        it finds them here.
        """
        if self.program.body.nodes[at][0] == "fact":
            return tried[0]
        known = tuple([values[part] for part in self._below(at)])
        key = (at, known, tuple(names), tuple(map(tuple, tried)))
        try:
            found = self._outcomes.get(key)
        except TypeError:  # records and lists of them have no hash
            return self._tried(at, values, names, tried)
        if found is None:
            found = self._tried(at, values, names, tried)
            if self._kept + len(found) > _MOST_OUTCOMES:
                self._outcomes.clear()
                self._kept = 0
            self._outcomes[key] = found
            self._kept += len(found)
        return found

    def _tried(
        self, at: core.Index, values: Values, names: Sequence[str], tried: Sequence[Sequence[Any]]
    ) -> Sequence[Any]:
        if len(names) == 1:
            [name], [several] = names, tried
            asked = _asks_for(name)
            match self.program.body.nodes[at]:
                case ("compare", op, left, right, scale) if self.program.body.nodes[left] in asked:
                    if (known := values[right]) is not None:
                        return [compare(op, value, known, scale) for value in several]
            return [self.outcome(at, values, {name: value}) for value in several]
        ways = (dict(zip(names, chosen, strict=True)) for chosen in product(*tried))
        return [self.outcome(at, values, learnt) for learnt in ways]

    def _below(self, at: core.Index) -> tuple[core.Index, ...]:
        """The nodes that a condition is made of."""
        found = self._parts.get(at)
        if found is None:
            several = dict.fromkeys(parts(self.program.body.nodes[at]))
            todo = [*several]
            while todo:
                for part in parts(self.program.body.nodes[todo.pop()]):
                    if part not in several:
                        several[part] = None
                        todo.append(part)
            found = self._parts[at] = tuple(several)
        return found

    def outcome(self, at: core.Index, values: Values, learnt: Mapping[str, Any]) -> Any:
        """What a plain condition comes to when more is known."""
        seen: dict[core.Index, Any] = {}

        def of(at: core.Index) -> Any:
            if values[at] is not None:
                return values[at]
            if at not in seen:
                seen[at] = worked_out(self.program.body.nodes[at])
            return seen[at]

        def worked_out(node: core.Node) -> Any:
            match node:
                case ("fact", path):
                    return learnt.get(path)
                case ("as of", *_):
                    return learnt.get(v.DAY_OF_USE)
                case ("compare", op, left, right, scale):
                    return compare(op, of(left), of(right), scale)
                case ("list", items):
                    return tuple(map(of, items))
                case ("if", condition, then, otherwise):
                    holds = of(condition)
                    if holds is None:
                        return agreed(of(then), of(otherwise))
                    return of(then if holds else otherwise)
                case ("not", item):
                    truth = of(item)
                    return None if truth is None else not truth
                case core.MOMENT:
                    return learnt.get(v.MOMENT_OF_USE)
                case ("late", kind, moment, today, now):
                    return late(kind, of(moment), of(today), of(now))
                case (op, items):
                    truths = [*map(of, items)]
                    settles = op == "or"
                    return settles if settles in truths else None if None in truths else not settles
            raise AssertionError(node)

        return of(at)


def _asks_for(name: str) -> tuple[core.Node, ...]:
    """The node that comes to the value of a fact."""
    return (core.DAY,) if name == v.DAY_OF_USE else (("fact", name),)
