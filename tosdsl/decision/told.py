"""The values of a program's nodes as findings: what an explanation is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tosdsl.trees import core
from tosdsl.trees.expressions import DefinitionRef, Expr
from tosdsl.trees.facts import Facts, Use
from tosdsl.trees.findings import (
    VERDICTS,
    DutyFinding,
    ExceptionFinding,
    Findings,
    NormFinding,
    OpenRung,
    SectionFinding,
)

Values = tuple[Any, ...]

Inside = Callable[[int, Expr, Facts, Mapping[str, Any], Mapping[str, Any]], Any]
"""The value of an expression of a document (by its index) that stands in a list or in a definition that
takes values: under facts, with the values of the other definitions, and those of the names at hand."""


def findings(
    program: core.Program,
    values: Values,
    use: Use,
    needs: tuple[str, ...] = (),
    ladder: tuple[OpenRung, ...] = (),
    inside: Inside | None = None,
) -> Findings:
    """What the nodes of a program tell of a use. ``inside`` evaluates what stands in a list."""
    norms = {
        key: NormFinding(
            values[nodes.scope],
            values[nodes.when],
            tuple(values[each] for each in nodes.provisos),
            values[nodes.defeated],
            values[nodes.force],
            tuple(_exception(each, values) for each in nodes.exceptions),
            tuple((other, values[node]) for other, node in nodes.above),
        )
        for key, nodes in program.norms.items()
    }
    duties = {
        key: DutyFinding(
            values[nodes.state],
            values[nodes.done],
            None if nodes.due is None else values[nodes.due],
            values[nodes.late],
        )
        for key, nodes in program.duties.items()
    }
    excepted = {
        key: tuple(_exception(each, values) for each in several)
        for key, several in program.excepted.items()
    }
    mask = values[program.possible]
    return Findings(
        program.linked,
        use,
        norms,
        tuple(_section(each, values) for each in program.tables),
        frozenset(word for bit, word in zip((1, 2, 4), VERDICTS, strict=True) if mask & bit),
        needs,
        duties,
        excepted,
        tuple(
            _truths(program, values, index, use, inside)
            for index in range(len(program.linked.documents))
        ),
        ladder,
        in_force=program.in_force,
    )


def _truths(
    program: core.Program, values: Values, index: int, use: Use, inside: Inside | None
) -> Callable[..., Any]:
    conditions, named = program.conditions, program.values

    def truth(expr: Expr, local: Mapping[str, Any] | None = None) -> Any:
        if local and inside is not None:
            known = {name: values[node] for (at, name), node in named.items() if at == index}
            return inside(index, expr, use.facts, known, local)
        if isinstance(expr, DefinitionRef):
            return values[named[index, expr.name]]
        return values[conditions[index, id(expr)]]

    return truth


def _exception(nodes: core.ExceptionNodes, values: Values) -> ExceptionFinding:
    return ExceptionFinding(
        values[nodes.when],
        tuple(values[each] for each in nodes.provisos),
        values[nodes.force],
        tuple(_exception(each, values) for each in nodes.exceptions),
    )


def _section(nodes: core.SectionNodes, values: Values) -> SectionFinding:
    return SectionFinding(
        nodes.document,
        nodes.section,
        values[nodes.scope],
        values[nodes.forbids],
        values[nodes.permits],
        nodes.default,
        tuple(_section(each, values) for each in nodes.sections),
    )
