"""Properties: a typed condition, and claims about what scenarios can expect."""

from __future__ import annotations

from collections.abc import Mapping

from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.elaborate.expressions import Typer
from tosdsl.elaborate.scenarios import Names
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import surface as s


def elaborate_property(
    item: s.Property,
    policy: str,
    kinds: Mapping[str, str],
    typer: Typer,
    problems: list[Diagnostic],
) -> n.Property:
    """The property. ``kinds`` tells what each clause id of the document names."""
    title = f'"{item.title.value}"'
    if not item.claims and not typer.lost:
        problems.append(mistake("TOS3038", item.title.span, title=title))
    where = typer.condition(item.where) if item.where is not None else None
    if where is not None and item.where is not None and _constant(where):
        problems.append(mistake("TOS3039", item.where.span, title=title))
    names = Names(policy, kinds, typer, problems)
    made = ((each, names.expectation(each.of)) for each in item.claims)
    return n.Property(
        item.title.value,
        item.description,
        item.as_of.value if item.as_of else None,
        where,
        tuple(n.Claim(each.always, of, span=each.span) for each, of in made if of is not None),
        span=item.title.span,
        known_at=item.known_at.value if item.known_at else None,
    )


def _constant(expr: ex.Expr) -> bool:
    """Whether nothing in it can differ from use to use; a definition is taken to."""
    if isinstance(expr, ex.FactRef | ex.DayOfUse | ex.DefinitionRef | ex.Call):
        return False
    return all(map(_constant, ex.children(expr)))
