"""Runs the scenarios of policies against the meaning."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from tosdsl.answer import answer
from tosdsl.decision.build import both, truth_word
from tosdsl.decision.model import Decision
from tosdsl.facade import PolicySet
from tosdsl.trees import norms as n
from tosdsl.trees.findings import ExceptionFinding, Findings, NormFinding
from tosdsl.trees.span import Span


@frozen
class Failure:
    """An expectation that does not hold: what was expected, what came, and where it stands."""

    expected: str
    actual: str
    span: Span


@frozen
class Result:
    """One scenario run."""

    policy: str
    scenario: n.Scenario
    decision: Decision
    failures: tuple[Failure, ...]

    @property
    def held(self) -> bool:
        return not self.failures


def run(sets: Iterable[PolicySet]) -> list[Result]:
    """Every scenario of the policies asked about, each against the documents of its own set."""
    return [
        _run_one(policy, scenario, *answer(each.linked, use))
        for each in sets
        for policy, scenario, use in each.scenarios()
    ]


def _run_one(policy: str, scenario: n.Scenario, made: Decision, findings: Findings) -> Result:
    failures = (_failure(expected, made, findings) for expected in scenario.expectations)
    return Result(policy, scenario, made, tuple(each for each in failures if each is not None))


def _failure(expected: n.Expectation, made: Decision, findings: Findings) -> Failure | None:
    wanted, came = _compared(expected, made, findings)
    return None if wanted == came else Failure(wanted, came, expected.span)


def _compared(expected: n.Expectation, made: Decision, findings: Findings) -> tuple[str, str]:
    match expected.kind, expected.words:
        case "verdict", (verdict,):
            return verdict, made.verdict.value
        case "force", (clause, truth):
            return f"{_force(truth)}: {clause}", f"{_force(force_of(clause, findings))}: {clause}"
        case "defeated", (clause, by):
            found = sorted(each.by for each in made.defeated if each.clause == clause)
            wanted = f"{clause} defeated by {by}"
            return (
                wanted,
                wanted if by in found else f"{clause} defeated by {', '.join(found) or 'nothing'}",
            )
        case "needs", facts:
            needed = [need.fact for need in made.needs]
            return (
                f"needs {', '.join(sorted(facts))}",
                f"needs {', '.join(sorted(needed)) or 'nothing'}",
            )
        case "conflict", (first, second):
            pairs = {frozenset((pair.prohibition, pair.permission)) for pair in made.conflicts}
            wanted = f"{first} conflicts with {second}"
            return wanted, wanted if frozenset((first, second)) in pairs else "no such conflict"
        case "measures", measures:
            open_ = sorted(each.measure for each in made.enforcement)
            return (
                f"measure {', '.join(sorted(measures)) or 'none'}",
                f"measure {', '.join(open_) or 'none'}",
            )
        case "readings", (outcome,):
            came = {True: "agree", False: "split", None: "none given"}[made.agree]
            return f"readings {outcome}", f"readings {came}"
    raise AssertionError(expected.kind)


def _force(truth: str) -> str:
    return {"true": "in force", "false": "not in force", "unknown": "undetermined"}[truth]


def force_of(clause: str, findings: Findings) -> str:
    """The force of a clause or an exception by its full id: true, false or unknown.

    What stands out of scope, or in a document that is not in force, has none.
    """
    policy, _, id_ = clause.partition("#")
    for (index, norm_id), found in findings.norms.items():
        document = findings.linked.documents[index]
        if document.policy.id != policy:
            continue
        if norm_id == id_:
            return truth_word(both(found.scope, found.force))
        norm = next(each for each in document.policy.root.all_norms() if each.id == norm_id)
        inner = _exception(norm, found, id_)
        if inner is not None:
            return truth_word(both(found.scope, inner.force))
    raise KeyError(clause)


def _exception(
    node: n.Norm | n.ExceptionNode, found: NormFinding | ExceptionFinding, id_: str
) -> ExceptionFinding | None:
    for inner, its in zip(node.exceptions, found.exceptions, strict=True):
        if inner.id == id_:
            return its
        below = _exception(inner, its, id_)
        if below is not None:
            return below
    return None
