"""Every combination of what can be known and unknown about the story's clause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any

import tosdsl
from tests.oracle import answer as oracle

TRUTHS = (True, False, None)
OURS = (["openai"], ["microsoft"], None)
VALUES: dict[str, tuple[Any, ...]] = {
    "activities": (
        *([each] for each in ("train", "annotate", "distill", "fine_tune", "evaluate", "promote")),
        None,
    ),
    "output_of": OURS,
    "model.purpose": ("generate", "classify", "categorize", "organize", "predict", None),
    "model.competes_with": OURS,
    "model.distributed": TRUTHS,
    "model.commercially_available": TRUTHS,
    "model.base_offered_by": ("openai", "microsoft", None),
}


def uses(left_out: bool) -> Iterator[dict[str, Any]]:
    """As a program gives them: what is unknown is left out, or None."""
    for values in product(*VALUES.values()):
        facts: dict[str, Any] = {"model": {}}
        for path, value in zip(VALUES, values, strict=True):
            around, _, name = path.rpartition(".")
            if not (left_out and value is None):
                (facts[around] if around else facts)[name] = value
        yield facts


def test_all_combinations_come_out_as_the_meaning_has_them() -> None:
    policies = tosdsl.load("openai.business_terms")
    found: Counter[str] = Counter()
    for facts, same in zip(uses(True), uses(False), strict=True):
        right = oracle.decide(policies, facts)
        assert policies.verdict(facts) is policies.verdict(same) is right.verdict, facts
        assert policies.decide(facts) == policies.decide(same) == right, facts
        found[right.verdict.value] += 1
    assert found == {"permitted": 6_738, "forbidden": 494, "undetermined": 2_974}
