"""The shipped policies decide every case that they have as the lawyer does."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from tests.cases.judge import Judged, Status, judge, scenarios
from tests.cases.model import documents
from tests.conftest import ROOT

DOCUMENTS = documents()
CASES = [case for document in DOCUMENTS for case in document.cases]


@cache
def judged() -> dict[str, Judged]:
    """Each case, by its id."""
    return {each.case.id: each for each in judge(DOCUMENTS, scenarios(ROOT / "policies"))}


def test_there_are_113_cases_each_once() -> None:
    assert len(CASES) == len({case.id for case in CASES}) == 113


def test_they_are_as_sure_as_they_are() -> None:
    assert Counter(case.confidence.value for case in CASES) == {
        "firm": 92,
        "arguable": 15,
        "doubtful": 6,
    }


def test_each_has_a_reason_in_one_sentence() -> None:
    assert [case.id for case in CASES if not case.why.endswith(".") or "\n" in case.why] == []


@pytest.mark.parametrize("case", [case.id for case in CASES])
def test_a_case_is_in_the_library_and_right(case: str) -> None:
    found = judged()[case]
    assert found.status in {Status.RIGHT, Status.OPPOSITE}, "\n".join(found.reasons)
