"""Why a scenario came out otherwise, in short: the clauses that matter, and the facts to look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tosdsl.decision.model import Decision, Why
from tosdsl.decision.reads import Reads
from tosdsl.decision.text import Line, default_words, node_lines
from tosdsl.facade import PolicySet
from tosdsl.testing.scenarios import Result
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees.facts import Use
from tosdsl.trees.wording import value_words

MOST_LINES = 14
"""Lines of explanation under a failure; ``--verbose`` shows all there is."""
MOST_CLAUSES = 2
MOST_FACTS = 6

_OF_CLAUSES = frozenset(("force", "defeated", "duty", "duty_needs", "due", "conflict"))
"""Expectations that name clauses."""


def because(policies: PolicySet, use: Use, scenario: n.Scenario, judged: Result) -> Iterator[Line]:
    """The clauses that an unmet expectation names, or else those that decided, and what they read."""
    decision = judged.decision
    nodes = {each.clause: each for each in _clauses(decision.explanation) if each.clause}
    wanted = [*_named(scenario, judged), *(each.clause for each in decision.basis)]
    wanted += [each.clause for each in decision.defeated] or _nearest(nodes.values())
    shown = [nodes[clause] for clause in dict.fromkeys(wanted) if clause in nodes][:MOST_CLAUSES]
    if decision.basis and decision.basis[0].by_default and decision.verdict.value != "undetermined":
        yield Line((("by default: ", "note"), (default_words(decision.basis[0]), "")))
    lines = [line for node in shown for line in node_lines((node,), 0)]
    yield from lines[:MOST_LINES]
    if len(lines) > MOST_LINES:
        yield Line((("… ", "note"), ("-v shows the rest", "note")))
    yield from _facts(policies, use, decision, [node.clause or "" for node in shown])


def _clauses(node: Why) -> Iterator[Why]:
    """Every clause in an explanation; exceptions stand under theirs."""
    for child in node.children:
        if child.kind in {"prohibition", "permission", "obligation"}:
            yield child
        yield from _clauses(child)


def _named(scenario: n.Scenario, judged: Result) -> Iterator[str]:
    """The clauses of unmet expectations: of an exception, the clause that it is one of."""
    failed = {failure.span for failure in judged.failures}
    for each in scenario.expectations:
        if each.span in failed and each.kind in _OF_CLAUSES:
            for word in each.words:
                policy, _, id_ = word.partition("#")
                if id_:
                    yield f"{policy}#{id_.partition('.')[0]}"


def _nearest(nodes: Iterable[Why]) -> list[str]:
    """Of clauses of which none decided, those of whose conditions the most are met."""
    ranked = sorted(nodes, key=lambda node: -_met(node))
    return [node.clause or "" for node in ranked if _met(node) > 0]


def _met(node: Why) -> float:
    """The share of a clause's own conditions that are met."""
    own = [each for each in node.children if each.kind in {"condition", "definition"}]
    return sum(each.truth == "true" for each in own) / len(own) if own else 0.0


def _facts(policies: PolicySet, use: Use, decision: Decision, clauses: list[str]) -> Iterator[Line]:
    """What is missing, if that is it; else what the clauses read, with the values that it had."""
    if decision.needs:
        names = ", ".join(need.fact for need in decision.needs[:MOST_FACTS])
        yield Line((("not known: ", "note"), (names, "unknown")))
        return
    linked = policies.alternatives(use.as_of, use.known_at)[0]
    reads = Reads(linked)
    paths: dict[str, None] = {}
    for key, norm in linked.norms():
        if linked.documents[key[0]].qualified(key[1]) in clauses:
            paths |= dict.fromkeys(sorted(reads.of(key[0], _exprs(norm))))
    facts = use.readable
    missing = [path for path in paths if path not in facts]
    known = [f"{path} is {value_words(facts[path])}" for path in paths if path in facts]
    if known:
        yield Line((("look at ", "note"), ("; ".join(known[:MOST_FACTS]), "")))
    if missing:
        yield Line((("not given ", "note"), (", ".join(missing[:MOST_FACTS]), "unknown")))


def _exprs(node: n.Norm | n.ExceptionNode) -> Iterator[ex.Expr | None]:
    yield from (node.when, *node.provisos)
    for inner in node.exceptions:
        yield from _exprs(inner)
