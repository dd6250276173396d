"""A document's definitions: typed, and put into an order in which each uses only earlier ones.

What a definition uses is known only once its names are resolved (``research`` may be a definition and a
member of an enumeration), so one that meets a definition not typed yet is put off and tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from graphlib import CycleError, TopologicalSorter
from operator import itemgetter

from tosdsl.base import limits
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.elaborate.circles import circles
from tosdsl.elaborate.expressions import Nested, Typer, facts_of
from tosdsl.elaborate.tables import elaborate_tables
from tosdsl.elaborate.types import BOOLEAN, article, type_of
from tosdsl.elaborate.vocabulary import named_type
from tosdsl.elaborate.whole import may_be_a_part
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v
from tosdsl.trees.burdens import is_burdened
from tosdsl.trees.lazy import only
from tosdsl.trees.walk import named, used

Exceptions = Callable[[s.Define], tuple[n.ExceptionNode, ...]]
"""Elaborates the exceptions of a definition; what they read may have to wait as well."""


def elaborate_definitions(
    unit: s.Policy, typer: Typer, exceptions: Exceptions, problems: list[Diagnostic]
) -> tuple[n.Definition, ...]:
    """The definitions; each that has a mistake or stands in a circle is known to have no type.

    Those of the vocabulary are known before, and are not among them.
    """
    depth: dict[str, int] = {}
    costs: dict[str, int] = {}
    for known in typer.vocabulary.definitions:
        _note(known, typer, costs, depth)
    tables = elaborate_tables(unit, typer, problems)
    decls = _declared(unit, typer, problems)
    _parameters(decls, typer, problems)
    typer.pending |= decls.keys()
    made: dict[str, n.Definition] = {}
    queue = _likely_order(decls)
    blocked: dict[str, list[str]] = {}
    while queue:
        blocked = {}
        for name in queue:
            before = len(problems)
            typer.awaited.clear()
            definition = _typed(decls[name], typer, exceptions)
            if typer.awaited:
                del problems[before:]
                blocked[name] = list(typer.awaited)
                continue
            typer.pending.discard(name)
            typer.definitions[name] = definition.type if definition else None
            if definition:
                _note(definition, typer, costs, depth)
                if definition.parameters and costs[name] > limits.MAX_CALLS:
                    words = {"name": name, "limit": limits.MAX_CALLS}
                    problems.append(mistake("TOS5020", decls[name].name.span, None, **words))
                    costs[name] = 1
                made[name] = definition
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
    return (*tables, *made.values())


def _note(definition: n.Definition, typer: Typer, costs: dict[str, int], depth: dict[str, int]) -> None:
    """Tell the typer of a definition whose parts it knows, and how much it costs and how deep it is."""
    name, body = definition.name, definition.body
    typer.definitions[name] = definition.type
    costs[name] = _cost(body, costs)
    if may_be_a_part(body, typer.parts):
        typer.parts.add(name)
    if definition.parameters:
        typer.parameters[name] = definition.parameters
        typer.nested[name] = _nested(body, typer.nested)
    depth[name] = 1 + max((depth.get(each, 0) for each in _used(body)), default=0)


def _declared(unit: s.Policy, typer: Typer, problems: list[Diagnostic]) -> dict[str, s.Define]:
    decls: dict[str, s.Define] = {}
    elsewhere = typer.vocabulary.spans()
    tables = {each.name.text: each.name.span for each in only(unit.items, s.Table)}
    for item in only(unit.items, s.Define):
        name = item.name
        first = decls[name.text].name.span if name.text in decls else tables.get(name.text)
        first = elsewhere.get(name.text, first)
        if first is not None:
            file = f" of {first.file}" if first.file != name.span.file else ""
            problems.append(mistake("TOS2004", name.span, name=name.text, line=first.line, file=file))
        else:
            decls[name.text] = item
    return decls


def read_of_vocabularies(policy: n.Policy) -> Iterator[n.Definition]:
    """The definitions of its vocabularies that a policy reads. Of the others it knows nothing."""
    shared = {each.name: each for each in policy.vocabulary.definitions}
    names = named(policy)
    for each in reversed(policy.vocabulary.definitions):  # the earlier ones are used by the later ones
        if each.name in names:
            names |= used(each.body, shared)
    yield from (each for each in policy.vocabulary.definitions if each.name in names)


def _likely_order(decls: dict[str, s.Define]) -> list[str]:
    """By the names that each mentions; those whose mentions go round in a circle come last."""
    sorter = TopologicalSorter(
        {
            name: list(dict.fromkeys(used.text for used in _mentions(decl) if used.text in decls))
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


def _mentions(decl: s.Define) -> Iterator[s.Name]:
    """Every name in a definition, its exceptions included."""
    yield from facts_of(decl.body)
    nodes = list(decl.exceptions)
    while nodes:
        node = nodes.pop()
        if isinstance(node, s.ExceptionNode):
            nodes += node.exceptions
            for expr in (node.when, *node.provisos):
                yield from facts_of(expr) if expr is not None else ()


def _parameters(decls: dict[str, s.Define], typer: Typer, problems: list[Diagnostic]) -> None:
    """The parameters of each definition that has some, their types resolved."""
    for name, decl in decls.items():
        if not decl.parameters:
            continue
        made: dict[str, v.Type] = {}
        good = True
        for each in decl.parameters:
            kind = named_type(each.type, typer.vocabulary, typer.lost, problems)
            what = "a parameter" if each.name.text in made else typer.taken(each.name.text)
            if what:
                words = {"name": each.name.text, "what": what}
                problems.append(mistake("TOS2028", each.name.span, None, **words))
            good = good and kind is not None and not what
            if kind is not None:
                made[each.name.text] = kind
        typer.parameters[name] = tuple(made.items()) if good else None


def _typed(decl: s.Define, typer: Typer, exceptions: Exceptions) -> n.Definition | None:
    """The definition, or None with a report, or with what it waits for noted."""
    name = decl.name.text
    parameters = typer.parameters.get(name, ())
    if parameters is None:
        return None
    typer.variables = dict(parameters)
    core = typer.infer(decl.body)
    excepted = exceptions(decl) if decl.exceptions else ()
    typer.variables = {}
    if core is None:
        return None
    kind = type_of(core)
    body = core
    if decl.exceptions and kind != BOOLEAN:
        typer.report("TOS2032", decl.name.span, None, name=name, type=article(kind))
        return None
    for each in excepted:
        if is_burdened(each):
            typer.report("TOS1053", each.span, None, name=name)
            return None
    if excepted:
        body = ex.And((core, ex.Not(ex.Or(tuple(map(_force, excepted))))), span=core.span)
    return n.Definition(
        name,
        body,
        kind,
        decl.description,
        decl.at,
        parameters,
        core if excepted else None,
        excepted,
        span=decl.name.span,
    )


def _force(node: n.ExceptionNode) -> ex.Expr:
    """When an exception applies, as one condition."""
    parts = (node.when, *node.provisos)
    if node.exceptions:
        parts += (ex.Not(ex.Or(tuple(map(_force, node.exceptions)))),)
    return ex.And(parts, span=node.span)


def _cost(expr: ex.Expr, costs: Mapping[str, int]) -> int:
    """How many definitions with parameters are evaluated in order to evaluate an expression."""
    own = costs.get(expr.name, 1) if isinstance(expr, ex.Call) else 0
    return own + sum(_cost(child, costs) for child in ex.children(expr)) or 1


def _nested(expr: ex.Expr, known: Mapping[str, Nested]) -> Nested:
    """How many lists an expression goes through inside one another, and by which definitions."""
    own = 1 if isinstance(expr, ex.Quantified | ex.Aggregate) else 0
    several = [_nested(child, known) for child in ex.children(expr)]
    if isinstance(expr, ex.Call):
        lists, through = known.get(expr.name, (0, ()))
        several.append((lists, (expr.name, *through)))
    lists, through = max(several, key=itemgetter(0), default=(0, ()))
    return own + lists, through if lists else ()


def _used(expr: ex.Expr) -> Iterator[str]:
    """The definitions that a typed expression refers to."""
    if isinstance(expr, ex.DefinitionRef | ex.Call):
        yield expr.name
    for child in ex.children(expr):
        yield from _used(child)
