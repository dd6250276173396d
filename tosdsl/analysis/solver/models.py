"""Models of the solver, read as facts; and what they teach about conditions that have no term."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from attrs import frozen

from tosdsl.analysis.claims import Claim, Is, parts_of
from tosdsl.analysis.solver.encoded import Encoded
from tosdsl.analysis.solver.values import Item, Rows, Value, moment_of
from tosdsl.trees import vocabulary as v
from tosdsl.trees.quantities import ABSENT, COUNTED_IN, Duration, Money

_NEAR = 40
"""Decimals of a number of a model that is no fraction."""


@frozen(eq=False)
class Model:
    """A model of what is encoded; what it leaves open is read as the solver completes it."""

    encoded: Encoded
    model: Any

    def facts(self, paths: Iterable[str]) -> dict[str, Any]:
        """The facts of a model. Not every number of it can be written."""
        found: dict[str, Any] = {}
        for path in paths:
            if not self._is(self.encoded.known(path)):
                continue
            leaf = self.encoded.terms.leaf(path) if path in self.encoded.read else None
            if isinstance(leaf, Value):
                found[path] = self._read(leaf)
            elif isinstance(leaf, Rows):
                items = (item for present, item in leaf.places if self._is(present))
                found[path] = tuple(self._read_item(each) for each in items)
            elif ("leaf", path) in self.encoded.axes.of:
                cell = self._eval(self.encoded.cell(("leaf", path))).as_long()
                found[path] = self.encoded.axes.of["leaf", path].values[cell]
            else:
                keys = [key for key in self.encoded.axes.of if key[0] == "item" and key[1] == path]
                inside = [key[2] for key in keys if self._is(self.encoded.item(key))]
                found[path] = tuple(sorted(inside, key=repr))
        return found

    def _eval(self, term: Any) -> Any:
        return self.model.eval(term, model_completion=True)

    def _is(self, term: Any) -> bool:
        return bool(self.encoded.z3.is_true(self._eval(term)))

    def _read_item(self, item: Item) -> Any:
        if isinstance(item, Value):
            return self._read(item)
        return {path: self._read(value) for path, value in item.items() if self._is(value.known)}

    def _read(self, value: Value) -> Any:
        if self._is(value.absent):
            return ABSENT
        term = self._eval(value.value)
        match v.bare(value.kind):
            case v.Boolean():
                return bool(self.encoded.z3.is_true(term))
            case v.Number():
                return _exact(term)
            case v.Money(currency=currency):
                return Money(_exact(term), currency)
            case v.Integer():
                return term.as_long()
            case v.Duration(kind=counted):
                return Duration(term.as_long(), COUNTED_IN[counted])
            case v.Date():
                return date.fromordinal(term.as_long())
            case v.Instant():
                return moment_of(term.as_long())
        code = term.as_long()
        if code < 0:
            return _other(-code, self.encoded.terms.said | set(self.encoded.terms.parties))
        return next(text for text, each in self.encoded.terms.codes.items() if each == code)

    def learn(
        self,
        claim: Claim,
        facts: Mapping[str, Any],
        truth: Callable[[int, Mapping[str, Any]], bool | None],
    ) -> bool:
        """For the values of a model, how loose conditions come out. Whether there was one that did not.

        Raises AssertionError where a condition that is not loose comes out otherwise: a bug.
        """
        learnt = False
        tests = {
            number
            for single in parts_of(claim)
            if isinstance(single, Is)
            for number in self.encoded.axes.space.tests(single.part)
        }
        for number in sorted(tests):
            node = self.encoded.axes.space[number]
            if node[0] != "beyond" and node[2] not in self.encoded.read:
                continue
            true, false = self.encoded.pair(number)
            came = True if self._is(true) else False if self._is(false) else None
            actual = truth(number, facts)
            if came is actual:
                continue
            if number not in self.encoded.loose and not self.encoded.terms.cut_off:
                if actual is None:  # it is past a limit of the evaluation, which terms do not have
                    return False
                raise AssertionError(f"{node}: {came} by the solver, {actual} for {facts}")
            inputs = [node[2]] if node[0] != "beyond" else self.encoded.inputs(node[1])
            paths = list(dict.fromkeys(inputs))
            same = [each for path in paths for each in self._as_in(path)]
            z3 = self.encoded.z3
            outcome = (
                true if actual is True else false if actual is False else z3.Not(z3.Or(true, false))
            )
            self.encoded.learnt.append(z3.Implies(z3.And(same), outcome))
            learnt = True
        return learnt

    def _as_in(self, path: str) -> Iterator[Any]:
        """A fact has the value that it has in a model."""
        leaf = self.encoded.terms.leaf(path)
        yield self.encoded.known(path) == self._is(self.encoded.known(path))
        if isinstance(leaf, Value):
            yield from self._alike(leaf)
            if isinstance(v.bare(leaf.kind), v.Text | v.Instant):
                self.encoded.forgone = True  # a text stands for many, a moment for those of other zones
        elif isinstance(leaf, Rows):
            self.encoded.forgone = True  # the list stands for longer ones
            for present, item in leaf.places:
                yield present == self._is(present)
                for value in (item,) if isinstance(item, Value) else item.values():
                    yield value.known == self._is(value.known)
                    yield from self._alike(value)

    def _alike(self, value: Value) -> Iterator[Any]:
        yield value.absent == self._is(value.absent)
        yield value.value == self._eval(value.value)


def _exact(term: Any) -> Fraction:
    """A number of a model; of one that is no fraction, one that is near."""
    if not hasattr(term, "numerator_as_long"):  # an algebraic number
        term = term.approx(_NEAR)
    return Fraction(int(term.numerator_as_long()), int(term.denominator_as_long()))


def _other(number: int, said: Iterable[str]) -> str:
    """A text or a party that nothing mentions."""
    taken = set(said)
    made = "another_party" if number == 1 else f"another_party_{number}"
    while made in taken:
        made += "_"
    return made
