"""Decides each case by the policies at hand, and holds the decision against what is expected of it.

What a scenario expects of itself plays no part: its facts and its days are taken, and no more.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from tests.cases.model import Case, Document, Duty, Governing, Outcome
from tosdsl import Decision, FactError, PolicySet, Verdict, load, load_each
from tosdsl.trees.facts import Use

_ID = re.compile(r"(C\d\d-[a-z])(?=[ :]|$)")
"""A title bears an id if it begins with it. ``C01-d, resolved`` is a neighbour of the case."""


class Status(Enum):
    """What became of a case. ``OPPOSITE`` is what an arguable one may be, with a reason."""

    RIGHT = "right"
    WRONG = "wrong"
    OPPOSITE = "opposite reading"
    INEXPRESSIBLE = "not expressible"
    MISSING = "missing"


@frozen
class Scenario:
    """A scenario that bears a case's id, ready to be asked again with more facts."""

    title: str
    policy: str
    place: str
    policies: PolicySet
    use: Use

    def decide(self, more: Mapping[str, Any] | None = None) -> Decision:
        """By the policy that it stands in, with these facts besides its own. Raises FactError."""
        facts = {**self.use.facts, **(more or {})}
        return self.policies.decide_use(evolve(self.use, facts=facts))

    def obligations(self) -> frozenset[str]:
        """The full ids of every obligation that the scenario's days let answer."""
        linked = self.policies.at(self.use.as_of, self.use.known_at)
        return frozenset(
            linked.documents[index].qualified(norm.id)
            for (index, _), norm in linked.norms()
            if norm.modality == "require"
        )

    def routed(self) -> Decision:
        """By the document at large: it is the document that chooses among its versions."""
        return load(self.policy.partition("@")[0]).decide_use(self.use)


@frozen
class Judged:
    """A case with its status, why it is not right, and what of it could not be checked yet."""

    case: Case
    status: Status
    reasons: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()
    scenarios: tuple[Scenario, ...] = ()


@frozen
class Found:
    """What a comparison found: mistakes, and what the expectation does not name yet."""

    mistakes: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()

    def __add__(self, other: Found) -> Found:
        return Found(self.mistakes + other.mistakes, self.unchecked + other.unchecked)


def scenarios(*where: str | Path) -> dict[str, tuple[Scenario, ...]]:
    """The scenarios of these files and folders that bear a case's id, by id. Raises PolicyError."""
    found: dict[str, list[Scenario]] = defaultdict(list)
    for policies in load_each(*where):
        for policy, scenario, use in policies.scenarios():
            if match := _ID.match(scenario.title):
                place = f"{scenario.span.file}:{scenario.span.line}"
                found[match[1]].append(Scenario(scenario.title, policy, place, policies, use))
    return {id_: tuple(several) for id_, several in found.items()}


def judge(documents: Iterable[Document], by_id: Mapping[str, tuple[Scenario, ...]]) -> list[Judged]:
    """Every case, in order; a scenario that bears an id of no case is a mistake (ValueError)."""
    cases = [case for document in documents for case in document.cases]
    if strangers := sorted(by_id.keys() - {case.id for case in cases}):
        raise ValueError(f"no case is called {', '.join(strangers)}")
    return [judge_case(case, by_id.get(case.id, ())) for case in cases]


def judge_case(case: Case, several: tuple[Scenario, ...]) -> Judged:
    """One case by all scenarios that bear its id: each must come out right."""
    if not several:
        status = Status.INEXPRESSIBLE if case.not_expressible else Status.MISSING
        return Judged(case, status, (case.not_expressible,) if case.not_expressible else ())
    found = sum((held(case.outcome, each) for each in several), Found())
    if case.not_expressible:
        found += Found((f"there is a scenario, and yet: not expressible, {case.not_expressible}",))
    if not found.mistakes:
        if case.opposite:
            stale = f"the opposite reading is not taken, and yet has a reason: {case.opposite.reason}"
            return Judged(case, Status.WRONG, (stale,), (), several)
        return Judged(case, Status.RIGHT, (), found.unchecked, several)
    if case.opposite:
        other = sum((held(case.opposite.outcome, each) for each in several), Found())
        if not other.mistakes:
            return Judged(case, Status.OPPOSITE, (case.opposite.reason,), other.unchecked, several)
    return Judged(case, Status.WRONG, found.mistakes, found.unchecked, several)


def held(outcome: Outcome, scenario: Scenario) -> Found:
    """What the decision on a scenario lacks of the outcome."""
    decision = scenario.decide() if outcome.verdict is not None or outcome.duties else scenario.routed()
    found = compared(outcome, decision, scenario.obligations())
    if outcome.open and decision.verdict is Verdict.UNDETERMINED:
        found += _settled(outcome, scenario.decide)
    return found


def compared(outcome: Outcome, decision: Decision, obligations: frozenset[str] = frozenset()) -> Found:
    """What one decision lacks of the outcome. Facts that are open are filled in elsewhere.

    A decision leaves out duties that are not triggered: such is an obligation that it does not list.
    """
    found = Found()
    if outcome.verdict is not None and decision.verdict is not outcome.verdict:
        found += Found((f"expected {_word(outcome.verdict)}, came {_word(decision.verdict)}",))
    elif outcome.asks:
        found += _open(outcome, decision)
    found += _basis(outcome, decision)
    found += _duties(outcome, decision, obligations)
    return found + _governs(outcome.governs, decision)


def _open(outcome: Outcome, decision: Decision) -> Found:
    """What an undetermined decision leaves open: by the facts it needs, or by readings that split."""
    assert outcome.asks is not None
    found = Found()
    readings = {each.name: _word(each.verdict) for each in getattr(decision, "readings", None) or ()}
    for answer in (outcome.asks.yes, outcome.asks.no):
        if answer not in decision.possible:
            possible = ", ".join(map(_word, decision.possible))
            found += Found((f"{_word(answer)} is not possible any more; possible: {possible}",))
    if outcome.readings:
        wanted = {name: _word(verdict) for name, verdict in outcome.readings.items()}
        if readings != wanted:
            found += Found((f"expected the readings {_pairs(wanted)}, came {_pairs(readings)}",))
    if outcome.open:
        needs = {need.fact for need in decision.needs}
        if needs != outcome.open_facts:
            found += Found((f"expected to need {_names(outcome.open_facts)}, needs {_names(needs)}",))
    if not (outcome.open or outcome.readings):
        if not decision.needs and len(set(readings.values())) < 2:
            found += Found(("no fact is named as open, and no readings split",))
        found += Found(unchecked=(f"open fact not checked: {outcome.asks.text}",))
    return found


def _settled(outcome: Outcome, decide: Callable[[Mapping[str, Any]], Decision]) -> Found:
    """The verdicts once the open facts are known."""
    found = Found()
    for row in outcome.open:
        values = ", ".join(f"{path}: {_value(value)}" for path, value in row.given.items())
        try:
            verdict = decide(row.given).verdict
        except FactError as error:
            found += Found((f"with {values}: {error.diagnostics[0].message}",))
            continue
        if verdict is not row.verdict:
            found += Found((f"with {values} expected {_word(row.verdict)}, came {_word(verdict)}",))
    return found


def _basis(outcome: Outcome, decision: Decision) -> Found:
    found = Found()
    clauses = {each.clause for each in decision.basis}
    for clause in outcome.basis:
        if clause not in clauses:
            found += Found((f"expected to rest on {clause}, rests on {_names(clauses)}",))
    pairs = {(each.clause, each.by) for each in decision.defeated}
    for clause, by in outcome.defeated.items():
        if (clause, by) not in pairs:
            others = {other for each, other in pairs if each == clause}
            found += Found((f"expected {clause} defeated by {by}, defeated by {_names(others)}",))
    return found


def _duties(outcome: Outcome, decision: Decision, obligations: frozenset[str]) -> Found:
    found = Found()
    for duty in outcome.duties:
        found += _duty(duty, decision, obligations)
    breached = {each.clause for each in decision.duties if _word(each.state) == "breached"}
    if outcome.none_breached and breached:
        found += Found((f"expected no duty breached, breached: {_names(breached)}",))
    return found


def _duty(duty: Duty, decision: Decision, obligations: frozenset[str]) -> Found:
    """Without a clause: some duty has the state; for one that is not triggered, all have it."""
    wanted = " or ".join(duty.states)
    states = [(each.clause, _word(each.state)) for each in decision.duties]
    states += [(clause, "not_triggered") for clause in obligations - {clause for clause, _ in states}]
    if duty.clause:
        came = {state for clause, state in states if clause == duty.clause}
        if came and came <= set(duty.states):
            return Found()
        return Found((f"expected the duty {duty.clause} {wanted}, came {_names(came)}",))
    some, every = any, all
    meets = every if duty.states == ("not_triggered",) else some
    unchecked = Found(unchecked=(f"clause of the duty not checked: {duty.act}",))
    if meets(state in duty.states for _, state in states):
        return unchecked
    came = {f"{clause} {state}" for clause, state in states}
    return Found((f"expected a duty ({duty.act}) {wanted}, came {_names(came)}",)) + unchecked


def _governs(wanted: tuple[Governing, ...], decision: Decision) -> Found:
    """Just these texts govern. One that has no id yet is another than the document asked about."""
    if not wanted:
        return Found()
    came = [(each.document, each.version) for each in getattr(decision, "governs", None) or ()]
    shown = _names({f"{document}@{version}" if version else document for document, version in came})
    found = Found()
    for text in wanted:
        if text.document is None:
            own = {used.id for used in decision.policies}
            right = any(document not in own for document, _ in came)
            found += Found(unchecked=(f"governing text not checked by name: {text.text}",))
        else:
            right = any(
                document == text.document and text.version in {None, version}
                for document, version in came
            )
        if not right:
            name = text.document or text.text
            name = f"{name}@{text.version}" if text.version else name
            found += Found((f"expected {name} to govern, governing: {shown}",))
    if len(came) > len(wanted):
        found += Found((f"expected {len(wanted)} text to govern, governing: {shown}",))
    return found


def _word(word: object) -> str:
    """A verdict or a state, which may be a member of an enumeration or a word already."""
    return str(word.value if isinstance(word, Enum) else word)


def _names(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"


def _pairs(pairs: Mapping[str, str]) -> str:
    return _names(f"{name} {verdict}" for name, verdict in pairs.items())


def _value(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return f"[{', '.join(map(_value, value))}]"
        case _:
            return str(value)
