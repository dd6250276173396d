"""Where a norm stands: whether its document governs, and whether its sections are in scope.

What is incorporated binds by the document that incorporates it: where that one is not in force or leads
to another, or where the condition of the incorporation does not hold, this does not apply either.
"""

from __future__ import annotations

from collections.abc import Iterator

from tosdsl.reference.evaluate import Values, evaluate, worked_out
from tosdsl.trees import norms as n
from tosdsl.trees.facts import Facts, Use
from tosdsl.trees.versions import in_force
from tosdsl.values.truth import Truth, conjunction


def roots(linked: n.Linked, use: Use) -> tuple[Truth, ...]:
    """Of every document, the scope of the whole, with those on the path by which it came in.

    Days play no part in it: ``in_force`` has these.
    """
    found: list[Truth] = []
    worked: list[Values] = []
    for index, document in enumerate(linked.documents):
        root = document.policy.root
        worked.append(worked_out(document.policy.definitions, use))
        around: list[Truth] = [] if document.within is None else [found[document.within]]
        if (incorporated := linked.incorporated_when(index)) is not None:
            outer, when = incorporated
            around.append(evaluate(when, use.facts, worked[outer]))
        found.append(conjunction((*around, scope_of(root, use.facts, worked[-1]))))
    return tuple(found)


def scope_of(section: n.Section, facts: Facts, values: Values) -> Truth:
    """The section's own scope."""
    return True if section.scope is None else evaluate(section.scope, facts, values)


def scopes(linked: n.Linked, use: Use) -> dict[n.NormKey, Truth]:
    """For every norm, its section's scope and those around it taken together."""
    found: dict[n.NormKey, Truth] = {}
    governing, whole = in_force(linked, use.as_of, use.known_at), roots(linked, use)
    for index, document in enumerate(linked.documents):
        values = worked_out(document.policy.definitions, use)
        outer = conjunction((governing[index], whole[index]))
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
