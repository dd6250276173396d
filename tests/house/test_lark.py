"""What is read of lark that lark does not document. Its version is bounded for that.

When a new version is let in, these say which part has another shape, and what leans on it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from threading import local
from typing import Any
from unittest.mock import patch

import pytest
from lark.grammar import NonTerminal, Rule, Terminal
from lark.lexer import TerminalDef
from lark.parsers.lalr_analysis import Shift

from tests.conftest import ROOT
from tosdsl.syntax import parser, prebuilt
from tosdsl.syntax.layout import Layout

LOOP = "syntax/tables.py cannot run lark's tables in its own loop: texts are then misread, or not read"
KEPT = "syntax/prebuilt.py cannot make a parser of the tables that are shipped: none starts without"


def table(lark: Any) -> Any:
    return lark.parser.parser._parse_table


def rules(lark: Any) -> list[Rule]:
    actions = [each for state in table(lark).states.values() for each in state.values()]
    return [to for action, to in actions if action is not Shift]


def lexers(lark: Any) -> dict[Any, Any]:
    found: dict[Any, Any] = lark.parser.lexer.lexer.lexers
    return found


def written(lark: Any) -> tuple[dict[str, Any], dict[int, Any]]:
    data, memo = lark.memo_serialize([TerminalDef, Rule])
    return data, memo


def remade(lark: Any) -> Any:
    hooks = {"postlex": lark.options.postlex, "transformer": lark.options.transformer}
    return type(lark)._load_from_dict(*written(lark), **hooks)


PARTS: list[tuple[str, Callable[[Any], bool], str]] = [
    (
        "a state maps the names of tokens and rules to a pair: an action, and a state or a rule",
        lambda lark: all(
            isinstance(name, str) and len(pair) == 2
            for state in table(lark).states.values()
            for name, pair in state.items()
        ),
        LOOP,
    ),
    (
        "an action is Shift, which leads to a state, or else reduces by a rule",
        lambda lark: all(
            (to in table(lark).states) if action is Shift else isinstance(to, Rule)
            for state in table(lark).states.values()
            for action, to in state.values()
        ),
        LOOP,
    ),
    (
        "there is one state to start in and one to end in, by the name of the rule to start with",
        lambda lark: (
            len(table(lark).start_states) == 1
            and table(lark).start_states.keys() == table(lark).end_states.keys()
        ),
        LOOP,
    ),
    (
        "each state has a lexer, whose terminals have a name and a pattern",
        lambda lark: all(
            isinstance(each, TerminalDef) and each.pattern.to_regexp()
            for state in table(lark).states
            for each in lexers(lark)[state].terminals
        ),
        LOOP,
    ),
    (
        "what the grammar ignores, and what reads indentation, are with the lexer's settings",
        lambda lark: (
            "SPACE" in lark.parser.lexer_conf.ignore
            and isinstance(lark.parser.lexer_conf.postlex, Layout)
        ),
        LOOP,
    ),
    (
        "a rule knows its symbols, which of them are left out, its alias and whether it is inlined",
        lambda lark: all(
            isinstance(rule.options.expand1, bool)
            and (rule.alias is None or isinstance(rule.alias, str))
            and all(
                isinstance(each.filter_out, bool)
                if isinstance(each, Terminal)
                else isinstance(each, NonTerminal)
                for each in rule.expansion
            )
            for rule in rules(lark)
        ),
        LOOP,
    ),
    (
        "a parser is written as data that holds its table, with numbers for tokens",
        lambda lark: (
            {"tokens", "states", "start_states", "end_states"}
            == written(lark)[0]["parser"]["parser"].keys()
        ),
        KEPT,
    ),
    (
        "a parser is made of such data, given what is code",
        lambda lark: (
            table(remade(lark)).states.keys() == table(lark).states.keys()
            and lexers(remade(lark)).keys() == lexers(lark).keys()
        ),
        KEPT,
    ),
]
"""What is so of the parser that lark made of our grammar, how that is seen, and what breaks if not."""


@pytest.fixture(scope="module")
def computed() -> Any:
    """What lark makes of the grammar by itself, with the options that a thread's parser has."""
    with (
        patch.object(prebuilt, "kept", lambda: None),
        patch.object(parser, "Tables", lambda *_: None),
        patch.object(parser, "_local", local()),
    ):
        return parser._reader().lark


@pytest.mark.parametrize(("shape", "holds", "breaks"), PARTS, ids=[shape for shape, _, _ in PARTS])
def test_lark_has_the_shape_that_is_read(
    computed: Any, shape: str, holds: Callable[[Any], bool], breaks: str
) -> None:
    try:
        held = holds(computed)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        pytest.fail(f"of lark this is no longer so: {shape} ({error!r}). {breaks}.")
    assert held, f"of lark this is no longer so: {shape}. {breaks}."


def test_no_version_of_lark_is_let_in_before_this_was_run_with_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (wanted,) = [each for each in project["dependencies"] if each.startswith("lark")]
    assert wanted == "lark>=1.2,<1.4", "run tests/house/test_lark.py with the versions that are new"
