"""What facts must be for a formula to be anything but false, and how clauses are found by it.

A test that every way to make a formula true goes through is a needed one: where it is false, so is the
formula, and where it is not known, the formula is never true. Clauses are filed under the values that
their needed tests ask for, so that a use meets those clauses alone that can matter to it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, TypeAlias

from attrs import frozen

from tosdsl.trees.rules import Bound, Formula

Asked: TypeAlias = tuple[tuple[str, int], ...]
"""Tests of one leaf, each with its parameter, of which one has to hold."""

Needs: TypeAlias = Mapping[str, Asked]
"""By the leaf's path."""

_MOST_VALUES = 64
"""Values under which one clause is filed."""

_SINGLE = frozenset({"is", "in"})
_SEVERAL = frozenset({"includes", "overlaps"})


def needed(shape: Formula) -> Needs | None:
    """The tests that a formula needs; None if it is false whatever they are."""
    found: list[Needs | None] = []
    for node in shape:
        match node[0]:
            case "truth":
                found.append(None if node[1] is False else {})
            case "test" if node[1] in _SINGLE or node[1] in _SEVERAL:
                found.append({node[2]: ((node[1], node[3]),)})
            case "and":
                found.append(_all([found[at] for at in node[1]]))
            case "or":
                found.append(_any([found[at] for at in node[1]]))
            case _:
                found.append({})
    return found[-1]


def _all(parts: Sequence[Needs | None]) -> Needs | None:
    made: dict[str, Asked] = {}
    for part in parts:
        if part is None:
            return None
        for path, asked in part.items():
            made.setdefault(path, asked)
    return made


def _any(parts: Sequence[Needs | None]) -> Needs | None:
    possible = [part for part in parts if part is not None]
    if not possible:
        return None
    first, *others = possible
    common = [path for path in first if all(path in other for other in others)]
    return {path: tuple(each for part in possible for each in part[path]) for path in common}


def values(asked: Asked, constants: Sequence[Any]) -> frozenset[Any]:
    """The values of which the leaf must have one (or its list one among its items)."""
    found: set[Any] = set()
    for _, parameter in asked:
        constant = constants[parameter]
        found |= constant if isinstance(constant, frozenset) else {constant}
    return frozenset(found)


@frozen
class File:
    """Clauses filed under the values of the same leaves.

    ``paths`` are one or two leaves with one value each, or one whose value is a list (``listed``);
    none for clauses that nothing keeps out. ``entries`` has clauses, by number, under each value, or
    pair of values, or under None.
    """

    paths: tuple[str, ...]
    listed: bool
    entries: Mapping[Any, tuple[int, ...]]


def filed(bounds: Sequence[Bound], unfit: Container[str]) -> list[File]:
    """Every formula under what it needs, those that are never true left out.

    ``unfit`` are leaves by which nothing is to be found.
    """
    shapes = {bound.shape: needed(bound.shape) for bound in bounds}
    variety = _variety(bounds, shapes, unfit)
    chosen = {shape: _chosen(needs, variety) for shape, needs in shapes.items() if needs is not None}
    files: dict[tuple[tuple[str, ...], bool], dict[Any, list[int]]] = {}
    for number, bound in enumerate(bounds):
        if bound.shape not in chosen:
            continue
        paths, listed = chosen[bound.shape]
        needs = shapes[bound.shape]
        assert needs is not None  # as it was chosen
        each = [values(needs[path], bound.constants) for path in paths]
        size = 1
        for several in each:
            size *= len(several)
        if size > _MOST_VALUES:
            paths, listed, each = (), False, []
        entries = files.setdefault((paths, listed), {})
        for key in _keys(each):
            entries.setdefault(key, []).append(number)
    return [
        File(paths, listed, {key: tuple(numbers) for key, numbers in entries.items()})
        for (paths, listed), entries in sorted(files.items())
    ]


def _keys(each: Sequence[Iterable[Any]]) -> Iterator[Any]:
    """A value where there is one leaf, pairs of values where there are two, one None for none."""
    match each:
        case []:
            yield None
        case [several]:
            yield from several
        case _:
            yield from product(*each)


def _variety(
    bounds: Sequence[Bound], shapes: Mapping[Formula, Needs | None], unfit: Container[str]
) -> dict[tuple[str, bool], int]:
    """How many values clauses ask for, by leaf: the more, the fewer clauses has each."""
    seen: dict[tuple[str, bool], set[Any]] = {}
    for bound in bounds:
        for path, asked in (shapes[bound.shape] or {}).items():
            if path not in unfit:
                listed = asked[0][0] in _SEVERAL
                seen.setdefault((path, listed), set()).update(values(asked, bound.constants))
    return {each: len(found) for each, found in seen.items()}


def _chosen(needs: Needs, variety: Mapping[tuple[str, bool], int]) -> tuple[tuple[str, ...], bool]:
    """The leaves under which formulas of one shape are filed."""

    def best(listed: bool) -> list[str]:
        known = [path for path in needs if (path, listed) in variety]
        return sorted(known, key=lambda path: (-variety[path, listed], path))

    single = tuple(reversed(best(False)[:2]))  # that of few values first
    listed = tuple(best(True)[:1])
    return (listed, True) if listed and not single else (single, False)
