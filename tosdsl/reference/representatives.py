"""Values of unknown facts that stand for all there are: for each way in which the policy's conditions
come out, one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import chain, combinations, pairwise
from typing import Any

from tosdsl.base import limits
from tosdsl.reference.nearby import can_be_written, later, moved
from tosdsl.reference.residual import Atom, Residual
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Facts
from tosdsl.trees.moments import Moment
from tosdsl.trees.quantities import ABSENT, COUNTED_IN, Duration, Money

_FRESH = ("\x00another", "\x00yet another")
"""Texts that no policy mentions."""


def representatives(linked: n.Linked, residual: Residual) -> dict[str, list[Any]]:
    """For each unknown fact, values of which one behaves like any value there is."""
    kinds = {leaf.path: leaf.type for leaf in linked.vocabulary.leaves()}
    reading: dict[str, list[Atom]] = {}
    made: dict[str, list[Any]] = {}
    for atom in residual.atoms():
        if atom.stand_in:
            made[atom.stand_in] = [True, False]
            continue
        for path in atom.unknown:
            reading.setdefault(path, []).append(atom)
    constants = _Constants(linked, residual.facts)
    everything = [value for atoms in reading.values() for atom in atoms for value in constants.of(atom)]
    for path, atoms in reading.items():
        alone = all(len(atom.unknown) == 1 for atom in atoms)
        own = [value for atom in atoms for value in constants.of(atom)]
        candidates = _values(kinds[path], own if alone else everything)
        few = len(candidates) * len(atoms) <= limits.MAX_OUTCOMES_TRIED
        made[path] = _distinct(path, candidates, atoms, residual) if alone and few else candidates
    return made


def _distinct(path: str, values: list[Any], atoms: list[Atom], residual: Residual) -> list[Any]:
    """One value for each way in which the atoms come out."""
    by_outcome: dict[tuple[Any, ...], Any] = {}
    for value in values:
        outcome = tuple(residual.outcome(atom, {path: value}) for atom in atoms)
        by_outcome.setdefault(outcome, value)
    return list(by_outcome.values())


class _Constants:
    """The values that conditions compare with: literals, and known facts."""

    def __init__(self, linked: n.Linked, facts: Facts) -> None:
        self._facts = facts
        self._definitions: list[dict[str, frozenset[Any]]] = []
        for document in linked.documents:
            known: dict[str, frozenset[Any]] = {}
            for definition in document.policy.definitions:
                known[definition.name] = frozenset(self._in(definition.body, known))
            self._definitions.append(known)

    def of(self, atom: Atom) -> frozenset[Any]:
        return frozenset(self._in(atom.expr, self._definitions[atom.document]))

    def _in(self, expr: ex.Expr, definitions: dict[str, frozenset[Any]]) -> Iterator[Any]:
        match expr:
            case ex.Literal(value=value):
                yield value
            case ex.FactRef(path=path):
                known = self._facts.get(path, ())
                items = known if isinstance(known, tuple) else (known,)
                yield from (item for item in items if not isinstance(item, Mapping))
            case ex.DefinitionRef(name=name) | ex.Call(name=name):
                yield from definitions[name]
        for child in ex.children(expr):
            yield from self._in(child, definitions)


def _values(kind: v.Type, constants: Iterable[Any]) -> list[Any]:
    pool = sorted(set(constants), key=repr)
    match kind:
        case v.Boolean():
            return [True, False]
        case v.Enum(members=members):
            return list(members)
        case v.OptionalOf(item=item):
            return [ABSENT, *_values(item, pool)]
        case v.Integer():
            numbers = {x for x in pool if isinstance(x, int) and not isinstance(x, bool)} or {0}
            return _near(numbers)
        case v.Number():
            numbers_ = {Fraction(x) for x in pool if isinstance(x, int | Fraction)} or {Fraction(0)}
            return _around(numbers_)
        case v.Money(currency=currency):
            amounts = {x.amount for x in pool if isinstance(x, Money)} or {Fraction(0)}
            return [Money(amount, currency) for amount in _around(amounts)]
        case v.Duration(kind=counted):
            unit = COUNTED_IN[counted]
            lengths = {x for x in pool if isinstance(x, Duration) and x.unit == unit}
            return _near(lengths or {Duration(0, unit)})
        case v.Instant():
            moments = {x for x in pool if isinstance(x, Moment)} or {Moment(2000, 1, 2, tzinfo=UTC)}
            days_away = {later(x, timedelta(days=step)) for x in moments for step in (-1, 1, 2)}
            return sorted({*_near(moments), *(x for x in days_away if x is not None)})
        case v.Date():
            days = {x for x in pool if isinstance(x, date)} - {
                x for x in pool if isinstance(x, datetime)
            }
            near_days = days or {date(2000, 1, 2)}
            return _near(near_days)
        case v.Text() | v.Party():
            return [*(x for x in pool if isinstance(x, str)), *_FRESH]
        case v.ListOf(item=item):
            return _lists(_mentioned(item, pool) if isinstance(item, v.Enum) else _values(item, pool))
        case v.Record():
            return [{}]


def _around(numbers: set[Fraction]) -> list[Fraction]:
    """The numbers, one between each two, and one beyond each end."""
    several = sorted(numbers)
    between = [(one + other) / 2 for one, other in pairwise(several)]
    return sorted({*several, *between, several[0] - 1, several[-1] + 1})


def _mentioned(kind: v.Enum, pool: list[Any]) -> list[Any]:
    """The members that conditions mention, and one that stands for the others."""
    others = [member for member in kind.members if member not in pool]
    return [*(member for member in kind.members if member in pool), *others[:1]]


def _near(values: Iterable[Any]) -> list[Any]:
    """The values, the one before each and the two after."""
    several = {moved(value, step) for value in values for step in (-1, 0, 1, 2)} - {None}
    order = (lambda each: each.count) if isinstance(next(iter(several)), Duration) else None
    return sorted(filter(can_be_written, several), key=order)


def _lists(items: list[Any]) -> list[Any]:
    sizes = range(len(items) + 1) if len(items) <= limits.MAX_MEMBERS_TRIED else (0, 1, 2, len(items))
    return list(chain.from_iterable(combinations(items, size) for size in sizes))
