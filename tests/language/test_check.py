"""Open buffers are checked as files with their contents would be."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

import tosdsl
from tests.properties.test_cache import differ
from tests.properties.test_workspace import SHIPPED, edits
from tosdsl.language.check import check, collected, findings
from tosdsl.testing.runner import run_tests
from tosdsl.workspace.memory import Workspace

WORDS = "vocabulary words\n\nfact count: integer\n"
TERMS = """\
policy shop.terms
    default permit

use words

forbid many
    when count > 3

scenario "many"
    given
        count: 4
    expect forbidden
"""


@pytest.mark.parametrize("shipped", SHIPPED[1::5], ids=lambda file: file.stem)
def test_buffers_come_to_what_files_come_to(shipped: Path, tmp_path: Path) -> None:
    """Whatever was edited; what is not in a buffer is read from its file."""
    file = tmp_path / shipped.name
    text = shipped.read_text(encoding="utf-8")
    file.write_text(text, encoding="utf-8")
    workspace = Workspace()
    for now in edits(text, Random(shipped.stem), 6):
        checked = check({str(file): now}, [str(file)], workspace)
        file.write_text(now, encoding="utf-8")
        try:
            expected = tosdsl.load(file)
        except tosdsl.PolicyError as error:
            assert checked.policies is None
            assert differ(tuple(error.diagnostics), checked.diagnostics) is None
        else:
            assert checked.policies is not None
            assert differ(expected.choices, checked.policies.choices) is None
            assert differ(expected.warnings, checked.diagnostics) is None


def test_an_unsaved_vocabulary_is_used_by_another_buffer(tmp_path: Path) -> None:
    (tmp_path / "words.tos").write_text(WORDS)
    file, words = str(tmp_path / "terms.tos"), str(tmp_path / "words.tos")
    changed = WORDS.replace("count", "number")
    assert check({file: TERMS}, [file]).policies is not None
    checked = check({file: TERMS, words: changed}, [file])
    assert {each.code for each in checked.diagnostics} >= {"TOS2001"}
    mended = TERMS.replace("count", "number")
    assert check({file: mended, words: changed}, [file]).policies is not None
    new = check({"untitled:1": mended, "untitled:2": changed}, ["untitled:1"])
    assert new.policies is not None


def test_a_vocabulary_alone_is_no_mistake() -> None:
    assert check({"words.tos": WORDS}, ["words.tos"]).diagnostics == ()


@pytest.mark.parametrize("roots", [["no_such.tos"], ["openai.business_terms"], []])
def test_what_is_named_is_looked_for_and_nothing_raises(roots: list[str]) -> None:
    checked = check({}, roots)
    assert (checked.policies is None) == (roots != ["openai.business_terms"])


def test_buffers_are_linted_and_tested(tmp_path: Path) -> None:
    file = str(tmp_path / "terms.tos")
    texts = {file: TERMS, str(tmp_path / "words.tos"): WORDS}
    wrong = {**texts, file: TERMS.replace("count: 4", "count: 2")}
    never = TERMS.replace("when count > 3", "when count > 3 and count < 2")
    for each, outcome in ((texts, "passed"), (wrong, "failed")):
        [result] = run_tests(collected(each, [file]).tests)
        assert result.outcome == outcome
    assert findings(texts, [file]).findings == ()
    found = findings({**texts, file: never.partition("scenario")[0]}, [file]).findings
    assert found
    assert found[0].problem.span.file == file
