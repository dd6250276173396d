"""Where a fact may well come from: a source to begin with."""

from __future__ import annotations

from tosdsl.trees import vocabulary as v


def suggestion(fact: str, leaf: v.Leaf | None) -> str:
    """A source, as ``gate.yaml`` writes it."""
    if leaf is not None and (leaf.judged or "." in fact):
        return f"register.{fact}"
    name = fact.replace("_", "-").replace(".", "-")
    if leaf is not None and isinstance(v.bare(leaf.type), v.ListOf):
        return f'{{from: header.x-{name}, split: ","}}'
    return f"header.x-{name}"
