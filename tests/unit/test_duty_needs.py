"""What a duty asks for: what can still change its state, and nothing else."""

from __future__ import annotations

import pytest

import tosdsl

WORDS = """vocabulary w

fact trade: boolean
fact abroad: boolean
fact listed: boolean
fact done: boolean
fact asked_on: date
"""

IN_A_SECTION = """policy p
    default permit

use w

section one
    applies when trade

    section two
        applies when abroad

        require register
            must done
"""

BY_A_ROUTE = """policy p
    default permit

use w

governed by q
    when trade

require register
    must done
"""

COMES_IN = """policy p
    default permit

use w

governed by somewhere.else
    when abroad

incorporate q#register


policy q
    default permit

use w

section one
    applies when trade

    require register
        must done
"""

LIFTED = """policy p
    default permit

use w

require register
    when trade
    must done
    subject to relief

section relief_of at "2"
    applies when abroad

    permit relief
        when listed
"""

IN_TIME = """policy p
    default permit

use w

require register
    when trade
    must done
    within 3 days after asked_on
"""


@pytest.mark.parametrize(
    ("text", "facts", "needs"),
    [
        (IN_A_SECTION, {"done": False}, {"trade", "abroad"}),
        (IN_A_SECTION, {"trade": True}, {"abroad", "done"}),
        (IN_A_SECTION, {"trade": True, "done": True}, {"abroad"}),
        (BY_A_ROUTE, {"done": False}, {"trade"}),
        (COMES_IN, {"done": False}, {"trade", "abroad"}),
        (COMES_IN, {"done": False, "trade": True}, {"abroad"}),
        (LIFTED, {"trade": True, "done": False}, {"abroad", "listed"}),
        (LIFTED, {"trade": True, "done": False, "listed": True}, {"abroad"}),
        (IN_TIME, {"done": True}, {"trade"}),
        (IN_TIME, {"done": False}, {"trade", "asked_on"}),
        (IN_TIME, {"trade": True, "done": False}, {"asked_on"}),
    ],
)
def test_a_duty_asks_for_what_can_change_its_state(
    text: str, facts: dict[str, bool], needs: set[str]
) -> None:
    decision = tosdsl.loads(text, WORDS).decide(facts, as_of="2024-05-01")
    [duty] = [each for each in decision.duties if each.path[0] == "p"]
    assert duty.state == "undetermined"
    assert set(duty.needs) == needs
