"""Uses of given policies, for whoever tests a program that asks them: ``tosdsl.testing.uses``.

Facts drawn blindly seldom meet an exception. So a draw aims: it picks a clause or an exception (or
none), makes what that asks for true wherever a single fact can, and fills in the rest with values near
the constants that the policies compare with. Any fact may still be unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, timedelta
from fractions import Fraction
from typing import Any, TypeAlias, assert_never

from attrs import define, field
from hypothesis import strategies as st

from tosdsl.facade import PolicySet
from tosdsl.trees import expressions as ex
from tosdsl.trees import facts as f
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.bounds import order
from tosdsl.trees.moments import Moment
from tosdsl.trees.quantities import ABSENT, COUNTED_IN, Duration, Money
from tosdsl.values.nearby import beside, plain_step

Facts: TypeAlias = st.SearchStrategy[dict[str, Any]]
Days: TypeAlias = st.SearchStrategy[date | None]

Aim = tuple[tuple[ex.Expr, bool], ...]
"""Conditions, each with what it is to come to."""

_PARTY = "somebody_else"
_DAY = date(2024, 1, 1)


def uses(policies: PolicySet) -> Facts:
    """Facts that ``policies.decide`` takes, dotted; what is not there is unknown."""
    pool = _Pool()
    targets: list[tuple[Mapping[str, ex.Expr], Aim]] = [({}, ())]
    for linked in policies.choices.linked.values():
        for document in linked.documents:
            bodies = {each.name: each.body for each in document.policy.definitions}
            for body in bodies.values():
                pool.note(body)
            for aim in _aims(document.policy.root, ()):
                for expr, _ in aim:
                    pool.note(expr)
                targets.append((bodies, aim))
    return _uses(tuple(policies.vocabulary.leaves()), pool, tuple(targets))


def facts(vocabulary: v.Vocabulary) -> Facts:
    """Facts that fit a vocabulary, whatever policies make of them."""
    return _uses(tuple(vocabulary.leaves()), _Pool(), (({}, ()),))


def days(policies: PolicySet) -> Days:
    """Days of a use: those on which versions begin and end, those around them, and none."""
    found: set[date] = set()
    for linked in policies.choices.linked.values():
        for document in linked.documents:
            policy = document.policy
            for day in (policy.effective_from, policy.effective_until, policy.recorded):
                found |= set(_around(day)) if day else set()
    return st.none() | st.sampled_from(sorted(found, key=order)) if found else st.none() | st.just(_DAY)


def _around(day: date) -> Iterator[date]:
    if isinstance(day, Moment):
        yield day
        if day.utc.year > 1:
            yield day.later(timedelta(microseconds=-1))
        day = day.date()
    for step in (-1, 0, 1):
        if date.min < day < date.max:
            yield day + timedelta(step)


@st.composite
def _uses(
    draw: st.DrawFn,
    leaves: Sequence[v.Leaf],
    pool: _Pool,
    targets: Sequence[tuple[Mapping[str, ex.Expr], Aim]],
) -> dict[str, Any]:
    types = {leaf.path: leaf.type for leaf in leaves}
    bodies, aim = draw(st.sampled_from(targets))
    wanted: dict[str, f.Value] = {}
    for expr, truth in aim:
        _Aiming(draw, bodies, pool, wanted).at(expr, truth)
    made: dict[str, Any] = {}
    for path, kind in types.items():
        if path in wanted:
            if draw(st.integers(0, 15)) < 15:
                made[path] = plain_value(wanted[path])
        elif draw(st.booleans()):
            made[path] = plain_value(draw(pool.values(path, kind)))
    return made


# --- what there is to aim at ------------------------------------------------------------------------


def _aims(section: n.Section, around: Aim) -> Iterator[Aim]:
    """Each clause in force, each exception that decides, and each of which one proviso fails."""
    here: Aim = (*around, (section.scope, True)) if section.scope is not None else around
    for norm in section.norms:
        yield from _aims_of(norm, here)
        if norm.must is not None:
            when: Aim = ((norm.when, True),) if norm.when is not None else ()
            for kept in (True, False):
                yield (*here, *when, (norm.must, kept))
    for inner in section.sections:
        yield from _aims(inner, here)


def _aims_of(node: n.Norm | n.ExceptionNode, around: Aim) -> Iterator[Aim]:
    applies: Aim = (*around, (node.when, True)) if node.when is not None else around
    whole: Aim = (*applies, *((proviso, True) for proviso in node.provisos))
    yield whole
    for proviso in node.provisos:
        yield (*whole, (proviso, False))
    for inner in node.exceptions:
        yield from _aims_of(inner, whole)


@define
class _Aiming:
    """Gives facts values that bring a condition to a truth, where one fact by itself can."""

    draw: st.DrawFn
    bodies: Mapping[str, ex.Expr]
    pool: _Pool
    wanted: dict[str, f.Value]

    def at(self, expr: ex.Expr, truth: bool) -> None:
        match expr:
            case ex.And(items=items) | ex.Or(items=items):
                all_ = truth is isinstance(expr, ex.And)
                for item in items if all_ else (self.draw(st.sampled_from(items)),):
                    self.at(item, truth)
            case ex.Not(item=item):
                self.at(item, not truth)
            case ex.DefinitionRef(name=name) if name in self.bodies:
                self.at(self.bodies[name], truth)
            case ex.FactRef(path=path, type=v.Boolean()):
                self.wanted[path] = truth
            case ex.Compare(op=op, left=ex.FactRef() as fact, right=right):
                self._compare(op, fact, _constants(right), truth)
            case ex.Compare(op="in", left=ex.Literal(value=value), right=ex.FactRef() as fact):
                self._compare("includes", fact, [value], truth)
            case _:
                pass  # it takes more than one fact: chance has to do it

    def _compare(self, op: str, fact: ex.FactRef, constants: list[Any], truth: bool) -> None:
        if not constants:
            return
        if isinstance(v.bare(fact.type), v.ListOf):
            more = self.draw(self.pool.values(fact.path, fact.type))
            items = tuple(more) if isinstance(more, tuple) else ()
            if truth:
                one = self.draw(st.sampled_from(constants))
                self.wanted[fact.path] = (one, *(each for each in items if each != one))
            else:
                self.wanted[fact.path] = tuple(each for each in items if each not in constants)
            return
        candidates = self.pool.near(fact.path, fact.type)
        fitting = [each for each in candidates if _holds(op, each, constants, fact.type) is truth]
        if not fitting and truth:
            fitting = constants
        if fitting:
            self.wanted[fact.path] = self.draw(st.sampled_from(fitting))


def _holds(op: str, value: Any, constants: list[Any], kind: v.Type) -> bool | None:
    """Whether a comparison holds of a value; None where that is not for this module to say."""
    first = constants[0]
    if value is ABSENT or op in {"is", "in"}:
        return value in constants if op in {"is", "in"} else False
    if op not in {"<", "<=", ">", ">="}:
        return None
    bare = v.bare(kind)
    if isinstance(bare, v.Enum):
        value, first = bare.members.index(value), bare.members.index(first)
    elif isinstance(value, Money):
        value, first = value.amount, first.amount
    elif isinstance(value, Duration):
        value, first = value.count, first.count
    return bool(
        {"<": value < first, "<=": value <= first, ">": value > first, ">=": value >= first}[op]
    )


def _constants(expr: ex.Expr) -> list[Any]:
    match expr:
        case ex.Literal(value=value):
            return [value]
        case ex.SetOf(items=items):
            return [each for item in items for each in _constants(item)]
        case _:
            return []


# --- values -----------------------------------------------------------------------------------------


@define
class _Pool:
    """The constants of conditions: of each fact those that it is compared with, and all by type."""

    of_fact: dict[str, list[Any]] = field(factory=dict)
    of_type: dict[str, list[Any]] = field(factory=dict)

    def note(self, root: ex.Expr) -> None:
        """Take in what an expression compares with what."""
        todo: list[ex.Expr] = [root]
        while todo:
            expr = todo.pop()
            todo += ex.children(expr)
            if isinstance(expr, ex.Literal):
                _once(self.of_type.setdefault(str(expr.type), []), [expr.value])
            elif isinstance(expr, ex.Compare):
                for side, other in ((expr.left, expr.right), (expr.right, expr.left)):
                    if isinstance(side, ex.FactRef):
                        _once(self.of_fact.setdefault(side.path, []), _constants(other))

    def near(self, path: str, kind: v.Type) -> list[Any]:
        """Values of a plain type that the policies could tell from one another."""
        bare = v.bare(kind)
        known = self.of_fact.get(path) or self.of_type.get(str(bare), [])
        made = [each for constant in known for each in _neighbours(constant) if _fits(each, bare)]
        found: list[Any] = []
        _once(found, [*made, *_samples(bare)])
        return [*found, ABSENT] if isinstance(kind, v.OptionalOf) else found

    def values(self, path: str, kind: v.Type) -> st.SearchStrategy[f.Value]:
        """Known values of a fact, or of an item or a field below it; a list is a tuple."""
        match kind:
            case v.OptionalOf(item=v.ListOf() | v.Record() as item):
                return st.just(ABSENT) | self.values(path, item)
            case v.ListOf(item=item):
                return st.lists(self.values(path, item), max_size=3).map(_different)
            case v.Record(fields=fields):
                made = {each.name: self.values(f"{path}.{each.name}", each.type) for each in fields}
                return st.fixed_dictionaries({}, optional=made)
            case _:
                return st.sampled_from(self.near(path, kind))


def _once(found: list[Any], more: Iterable[Any]) -> None:
    for each in more:
        if not any(type(each) is type(other) and each == other for other in found):
            found.append(each)


def _different(items: list[f.Value]) -> tuple[f.Value, ...]:
    found: list[f.Value] = []
    for each in items:
        if isinstance(each, Mapping) or each not in found:
            found.append(each)
    return tuple(found)


def _neighbours(value: Any) -> Iterator[Any]:
    """A constant, and what stands right before and right after it."""
    yield value
    yield from beside(value)


def _fits(value: Any, kind: v.Type) -> bool:
    match kind:
        case v.Integer():
            return isinstance(value, int | Fraction) and Fraction(value).denominator == 1
        case v.Money(currency=currency):
            return isinstance(value, Money) and value.currency == currency
        case v.Duration(kind=unit):
            return isinstance(value, Duration) and value.unit == COUNTED_IN[unit]
        case v.Enum(members=members):
            return value in members
        case v.Text() | v.Party():
            return isinstance(value, str)
        case _:
            return value is not ABSENT


def _samples(kind: v.Type) -> Sequence[Any]:
    """A few values of a plain type, whatever policies say."""
    match kind:
        case v.Boolean():
            return (False, True)
        case v.Integer():
            return (0, 1)
        case v.Number():
            return (Fraction(0), Fraction(1, 2))
        case v.Money(currency=currency):
            return (Money(Fraction(0), currency), Money(Fraction(100), currency))
        case v.Duration(kind=unit):
            return tuple(
                Duration(each * plain_step(COUNTED_IN[unit]), COUNTED_IN[unit]) for each in (0, 30)
            )
        case v.Instant():
            return (Moment(_DAY.year, _DAY.month, _DAY.day, tzinfo=UTC),)
        case v.Text():
            return ("", "some words")
        case v.Date():
            return (_DAY,)
        case v.Party():
            return (_PARTY,)
        case v.Enum(members=members):
            return members
        case v.Record() | v.ListOf() | v.OptionalOf():
            return ()
    assert_never(kind)


def plain_value(value: f.Value) -> object:
    """Lists and mappings as a reader of YAML or JSON makes them."""
    if isinstance(value, tuple):
        return [plain_value(item) for item in value]
    if isinstance(value, Mapping):
        return {key: plain_value(item) for key, item in value.items()}
    return value
