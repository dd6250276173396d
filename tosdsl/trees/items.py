"""Fields of the items of lists, by paths through the lists: ``suppliers.competes``.

A path names a field of every item, as the path of a fact names one field. ``judged`` tells which are
judged, ``read`` those that an expression reads, through quantifiers, sums and definitions; ``supplied``
the values that a use has there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import define, field

from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v

Paths = frozenset[str]
_NONE: Paths = frozenset()


def judged(vocabulary: v.Vocabulary) -> dict[str, v.Leaf]:
    """The judged fields of items, by path. A list that is judged as a whole is a fact instead."""
    made: dict[str, v.Leaf] = {}
    for leaf in vocabulary.leaves():
        if not leaf.judged:
            made |= {each.path: each for each in _below(leaf.path, leaf.type)}
    return made


def _below(path: str, kind: v.Type) -> Iterator[v.Leaf]:
    while isinstance(kind, v.ListOf | v.OptionalOf):
        kind = kind.item
    if not isinstance(kind, v.Record):
        return
    for leaf in v.Vocabulary("", facts=kind.fields).leaves():
        whole = f"{path}.{leaf.path}"
        if leaf.judged:
            yield v.Leaf(whole, leaf.type, True, leaf.question)
        else:
            yield from _below(whole, leaf.type)


def in_fact(path: str, fact: str) -> bool:
    """Whether a fact, or a field of items, is (in) the fact at a path."""
    return fact == path or fact.startswith(f"{path}.")


def supplied(value: Any, path: str) -> tuple[Any, ...]:
    """The values that items have at a path below a list, in order; what is not known is left out."""
    if isinstance(value, tuple):
        return tuple(each for item in value for each in supplied(item, path))
    if not path:
        return () if value is None else (value,)
    if not isinstance(value, Mapping):
        return ()
    return tuple(
        each
        for key, inner in value.items()
        if in_fact(key, path)
        for each in (supplied(inner, path[len(key) + 1 :]) if path != key else (inner,))
    )


@define
class Read:
    """What the expressions of one document read of items."""

    definitions: Mapping[str, n.Definition]
    _known: dict[str, Paths] = field(factory=dict)

    def of(self, expr: ex.Expr, names: Mapping[str, Paths] | None = None) -> Paths:
        """The paths of the fields. ``names``: for each variable, the paths of what it stands for."""
        found: set[str] = set()
        self._walk(expr, names or {}, found)
        return frozenset(found)

    def _walk(self, expr: ex.Expr, names: Mapping[str, Paths], found: set[str]) -> None:
        match expr:
            case ex.Variable():
                found |= self._source(expr, names)
            case ex.DefinitionRef(name=name):
                if name not in self._known:
                    self._known[name] = self.of(self.definitions[name].body)
                found |= self._known[name]
            case ex.Call(name=name, arguments=arguments):
                for each in arguments:
                    self._walk(each, names, found)
                self._walk(self.definitions[name].body, self._bound(name, arguments, names), found)
            case ex.Quantified() | ex.Aggregate():
                self._walk(expr.over, names, found)
                inner = {**names, expr.variable: self._source(expr.over, names)}
                for each in ex.children(expr):
                    if each is not expr.over:
                        self._walk(each, inner, found)
            case _:
                for each in ex.children(expr):
                    self._walk(each, names, found)

    def _bound(
        self, name: str, arguments: Iterable[ex.Expr], names: Mapping[str, Paths]
    ) -> dict[str, Paths]:
        parameters = self.definitions[name].parameters
        given = zip(parameters, arguments, strict=True)
        return {parameter: self._source(each, names) for (parameter, _), each in given}

    def _source(self, expr: ex.Expr, names: Mapping[str, Paths]) -> Paths:
        """The paths of what a value is made of, or a list of."""
        match expr:
            case ex.FactRef(path=path):
                return frozenset((path,))
            case ex.Variable(name=name, field=inner):
                return frozenset(
                    f"{path}.{inner}" if inner else path for path in names.get(name, _NONE)
                )
            case ex.DefinitionRef(name=name):
                return self._source(self.definitions[name].body, {})
            case ex.Call(name=name, arguments=arguments):
                return self._source(self.definitions[name].body, self._bound(name, arguments, names))
            case _:
                return _NONE.union(*(self._source(each, names) for each in ex.children(expr)))
