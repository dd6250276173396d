"""Each construct, as data: policies whose own scenarios say what must come out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tosdsl import load_each
from tosdsl.testing.scenarios import Result, run

HERE = Path(__file__).parent
FILES = sorted(HERE.rglob("*.tos"))


def _results() -> list[Result]:
    return [result for file in FILES for result in run(load_each(file))]


@pytest.mark.parametrize(
    "result", _results(), ids=lambda result: f"{result.policy}: {result.scenario.title}"
)
def test_scenario(result: Result) -> None:
    assert not result.failures, result.decision.explain()


def test_every_file_has_scenarios() -> None:
    with_scenarios = {result.scenario.span.file for result in _results()}
    assert with_scenarios == {str(file) for file in FILES}
