"""The values of a program's nodes as findings: what an explanation is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tosdsl.trees import core
from tosdsl.trees.expressions import DefinitionRef, Expr
from tosdsl.trees.facts import Use
from tosdsl.trees.findings import (
    VERDICTS,
    DutyFinding,
    ExceptionFinding,
    Findings,
    NormFinding,
    OpenRung,
    SectionFinding,
)
from tosdsl.trees.norms import NormKey
from tosdsl.trees.vocabulary import Type

Values = tuple[Any, ...]

Inside = Callable[[int, Expr, Mapping[str, Type]], Callable[..., Any]]
"""For an expression of a document (by its index) that stands in a list or in a definition that takes
values, with the names at hand and their types: a function of ``get``, the day of the use, and what
these names stand for."""


def findings(
    program: core.Program,
    values: Values,
    use: Use,
    needs: tuple[str, ...] = (),
    ladder: tuple[OpenRung, ...] = (),
    possible: int | None = None,
    states: Mapping[NormKey, str] | None = None,
    inside: Inside | None = None,
) -> Findings:
    """What the nodes of a program tell of a use.

    ``possible`` and ``states`` are the verdicts, as bits, and the states of obligations, where all ways
    to fill in what is unknown agree on more than the nodes tell. ``inside`` makes what evaluates in a
    list.
    """
    states = states or {}
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
            states.get(key, values[nodes.state]),
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
    mask = values[program.possible] if possible is None else possible
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

    def truth(
        expr: Expr, local: Mapping[str, Any] | None = None, kinds: Mapping[str, Type] | None = None
    ) -> Any:
        if local and inside is not None:
            return inside(index, expr, kinds or {})(use.readable.get, use.day, *local.values())
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
