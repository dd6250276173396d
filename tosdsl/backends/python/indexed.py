"""Rules of many clauses: a function that finds those that can matter, and bodies that they share."""

from __future__ import annotations

import ast
import marshal
from collections.abc import Callable, Iterable, Mapping
from types import FunctionType
from typing import Any

from attrs import define, field, frozen

from tosdsl.backends.code.leaves import Leaves, around
from tosdsl.backends.code.names import Names
from tosdsl.backends.code.nodes import assign, call, compare, either, is_, method, name, returns, when
from tosdsl.backends.python.module import Engine, Generated, Module
from tosdsl.backends.python.questions import Truths
from tosdsl.backends.python.straight import straight
from tosdsl.backends.python.trees import Seen, TooLarge, Tree
from tosdsl.formulas.index import Asked, filed, needed
from tosdsl.formulas.index import File as Filed
from tosdsl.formulas.space import TRUE, Space
from tosdsl.runtime.indexed import CONSTANTS, Body, Entry, File, Indexed
from tosdsl.trees import rules as r

_MOST_ENDS = 60
"""Branches of one body. A larger one is judged part by part."""

_ENDS = {0: False, 1: True, 2: None}


@frozen
class Parameter:
    """A clause's constant, by its place."""

    at: int


@define
class Bodies:
    """The functions that clauses share, each made when it is first called."""

    rules: r.Rules
    engine: Engine
    known: dict[tuple[r.Formula, tuple[str, ...]], int] = field(factory=dict)
    functions: list[Body] = field(factory=list)
    names: Names = field(factory=Names)
    _space: dict[str, Any] = field(factory=dict)
    """The global names of all bodies: one mapping is less memory to look into than a thousand."""
    compiled: Callable[[], None] = lambda: None
    """Called when 1, 2, 3, 4, 6, 8, 12, … bodies are compiled: not too often, and not too late."""
    _tests: dict[tuple[str, str, int | None], Body] = field(factory=dict)
    _compiled_so_far: int = 0
    _next_layout: int = 64

    def number(self, shape: r.Formula, granted: tuple[str, ...]) -> int:
        """The body of a shape that takes for granted what it needs of some leaves."""
        key = (shape, granted)
        if key not in self.known:
            at = self.known[key] = len(self.functions)

            def first(facts: Any, constants: tuple[Any, ...]) -> bool | None:
                made = self.functions[at] = self.made(shape, granted)
                self._laid_out()
                return made(facts, constants)

            self.functions.append(first)
        return self.known[key]

    def has(self, body: FunctionType) -> bool:
        """Whether a function is one of these bodies, compiled."""
        return body.__globals__ is self._space

    def constants(self) -> dict[str, Any]:
        """The constants of the bodies that are compiled, by their names."""
        return {word: self._space[word] for word in self.names.constants if word in self._space}

    def _laid_out(self) -> None:
        """Brings the code of bodies together in memory, each time there are a quarter more of them.

        Made one by one, they lie between what making them has left, and judging clauses of a thousand
        shapes is then mostly waiting for memory.
        """
        self._compiled_so_far += 1
        if f"{self._compiled_so_far:b}".rstrip("0") in {"1", "11"}:
            self.compiled()
        if self._compiled_so_far < self._next_layout:
            return
        self._next_layout = self._compiled_so_far * 5 // 4
        for at, body in enumerate(self.functions):
            if isinstance(body, FunctionType) and self.has(body):
                code = marshal.loads(marshal.dumps(body.__code__))
                self.functions[at] = FunctionType(code, self._space)

    def made(self, shape: r.Formula, granted: tuple[str, ...]) -> Body:
        """A body, compiled."""
        return self._compiled(shape, granted) or straight(shape, self._test, self.engine.beyond)

    def _test(self, op: str, path: str, parameter: int | None) -> Body:
        """A test by itself. Bodies that are judged part by part have most of theirs in common."""
        key = (op, path, parameter)
        if key not in self._tests:
            made = self._compiled((("test", op, path, parameter),), ())
            assert made is not None  # one test is a small tree
            self._tests[key] = made
        return self._tests[key]

    def _compiled(self, shape: r.Formula, granted: tuple[str, ...]) -> Body | None:
        module = self.module(shape, granted)
        if module is None:
            return None
        made: Body = module.functions(self._space)["body"]
        return made

    def module(self, shape: r.Formula, granted: tuple[str, ...]) -> Generated | None:
        """A body as a module; None if its tree would be too large."""
        if sum(1 for node in shape if node[0] in {"test", "beyond"}) > _MOST_ENDS:
            return None  # a tree has more ends than tests
        module = Module(self.rules, self.engine, self.names.without_locals())
        last = 1 + max(
            (node[3] for node in shape if node[0] == "test" and node[3] is not None), default=-1
        )
        space: Space = module.space
        root = space.add(r.Bound(shape, tuple(map(Parameter, range(last)))))
        needs: Mapping[str, Asked] = needed(shape) or {}
        known = {}
        for path in granted:
            if len(needs[path]) == 1:
                ((op, parameter),) = needs[path]
                known[space.test(op, path, Parameter(parameter))] = TRUE
        leaves = Leaves(self.rules.vocabulary, module.names, self.engine.parties)

        def constant(op: str, path: str, value: object) -> ast.expr:
            assert isinstance(value, Parameter)  # no other constant was put there
            return ast.Subscript(name("c"), ast.Constant(CONSTANTS + value.at), ast.Load())

        def ends(answer: int, seen: Seen) -> list[ast.stmt]:
            return [ast.Return(ast.Constant(_ENDS[answer]))]

        question = Truths(space)
        tree = Tree(space, question, leaves, ends, module.beyond, constant, _MOST_ENDS)
        try:
            body = tree.statements((space.left(root, known),))
        except TooLarge:
            return None
        module.plain("body", ("facts", "c"), body)
        return module.generated(self._space)


def index(rules: r.Rules, engine: Engine) -> tuple[Generated, Indexed, Bodies]:
    """``verdict(facts, as_of, known_at)`` of many clauses, and what it looks them up in."""
    judged = {leaf.path for leaf in rules.vocabulary.leaves() if leaf.judged}
    never = {at for at, row in enumerate(rules.rows) if row.scope.settled is False}
    needs = [None if clause.row in never else clause.needs for clause in rules.clauses]
    files = filed(needs, judged)
    bodies = Bodies(rules, engine)
    certain = sure(rules)
    columns = [
        2 * clause.row + (clause.modality == "permit") if number not in certain else ~(2 * clause.row)
        for number, clause in enumerate(rules.clauses)
    ]

    same: dict[tuple[type, Any], Any] = {}  # equal constants are one object: less memory to look into

    def entry(number: int, file: Filed) -> Entry:
        force = rules.clauses[number].force
        constants = [same.setdefault((type(each), each), each) for each in force.constants]
        return bodies.number(force.shape, file.paths), columns[number], number, *constants

    made: list[File] = []
    whole: dict[int, int] = {}
    for file in files:
        entries: dict[Any, Any] = {}
        for key, numbers in file.entries.items():
            several = tuple(entry(number, file) for number in numbers)
            if len(file.paths) == 2:
                entries.setdefault(key[0], {})[key[1]] = several
            else:
                entries[key] = several
        made.append((file.paths, file.listed, entries))
    for (shape, _), number in list(bodies.known.items()):
        whole[number] = bodies.number(shape, ())
    scopes = [
        (bodies.number(row.scope.shape, ()), 0, 0, *row.scope.constants)
        if row.scope.settled is None
        else row.scope.settled
        for row in rules.rows
    ]
    tables = tuple((row.default, row.rows) for row in rules.rows)
    names = frozenset(fact.name for fact in rules.vocabulary.facts)
    found = Indexed(made, bodies.functions, whole, tables, rules.top, scopes, engine.verdicts, names)
    return _Finding(rules, engine, found).generated(), found, bodies


def values_of_files(rules: r.Rules, engine: Engine, indexed: Indexed) -> Callable[[Any], Any]:
    """The values of the leaves under which clauses are filed, as a function of the facts."""
    made: Callable[[Any], Any] = _Finding(rules, engine, indexed).values().functions()["values"]
    return made


def sure(rules: r.Rules) -> set[int]:
    """The prohibitions whose sections, and those around them, are always in scope."""
    always: set[int] = set()
    todo = list(rules.top)
    while todo:
        at = todo.pop()
        if rules.rows[at].scope.settled is True:
            always.add(at)
            todo += rules.rows[at].rows
    return {
        number
        for number, clause in enumerate(rules.clauses)
        if clause.modality == "forbid" and clause.row in always
    }


@define
class _Finding:
    """The function that looks clauses up."""

    rules: r.Rules
    engine: Engine
    indexed: Indexed
    module: Module = field(init=False)
    leaves: Leaves = field(init=False)
    _words: dict[str, str] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self.module = Module(self.rules, self.engine)
        self.leaves = Leaves(self.rules.vocabulary, self.module.names, self.engine.parties)

    @property
    def names(self) -> Names:
        return self.module.names

    def generated(self) -> Generated:
        body: list[ast.stmt] = []
        for paths, _, _ in self.indexed.files:
            for path in paths:
                body += self._load(path)
        words = list(
            dict.fromkeys(self._words[path] for file in self.indexed.files for path in file[0])
        )
        answer = self.names.give("answer", self.indexed.answer)
        if words:
            open_ = [*self._checked(), self._open(answer)]
            body.append(when(either(is_(name(word), None) for word in words), open_))
        found = self.names.fresh("found")
        body.append(assign(found, ast.Constant(None)))
        for at, (paths, listed, entries) in enumerate(self.indexed.files):
            file = self.names.give(f"FILE_{at}", entries if paths else entries[None])
            body += self._file(file, paths, listed, found)
        closed = all(row.scope.settled is not None for row in self.rules.rows)
        records = len(self.leaves.records) > 1
        full = call(name(answer), name("facts"), ast.BoolOp(ast.Or(), [name(found), ast.Dict([], [])]))
        if closed:
            base = self.indexed.answer({}, {})
            word = next(word for word, its in self.engine.verdicts.items() if its is base)
            settled = returns(self.names.give(word.upper(), base))
            known = ast.UnaryOp(ast.Not(), method(self.leaves.keys(""), "issuperset", name("facts")))
            check = [when(known, [self.leaves.odd()])] if records else []
            body.append(when(is_(name(found), None), [*check, settled]))
        self.module.function("verdict", [*body, ast.Return(full)])
        return self.module.generated()

    def values(self) -> Generated:
        """``values(facts)``: those of the leaves of each file."""
        body = [
            each for paths, _, _ in self.indexed.files for path in paths for each in self._load(path)
        ]
        self.module.plain("values", ("facts",), [*body, ast.Return(self._values())])
        return self.module.generated()

    def _values(self) -> ast.Tuple:
        each = [
            ast.Tuple([name(self._words[path]) for path in paths], ast.Load())
            for paths, _, _ in self.indexed.files
        ]
        return ast.Tuple(list(each), ast.Load())

    def _checked(self) -> Iterable[ast.stmt]:
        """Leaves the question to the full reading if a value that is known is not one of its type: it
        may be one that no clause is filed under. Lists have been looked at as they were taken."""
        single = {path for paths, listed, _ in self.indexed.files for path in paths if not listed}
        for path in sorted(single):
            word, kind = self._words[path], self.leaves.types[path]
            checks = [] if self.leaves.taken(word, kind) else self.leaves.unless_good(word, kind)
            if checks:
                yield when(compare(name(word), ast.IsNot(), ast.Constant(None)), checks)

    def _open(self, answer: str) -> ast.stmt:
        """Where a leaf is unknown that clauses are filed under."""
        search = self.names.give("open_clauses", self.indexed.open)
        found = call(name(search), name("facts"), self._values())
        return ast.Return(call(name(answer), name("facts"), found))

    def _load(self, path: str) -> list[ast.stmt]:
        """A leaf's value under its name, None if it is unknown."""
        if path in self._words:
            return []
        made: list[ast.stmt] = []
        mapping = "facts"
        for record in around(path):
            if record not in self._words:
                word = self._words[record] = self.names.fresh(record)
                made.append(assign(word, _got(mapping, record)))
            mapping = self._words[record]
        word = self._words[path] = self.names.fresh(path)
        got: ast.expr = _got(mapping, path)
        if mapping != "facts":
            got = ast.IfExp(is_(name(mapping), None), ast.Constant(None), got)
        made.append(assign(word, got))
        taken = self.leaves.taken(word, self.leaves.types[path])
        kind = self.leaves.types[path]
        checked = self.leaves.unless_good(word, kind) if taken else []
        if taken or checked:
            made.append(when(compare(name(word), ast.IsNot(), ast.Constant(None)), [*taken, *checked]))
        return made

    def _file(self, file: str, paths: Iterable[str], listed: bool, found: str) -> list[ast.stmt]:
        words = [self._words[path] for path in paths]
        if not words:
            return [self._judge(name(file), found)]
        hits = self.names.fresh("hits")
        if listed:
            value = self.names.fresh("item")
            look = assign(hits, method(name(file), "get", name(value)))
            judge = when(
                compare(name(hits), ast.IsNot(), ast.Constant(None)), [self._judge(name(hits), found)]
            )
            return [ast.For(ast.Name(value, ast.Store()), name(words[0]), [look, judge], [])]
        strange = [
            each
            for path, word in zip(paths, words, strict=True)
            for each in self.leaves.unless_good(word, self.leaves.types[path])
        ]
        looked: list[ast.stmt] = [assign(hits, method(name(file), "get", name(words[0])))]
        if len(words) > 1:
            further = assign(hits, method(name(hits), "get", name(words[1])))
            looked.append(when(compare(name(hits), ast.IsNot(), ast.Constant(None)), [further]))
        return [
            *looked,
            when(is_(name(hits), None), strange or [ast.Pass()], [self._judge(name(hits), found)]),
        ]

    def _judge(self, several: ast.expr, found: str) -> ast.stmt:
        """Judges entries, one after the other, until one forbids for certain."""
        bodies = self.names.give("BODIES", self.indexed.bodies)
        truth = name("truth")
        body, its = (ast.Subscript(name("entry"), ast.Constant(at), ast.Load()) for at in (0, 1))
        judged = ast.Subscript(name(bodies), body, ast.Load())
        forbidden = returns(self.names.give("FORBIDDEN", self.engine.verdicts["forbidden"]))
        sure = ast.BoolOp(ast.And(), [truth, compare(name("column"), ast.Lt(), ast.Constant(0))])
        first = when(is_(name(found), None), [assign(found, ast.Dict([], []))])
        keep = ast.Assign(
            [ast.Subscript(name(found), name("column"), ast.Store())],
            ast.BoolOp(ast.Or(), [method(name(found), "get", name("column")), truth]),
        )
        open_ = compare(truth, ast.IsNot(), ast.Constant(False))
        return ast.For(
            ast.Name("entry", ast.Store()),
            several,
            [
                assign("truth", call(judged, name("facts"), name("entry"))),
                when(open_, [assign("column", its), when(sure, [forbidden]), first, keep]),
            ],
            [],
        )


def _got(mapping: str, path: str) -> ast.expr:
    return method(name(mapping), "get", ast.Constant(path.rpartition(".")[2]))
