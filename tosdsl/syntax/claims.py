"""The reductions of properties: what is claimed of all uses."""

from __future__ import annotations

from tosdsl.syntax.reductions import Children, Part, Reductions
from tosdsl.trees import surface as s


class Claims(Reductions):
    """Builds the nodes of a property."""

    def property(self, children: Children) -> s.Property:
        parts = children[2:]
        return s.Property(
            self._string(children[1]),
            self._description(parts),
            self._one(parts, "as_of", "as of"),
            self._one(parts, "where", "where"),
            self._many(parts, "expect"),
            span=self._span(*children[:2]),
            known_at=self._one(parts, "known_at", "known at"),
        )

    def supposing(self, children: Children) -> Part:
        return Part("where", self._bare(children[1]), self._span(children[0]))

    def claim_verdict(self, children: Children) -> Part:
        how, outcome = _claimed(children[1])
        return self._claim(how, s.ExpectVerdict(outcome, span=self._span(*children)))

    def claim_force(self, children: Children) -> Part:
        how, outcome = _claimed(children[2])
        return self._claim(how, s.ExpectForce(children[1], outcome, span=self._span(*children)))

    def claim_duty(self, children: Children) -> Part:
        how, outcome = _claimed(children[3])
        return self._claim(how, s.ExpectDuty(children[2], outcome, span=self._span(*children)))

    def _claim(self, how: str, of: s.ExpectVerdict | s.ExpectForce | s.ExpectDuty) -> Part:
        return Part("expect", s.Claim(how == "always", of, span=of.span), of.span)


def _claimed(token: str) -> tuple[str, str]:
    """``never`` or ``always``, and the words behind it."""
    how, *outcome = token.split()
    return how, " ".join(outcome)
