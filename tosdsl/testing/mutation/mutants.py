"""A policy to its mutants: the same policy with one small change, as a slip of the pen would make it.

A clause or an exception that is dropped stays with a condition that never holds, so that a scenario
notices only what its going does, and not that its name is gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from attrs import evolve, frozen

from tosdsl.base.span import Span
from tosdsl.testing.mutation.expressions import changed
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.duties import in_time
from tosdsl.trees.moments import Moment
from tosdsl.trees.states import renewed

Edit = tuple[str, str, Any, Span]
"""What kind of change, the change in words, the changed part, and its place."""

NEVER = ex.Literal(False, v.Boolean())


@frozen
class Mutant:
    """``clause`` is the local id that the change is listed under, empty for the document itself.

    ``relinks``: which clause prevails over which has to be worked out again. ``day``: a day of use on
    which the change could be seen; None for every day.
    """

    policy: n.Policy
    kind: str
    what: str
    clause: str
    span: Span
    relinks: bool = False
    day: date | None = None


def mutants(policy: n.Policy) -> Iterator[Mutant]:
    """Every mutant of a policy, in the order of the text."""
    yield from _days(policy)
    for at, definition in enumerate(policy.definitions):
        if definition.duty is not None:
            continue  # it changes with its obligation
        for kind, what, body, span in changed(definition.body):
            made = evolve(definition, body=body)
            several = (*policy.definitions[:at], made, *policy.definitions[at + 1 :])
            made_ = renewed(evolve(policy, definitions=several))
            yield Mutant(made_, kind, what, definition.name, _or(span, definition))
    for clause, (kind, what, root, span) in _section(policy.root, None):
        yield Mutant(renewed(evolve(policy, root=root)), kind, what, clause, span)
    yield from _incorporations(policy)
    for at, each in enumerate(policy.precedences):
        swapped = evolve(each, wins=not each.wins)
        several_ = (*policy.precedences[:at], swapped, *policy.precedences[at + 1 :])
        yield Mutant(
            renewed(evolve(policy, precedences=several_)),
            "precedence swapped",
            "the other one prevails",
            each.norm,
            each.span,
            relinks=True,
        )


def _incorporations(policy: n.Policy) -> Iterator[Mutant]:
    """Changes of the conditions under which other documents come in."""
    for at, each in enumerate(policy.incorporations):
        for kind, what, when, span in changed(each.when) if each.when is not None else ():
            made = evolve(each, when=when)
            several = (*policy.incorporations[:at], made, *policy.incorporations[at + 1 :])
            what = f"incorporation of {each.policy}: {what}"
            made_ = evolve(policy, incorporations=several)
            yield Mutant(made_, kind, what, "", _or(span, each), relinks=True)


def _days(policy: n.Policy) -> Iterator[Mutant]:
    for name, words, outward in (
        ("effective_from", "in force", -1),
        ("effective_until", "in force until", 1),
    ):
        day: Any = getattr(policy, name)
        for by in (-1, 1) if day is not None else ():
            moved: Any = day.later(timedelta(by)) if isinstance(day, Moment) else day + timedelta(by)
            # What is in the one stretch and not in the other. A last moment is in none.
            ends_at = isinstance(day, Moment) and outward > 0
            seen = moved if (by == outward) is not ends_at else day
            yield Mutant(
                evolve(policy, **{name: moved}),
                "day shifted",
                f"{words} {'from ' if outward < 0 else ''}{moved} instead of {day}",
                "",
                policy.span,
                day=seen,
            )


def _or(span: Span, node: Any) -> Span:
    """A place to show: that of what the change is in, if the changed part has none."""
    own: Span = node.span
    return span if span.line else own


def _section(section: n.Section, outer: str | None) -> Iterator[tuple[str, Edit]]:
    """Changes in a section, with the clause that each is listed under; what changed is the section."""
    if section.default != outer:
        other: n.Stance = "permit" if section.default == "forbid" else "forbid"
        made = _with_default(section, section.default, other)
        yield section.id, ("default changed", f"default {other}", made, section.span)
    if section.scope is not None:
        for kind, what, scope, span in changed(section.scope):
            yield section.id, (kind, what, evolve(section, scope=scope), _or(span, section))
    for at, norm in enumerate(section.norms):
        for clause, (kind, what, changed_, span) in _norm(norm):
            several = (*section.norms[:at], changed_, *section.norms[at + 1 :])
            yield clause, (kind, what, evolve(section, norms=several), span)
    for at, inner in enumerate(section.sections):
        for clause, (kind, what, changed_, span) in _section(inner, section.default):
            sections = (*section.sections[:at], changed_, *section.sections[at + 1 :])
            yield clause, (kind, what, evolve(section, sections=sections), span)


def _with_default(section: n.Section, old: n.Stance, new: n.Stance) -> n.Section:
    """The section with another default, and those within that had it from here."""
    if section.default != old:
        return section
    inner = tuple(_with_default(each, old, new) for each in section.sections)
    return evolve(section, default=new, sections=inner)


def _norm(norm: n.Norm) -> Iterator[tuple[str, Edit]]:
    dropped = evolve(norm, when=NEVER)
    yield norm.id, ("clause dropped", "the clause dropped", dropped, norm.span)
    yield from _conditions(norm, norm.id)
    if norm.must is not None and norm.on is None:
        for kind, what, must, span in changed(norm.must):
            yield norm.id, (kind, f"must: {what}", evolve(norm, must=must), _or(span, norm))
    if norm.deadline is not None:
        for kind, what, moment, span in changed(norm.deadline.moment):
            made = _with_deadline(norm, evolve(norm.deadline, moment=moment))
            yield norm.id, (kind, f"deadline: {what}", made, _or(span, norm))
    if norm.deadline is not None and norm.deadline.judged is not None:
        for kind, what, judged, span in changed(norm.deadline.judged):
            made = _with_deadline(norm, evolve(norm.deadline, judged=judged))
            yield norm.id, (kind, f"deadline: {what}", made, _or(span, norm))


def _with_deadline(norm: n.Norm, deadline: n.Deadline) -> n.Norm:
    """The obligation with another deadline, by which a day that it names is in time or not."""
    must = norm.must
    if norm.on is not None:
        must, deadline = in_time(norm.on, deadline)
    return evolve(norm, must=must, deadline=deadline)


def _conditions(node: Any, id_: str) -> Iterator[tuple[str, Edit]]:
    """Changes of what a clause or an exception hangs on, and of its exceptions."""
    if node.shown:
        yield id_, ("burden dropped", "nothing to be shown", evolve(node, shown=False), node.span)
    if node.when is not None:
        for kind, what, when, span in changed(node.when):
            yield id_, (kind, what, evolve(node, when=when), _or(span, node))
    for at, proviso in enumerate(node.provisos):
        rest = (*node.provisos[:at], *node.provisos[at + 1 :])
        span = proviso.span if proviso.span.line else node.span
        words = "a proviso" if len(node.provisos) == 1 else f"proviso {at + 1}"
        yield id_, ("proviso dropped", f"{words} dropped", evolve(node, provisos=rest), span)
        if isinstance(proviso, ex.Shown):
            several = (*node.provisos[:at], proviso.item, *node.provisos[at + 1 :])
            made = evolve(node, provisos=several)
            yield id_, ("burden dropped", f"{words}: nothing to be shown", made, span)
        for kind, what, made, place in changed(proviso):
            several = (*node.provisos[:at], made, *node.provisos[at + 1 :])
            yield id_, (kind, f"{words}: {what}", evolve(node, provisos=several), _or(place, node))
    for at, exception in enumerate(node.exceptions):
        for clause, (kind, what, changed_, span) in _exception(exception):
            exceptions = (*node.exceptions[:at], changed_, *node.exceptions[at + 1 :])
            yield clause, (kind, what, evolve(node, exceptions=exceptions), span)


def _exception(node: n.ExceptionNode) -> Iterator[tuple[str, Edit]]:
    dropped = evolve(node, when=NEVER)
    yield node.id, ("exception dropped", "the exception dropped", dropped, node.span)
    yield from _conditions(node, node.id)
