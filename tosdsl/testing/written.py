"""Known facts as the lines of a scenario."""

from __future__ import annotations

from collections.abc import Collection

from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Facts
from tosdsl.trees.uses import as_value


def given(
    facts: Facts, vocabulary: v.Vocabulary, parties: Collection[str | None]
) -> tuple[s.Given, ...]:
    """What is under ``given``, in the vocabulary's order. Parties that are not known are quoted."""
    return tuple(
        s.Given(s.Name(leaf.path), as_value(facts[leaf.path], leaf.type, parties))
        for leaf in vocabulary.leaves()
        if leaf.path in facts
    )
