"""Runs the scenarios of policies against the meaning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from attrs import frozen

from tosdsl.decision.alternatives import either
from tosdsl.decision.model import Decision
from tosdsl.engine.alternatives import why_several
from tosdsl.facade import PolicySet
from tosdsl.testing.model import Failure
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees.facts import Use
from tosdsl.trees.findings import ExceptionFinding, Findings, NormFinding
from tosdsl.trees.moments import compared
from tosdsl.trees.wording import truth_word, value_words
from tosdsl.values.truth import conjunction


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
    several = list(sets)
    names = Counter(policy.name for each in several for policy in asked(each))
    return [
        judge(each, label(policy, scenario, each, names), scenario, use)
        for each in several
        for policy, scenario, use in each.scenarios()
    ]


def asked(policies: PolicySet) -> list[n.Policy]:
    """The policies that a set was made for, each version by itself."""
    return [policy for versions in policies.choices.asked for policy in versions]


def label(name: str, scenario: n.Scenario, policies: PolicySet, names: Counter[str]) -> str:
    """A policy's name; of two texts of one version, with the day of its recording."""
    if names[name] == 1:
        return name
    policy = next(each for each in asked(policies) if scenario in each.scenarios)
    return f"{name}, recorded {policy.recorded}"


def judge(policies: PolicySet, policy: str, scenario: n.Scenario, use: Use) -> Result:
    """One scenario, put to the documents of a set; ``policy`` is what it is listed under."""
    if scenario.about is not None:
        policies = policies.about(scenario.about)
    predicates = policies.predicates
    presuming = predicates.presuming_on(use.as_of, use.known_at)
    several = [each.whole.answer(each.filled(use)) for each in presuming]
    if predicates.presuming:
        made = predicates.decide_use(use)
    else:
        made = either([one for one, _ in several], why_several(presuming, use))
    failures = (
        _failure(expected, made, [findings for _, findings in several])
        if expected.kind != "governs"
        else _governs(expected, made, policies, use)
        for expected in scenario.expectations
    )
    return Result(policy, scenario, made, tuple(each for each in failures if each is not None))


def _governs(expected: n.Expectation, made: Decision, policies: PolicySet, use: Use) -> Failure | None:
    """By the library's choice of the document; of one that is led to, by the decision itself."""
    document, *version = expected.words
    choices = policies.choices.library.get(document)
    found = made.governs
    if choices is not None:
        library = PolicySet(choices, policies.sources)
        found = library.predicates.decide_use(use).governs
    if any(each.document == document and version in ([], [each.version]) for each in found):
        return None
    came = ", ".join(f"{each.document}@{each.version or '(none)'}" for each in found) or "nothing"
    return Failure(f"governs {'@'.join(expected.words)}", f"governs {came}", expected.span)


def _failure(expected: n.Expectation, made: Decision, several: Sequence[Findings]) -> Failure | None:
    """``several``: one for each version that may govern. What they do not agree on is undetermined."""
    compared = [_compared(expected, made, findings) for findings in several]
    wanted, came = compared[0]
    if len(set(compared)) > 1:
        name = expected.words[0]
        came = f"undetermined: {name}" if expected.kind == "force" else f"{name} is undetermined"
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
                f"needs {', '.join(sorted(facts)) or 'none'}",
                f"needs {', '.join(sorted(needed)) or 'none'}",
            )
        case "duty_needs", (clause, *asked):
            named = {need for each in made.duties if each.clause == clause for need in each.needs}
            return (
                f"duty {clause} needs {', '.join(sorted(asked)) or 'none'}",
                f"duty {clause} needs {', '.join(sorted(named)) or 'none'}",
            )
        case "conflict", (first, second):
            pairs = {frozenset((pair.prohibition, pair.permission)) for pair in made.conflicts}
            wanted = f"{first} conflicts with {second}"
            return wanted, wanted if frozenset((first, second)) in pairs else "no such conflict"
        case "duty", (clause, state):
            return f"{clause} is {state}", f"{clause} is {state_of(clause, findings)}"
        case "due", (clause, day):
            ends = {each.due for each in made.duties if each.clause == clause}
            wanted = f"{clause} is due {day}"
            if {compared(each) for each in ends} == {compared(expected.value)}:
                return wanted, wanted
            several = [value_words(each) if each else "on a day that is not known" for each in ends]
            return wanted, f"{clause} is {f'due {_either(several)}' if several else 'not due'}"
        case "compliant", (truth,):
            came = truth_word(made.compliant)
            return f"compliant: {truth}", f"compliant: {came}"
        case "value", (name,):
            value = value_of(name, findings)
            if value == expected.value and (value is None) == (expected.value is None):
                return "", ""
            return f"{name} is {_worded(expected.value)}", f"{name} is {_worded(value)}"
        case "measures", measures:
            open_ = sorted(each.measure for each in made.enforcement)
            return (
                f"measure {', '.join(sorted(measures)) or 'none'}",
                f"measure {', '.join(open_) or 'none'}",
            )
        case "presumed", names:
            told = {each.fact or each.clause or "" for each in made.presumed}
            return (
                f"presumed {', '.join(sorted(names)) or 'none'}",
                f"presumed {', '.join(sorted(told)) or 'none'}",
            )
        case "without", (verdict,):
            bare = made.verdict if made.without is None else made.without.verdict
            return f"without presumptions {verdict}", f"without presumptions {bare.value}"
        case "readings", (outcome,):
            came = {True: "agree", False: "split", None: "none given"}[made.agree]
            return f"readings {outcome}", f"readings {came}"
    raise AssertionError(expected.kind)


def _either(several: Iterable[str]) -> str:
    return " or ".join(sorted(several))


def _worded(value: object) -> str:
    return "undetermined" if value is None else value_words(value)


def state_of(clause: str, findings: Findings) -> str:
    """The state of an obligation by its full id."""
    for (index, id_), its in findings.duties.items():
        if findings.linked.documents[index].qualified(id_) == clause:
            return its.state
    return "missing"


def value_of(name: str, findings: Findings) -> Any:
    """The value of a definition of the document asked about; None is unknown."""
    for document, truth in zip(findings.linked.documents, findings.truths, strict=True):
        for definition in document.policy.definitions:
            if definition.name == name and len(document.path) == 1:
                return truth(ex.DefinitionRef(name, definition.type))
    raise KeyError(name)


def _force(truth: str) -> str:
    return {"true": "in force", "false": "not in force", "unknown": "undetermined"}.get(truth, truth)


def force_of(clause: str, findings: Findings) -> str:
    """The force of a clause or an exception by its full id: true, false or unknown.

    ``missing`` is one that the version in force does not have. What stands out of
    scope, or in a document that is not in force, has none.
    """
    policy, _, id_ = clause.partition("#")
    for (index, norm_id), found in findings.norms.items():
        document = findings.linked.documents[index]
        if document.policy.id != policy:
            continue
        if norm_id == id_:
            return truth_word(conjunction((found.scope, found.force)))
        norm = next(each for each in document.policy.root.all_norms() if each.id == norm_id)
        inner = _exception(norm, found, id_)
        if inner is not None:
            return truth_word(conjunction((found.scope, inner.force)))
    for (index, name), each in findings.definitions.items():
        document = findings.linked.documents[index]
        definition = next(d for d in document.policy.definitions if d.name == name)
        inner = _among(definition.exceptions, each, id_)
        if inner is not None and document.policy.id == policy:
            return truth_word(inner.force)
    return "missing"


def _exception(
    node: n.Norm | n.ExceptionNode, found: NormFinding | ExceptionFinding, id_: str
) -> ExceptionFinding | None:
    return _among(node.exceptions, found.exceptions, id_)


def _among(
    nodes: tuple[n.ExceptionNode, ...], found: tuple[ExceptionFinding, ...], id_: str
) -> ExceptionFinding | None:
    for inner, its in zip(nodes, found, strict=True):
        if inner.id == id_:
            return its
        below = _exception(inner, its, id_)
        if below is not None:
            return below
    return None
