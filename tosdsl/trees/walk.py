"""What an expression is made of and reads, and whether a value says it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from attrs import evolve

from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.lazy import unplaced


def parts(expr: ex.Expr) -> Iterator[ex.Expr]:
    """The expression and all within it, in the order of the text."""
    stack = [expr]
    while stack:
        node = stack.pop()
        yield node
        stack += reversed(ex.children(node))


def mapped(expr: ex.Expr, of: Callable[[ex.Expr], ex.Expr]) -> ex.Expr:
    """The expression with others in the place of those directly inside it."""
    match expr:
        case ex.SetOf(items=items) | ex.And(items=items) | ex.Or(items=items) | ex.Extreme(items=items):
            return evolve(expr, items=tuple(map(of, items)))
        case ex.Call(arguments=arguments):
            return evolve(expr, arguments=tuple(map(of, arguments)))
        case ex.Compare(left=left, right=right):
            return evolve(expr, left=of(left), right=of(right))
        case ex.Not(item=item) | ex.Shown(item=item):
            return evolve(expr, item=of(item))
        case ex.Arithmetic(left=left, right=right, excluding=excluding):
            days = None if excluding is None else of(excluding)
            return evolve(expr, left=of(left), right=of(right), excluding=days)
        case ex.Convert(value=value, rate=rate):
            return evolve(expr, value=of(value), rate=of(rate))
        case ex.Rounded(value=value):
            return evolve(expr, value=of(value))
        case ex.PartOfDay(day=day):
            return evolve(expr, day=of(day))
        case ex.InZone(moment=moment) | ex.Late(moment=moment):
            return evolve(expr, moment=of(moment))
        case ex.PeriodEnd(start=start, of=days):
            return evolve(expr, start=of(start), of=of(days))
        case ex.Conditional(condition=condition, then=then, otherwise=otherwise):
            return evolve(expr, condition=of(condition), then=of(then), otherwise=of(otherwise))
        case ex.Quantified(over=over, body=body):
            return evolve(expr, over=of(over), body=of(body))
        case ex.Aggregate(over=over):

            def within(inner: ex.Expr | None) -> ex.Expr | None:
                return None if inner is None else of(inner)

            return evolve(
                expr,
                over=of(over),
                value=within(expr.value),
                where=within(expr.where),
                by=within(expr.by),
                per=within(expr.per),
            )
    return expr


def paths(expr: ex.Expr, definitions: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """Every fact that an expression reads, the day of the use among them; ``definitions`` tells those
    that definitions read."""
    if isinstance(expr, ex.FactRef):
        yield expr.path
    elif isinstance(expr, ex.DayOfUse | ex.Late):
        yield v.DAY_OF_USE
    elif isinstance(expr, ex.DefinitionRef | ex.Call):
        yield from definitions[expr.name]
    for child in ex.children(expr):
        yield from paths(child, definitions)


def is_at_hand(expr: ex.Expr, local: Collection[str] = ()) -> bool:
    """Whether all items and parameters that an expression reads are among these names."""
    match expr:
        case ex.Variable(name=name):
            return name in local
        case ex.Quantified(variable=variable) | ex.Aggregate(variable=variable):
            local = {*local, variable}
    return all(is_at_hand(each, local) for each in ex.children(expr))


def reads(definitions: Iterable[n.Definition]) -> dict[str, frozenset[str]]:
    """The facts that each definition reads. One that uses another comes after it."""
    known: dict[str, frozenset[str]] = {}
    for definition in definitions:
        known[definition.name] = frozenset(paths(definition.body, known))
    return known


def used(expr: ex.Expr, definitions: Mapping[str, n.Definition]) -> set[str]:
    """The names of the definitions that an expression is made of, with those that these are made of."""
    found: set[str] = set()
    stack = [expr]
    while stack:
        node = stack.pop()
        stack += ex.children(node)
        if isinstance(node, ex.DefinitionRef | ex.Call) and node.name not in found:
            found.add(node.name)
            stack.append(definitions[node.name].body)
    return found


def named(policy: n.Policy) -> set[str]:
    """The names of the definitions that stand in a policy's own conditions and definitions, in its
    properties, and in what its scenarios expect. Places are not looked at."""
    found = {
        expected.words[0]
        for scenario in unplaced(policy.scenarios)
        for expected in scenario.expectations
        if expected.kind == "value"
    }
    several = [each.body for each in policy.definitions]
    several += (each.when for each in policy.routes)
    several += (each.when for each in policy.incorporations if each.when is not None)
    several += (each.where for each in unplaced(policy.properties) if each.where is not None)
    for section in policy.root.walk():
        several += () if section.scope is None else (section.scope,)
        for norm in unplaced(section.norms):
            found |= named_in(norm)
    return found | _named(several)


def named_in(norm: n.Norm) -> set[str]:
    """The names of the definitions that stand in a norm."""
    several = list(of_node(norm))
    several += norm.owed
    return _named(several)


def _named(several: Iterable[ex.Expr]) -> set[str]:
    every = chain.from_iterable(map(parts, several))
    return {each.name for each in every if isinstance(each, ex.DefinitionRef | ex.Call)}


def conditions(policy: n.Policy) -> Iterator[ex.Expr]:
    """Every expression of a policy that is worked out to answer a question."""
    yield from (each.body for each in policy.definitions if not each.parameters)
    yield from of_clauses(policy)


def of_clauses(policy: n.Policy) -> Iterator[ex.Expr]:
    """Every expression of a policy that stands in no definition."""
    for section in policy.root.walk():
        if section.scope is not None:
            yield section.scope
        for norm in section.norms:
            yield from of_node(norm)
            yield from norm.owed
    yield from (each.when for each in policy.routes)
    yield from (each.when for each in policy.incorporations if each.when is not None)
    if policy.scope is not None and policy.routes:  # without routes, it is the root section's
        yield policy.scope


def reads_day(policy: n.Policy) -> bool:
    """Whether something in a policy reads the day of the use."""
    several = chain(conditions(policy), (each.body for each in policy.definitions))
    return any(isinstance(part, ex.DayOfUse | ex.Late) for expr in several for part in parts(expr))


def of_node(node: n.Norm | n.ExceptionNode) -> Iterator[ex.Expr]:
    """The conditions, provisos and exceptions of a clause or an exception."""
    if node.when is not None:
        yield node.when
    yield from node.provisos
    for each in node.exceptions:
        yield from of_node(each)


def fields(expr: ex.Expr, bodies: Mapping[str, ex.Expr]) -> Iterator[str]:
    """Every field that an expression reads of an item at hand, in definitions (by name) as well."""
    stack, seen = [expr], set[str]()
    while stack:
        node = stack.pop()
        stack += ex.children(node)
        if isinstance(node, ex.Variable) and node.field:
            yield node.field
        elif isinstance(node, ex.DefinitionRef | ex.Call) and node.name not in seen:
            seen.add(node.name)
            stack.append(bodies[node.name])


def lacks(value: Any, kind: v.Type, asked: frozenset[str]) -> bool:
    """Whether a record in a known value is without one of its fields that are asked for."""
    match kind:
        case v.ListOf(item=item):
            return any(lacks(each, item, asked) for each in value)
        case v.Record(fields=own):
            types = {each.name: each.type for each in own}
            mine = {path for path in asked if path.partition(".")[0] in types}
            return any(path not in value for path in mine) or any(
                lacks(value[name], type_, asked) for name, type_ in types.items() if name in value
            )
        case _:
            return False
