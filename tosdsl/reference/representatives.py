"""Values of unknown facts that stand for all there are: for each way in which the policy's conditions
come out, one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod
from typing import Any

from attrs import define, field

from tosdsl.base import limits
from tosdsl.reference.residual import Atom, Residual
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.zones import day_in
from tosdsl.values.representatives import stand_for_all, to_try

_TOGETHER = 4_096
"""Values of the facts that one condition reads, of which so many combinations are tried."""

_ALL = 200_000
"""The same of all conditions together."""


def representatives(linked: n.Linked, residual: Residual) -> dict[str, list[Any]]:
    """For each name that can be learnt, values of which one behaves like any value there is.

    What cannot be told apart by values becomes opaque in ``residual``.
    """
    while True:
        made, opaque = _Round(linked, residual).made()
        if not opaque:
            return made
        for atom in opaque:
            residual.opaque.add(id(atom))


@define
class _Round:
    linked: n.Linked
    residual: Residual
    reading: dict[str, list[Atom]] = field(factory=dict)

    def made(self) -> tuple[dict[str, list[Any]], list[Atom]]:
        """The values, and the atoms that have to be opaque."""
        kinds = {leaf.path: leaf.type for leaf in self.linked.vocabulary.inputs()}
        atoms, constants = self.residual.atoms(), _Constants(self.linked, self.residual)
        made: dict[str, list[Any]] = {}
        plain = []
        for atom in atoms:
            name = self.residual.stand_in(atom)
            if name is not None:
                if atom.unknown:  # nothing that can be learnt settles the others
                    made[name] = [True, False, *([None] if atom.may_stay else [])]
                continue
            plain.append(atom)
            for path in atom.unknown:
                self.reading.setdefault(path, []).append(atom)
        opaque: dict[int, Atom] = {}
        for path, several in self.reading.items():
            group = self._compared(path)
            together = len(group)
            pool = {
                value for name in group for atom in self.reading[name] for value in constants.of(atom)
            }
            if not stand_for_all(kinds[path], pool, together):
                opaque |= {id(atom): atom for atom in several}
                continue
            candidates = to_try(kinds[path], pool, together)
            few = len(candidates) * len(several) <= limits.MAX_OUTCOMES_TRIED
            alone = together == 1 and few
            made[path] = _distinct(path, candidates, several, self.residual) if alone else candidates
        if not opaque:
            most = min(_TOGETHER, _ALL // max(1, len(atoms)))
            opaque = {
                id(atom): atom
                for atom in plain
                if prod(len(made[path]) for path in atom.unknown) > most
            }
        return made, [*opaque.values()]

    def _compared(self, path: str) -> set[str]:
        """A fact, with all that it is compared with, and that these are compared with."""
        todo, found = [path], {path}
        while todo:
            for atom in self.reading[todo.pop()]:
                todo += atom.unknown - found
                found |= atom.unknown
        return found


def _distinct(path: str, values: list[Any], atoms: list[Atom], residual: Residual) -> list[Any]:
    """One value for each way in which the atoms come out."""
    by_outcome: dict[tuple[Any, ...], Any] = {}
    for value in values:
        outcome = tuple(residual.outcome(atom, {path: value}) for atom in atoms)
        by_outcome.setdefault(outcome, value)
    return list(by_outcome.values())


class _Constants:
    """The values that conditions compare with: literals, known facts, and what definitions come to."""

    def __init__(self, linked: n.Linked, residual: Residual) -> None:
        self._facts = residual.facts
        self._definitions: list[dict[str, frozenset[Any]]] = []
        for document, values in zip(linked.documents, residual.values, strict=True):
            known: dict[str, frozenset[Any]] = {}
            for definition in document.policy.definitions:
                met = {*self._in(definition.body, known), *_plain(values.get(definition.name))}
                known[definition.name] = frozenset(met)
            self._definitions.append(known)

    def of(self, atom: Atom) -> frozenset[Any]:
        return frozenset(self._in(atom.expr, self._definitions[atom.document]))

    def _in(self, expr: ex.Expr, definitions: dict[str, frozenset[Any]]) -> Iterator[Any]:
        match expr:
            case ex.Literal(value=value):
                yield from _plain(value)
            case ex.FactRef(path=path):
                yield from _plain(self._facts.get(path))
            case ex.DayOfUse(zone=zone):
                said: Any = self._facts.get(v.MOMENT_OF_USE) or self._facts.get(v.DAY_OF_USE)
                yield from _plain(day_in(said, zone))
            case ex.DefinitionRef(name=name) | ex.Call(name=name):
                yield from definitions[name]
        for child in ex.children(expr):
            yield from self._in(child, definitions)


def _plain(known: Any) -> Iterator[Any]:
    """A value, or the items of a list, which have no parts. No truths: to Python, no is 0."""
    items = known if isinstance(known, tuple) else (known,)
    yield from (item for item in items if item is not None and not isinstance(item, Mapping | bool))
