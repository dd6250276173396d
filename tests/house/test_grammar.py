"""Each rule of the grammar that reaches the tree builder has a method there, and the other way round.

A misspelt method would leave a tree of lark's in the surface tree, silently.
"""

from __future__ import annotations

from lark import Lark

from tests.conftest import ROOT
from tosdsl.syntax.build import Build
from tosdsl.syntax.claims import Claims
from tosdsl.syntax.reductions import Reductions

GRAMMAR = (ROOT / "grammars" / "tos.lark").read_text(encoding="utf-8")
NOT_RULES = {"start", "except_"}
"""``start`` begins an item; ``except_`` is the method that Build has as ``except`` too."""


def called() -> set[str]:
    """The names under which lark calls back: aliases, and rules that are not inlined."""
    names = set()
    for rule in Lark(GRAMMAR, start="item", parser="lalr").rules:
        inlined = rule.origin.name.startswith("_")
        passes_through = rule.options.expand1 and len(rule.expansion) == 1
        if rule.alias:
            names.add(rule.alias)
        elif not inlined and not passes_through:
            names.add(str(rule.origin.name))
    return names


def methods() -> set[str]:
    written = {*vars(Build), *vars(Claims), *vars(Reductions)}
    return {name for name in written if not name.startswith("_")} - NOT_RULES


def test_each_rule_has_a_method_and_each_method_a_rule() -> None:
    assert called() == methods()


def test_no_terminal_is_left_over() -> None:
    reader = Lark(GRAMMAR, start="item", parser="lalr")

    used = {symbol.name for rule in reader.rules for symbol in rule.expansion} | set(
        reader.ignore_tokens
    )
    defined = {terminal.name for terminal in reader.terminals}
    assert defined <= used
