"""What a document says of other documents: which come in, which give way, which govern in its place."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.elaborate.expressions import Typer
from tosdsl.elaborate.given import as_node
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import surface as s
from tosdsl.trees.lazy import only


def document_ref(ref: s.Ref) -> tuple[str, str | None, str | None]:
    """Policy, version and clause of a reference to another document: a bare name is the document."""
    if ref.policy is None:
        return ref.clause or "", ref.version, None
    return ref.policy, ref.version, ref.clause


def incorporations(unit: s.Policy, typer: Typer) -> tuple[n.Incorporation, ...]:
    """The documents, and parts of documents, that come in, each with its condition.

    One whose condition is wrong is left out: it would bind in every case.
    """
    made = []
    for item in only(unit.items, s.Incorporate):
        policy, version, clause = document_ref(item.target)
        when = typer.condition(item.when) if item.when is not None else None
        said = (item.at, item.description, when)
        if item.when is None or when is not None:
            made.append(n.Incorporation(policy, version, clause, *said, span=item.target.span))
    return tuple(made)


def documents_over(unit: s.Policy, problems: list[Diagnostic]) -> tuple[n.DocumentOver, ...]:
    """The documents that this one prevails over, or yields to."""
    made = []
    for item in only(unit.items, s.PrevailsOver):
        policy, version, clause = document_ref(item.target)
        span = item.target.span
        if clause is not None:
            problems.append(_no_document(policy, clause, item.target))
        elif policy == unit.name.text:
            how = "yields to" if item.yields else "prevails over"
            problems.append(mistake("TOS3015", span, name=policy, how=how))
        else:
            made.append(n.DocumentOver(policy, version, item.at, yields=item.yields, span=span))
    return tuple(made)


def routes_of(unit: s.Policy, typer: Typer, problems: list[Diagnostic]) -> Iterator[n.Route]:
    """The documents that govern in place of this one, each with its condition."""
    for item in only(unit.items, s.GovernedBy):
        policy, version, clause = document_ref(item.target)
        when = typer.condition(item.when) if item.when is not None else None
        span = item.target.span
        if clause is not None:
            problems.append(_no_document(policy, clause, item.target))
        elif policy == unit.name.text:
            problems.append(mistake("TOS3031", span, name=policy))
        elif item.when is None and not typer.lost:
            problems.append(mistake("TOS3030", span, name=policy))
        elif when is not None:
            yield n.Route(policy, version, when, item.at, item.description, span=span)


def presumptions_of(unit: s.Policy) -> tuple[n.Presumption, ...]:
    """What holds where a use says nothing of it. The facts reader tells which values are wrong."""
    return tuple(
        n.Presumption(
            item.path.text,
            as_node(item.value),
            unit.name.text,
            item.at,
            item.description,
            span=item.path.span,
        )
        for item in only(unit.items, s.Presume)
    )


def _no_document(policy: str, clause: str, ref: s.Ref) -> Diagnostic:
    words = {"name": f"{policy}#{clause}", "actual": "a clause", "wanted": "a document"}
    return mistake("TOS3013", ref.span, None, **words)


def unless_routed(root: n.Section, routes: tuple[n.Route, ...]) -> n.Section:
    """The root section, out of scope where a route leads to another document."""
    if not routes:
        return root
    cases = tuple(route.when for route in routes)
    routed = cases[0] if len(cases) == 1 else ex.Or(cases, span=routes[0].span)
    stays = ex.Not(routed, span=routes[0].span)
    if root.scope is None:
        return evolve(root, scope=stays)
    return evolve(root, scope=ex.And((root.scope, stays), span=root.scope.span))
