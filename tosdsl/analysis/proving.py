"""Properties proved or refuted: is there a use of which ``where`` is true and a claim fails?

What is said of duties, and of exceptions of definitions, is not put as a claim here; it stays to be
searched, as does what the analysis cannot settle.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from attrs import define, field

from tosdsl.analysis import claims as c
from tosdsl.analysis.claims import Claim
from tosdsl.analysis.engine import Analysis, Unknown, Witness
from tosdsl.analysis.sides import Side
from tosdsl.trees import norms as n

MOST_STEPS = 4_000
"""Choices of one search: a property that takes more is left to be searched by chance."""

_MASKS = {"true": c.T, "false": c.F, "unknown": c.U}


@define
class Proofs:
    """Proves properties, one after the other. Properties of one whole and day share an analysis."""

    most: int = MOST_STEPS
    _of: n.Linked | None = None
    _days: tuple[date | None, date | None] = (None, None)
    _analysis: Analysis | None = field(default=None, repr=False)

    def __call__(self, linked: n.Linked, item: n.Property) -> bool | Mapping[str, Any] | str:
        """True: it holds of all uses. False: no use fits ``where``. Facts: of these a claim fails. A
        sentence: why it is not settled."""
        analysis = self._of_days(linked, item)
        side = analysis.sides[0]
        fits: Claim = c.ALWAYS
        if item.where is not None:
            fits = c.is_true(side.condition(item.where, _document(linked, item)))
            none = analysis.find(fits, replayed=False)
            if not isinstance(none, Witness | Unknown):
                return False
        why = ""
        for claim in item.claims:
            failing = _failing(side, claim)
            if isinstance(failing, str):
                why = why or failing
                continue
            found = analysis.find(c.both(fits, failing), told=_fails(claim))
            if isinstance(found, Witness):
                return found.facts
            if isinstance(found, Unknown):
                why = why or found.why
        return why or True

    def _of_days(self, linked: n.Linked, item: n.Property) -> Analysis:
        days = item.as_of, item.known_at
        if self._analysis is None or self._of is not linked or self._days != days:
            self._analysis = Analysis.of(linked, days=[days], most=self.most)
            self._of, self._days = linked, days
        return self._analysis


def _document(linked: n.Linked, item: n.Property) -> int:
    """The document that a property stands in: its condition has the definitions of that one."""
    for index, document in enumerate(linked.documents):
        if any(each is item or each == item for each in document.policy.properties):
            return index
    return 0


def _fails(claim: n.Claim) -> Callable[[tuple[str, ...]], bool] | None:
    """Whether a claim about the verdict fails, told from the verdict; None of other claims."""
    word = claim.of.words[0]
    return None if claim.of.kind != "verdict" else lambda told: (told[0] == word) != claim.always


def _failing(side: Side, claim: n.Claim) -> Claim | str:
    """That a claim fails; or why that cannot be put."""
    kind, words = claim.of.kind, claim.of.words
    if kind == "verdict":
        came = side.verdict(words[0])
    elif kind == "force":
        if words[0] not in side.by_id:
            return f"what becomes of `{words[0].partition('#')[2]}` is no force of a clause here"
        came = c.among(side.force(words[0]), _MASKS[words[1]])
    else:
        return "the states of duties are not proved"
    return c.negation(came) if claim.always else came
