"""Combinations of what can be known and unknown about the story's clause: all of them with LONG=1."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations, islice, product
from math import prod
from typing import Any

import tosdsl
from tests.conftest import either
from tests.oracle import answer as oracle

EACH = either(5, 1)
"""Of the combinations, every so many-th is asked. 5 divides no product of the numbers of values, so
that nothing is left out regularly."""
TOGETHER = 4
"""Of any so many facts, all combinations are among those that are asked."""

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


def asked() -> Iterator[tuple[Any, ...]]:
    """The values of the combinations that are asked, in the order of ``VALUES``."""
    return islice(product(*VALUES.values()), 0, None, EACH)


def uses(left_out: bool) -> Iterator[dict[str, Any]]:
    """As a program gives them: what is unknown is left out, or None."""
    for values in asked():
        facts: dict[str, Any] = {"model": {}}
        for path, value in zip(VALUES, values, strict=True):
            around, _, name = path.rpartition(".")
            if not (left_out and value is None):
                (facts[around] if around else facts)[name] = value
        yield facts


def test_combinations_come_out_as_the_meaning_has_them() -> None:
    policies = tosdsl.load("openai.business_terms")
    found: Counter[str] = Counter()
    for facts, same in zip(uses(True), uses(False), strict=True):
        right = oracle.decide(policies, facts)
        assert policies.verdict(facts) is policies.verdict(same) is right.verdict, facts
        assert policies.decide(facts) == policies.decide(same) == right, facts
        found[right.verdict.value] += 1
    assert found == either(
        {"permitted": 1_348, "forbidden": 98, "undetermined": 596},
        {"permitted": 6_738, "forbidden": 494, "undetermined": 2_974},
    )


def test_the_values_of_any_four_facts_meet_in_all_ways() -> None:
    met: dict[tuple[int, ...], set[str]] = {}
    for values in asked():
        for at in combinations(range(len(VALUES)), TOGETHER):
            met.setdefault(at, set()).add(repr([values[each] for each in at]))
    sizes = [len(each) for each in VALUES.values()]
    assert {at: len(found) for at, found in met.items()} == {
        at: prod(sizes[each] for each in at) for at in combinations(range(len(VALUES)), TOGETHER)
    }
