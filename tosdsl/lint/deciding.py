"""A use that shows a clause or an exception at work, and the force of a node without a part of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from tosdsl.analysis import claims as c
from tosdsl.analysis.engine import Analysis, Answer, Witness
from tosdsl.lint.model import Shown
from tosdsl.lower.nodes import Node
from tosdsl.syntax.format import format_item
from tosdsl.trees import norms as n
from tosdsl.trees import surface as s
from tosdsl.trees.uses import given, read_as, value_json

MOST_STEPS = 2_000
"""Steps of one search."""


def deciding(linked: n.Linked, id_: str) -> Shown | None:
    """A smallest use in which a clause is in force, or in which an exception decides: without it, its
    clause would be in force and is not, or the other way round. None if none was found.

    ``id_`` is a full id, ``policy#clause.exception``. Raises KeyError if there is no such clause.
    """
    analysis = Analysis.of(linked, most=MOST_STEPS)
    side = analysis.sides[0]
    several = _of(analysis, id_)
    for clause, node in several:
        claim = c.is_true(side.in_scope(node))
        if node is not clause:
            without = analysis.space.every((clause.scope, force_of(analysis, less(clause, node))))
            force = side.in_scope(clause)
            stopped = c.both(c.is_true(without), c.is_false(force))
            restored = c.both(c.is_false(without), c.is_true(force))
            claim = c.both(claim, c.either(stopped, restored))
        found: Answer = analysis.find(claim)
        if isinstance(found, Witness):
            name = local(node)
            verb = "is in force" if node is clause else "decides"
            return shown(linked, found, f"{name} {verb}", in_force(node))
    return None


def _of(analysis: Analysis, id_: str) -> list[tuple[Node, Node]]:
    """The nodes of an id, each with its clause: an exception that stands alone may be under several.

    Raises KeyError.
    """
    clauses = analysis.sides[0].nodes.norms.values()
    found = [(clause, node) for clause in clauses for node in clause.walk() if node.id == id_]
    if not found:
        raise KeyError(id_)
    return found


def shown(linked: n.Linked, witness: Witness, title: str, *expected: s.Expectation) -> Shown:
    """A use that was found, as facts and as a scenario of the first of the documents."""
    facts: Mapping[str, Any] = witness.facts
    types = {leaf.path: leaf.type for leaf in linked.vocabulary.readable()}
    provider = linked.documents[0].policy.provider
    parties = {each.name for each in linked.vocabulary.parties} | {provider}
    verdict = witness.verdicts[0]
    scenario = s.Scenario(
        s.Text(title),
        given=given(facts, linked.vocabulary, parties),
        readings=read_as(facts),
        expectations=(s.ExpectVerdict(verdict), *expected),
    )
    plain = {path: value_json(value, types[path]) for path, value in facts.items()}
    return Shown(plain, verdict, format_item(scenario))


def in_force(node: Node) -> s.Expectation:
    """That a node of the first document is in force, as a scenario expects it."""
    return s.ExpectForce(s.Ref(None, None, local(node)), "in force")


def local(node: Node) -> str:
    """Its id in its document."""
    return node.id.partition("#")[2]


def force_of(analysis: Analysis, node: Node) -> int:
    """The force of a node as its parts have it now; ``lower.core`` makes that of what is written."""
    space = analysis.space
    against = [force_of(analysis, each) for each in node.exceptions]
    against += [part for _, part in node.above]
    return space.every((node.when, *node.provisos, space.opposite(space.some(against))))


def less(node: Node, drop: Node) -> Node:
    """The node without one of the exceptions in it."""
    left = (each for each in node.exceptions if each is not drop)
    return evolve(node, exceptions=tuple(less(each, drop) for each in left))
