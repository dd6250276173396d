"""Conditions of one form: two that are written alike are true of the same uses.

Each expression gets a number, that of its form. Definitions are looked into, so that the documents need
not share them, and the order of what is joined by `and` or `or` plays no part. Two of one number have
one value in every use; two that differ may have one nonetheless.
"""

from __future__ import annotations

from collections.abc import Hashable

from attrs import define, evolve, field

from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees.vocabulary import Boolean
from tosdsl.trees.walk import mapped


@define
class Forms:
    """Numbers of forms, over several policies. The policies are kept along: their ids are keys."""

    _numbers: dict[Hashable, int] = field(factory=dict)
    _definitions: dict[int, tuple[dict[str, int], n.Policy]] = field(factory=dict)

    def of(self, expr: ex.Expr, policy: n.Policy) -> int:
        """The number of an expression that stands in the policy."""
        match expr:
            case ex.DefinitionRef(name=name):
                known = self._of_definitions(policy)
                return known[name] if name in known else self._number((id(policy), name))
            case ex.And(items=items) | ex.Or(items=items):
                return self._number((type(expr), frozenset(self.of(item, policy) for item in items)))
            case ex.Call():
                return self._number((id(policy), self._outside(expr, policy)))
            case _:
                return self._number(self._outside(expr, policy))

    def of_opposite(self, expr: ex.Compare, op: str, policy: n.Policy) -> int:
        """The number of the comparison of the same values by another operator."""
        return self.of(evolve(expr, op=op), policy)

    def _outside(self, expr: ex.Expr, policy: n.Policy) -> ex.Expr:
        """The expression with numbers in the place of what is in it."""
        return mapped(expr, lambda each: ex.Variable(f"#{self.of(each, policy)}", "", Boolean()))

    def _number(self, form: Hashable) -> int:
        return self._numbers.setdefault(form, len(self._numbers))

    def _of_definitions(self, policy: n.Policy) -> dict[str, int]:
        """Each uses only earlier ones, so none is gone into deeper than it is written."""
        if id(policy) not in self._definitions:
            known: dict[str, int] = {}
            self._definitions[id(policy)] = known, policy
            for each in policy.definitions:
                if not each.parameters:
                    known[each.name] = self.of(each.body, policy)
        return self._definitions[id(policy)][0]
