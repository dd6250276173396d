"""Values of unknown facts that stand for all there are: for each way in which the policy's conditions
come out, one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tosdsl.base import limits
from tosdsl.reference.residual import Atom, Residual
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees.facts import Facts
from tosdsl.values.representatives import to_try


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
        candidates = to_try(kinds[path], own if alone else everything)
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
                yield from () if isinstance(value, bool) else (value,)  # to Python, no is 0
            case ex.FactRef(path=path):
                known = self._facts.get(path, ())
                items = known if isinstance(known, tuple) else (known,)
                yield from (item for item in items if not isinstance(item, Mapping | bool))
            case ex.DefinitionRef(name=name) | ex.Call(name=name):
                yield from definitions[name]
        for child in ex.children(expr):
            yield from self._in(child, definitions)
