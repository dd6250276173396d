"""Lark's tables, run by the program's own loop, give what lark gives."""

from pathlib import Path

import pytest

from benchmarks.generated import policy
from tests.conftest import ROOT
from tosdsl.base.span import Span
from tosdsl.syntax import parser
from tosdsl.syntax.parser import Parsed, parse
from tosdsl.syntax.tables import REFUSED, Tables
from tosdsl.trees import surface as s

TEXTS = sorted(
    file
    for folder in ("policies", "tests/conformance", "tests/malformed", "docs")
    for file in (ROOT / folder).rglob("*")
    if file.name.endswith((".tos", ".tos.md"))
)


def places(node: object) -> list[Span]:
    """Every span below a node, in order: equality of nodes does without them."""
    if isinstance(node, Span):
        return [node]
    if isinstance(node, tuple):
        return [place for each in node for place in places(each)]
    names = getattr(type(node), "__attrs_attrs__", ())
    return [place for each in names for place in places(getattr(node, each.name))]


def without_tables(text: str, file: str, monkeypatch: pytest.MonkeyPatch) -> Parsed:
    """What lark's own loop makes of a text."""
    with monkeypatch.context() as patch:
        patch.setattr(Tables, "parse", lambda self, text: REFUSED)
        return parse(text, file)


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_text_reads_as_lark_reads_it(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = file.read_text(encoding="utf-8", errors="surrogateescape")
    fast, slow = parse(text, file.name), without_tables(text, file.name, monkeypatch)
    assert fast == slow
    assert places(fast) == places(slow)
    assert len(places(fast)) > len(fast.file.units)


def test_what_follows_the_grammar_is_not_read_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    readings: list[str] = []
    reader = parser._reader()
    monkeypatch.setattr(reader.lark, "parse", readings.append)
    for file in TEXTS:
        if file.is_relative_to(ROOT / "policies") or "good" in file.parts:
            parse(file.read_text(encoding="utf-8"), file.name)
    assert parse(policy(120, 40)).file.units[1:]
    assert readings == []


def test_what_does_not_is_explained_by_lark() -> None:
    found = parse("policy p\n    default permit\n\nforbid x\n    when a is\n")
    assert isinstance(found.file.units[0], s.Policy)
    assert [each.code for each in found.diagnostics] == ["TOS1024"]
