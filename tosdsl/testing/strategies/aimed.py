"""Uses built backwards from what is to come out.

In: the documents, a condition that is to be true, perhaps clauses that are to be in force or not. Out:
a strategy for the known facts of a use. It aims and may miss: who draws looks at what came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from random import Random
from typing import Any

import hypothesis
from attrs import define, field
from hypothesis import strategies as st

from tosdsl.engine.conditions import Conditions
from tosdsl.testing.strategies.near import Near, expressions
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Value
from tosdsl.trees.walk import paths, reads

Aim = tuple[int, ex.Expr, bool]
"""A document's index, a condition of it, and how it is to come out."""

_TRIES = 4
"""Times that the facts of a condition which compares several are drawn anew."""


@define
class Target:
    """What a use is aimed at: any one of ``ways``, each several conditions with how they come out."""

    ways: Sequence[Sequence[Aim]] = ()


@define
class Field:
    """The facts that matter to some documents, and the values that they are drawn from."""

    linked: n.Linked
    near: Near
    types: Mapping[str, v.Type]
    definitions: tuple[Mapping[str, n.Definition], ...]
    conditions: Conditions
    _reads: tuple[Mapping[str, frozenset[str]], ...]
    _good: dict[tuple[str, Aim], frozenset[int]] = field(factory=dict)

    @classmethod
    def of(cls, linked: n.Linked, near: Near, more: Iterable[tuple[int, ex.Expr]] = ()) -> Field:
        """``more`` are conditions besides those of the documents."""
        known = tuple(reads(each.policy.definitions) for each in linked.documents)
        read = {
            path for index, expr in (*expressions(linked), *more) for path in paths(expr, known[index])
        }
        types = {leaf.path: leaf.type for leaf in linked.vocabulary.leaves() if leaf.path in read}
        own = tuple({each.name: each for each in d.policy.definitions} for d in linked.documents)
        return cls(linked, near, types, own, Conditions(linked), known)

    def uses(self, where: Sequence[Aim], target: Target) -> st.SearchStrategy[dict[str, Value]]:
        """The known facts of a use."""
        return _uses(self, where, target)

    def read(self, aim: Aim) -> list[str]:
        """The facts that a condition reads, in the vocabulary's order."""
        found = set(paths(aim[1], self._reads[aim[0]]))
        return [path for path in self.types if path in found]

    def good(self, path: str, aims: Sequence[Aim]) -> list[Value]:
        """The values of a fact with which all of these conditions come out as wanted."""
        values = self.near.values(self.types[path])
        left = frozenset(range(len(values)))
        for aim in aims:
            key = (path, aim)
            if key not in self._good:
                out = (at for at, value in enumerate(values) if self.comes_out(aim, {path: value}))
                self._good[key] = frozenset(out)
            left &= self._good[key]
        return [values[at] for at in sorted(left)]

    def comes_out(self, aim: Aim, facts: Mapping[str, Any]) -> bool:
        index, expr, wanted = aim
        return self.conditions.of(index, expr)(facts.get) is wanted


def first(
    strategy: st.SearchStrategy[dict[str, Value]],
    fails: Callable[[dict[str, Value]], bool],
    examples: int,
    seed: int,
) -> dict[str, Value] | None:
    """The facts of a use that fails, made as small as it goes; None if none of ``examples`` does."""
    settings = hypothesis.settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=(hypothesis.Phase.generate, hypothesis.Phase.shrink),
        suppress_health_check=tuple(hypothesis.HealthCheck),
    )
    try:
        return hypothesis.find(strategy, fails, settings=settings, random=Random(seed))
    except hypothesis.errors.NoSuchExample:
        return None


@st.composite
def _uses(draw: st.DrawFn, field: Field, where: Sequence[Aim], target: Target) -> dict[str, Value]:
    work = _Drawing(draw, field)
    blind = draw(st.integers(0, 9)) == 9
    if not blind:
        work.aim(where)
        if draw(st.booleans()) and target.ways:
            work.aim(target.ways[draw(st.integers(0, len(target.ways) - 1))])
    known = work.settle()
    left = [path for path in field.types if path not in known]
    how = draw(st.sampled_from(("nothing more", "all", "some")))
    for path in left if how != "nothing more" else ():
        if how == "all" or draw(st.booleans()):
            known[path] = draw(st.sampled_from(field.near.values(field.types[path])))
    return known


@define
class _Drawing:
    """The wishes of one use: conditions of single facts by fact, and those that compare several."""

    draw: st.DrawFn
    over: Field
    _single: dict[str, list[Aim]] = field(factory=dict)
    _several: list[Aim] = field(factory=list)

    def aim(self, aims: Iterable[Aim]) -> None:
        for index, expr, wanted in aims:
            self._aim(index, expr, wanted)

    def _aim(self, index: int, expr: ex.Expr, wanted: bool) -> None:
        match expr:
            case ex.Not(item=item):
                self._aim(index, item, not wanted)
            case ex.And(items=items) | ex.Or(items=items):
                if isinstance(expr, ex.And) == wanted:
                    self.aim((index, item, wanted) for item in items)
                else:
                    self._aim(index, self.draw(st.sampled_from(items)), wanted)
            case ex.DefinitionRef(name=name):
                self._aim(index, self.over.definitions[index][name].body, wanted)
            case ex.Literal():
                pass
            case _:
                read = self.over.read((index, expr, wanted))
                if len(read) == 1:
                    self._single.setdefault(read[0], []).append((index, expr, wanted))
                else:
                    self._several.append((index, expr, wanted))

    def settle(self) -> dict[str, Value]:
        """Known facts that come out as wished, where there are such."""
        known: dict[str, Value] = {}
        for path in (each for each in self.over.types if each in self._single):
            wishes = self._single[path]
            while wishes:
                if good := self.over.good(path, wishes):
                    known[path] = self.draw(st.sampled_from(good))
                    break
                wishes = wishes[:-1]  # they contradict each other, or no value at hand does
        for aim in self._several:
            self._draw_together(aim, known)
        return known

    def _draw_together(self, aim: Aim, known: dict[str, Value]) -> None:
        free = [path for path in self.over.read(aim) if path not in known]
        for _ in range(_TRIES if free else 0):
            for path in free:
                known[path] = self.draw(st.sampled_from(self.over.near.values(self.over.types[path])))
            if self.over.comes_out(aim, known):
                return
