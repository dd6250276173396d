"""Presumptions and burdens by which an open question is answered with a permission.

    documents -> for each, its place and a use that shows it

The uses that are tried are those of the policy's scenarios, and the smallest that are permitted. So
what is told is so; of what is not told, nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from attrs import frozen

from tosdsl.analysis.engine import Analysis, Witness
from tosdsl.analysis.tables import Table
from tosdsl.base.span import Span
from tosdsl.base.verdict import Verdict
from tosdsl.decision.model import Decision, Presumed
from tosdsl.engine.answers import Answers
from tosdsl.engine.presuming import Presuming
from tosdsl.errors import FactError
from tosdsl.trees import norms as n
from tosdsl.trees.burdens import has_burdens
from tosdsl.trees.facts import Facts, Use
from tosdsl.trees.findings import VERDICTS

_MOST = 100
"""Permitted uses that are tried."""


@frozen
class Opening:
    """``what`` names a fact, or a clause or an exception; ``facts`` are those of the use."""

    span: Span
    what: str
    is_burden: bool
    facts: Facts


def openings(
    linked: n.Linked, in_force: tuple[bool, ...], analysis: Analysis, tried: list[Facts]
) -> Iterator[Opening]:
    """Of the first of the documents: what it presumes, and what it says has to be shown."""
    policy = linked.documents[0].policy
    presumes = any(each.presumed is not None for each in policy.vocabulary.facts)
    if not presumes and not policy.presumptions and not has_burdens(policy):
        return
    places = {("presumption", leaf): each for leaf, each in _presumed(policy)}
    places |= {("burden", key): span for key, span in _burdens(policy)}
    presuming = Presuming(Answers(linked, in_force))
    said = {leaf for kind, leaf in places if kind == "presumption" and leaf is not None}
    presumed = {each.fact: each.value for each in presuming.presumed(Use()) if each.fact in said}
    for facts in (*tried, *_permitted(analysis, said)):
        # What is presumed anyway is left out, so that its presumption is tried.
        use = Use({path: value for path, value in facts.items() if presumed.get(path) != value})
        made = _decided(presuming, use)
        if made is None or made.verdict is not Verdict.PERMITTED or made.without is None:
            continue
        if made.without.verdict is Verdict.PERMITTED:
            continue
        for each in made.presumed:
            span = places.pop((each.kind, _key(each)), None) if each.decides else None
            if span is not None:
                yield Opening(span, _key(each), each.kind == "burden", use.facts)
        if not places:
            return


def _decided(presuming: Presuming, use: Use) -> Decision | None:
    try:
        return presuming.decide(use)
    except FactError:  # it would take too many steps
        return None


def _key(each: Presumed) -> str:
    return each.fact or (each.clause or "").partition("#")[2]


def _presumed(policy: n.Policy) -> Iterator[tuple[str, Span]]:
    """By leaf, where it stands: what the policy says is over what its vocabulary says."""
    by_vocabulary = [
        n.Presumption(each.name, each.presumed, "", span=each.span)
        for each in policy.vocabulary.facts
        if each.presumed is not None
    ]
    for each in (*by_vocabulary, *policy.presumptions):
        for leaf in policy.vocabulary.leaves():
            if leaf.path == each.path or leaf.path.startswith(f"{each.path}."):
                yield leaf.path, each.span


def _burdens(policy: n.Policy) -> Iterator[tuple[str, Span]]:
    """By local id, where it stands; the clause of a proviso stands for it."""
    for norm in policy.root.all_norms():
        yield from _of(norm)


def _of(node: n.Norm | n.ExceptionNode) -> Iterator[tuple[str, Span]]:
    yield node.id, node.span
    for each in node.exceptions:
        yield from _of(each)


def _permitted(analysis: Analysis, said: set[str]) -> Iterator[Mapping[str, Any]]:
    """Permitted uses, the smallest first, in which these facts are known."""
    side = analysis.sides[0]
    claim = side.verdict("permitted")
    table = Table.of(analysis.axes, claim)
    if table is None:
        found = analysis.find(claim)
        if isinstance(found, Witness):
            yield found.facts
        return
    worlds = table.settled(side.may_be(other) for other in VERDICTS if other != "permitted")
    for world in islice(table.smallest_first(worlds), _MOST):
        yield analysis.facts_of(world)
