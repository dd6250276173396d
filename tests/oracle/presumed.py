"""Presumptions and burdens by the reference: which facts are presumed, and both decisions.

Written from the book, for tests alone: a use is read, what is presumed is filled in, and the reference
answers with it and without it.
"""

from __future__ import annotations

from typing import Any

from attrs import evolve

from tests.oracle import answer as oracle
from tosdsl.decision.model import Decision
from tosdsl.facade import PolicySet
from tosdsl.facts.read import read_facts
from tosdsl.trees import norms as n
from tosdsl.trees.burdens import unburdened
from tosdsl.trees.facts import UNKNOWN, Entries, Entry, Scalar, Use
from tosdsl.trees.versions import in_force

_TAKEN_BACK = object()


def presumed(linked: n.Linked, use: Use) -> dict[str, Any]:
    """The facts that are presumed, by leaf: the vocabulary's, under those of the policies in force that
    agree, under the asker's; none of which the use says anything."""
    types = {leaf.path for leaf in linked.vocabulary.leaves()}

    def read(path: str, node: Any) -> dict[str, Any]:
        if isinstance(node, Scalar) and node.plain and node.value == UNKNOWN:
            return {leaf: _TAKEN_BACK for leaf in types if leaf == path or leaf.startswith(f"{path}.")}
        return dict(read_facts(Entries((Entry(path, node),)), linked.vocabulary, []))

    found: dict[str, Any] = {}
    for fact in linked.vocabulary.facts:
        if fact.presumed is not None:
            found |= read(fact.name, fact.presumed)
    told: dict[str, list[Any]] = {}
    for document, governs in zip(
        linked.documents, in_force(linked, use.as_of, use.known_at), strict=True
    ):
        if governs and document.part != n.NOTHING:
            for each in document.policy.presumptions:
                for leaf, value in read(each.path, each.value).items():
                    told.setdefault(leaf, []).append(value)
    for leaf, several in told.items():
        agree = all(value == several[0] for value in several)
        found[leaf] = several[0] if agree else _TAKEN_BACK
    found |= {leaf: _TAKEN_BACK if value is None else value for leaf, value in use.assumed.items()}
    said = {*use.facts, *use.unknown, *(each.fact for each in use.assertions)}
    return {
        leaf: value for leaf, value in found.items() if value is not _TAKEN_BACK and leaf not in said
    }


def decide(policies: PolicySet, use: Use) -> tuple[Decision, Decision]:
    """The decision with what is presumed, and without; where one version of each document answers."""
    linked = policies.at(use.as_of, use.known_at)
    filled = evolve(use, facts={**use.facts, **presumed(linked, use)})
    return oracle.answer(linked, filled)[0], oracle.answer(unburdened(linked), use)[0]
