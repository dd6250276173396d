"""Opaque conditions of the code of verdicts: what is no logic over tests of single leaves.

    rules, the number of a condition -> a function of the facts as they are given

The core works them out. A function raises Odd where that takes many steps.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import define

from tosdsl.backends.python.findings import Truth, conditions
from tosdsl.engine.steps import Counter
from tosdsl.facts.plain import Plain
from tosdsl.runtime.checks import Odd
from tosdsl.trees.core import reads
from tosdsl.trees.rules import Rules
from tosdsl.trees.walk import used

_FEW_STEPS = 20_000
"""Steps that the code of verdicts takes. A condition that takes more may be asked for by many clauses:
the core answers then, which works each out once."""


@define
class Opaque:
    """The opaque conditions of rules, compiled together when one is first asked for."""

    rules: Rules
    plain: Plain
    _truths: list[Truth] | None = None

    def condition(self, number: int) -> Callable[[object], bool | None]:
        """A condition by its number, as a function of the facts as given."""
        program, node = self.rules.program, self.rules.beyond[number]
        assert program is not None  # it is there where a condition is
        if self._truths is None:
            self._truths = conditions(program.body, program.functions, self.rules.beyond)
        truth = self._truths[number]
        read = self.plain.reader(sorted(reads(program.body, program.functions, node)))
        index, expr = program.written[node]
        definitions = {each.name: each for each in program.linked.documents[index].policy.definitions}
        names = used(expr, definitions)
        several = [each for name, each in definitions.items() if name in names]
        counter = Counter(
            [(definitions, [expr, *(each.body for each in several if not each.parameters)])]
        )

        def condition(facts: object) -> bool | None:
            if counter and _takes_many(counter, facts):
                raise Odd
            return truth(read(facts).get)

        return condition


def _takes_many(counter: Counter, facts: Any) -> bool:
    """Whether facts as they are given take more steps than generated code should, or may."""
    try:
        return counter.steps(lambda path: got(facts, path)) > _FEW_STEPS
    except Exception:  # facts that have to be read with care: their class may raise anything
        return True


def got(facts: Any, path: str) -> Any:
    """What stands at a path of facts as they are given; None if nothing does."""
    for name in path.split("."):
        facts = None if facts is None else facts.get(name)
    return facts
