"""Faults that are planted in the making of the core and of its Python: the differential run sees them.

The whole table takes some minutes: ``python -m tests.differential.faults``. CI plants three.
"""

from __future__ import annotations

import ast

import pytest

from tests.differential.faults import FAULT, FAULTS, Fault, plant


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_can_be_planted(fault: Fault) -> None:
    ast.parse(fault.planted())


@pytest.mark.parametrize(
    "name", ["or: unknown is false", "the scope of a clause", "the table of a section"]
)
def test_a_planted_fault_is_seen(name: str) -> None:
    _, told = plant(name)
    assert told, FAULT[name]
