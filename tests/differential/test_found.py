"""What the long run has found, as small as it goes: each question comes out as the reference has it."""

from __future__ import annotations

from typing import Any

import pytest

import tosdsl
from tests.differential.both import differences
from tosdsl import compiled

WORDS = "vocabulary words\n\nfact count: integer\n\nfact done: boolean\n"

ALWAYS_EXCEPTED = """\
policy p
    default permit

use words

define always as
    yes

{kind} clause
    when count is 1
    except otherwise
        when always

forbid other
    when count is 2
"""
"""The clause's force is settled, and still it is told of as defeated where ``count`` is 1."""


@pytest.mark.parametrize("kind", ["forbid", "permit", "require"])
def test_a_test_that_settles_no_force_is_told_of(kind: str) -> None:
    must = "\n    must done" if kind == "require" else ""
    policies = tosdsl.loads(WORDS, ALWAYS_EXCEPTED.format(kind=kind).replace("is 1", f"is 1{must}"))
    uses: list[dict[str, Any]] = [
        {"count": 3},
        {"count": 1},
        {},
        {"count": 2},
        {"count": 3, "done": True},
    ]
    for facts in uses:
        assert differences(policies, facts) == []


@pytest.mark.parametrize("count", [10**18, -(10**18), 10**99, 10**100, -(10**101), True, 2.0])
def test_a_number_with_too_many_digits_is_wrong_however_it_compares(count: Any) -> None:
    policies = tosdsl.loads(
        WORDS, "policy p\n    default permit\n\nuse words\n\nforbid n\n    when count > 2\n"
    )
    for facts in ({"count": 3}, {"count": count}, {"count": count}):
        assert differences(policies, facts) == []


DEFEATED_WHERE_IT_HAS_NO_FORCE = """\
policy p
    default permit

use words

governed by elsewhere
    when count is 1

permit clause
    when done
    subject to everything else

forbid other
"""
"""It has force where the document leads elsewhere, and is told of as defeated where it does not."""


def test_a_clause_is_told_of_where_it_would_apply(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "_FEW", 0)
    policies = tosdsl.loads(WORDS, DEFEATED_WHERE_IT_HAS_NO_FORCE)
    for done in (False, True, None):
        for count in (2, 1, None):
            assert differences(policies, {"count": count, "done": done}) == []


@pytest.mark.parametrize("count", [15, 25, 250])
def test_a_policy_of_many_sections_is_answered(count: int) -> None:
    text = "policy p\n    default permit\n\nuse words\n\n"
    for at in range(count):
        text += f"section s{at}\n    forbid clause_{at}\n        when count is {at}\n\n"
    policies = tosdsl.loads(WORDS, text)
    uses: list[dict[str, Any]] = [{"count": 7}, {"count": count}, {}]
    for facts in uses:
        assert differences(policies, facts) == []
