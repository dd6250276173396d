"""Days that `must` names: what they are made of is there wherever the obligation is."""

from __future__ import annotations

from datetime import date

import tosdsl
from tosdsl.analysis.engine import Analysis

TERMS = """
vocabulary shop

fact asked_on: date
fact slow: boolean judged


policy p
    default permit

use shop

define told as
    2024-01-01

require telling
    must told
    promptly after asked_on
    late when slow

require paying
    must asked_on
    within 3 days after asked_on
"""


def test_a_definition_that_a_day_is_read_by_is_kept_for_one_clause() -> None:
    """Promptly, nothing but the judgement tells whether a day is in time; the day is told all the same."""
    (answer,) = tosdsl.loads(TERMS).predicates.answers(None, None)
    analysis = Analysis.of(answer.program.linked, smt=False)
    analysis.axes.refresh()
    several = analysis.range_of("asked_on", date(2024, 1, 1))
    assert several is None or several.nearest(date(2024, 1, 1)) == date(2024, 1, 1)
