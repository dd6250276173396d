"""Lark's parse tables, run without what only a mistake needs.

In: the parser that lark made of the grammar, and a text. Out: what lark itself makes of it, or
``REFUSED``; then the caller lets lark read the text again, and say what it stumbled over. What follows
what, what a word is in each state, and which children a rule keeps are lark's, read off its tables: the
grammar stays the one definition. Held by tests to give what lark gives.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, Final

from lark import Lark, Token
from lark.grammar import Rule, Terminal
from lark.parsers.lalr_analysis import Shift

from tosdsl.syntax.layout import Layout
from tosdsl.syntax.reductions import Reductions

REFUSED: Final = object()
"""In place of a node: the text does not follow the grammar."""

Row = dict[str, Any]
"""A state: for each kind of token the row to go to, or what to reduce; for each rule that begins here
the row behind it. A reduction is how far to go back (less than none), the rule's name and what builds
it. Where the only child stands for the whole, it is the rule's name alone."""

_MATCH = ""
"""The key under which a row holds what reads the next token in that state."""

_UNREADABLE = Token("?", "")
_END = Token("$END", "")
_LINES = frozenset(("_NL", "CONTINUATION"))
"""The kinds of token that reach over lines. Of what the grammar ignores, the spaces within a line never
become tokens here."""


class Tables:
    """The tables of one parser, whose reductions are methods of ``build``."""

    def __init__(self, lark: Lark, build: Reductions) -> None:
        frontend: Any = lark.parser  # lark types neither its tables nor its lexers
        table, postlex = frontend.parser._parse_table, frontend.lexer_conf.postlex
        self._layout: Layout = postlex
        self._ignored = frozenset(frontend.lexer_conf.ignore)
        self._build = build
        rows: dict[Any, Row] = {state: {} for state in table.states}
        reductions: dict[Rule, Any] = {}
        for state, actions in table.states.items():
            row = rows[state]
            for name, (action, to) in actions.items():
                if action is Shift:
                    row[str(name)] = rows[to]
                    continue
                if to not in reductions:
                    reductions[to] = self._reduction(to)
                row[str(name)] = reductions[to]
        readers: dict[int, _Reader] = {}
        for state, lexer in frontend.lexer.lexer.lexers.items():
            reader = readers.setdefault(id(lexer), _Reader(lexer))
            reader.rows.append(rows[state])
            rows[state][_MATCH] = reader
        (start,) = table.start_states
        self._start, self._end = rows[table.start_states[start]], rows[table.end_states[start]]

    # --- reductions -----------------------------------------------------------------------------

    def _reduction(self, rule: Rule) -> str | tuple[int, str, Callable[[list[Any]], Any]]:
        """What it takes to reduce by a rule, as a row holds it."""
        kept = [
            (index, not symbol.is_term and symbol.name.startswith("_"))
            for index, symbol in enumerate(rule.expansion)
            if not (isinstance(symbol, Terminal) and symbol.filter_out)
        ]
        single = rule.options.expand1 and not rule.alias
        origin = str(rule.origin.name)
        if single and kept == [(0, False)] and len(rule.expansion) == 1:
            return origin
        if single or not rule.expansion:
            raise NotImplementedError(f"{rule}: the grammar has rules of this form for the first time")
        name, size = str(rule.alias or origin), len(rule.expansion)
        if not name.startswith("_"):
            return -size, origin, _made(getattr(self._build, name), kept, size)
        if kept == [(0, True)] and size == 1:
            return origin  # a list to be spliced that is one already
        return -size, origin, _made(_spliced, kept, size)

    # --- a text ---------------------------------------------------------------------------------

    def parse(self, text: str) -> Any:
        """What the text is, or ``REFUSED``. May raise what the layout raises."""
        states, values = [self._start], list[Any]()
        for token in chain(self._layout.process(self._tokens(text, states)), (_END,)):
            kind = token.type
            action: Any = states[-1].get(kind)
            while (of := action.__class__) is not dict:
                if of is str:
                    states[-1] = row = states[-2][action]
                elif of is tuple:
                    back, origin, made = action
                    if back == -1:
                        values[-1] = made(values[-1:])
                        states[-1] = row = states[-2][origin]
                    else:
                        children = values[back:]
                        del values[back:], states[back:]
                        values.append(made(children))
                        row = states[-1][origin]
                        states.append(row)
                elif states[-1] is self._end and token is _END:
                    return values[-1]
                else:
                    return REFUSED
                action = row.get(kind)
            states.append(action)
            values.append(token)
        return REFUSED

    def _tokens(self, text: str, states: list[Row]) -> Iterator[Token]:
        """The tokens of a text, each read as the state requires in which the parser then is."""
        new, ignored = str.__new__, self._ignored
        at, line, begin = 0, 1, 0
        while at < len(text):
            match = states[-1][_MATCH](text, at)
            if match is None:
                yield _UNREADABLE
                return
            kind = match.lastgroup
            start, at = match.span(match.lastindex)
            token = new(Token, text[start:at])
            token.type = kind
            token.line = line
            token.column = start - begin + 1
            if kind in _LINES:
                line += token.count("\n")
                begin = start + token.rindex("\n") + 1
                if kind in ignored:
                    continue
            token.end_line = line
            token.end_column = at - begin + 1
            yield token


class _Reader:
    """Reads the first token in the states of a lexer; from then on its pattern does."""

    def __init__(self, lexer: Any) -> None:
        self._lexer = lexer
        self.rows: list[Row] = []

    def __call__(self, text: str, at: int) -> re.Match[str] | None:
        terminals = [each for each in self._lexer.terminals if each.name != "SPACE"]
        named = "|".join(f"(?P<{each.name}>{each.pattern.to_regexp()})" for each in terminals)
        match = re.compile(f" *+(?:{named})").match
        for row in self.rows:
            row[_MATCH] = match
        return match(text, at)


def _made(
    made: Callable[[list[Any]], Any], kept: list[tuple[int, bool]], size: int
) -> Callable[[list[Any]], Any]:
    """What builds a rule, given all its children: some are left out, others are lists to be spliced."""
    if kept == [(index, False) for index in range(size)]:
        return made
    if not any(spliced for _, spliced in kept):
        indexes = [index for index, _ in kept]
        return lambda children: made([children[index] for index in indexes])

    if kept == [(0, True), (1, True)] and made is _spliced:
        return _grown

    def splice(children: list[Any]) -> Any:
        whole: list[Any] = []
        for index, spliced in kept:
            if not spliced:
                whole.append(children[index])
            elif whole:
                whole += children[index]
            else:
                whole = children[index]
        return made(whole)

    return splice


def _spliced(children: list[Any]) -> list[Any]:
    """What a rule without a node of its own is: a list, spliced into the children of the rule above."""
    return children


def _grown(children: list[list[Any]]) -> list[Any]:
    """A repetition with one more. Its list grows in place: nobody else has it."""
    children[0].extend(children[1])
    return children[0]
