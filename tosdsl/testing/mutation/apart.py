"""A use that tells a mutant from its policy, as a scenario; or a proof that there is none.

What a scenario can see is compared: the verdict, the force of every clause and exception, and what an
obligation asks for. Facts come from the analysis, and are put to the documents of both sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any

from attrs import frozen

from tosdsl.analysis import claims as c
from tosdsl.analysis.engine import Analysis, Proof, Unknown, Witness, told_apart, verdicts_differ
from tosdsl.analysis.sides import Side
from tosdsl.analysis.solver.terms import GIVE_A_DAY
from tosdsl.facade import PolicySet
from tosdsl.syntax.format import format_item
from tosdsl.testing.mutation.mutants import Mutant
from tosdsl.testing.scenarios import force_of, state_of
from tosdsl.trees import norms as n
from tosdsl.trees import surface as s
from tosdsl.trees.facts import Facts, Use
from tosdsl.trees.findings import Findings
from tosdsl.trees.uses import given, read_as, when
from tosdsl.trees.versions import in_force

MOST_STEPS = 4_000

_FORCES = {"true": "in force", "false": "not in force", "unknown": "undetermined"}


@frozen
class Apart:
    """A use, what comes of it with the policy as it is, and what with the mutant."""

    use: Use
    before: str
    after: str
    expected: s.Expectation
    scenario: str


@frozen
class Unsettled:
    """No use is known, and no proof that there is none."""

    why: str


def apart(
    old: PolicySet, new: PolicySet, policy: n.Policy, mutant: Mutant, uses: Iterable[Use] = ()
) -> Apart | Unsettled | None:
    """A use that tells them apart, None if it is proved that none does. ``uses`` are tried where the
    analysis cannot say: those of scenarios."""
    why, day = "", mutant.day
    one, other = old.at(day, None), new.at(day, None)
    analysis = Analysis.of(one, other, days=[(day, None)] * 2, most=MOST_STEPS)
    before, after = analysis.sides
    for claim, told in _claims(before, after, policy):
        found = analysis.find(claim, told=told)
        if isinstance(found, Unknown):
            why = why or found.why.replace(
                GIVE_A_DAY, ": a scenario with `as of` may show a difference"
            )
        elif isinstance(found, Witness):
            shown = _shown(old, new, policy, mutant, Use(dict(found.facts), as_of=day))
            if shown is not None:
                return shown
            why = "the use that the analysis has shows no difference in a scenario"
    if _about_duties(mutant, old) or (why and mutant.kind == "state swapped"):
        tried = chain.from_iterable(_dated(use, old, new) for use in uses)
        for use in tried:
            shown = _shown(old, new, policy, mutant, use)
            if shown is not None:
                return shown
        why = why or "the states of duties are not proved"
    if not why and not _everywhere(old, new):
        why = "proved for the newest versions of what it incorporates, and not for earlier ones"
    return Unsettled(why) if why else None


def _claims(one: Side, other: Side, policy: n.Policy) -> Iterator[tuple[c.Claim, Any]]:
    """Ways to differ that a scenario can see: the verdict, then the policy's own clauses, then all.
    With each, what has to hold of the verdicts; None if anything may."""
    words = "permitted", "forbidden"
    settled = (c.both(one.verdict(a), other.verdict(b)) for a in words for b in words if a != b)
    yield c.some(settled), told_apart
    yield verdicts_differ(one, other), told_apart
    own = [id_ for id_ in one.by_id if id_.partition("#")[0] == policy.id]
    rest = [id_ for id_ in one.by_id if id_.partition("#")[0] != policy.id]
    for several in (own, rest):
        parts = [
            c.differs(one.force(id_), other.force(id_))
            for id_ in several
            if id_ in other.by_id and one.force(id_) != other.force(id_)
        ]
        if parts:
            yield c.some(parts), None
    for id_, node in one.by_id.items():
        its = other.by_id.get(id_)
        if its is not None and node.must != its.must and None not in (node.must, its.must):
            due = c.is_true(one.force(id_)), c.is_true(other.force(id_))
            yield c.both(*due, c.differs(node.must or 0, its.must or 0)), None


def _everywhere(old: PolicySet, new: PolicySet) -> bool:
    """Whether there is no choice of versions beside the one that was looked at, or all are equal."""
    for key, one in old.choices.linked.items():
        other = new.choices.linked[key]
        analysis = Analysis.of(one, other, most=MOST_STEPS)
        found = analysis.find(verdicts_differ(*analysis.sides), told=told_apart)
        if not isinstance(found, Proof):
            return len(old.choices.linked) == 1
    return True


def _about_duties(mutant: Mutant, policies: PolicySet) -> bool:
    """Whether the change may show in the state of an obligation alone."""
    return mutant.what.startswith(("must: ", "deadline: ")) or any(
        definition.name == mutant.clause
        for whole in policies.choices.linked.values()
        for document in whole.documents
        for definition in document.policy.definitions
        if any(norm.modality == "require" for norm in document.policy.root.all_norms())
    )


def _dated(use: Use, old: PolicySet, new: PolicySet) -> Iterator[Use]:
    """The use on days around the deadlines that both sides have for it."""
    days: set[date] = set()
    for policies in (old, new):
        for duty in _seen(policies, use).duties.values():
            if duty.due is not None:
                day = duty.due.date() if isinstance(duty.due, datetime) else duty.due
                days |= {day, day + timedelta(1)}
    yield use
    yield from (Use(use.facts, as_of=day, known_at=use.known_at) for day in sorted(days))


def _shown(old: PolicySet, new: PolicySet, policy: n.Policy, mutant: Mutant, use: Use) -> Apart | None:
    """What the two make of a use; None if a scenario sees no difference."""
    seen = [_seen(each, use) for each in (old, new)]
    kinds = (_verdict, _forces, _duties)
    for kind in kinds:
        before, after = (kind(each, policy) for each in seen)
        for name, came in before.items():
            if name in after and after[name] != came:
                expected = _expectation(name, came, policy)
                use = _fewer(old, new, policy, use, kind, name) if use.as_of is None else use
                scenario = _scenario(old, policy, mutant, use, expected)
                return Apart(use, f"{_of(name)}{came}", f"{_of(name)}{after[name]}", expected, scenario)
    return None


def _fewer(old: PolicySet, new: PolicySet, policy: n.Policy, use: Use, kind: Any, name: str) -> Use:
    """Without the facts that make no difference to what comes on both sides."""
    was, then = (kind(_seen(each, use), policy)[name] for each in (old, new))
    for path in sorted(use.facts):
        fewer = Use({other: value for other, value in use.facts.items() if other != path})
        before = kind(_seen(old, fewer), policy).get(name)
        after = kind(_seen(new, fewer), policy).get(name)
        if (before, after) == (was, then):
            use = fewer
    return use


def _seen(policies: PolicySet, use: Use) -> Findings:
    """What is found of a use. Raises PolicyError where it is open which version governs."""
    linked = policies.at(use.as_of, use.known_at)
    governing = in_force(linked, use.as_of, use.known_at)
    return policies.predicates.answering(linked, governing).findings(use)


def _verdict(findings: Findings, policy: n.Policy) -> Mapping[str, str]:
    remaining = findings.possible
    return {"": next(iter(remaining)) if len(remaining) == 1 else "undetermined"}


def _forces(findings: Findings, policy: n.Policy) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for document in findings.linked.documents:
        for norm in document.policy.root.all_norms():
            for id_ in (norm.id, *(each.id for each in _nodes(norm.exceptions))):
                full = document.qualified(id_)
                found[full] = _FORCES.get(force_of(full, findings), "")
    return found


def _duties(findings: Findings, policy: n.Policy) -> Mapping[str, str]:
    found = {}
    for document in findings.linked.documents:
        for norm in document.policy.root.all_norms():
            if norm.modality == "require":
                full = document.qualified(norm.id)
                found[f"duty {full}"] = state_of(full, findings)
    return found


def _nodes(nodes: Iterable[n.ExceptionNode]) -> Iterator[n.ExceptionNode]:
    for each in nodes:
        yield each
        yield from _nodes(each.exceptions)


def _of(name: str) -> str:
    return f"{name.partition('#')[2]} " if name else ""


def _expectation(name: str, came: str, policy: n.Policy) -> s.Expectation:
    if not name:
        return s.ExpectVerdict(came)
    document, _, id_ = name.removeprefix("duty ").partition("#")
    ref = s.Ref(None if document == policy.id else document, None, id_)
    if name.startswith("duty "):
        return s.ExpectDuty(ref, came.replace("_", " "))
    return s.ExpectForce(ref, came)


def _scenario(
    old: PolicySet, policy: n.Policy, mutant: Mutant, use: Use, expected: s.Expectation
) -> str:
    facts: Facts = use.facts
    parties = {each.name for each in old.vocabulary.parties} | {policy.provider}
    where = f"{mutant.clause}: " if mutant.clause else ""
    title = f"{where}{mutant.what}".replace("`", "'").replace('"', "'")
    expectations: list[s.Expectation] = [expected]
    verdict = _verdict(_seen(old, use), policy)[""]
    if not isinstance(expected, s.ExpectVerdict):
        expectations.insert(0, s.ExpectVerdict(verdict))
    item = s.Scenario(
        s.Text(title),
        as_of=when(use.as_of),
        given=given(facts, old.vocabulary, parties),
        readings=read_as(facts),
        expectations=tuple(expectations),
        known_at=when(use.known_at),
    )
    return format_item(item)
