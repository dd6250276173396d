"""The one decision function of a gate: a request to an outcome, which every door then words its way.

Whatever goes wrong inside, what comes back is an outcome that does not allow.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any

from tosdsl.asking import use_said
from tosdsl.base.verdict import Verdict
from tosdsl.decision.model import Decision, Need
from tosdsl.diagnostics.model import Diagnostic, Severity, in_order, mistake
from tosdsl.errors import FactError, PolicyError
from tosdsl.facade import PolicySet, load
from tosdsl.gate.checking import checked
from tosdsl.gate.compiled import Compiled, today
from tosdsl.gate.elsewhere import Elsewhere
from tosdsl.gate.model import Failed, Outcome, Request, Use
from tosdsl.gate.plan import Plan
from tosdsl.gate.problem import TITLES, needs_of, problem_of
from tosdsl.gate.reading import SUBJECT

_NEEDED = ("as_of", SUBJECT)
"""Sources without which nothing is decided."""

_AT = re.compile(r"\(at `([^`]*)`\)")
"""Where a warning about a name says that it stands."""
_NEAR = "The name at `{path}` may be meant for a party that the terms know."

_KIND = {
    Verdict.PERMITTED: "permitted",
    Verdict.FORBIDDEN: "forbidden",
    Verdict.UNDETERMINED: "undetermined",
    Verdict.NOT_APPLICABLE: "not_applicable",
}


class Decider:
    """One set of policies behind one mapping. Made once, shared by all requests; immutable but for the
    rows of its registers."""

    def __init__(self, plan: Plan, policies: PolicySet, clock: Callable[[], date] = today) -> None:
        """``plan`` is checked."""
        self.plan = plan
        self.policies = policies
        self.compiled = Compiled(plan, policies.vocabulary, clock)
        self.digest = digest_of(policies)
        self.identity = f"{self.digest}+{plan.instance}"
        self._elsewhere = Elsewhere.of(policies, where(plan, plan.active))
        self.compiled.refresh()
        self.policies.decide({}, as_of=clock())  # the first question makes the code

    def decide(self, request: Request) -> Outcome:
        """The outcome of a request. Never raises."""
        began = perf_counter()
        id_ = new_id()
        try:
            outcome = self._decide(id_, request)
        except Exception as error:  # nothing that goes wrong here may open, or end, anything
            why = f"an error of the gate: {type(error).__name__}"
            outcome = self.refusal(id_, "failure", why, None, None)
        outcome.seconds = perf_counter() - began
        return outcome

    def _decide(self, id_: str, request: Request) -> Outcome:
        use = self.compiled.use(request)
        failed = next((each for each in use.failures if each.fact in _NEEDED), None)
        if failed is not None:
            return self.refusal(id_, "failure", _why(failed.failed), None, use)
        if use.stranger is not None:
            return self.refusal(id_, "stranger", use.stranger, None, use)
        return self.of_use(id_, use)

    def of_use(self, id_: str, use: Use) -> Outcome:
        """The outcome of a use whose facts are at hand."""
        try:
            assumed = use.assumed or None
            reading = self.plan.reading or None
            decision = self.policies.decide(use.facts, as_of=use.as_of, assume=assumed, reading=reading)
        except FactError as error:
            return self.refusal(id_, "facts_wrong", _told(error), None, use)
        plan = self.plan
        if decision.passes_presuming if plan.presuming else decision.passes:
            if (why := self._elsewhere.why(use, reading)) is not None:
                return self.refusal(id_, "undetermined", why, decision, use)
            return Outcome(
                id_,
                "permitted",
                True,
                200,
                None,
                decision,
                use,
                self.identity,
                headers=self._headers(id_, "permitted"),
            )
        kind = _KIND[decision.verdict]
        needs = needs_of(decision, plan.presuming)
        bare = decision.verdict if decision.without is None else decision.without.verdict
        if Verdict.UNDETERMINED in {decision.verdict, bare} and _ours(use, needs):
            why = "A source that this gate reads does not answer, and the verdict depends on it."
            return self.refusal(id_, "failure", why, decision, use)
        if kind == "permitted":
            # with something to mind (a document that has ended, a name that is near), or presumed
            why = " ".join(self._to_mind(decision, use)) or _presumed(needs)
            return self.refusal(id_, "undetermined", why, decision, use)
        return self.refusal(id_, kind, _detail(kind, decision, use), decision, use)

    def _to_mind(self, decision: Decision, use: Use) -> list[str]:
        """The warnings of a decision as the caller may read them: a name that is near to another stands
        in a register, perhaps, and is said to be there and no more."""
        read = use_said(self.policies.choices, use.facts, None, as_of=use.as_of).warnings
        told = [_NEAR.format(path=each[1]) for text in read for each in _AT.finditer(text)]
        return [*told, *(text for text in decision.warnings if text not in read)]

    def refusal(
        self, id_: str, kind: str, detail: str, decision: Decision | None, use: Use | None
    ) -> Outcome:
        """An outcome that does not allow."""
        status = self.plan.statuses[kind]
        problem = problem_of(id_, kind, status, detail, decision, self.plan)
        headers = self._headers(id_, kind)
        if status == 401:
            headers["www-authenticate"] = "Bearer"
        if kind == "failure":
            headers["retry-after"] = str(self.plan.retry_after)
        return Outcome(id_, kind, False, status, problem, decision, use, self.identity, headers=headers)

    def failure(self, why: str) -> Outcome:
        """An outcome where the check could not be made."""
        return self.refusal(new_id(), "failure", why, None, None)

    @staticmethod
    def _headers(id_: str, kind: str) -> dict[str, str]:
        return {"x-tosdsl-decision": kind, "x-tosdsl-decision-id": id_, "cache-control": "no-store"}


def new_id() -> str:
    """A random UUID (version 4). It is a name and no secret."""
    made = f"{random.getrandbits(128):032x}"
    kind = "89ab"[int(made[16], 16) & 3]
    return f"{made[:8]}-{made[8:12]}-4{made[13:16]}-{kind}{made[17:20]}-{made[20:]}"


def digest_of(policies: PolicySet) -> str:
    """One digest of every text that these policies are made of."""
    several = {policy.digest for versions in policies.choices.asked for policy in versions}
    for linked in policies.choices.linked.values():
        several |= {document.policy.digest for document in linked.documents}
    return "sha256:" + sha256("\n".join(sorted(several)).encode()).hexdigest()


def where(plan: Plan, words: tuple[str, ...]) -> list[str]:
    """The policies that a plan names: files beside it, or ids."""
    beside = (Path(plan.folder, word) for word in words)
    return [str(path) if path.exists() else word for path, word in zip(beside, words, strict=True)]


def loaded(plan: Plan, words: tuple[str, ...]) -> PolicySet:
    """The policies that a plan names. Raises PolicyError."""
    return load(*where(plan, words))


def make(plan: Plan, sources: Any = None, clock: Callable[[], date] = today) -> Decider:
    """A decider for a plan: its policies loaded, everything checked. Raises PolicyError."""
    policies = loaded(plan, plan.active)
    return decider(plan, policies, sources or {}, clock)


def decider(
    plan: Plan, policies: PolicySet, sources: Any, clock: Callable[[], date] = today
) -> Decider:
    """The same with policies at hand. Raises PolicyError with every mistake of the mapping."""
    made, problems = checked(plan, policies)
    found: list[Diagnostic] = [each for each in problems if each.severity is Severity.ERROR]
    actual = digest_of(policies)
    if plan.digest is not None and plan.digest != actual:
        found.append(mistake("TOS8011", None, said=plan.digest, actual=actual))
    if found:
        raise PolicyError(tuple(in_order(found)), {**policies.sources, **sources})
    return Decider(made, policies, clock)


def _presumed(needs: Sequence[Need]) -> str:
    """Why a use that is permitted does not pass."""
    asked = f" {needs[0].question}" if needs else ""
    return f"It would be permitted if what is presumed holds, and nobody has said that it does.{asked}"


def _ours(use: Use, needs: Sequence[Need]) -> bool:
    """Whether a need is a fact that a source of ours should have given."""
    failed = {each.fact for each in use.failures}
    return any(_is_of(need.fact, fact) for need in needs for fact in failed)


def _is_asked(source: str) -> bool:
    """Whether a source is the request itself, of which its sender may know."""
    return source.partition(".")[0] in {"body", "header", "query", "path"}


def _is_of(path: str, fact: str) -> bool:
    """Whether a leaf is a fact, or stands in it."""
    return path == fact or path.startswith(f"{fact}.")


def _why(failed: Failed | None) -> str:
    return failed.why if failed is not None else ""


def _told(error: FactError) -> str:
    """What is wrong with the facts, without what stands in them."""
    paths = sorted({each.path for each in error.diagnostics if each.path})
    where = ", ".join(f"`{path}`" for path in paths)
    return f"The request gives no right value for {where}." if where else "The facts cannot be read."


def _detail(kind: str, decision: Decision, use: Use) -> str:
    if kind == "forbidden":
        first = next((each for each in decision.basis if each.effect == "forbid"), None)
        if first is not None:
            return f"Forbidden by {first.at or first.clause} of {first.title or first.document}."
    if kind == "undetermined" and decision.needs:
        need = decision.needs[0]
        odd = next(
            (each for each in use.odd if _is_of(need.fact, each.fact) and _is_asked(each.source)), None
        )
        if odd is None:
            return need.question
        return f"{need.question} The request cannot be read on this: {_why(odd.failed)}."
    text = next((each for each in decision.interpretations if each.chosen is None), None)
    if kind == "undetermined" and text is not None:
        return f"It depends on how the terms are read. {text.question}"
    return TITLES[kind] + "."
