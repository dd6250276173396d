"""Which other values do as well as the one that is shown: conditions, a value, and its range."""

from __future__ import annotations

import pytest

import tosdsl
from tosdsl.analysis.engine import Analysis
from tosdsl.analysis.report import range_words

VOCABULARY = """vocabulary words

fact users: integer
fact share: number
fact fee: money in USD
fact notice: duration in days
fact signed: date
fact seen: instant
fact closed: optional date
fact name: text
"""

CASES = [
    ("users > 1000", "users: 7", "(any up to 1000)"),
    ("users > 1000", "users: 1001", "(any from 1001)"),
    ("users > 1000 and not users >= 2500", "users: 2000", "(any from 1001 up to 2499)"),
    ("users > 1000 and users < 1002", "users: 1001", ""),  # it is alone
    ("users is 5 or users > 9", "users: 5", ""),
    ("users is 5 or users > 9", "users: 7", "(any from 6 up to 9)"),
    ("users is 5", "users: 7", ""),  # no order is asked for
    ("users > 5 and users * 2 > 30", "users: 7", ""),  # nor is it a test of one fact
    ("share > 0.5", "share: 0.5", "(any up to 0.5)"),
    ("share > 0.5", "share: 0.501", "(any above 0.5)"),
    ("share >= 0.5 and share < 0.75", "share: 0.6", "(any from 0.5 below 0.75)"),
    ("share > 0.5 and share < 0.75", "share: 0.75", "(any from 0.75)"),
    ("fee < 10 USD", "fee: 9.99 USD", "(any below 10 USD)"),
    ("notice <= 30 days", "notice: 5 days", "(any up to 30 days)"),
    ("signed >= 2024-02-29", "signed: 2024-01-01", "(any up to 2024-02-28)"),
    ("seen < 2024-02-29T10:00Z", "seen: 2024-01-01T00:00Z", "(any below 2024-02-29T10:00Z)"),
    ("closed > 2024-02-29", "closed: 2024-02-01", "(any up to 2024-02-29)"),
    ("closed > 2024-02-29", "closed: none", ""),
    ('name is "a"', "name: b", ""),
]


@pytest.mark.parametrize(("when", "fact", "expected"), CASES)
def test_a_range_ends_where_a_condition_comes_out_otherwise(
    when: str, fact: str, expected: str
) -> None:
    text = f"policy one\n    default permit\n\nuse words\n\nforbid it\n    when {when}\n"
    policies = tosdsl.loads(VOCABULARY, text)
    use, _ = policies.read_use(f"facts:\n  {fact}\n")
    analysis = Analysis.of(policies.linked)
    analysis.axes.refresh()
    ((path, value),) = use.facts.items()
    assert range_words(analysis.range_of(path, value)).strip() == expected
