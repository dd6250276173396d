"""The kept code of policies of which a few clauses were edited: these are filed anew, the rest stays.

    kept code, edited policies, the norms that changed -> kept code, or None

In: what ``backends.python.keeping`` has made plain, of the policies before the edit. Out: the same of
those after it, to the same verdicts as code made of the whole; or None where an edit could change more
than what its own clauses are filed as.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypeAlias

from tosdsl.backends.python.indexed import sure
from tosdsl.formulas.index import MOST_VALUES, keys_of
from tosdsl.lower.narrow import Narrowing
from tosdsl.lower.rules import TooManyParts, lower
from tosdsl.trees import norms as n
from tosdsl.trees import rules as r
from tosdsl.trees.versions import chosen, in_force

Plain: TypeAlias = dict[str, Any]
Shape: TypeAlias = tuple[r.Formula, tuple[str, ...]]
Changed: TypeAlias = Collection[tuple[str, str]]
"""Norms by their policy's ``name@version`` and their own id."""


def recompiled(plain: Plain, choices: n.Choices, changed: Changed) -> Plain | None:
    """The code that answers where no day is said. ``plain`` is used up."""
    if plain["index"] is None:
        return None  # few clauses: one tree of all of them
    key, *others = chosen(choices.histories, None, None)
    if others:
        return None  # it is open which version governs
    linked = choices.linked[key]
    keys = {
        (index, name)
        for index, document in enumerate(linked.documents)
        for policy, name in changed
        if policy == document.policy.id
    }
    ordered = linked.above.keys() | {each for above in linked.above.values() for each in above}
    if keys & ordered:
        return None  # its force is a part of others'
    narrowing = Narrowing(linked)
    governing = in_force(linked, None, None)
    try:
        rules = lower(narrowing.to(keys, alone=True), governing, choices.vocabulary)
    except TooManyParts:
        return None
    if rules.beyond:
        return None  # numbered otherwise in the whole
    numbers = {key: at for at, key in enumerate(narrowing.bound()) if key in keys}
    work = _Filing(plain, set(numbers.values()))
    certain = sure(rules)
    for at, clause in enumerate(rules.clauses):
        if clause.key in numbers and rules.rows[clause.row].scope.settled is not False:
            column = 2 * clause.row + (clause.modality == "permit")
            if not work.put(numbers[clause.key], clause, ~column if at in certain else column):
                return None
    return work.done()


class _Filing:
    """The files of an index without some clauses, to be put in again."""

    def __init__(self, plain: Plain, numbers: set[int]) -> None:
        self._plain = plain
        self._files, self._whole, *self._rest = plain["index"]
        shapes: list[Shape] = plain["shapes"]
        self._shapes = {shape: at for at, shape in enumerate(shapes)}
        self._before: dict[int, int] = {}
        """The file that a clause was in."""
        for at, (paths, _, entries) in enumerate(self._files):
            for inner in entries.values() if len(paths) == 2 else (entries,):
                for key, several in list(inner.items()):
                    found = [each[2] for each in several if each[2] in numbers]
                    if found:
                        self._before |= dict.fromkeys(found, at)
                        inner[key] = tuple(each for each in several if each[2] not in numbers)

    def put(self, number: int, clause: r.Clause, column: int) -> bool:
        """Files a clause; False if there is no place for it as the index is."""
        if clause.needs is None:
            return True
        at = next(self._places(number, clause.needs), None)
        if at is None:
            return False
        paths, _, entries = self._files[at]
        whole = self._body((clause.force.shape, ()))
        body = self._body((clause.force.shape, paths))
        self._whole[body] = self._whole[whole] = whole
        entry = (body, column, number, *clause.force.constants)
        for key in keys_of([clause.needs[path][1] for path in paths]):
            inner, last = (
                (entries.setdefault(key[0], {}), key[1]) if len(paths) == 2 else (entries, key)
            )
            inner[last] = tuple(sorted((*inner.get(last, ()), entry), key=lambda each: each[2]))
        return True

    def _places(self, number: int, needs: r.Needs) -> Iterator[int]:
        """The files that a clause can be in: where it was, then those that keep most out."""
        fit = [at for at, file in enumerate(self._files) if _fits(file, needs)]
        was = self._before.get(number)
        yield from sorted(fit, key=lambda at: (at != was, -len(self._files[at][0])))

    def _body(self, shape: Shape) -> int:
        """The number of a body; one that is new is compiled when it is met."""
        if shape not in self._shapes:
            self._shapes[shape] = len(self._shapes)
            self._plain["bodies"].append(None)
        return self._shapes[shape]

    def done(self) -> Plain:
        self._plain["shapes"] = list(self._shapes)
        self._plain["index"] = (self._files, self._whole, *self._rest)
        return self._plain


def _fits(file: tuple[tuple[str, ...], bool, Mapping[Any, Any]], needs: r.Needs) -> bool:
    paths, listed, _ = file
    size = 1
    for path in paths:
        if path not in needs or needs[path][0] is not listed:
            return False
        size *= len(needs[path][1])
    return size <= MOST_VALUES
