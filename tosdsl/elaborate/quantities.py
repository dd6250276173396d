"""Arithmetic, calls, lists and stretches of time: the typing of what works on values.

Each function takes the ``Typer`` at work and a written expression, and yields the typed one, or None
with a report.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from attrs import evolve

from tosdsl.base import limits
from tosdsl.base.span import Span
from tosdsl.diagnostics.wordings import NO_WINDOW, NO_ZONE, ONE_OR_ALL
from tosdsl.elaborate.brief import brief
from tosdsl.elaborate.types import (
    DATE,
    INSTANT,
    INTEGER,
    NUMBER,
    accepts,
    article,
    comparable,
    comparing_hint,
    type_of,
)
from tosdsl.elaborate.whole import is_whole
from tosdsl.trees import expressions as ex
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v
from tosdsl.trees.quantities import COUNTED_IN, UNITS, Duration, amount_of, duration
from tosdsl.values.arithmetic import is_zero

if TYPE_CHECKING:
    from tosdsl.elaborate.expressions import Typer

_NUMBERS = (INTEGER, NUMBER)
_EXTREMES = ("min", "max")
_COUNTS = frozenset(("length", "len", "size", "number_of", "count_of"))
_COUNTED = {unit: kind for kind, unit in COUNTED_IN.items()}
_ROUNDS = {"round": "rounded to 0.01", "ceil": "rounded up to 1", "floor": "rounded down to 1"}
"""What other languages call rounding."""
PARTS = {
    "year": "year of",
    "month": "month of",
    "day": "day of month of",
    "weekday": "day of week of",
    "day_of_week": "day of week of",
    "dayofweek": "day of week of",
}
"""What other languages call the parts of a day."""
_TWO = 2


def duration_type(length: Duration) -> v.Duration:
    """The type of a duration."""
    return v.Duration(_COUNTED[length.unit])


# --- arithmetic -------------------------------------------------------------------------------------


def arithmetic(typer: Typer, expr: s.Arithmetic) -> ex.Expr | None:
    """``+ - * /``"""
    if _is_too_long(typer, expr):
        return None
    left, right = typer.infer(expr.left), typer.infer(expr.right)
    excluding = None
    if expr.excluding is not None:
        excluding = typer.check(expr.excluding, v.ListOf(DATE), "`excluding`")
    if left is None or right is None or (expr.excluding is not None and excluding is None):
        return None
    one, other = type_of(left), type_of(right)
    kind = _result(expr.op, v.bare(one), v.bare(other))
    if kind is None:
        _refuse(typer, expr, one, other)
        return None
    if expr.op == "/" and isinstance(right, ex.Literal) and is_zero(right.value):
        typer.report("TOS2030", expr.right.span, text=brief(expr.right))
        return None
    if excluding is not None and other != v.Duration("business days"):
        typer.report("TOS2036", expr.right.span, found=article(other))
        return None
    if isinstance(kind, v.Date | v.Instant):
        where = f"{article(kind)} can be moved by whole ones only"
        pairs = (left, expr.left), (right, expr.right)
        if not all(is_whole(typer, made, written, where) for made, written in pairs):
            return None
    if one != v.bare(one) or other != v.bare(other):
        kind = v.OptionalOf(kind)
    made = ex.Arithmetic(expr.op, left, right, kind, excluding, span=expr.span)
    if typer.shared and _by_clocks(made, "") is not made:
        return typer.not_shared(expr.span, "count days from a moment", NO_ZONE)
    return made if typer.zone is None else _by_clocks(made, typer.zone)


def _by_clocks(made: ex.Arithmetic, zone: str) -> ex.Expr:
    """Days, months and business days from a moment, counted by the clocks of a zone."""
    if v.bare(made.type) != v.Instant():
        return made
    length = made.left if isinstance(v.bare(type_of(made.left)), v.Duration) else made.right
    if v.bare(type_of(length)) == v.Duration("hours"):
        return made
    start = made.right if length is made.left else made.left
    there = ex.InZone(start, zone, type_of(start), span=start.span)
    moved = evolve(made, right=there) if length is made.left else evolve(made, left=there)
    return ex.InZone(moved, zone, made.type, keeps=True, span=made.span)


def _is_too_long(typer: Typer, expr: s.Arithmetic | s.Convert | s.Rounded) -> bool:
    """Whether more operations follow one another than every pass can go through, which is reported."""
    each: s.Expr = expr
    for _ in range(limits.MAX_TERMS + 1):
        match each:
            case s.Arithmetic(left=first) | s.Convert(value=first) | s.Rounded(value=first):
                each = first
            case _:
                return False
    typer.report("TOS5030", expr.span, limit=limits.MAX_TERMS)
    return True


def _result(op: str, one: v.Type, other: v.Type) -> v.Type | None:
    """The type of ``one op other``, None if there is none."""
    if op in "*/":
        return _scaled(op, one, other)
    if one in _NUMBERS and other in _NUMBERS:
        return INTEGER if one == other == INTEGER else NUMBER
    match one, other:
        case (v.Money(), v.Money()) | (v.Duration(), v.Duration()):
            return one if one == other else None
        case (v.Date(), v.Duration(kind=kind)):
            return one if kind != "hours" else None
        case (v.Instant(), v.Duration()):
            return one
        case (v.Duration(), v.Date() | v.Instant()) if op == "+":
            return _result(op, other, one)
        case (v.Date(), v.Date()) if op == "-":
            return v.Duration("days")
        case (v.Instant(), v.Instant()) if op == "-":
            return v.Duration("hours")
        case _:
            return None


def _scaled(op: str, one: v.Type, other: v.Type) -> v.Type | None:
    if one in _NUMBERS and other in _NUMBERS:
        return INTEGER if op == "*" and one == other == INTEGER else NUMBER
    if op == "/" and one == other and isinstance(one, v.Money | v.Duration):
        return NUMBER
    if isinstance(one, v.Money) and other in _NUMBERS:
        return one
    if op == "*" and isinstance(other, v.Money) and one in _NUMBERS:
        return other
    if isinstance(one, v.Duration) and other in _NUMBERS:
        return one
    if op == "*" and isinstance(other, v.Duration) and one in _NUMBERS:
        return other
    return None


def _refuse(typer: Typer, expr: s.Arithmetic, one: v.Type, other: v.Type) -> None:
    if expr.op in "+-/" and differ(typer, expr.right, other, one, brief(expr.left)):
        return
    hint = "Numbers go with numbers, and money with money of its currency."
    plain = {type(v.bare(one)), type(v.bare(other))}
    if expr.op == "*" and plain == {v.Money}:
        hint = "Multiply money by a number."
    if plain & {v.Date, v.Instant} and plain & {v.Integer, v.Number}:
        hint = "Say what the number counts: a date and a duration, such as `30 days`, make a date."
    if plain <= {v.Date, v.Instant, v.Duration}:
        hint = "A date and a duration make a date; two dates have a difference, and no sum."
        if v.Duration("hours") in {v.bare(one), v.bare(other)}:
            hint = "Hours and shorter units count on an `instant`; add days to a date."
        elif plain == {v.Date, v.Instant}:
            hint = "A date is a whole day and an instant a moment of it; declare both alike."
    words = {"left": article(one), "right": article(other), "hint": hint}
    typer.report("TOS2023", expr.span, None, op=expr.op, **words)


def differ(typer: Typer, expr: s.Expr, found: v.Type, wanted: v.Type, against: str) -> bool:
    """Report two currencies, or two kinds of duration; False if it is something else."""
    match v.bare(found), v.bare(wanted):
        case v.Money() as one, v.Money(currency=currency) as other if one != other:
            words = {"left": f"`{brief(expr)}`", "right": f"`{against}`", "currency": currency}
            typer.report("TOS2022", expr.span, None, **words)
            return True
        case v.Duration() as one, v.Duration() as other if one != other:
            words = {"left": f"`{brief(expr)}` ({one})", "right": f"`{against}` ({other})"}
            typer.report("TOS2031", expr.span, None, **words)
            return True
    return False


def convert(typer: Typer, expr: s.Convert) -> ex.Expr | None:
    """``value as USD at rate``"""
    if _is_too_long(typer, expr):
        return None
    value, rate = typer.infer(expr.value), typer.check(expr.rate, NUMBER, "a rate")
    if value is None or rate is None:
        return None
    kind, name = v.bare(type_of(value)), expr.currency.text
    if not isinstance(kind, v.Money):
        hint = "Only money has a currency."
        words = {"left": article(kind), "right": f"`{name}`", "hint": hint}
        typer.report("TOS2023", expr.span, None, op="as", **words)
        return None
    if not (len(name) == len("USD") and name.isalpha() and name.isupper()):
        hint = "A currency is three capital letters, as in `as USD at`."
        typer.report("TOS2025", expr.currency.span, None, name="money", unit=name, hint=hint)
        return None
    made: v.Type = v.Money(name)
    if kind != type_of(value) or isinstance(type_of(rate), v.OptionalOf):
        made = v.OptionalOf(made)
    return ex.Convert(value, name, rate, made, span=expr.span)


def rounded(typer: Typer, expr: s.Rounded) -> ex.Expr | None:
    """``value rounded to 0.01 USD``"""
    if _is_too_long(typer, expr):
        return None
    value, step = typer.infer(expr.value), typer.infer(expr.step)
    if value is None or step is None:
        return None
    kind, unit = v.bare(type_of(value)), v.bare(type_of(step))
    both = kind in _NUMBERS and unit in _NUMBERS
    if not both and not (kind == unit and isinstance(kind, v.Money | v.Duration)):
        if not differ(typer, expr.step, unit, kind, brief(expr.value)):
            hint = "Numbers are rounded to a number, money to money, and a time to a time."
            words = {"left": article(type_of(value)), "right": article(type_of(step)), "hint": hint}
            typer.report("TOS2023", expr.span, None, op="rounded to", **words)
        return None
    if not isinstance(step, ex.Literal) or not amount_of(step.value) > 0:
        typer.report("TOS2038", expr.step.span, None, text=brief(expr.step))
        return None
    made: v.Type = unit if both else kind
    if kind != type_of(value):
        made = v.OptionalOf(made)
    return ex.Rounded(value, expr.way, step, made, span=expr.span)


# --- calls ------------------------------------------------------------------------------------------


def call(typer: Typer, expr: s.Call) -> ex.Expr | None:
    """A definition with parameters, or ``min`` and ``max``."""
    name = expr.name.text
    over = _list_meant(typer, expr) if name in _OVER_LISTS and name not in typer.definitions else ""
    if over:
        mend = ONE_OR_ALL.format(list=over)
        typer.report("TOS1047", expr.span, None, name=name, mend=mend)
        return None
    if name in typer.pending:
        typer.awaited[name] = None
        return None
    if name in typer.parameters:
        return _call(typer, expr)
    if name in _EXTREMES and name not in typer.definitions:
        return _extreme(typer, expr)
    for argument in expr.arguments:
        typer.infer(argument)
    if name in typer.definitions:
        words = {"name": name, "what": "a definition that takes no values"}
        typer.report("TOS2027", expr.name.span, None, **words, hint=f"Write `{name}` by itself.")
    elif typer.taken(name):
        words = {"name": name, "what": f"{typer.taken(name)}, and takes no values"}
        typer.report("TOS2027", expr.name.span, None, **words, hint=f"Write `{name}` by itself.")
    elif name in _COUNTS:
        words = {"found": brief(expr), "instead": f"`count(x in {brief(expr.arguments[0])})`"}
        typer.report("TOS1008", expr.span, None, **words)
    elif name in _ROUNDS:
        words = {"found": brief(expr), "instead": f"`{brief(expr.arguments[0])} {_ROUNDS[name]}`"}
        typer.report("TOS1008", expr.span, None, **words)
    elif name in PARTS:
        words = {"found": brief(expr), "instead": f"`{PARTS[name]} {brief(expr.arguments[0])}`"}
        typer.report("TOS1008", expr.span, None, **words)
    elif name not in typer.lost:
        near = (name, (*typer.parameters, *_EXTREMES))
        mend = f"`define {name}(…) as …` defines what takes values."
        typer.report("TOS2001", expr.name.span, near, name=name, mend=mend)
    return None


_OVER_LISTS = frozenset(("min", "max", "earliest", "latest", "lowest", "average", "avg"))


def _list_meant(typer: Typer, expr: s.Call) -> str:
    """The list that is the one argument, or of whose items it names a field; empty if it is another."""
    argument = expr.arguments[0]
    if len(expr.arguments) > 1 or not isinstance(argument, s.Name):
        return ""
    first, *rest = argument.text.split(".")
    kind = typer.variables.get(first) or typer.fact_type(first) or typer.definitions.get(first)
    read = first
    for step in rest:
        if isinstance(kind, v.ListOf):
            break
        fields = {each.name: each.type for each in kind.fields} if isinstance(kind, v.Record) else {}
        kind, read = fields.get(step), f"{read}.{step}"
    return read if isinstance(kind, v.ListOf) else ""


def _call(typer: Typer, expr: s.Call) -> ex.Expr | None:
    name, parameters = expr.name.text, typer.parameters[expr.name.text]
    kind = typer.definitions.get(name)
    if parameters is None or kind is None:
        for argument in expr.arguments:
            typer.infer(argument)
        return None
    if len(parameters) != len(expr.arguments):
        found = len(expr.arguments)
        listed = ", ".join(f"{each}: {type_}" for each, type_ in parameters)
        words = {"wanted": _values(len(parameters)), "found": found, "s": "s" if found == 1 else ""}
        typer.report("TOS2026", expr.span, None, name=name, **words, parameters=listed)
        return None
    lists, through = typer.nested.get(name, (0, ()))
    if not _not_too_deep(typer, lists, expr.span, (name, *through)):
        return None
    pairs = zip(expr.arguments, parameters, strict=True)
    made = [_argument(typer, each, name, wanted) for each, (name, wanted) in pairs]
    good = tuple(each for each in made if each is not None)
    return ex.Call(name, good, kind, span=expr.span) if len(good) == len(made) else None


def _values(count: int) -> str:
    return "one value" if count == 1 else f"{count} values"


def _argument(typer: Typer, expr: s.Expr, name: str, wanted: v.Type) -> ex.Expr | None:
    record = isinstance(wanted, v.Record)
    made = typer.infer(expr) if record else typer.check(expr, wanted, "the parameter")
    if made is None or accepts(wanted, type_of(made)):
        whole = made is None or is_whole(typer, made, expr, f"`{name}` takes whole ones only")
        return made if whole else None
    words = {"left": brief(expr), "left_type": article(type_of(made)), "right": "the parameter"}
    words["hint"] = comparing_hint(expr, type_of(made), wanted)
    typer.report("TOS2006", expr.span, None, **words, right_type=article(wanted))
    return None


def without_values(typer: Typer, name: s.Name) -> ex.Expr | None:
    """Report a definition with parameters that stands by itself: None."""
    parameters = typer.parameters[name.text]
    if parameters is not None:
        hint = f"Write `{name.text}({', '.join(each for each, _ in parameters)})`."
        what = "a definition that takes values"
        typer.report("TOS2027", name.span, None, name=name.text, what=what, hint=hint)
    return None


def _extreme(typer: Typer, expr: s.Call) -> ex.Expr | None:
    made = [typer.infer(each) for each in expr.arguments]
    good = tuple(each for each in made if each is not None)
    if len(good) != len(made):
        return None
    kind = type_of(good[0])
    if len(good) < _TWO or not v.ordered(v.bare(kind)):
        typer.report("TOS2034", expr.span, name=expr.name.text)
        return None
    for written, each in zip(expr.arguments[1:], good[1:], strict=True):
        other = type_of(each)
        if comparable(other, kind):
            continue
        against = brief(expr.arguments[0])
        if not differ(typer, written, other, kind, against):
            words = {"left": brief(written), "left_type": article(other), "right": against}
            words["hint"] = comparing_hint(written, other, kind)
            typer.report("TOS2006", written.span, None, **words, right_type=article(kind))
        return None
    plain = {v.bare(type_of(each)) for each in good}
    kind = NUMBER if NUMBER in plain else v.bare(kind)
    if all(isinstance(type_of(each), v.OptionalOf) for each in good):
        kind = v.OptionalOf(kind)
    return ex.Extreme(expr.name.text, good, kind, v.scale(kind), span=expr.span)


# --- lists ------------------------------------------------------------------------------------------


def quantified(typer: Typer, expr: s.Quantified) -> ex.Expr | None:
    """``some x in xs satisfies …``, ``every x in xs satisfies …``"""
    over = _list(typer, expr.over)
    with _item(typer, expr.variable, over) as good:
        body = typer.condition(expr.body) if good else None
    typer.left[expr.variable.text] = expr.variable.span.line
    if over is None or body is None:
        return None
    return ex.Quantified(expr.kind, expr.variable.text, over, body, span=expr.span)


def aggregate(typer: Typer, expr: s.Aggregate) -> ex.Expr | None:
    """``count``, ``sum``, ``highest`` and the extremes over a list."""
    over = _list(typer, expr.over)
    with _item(typer, expr.variable, over) as good:
        if not good:
            return None
        where = typer.condition(expr.where) if expr.where is not None else None
        value = typer.infer(expr.value) if expr.value is not None else None
        by = _by(typer, expr.window) if expr.window else None
        per = _group(typer, expr.window.per) if expr.window and expr.window.per else None
    wanted = (expr.where, expr.value, expr.window, expr.window and expr.window.per)
    made = (where, value, by, per)
    missing = any(w is not None and m is None for w, m in zip(wanted, made, strict=True))
    if over is None or missing:
        return None
    kind: v.Type = INTEGER
    if expr.value is not None and value is not None:
        kind = type_of(value)
        hint = _no_aggregate(expr.kind, kind)
        if hint:
            words = {"op": expr.kind, "left": article(kind), "right": "a list", "hint": hint}
            typer.report("TOS2023", expr.value.span, None, **words)
            return None
        if expr.kind in ex.EXTREMES:
            kind = v.OptionalOf(v.bare(kind))
    written = expr.window.length if expr.window else None
    length = duration(written.count, written.unit) if written else None
    name = expr.variable.text
    return ex.Aggregate(expr.kind, name, over, kind, value, where, length, by, per, span=expr.span)


def _no_aggregate(word: str, kind: v.Type) -> str:
    """Why values of a type do not make what a word says; empty if they do."""
    if word not in ex.EXTREMES:
        add_up = isinstance(kind, v.Integer | v.Number | v.Money | v.Duration)
        return "" if add_up else "Numbers, money and durations add up."
    bare = v.bare(kind)
    if not v.ordered(bare):
        return "Numbers, money, durations, days, moments and rising enumerations have an order."
    dated = bare in (DATE, INSTANT)
    if dated is (word in ex.DATED_EXTREMES):
        return ""
    others = (each for each in ex.EXTREMES if (each in ex.DATED_EXTREMES) is dated)
    other = next(each for each in others if ex.EXTREMES[each] == ex.EXTREMES[word])
    return f"Write `{other} (…)`."


def _list(typer: Typer, expr: s.Expr) -> ex.Expr | None:
    """A list that is gone through, or None with a report."""
    over = typer.infer(expr)
    if over is None or isinstance(type_of(over), v.ListOf):
        return over
    typer.report("TOS2029", expr.span, None, text=brief(expr), type=article(type_of(over)))
    return None


@contextmanager
def _item(typer: Typer, name: s.Name, over: ex.Expr | None) -> Iterator[bool]:
    """The item at hand is known inside; False if it cannot be."""
    kind = type_of(over) if over is not None else None
    what = typer.taken(name.text)
    if what:
        typer.report("TOS2028", name.span, None, name=name.text, what=what)
    if what or not isinstance(kind, v.ListOf):
        yield False
        return
    typer.variables[name.text] = kind.item
    typer.lists += 1
    yield _not_too_deep(typer, 0, name.span)
    typer.lists -= 1
    del typer.variables[name.text]


def _not_too_deep(typer: Typer, deeper: int, span: Span, through: Sequence[str] = ()) -> bool:
    """Whether so many more lists can be gone through here; reported if not, with the definitions
    ``through`` which they are."""
    if typer.lists + deeper <= limits.MAX_LISTS_NESTED:
        return True
    chain = " → ".join(f"`{each}`" for each in through)
    where = f": {typer.lists} around it, and {deeper} in {chain}" if through else ""
    typer.report("TOS5021", span, limit=limits.MAX_LISTS_NESTED, where=where)
    return False


def _group(typer: Typer, expr: s.Expr) -> ex.Expr | None:
    """What the items of a group have in common: one value, by which they are told apart."""
    per = typer.infer(expr)
    kind = v.bare(type_of(per)) if per is not None else None
    record = kind.item if isinstance(kind, v.ListOf) else kind
    if not isinstance(record, v.Record):
        return per
    fields = ", ".join(f"{brief(expr)}.{field.name}" for field in record.fields)
    typer.report("TOS2013", expr.span, name=brief(expr), type=record, fields=fields)
    return None


def _in_days(window: s.Window) -> bool:
    return UNITS[window.length.unit][0] != "microseconds"


def _by(typer: Typer, window: s.Window) -> ex.Expr | None:
    by = typer.infer(window.by)
    if by is None or type_of(by) in (DATE, INSTANT):
        if by is not None and type_of(by) == DATE and UNITS[window.length.unit][0] == "microseconds":
            words = {"op": "by", "left": f"`{brief(window.length)}`", "right": "a date"}
            hint = "Hours and shorter units count on an `instant`; say days."
            typer.report("TOS2023", window.length.span, None, **words, hint=hint)
            return None
        if by is not None and typer.shared and type_of(by) == INSTANT and _in_days(window):
            return typer.not_shared(window.by.span, "count days by moments", NO_WINDOW)
        if by is not None and typer.zone is not None and type_of(by) == INSTANT:
            return ex.InZone(by, typer.zone, INSTANT, span=by.span)
        return by
    typer.report("TOS2033", window.by.span, None, text=brief(window.by), type=article(type_of(by)))
    return None
