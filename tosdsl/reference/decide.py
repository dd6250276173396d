"""A question put to the meaning: forces, tables, what is possible, what is needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from attrs import evolve

from tosdsl.reference.completions import CHANGES, Completions
from tosdsl.reference.duties import duties
from tosdsl.reference.evaluate import evaluate, worked_out
from tosdsl.reference.force import definition_findings, forces
from tosdsl.reference.verdict import Possible, possible, tables
from tosdsl.trees.expressions import Expr
from tosdsl.trees.facts import Use
from tosdsl.trees.findings import Findings
from tosdsl.trees.norms import Definition, Linked
from tosdsl.trees.versions import in_force

_NOTHING: Mapping[str, Any] = {}


def find(linked: Linked, use: Use) -> Findings:
    """Everything that the documents say of a use: what follows from each condition, and what all ways
    to fill in the unknown facts agree on."""
    found = find_all_but_needs(linked, use)
    changing = [key for key, each in found.duties.items() if each.state in CHANGES]
    if len(found.possible) == 1 and not changing:
        return found
    whole = Completions(linked, use)
    verdicts = whole.verdicts()
    states = {key: evolve(found.duties[key], state=whole.duty_now(key)) for key in changing}
    needs = tuple(sorted(verdicts.facts)) if len(verdicts.possible) > 1 else ()
    return evolve(found, possible=verdicts.possible, needs=needs, duties={**found.duties, **states})


def find_all_but_needs(linked: Linked, use: Use) -> Findings:
    """What follows by Kleene's logic alone, where each condition is open that an unknown fact may
    change."""
    found = forces(linked, use)
    rows = tables(linked, use, found)
    remaining = possible(rows)
    truths = tuple(_truths(document.policy.definitions, use) for document in linked.documents)
    due = duties(linked, use, found)
    excepted = definition_findings(linked, use)
    governing = in_force(linked, use.as_of, use.known_at)
    return Findings(linked, use, found, rows, remaining, (), due, excepted, truths, in_force=governing)


def verdicts(linked: Linked, use: Use) -> Possible:
    """The possible verdicts alone; one is settled, more are undetermined."""
    found = possible(tables(linked, use, forces(linked, use)))
    return found if len(found) == 1 else Completions(linked, use).verdicts().possible


def _truths(definitions: tuple[Definition, ...], use: Use) -> Callable[..., Any]:
    values = worked_out(definitions, use)

    def truth(expr: Expr, local: Mapping[str, Any] = _NOTHING, kinds: object = None) -> Any:
        return evaluate(expr, use.facts, values, local)

    return truth
