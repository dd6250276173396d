"""Decision trees: nested tests, each fact looked at when it first matters, and never twice.

A test branches three ways: true, false, and not known. What is left of the question is worked out
while the tree is made, so that a branch ends as soon as its answer is settled; where every fact is
known, no time goes into those that are not.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Generic, Protocol, TypeVar

from attrs import define, evolve, field, frozen

from tosdsl.backends.code.leaves import Leaves, around, inside
from tosdsl.backends.code.nodes import assign, call, is_, is_not, method, name, when
from tosdsl.formulas.space import FALSE, TRUE, UNKNOWN, Space
from tosdsl.trees.rules import LISTED

State = tuple[int, ...]
Answer = TypeVar("Answer", covariant=True)
Result = TypeVar("Result")


class Question(Protocol[Answer]):
    """What a tree answers: from the parts that are left, an answer, or the test that comes next."""

    def settled(self, state: State) -> Answer | None: ...

    def next(self, state: State) -> int: ...


class TooLarge(Exception):
    """The tree would have more ends than it may."""


@frozen
class Seen:
    """What a branch knows: each leaf's or record's name in the code, None for what is not known."""

    words: dict[str, str | None] = field(factory=dict)
    checked: frozenset[str] = frozenset()
    """Leaves whose value was found to be one of its type."""
    unsure: dict[str, str] = field(factory=dict)
    """Leaves that may have been given or not, which makes no difference any more, by their names."""
    met: frozenset[str] = frozenset()
    """Lists that have an item of their type: one that a test has found there."""

    def with_(self, path: str, word: str | None, *, checked: bool = False) -> Seen:
        known = self.checked | {path} if checked else self.checked
        return evolve(self, words={**self.words, path: word}, checked=known)

    def either(self, path: str, word: str) -> Seen:
        """The same where the leaf may be known or not."""
        return evolve(self, words={**self.words, path: None}, unsure={**self.unsure, path: word})

    def having(self, op: str, path: str) -> Seen:
        """The same after a test of a leaf that came out true."""
        return evolve(self, met=self.met | {path}) if op in LISTED else self


@define
class Tree(Generic[Result]):
    """``ends`` says what a branch does with its answer; ``beyond`` names what decides a condition."""

    space: Space
    question: Question[Result]
    leaves: Leaves
    ends: Callable[[Result, Seen], list[ast.stmt]]
    beyond: Callable[[int], ast.expr]
    constant: Callable[[str, str, object], ast.expr]
    most: int
    lines: Mapping[int, int] = field(factory=dict)
    """Of tests, the line of the policy from which they come."""
    _words: dict[str, str] = field(factory=dict)

    def statements(self, state: State, seen: Seen | None = None) -> list[ast.stmt]:
        """The tree; every branch of it returns. Raises TooLarge."""
        return self._branch(state, seen or Seen())

    def _branch(self, state: State, seen: Seen) -> list[ast.stmt]:
        answer = self.question.settled(state)
        if answer is not None:
            self.most -= 1
            if self.most < 0:
                raise TooLarge
            return self.ends(answer, seen)
        test = self.question.next(state)
        node = self.space[test]
        if node[0] == "beyond":
            return self._placed(test, self._beyond(state, test, node[1], seen))
        _, op, path, _, value = node
        return self._placed(test, self._test(state, test, op, path, value, seen))

    def _placed(self, test: int, made: list[ast.stmt]) -> list[ast.stmt]:
        """Statements with the place of a test, for tracebacks and profilers."""
        line = self.lines.get(test)
        for each in made if line else ():
            if not hasattr(each, "lineno"):
                each.lineno = each.end_lineno = line  # type: ignore[assignment]  # there is one
                each.col_offset = each.end_col_offset = 0
        return made

    def _left(self, state: State, known: dict[int, int]) -> State:
        return tuple(self.space.left(each, known) for each in state)

    def _without(self, state: State, path: str) -> State:
        """What is left when a leaf, or all leaves of a record, are not known."""
        known = {}
        for part in state:
            for test in self.space.tests(part):
                node = self.space[test]
                if node[0] == "test" and (node[2] == path or inside(node[2], path)):
                    known[test] = UNKNOWN
        return self._left(state, known)

    def _word(self, path: str) -> str:
        if path not in self._words:
            self._words[path] = self.leaves.names.fresh(path)
        return self._words[path]

    def _beyond(self, state: State, test: int, number: int, seen: Seen) -> list[ast.stmt]:
        word = self._word(f"beyond_{number}")
        made: list[ast.stmt] = [assign(word, call(self.beyond(number), name("facts")))]
        for truth, part in ((True, TRUE), (False, FALSE)):
            branch = self._branch(self._left(state, {test: part}), seen)
            made.append(when(is_(name(word), truth), branch))
        return [*made, *self._branch(self._left(state, {test: UNKNOWN}), seen)]

    def _test(
        self, state: State, test: int, op: str, path: str, value: object, seen: Seen
    ) -> list[ast.stmt]:
        made: list[ast.stmt] = []
        mapping = "facts"
        for record in around(path):
            if record not in seen.words:
                word = self._word(record)
                made.append(assign(word, _got(mapping, record)))
                gone = seen.with_(record, None)
                made.append(
                    when(is_(name(word), None), self._branch(self._without(state, record), gone))
                )
                seen = seen.with_(record, word)
            known = seen.words[record]
            assert known is not None  # its leaves are not known then, and are not asked for
            mapping = known
        word = self._word(path)
        if path not in seen.words:
            made.append(assign(word, _got(mapping, path)))
            return [*made, *self._first(state, test, op, path, value, word, seen)]
        constant = self.constant(op, path, value)
        met = self._branch(self._left(state, {test: TRUE}), seen.having(op, path))
        made.append(when(self.leaves.test(op, word, constant), met))
        return [*made, *self._otherwise(state, test, path, word, seen)]

    def _first(
        self, state: State, test: int, op: str, path: str, value: object, word: str, seen: Seen
    ) -> list[ast.stmt]:
        """The first test of a leaf. Branches with the same left to ask are one."""
        kind = self.leaves.types[path]
        true, false = (self._left(state, {test: part}) for part in (TRUE, FALSE))
        unknown = self._without(state, path)
        either = seen.either(path, word)
        gone = when(is_(name(word), None), [])
        holds: ast.expr = is_(name(word), True)
        single = False
        fails: list[ast.stmt] = []
        taken: list[ast.stmt] = []
        if op == "true":
            known = failed = seen.with_(path, word, checked=True)
            fails = [when(is_not(name(word), False), [self.leaves.odd()])]
        else:
            taken = self.leaves.taken(word, kind)
            single = op in {"is", "in"} and not taken
            known = seen.with_(path, word, checked=single or self.leaves.good(word, kind) is None)
            failed = seen.with_(path, word, checked=True)
            holds = self.leaves.test(op, word, self.constant(op, path, value))
            fails = self.leaves.unless_good(word, kind)
        if true == unknown:
            contrary = is_(name(word), False) if op == "true" else _opposite(holds)
            check = [when(is_not(name(word), True), [self.leaves.odd()])] if op == "true" else []
            inner = [*taken, when(contrary, [*fails[: op != "true"], *self._branch(false, failed)])]
            return [when(is_not(name(word), None), [*inner, *check]), *self._branch(true, either)]
        if false == unknown:
            inner = [*taken, when(holds, self._branch(true, known.having(op, path))), *fails]
            return [when(is_not(name(word), None), inner), *self._branch(false, either)]
        gone.body = self._branch(unknown, seen.with_(path, None))
        met = when(holds, self._branch(true, known.having(op, path)))
        if op == "true":
            unmet = when(is_(name(word), False), self._branch(false, failed))
            return [met, unmet, gone, self.leaves.odd()]
        first = [met, gone] if single else [gone, *taken, met]
        return [*first, *fails, *self._branch(false, failed)]

    def _otherwise(self, state: State, test: int, path: str, word: str, seen: Seen) -> list[ast.stmt]:
        """The branch on which a test of a known leaf is false: its value is checked first."""
        kind, some = self.leaves.types[path], path in seen.met
        check = [] if path in seen.checked else self.leaves.unless_good(word, kind, some=some)
        known = evolve(seen, checked=seen.checked | {path})
        return [*check, *self._branch(self._left(state, {test: FALSE}), known)]


def _opposite(test: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), test)


def _got(mapping: str, path: str) -> ast.expr:
    return method(name(mapping), "get", ast.Constant(path.rpartition(".")[2]))
