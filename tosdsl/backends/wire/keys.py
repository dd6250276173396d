"""How every test of a decoded use comes out, as one number. ``backends.python`` does it for mappings.

Types have been checked by the decoder, so a fact of few values is one lookup of what it adds. Above
the lowest digit the number has one of base three for each test, as there. The lowest digit counts the
keys that are not given. So it is known how many keys a document must have. The decoder does not say
that a key stands twice; a document with more colons than keys shows it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from attrs import define, field, frozen

from tosdsl.backends.code.leaves import Leaves, Test
from tosdsl.backends.code.names import Names
from tosdsl.backends.code.nodes import assign, attribute, call, compare, is_, method, name, when
from tosdsl.backends.wire.types import Types
from tosdsl.runtime.checks import Odd, Parties
from tosdsl.trees import vocabulary as v

_MOST_TESTS = 500


@frozen
class Key:
    """``of(use)`` is the number; it raises where a fact has to be read with care."""

    text: str
    of: Callable[[Any], int]
    paths: tuple[str, ...]
    """The leaves that are tested."""
    _keys: int
    """The keys that a document has that gives all of them, without the days."""

    def given(self, number: int) -> int:
        """How many keys the document of a use with this number has, without the days."""
        return self._keys - number % (self._keys + 1)


def key(vocabulary: v.Vocabulary, tests: Iterable[Test], parties: Parties, types: Types) -> Key | None:
    """The key of uses by these tests; None if some of them cannot be made of what is decoded."""
    leaves = Leaves(vocabulary, Names(), parties)
    work = _Key(leaves, types)
    several = list(tests)
    if len(several) > _MOST_TESTS:
        return None
    for test in several:
        if not _can(leaves.types[test[1]]):
            return None
    return work.made(several)


def _can(kind: v.Type) -> bool:
    match kind:
        case v.ListOf(item=item):
            return isinstance(item, v.Enum | v.Party | v.Text)
        case _:
            return isinstance(kind, v.Boolean | v.Integer | v.Enum | v.Party | v.Text | v.Date)


@define
class _Key:
    leaves: Leaves
    types: Types
    _tests: dict[str, list[tuple[int, Test]]] = field(factory=dict)
    _paths: list[str] = field(factory=list)
    _unit: int = 0

    def made(self, tests: list[Test]) -> Key:
        read = {test[1] for test in tests}
        around = {
            record for record in self.types.records if any(_inside(path, record) for path in read)
        }
        keys = len(read) + len(around - {""}) + 2  # and ``facts`` and ``use``
        weight = keys + 1
        for test in tests:
            self._tests.setdefault(test[1], []).append((weight, test))
            weight *= 3
        names = self.leaves.names
        body: list[ast.stmt] = [
            assign("key", ast.Constant(0)),
            when(self._unset(attribute(name("use"), "use")), [_add(ast.Constant(1))]),
            assign("facts", attribute(name("use"), "facts")),
            *self._record("facts", ""),
            ast.Return(name("key")),
        ]
        taken = ast.arguments([], [ast.arg("use")], None, [], [], None, [])
        function = ast.FunctionDef("key", taken, body, [], None, None)
        constants = (assign(word, value) for word, value in names.constants.items())
        tree = ast.fix_missing_locations(ast.Module([*constants, function], []))
        namespace: dict[str, Any] = {"date": date, **names.given}
        exec(compile(tree, "<key of a decoded use>", "exec"), namespace)
        of: Any = namespace["key"]
        return Key(ast.unparse(tree) + "\n", of, tuple(self._paths), keys)

    def _unset(self, value: ast.expr) -> ast.expr:
        return compare(value, ast.Is(), name(self.leaves.names.give("UNSET", self.types.unset)))

    def _record(self, word: str, record: str) -> list[ast.stmt]:
        made: list[ast.stmt] = []
        for each in self.leaves.records[record]:
            path = f"{record}.{each.name}" if record else each.name
            inside = [leaf for leaf in self._tests if leaf == path or _inside(leaf, path)]
            if not inside:
                continue
            value = attribute(name(word), self.types.names[path])
            if isinstance(each.type, v.Record):
                own = self.leaves.names.fresh(path)
                known = self._record(own, path)
                records = {at for at in self.types.records if any(_inside(leaf, at) for leaf in inside)}
                deeper = [at for at in records if _inside(at, path)]
                missing = len(inside) + len(deeper)
                kind = self.leaves.names.give("Record", self.types.records[path])
                made += [
                    assign(own, value),
                    when(_is_a(own, kind), known, self._unknown(own, inside, missing)),
                ]
            else:
                self._paths.append(path)
                made += self._leaf(path, value, each.type)
        return made

    def _unknown(self, word: str, inside: Iterable[str], missing: int) -> list[ast.stmt]:
        """What a fact adds that is null, and one more for a key that is not given."""
        total = missing + 2 * sum(weight for leaf in inside for weight, _ in self._tests[leaf])
        return [_add(ast.Constant(total)), when(self._unset(name(word)), [_add(ast.Constant(1))])]

    def _leaf(self, path: str, value: ast.expr, kind: v.Type) -> list[ast.stmt]:
        names = self.leaves.names
        match kind:
            case v.Boolean():
                return [self._looked_up(path, value, (False, True))]
            case v.Enum(members=members):
                return [self._looked_up(path, value, members)]
            case v.Party():
                own = names.fresh(path)
                parties = self.leaves.parties
                table = self._table(path, parties.plain)
                other = names.give(f"other_{path}", _Other(parties, self._tests[path]))
                found, also = method(name(table), "get", value), call(name(other), value)
                return [
                    assign(own, found),
                    when(is_(name(own), None), [assign(own, also)]),
                    _add(name(own)),
                ]
            case _:
                own = names.fresh(path)
                known = self._known(path, own, kind)
                given = {v.ListOf: "list", v.Integer: "int"}.get(type(kind), "str")
                return [
                    assign(own, value),
                    when(_is_a(own, given), known, self._unknown(own, [path], 0)),
                ]

    def _known(self, path: str, word: str, kind: v.Type) -> list[ast.stmt]:
        made: list[ast.stmt] = []
        match kind:
            case v.ListOf(item=v.Enum()):
                pass  # the decoder has seen to it
            case v.Date():
                made += self.leaves.taken(word, kind)
            case _:
                made += self.leaves.unless_good(word, kind)
        for weight, (op, _, constant) in self._tests[path]:
            test = self.leaves.test(op, word, self.leaves.constant(op, path, constant))
            made.append(when(test, [_add(ast.Constant(weight))]))
        return made or [ast.Pass()]

    def _looked_up(self, path: str, value: ast.expr, values: Iterable[Any]) -> ast.stmt:
        return _add(ast.Subscript(name(self._table(path, values)), value, ast.Load()))

    def _table(self, path: str, values: Iterable[Any]) -> str:
        """What each value adds, by its name in the module."""
        unknown = 2 * sum(weight for weight, _ in self._tests[path])
        table: dict[Any, int] = {value: _adds(value, self._tests[path]) for value in values}
        table |= {None: unknown, self.types.unset: unknown + 1}
        return self.leaves.names.give(f"adds_{path}", table)


@frozen
class _Other:
    """What the name of a party adds that no policy knows; raises Odd if it is like one they know."""

    parties: Parties
    tests: list[tuple[int, Test]]

    def __call__(self, value: object) -> int:
        if not self.parties.one(value):
            raise Odd
        return _adds(value, self.tests)


def _adds(value: object, tests: Iterable[tuple[int, Test]]) -> int:
    """What a value of few adds: the weights of the tests that it passes."""
    return sum(weight for weight, (op, _, constant) in tests if _passes(op, value, constant))


def _passes(op: str, value: Any, constant: Any) -> bool:
    match op:
        case "in":
            return value in constant
        case "is":
            return bool(value == constant)
        case "true":
            return value is True
    raise Odd


def _inside(path: str, record: str) -> bool:
    return path.startswith(f"{record}.") if record else True


def _is_a(word: str, kind: str) -> ast.expr:
    return compare(attribute(name(word), "__class__"), ast.Is(), name(kind))


def _add(value: ast.expr) -> ast.stmt:
    return ast.AugAssign(ast.Name("key", ast.Store()), ast.Add(), value)
