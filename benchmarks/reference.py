"""The reference meaning, asked directly: the fast path must agree with it, and is timed beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tosdsl import PolicySet, Verdict
from tosdsl.answer import answer_verdict
from tosdsl.facts.document import from_python
from tosdsl.facts.use import read_parts


def reference(policies: PolicySet) -> Callable[[Mapping[str, Any]], Verdict]:
    """A function from facts to what they mean, with no code generated. The facts must be right."""
    linked, vocabulary = policies.linked, policies.vocabulary

    def ask(facts: Mapping[str, Any]) -> Verdict:
        node = from_python(facts, [])
        use = read_parts({} if node is None else {"facts": node}, vocabulary, [])
        return answer_verdict(linked, use)

    return ask
