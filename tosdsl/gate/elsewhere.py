"""Uses that fall under a document that the gate does not ask, or may do so.

Such a document takes the place of one that is asked (`governed by`), which then says nothing, and the
others may permit. Nobody has looked at its terms, so nothing opens.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from tosdsl.base.span import Span
from tosdsl.base.verdict import Verdict
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.facade import PolicySet, load_documents
from tosdsl.gate.model import Use
from tosdsl.gate.plan import Plan


@frozen
class Elsewhere:
    """The documents that are asked beside others and lead to documents that are not, each by itself."""

    asked: frozenset[str]
    leading: tuple[PolicySet, ...]

    @classmethod
    def of(cls, policies: PolicySet, words: list[str]) -> Elsewhere:
        """``words`` name the policies. Raises PolicyError."""
        asked = frozenset(policy.id for several in policies.choices.asked for policy in several)
        found = leads(policies) if len(asked) > 1 else {}
        several = load_documents(*words) if found else []
        return cls(asked, tuple(each for each in several if found.keys() & leads(each)))

    def why(self, use: Use, reading: Mapping[str, str] | None) -> str | None:
        """Why a use that the others permit is not permitted; None if it is."""
        for each in self.leading:
            assumed = use.assumed or None
            made = each.decide(use.facts, as_of=use.as_of, assume=assumed, reading=reading)
            for governing in made.governs:
                if len(governing.path) > 1 and governing.document not in self.asked:
                    falls = f"It falls under {governing.document}, by {governing.path[0]}"
                    return f"{falls}, and this gate does not ask that document."
            open_ = made.verdict is Verdict.UNDETERMINED and Verdict.NOT_APPLICABLE in made.possible
            if open_:
                asked = f" {made.needs[0].question}" if made.needs else ""
                return f"It may fall under a document that this gate does not ask.{asked}"
        return None


def unasked(plan: Plan, policies: PolicySet) -> Iterator[Diagnostic]:
    """Where documents lead to others that the gate does not ask."""
    by: dict[str, list[str]] = {}
    for name, leading in leads(policies).items():
        by.setdefault(leading, []).append(name)
    for leading, names in by.items():
        others = ", ".join(f"`{each}`" for each in sorted(names))
        yield mistake("TOS8022", Span(plan.file, 1, 1, 1, 2), None, name=leading, others=others)


def leads(policies: PolicySet) -> dict[str, str]:
    """The documents that are not asked and take the place of one that is, each with the first of those
    that lead to it."""
    asked = [policy for several in policies.choices.asked for policy in several]
    ids = {policy.id for policy in asked}
    several = [(route.policy, policy.id) for policy in asked for route in policy.routes]
    return {name: by for name, by in reversed(several) if name not in ids}
