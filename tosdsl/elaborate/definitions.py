"""A document's definitions: typed, and put into an order in which each uses only earlier ones.

What a definition uses is known only once its names are resolved (``research`` may be a definition and a
member of an enumeration), so one that meets a definition not typed yet is put off and tried again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from graphlib import CycleError, TopologicalSorter
from typing import assert_never

from tosdsl import limits
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.elaborate.circles import circles
from tosdsl.elaborate.expressions import Typer, facts_of, type_of
from tosdsl.trees import norms as n
from tosdsl.trees import surface as s


def elaborate_definitions(
    unit: s.Policy, typer: Typer, problems: list[Diagnostic]
) -> tuple[n.Definition, ...]:
    """The definitions; each that has a mistake or stands in a circle is known to have no type."""
    decls = _declared(unit, typer, problems)
    typer.pending |= decls.keys()
    made: dict[str, n.Definition] = {}
    depth: dict[str, int] = {}
    queue = _likely_order(decls)
    blocked: dict[str, list[str]] = {}
    while queue:
        blocked = {}
        for name in queue:
            before = len(problems)
            typer.awaited.clear()
            body = typer.infer(decls[name].body)
            if typer.awaited:
                del problems[before:]
                blocked[name] = list(typer.awaited)
                continue
            typer.pending.discard(name)
            typer.definitions[name] = type_of(body) if body is not None else None
            if body is not None:
                decl = decls[name]
                depth[name] = 1 + max((depth.get(used, 0) for used in _used(body)), default=0)
                made[name] = n.Definition(
                    name, body, type_of(body), decl.description, span=decl.name.span
                )
        if len(blocked) == len(queue):
            break
        queue = list(blocked)
    for cycle in circles(blocked):
        problems.append(mistake("TOS2011", decls[cycle[0]].name.span, cycle=" → ".join(cycle)))
    for name in blocked:
        typer.pending.discard(name)
        typer.definitions[name] = None
    deep = next((name for name in made if depth[name] > limits.MAX_DEFINITIONS_DEEP), None)
    if deep is not None:
        limit = limits.MAX_DEFINITIONS_DEEP
        problems.append(mistake("TOS5011", decls[deep].name.span, limit=limit))
        return ()
    return tuple(made.values())


def _declared(unit: s.Policy, typer: Typer, problems: list[Diagnostic]) -> dict[str, s.Define]:
    decls: dict[str, s.Define] = {}
    facts = {fact.name: fact for fact in typer.vocabulary.facts}
    for item in unit.items:
        if not isinstance(item, s.Define):
            continue
        name = item.name
        first = decls[name.text].name.span if name.text in decls else None
        if name.text in facts:
            first = facts[name.text].span
        if first is not None:
            file = f" of {first.file}" if first.file != name.span.file else ""
            problems.append(mistake("TOS2004", name.span, name=name.text, line=first.line, file=file))
        else:
            decls[name.text] = item
    return decls


def _likely_order(decls: dict[str, s.Define]) -> list[str]:
    """By the names that each mentions; those whose mentions go round in a circle come last."""
    sorter = TopologicalSorter(
        {
            name: list(dict.fromkeys(used.text for used in facts_of(decl.body) if used.text in decls))
            for name, decl in decls.items()
        }
    )
    with suppress(CycleError):  # what is outside the circles can be had all the same
        sorter.prepare()
    order: list[str] = []
    while ready := sorter.get_ready():
        order += ready
        sorter.done(*ready)
    first = set(order)
    return order + [name for name in decls if name not in first]


def _used(expr: n.Expr) -> Iterator[str]:
    """The definitions that a typed expression refers to."""
    match expr:
        case n.DefinitionRef(name=name):
            yield name
        case n.Compare(left=left, right=right):
            yield from _used(left)
            yield from _used(right)
        case n.SetOf(items=items) | n.And(items=items) | n.Or(items=items):
            for item in items:
                yield from _used(item)
        case n.Not(item=item):
            yield from _used(item)
        case n.Literal() | n.FactRef():
            return
        case _:
            assert_never(expr)
