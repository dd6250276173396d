"""The reference meaning, asked directly: the fast path must agree with it, and is timed beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.oracle.answer import answer, answer_verdict
from tosdsl import Decision, PolicySet, Verdict
from tosdsl.facts.given import from_python
from tosdsl.facts.use import read_parts
from tosdsl.trees.facts import Use
from tosdsl.trees.vocabulary import Vocabulary


def reference(policies: PolicySet) -> Callable[[Mapping[str, Any]], Verdict]:
    """A function from facts to what they mean, with no code generated. The facts must be right."""
    linked, vocabulary = policies.linked, policies.vocabulary
    return lambda facts: answer_verdict([linked], _use(facts, vocabulary))


def reference_decision(policies: PolicySet) -> Callable[[Mapping[str, Any]], Decision]:
    """A function from facts to the whole decision."""
    linked, vocabulary = policies.linked, policies.vocabulary
    return lambda facts: answer(linked, _use(facts, vocabulary))[0]


def _use(facts: Mapping[str, Any], vocabulary: Vocabulary) -> Use:
    node = from_python(facts, [])
    return read_parts({} if node is None else {"facts": node}, vocabulary, [])
