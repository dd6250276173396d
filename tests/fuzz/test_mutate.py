"""A short run of the mutations; the long one is ``python -m tests.fuzz.mutate --runs 100000``."""

from __future__ import annotations

import pytest

from tests.conftest import either
from tests.fuzz.mutate import SLOW, Seed, fuzz, judge, seeds


@pytest.mark.parametrize("seed", [1, 2, 3][: either(2, 3)])
def test_damaged_texts_raise_nothing(seed: int) -> None:
    report = fuzz(60, seed)
    assert report.runs == 60
    assert report.slowest < SLOW, report.slowest_run
    assert len(report.codes) > 20


@pytest.mark.parametrize(
    "chosen", [*dict.fromkeys(seeds())][:: either(3, 1)], ids=lambda chosen: chosen.name
)
def test_the_texts_to_begin_with_are_sound(chosen: Seed) -> None:
    """But a vocabulary alone is no policy, and an item of the JSON is null: damage is never far."""
    found = [each.code for each in judge(chosen, chosen.text)]
    alone = chosen.is_policy and "\npolicy " not in f"\n{chosen.text}"
    wanted = ["TOS6004"] if alone else {"use.json": ["TOS4008"]}.get(chosen.name, [])
    assert found == wanted
