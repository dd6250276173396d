"""Rules as a Python module: constants, and functions from the facts that a program gives."""

from __future__ import annotations

import ast
from collections.abc import Callable, Container, Iterable
from types import CodeType
from typing import Any

from attrs import define, field, frozen

from tosdsl.backends.code.leaves import Leaves
from tosdsl.backends.code.names import Names
from tosdsl.backends.code.nodes import (
    NONE,
    assign,
    both,
    call,
    compare,
    either,
    is_,
    is_not,
    method,
    name,
    returns,
    when,
)
from tosdsl.backends.python.keys import Keys
from tosdsl.backends.python.questions import Verdicts
from tosdsl.backends.python.trees import Seen, TooLarge, Tree
from tosdsl.formulas.space import Space
from tosdsl.runtime.checks import Parties
from tosdsl.trees import rules as r
from tosdsl.trees.facts import DAYS

_MOST_ENDS = 400
"""Branches of one tree."""


@frozen
class Engine:
    """What generated code is given: it does not know where it comes from.

    ``odd`` answers where a fact has to be read with care, ``dated`` where more than facts is asked.
    ``verdicts`` has a value for each verdict's word. ``beyond`` decides a condition by its number.
    """

    odd: Callable[..., Any]
    dated: Callable[..., Any]
    verdicts: dict[str, object]
    parties: Parties
    careful: Parties
    rest: Callable[[str], Callable[[object], bool]]
    beyond: Callable[[int], Callable[[object], bool | None]]


@frozen
class Generated:
    """A module: its text, its code, and what its functions need by name."""

    tree: ast.Module = field(repr=False, eq=False)
    code: CodeType = field(repr=False, eq=False)
    given: dict[str, object] = field(repr=False, eq=False)
    paths: tuple[str, ...] = ()
    """The leaves whose values ``key`` hands on, in their order."""

    @property
    def text(self) -> str:
        """The module as Python. The same rules give the same text."""
        return ast.unparse(self.tree) + "\n"

    def functions(self, space: dict[str, Any] | None = None) -> dict[str, Any]:
        """The module's names, its functions among them; in ``space``, if it is given."""
        space = {} if space is None else space
        space |= self.given
        exec(self.code, space)
        return space


@define
class Module:
    """A module in the making."""

    rules: r.Rules
    engine: Engine
    names: Names = field(factory=Names)
    space: Space = field(factory=Space)
    functions: list[ast.FunctionDef] = field(factory=list)
    paths: list[str] = field(factory=list)
    lines: dict[int, int] = field(factory=dict)
    """Of tests, the line of the clause that asks for them first, if it stands in ``file``."""

    @property
    def file(self) -> str:
        """The file whose lines the code is placed on: that of the first clause."""
        return next((each.span.file for each in self.rules.clauses), "") or f"<{self.rules.name}>"

    # --- functions ------------------------------------------------------------------------------

    def verdict(self) -> None:
        """``verdict(facts, as_of, known_at)``: a decision tree over everything. Raises TooLarge."""
        tables = tuple((row.default, row.rows) for row in self.rules.rows)
        columns: list[tuple[list[int], list[int]]] = [([], []) for _ in self.rules.rows]
        for clause in self.rules.clauses:
            forbids, permits = columns[clause.row]
            several = forbids if clause.modality == "forbid" else permits
            force = self.space.add(clause.force)
            several.append(force)
            if clause.span.file == self.file:
                for test in self.space.tests(force):
                    self.lines.setdefault(test, clause.span.line)
        state: list[int] = []
        for row, (forbids, permits) in zip(self.rules.rows, columns, strict=True):
            some = [] if row.default == "permit" else permits  # a permission changes nothing there
            state += [self.space.add(row.scope), self.space.some(forbids), self.space.some(some)]
        leaves = Leaves(self.rules.vocabulary, self.names, self.engine.parties)
        words = {word: self.names.give(word.upper(), it) for word, it in self.engine.verdicts.items()}

        def ends(answer: str, seen: Seen) -> list[ast.stmt]:
            if answer == "undetermined":  # all ways to fill in what is unknown may agree
                return [leaves.odd()]
            return [*_named(leaves, seen), returns(words[answer])]

        question = Verdicts(self.space, tables, self.rules.top)
        tree = Tree(
            self.space, question, leaves, ends, self.beyond, leaves.constant, _MOST_ENDS, self.lines
        )
        self.function("verdict", tree.statements(tuple(state)))

    def key(self) -> None:
        """``key(facts)``: how every test comes out, as a number; see ``keys``."""
        leaves = Leaves(self.rules.vocabulary, self.names, self.engine.careful)
        keys = Keys(leaves, self.engine.rest, leaves.constant)
        body = keys.statements(self.rules.tests)
        self.paths = keys.paths
        self.plain("key", ("facts",), body)

    def plain(self, word: str, arguments: Iterable[str], body: list[ast.stmt]) -> None:
        """A function that raises where a fact has to be read with care."""
        taken = ast.arguments([], [ast.arg(each) for each in arguments], None, [], [], None, [])
        self.functions.append(ast.FunctionDef(word, taken, body, [], None, None))

    def function(self, word: str, body: list[ast.stmt]) -> None:
        """A function of the facts; what goes wrong in it is looked at with care."""
        odd = self.names.give("odd", self.engine.odd)
        dated = self.names.give("dated", self.engine.dated)
        said = either(is_not(name(each), None) for each in DAYS)
        more = when(said, [returns(dated, "facts", *DAYS)])
        handler = ast.ExceptHandler(name("Exception"), None, [ast.Pass()])
        # Neither `*` nor `**more`: a call with them costs a tenth of a verdict.
        words = [ast.arg(each) for each in ("facts", *DAYS)]
        arguments = ast.arguments([], words, None, [], [], None, [NONE for _ in DAYS])
        # The careful reading comes after the handler: its errors are then no errors within an error.
        whole: list[ast.stmt] = [more, ast.Try(body, [handler], [], []), returns(odd, "facts")]
        self.functions.append(ast.FunctionDef(word, arguments, whole, [], None, None))

    def beyond(self, number: int) -> ast.expr:
        return name(self.names.give(f"condition_{number}", self.engine.beyond(number)))

    # --- the whole ------------------------------------------------------------------------------

    def generated(self, known: Container[str] = ()) -> Generated:
        """The module; ``known`` are constants that the space it will be run in has already."""
        constants = self.names.constants.items()
        body = [
            *(assign(word, value) for word, value in constants if word not in known),
            *self.functions,
        ]
        head: list[ast.stmt] = [ast.Expr(ast.Constant(self._docstring()))]
        if any(isinstance(n, ast.Name) and n.id == "date" for each in body for n in ast.walk(each)):
            head.append(ast.ImportFrom("datetime", [ast.alias("date")], 0))
        tree = ast.fix_missing_locations(ast.Module([*head, *body], []))
        code = compile(tree, self.file if self.lines else f"<{self.rules.name}>", "exec")
        return Generated(tree, code, self.names.given, tuple(self.paths))

    def _docstring(self) -> str:
        return (
            f"{self.rules.name}, compiled.\n\n"
            f"Given to the module: {', '.join(sorted(self.names.given)) or 'nothing'}.\n"
        )


def verdict_module(rules: r.Rules, engine: Engine) -> Generated:
    """``verdict(facts, as_of, known_at)``, of rules few enough for one tree. Raises TooLarge."""
    module = Module(rules, engine)
    module.verdict()
    return module.generated()


def key_module(rules: r.Rules, engine: Engine) -> Generated:
    """``key(facts)``: how every test comes out, as a number, the values, and whether there are more."""
    module = Module(rules, engine)
    module.key()
    return module.generated()


def _named(leaves: Leaves, seen: Seen) -> list[ast.stmt]:
    """Leaves an end to the full reading if a fact was given in a way that the branch did not see.

    That is one under a name with dots, or a name that no fact has. It matters where an answer rests on
    the fields of a record, which can be given both ways.
    """
    known = [path for path, word in seen.words.items() if word and path in leaves.records]
    made: list[ast.stmt] = []
    for record in _around(known):
        word = seen.words[record] if record else "facts"
        assert word is not None  # those that are known
        dot = f"{record}." if record else ""
        given = [path for path, its in seen.words.items() if its and _directly(path, dot)]
        unsure = [its for path, its in seen.unsure.items() if _directly(path, dot)]
        count = ast.Constant(len(given) + len(unsure))
        more = compare(call(name("len"), name(word)), ast.NotEq(), count)
        odd = ast.UnaryOp(ast.Not(), method(leaves.keys(record), "issuperset", name(word)))
        several = either([more, *(is_(name(its), None) for its in unsure)])
        made.append(when(both((several, odd)), [leaves.odd()]))
    return made


def _around(records: Iterable[str]) -> list[str]:
    """The mappings that records stand in, each once."""
    return list(dict.fromkeys(each.rpartition(".")[0] for each in records))


def _directly(path: str, dot: str) -> bool:
    return path.startswith(dot) and "." not in path.removeprefix(dot)


__all__ = ["Engine", "Generated", "TooLarge", "key_module", "verdict_module"]
