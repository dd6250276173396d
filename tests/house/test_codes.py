"""One catalogue of diagnostic codes: sorted, used, and filled with the words its sentences need."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from string import Formatter

import pytest

from tests.conftest import ROOT
from tosdsl.diagnostics.catalogue import CATALOGUE

CODE = re.compile(r"TOS[1-8][0-9]{3}")
CATALOGUE_FILES = [
    ROOT / "tosdsl" / "diagnostics" / f"of_{each}.py"
    for each in ("texts", "policies", "uses", "meaning", "gates")
]
NOT_WORDS = {"near"}
"""Keywords of the functions that make diagnostics which fill no sentence."""


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the package but the catalogue, as a tree."""
    files = [file for file in (ROOT / "tosdsl").rglob("*.py") if file not in CATALOGUE_FILES]
    return {str(file.relative_to(ROOT)): ast.parse(file.read_text(encoding="utf-8")) for file in files}


def constants() -> Iterator[str]:
    for tree in modules().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from CODE.findall(node.value)


def calls() -> Iterator[tuple[str, str, set[str], bool]]:
    """Each call that makes a diagnostic: place, code, words, and whether it passes others on."""
    for file, tree in modules().items():
        for node in ast.walk(tree):
            match node:
                case ast.Call(args=[ast.Constant(value=str(code)), *_], keywords=keywords):
                    if CODE.fullmatch(code):
                        words = {each.arg for each in keywords if each.arg} - NOT_WORDS
                        passes_on = any(each.arg is None for each in keywords)
                        yield f"{file}:{node.lineno}", code, words, passes_on


def braces(code: str) -> set[str]:
    entry = CATALOGUE[code]
    parts = Formatter().parse(f"{entry.says}\n{entry.mend}")
    return {name for _, name, _, _ in parts if name}


def written() -> list[str]:
    """The codes in the order in which the catalogue lists them."""
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in CATALOGUE_FILES]
    return [
        node.args[0].value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Entry"
        if isinstance(node.args[0], ast.Constant)
    ]


def test_codes_are_unique_sorted_and_well_formed() -> None:
    assert written() == sorted(set(written())) == list(CATALOGUE)
    assert all(CODE.fullmatch(code) for code in CATALOGUE)
    assert all(code == entry.code for code, entry in CATALOGUE.items())


def test_each_code_is_used_and_each_code_used_is_in_the_catalogue() -> None:
    assert set(constants()) == set(CATALOGUE)


@pytest.mark.parametrize("code", CATALOGUE)
def test_sentences_are_sentences(code: str) -> None:
    entry = CATALOGUE[code]
    for sentence in (entry.says, entry.mend):
        assert re.search(r"[.!?]$|^\{\w+\}$", sentence), sentence
        assert not sentence.startswith(" ")


def test_each_diagnostic_has_the_words_that_its_sentences_need() -> None:
    wrong = {
        where: {"missing": braces(code) - words, "unused": words - braces(code)}
        for where, code, words, passes_on in calls()
        if (not passes_on and words != braces(code)) or (passes_on and not words <= braces(code))
    }
    assert wrong == {}


def test_the_walk_finds_the_diagnostics() -> None:
    assert len({code for _, code, _, _ in calls()}) > len(CATALOGUE) * 0.9
