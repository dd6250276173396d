"""Every example in the documents, run; every place that they name, looked up."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT, blocks, documents, replaced
from tests.docs.examples import _kept, run_document
from tosdsl.diagnostics.catalogue import CATALOGUE

DOCUMENTS = [str(path.relative_to(ROOT)) for path in documents()]

LINKING = [
    *DOCUMENTS,
    *(str(path.relative_to(ROOT)) for path in sorted((ROOT / "docs" / "adr").glob("*.md"))),
    *(str(path.relative_to(ROOT)) for path in sorted((ROOT / "tests").rglob("README.md"))),
]
"""Documents whose links are followed: decision records and READMEs of tests too."""

_LINK = re.compile(r"\]\((?!https?:|mailto:)(?P<path>[^)#\s]*)(?:#(?P<anchor>[^)\s]*))?\)")
_NAMED = re.compile(r"`((?:tosdsl|grammars|policies|tests|docs)/[\w./-]*)`")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_examples_do_what_the_document_shows(name: str, tmp_path: Path) -> None:
    outcomes = list(run_document((ROOT / name).read_text(encoding="utf-8"), tmp_path))
    for each in outcomes:
        assert not each.problems, f"{name}:{each.block.line}: {each.problems[0]}"
        assert each.block.body == each.body, f"{name}:{each.block.line}; see tests/docs/README.md"


@pytest.mark.parametrize("name", LINKING)
def test_links_lead_somewhere(name: str) -> None:
    document = ROOT / name
    for link in _LINK.finditer(document.read_text(encoding="utf-8")):
        target = document.parent / link["path"] if link["path"] else document
        assert target.exists(), f"{name}: {link[0]}"
        if link["anchor"]:
            assert link["anchor"] in _anchors(target.read_text(encoding="utf-8")), f"{name}: {link[0]}"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_files_that_are_named_exist(name: str) -> None:
    for named in _NAMED.findall((ROOT / name).read_text(encoding="utf-8")):
        assert (ROOT / named).exists(), f"{name} names {named}"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_codes_that_are_named_exist(name: str) -> None:
    assert set(re.findall(r"TOS\d{4}", (ROOT / name).read_text(encoding="utf-8"))) <= CATALOGUE.keys()


def test_the_language_reference_knows_every_word() -> None:
    grammar = (ROOT / "grammars" / "tos.lark").read_text(encoding="utf-8")
    words = set(re.findall(r'^[A-Z]+: "([a-z]+)"', grammar, re.MULTILINE))
    pages = (ROOT / "docs" / "language").glob("*.md")
    reference = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    assert words - set(re.findall(r"[a-z]+", reference)) == set()


def _anchors(text: str) -> set[str]:
    """What links can lead to: the headings, and no ``#`` of an example."""
    prose = replaced(text, ((block, "") for block in blocks(text)))
    headings = re.findall(r"^#+ (.*)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


# --- the runner itself ------------------------------------------------------------------------------


def outcome_of(text: str, folder: Path) -> tuple[list[str], str]:
    outcomes = list(run_document(text, folder))
    problems = [problem for each in outcomes for problem in each.problems]
    return problems, replaced(text, [(each.block, each.body) for each in outcomes])


def test_a_wrong_output_is_seen_and_mended(tmp_path: Path) -> None:
    problems, mended = outcome_of("```sh\n$ echo one; exit 4\nother\n$ echo two\n```\n", tmp_path)
    assert problems == []
    assert mended == "```sh\n$ echo one; exit 4\none\nexit: 4\n$ echo two\ntwo\n```\n"


def test_a_block_that_nothing_runs_is_a_problem(tmp_path: Path) -> None:
    assert outcome_of("```tos\nfact a: boolean\n```\n", tmp_path)[0] == [
        "this block is neither run nor marked `text`"
    ]


def test_a_wrong_doctest_is_seen_and_mended(tmp_path: Path) -> None:
    text = "```python\n>>> 1 + 1\n3\n>>> int('x')\nTraceback\n>>> a = 1\n```\n"
    _, mended = outcome_of(text, tmp_path)
    assert mended.startswith("```python\n>>> 1 + 1\n2\n>>> int('x')\nTraceback (most")
    assert outcome_of(mended, tmp_path) == ([], mended)


def test_an_error_that_no_doctest_expects_is_a_problem(tmp_path: Path) -> None:
    assert "ZeroDivisionError" in outcome_of("```python\n>>> 1 / 0\n```\n", tmp_path)[0][0]


def test_a_failing_assertion_is_a_problem(tmp_path: Path) -> None:
    assert "AssertionError" in outcome_of("```python\nassert False\n```\n", tmp_path)[0][0]


def test_a_file_out_of_layout_is_a_problem(tmp_path: Path) -> None:
    text = "```tos file=a.tos\nvocabulary  v\n```\n"
    assert "lays this out otherwise" in outcome_of(text, tmp_path)[0][0]


def test_a_patch_must_fit_once(tmp_path: Path) -> None:
    text = "```text file=a.txt\none\ntwo\n```\n```diff file=a.txt\n-three\n+four\n```\n"
    assert "0 times" in outcome_of(text, tmp_path)[0][0]
    outcome_of(text.replace("three", "two"), tmp_path)
    assert (tmp_path / "a.txt").read_text() == "one\nfour\n"


def test_dots_on_a_line_fit_any_lines() -> None:
    assert _kept("a\n…\nd\n", "a\nb\nc\nd\n") == "a\n…\nd\n"
    assert _kept("a\n…\nd\n", "a\nb\nc\n") == "a\nb\nc\n"
    assert _kept("a…\n", "ab\n") == "ab\n"


def test_a_base_may_be_a_file_of_the_checkout(tmp_path: Path) -> None:
    clause = 'forbid sale at "3"\n    when {}\n'
    block = f"```tos under=docs/language/base.tos\n{clause}```\n"
    assert outcome_of(block.format("paid"), tmp_path)[0] == []
    assert "Nothing is called `payed`" in outcome_of(block.format("payed"), tmp_path)[0][0]


def test_a_comment_in_an_example_is_no_heading() -> None:
    assert _anchors("# A `b`, c\n\n```text\n# d\n```\n") == {"a-b-c"}


def test_every_document_has_its_blocks_closed() -> None:
    for path in documents():
        list(blocks(path.read_text(encoding="utf-8")))
