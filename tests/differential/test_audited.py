"""Rows of policies that presume: each gets what ``decide`` says of its use."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tosdsl
from tests.conftest import ROOT
from tests.differential.tables import table
from tests.properties.worlds import World, worlds
from tosdsl.auditing.by_use import ByUse

FILES = [
    *(ROOT / "tests" / "conformance" / "presumptions" / "good").glob("*.tos"),
    ROOT / "policies" / "aws" / "service_terms-2026-08-20.tos",
    ROOT / "policies" / "stability" / "terms_of_service-2025-07-31.tos",
    ROOT / "policies" / "youtube" / "developer_policies-2026-06-25.tos",
]


def differences(policies: tosdsl.PolicySet, count: int, seed: int, *, zoned: bool = False) -> list[str]:
    assert policies.predicates.presuming
    several = policies.predicates.presuming_on(None, None)
    found = []
    for each in several:
        way = partial(ByUse, presuming=[each], unknown=())
        found += table(each.whole, count, seed, zoned=zoned).kinds(way)
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_rows_of_what_presumes_are_told_what_decide_says(file: Path) -> None:
    policies = tosdsl.load(str(file))
    if not policies.predicates.presuming:
        pytest.skip("nothing is presumed")
    assert differences(policies, 40, 3)[:3] == []


@given(worlds(presuming=True), st.integers(0, 2**30), st.booleans())
@settings(max_examples=15)
def test_so_are_those_of_any_policy(world: World, seed: int, zoned: bool) -> None:
    if world.policies.predicates.presuming:
        assert differences(world.policies, 30, seed, zoned=zoned)[:3] == []
