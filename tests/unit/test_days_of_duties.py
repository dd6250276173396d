"""Days that `must` names: what they are made of is read, whatever tells whether they are in time."""

from __future__ import annotations

from datetime import date

import tosdsl

TERMS = """
vocabulary shop

fact asked_on: date
fact slow: boolean judged

define told as
    asked_on + 3 days


policy p
    default permit

use shop

require telling
    must told
    promptly after asked_on
    late when slow
"""


def test_a_definition_of_a_vocabulary_that_a_day_alone_reads_is_there() -> None:
    """Promptly, nothing but the judgement tells whether it is in time; the day is told all the same."""
    facts = {"asked_on": "2024-01-01", "slow": False}
    (duty,) = tosdsl.loads(TERMS).decide(facts, as_of=date(2024, 2, 1)).duties
    assert (duty.state, duty.must) == ("fulfilled", "told")
