"""Where symbols stand: a symbol renamed everywhere leaves all as it was, but for its name."""

from __future__ import annotations

import json
import re
from functools import cache
from random import Random
from typing import Any

import pytest

from tests.conftest import ROOT, either
from tosdsl.language.check import Checked, check
from tosdsl.language.edits import applied, rename
from tosdsl.language.occurrences import at, occurrences
from tosdsl.language.symbols import Occurrence, Symbol
from tosdsl.workspace.memory import Workspace

FILES = {
    str(file.relative_to(ROOT)): file.read_text(encoding="utf-8") + "\n# No text that is shipped.\n"
    for file in sorted((ROOT / "policies").rglob("*.tos*"))
}
NEW = "zz_renamed"
WORKSPACE = Workspace()


@cache
def library() -> tuple[Checked, tuple[Occurrence, ...]]:
    checked = check(FILES, [file for file in FILES if "\npolicy " in f"\n{FILES[file]}"], WORKSPACE)
    assert checked.policies is not None
    return checked, occurrences(checked)


@cache
def chosen() -> list[Symbol]:
    """Fifty symbols that are declared in the library, of every kind that it has."""
    declared = sorted({each.symbol for each in library()[1] if each.role == "declaration"})
    random = Random(15)
    kinds = sorted({each.kind for each in declared})
    several = {kind: [each for each in declared if each.kind == kind] for kind in kinds}
    picked: list[Symbol] = []
    while len(picked) < 50:
        for kind in kinds:
            if several[kind]:
                picked.append(several[kind].pop(random.randrange(len(several[kind]))))
    return picked[:50]


def decisions(checked: Checked, files: set[str]) -> str:
    """Everything that the scenarios of some files come to, but for explanations and digests."""
    assert checked.policies is not None, checked.diagnostics
    found = []
    for policy, scenario, use in checked.policies.scenarios():
        if scenario.span.file in files:
            made = checked.policies.decide_use(use).to_json(explain=False)
            found.append((policy, scenario.title, without_places(made)))
    text = json.dumps(found, default=str, sort_keys=True)
    return re.sub(r"sha256:[0-9a-f]+", "", text)


def codes(checked: Checked) -> list[str]:
    """What is said of the texts, but that one stands in the place of a shipped one."""
    return [each.code for each in checked.diagnostics if each.code != "TOS6015"]


def without_places(tree: Any) -> Any:
    """Without what is said of a text that stands in the place of a shipped one."""
    if isinstance(tree, dict):
        return {key: without_places(each) for key, each in tree.items()}
    if isinstance(tree, list):
        kept = [each for each in tree if not (isinstance(each, str) and "comes with tosdsl" in each)]
        return [without_places(each) for each in kept]
    return tree


@cache
def before(roots: tuple[str, ...], files: frozenset[str]) -> tuple[list[str], str]:
    """The codes of some policies as they are, and the decisions on their scenarios in some files."""
    checked = check(FILES, roots, WORKSPACE)
    return codes(checked), decisions(checked, files)


def documents_in(file: str) -> set[str]:
    """The names of the policies in a file."""
    return set(re.findall(r"^policy (\S+)", FILES[file], re.MULTILINE))


@pytest.mark.parametrize("number", range(either(16, 50)))
def test_a_symbol_renamed_leaves_all_else_as_it_was(number: int) -> None:
    _, found = library()
    symbol = chosen()[number]
    edits = rename(found, symbol, NEW)
    assert edits, symbol
    texts = applied(FILES, edits)
    touched = {edit.span.file for edit in edits}
    named = {name for each in touched for name in documents_in(each)}
    roots = sorted(each for each in FILES if named & documents_in(each))  # with all their versions
    roots = roots or [each for each in sorted(FILES) if "policies/openai" in each][:1]
    said, decided = before(tuple(roots), frozenset(touched | set(roots)))
    after = check(texts, roots, WORKSPACE)
    assert codes(after) == said
    word = rf"\b{NEW}\b"
    as_before = re.sub(word, lambda _: symbol.word, decisions(after, touched | set(roots)))
    assert as_before == decided
    again = occurrences(check(texts, sorted(texts), WORKSPACE))
    new = {each.symbol for each in again if each.symbol.word == NEW and each.symbol.kind == symbol.kind}
    assert len(new) == 1
    back = rename(again, next(iter(new)), symbol.word)
    assert len(back) == len(edits)
    assert applied(texts, back) == FILES


def test_every_kind_is_met() -> None:
    kinds = {each.symbol.kind for each in library()[1]}
    assert kinds >= {
        *("document", "vocabulary", "type", "member", "fact", "field", "party", "definition"),
        *("clause", "section", "exception", "scenario"),
    }


TEXT = """\
vocabulary shop
party northwind
type Size is one of
    small
    large
type Box has
    size: Size
    weight: integer
fact boxes: list of Box
fact first: Box
fact research: boolean

policy shop.terms
    provider northwind
    default permit

use shop

define heavy(box: Box, least: integer) as
    box.weight > least and box.size is large

exception alone
    when research

section one
    bearer provider
    forbid boxed
        when some box in boxes satisfies heavy(box, 3)
        except alone
        except tiny
            when first.size is small
            except not_tiny
                when first.weight > count(each in boxes where each.weight > 2)
    permit bagged
        when research
        notwithstanding boxed

scenario "a box"
    given
        boxes: [{size: small, weight: 2}]
        first.size: small
        research: no
    expect boxed.tiny not in force
    expect boxed defeated by tiny

property "never"
    where first.size is large
    expect never permitted
"""


def named(word: str, line_of: str) -> Symbol:
    """The symbol of a word on the first line that holds something."""
    found = occurrences(check({"shop.tos": TEXT}, ["shop.tos"]))
    lines = TEXT.split("\n")
    number = next(at for at, line in enumerate(lines) if line_of in line)
    column = lines[number].index(word) + 1
    made = at(found, "shop.tos", number + 1, column)
    assert made is not None, (word, line_of)
    return made.symbol


@pytest.mark.parametrize(
    ("word", "line", "kind", "name"),
    [
        ("Size", "    size: Size", "type", "Size"),
        ("weight", "box.weight >", "field", "Box.weight"),
        ("box", "box.weight >", "parameter", "heavy.box"),
        ("large", "is large", "member", "Size.large"),
        ("boxes", "some box in", "fact", "boxes"),
        ("heavy", "some box in", "definition", "heavy"),
        ("alone", "except alone", "exception", "alone"),
        ("not_tiny", "except not_tiny", "exception", "boxed.tiny.not_tiny"),
        ("first", "when first.size", "fact", "first"),
        ("small", "when first.size", "member", "Size.small"),
        ("boxed", "notwithstanding boxed", "clause", "boxed"),
        ("small", "boxes: [{", "member", "Size.small"),
        ("weight", "boxes: [{", "field", "Box.weight"),
        ("size", "first.size: small", "field", "Box.size"),
        ("tiny", "expect boxed.tiny", "exception", "boxed.tiny"),
        ("tiny", "defeated by tiny", "exception", "boxed.tiny"),
        ("northwind", "provider northwind", "party", "northwind"),
        ("first", "where first.size", "fact", "first"),
        ("a box", 'scenario "a box"', "scenario", "a box"),
    ],
)
def test_what_a_name_stands_for(word: str, line: str, kind: str, name: str) -> None:
    found = named(word, line)
    assert (found.kind, found.name) == (kind, name)


def test_items_of_one_name_are_each_its_own() -> None:
    declared = [
        each
        for each in occurrences(check({"shop.tos": TEXT}, ["shop.tos"]))
        if each.symbol.kind == "item"
    ]
    assert {each.symbol.word for each in declared} == {"box", "each"}
    assert sorted((each.symbol.word, each.role) for each in declared) == [
        *[("box", "declaration"), ("box", "reference")],
        *[("each", "declaration"), ("each", "reference")],
    ]


def test_an_exception_that_nothing_names_is_looked_into() -> None:
    text = TEXT.replace("        except alone\n", "")
    found = occurrences(check({"shop.tos": text}, ["shop.tos"]))
    line = next(
        number for number, each in enumerate(text.split("\n"), 1) if each == "    when research"
    )
    assert any(each.span.line == line and each.symbol.name == "research" for each in found)


def test_a_text_with_a_mistake_tells_of_the_rest() -> None:
    text = TEXT.replace("when first.size is small", "when first.siz is small")
    checked = check({"shop.tos": text}, ["shop.tos"])
    assert checked.policies is None
    assert len(occurrences(checked)) > 50
