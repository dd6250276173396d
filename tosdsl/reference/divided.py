"""Conditions that may stay unknown whatever is learnt: they divide by what may turn out to be zero."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import define, field

from tosdsl.reference.evaluate import Values, evaluate
from tosdsl.trees import expressions as ex
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Facts
from tosdsl.values.arithmetic import is_zero


@define
class Dividing:
    """Looks for divisions in one document, under the facts that are known."""

    facts: Facts
    values: Values
    bodies: Mapping[str, ex.Expr]
    """The definitions of the document by their names."""
    _found: dict[tuple[str, bool], bool] = field(factory=dict)
    """Of definitions: each is looked at once, however many conditions name it."""

    def may_stay_unknown(self, expr: ex.Expr, *, called: bool = False) -> bool:
        """Whether a divisor under an expression may be zero, or is.

        What is known has been divided already. In a definition that takes values (``called``) every
        divisor that is not written may be.
        """
        if not called and not _free(expr) and self._known(expr):
            return False
        match expr:
            case ex.DefinitionRef(name=name):
                return self._defined(name, called=False)
            case ex.Call(name=name, arguments=arguments):
                return self._defined(name, called=True) or any(
                    self.may_stay_unknown(each, called=called) for each in arguments
                )
            case ex.Conditional(condition=condition, then=then, otherwise=otherwise, type=kind):
                if kind != v.Boolean() and not called and not _free(condition):
                    holds = evaluate(condition, self.facts, self.values)
                    if holds is not None:
                        return self.may_stay_unknown(then if holds else otherwise)
            case ex.Arithmetic(op="/", right=ex.Literal()):
                pass
            case ex.Arithmetic(op="/", right=right):
                known = not called and not _free(right) and self._known(right)
                if not known or is_zero(evaluate(right, self.facts, self.values)):
                    return True
        return any(self.may_stay_unknown(each, called=called) for each in ex.children(expr))

    def _defined(self, name: str, *, called: bool) -> bool:
        key = name, called
        if key not in self._found:
            self._found[key] = self.may_stay_unknown(self.bodies[name], called=called)
        return self._found[key]

    def _known(self, expr: ex.Expr) -> bool:
        value = evaluate(expr, self.facts, self.values)
        return value is not None and not (isinstance(value, tuple) and None in value)


def _free(expr: ex.Expr) -> frozenset[str]:
    """The names in an expression that something around it gives a value."""
    if isinstance(expr, ex.Variable):
        return frozenset({expr.name})
    inner = frozenset[str]().union(*map(_free, ex.children(expr)))
    if isinstance(expr, ex.Quantified | ex.Aggregate):
        return (inner - {expr.variable}) | _free(expr.over)
    return inner
