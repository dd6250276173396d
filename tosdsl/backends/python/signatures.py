"""How the tests of one clause come out, as one number; bodies for decisions, shared by shape.

The number has a digit of base three for each test, as in ``keys``. The facts have been checked: a
signature only reads them.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from attrs import define, field

from tosdsl.backends.code.leaves import Leaves, around
from tosdsl.backends.code.names import Names
from tosdsl.backends.code.nodes import assign, call, is_, method, name, when
from tosdsl.backends.python.indexed import finding
from tosdsl.backends.python.module import Engine, Module
from tosdsl.runtime.indexed import CONSTANTS, Entry, Indexed
from tosdsl.trees import rules as r
from tosdsl.trees import vocabulary as v

Signature = Callable[[Any, Entry], int]


@define
class Signatures:
    """The signatures of clauses and other formulas, each made when it is first asked for."""

    rules: r.Rules
    engine: Engine
    _known: dict[r.Formula, Signature] = field(factory=dict)
    _names: Names = field(factory=Names)
    _space: dict[str, Any] = field(factory=dict)

    def of(self, shape: r.Formula) -> Signature:
        """The signature of a shape, as a function of the facts and of an entry."""
        if shape not in self._known:
            self._known[shape] = self._made(shape)
        return self._known[shape]

    def _made(self, shape: r.Formula) -> Signature:
        module = Module(self.rules, self.engine, self._names.without_locals())
        leaves = Leaves(self.rules.vocabulary, module.names, self.engine.parties)
        body: list[ast.stmt] = [assign("key", ast.Constant(0))]
        words: dict[str, str] = {}
        weight = 1
        for node in shape:
            if node[0] == "test":
                body += self._test(leaves, node, weight, words)
            elif node[0] == "beyond":
                word = module.names.fresh("beyond")
                body.append(assign(word, call(module.beyond(node[1]), name("facts"))))
                unknown = when(is_(name(word), None), [_add(2 * weight)])
                body.append(when(name(word), [_add(weight)], [unknown]))
            else:
                continue
            weight *= 3
        module.plain("signature", ("facts", "c"), [*body, ast.Return(name("key"))])
        made: Signature = module.generated(self._space).functions(self._space)["signature"]
        return made

    def _test(self, leaves: Leaves, node: r.Node, weight: int, words: dict[str, str]) -> list[ast.stmt]:
        _, op, path, parameter = node
        made: list[ast.stmt] = []
        mapping = "facts"
        for part in (*around(path), path):
            if part not in words:
                word = words[part] = leaves.names.fresh(part)
                got: ast.expr = method(name(mapping), "get", ast.Constant(part.rpartition(".")[2]))
                if mapping != "facts":
                    got = ast.IfExp(is_(name(mapping), None), ast.Constant(None), got)
                made.append(assign(word, got))
                if part == path:
                    taken = leaves.taken(word, leaves.types[path])
                    if taken:
                        made.append(when(ast.UnaryOp(ast.Not(), is_(name(word), None)), taken))
            mapping = words[part]
        word = words[path]
        if isinstance(leaves.types[path], v.Boolean):
            holds: ast.expr = is_(name(word), True)
        else:
            constant = ast.Subscript(name("c"), ast.Constant(CONSTANTS + parameter), ast.Load())
            holds = leaves.test(op, word, constant)
        unknown = when(is_(name(word), None), [_add(2 * weight)], [when(holds, [_add(weight)])])
        return [*made, unknown]


def _add(weight: int) -> ast.stmt:
    return ast.AugAssign(ast.Name("key", ast.Store()), ast.Add(), ast.Constant(weight))


def values_of_files(rules: r.Rules, engine: Engine, indexed: Indexed) -> Callable[[Any], Any]:
    """The values of the leaves under which clauses are filed, as a function of the facts."""
    made: Callable[[Any], Any] = finding(rules, engine, indexed).values().functions()["values"]
    return made
