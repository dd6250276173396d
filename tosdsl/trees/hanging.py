"""The expressions that what is open hangs on, so far as it is worked out.

Kleene's logic cuts the way: nothing hangs on what stands under a condition that is settled, such as a
case that does not come about. Inside lists and definitions with parameters, all is taken to count.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator
from typing import Any

from attrs import define, field

from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees.walk import of_node


@define
class Hanging:
    """What stands open in some documents.

    ``verdict`` is whether the verdict is, ``duties`` are the ids of obligations whose state is.
    ``in_force`` tells of a clause whether it is in force and in scope, ``value`` what an expression of
    a document comes to that stands in no list; each None where that is not known.
    """

    linked: n.Linked
    verdict: bool
    duties: Collection[str]
    in_force: Callable[[n.NormKey], bool | None]
    value: Callable[[int, ex.Expr], Any]
    _found: set[tuple[int, int]] = field(factory=set)
    """By document, the identity of each expression."""
    _bodies: list[dict[str, ex.Expr]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        policies = (document.policy for document in self.linked.documents)
        self._bodies = [{each.name: each.body for each in one.definitions} for one in policies]

    def expressions(self) -> set[tuple[int, int]]:
        """The document and the identity of every expression that it hangs on, with its parts."""
        norms = dict(self.linked.norms())
        todo = [key for key, norm in norms.items() if self._is_asked(key, norm)]
        if not self.verdict and not todo:
            return self._found
        for index, document in enumerate(self.linked.documents):
            for each in _around(document.policy):
                deque(self.walked(index, each), maxlen=0)
        met: set[n.NormKey] = set()
        while todo:
            key = todo.pop()
            if key not in met:
                met.add(key)
                for each in (*of_node(norms[key]), *norms[key].owed):
                    deque(self.walked(key[0], each), maxlen=0)
                above = self.linked.above.get(key, ())
                todo += (other for other in above if self.in_force(other) is None)
        return self._found

    def _is_asked(self, key: n.NormKey, norm: n.Norm) -> bool:
        if norm.modality == "require":
            return self.linked.documents[key[0]].qualified(norm.id) in self.duties
        return self.verdict and self.in_force(key) is None

    def walked(self, index: int, expr: ex.Expr) -> Iterator[ex.Expr]:
        """An expression of a document that is not known, and those that it hangs on, each once."""
        bodies = self._bodies[index]
        todo = [(expr, True)]
        while todo:
            each, alone = todo.pop()
            if (index, id(each)) in self._found or (alone and _is_known(self.value(index, each))):
                continue
            self._found.add((index, id(each)))
            yield each
            inside = alone and not isinstance(each, ex.Quantified | ex.Aggregate)
            match each:
                case ex.Conditional(condition=condition) if alone:
                    holds = self.value(index, condition)
                    if holds is not None:
                        todo.append((each.then if holds else each.otherwise, True))
                        continue
                case ex.DefinitionRef(name=name):
                    todo.append((bodies[name], alone))
                case ex.Call(name=name):
                    todo.append((bodies[name], False))
            todo += ((part, inside) for part in ex.children(each))
            if isinstance(each, ex.Quantified | ex.Aggregate) and alone:
                todo.append((each.over, True))


def _is_known(value: Any) -> bool:
    """Whether it has a value; a list that is written out may have one that lacks an item's."""
    return value is not None and not (isinstance(value, tuple) and None in value)


def _around(policy: n.Policy) -> Iterator[ex.Expr]:
    """What is asked around clauses: scopes, and whether documents come in."""
    if policy.scope is not None:
        yield policy.scope
    yield from (each.scope for each in policy.root.walk() if each.scope is not None)
    yield from (each.when for each in policy.routes)
    yield from (each.when for each in policy.incorporations if each.when is not None)
