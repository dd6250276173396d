"""What a program is made of: each kind of node, and what tells nodes of one kind apart.

The differential tests are worth no more than what they draw. ``named`` says what a program has,
``wanted`` what has to be drawn: whatever the policies of the conformance suite and the shipped ones
have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import tosdsl
from tests.conftest import ROOT
from tosdsl.trees import core
from tosdsl.trees import vocabulary as v

KINDS = frozenset(re.findall(r'``\(?"([a-z ]+)"', core.__doc__ or ""))
"""The kinds of nodes, as the module of the core lists them."""

_BY_WORD = {"compare": 1, "arithmetic": 1, "extreme": 1, "total": 1, "due": 1, "late": 1, "table": 4}
"""For these kinds of nodes, where the word stands that says more."""


def named(programs: Iterable[core.Program]) -> set[str]:
    """What the nodes of some programs are called, with their types."""
    found: set[str] = set()
    for program in programs:
        for document in program.linked.documents:
            states = (each.name for each in document.policy.definitions if each.duty is not None)
            found.update(f"state of an obligation: {name.partition(' is ')[2]}" for name in states)
        for block in (program.body, *(each.body for each in program.functions)):
            for node, kind in zip(block.nodes, block.types, strict=True):
                found.update(_node(node))
                if node[0] != "late" and any(block.nodes[at] == core.DAY for at in core.parts(node)):
                    found.add("day of use as a value")
                found.update(_type(kind))
    return found


def of(policies: tosdsl.PolicySet) -> set[str]:
    """The same of all that a set of policies comes to."""
    return named(each.program for each in policies.predicates.answers(None, None))


def _node(node: core.Node) -> Iterator[str]:
    kind = node[0]
    yield kind
    if kind in _BY_WORD:
        yield f"{kind} {node[_BY_WORD[kind]]}"
    if kind == "compare" and node[4]:
        yield "compare of rising members"
    if kind == "arithmetic" and node[4] is not None:
        yield "arithmetic with holidays"
    if kind == "total":
        for word, part in zip(("where", "value", "window", "by", "per"), node[4:], strict=True):
            if part is not None:
                yield f"{node[1]} with {word}"


def _type(kind: v.Type | None) -> Iterator[str]:
    if kind is not None:
        yield f"type {type(kind).__name__}"
    if isinstance(kind, v.Duration):
        yield f"duration in {kind.kind}"
    if isinstance(kind, v.ListOf | v.OptionalOf):
        yield from (f"{type(kind).__name__} of {each}" for each in _type(kind.item))
        yield from _type(kind.item)
    if isinstance(kind, v.Record):
        for each in kind.fields:
            yield from _type(each.type)


def files() -> list[Path]:
    """The policies of the conformance suite, and the shipped ones."""
    conformance = (ROOT / "tests" / "conformance").rglob("good/*.tos")
    shipped = (ROOT / "policies").rglob("*.tos*")
    return sorted(
        each
        for each in (*conformance, *shipped)
        if re.search("^policy ", each.read_text(encoding="utf-8"), re.MULTILINE)
    )


_NOT_DRAWN = frozenset(("ListOf of type ListOf", "ListOf of ListOf of type Enum"))
"""No record that is drawn has a list in it. Those of the conformance suite are put to both by
``test_libraries``."""


@cache
def wanted() -> frozenset[str]:
    """What has to be drawn."""
    return frozenset().union(*(of(tosdsl.load(file)) for file in files())) - _NOT_DRAWN
