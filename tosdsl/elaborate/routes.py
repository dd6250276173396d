"""Circles of ``governed by``: documents that may lead to each other, and back, for one use.

In such a circle nothing governs, and every prohibition in it is off. So the conditions along a circle
must exclude each other, in a way that is seen from their form: one fact would have to be two things at
once (``release is a``, ``release is b``), true and false, or below and above a value; or one condition,
whatever it says, would have to hold and not to hold. Where that is not seen, the circle is refused.

The same goes for a document that takes in clauses of one that leads to it: where it governs, the other
one is off, and what came in of it with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from attrs import define, field, frozen

from tosdsl.base import limits
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.elaborate.forms import Forms
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees.quantities import ABSENT, Duration, Money

Routed = Callable[[str, str | None], n.Policy | None]
"""The version of a document that answers, by its id and the version that is named; None if it is not at
hand."""


def check_routes(policies: Iterable[n.Policy], routed: Routed, problems: list[Diagnostic]) -> None:
    """Report each circle of routes that begins in one of the policies."""
    work = _Circles(routed, problems)
    for policy in policies:
        work.begin(policy)


def check_ways_back(
    documents: Sequence[n.Document], routed: Routed, problems: list[Diagnostic]
) -> None:
    """Report what came in of a document that leads to one by which it came in."""
    work = _Circles(routed, problems)
    for document in documents:
        inner, at, conditions = document, document.within, list[tuple[ex.Expr, n.Policy]]()
        while document.policy.routes and at is not None:
            outer = documents[at]
            when = None if inner.by is None else outer.policy.incorporations[inner.by].when
            if when is not None:
                conditions.append((when, outer.policy))
            work.back(document.policy, outer.policy, inner, conditions)
            inner, at = outer, outer.within


@define
class _Circles:
    routed: Routed
    problems: list[Diagnostic]
    _forms: Forms = field(factory=Forms)
    _found: set[frozenset[str]] = field(factory=set)
    _reach: dict[str, set[str]] = field(factory=dict)
    _steps: int = 0
    _given_up: bool = False

    def begin(self, policy: n.Policy) -> None:
        """Every way from the policy back to it."""
        for path, route in self._ways(policy, policy, {}):
            self._circle(path, route)

    def back(
        self,
        policy: n.Policy,
        outer: n.Policy,
        inner: n.Document,
        conditions: Iterable[tuple[ex.Expr, n.Policy]],
    ) -> None:
        """A way from a policy to one that it came in by. ``inner`` is what that one incorporates.

        ``conditions`` are those on the incorporations between them, each with the policy that says it.
        """
        scope = {} if outer.root.scope is None else self._needed(outer.root.scope, outer)
        scope = _every((scope, *(self._needed(*each) for each in conditions)))
        way = next(self._ways(policy, outer, scope), None) if scope is not None else None
        if way is not None and inner.by is not None:
            item = outer.incorporations[inner.by]
            if inner.part in {item.clause, n.NOTHING}:
                words = {"name": outer.id, "other": policy.id, "way": " → ".join(way[0])}
                self.problems.append(mistake("TOS3041", item.span, None, **words))

    def _ways(
        self, policy: n.Policy, goal: n.Policy, needed: Needed
    ) -> Iterator[tuple[list[str], n.Route]]:
        """Every way by routes from one policy to another, with its last route, that a use can take of
        which ``needed`` is true. A way ends where its conditions exclude each other."""
        todo: list[tuple[n.Policy, tuple[str, ...], Needed]] = [(policy, (policy.id,), needed)]
        while todo and self._steps <= limits.MAX_ROUTES:
            at, path, before = todo.pop()
            for route, target in self._targets(at):
                if target.id in path[1:] or goal.id not in self._reached(target):
                    continue
                self._steps += 1
                together = _joined(before, self._needed(route.when, at))
                if together is None:
                    continue
                if target.id != goal.id:
                    todo.append((target, (*path, target.id), together))
                elif goal is policy or route.version in {None, goal.version}:
                    yield [*path, goal.id], route
        if todo and not self._given_up:
            self._given_up = True
            self.problems.append(mistake("TOS5040", policy.span, limit=limits.MAX_ROUTES))

    def _targets(self, policy: n.Policy) -> Iterator[tuple[n.Route, n.Policy]]:
        for route in policy.routes:
            target = self.routed(route.policy, route.version)
            if target is not None:
                yield route, target

    def _reached(self, policy: n.Policy) -> set[str]:
        """The ids of the documents that some route leads to from this one, itself included."""
        if policy.id not in self._reach:
            found = {policy.id: policy}
            todo = [policy]
            while todo:
                for _, target in self._targets(todo.pop()):
                    if target.id not in found:
                        found[target.id] = target
                        todo.append(target)
            self._reach[policy.id] = set(found)
        return self._reach[policy.id]

    def _circle(self, cycle: list[str], route: n.Route) -> None:
        """Report a circle, once for all the documents in which it can begin."""
        if frozenset(cycle) not in self._found:
            self._found.add(frozenset(cycle))
            self.problems.append(mistake("TOS3040", route.span, cycle=" → ".join(cycle)))

    # --- what a condition asks ------------------------------------------------------------------

    def _needed(self, expr: ex.Expr, policy: n.Policy, truth: bool = True) -> Needed | None:
        """What facts and conditions must be for the expression to have this truth; None if it never
        has it."""
        match expr:
            case ex.Not(item=item):
                return self._needed(item, policy, not truth)
            case ex.And(items=items) | ex.Or(items=items):
                each = [self._needed(item, policy, truth) for item in items]
                made = _every(each) if isinstance(expr, ex.And) is truth else _some(each)
            case ex.DefinitionRef(name=name):
                bodies = [each.body for each in policy.definitions if each.name == name]
                return self._needed(bodies[0], policy, truth) if bodies else {}
            case ex.FactRef(path=path):
                return {path: _Values(frozenset({truth}))}
            case ex.Compare():
                made = dict(_of_comparison(expr, truth))
                if truth and expr.op in _OPPOSITE:
                    other = self._forms.of_opposite(expr, _OPPOSITE[expr.op], policy)
                    made[other] = _Values(frozenset({False}))
            case _:
                made = {}
        itself: Needed = {self._forms.of(expr, policy): _Values(frozenset({truth}))}
        return _joined(made, itself)


# --- what a condition asks of single facts ----------------------------------------------------------


@frozen
class _Values:
    """Values of one fact: ``among`` these (None: any), none ``but`` those, within bounds."""

    among: frozenset[Any] | None = None
    but: frozenset[Any] = frozenset()
    low: tuple[Any, bool] | None = None
    """The least value, and whether it is left out."""
    high: tuple[Any, bool] | None = None

    def __and__(self, other: _Values) -> _Values | None:
        """The values of both; None if there are none."""
        sets = [each.among for each in (self, other) if each.among is not None]
        among = frozenset.intersection(*sets) if sets else None
        but = self.but | other.but
        lows = [each.low for each in (self, other) if each.low is not None]
        highs = [each.high for each in (self, other) if each.high is not None]
        low = max(lows, default=None)
        high = min(((value, not out) for value, out in highs), default=None)
        made = _Values(among, but, low, None if high is None else (high[0], not high[1]))
        if among is not None:
            return made if any(map(made.holds, among)) else None
        if made.low is not None and made.high is not None:
            (least, out), (most, also) = made.low, made.high
            if least > most or (least == most and (out or also)):
                return None
        return made

    def __or__(self, other: _Values) -> _Values:
        """Values of one or the other; of bounds, nothing is kept."""
        among = None if self.among is None or other.among is None else self.among | other.among
        return _Values(among, self.but & other.but)

    def holds(self, value: Any) -> bool:
        if value in self.but:
            return False
        if self.low is None and self.high is None:
            return True
        if value is ABSENT:  # no comparison with it is true
            return False
        size = _size(value)
        low, out = self.low or (size, False)
        high, also = self.high or (size, False)
        return bool(low < size or (low == size and not out)) and bool(
            size < high or (size == high and not also)
        )


Needed: TypeAlias = Mapping[str | int, _Values]
"""What single facts must be for a condition to be true, by path, and what conditions must be, by the
number of their form. What is not seen is left out."""

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def _joined(one: Needed | None, other: Needed | None) -> Needed | None:
    """What both ask; None if no use meets both."""
    if one is None or other is None:
        return None
    made = dict(one)
    for path, values in other.items():
        both = made[path] & values if path in made else values
        if both is None:
            return None
        made[path] = both
    return made


def _every(several: Iterable[Needed | None]) -> Needed | None:
    made: Needed | None = {}
    for each in several:
        made = _joined(made, each)
    return made


def _some(several: Iterable[Needed | None]) -> Needed | None:
    possible = [each for each in several if each is not None]
    if not possible:
        return None
    made = dict(possible[0])
    for each in possible[1:]:
        made = {path: values | each[path] for path, values in made.items() if path in each}
    return made


def _of_comparison(expr: ex.Compare, truth: bool) -> Iterator[tuple[str | int, _Values]]:
    left, right, op = expr.left, expr.right, expr.op
    if isinstance(left, ex.Literal):
        left, right, op = right, left, _MIRRORED.get(op, op)
    if not isinstance(left, ex.FactRef):
        return
    if op == "in" and isinstance(right, ex.SetOf):
        values = [item.value for item in right.items if isinstance(item, ex.Literal)]
        if len(values) == len(right.items):
            yield left.path, _among(values, truth)
    elif op == "is" and isinstance(right, ex.Literal):
        yield left.path, _among([right.value], truth)
    elif op in _OPPOSITE and isinstance(right, ex.Literal) and not expr.scale:
        op = op if truth else _OPPOSITE[op]
        bound = _size(right.value), op in {"<", ">"}
        yield left.path, _Values(low=bound) if op in {">", ">="} else _Values(high=bound)


def _size(value: Any) -> Any:
    """What values of one fact are ordered by."""
    match value:
        case Money(amount=amount):
            return amount
        case Duration(count=count):
            return count
        case _:
            return value


def _among(values: Iterable[Any], truth: bool) -> _Values:
    return _Values(among=frozenset(values)) if truth else _Values(but=frozenset(values))
