"""Where a norm stands: whether its document governs, and whether its sections are in scope."""

from __future__ import annotations

from collections.abc import Iterator

from tosdsl.reference.evaluate import Values, evaluate, evaluate_definitions
from tosdsl.reference.truth import Truth, conjunction
from tosdsl.trees import norms as n
from tosdsl.trees.facts import Facts, Use


def governs(policy: n.Policy, use: Use) -> bool:
    """Whether this version is in force on the day of the use, and could be read by the asker."""
    as_of, known_at = use.as_of, use.known_at
    started = as_of is None or policy.effective_from is None or policy.effective_from <= as_of
    lasts = as_of is None or policy.effective_until is None or as_of <= policy.effective_until
    readable = known_at is None or policy.recorded is None or policy.recorded <= known_at
    return started and lasts and readable


def scope_of(section: n.Section, facts: Facts, values: Values) -> Truth:
    """The section's own scope."""
    return True if section.scope is None else evaluate(section.scope, facts, values)


def scopes(linked: n.Linked, use: Use) -> dict[n.NormKey, Truth]:
    """For every norm, its section's scope and those around it taken together."""
    found: dict[n.NormKey, Truth] = {}
    for index, document in enumerate(linked.documents):
        values = evaluate_definitions(document.policy.definitions, use.facts)
        outer = governs(document.policy, use)
        for norm, scope in _below(document.policy.root, outer, use.facts, values):
            found[index, norm.id] = scope
    return found


def _below(
    section: n.Section, outer: Truth, facts: Facts, values: Values
) -> Iterator[tuple[n.Norm, Truth]]:
    scope = conjunction((outer, scope_of(section, facts, values)))
    yield from ((norm, scope) for norm in section.norms)
    for inner in section.sections:
        yield from _below(inner, scope, facts, values)
