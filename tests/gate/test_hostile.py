"""A thousand of the hostile requests that ``python -m tests.gate.hostile`` puts to a gate."""

from __future__ import annotations

from tests.gate.hostile.__main__ import run
from tests.gate.hostile.parts import PARTS


def test_no_request_gets_more_by_something_hostile_in_it() -> None:
    found = run(1_000, 7)
    assert found.wrong == []
    assert found.by_part.keys() == PARTS.keys()
    assert {"200", "403"} <= found.statuses.keys()
