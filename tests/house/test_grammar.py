"""Each rule of the grammar that reaches the tree builder has a method there, and the other way round.

A misspelt method would leave a tree of lark's in the surface tree, silently.
"""

from __future__ import annotations

from lark import Lark

from tests.conftest import ROOT
from tosdsl.syntax.build import Build
from tosdsl.syntax.claims import Claims
from tosdsl.syntax.mistakes.slips import BELONGS_UNDER
from tosdsl.syntax.reductions import Reductions

GRAMMAR = (ROOT / "grammars" / "tos.lark").read_text(encoding="utf-8")
INSIDE = ("_header", "_section", "_norm", "_exception", "_scenario", "_enforcement", "_property")
"""The rules of lines that stand under another."""
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


def test_a_line_that_stands_under_another_is_told_so_in_the_first_column() -> None:
    reader = Lark(GRAMMAR, start="item", parser="lalr")
    words = {str(each.name): each.pattern.value for each in reader.terminals}
    made: dict[str, list[str]] = {}
    for rule in reader.rules:
        made.setdefault(str(rule.origin.name), []).append(str(rule.expansion[0].name))
    items = {word for each in made["item"] for word in made.get(each, [each])}
    under = {each for rule in INSIDE for each in made[rule]}
    openers = {word for each in under for word in made.get(each, [each])} - items - {"STRING"}
    words_of = {words[opener] for opener in openers if opener in words}

    assert len(words_of) > 20
    assert {word for word in words_of if word.isalpha()} <= {*BELONGS_UNDER, "where"}
