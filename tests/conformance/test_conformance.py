"""Each feature, as data: good policies whose scenarios say what must come out, bad ones to be refused.

README.md beside this file says how to run the same data with another program.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.malformed import corpus
from tests.malformed.judge import check_policies
from tosdsl import PolicySet, load_each
from tosdsl.diagnostics.model import Severity
from tosdsl.testing import properties
from tosdsl.testing.scenarios import asked, judge, label
from tosdsl.trees.facts import Use
from tosdsl.trees.norms import Scenario

HERE = Path(__file__).parent
GOOD = sorted(HERE.glob("*/good/*"))
BAD = {text.name: text for text in corpus.of_features()}


SETS = [load_each(file) for file in GOOD]


def _scenarios() -> Iterator[tuple[PolicySet, str, Scenario, Use]]:
    """To be judged by the tests and not here: each process that runs tests comes by."""
    for several in SETS:
        names = Counter(policy.name for each in several for policy in asked(each))
        for each in several:
            for policy, scenario, use in each.scenarios():
                yield each, label(policy, scenario, each, names), scenario, use


SCENARIOS = list(_scenarios())


@pytest.mark.parametrize(
    ("policies", "policy", "scenario", "use"),
    SCENARIOS,
    ids=[f"{policy}: {scenario.title}" for _, policy, scenario, _ in SCENARIOS],
)
def test_scenario(policies: PolicySet, policy: str, scenario: Scenario, use: Use) -> None:
    result = judge(policies, policy, scenario, use)
    assert not result.failures, result.decision.explain()


@pytest.mark.parametrize("name", BAD)
def test_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = check_policies(BAD[name])
    assert Severity.ERROR in {each.severity for each in found}


@pytest.mark.parametrize(
    "stated",
    [each for several in SETS for each in properties.properties(several)],
    ids=lambda each: f"{each.name}: {each.item.title}",
)
def test_property(stated: properties.Property) -> None:
    result = properties.settle(stated)
    assert result.held, result


def test_every_good_file_has_scenarios() -> None:
    with_scenarios = {scenario.span.file for _, _, scenario, _ in SCENARIOS}
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
