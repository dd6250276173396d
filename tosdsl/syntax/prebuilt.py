"""Lark's parser for a grammar, from tables that were computed beforehand.

In: the grammar and lark's options. Out: the parser that lark would make of them. Computing its tables
takes lark longer than reading a policy with them, so ``grammars/tos.tables.json`` is shipped beside the
grammar. They count only for the very text of the grammar and the version of lark that they were made
for: otherwise lark computes them anew. JSON holds data alone, so reading them runs nothing.

``python -m tests.house.tables`` writes the file again after the grammar has changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

import lark
from lark import Lark
from lark.grammar import Rule
from lark.lexer import TerminalDef

from tosdsl.base.shipped import shipped

if TYPE_CHECKING:  # importing it takes longer than what it is for
    from importlib.resources.abc import Traversable

GRAMMAR = "tos.lark"
TABLES = "tos.tables.json"

_HOOKS = ("postlex", "transformer", "edit_terminals")
"""Options that are code, and not kept. What ``edit_terminals`` did is in the tables."""


_SHIFT = 0
"""How lark writes down that a token leads to another state. All else reduces."""


def lark_of(grammar: str, **options: Any) -> Lark:
    """The parser for a grammar; the options are lark's own.

    INVARIANT: whoever calls this gives the options that the tables were made with.
    """
    found = kept()
    if found is None or found["made_for"] != _made_for(grammar):
        return Lark(grammar, **options)
    hooks = {name: options[name] for name in ("postlex", "transformer")}
    untyped: Any = Lark  # lark has no types for this: parsers that it generates as code call it
    made: Lark = untyped._load_from_dict(found["data"], found["memo"], **hooks)
    return made


def grammar() -> str:
    """The text of ``tos.lark``."""
    return _file(GRAMMAR).read_text(encoding="utf-8")


def dumped(made: Lark) -> str:
    """The tables of a parser as the text of the file: a line for each state and each symbol."""
    data, memo = made.memo_serialize([TerminalDef, Rule])
    data["options"] = {name: None if name in _HOOKS else each for name, each in data["options"].items()}
    table = data["parser"]["parser"]
    names: dict[int, str] = table.pop("tokens")
    tokens = sorted(names.values())
    places = {number: tokens.index(name) for number, name in names.items()}
    states, numbers = _in_order(table.pop("states"), places, table["start_states"].values())
    for ends in ("start_states", "end_states"):
        table[ends] = {name: numbers[state] for name, state in table[ends].items()}
    parts = {
        "made_for": _line(_made_for(made.source_grammar)),
        "data": _line(data),
        "tokens": _line(tokens),
        "states": _lines(states),
        "memo": _lines(map(list, memo.items())),
    }
    return "{" + ",\n".join(f'"{name}":{part}' for name, part in parts.items()) + "}\n"


def _loaded(text: str) -> dict[str, Any]:
    """What ``dumped`` wrote, with numbers as keys again."""
    kept: dict[str, Any] = json.loads(text)
    table = kept["data"]["parser"]["parser"]
    table["tokens"] = dict(enumerate(kept["tokens"]))
    table["states"] = {
        state: {token: (kind, to) for token, kind, to in actions}
        for state, actions in enumerate(kept["states"])
    }
    kept["memo"] = dict(kept["memo"])
    return kept


@cache
def kept() -> dict[str, Any] | None:
    """The tables that are shipped; None if the file is not there, or not what it was."""
    try:
        return _loaded(_file(TABLES).read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _made_for(grammar: str) -> str:
    digest = hashlib.sha256(grammar.encode("utf-8")).hexdigest()
    return f"lark {lark.__version__}, sha256:{digest}"


def _file(name: str) -> Traversable:
    return shipped(f"grammars/{name}", f"grammars/{name}")


def _line(data: object) -> str:
    return json.dumps(data, separators=(",", ":"))


def _lines(each: Iterable[list[Any]]) -> str:
    return "[\n" + ",\n".join(map(_line, each)) + "\n]"


def _in_order(
    states: dict[int, dict[int, Any]], places: dict[int, int], starts: Iterable[int]
) -> tuple[list[list[Any]], dict[int, int]]:
    """The states in the order in which they are met, and the number of each: lark's differ by run."""
    numbers = {state: number for number, state in enumerate(starts)}
    todo, found = list(numbers), list[list[Any]]()
    for state in todo:  # which grows meanwhile
        actions = sorted((places[token], *action) for token, action in states[state].items())
        for _, kind, to in actions:
            if kind == _SHIFT and to not in numbers:
                numbers[to] = len(todo)
                todo.append(to)
        found.append(
            [[token, kind, numbers[to] if kind == _SHIFT else to] for token, kind, to in actions]
        )
    return found, numbers
