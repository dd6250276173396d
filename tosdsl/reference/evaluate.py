"""A condition or a value under facts. None is unknown; a comparison with an unknown is unknown.

``none`` (``ABSENT``) is known: it is equal to itself alone, every other comparison with it is false,
and whatever is worked out of it is ``none`` again.

Where it is not known which case holds, a value by cases is known if both cases come to the same.

A value that grows past a limit while it is worked out (digits of a number, the ends of the calendar) is
unknown; ``limited`` tells where that happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, assert_never

from tosdsl.reference.lists import aggregate
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees.facts import Facts, Use
from tosdsl.trees.moments import Moment, day_of
from tosdsl.trees.vocabulary import DAY_OF_USE, MOMENT_OF_USE
from tosdsl.trees.zones import day_in
from tosdsl.values.arithmetic import arithmetic, converted, extreme, limit_met, rounded
from tosdsl.values.calendar import by_zone, part_of_day
from tosdsl.values.comparison import agreed, compare
from tosdsl.values.deadlines import late
from tosdsl.values.periods import period_end
from tosdsl.values.truth import conjunction, disjunction, negation

Values = Mapping[str, Any]
"""The values of a document's definitions by name, and the day of the use; None is unknown.

A definition that takes values stands for itself: it is evaluated where it is called.
"""

_NOTHING: Values = {}


def evaluate(expr: ex.Expr, facts: Facts, definitions: Values, local: Values = _NOTHING) -> Any:
    """The value of an expression: a truth, a value, a tuple of values, or None for unknown.

    ``local`` has the items at hand and the parameters, by name.
    """

    def of(inner: ex.Expr) -> Any:
        return evaluate(inner, facts, definitions, local)

    match expr:
        case ex.Variable(name=name, field=field):
            return _field(local[name], field)
        case ex.Compare(op=op, left=left, right=right, scale=scale):
            return compare(op, of(left), of(right), scale)
        case ex.FactRef(path=path):
            return facts.get(path)
        case ex.DayOfUse(zone=zone):
            now: Any = definitions.get(MOMENT_OF_USE) if zone else None
            today: Any = facts.get(DAY_OF_USE, definitions.get(DAY_OF_USE))
            return day_in(now or today, zone)
        case ex.Late(kind=kind, moment=moment, zone=zone, day=day):
            said: Any = facts.get(MOMENT_OF_USE, definitions.get(MOMENT_OF_USE))
            today = said or day or facts.get(DAY_OF_USE, definitions.get(DAY_OF_USE))
            return late(kind, of(moment), day_in(today, zone), said)
        case ex.Literal(value=value):
            return value
        case ex.DefinitionRef(name=name):
            return definitions[name]
        case ex.SetOf(items=items):
            return tuple(map(of, items))
        case ex.Not(item=item):
            return negation(of(item))
        case ex.Shown(item=item):
            return of(item) is True
        case ex.And(items=items):
            return conjunction(map(of, items))
        case ex.Or(items=items):
            return disjunction(map(of, items))
        case ex.Call(name=name, arguments=arguments):
            called: n.Definition = definitions[name]
            names = (parameter for parameter, _ in called.parameters)
            given = dict(zip(names, map(of, arguments), strict=True))
            return evaluate(called.body, facts, definitions, given)
        case ex.Arithmetic(op=op, left=left, right=right, excluding=excluding):
            made = arithmetic(op, of(left), of(right), of(excluding) if excluding else ())
            return _within(made)
        case ex.Extreme(kind=kind, items=items, scale=scale):
            return extreme(kind, [of(item) for item in items], scale)
        case ex.Convert(value=value, currency=currency, rate=rate):
            return _within(converted(of(value), currency, of(rate)))
        case ex.Rounded(value=value, way=way, step=step):
            return _within(rounded(of(value), way, step.value))
        case ex.PartOfDay(part=part, day=day):
            return _within(part_of_day(part, of(day)))
        case ex.InZone(moment=moment, zone=zone, keeps=keeps):
            return _within(by_zone(of(moment), zone, keeps))
        case ex.PeriodEnd(which=which, start=start, of=days, length=length):
            return period_end(which, of(start), of(days), length)
        case ex.Conditional(condition=condition, then=then, otherwise=otherwise):
            holds = of(condition)
            if holds is None:
                return agreed(of(then), of(otherwise))
            return of(then if holds else otherwise)
        case ex.Quantified(kind=kind, variable=variable, over=over, body=body):
            items = of(over)
            if items is None:
                return None
            inner = dict(local)
            each = (_of_item(body, facts, definitions, inner, variable, item) for item in items)
            return disjunction(each) if kind == "some" else conjunction(each)
        case ex.Aggregate(variable=variable, over=over):
            rows = of(over)
            if rows is None:
                return None

            inner = dict(local)

            def of_row(part: ex.Expr, row: Any) -> Any:
                return _of_item(part, facts, definitions, inner, variable, row)

            return _within(aggregate(expr, rows, of_row))
    assert_never(expr)


def _of_item(
    expr: ex.Expr, facts: Facts, definitions: Values, local: dict[str, Any], name: str, item: Any
) -> Any:
    """The value of an expression for one item of a list, which is at hand by its name."""
    local[name] = item
    return evaluate(expr, facts, definitions, local)


def _within(value: Any) -> Any:
    """What was worked out; None if it is past a limit."""
    return None if limit_met(value) else value


def _field(item: Any, path: str) -> Any:
    """A field of an item; the item itself if the path is empty."""
    return item if not path or item is None else item.get(path)


def evaluate_definitions(
    definitions: Iterable[n.Definition], facts: Facts, said: date | None = None
) -> dict[str, Any]:
    """The values of a document's definitions, each of which uses only earlier ones, and the day of the
    use, and its moment."""
    named = {DAY_OF_USE: day_of(said), MOMENT_OF_USE: said if isinstance(said, Moment) else None}
    values: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
    for definition in definitions:
        taken = definition.parameters
        values[definition.name] = definition if taken else evaluate(definition.body, facts, values)
    return values


def worked_out(definitions: tuple[n.Definition, ...], use: Use) -> dict[str, Any]:
    """The same for a use, which keeps them: however often they are asked for, they are made once."""
    kept = use.worked_out.get(id(definitions))
    if kept is None or kept[0] is not definitions:
        kept = (definitions, evaluate_definitions(definitions, use.facts, use.as_of))
        use.worked_out[id(definitions)] = kept
    values: dict[str, Any] = kept[1]
    return values
