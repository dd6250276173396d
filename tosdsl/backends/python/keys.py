"""Every fact read and checked, and how every test comes out, as one number.

The number has a digit of base three for each test: 0 false, 1 true, 2 unknown. Uses with one number
get one decision, but for what it says of values. Beside it the values are handed on as they were read.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from attrs import define, field

from tosdsl.backends.code.leaves import Leaves, Test
from tosdsl.backends.code.nodes import assign, call, compare, is_, is_not, method, name, when
from tosdsl.runtime import checks
from tosdsl.trees import vocabulary as v


@define
class Keys:
    """``rest`` makes the check of a record for what it holds besides the leaves that are tested."""

    leaves: Leaves
    rest: Callable[[str], Callable[[object], bool]]
    constant: Callable[[str, str, object], ast.expr]
    paths: list[str] = field(factory=list)
    """The leaves whose values are handed on, in their order."""
    _words: dict[str, str] = field(factory=dict)
    _weights: dict[str, list[tuple[int, Test]]] = field(factory=dict)

    def statements(self, tests: Iterable[Test]) -> list[ast.stmt]:
        """The body of a function that gives the number, the values, and whether there are more."""
        weight = 1
        for test in tests:
            self._weights.setdefault(test[1], []).append((weight, test))
            weight *= 3
        made: list[ast.stmt] = [assign("key", ast.Constant(0)), assign("rest", ast.Constant(False))]
        made += self._mapping("facts", "")
        values: list[ast.expr] = [name(self._words[path]) for path in self.paths]
        answer = ast.Tuple([name("key"), ast.Tuple(values, ast.Load()), name("rest")], ast.Load())
        return [*made, ast.Return(answer)]

    def _mapping(self, word: str, record: str) -> list[ast.stmt]:
        made: list[ast.stmt] = []
        gone = self.leaves.names.fresh(f"{word}_missing")
        tested = 0
        dot = f"{record}." if record else ""
        for each in self.leaves.records[record]:
            path = f"{dot}{each.name}"
            inside = [leaf for leaf in self._weights if leaf == path or leaf.startswith(f"{path}.")]
            if not inside:
                continue
            tested += 1
            own = self._words[path] = self.leaves.names.fresh(path)
            made.append(assign(own, method(name(word), "get", ast.Constant(each.name))))
            unknown: list[ast.stmt] = [_more(gone)]
            if isinstance(each.type, v.Record):
                known = self._mapping(own, path)
                unknown += [assign(self._words[leaf], ast.Constant(None)) for leaf in inside]
                unknown.append(_add(2 * sum(self._weight(leaf) for leaf in inside)))
                made.append(when(is_(name(own), None), unknown, known))
            else:
                self.paths.append(path)
                made += self._leaf(path, own, each.type, [*unknown, _add(2 * self._weight(path))])
        given = ast.Attribute(name(word), "__class__", ast.Load())
        strange = when(compare(given, ast.IsNot(), name("dict")), [self.leaves.odd()])
        check = self.leaves.names.give(f"rest_of_{record or 'facts'}", self.rest(record))
        left = compare(
            call(name("len"), name(word)),
            ast.NotEq(),
            ast.BinOp(ast.Constant(tested), ast.Sub(), name(gone)),
        )
        odd = when(ast.UnaryOp(ast.Not(), call(name(check), name(word))), [self.leaves.odd()])
        more = when(left, [odd, assign("rest", ast.Constant(True))])
        return [strange, assign(gone, ast.Constant(0)), *made, more]

    def _weight(self, path: str) -> int:
        return sum(weight for weight, _ in self._weights[path])

    def _leaf(self, path: str, word: str, kind: v.Type, unknown: list[ast.stmt]) -> list[ast.stmt]:
        value = name(word)
        if isinstance(kind, v.Boolean):
            weight = self._weight(path)
            wrong = when(is_(value, None), unknown, [self.leaves.odd()])
            return [when(is_not(value, False), [when(is_(value, True), [_add(weight)], [wrong])])]
        known = [*self.leaves.taken(word, kind)]
        if isinstance(kind, v.ListOf):
            long = compare(call(name("len"), value), ast.Gt(), ast.Constant(checks.LONGEST))
            known.append(when(long, [self.leaves.odd()]))
        known += self.leaves.unless_good(word, kind)
        for weight, (op, _, constant) in self._weights[path]:
            test = self.leaves.test(op, word, self.constant(op, path, constant))
            known.append(when(test, [_add(weight)]))
        if isinstance(kind, v.ListOf):
            known.append(assign(word, call(name("tuple"), value)))
        return [when(is_(value, None), unknown, known)]


def _add(weight: int) -> ast.stmt:
    return ast.AugAssign(ast.Name("key", ast.Store()), ast.Add(), ast.Constant(weight))


def _more(word: str) -> ast.stmt:
    return ast.AugAssign(ast.Name(word, ast.Store()), ast.Add(), ast.Constant(1))
