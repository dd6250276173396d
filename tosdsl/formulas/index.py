"""What facts must be for a formula to be anything but false, and how clauses are found by it.

A test that every way to make a formula true goes through is a needed one: where it is false, so is the
formula, and where it is not known, the formula is never true. Clauses are filed under the values that
their needed tests ask for, so that a use meets those clauses alone that can matter to it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any, TypeAlias

from attrs import frozen

from tosdsl.trees.rules import ASKED, Formula, Needs

Asked: TypeAlias = tuple[tuple[str, int], ...]
"""Tests of one leaf, each with its parameter, of which one has to hold."""

MOST_VALUES = 64
"""Values under which one clause is filed."""


def needed(shape: Formula) -> Mapping[str, Asked] | None:
    """The tests that a formula needs; None if it is false whatever they are."""
    found: list[Mapping[str, Asked] | None] = []
    for node in shape:
        match node[0]:
            case "truth":
                found.append(None if node[1] is False else {})
            case "test" if node[1] in ASKED:
                found.append({node[2]: ((node[1], node[3]),)})
            case "and":
                found.append(_all([found[at] for at in node[1]]))
            case "or":
                found.append(_any([found[at] for at in node[1]]))
            case _:
                found.append({})
    return found[-1]


def _all(parts: Sequence[Mapping[str, Asked] | None]) -> Mapping[str, Asked] | None:
    made: dict[str, Asked] = {}
    for part in parts:
        if part is None:
            return None
        for path, asked in part.items():
            made.setdefault(path, asked)
    return made


def _any(parts: Sequence[Mapping[str, Asked] | None]) -> Mapping[str, Asked] | None:
    possible = [part for part in parts if part is not None]
    if not possible:
        return None
    first, *others = possible
    common = [path for path in first if all(path in other for other in others)]
    return {path: tuple(each for part in possible for each in part[path]) for path in common}


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


def filed(several: Sequence[Needs | None], unfit: Container[str]) -> list[File]:
    """Clauses under what they need, by number, those that never apply left out.

    ``unfit`` are leaves by which nothing is to be found.
    """
    variety = _variety(several, unfit)
    chosen: dict[tuple[tuple[str, bool], ...], tuple[tuple[str, ...], bool]] = {}
    files: dict[tuple[tuple[str, ...], bool], dict[Any, list[int]]] = {}
    for number, needs in enumerate(several):
        if needs is None:
            continue
        kinds = tuple((path, listed) for path, (listed, _) in needs.items())
        if kinds not in chosen:
            chosen[kinds] = _chosen([each for each in kinds if each in variety], variety)
        paths, listed = chosen[kinds]
        each = [needs[path][1] for path in paths]
        if prod(map(len, each)) > MOST_VALUES:
            paths, listed, each = (), False, []
        entries = files.setdefault((paths, listed), {})
        for key in keys_of(each):
            entries.setdefault(key, []).append(number)
    return [
        File(paths, listed, {key: tuple(numbers) for key, numbers in entries.items()})
        for (paths, listed), entries in sorted(files.items())
    ]


def keys_of(each: Sequence[Iterable[Any]]) -> Iterator[Any]:
    """A value where there is one leaf, pairs of values where there are two, one None for none."""
    match each:
        case []:
            yield None
        case [several]:
            yield from several
        case _:
            yield from product(*each)


def _variety(several: Iterable[Needs | None], unfit: Container[str]) -> dict[tuple[str, bool], int]:
    """How many values clauses ask for, by leaf: the more, the fewer clauses has each."""
    seen: dict[tuple[str, bool], set[Any]] = {}
    for needs in several:
        for path, (listed, values) in (needs or {}).items():
            if path not in unfit:
                seen.setdefault((path, listed), set()).update(values)
    return {each: len(found) for each, found in seen.items()}


def _chosen(
    kinds: Iterable[tuple[str, bool]], variety: Mapping[tuple[str, bool], int]
) -> tuple[tuple[str, ...], bool]:
    """The leaves under which clauses are filed that need these."""
    best = sorted(kinds, key=lambda each: (-variety[each], each))
    single = [path for path, listed in best if not listed]
    if single:
        return tuple(reversed(single[:2])), False  # that of few values first
    return tuple(path for path, _ in best[:1]), bool(best)
