"""Force and defeat.

force(n)    = when(n) and provided(n) and not defeated(n)
defeated(n) = some attached exception has force,
              or some norm that prevails over n has force and stands in scope
force(e)    = when(e) and provided(e) and not (some exception nested in e has force)

Of what is to be shown, a force that is unknown is false.
"""

from __future__ import annotations

from tosdsl.reference.evaluate import Values, evaluate, worked_out
from tosdsl.reference.scope import scopes
from tosdsl.trees import norms as n
from tosdsl.trees.facts import Facts, Use
from tosdsl.trees.findings import ExceptionFinding, NormFinding
from tosdsl.values.truth import Truth, conjunction, disjunction, negation


def forces(linked: n.Linked, use: Use) -> dict[n.NormKey, NormFinding]:
    """The finding of every norm of every document."""
    values = [worked_out(d.policy.definitions, use) for d in linked.documents]
    norms = dict(linked.norms())
    scope = scopes(linked, use)
    found: dict[n.NormKey, NormFinding] = {}
    for key in linked.order:
        above = tuple(
            (other, conjunction((scope[other], found[other].force)))
            for other in linked.above.get(key, ())
        )
        found[key] = norm_finding(norms[key], scope[key], use.facts, values[key[0]], above)
    return found


def definition_findings(
    linked: n.Linked, use: Use
) -> dict[tuple[int, str], tuple[ExceptionFinding, ...]]:
    """The findings of the exceptions of definitions that take no values."""
    found: dict[tuple[int, str], tuple[ExceptionFinding, ...]] = {}
    for index, document in enumerate(linked.documents):
        values = worked_out(document.policy.definitions, use)
        for definition in document.policy.definitions:
            if definition.exceptions and not definition.parameters:
                each = (exception_finding(node, use.facts, values) for node in definition.exceptions)
                found[index, definition.name] = tuple(each)
    return found


def norm_finding(
    norm: n.Norm,
    scope: Truth,
    facts: Facts,
    values: Values,
    above: tuple[tuple[n.NormKey, bool | None], ...],
) -> NormFinding:
    """``above`` holds the norms that prevail over this one; true of one in force and in scope."""
    applies = True if norm.when is None else evaluate(norm.when, facts, values)
    provisos = tuple(evaluate(proviso, facts, values) for proviso in norm.provisos)
    exceptions = tuple(exception_finding(each, facts, values) for each in norm.exceptions)
    undercut = disjunction(each.force for each in exceptions)
    rebutted = disjunction(force for _, force in above)
    defeated = disjunction((undercut, rebutted))
    force = conjunction((applies, *provisos, negation(defeated)))
    if norm.shown:
        force = force is True
    return NormFinding(scope, applies, provisos, defeated, force, exceptions, above)


def exception_finding(node: n.ExceptionNode, facts: Facts, values: Values) -> ExceptionFinding:
    """An exception, with those nested in it."""
    applies = evaluate(node.when, facts, values)
    provisos = tuple(evaluate(proviso, facts, values) for proviso in node.provisos)
    nested = tuple(exception_finding(each, facts, values) for each in node.exceptions)
    force = conjunction((applies, *provisos, negation(disjunction(each.force for each in nested))))
    if node.shown:
        force = force is True
    return ExceptionFinding(applies, provisos, force, nested)
