"""Libraries with presumptions and burdens put in: what a use does not say, and who has to show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from attrs import evolve
from hypothesis import strategies as st

import tosdsl
from tests.generators.drawing import one_of
from tests.generators.facts import values
from tosdsl.syntax.format import format_file
from tosdsl.trees import surface as s
from tosdsl.trees.uses import as_value


@st.composite
def with_presumptions(
    draw: st.DrawFn, files: Sequence[s.File], burdens_alone: bool = False
) -> list[s.File]:
    """The files, of which the first is the vocabulary and each other a policy."""
    return _Putting(draw, files, burdens_alone).files()


class _Putting:
    def __init__(self, draw: st.DrawFn, files: Sequence[s.File], burdens_alone: bool) -> None:
        self._draw = draw
        self._burdens_alone = burdens_alone
        self._files = files
        policies = tosdsl.loads(*map(format_file, files))
        self._leaves = {leaf.path: leaf.type for leaf in policies.vocabulary.leaves()}

    def files(self) -> list[s.File]:
        vocabulary: Any
        vocabulary, *policies = (file.units[0] for file in self._files)
        items: tuple[Any, ...] = tuple(map(self._declared, vocabulary.items))
        units = [evolve(vocabulary, items=items), *map(self._policy, policies)]
        return [evolve(file, units=(unit,)) for file, unit in zip(self._files, units, strict=True)]

    def _seldom(self) -> bool:
        return not one_of(self._draw, range(4))

    def _value(self, path: str) -> s.Value:
        if self._seldom():
            return s.Name("unknown")
        kind = self._leaves[path]
        return as_value(self._draw(values(kind)), kind)

    def _declared(self, item: Any) -> Any:
        known = isinstance(item, s.Fact) and item.decl.name.text in self._leaves
        if not known or self._burdens_alone or not self._seldom():
            return item
        return evolve(item, decl=evolve(item.decl, presumed=self._value(item.decl.name.text)))

    def _policy(self, unit: Any) -> s.Policy:
        said = [
            s.Presume(s.Name(path), self._value(path), one_of(self._draw, (None, "9")))
            for path in self._leaves
            if not self._burdens_alone and self._seldom()
        ]
        uses = [item for item in unit.items if isinstance(item, s.Use)]
        others = [self._item(item) for item in unit.items if not isinstance(item, s.Use)]
        made: s.Policy = evolve(unit, items=(*uses, *said, *others))
        return made

    def _item(self, item: Any) -> Any:
        match item:
            case s.Section(items=items):
                return evolve(item, items=tuple(map(self._item, items)))
            case s.Norm():
                return self._node(item, item.modality == "permit" and self._seldom())
            case s.Standalone(node=node):
                return evolve(item, node=self._node(node, self._seldom()))
        return item

    def _node(self, node: Any, shown: bool) -> Any:
        exceptions = tuple(self._exceptions(node.exceptions))
        provisos = tuple(s.Shown(each) if self._seldom() else each for each in node.provisos)
        return evolve(node, shown=shown, provisos=provisos, exceptions=exceptions)

    def _exceptions(self, several: Sequence[Any]) -> Iterator[Any]:
        for each in several:
            if isinstance(each, s.ExceptionRef):
                yield evolve(each, shown=self._seldom())
            else:
                yield self._node(each, self._seldom())
