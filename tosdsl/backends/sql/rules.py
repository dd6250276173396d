"""The core to SQL, one rule for each kind of node.

    core.Block, a dialect -> a term for each node, or NoSqlError

The values are those of ``tosdsl/values/``, three-valued. A number is a whole number over a denominator
that is known when the SQL is made, and so are the ends between which it lies: what could grow past what
the database holds has no SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from attrs import define, evolve, field

from tosdsl.backends.sql import logic
from tosdsl.backends.sql.arithmetic import Arithmetic
from tosdsl.backends.sql.columns import DAY, NONE, Layout
from tosdsl.backends.sql.comparison import Comparison
from tosdsl.backends.sql.dialect import Dialect
from tosdsl.backends.sql.lists import Lists
from tosdsl.backends.sql.terms import NoSqlError, Term
from tosdsl.trees import core
from tosdsl.trees import expressions as ex
from tosdsl.trees import vocabulary as v
from tosdsl.trees.quantities import ABSENT, Duration, Money

_LONGEST = 20_000
"""Characters of the SQL of one node; longer ones have none, as parts would be written out too often."""

LEAVES = frozenset(("literal", "fact", "as of", "moment of use", "item", "parameter", "outer"))

RULES: dict[str, Callable[[Rules, Frame, core.Index, core.Node], Term]] = {}
"""By the kind of a node, what makes its term."""

NO_SQL = frozenset(("due",))
"""Kinds of nodes that no statement reads: what they tell, a decision tells."""


@define(eq=False)
class Frame:
    """Where a node stands: the program's own block, or a function's with what it was given."""

    block: core.Block
    parameters: tuple[Term, ...] = ()
    items: Mapping[int, Term] = field(factory=dict)
    """By level, the items at hand."""
    is_own: bool = False
    """Whether it is the program's own block."""

    def inside(self, level: int, item: Term) -> Frame:
        """In a list, with the item at hand."""
        return evolve(self, items={**self.items, level: item})


@define(eq=False)
class Rules:
    """Makes terms. ``named`` gives the term of a node that has a column of its own."""

    body: core.Block
    functions: tuple[core.Function, ...]
    dialect: Dialect
    layout: Layout
    named: Callable[[core.Index], Term]
    compare: Comparison = field(init=False)
    arithmetic: Arithmetic = field(init=False)
    lists: Lists = field(init=False)
    _aliases: int = 0

    def __attrs_post_init__(self) -> None:
        self.compare = Comparison(self.dialect)
        self.arithmetic = Arithmetic(self.dialect)
        self.lists = Lists(self.dialect, self.layout)

    def of(self, frame: Frame, at: core.Index) -> Term:
        """The term of a node as others read it."""
        node = frame.block.nodes[at]
        if frame.is_own and not frame.block.free[at] and node[0] not in LEAVES:
            return self.named(at)
        return self.made(frame, at)

    def made(self, frame: Frame, at: core.Index) -> Term:
        """The term of a node, written out."""
        node = frame.block.nodes[at]
        rule = RULES.get(node[0])
        if rule is None:
            raise NoSqlError(f"no SQL for `{node[0]}`")
        term = rule(self, frame, at, node)
        if len(term.sql) > _LONGEST:
            raise NoSqlError("its SQL would be too long")
        return term

    def truth(self, sql: str) -> Term:
        return Term(v.Boolean(), sql)

    def alias(self) -> str:
        self._aliases += 1
        return self.dialect.item(self._aliases)

    # --- what is read ---------------------------------------------------------------------------------

    def column(self, kind: v.Type, name: str, path: str, inside: str = "") -> Term:
        """The term of a column, or of a field of a record. ``inside`` is the record."""

        def ref(name: str) -> str:
            return self.dialect.field(inside, name) if inside else self.dialect.ident(name)

        bare = v.bare(kind)
        none = ref(name + NONE) if isinstance(kind, v.OptionalOf) else None
        zoned = isinstance(bare, v.Instant) and path in self.layout.zoned
        return self.typed(bare, ref(name), none, path, zoned)

    def typed(self, kind: v.Type, sql: str, none: str | None, path: str, zoned: bool = False) -> Term:
        den = 10 ** self.layout.places_of(path, kind)
        return Term(kind, sql, none, den, self.layout.bound(path), path=path, zoned=zoned)

    def literal(self, value: Any, kind: v.Type | None) -> Term:
        """The term of a value that stands in the text."""
        dialect = self.dialect
        if value is ABSENT:
            return Term(kind, dialect.unknown(), dialect.truth(True), constant=value)
        if isinstance(value, tuple):
            item = kind.item if isinstance(kind, v.ListOf) else None
            if isinstance(item, v.Record):
                raise NoSqlError("a table of the text")
            parts = tuple(self.literal(each, item) for each in value)
            return Term(kind, dialect.unknown(), parts=parts, constant=value)
        bare = None if kind is None else v.bare(kind)
        match value:
            case bool():
                return Term(bare, dialect.truth(value), constant=value)
            case Money(amount=number) | Duration(count=number) | (int() | Fraction() as number):
                exact = Fraction(number)
                size = abs(exact.numerator)
                wide = size > dialect.NARROW
                if size > (dialect.WIDE if wide else dialect.NARROW):
                    raise NoSqlError("a number that is too large for the database")
                sql = dialect.whole(exact.numerator, wide)
                return Term(bare, sql, None, exact.denominator, size, wide, constant=value)
            case str():
                return Term(bare, dialect.text(value), constant=value)
        if isinstance(bare, v.Instant):
            offset = value.utcoffset()
            return Term(bare, dialect.moment(value), zoned=bool(offset), constant=value)
        return Term(bare, dialect.date(value), constant=value)


def _rule(*kinds: str) -> Callable[[Any], Any]:
    def kept(rule: Any) -> Any:
        for kind in kinds:
            RULES[kind] = rule
        return rule

    return kept


# --- leaves -------------------------------------------------------------------------------------------


@_rule("literal")
def _literal(rules: Rules, frame: Frame, at: core.Index, node: core.Node) -> Term:
    return rules.literal(node[1], frame.block.types[at])


@_rule("fact")
def _fact(rules: Rules, frame: Frame, at: core.Index, node: core.Node) -> Term:
    kind = frame.block.types[at]
    assert kind is not None
    return rules.column(kind, node[1], node[1])


@_rule("as of")
def _as_of(rules: Rules, frame: Frame, at: core.Index, node: core.Node) -> Term:
    return Term(v.Date(), rules.dialect.ident(DAY))


@_rule("moment of use")
def _moment_of_use(rules: Rules, frame: Frame, at: core.Index, node: core.Node) -> Term:
    kind = rules.dialect.TYPES["moment"]
    return Term(v.Instant(), f"CAST(NULL AS {kind})")  # a row says no more than a day


@_rule("item")
def _item(rules: Rules, frame: Frame, at: core.Index, node: core.Node) -> Term:
    return frame.items[node[1]]


@_rule("parameter")
def _parameter(rules: Rules, frame: Frame, at: core.Index, node: core.Node) -> Term:
    return frame.parameters[node[1]]


@_rule("outer")
def _outer(rules: Rules, frame: Frame, at: core.Index, node: core.Node) -> Term:
    return rules.of(Frame(rules.body, is_own=True), node[1])


@_rule("field")
def _field(rules: Rules, frame: Frame, at: core.Index, node: core.Node) -> Term:
    _, item, path = node
    record, kind = rules.of(frame, item), frame.block.types[at]
    if not isinstance(record.kind, v.Record) or kind is None or record.none is not None:
        raise NoSqlError("a field of what is no plain record")
    return rules.column(kind, path, f"{record.path}.{path}", record.sql)


# --- logic ----------------------------------------------------------------------------------------


@_rule("not")
def _not(rules: Rules, frame: Frame, at: core.Index, node: core.Node) -> Term:
    return rules.truth(f"(NOT {rules.of(frame, node[1]).sql})")


@_rule("and", "or")
def _joined(rules: Rules, frame: Frame, at: core.Index, node: core.Node) -> Term:
    word = f" {node[0].upper()} "
    return rules.truth(f"({word.join(rules.of(frame, each).sql for each in node[1])})")


@_rule("shown")
def _shown(rules: Rules, frame: Frame, at: core.Index, node: core.Node) -> Term:
    return rules.truth(f"coalesce({rules.of(frame, node[1]).sql}, FALSE)")


# --- values ---------------------------------------------------------------------------------------


@_rule("compare")
def _compare(rules: Rules, frame: Frame, at: core.Index, node: core.Node) -> Term:
    _, op, left, right, scale = node
    sides = rules.of(frame, left), rules.of(frame, right)
    return rules.truth(rules.compare.sql(op, *sides, scale))


@_rule("list")
def _list(rules: Rules, frame: Frame, at: core.Index, node: core.Node) -> Term:
    parts = tuple(rules.of(frame, each) for each in node[1])
    return Term(frame.block.types[at], rules.dialect.unknown(), parts=parts)


@_rule("arithmetic")
def _arithmetic(rules: Rules, frame: Frame, at: core.Index, node: core.Node) -> Term:
    _, op, left, right, days = node
    holidays = None if days is None else rules.of(frame, days)
    sides = rules.of(frame, left), rules.of(frame, right)
    return rules.arithmetic.of(op, *sides, holidays, frame.block.types[at])


@_rule("extreme")
def _extreme(rules: Rules, frame: Frame, at: core.Index, node: core.Node) -> Term:
    _, kind, items, scale = node
    several = [rules.of(frame, each) for each in items]
    return rules.arithmetic.extreme(kind, several, scale, frame.block.types[at])


@_rule("convert")
def _convert(rules: Rules, frame: Frame, at: core.Index, node: core.Node) -> Term:
    _, value, _, rate = node
    return rules.arithmetic.product(
        rules.of(frame, value), rules.of(frame, rate), frame.block.types[at]
    )


@_rule("rounded")
def _rounded(rules: Rules, frame: Frame, at: core.Index, node: core.Node) -> Term:
    raise NoSqlError("rounding")


@_rule("part of day")
def _part_of_day(rules: Rules, frame: Frame, at: core.Index, node: core.Node) -> Term:
    _, day, part = node
    return rules.arithmetic.part_of_day(part, rules.of(frame, day), frame.block.types[at])


@_rule("in zone")
def _in_zone(rules: Rules, frame: Frame, at: core.Index, node: core.Node) -> Term:
    raise NoSqlError("a named zone")  # its data may be another edition's than a database's


@_rule("period end")
def _period_end(rules: Rules, frame: Frame, at: core.Index, node: core.Node) -> Term:
    raise NoSqlError("periods that follow each other")


@_rule("if")
def _by_cases(rules: Rules, frame: Frame, at: core.Index, node: core.Node) -> Term:
    condition, then, otherwise = (rules.of(frame, each) for each in node[1:])
    return rules.arithmetic.by_cases(condition.sql, then, otherwise, frame.block.types[at])


@_rule("call")
def _call(rules: Rules, frame: Frame, at: core.Index, node: core.Node) -> Term:
    function = rules.functions[node[1]]
    given = tuple(rules.of(frame, each) for each in node[2])
    return rules.of(Frame(function.body, given), function.result)


# --- lists ----------------------------------------------------------------------------------------


def _at_hand(rules: Rules, frame: Frame, item: core.Index, listed: Term) -> tuple[Frame, str]:
    """Inside a list, with a name for the item at hand."""
    kind = listed.kind
    if listed.parts is not None or listed.none is not None or not isinstance(kind, v.ListOf):
        raise NoSqlError("a list that is no plain column")
    if isinstance(kind.item, v.ListOf | v.OptionalOf):
        raise NoSqlError("a list of lists, or of what may be `none`")
    alias = rules.alias()
    zoned = isinstance(kind.item, v.Instant) and listed.path in rules.layout.zoned
    at_hand = rules.typed(kind.item, alias, None, listed.path, zoned)
    return frame.inside(frame.block.nodes[item][1], at_hand), alias


@_rule("some", "every")
def _quantified(rules: Rules, frame: Frame, at: core.Index, node: core.Node) -> Term:
    kind, item, listed, body = node
    items = rules.of(frame, listed)
    inside, alias = _at_hand(rules, frame, item, items)
    return rules.truth(rules.lists.quantified(kind, items, alias, rules.of(inside, body)))


@_rule("total")
def _total(rules: Rules, frame: Frame, at: core.Index, node: core.Node) -> Term:
    _, kind, item, listed, where, value, _, by, _ = node
    if kind in ex.EXTREMES:
        raise NoSqlError("the least or the greatest of a list")
    if by is not None:
        raise NoSqlError("the highest total of a stretch of time")
    items = rules.of(frame, listed)
    inside, alias = _at_hand(rules, frame, item, items)
    chosen = None if where is None else rules.of(inside, where)
    amount = None if value is None else rules.of(inside, value)
    return rules.lists.total(items, alias, chosen, amount, frame.block.types[at])


# --- deadlines, states, verdicts ----------------------------------------------------------------------


@_rule("late")
def _late(rules: Rules, frame: Frame, at: core.Index, node: core.Node) -> Term:
    _, kind, moment, today, _ = node
    return rules.truth(rules.arithmetic.late(kind, rules.of(frame, moment), rules.of(frame, today).sql))


@_rule("state")
def _state(rules: Rules, frame: Frame, at: core.Index, node: core.Node) -> Term:
    owed, done, late = (rules.of(frame, each).sql for each in node[1:])
    return Term(None, logic.state(owed, done, late))


@_rule("table")
def _table(rules: Rules, frame: Frame, at: core.Index, node: core.Node) -> Term:
    _, scope, forbids, permits, default, tables = node
    cell = logic.cell(rules.of(frame, forbids).sql, rules.of(frame, permits).sql, default)
    inner = [logic.Verdicts(*_three(rules.of(frame, each))) for each in tables]
    made = logic.within(rules.of(frame, scope).sql, logic.joined([cell, *inner]))
    return Term(None, "", parts=tuple(map(rules.truth, made)))


@_rule("join")
def _join(rules: Rules, frame: Frame, at: core.Index, node: core.Node) -> Term:
    several = [logic.Verdicts(*_three(rules.of(frame, each))) for each in node[1]]
    return Term(None, "", parts=tuple(map(rules.truth, logic.joined(several))))


def _three(term: Term) -> list[str]:
    assert term.parts is not None
    return [each.sql for each in term.parts]
