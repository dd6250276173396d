"""Assertions in a decision's words: as data, and as what stands beside a fact."""

from __future__ import annotations

from tosdsl.decision.model import Evidence
from tosdsl.trees.facts import Assertion, Weighed
from tosdsl.trees.wording import value_words


def evidence(each: Assertion) -> Evidence:
    """An assertion as data."""
    value = value_words(each.value)
    return Evidence(each.fact, value, each.status, each.source, each.said_on, each.said_by)


def by_whom(each: Evidence) -> str:
    """``alleged by a newspaper, “front page”, 2023-12-15``: the speaker and the day, if known."""
    speaker = f"{each.said_by}, " if each.said_by else ""
    day = f", {each.said_on}" if each.said_on else ""
    return f"{each.status} by {speaker}“{each.source}”{day}"


def beside(fact: str, weighed: Weighed) -> str:
    """What an explanation adds to a fact: who says so, or between whom it is contested."""
    for each in weighed.contested:
        if each.fact == fact:
            return ", being contested"
    counted = [by_whom(evidence(each)) for each in weighed.counted if each.fact == fact]
    if counted:
        return f", {' and '.join(counted)}"
    who = dict.fromkeys(
        each.said_by or f"“{each.source}”" for each in weighed.open if each.fact == fact
    )
    return f", only alleged by {' and '.join(who)}" if who else ""
