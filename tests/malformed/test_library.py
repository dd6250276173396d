"""Files, folders, ids and packages that cannot be had: each is one diagnostic that says what to do."""

from __future__ import annotations

import builtins
import os
from collections.abc import Mapping, Sequence
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from tosdsl.base import limits
from tosdsl.diagnostics.model import Diagnostic
from tosdsl.diagnostics.render import render
from tosdsl.facade import FactError, PolicyError, load
from tosdsl.facts import document
from tosdsl.library import files as library

POLICY = 'policy {0}\n    version "{1}"\n    default permit\n'


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(file: str, text: str | bytes) -> None:
    path = Path(file)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)


def refused(*where: str) -> tuple[Diagnostic, ...]:
    with pytest.raises(PolicyError) as raised:
        load(*where)
    for each in raised.value.diagnostics:
        assert "{" not in each.message + each.mend
        assert render(each, raised.value.sources) in str(raised.value)
    return raised.value.diagnostics


def codes(found: Sequence[Diagnostic]) -> list[str]:
    return [each.code for each in found]


def places(found: Sequence[Diagnostic]) -> list[str]:
    spans = [each.span for each in found]
    return [f"{span.file}:{span.line}:{span.column}" if span.line else span.file for span in spans]


# --- texts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "place", "byte"),
    [
        (b"\xff\xfep\x00", "1:1", "0xFF"),
        (b'policy p\n    title "caf\xe9"\n    default permit\n', "2:15", "0xE9"),
        ('policy p\n    title "é'.encode() + b'\xff"\n', "2:13", "0xFF"),
        (b"policy p\n    default permit\n\xc3", "3:1", "0xC3"),
    ],
)
def test_a_text_that_is_not_utf_8(raw: bytes, place: str, byte: str) -> None:
    write("p.tos", raw)
    found = refused("p.tos")
    assert codes(found) == ["TOS1015"]
    assert places(found) == [f"p.tos:{place}"]
    assert byte in found[0].message


def test_a_text_with_a_byte_order_mark_is_found_by_its_name() -> None:
    write("p.tos", "\ufeffpolicy p\n    default permit\n")
    write("q.tos", "policy q\n    default permit\n\nincorporate p\n")
    assert len(load("q.tos").linked.documents) == 2


def test_a_version_with_a_quotation_mark_is_found() -> None:
    write("a/p.tos", 'policy p\n    version "the \\"final\\" one"\n    default permit\n')
    write("a/q.tos", "policy q\n    default permit\n\nincorporate p\n")
    documents = load("a/q.tos").linked.documents
    assert [document.policy.version for document in documents] == [None, 'the "final" one']


def test_a_text_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    write("p.tos", POLICY.format("p", 1))
    open_ = os.open

    def forbidden(path: Any, *rest: Any, **named: Any) -> int:
        if path == "p.tos":
            raise PermissionError(13, "Permission denied")
        return open_(path, *rest, **named)

    monkeypatch.setattr(os, "open", forbidden)
    found = refused("p.tos")
    assert codes(found) == ["TOS6002"]
    assert "Permission denied" in found[0].message


def test_a_text_past_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    write("p.tos", POLICY.format("p", 1))
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 10)
    assert codes(refused("p.tos")) == ["TOS5001"]


# --- paths and ids ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("openai.busines_terms", ("openai.business_terms",)),
        ("business_terms", ("openai.business_terms",)),
        ("nobody.terms", ()),
        ("missing.tos", ()),
        ("no/such/folder", ()),
        ("x" * 5_000, ()),
        ("a\0b", ()),
        ("", ()),
    ],
)
def test_a_name_that_names_nothing(word: str, near: tuple[str, ...]) -> None:
    found = refused(word) if word else refused("@")
    assert codes(found) == ["TOS6001"]
    assert found[0].near[: len(near)] == near
    assert len(found[0].message) < 400


def test_an_empty_folder() -> None:
    Path("empty").mkdir()
    write("empty/notes.txt", "policy p\n")
    write("empty/.hidden/p.tos", POLICY.format("p", 1))
    found = refused("empty")
    assert codes(found) == ["TOS6004"]
    assert "`empty`" in found[0].message


def test_a_file_that_holds_a_vocabulary_alone() -> None:
    write("v.tos", "vocabulary v\nfact a: boolean\n")
    assert codes(refused("v.tos")) == ["TOS6004"]


def test_a_version_that_is_not_there() -> None:
    found = refused("openai.business_terms@2020-01-01")
    assert codes(found) == ["TOS6005"]
    assert "2023-11-14" in found[0].mend


def test_the_same_policy_in_two_files() -> None:
    write("two/a.tos", POLICY.format("p", 1))
    write("two/b.tos", "# Another copy.\n" + POLICY.format("p", 1))
    write("two/c.tos", POLICY.format("p", '2"\n    effective from 2024-01-01\n    title "t'))
    found = refused("two")
    assert codes(found) == ["TOS6003"]
    assert places(found) == ["two/b.tos:2:8"]
    assert "`p@1` is declared here and in two/a.tos." in found[0].message


def test_names_of_a_vocabulary_in_two_files_are_not_reported_as_missing() -> None:
    """Which of the two is meant is what has to be mended first."""
    vocabulary = "vocabulary shop\nfact {0}: boolean\n"
    text = vocabulary + "policy {0}s\n    default permit\nuse shop\nforbid {0}ing\n    when {0}\n"
    write("shops/a.tos", text.format("sell"))
    write("shops/b.tos", text.format("lend"))
    found = refused("shops")
    assert codes(found) == ["TOS6003"]
    assert places(found) == ["shops/b.tos:1:12"]


def test_too_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        write(f"many/p{number}.tos", POLICY.format(f"p{number}", 1))
    assert len(load("many").linked.documents) == 5
    monkeypatch.setattr(limits, "MAX_FILES", 4)
    found = refused("many")
    assert codes(found) == ["TOS5008"]
    assert "MAX_FILES (4)" in found[0].message


# --- packages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "mend", "works"),
    [
        ("deal.tos#no_resale", "ask about `deal.tos`, and look for `no_resale`", "deal.tos"),
        ("shop.deal#no_resale", "ask about `deal.tos`, and look for `no_resale`", "deal.tos"),
        ("openai.business_terms#competing_models", "`openai.business_terms`", "openai.business_terms"),
        ("openai.business_terms@2023-11-14#x", "ask about `openai.business_terms@2023-11-14`", ""),
        ("shop.deal", "`deal.tos` declares it, and a file is asked for by its path", "deal.tos"),
        ("shop.other", "`inside/other.tos` declares it", "inside/other.tos"),
        ("deal.tos@1", "A file is the version that it holds: give `deal.tos`.", "deal.tos"),
        ("deal", "Give `deal.tos`, if that file is meant.", "deal.tos"),
        (
            "shop.twice",
            "Several files here declare it: give their folder, or one of `one.tos`, `two.tos`",
            "",
        ),
        ("shop.dael", "Did you mean `shop.deal`?", ""),
        (
            "nowhere#x",
            "Give a path, or an id such as `openai.business_terms`: `tosdsl policies` lists them.",
            "openai.business_terms",
        ),
    ],
)
def test_what_is_no_file_and_no_policy_is_told_what_to_ask_for(
    asked: str, mend: str, works: str
) -> None:
    write("deal.tos", POLICY.format("shop.deal", "1") + "forbid no_resale\n")
    write("inside/other.tos", POLICY.format("shop.other", "1"))
    write("one.tos", POLICY.format("shop.twice", "1"))
    write("two.tos", POLICY.format("shop.twice", "2"))
    (found,) = refused(asked)
    assert found.code == "TOS6001"
    assert mend in found.mend
    if works:
        load(works)


@pytest.mark.parametrize(
    "value", ["no_such_package_anywhere", "json:no/such/folder", "os.path", ":", "..x"]
)
def test_a_package_whose_policies_are_not_there(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint(name="theirs", value=value, group=library.GROUP)
    monkeypatch.setattr(library, "entry_points", lambda group: [point])
    found = refused("nobody.terms")
    assert sorted(codes(found)) == ["TOS6001", "TOS6006"]
    assert "`theirs`" in "".join(each.message for each in found)
    with pytest.raises(PolicyError, match="TOS6006"):
        load("openai.business_terms")


@pytest.fixture
def _no_yaml(monkeypatch: pytest.MonkeyPatch) -> None:
    importing = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> Any:
        if name == "yaml":
            raise ImportError(name)
        return importing(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)


FACTS: Mapping[str, tuple[str, list[str]]] = {
    "yaml": ("facts:\n  activities: [train]\n", ["TOS6007"]),
    "json": ('{"facts": {"activities": ["train"], "model": {"purpose": "classify"}}}', []),
    "json, wrong": (
        '{"facts": {"activities": ["trian"], "user": {"age": 1.5}}}',
        ["TOS4004", "TOS4003"],
    ),
    "json, a key twice": (
        '{"facts": {"customer": "individual", "customer": "organisation"}}',
        ["TOS4005"],
    ),
    "json, not closed": ('{"facts": {"activities": ["train"]', ["TOS4001"]),
    "json, nothing": ("{", ["TOS4001"]),
    "json, too deep": ('{"facts": ' * 100_000, ["TOS5006"]),
    "json, deep": ('{"facts": ' * 30 + "1" + "}" * 30, ["TOS5006"]),
    "json, a huge number": ('{"facts": {"user": {"age": ' + "9" * 5_000 + "}}}", ["TOS5010"]),
    "nothing": ("", ["TOS6007"]),
}


@pytest.mark.usefixtures("_no_yaml")
@pytest.mark.parametrize("kind", FACTS)
def test_facts_without_pyyaml(kind: str) -> None:
    text, expected = FACTS[kind]
    policies = load("openai.business_terms")
    assert "yaml" not in dir(document)
    if not expected:
        assert policies.read_use(text)[0].facts["model.purpose"] == "classify"
        return
    with pytest.raises(FactError) as raised:
        policies.read_use(text)
    assert codes(raised.value.diagnostics) == expected
    if expected == ["TOS6007"]:
        assert "pip install 'tosdsl[cli]'" in raised.value.diagnostics[0].mend
