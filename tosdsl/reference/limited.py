"""Values that grew past a limit while a question was worked out: they are unknown, and it is told where
something is open that hangs on them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from tosdsl.reference.evaluate import Values, evaluate, worked_out
from tosdsl.reference.lists import aggregate
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees.facts import Facts, Use
from tosdsl.trees.findings import Findings
from tosdsl.trees.hanging import Hanging
from tosdsl.trees.walk import conditions, is_at_hand, parts
from tosdsl.values.arithmetic import arithmetic, converted, limit_met, rounded
from tosdsl.values.calendar import by_zone, part_of_day
from tosdsl.values.truth import Truth, conjunction

Met = tuple[str, ex.Expr]
"""A limit by its name, and what came to more."""


def limits_told(found: Findings, verdict: bool, duties: Collection[str]) -> list[Met]:
    """The limits that are met by what is open. ``verdict`` is whether the verdict is, ``duties`` are
    the obligations whose state is, by id."""
    linked, use = found.linked, found.use
    met = limits_met(linked, use)
    if not met:
        return []
    values = [worked_out(each.policy.definitions, use) for each in linked.documents]

    def in_force(key: n.NormKey) -> Truth:
        return conjunction((found.norms[key].scope, found.norms[key].force))

    def value(index: int, expr: ex.Expr) -> Any:
        return evaluate(expr, use.facts, values[index])

    hanging = Hanging(linked, verdict, duties, in_force, value).expressions()
    return [each for key, each in met.items() if key in hanging]


def limits_met(linked: n.Linked, use: Use) -> dict[tuple[int, int], Met]:
    """The limits that the conditions of the documents meet, by document and identity of what does."""
    found: dict[tuple[int, int], Met] = {}
    for index, document in enumerate(linked.documents):
        policy = document.policy
        work = _Looking({each.name: each for each in policy.definitions}, use.facts)
        values = worked_out(policy.definitions, use)
        for expr in conditions(policy):
            if work.grows(expr):
                for limit, where in work.met(expr, values, {}):
                    found.setdefault((index, id(where)), (limit, where))
    return found


class _Looking:
    def __init__(self, definitions: dict[str, n.Definition], facts: Facts) -> None:
        self.definitions = definitions
        self.facts = facts

    def grows(self, expr: ex.Expr) -> bool:
        """Whether anything in an expression can grow past a limit, in what it calls as well."""
        return any(
            isinstance(each, ex.GROWING)
            or (isinstance(each, ex.Call) and self.grows(self.definitions[each.name].body))
            for each in parts(expr)
        )

    def met(self, expr: ex.Expr, values: Values, local: dict[str, Any]) -> Iterator[Met]:
        """The limits met in an expression, those of its parts first, for every item of a list.

        What hangs on no item is met whether or not there is one: ``local`` has no item then, and what
        hangs on it is passed over.
        """

        def of(inner: ex.Expr) -> Any:
            return evaluate(inner, self.facts, values, local)

        match expr:
            case ex.Quantified(over=over) | ex.Aggregate(over=over):
                yield from self.met(over, values, local)
                inside = [each for each in ex.children(expr) if each is not over]
                around = {name: value for name, value in local.items() if name != expr.variable}
                for each in inside:
                    yield from self.met(each, values, around)
                for item in (of(over) or ()) if is_at_hand(over, local) else ():
                    for each in inside:
                        yield from self.met(each, values, {**local, expr.variable: item})
            case ex.Call(name=name, arguments=arguments):
                called = self.definitions[name]
                for each in arguments:
                    yield from self.met(each, values, local)
                if is_at_hand(expr, local):
                    names = (parameter for parameter, _ in called.parameters)
                    given = dict(zip(names, map(of, arguments), strict=True))
                    yield from self.met(called.body, values, given)
            case _:
                for each in ex.children(expr):
                    yield from self.met(each, values, local)
        if isinstance(expr, ex.GROWING) and is_at_hand(expr, local):
            limit = limit_met(self._worked_out(expr, values, local))
            if limit is not None:
                yield limit, expr

    def _worked_out(self, expr: ex.Expr, values: Values, local: dict[str, Any]) -> Any:
        """The value of an expression, though it be past a limit."""

        def of(inner: ex.Expr) -> Any:
            return evaluate(inner, self.facts, values, local)

        match expr:
            case ex.Arithmetic(op=op, left=left, right=right, excluding=excluding):
                return arithmetic(op, of(left), of(right), of(excluding) if excluding else ())
            case ex.Convert(value=value, currency=currency, rate=rate):
                return converted(of(value), currency, of(rate))
            case ex.Rounded(value=value, way=way, step=step):
                return rounded(of(value), way, step.value)
            case ex.PartOfDay(part=part, day=day):
                return part_of_day(part, of(day))
            case ex.InZone(moment=moment, zone=zone, keeps=keeps):
                return by_zone(of(moment), zone, keeps)
            case ex.Aggregate(variable=variable, over=over):
                rows = of(over)

                def of_row(part: ex.Expr, row: Any) -> Any:
                    return evaluate(part, self.facts, values, {**local, variable: row})

                return None if rows is None else aggregate(expr, rows, of_row)
        return None
