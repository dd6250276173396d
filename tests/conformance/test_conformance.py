"""Each feature, as data: good policies whose scenarios say what must come out, bad ones to be refused.

README.md beside this file says how to run the same data with another program.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.malformed import corpus
from tests.malformed.judge import check_policies
from tosdsl import load_each
from tosdsl.diagnostics.model import Severity
from tosdsl.testing import properties
from tosdsl.testing.scenarios import Result, run

HERE = Path(__file__).parent
GOOD = sorted(HERE.glob("*/good/*"))
BAD = {text.name: text for text in corpus.of_features()}


def _results() -> list[Result]:
    return [result for file in GOOD for result in run(load_each(file))]


@pytest.mark.parametrize(
    "result", _results(), ids=lambda result: f"{result.policy}: {result.scenario.title}"
)
def test_scenario(result: Result) -> None:
    assert not result.failures, result.decision.explain()


@pytest.mark.parametrize("name", BAD)
def test_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = check_policies(BAD[name])
    assert Severity.ERROR in {each.severity for each in found}


@pytest.mark.parametrize(
    "result",
    [result for file in GOOD for result in properties.run(load_each(file))],
    ids=lambda result: f"{result.policy}: {result.item.title}",
)
def test_property(result: properties.Result) -> None:
    assert result.held, result


def test_every_good_file_has_scenarios() -> None:
    with_scenarios = {result.scenario.span.file for result in _results()}
    assert with_scenarios == {str(file) for file in GOOD}


def test_a_bad_text_has_mistakes_of_meaning_only() -> None:
    codes = {expected.code for text in BAD.values() for expected in text.expected}
    of_clauses = {"TOS1041", "TOS1042", "TOS1054", "TOS1055"}  # what it says must go with its kind
    assert {code for code in codes - of_clauses if not code.startswith(("TOS2", "TOS3"))} == set()


def test_every_feature_has_both_and_nothing_stands_beside_them() -> None:
    files = {file.relative_to(HERE) for file in HERE.rglob("*") if file.is_file()}
    data = {file for file in files if "__pycache__" not in file.parts and len(file.parts) > 1}
    assert {file for file in data if len(file.parts) != 3 or ".tos" not in file.suffixes} == set()
    features = {file.parts[0] for file in data}
    assert {file.parts[:2] for file in data} == {
        (f, kind) for f in features for kind in ("good", "bad")
    }


def test_no_text_stands_twice() -> None:
    texts = [text.text for _, several in corpus.policies() for text in several]
    texts += [text.text for text in BAD.values()]
    assert {text for text in texts if texts.count(text) > 1} == set()
