"""Documents that are asked about together."""

from __future__ import annotations

import tosdsl
from tosdsl import limits

WORDS = "vocabulary w\n\nfact a: boolean\n"


def document(name: str, *lines: str) -> str:
    return "\n".join([f"policy {name}", "    default permit", "", "use w", "", *lines, ""])


def test_clauses_of_documents_that_say_nothing_of_each_other_are_in_conflict() -> None:
    one = document("one", "forbid f", "    when a")
    two = document("two", "permit p", "    when a")
    decision = tosdsl.loads(WORDS, one, two).decide({"a": True})
    assert decision.verdict is tosdsl.Verdict.FORBIDDEN
    assert [(each.prohibition, each.permission) for each in decision.conflicts] == [("one#f", "two#p")]


def test_a_document_that_prevails_is_in_no_conflict_with_the_other() -> None:
    one = document("one", "forbid f", "    when a")
    two = document("two", "prevails over one", "permit p", "    when a")
    decision = tosdsl.loads(WORDS, one, two).decide({"a": True})
    assert decision.conflicts == ()


def test_a_pair_is_listed_once_where_a_document_came_in_twice() -> None:
    one = document("one", "forbid f", "    when a")
    two = document("two", "permit p", "    when a")
    three = document("three", "incorporate one", "incorporate two")
    decision = tosdsl.loads(WORDS, one, two, three).decide({"a": True})
    assert len(decision.conflicts) == 1


def test_of_a_great_many_conflicts_as_many_are_listed_as_the_limit_says_and_that_is_said() -> None:
    clauses = [line for at in range(400) for line in (f"forbid f{at}", f"permit p{at}")]
    decision = tosdsl.loads(WORDS, document("many", *clauses)).decide({})
    assert len(decision.conflicts) == limits.MAX_CONFLICTS
    assert [each for each in decision.warnings if "more than 100,000 conflicts" in each]
