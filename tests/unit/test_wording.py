"""A typed condition back as text: what a policy could say."""

from __future__ import annotations

from tosdsl.trees import expressions as ex
from tosdsl.trees.vocabulary import Boolean
from tosdsl.trees.wording import words


def test_none_of_several_conditions() -> None:
    long, builds, sold = (ex.FactRef(name, Boolean()) for name in ("long", "builds", "sold"))
    none = ex.Not(ex.Or((ex.And((long, builds)), sold)))
    assert words(none) == "not ((long and builds) or sold)"
