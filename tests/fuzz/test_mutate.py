"""A short run of the mutations; the long one is ``python -m tests.fuzz.mutate --runs 100000``."""

from __future__ import annotations

import pytest

from tests.fuzz.mutate import SLOW, fuzz, judge, seeds


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_damaged_texts_raise_nothing(seed: int) -> None:
    report = fuzz(500, seed)
    assert report.runs == 500
    assert report.slowest < SLOW, report.slowest_run
    assert len(report.codes) > 20


@pytest.mark.parametrize("seed", sorted(set(seeds()), key=lambda seed: seed.name), ids=lambda s: s.name)
def test_the_texts_to_begin_with_are_sound(seed: object) -> None:
    """But the JSON: one of its items is null, so that a diagnostic is never far."""
    found = judge(seed, seed.text)  # type: ignore[arg-type, attr-defined]
    assert [each.code for each in found] == (["TOS4008"] if seed.name == "use.json" else [])  # type: ignore[attr-defined]
