"""Which rungs of an enforcement ladder are open.

Whether a document is breached is asked three times: by what is confirmed (c), by what counts when
allegations do (a), and by what would be so if every allegation were (x). Each is true, false or
unknown.

    confirmed breach = c is true
    alleged breach   = c is unknown and a is true
    cleared          = c is false and x is true
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from attrs import define, evolve

from tosdsl.reference.completions import Completions
from tosdsl.reference.force import forces
from tosdsl.reference.verdict import Possible, possible, tables
from tosdsl.trees import norms as n
from tosdsl.trees.facts import Use
from tosdsl.trees.findings import NormFinding, OpenRung, SectionFinding
from tosdsl.values.truth import Truth, conjunction


def has_ladder(linked: n.Linked) -> bool:
    """Whether a document came in whole that has a ladder."""
    return any(True for _ in _ladders(linked))


def open_rungs(
    linked: n.Linked, confirmed: Sequence[Use], alleged: Sequence[Use], supposed: Sequence[Use]
) -> tuple[OpenRung, ...]:
    """The open rungs. Of each kind of evidence there is one use for each reading of the facts.

    What readings do not agree on is unknown.
    """
    first = [_Breaches.of(linked, use) for use in confirmed]
    known = [use.facts for use in confirmed]
    kinds = [first]
    for uses in (alleged, supposed):
        same = [use.facts for use in uses] == known  # then so is all that follows from them
        kinds.append(first if same else [_Breaches.of(linked, use) for use in uses])
    made = []
    for index, rung in _ladders(linked):
        c, a, x = (_agreed([each.breached(index, rung.of) for each in kind]) for kind in kinds)
        found = {
            "confirmed breach": c is True,
            "alleged breach": c is None and a is True,
            "cleared": c is False and x is True,
        }
        if found[rung.finding]:
            made.append(OpenRung(index, rung))
    return tuple(made)


def _ladders(linked: n.Linked) -> Iterator[tuple[int, n.Rung]]:
    """A clause or a section that came in alone does not bring its document's ladder."""
    for index, document in enumerate(linked.documents):
        if document.part is None:
            yield from ((index, rung) for rung in document.policy.ladder)


def _agreed(truths: list[Truth]) -> Truth:
    return truths[0] if len(set(truths)) == 1 else None


@define(slots=False)
class _Breaches:
    """What is breached under one description of the use."""

    linked: n.Linked
    use: Use
    norms: Mapping[n.NormKey, NormFinding]
    rows: tuple[SectionFinding, ...]

    @classmethod
    def of(cls, linked: n.Linked, use: Use) -> _Breaches:
        found = forces(linked, use)
        return cls(linked, use, found, tables(linked, use, found))

    @cached_property
    def whole(self) -> Completions:
        """What all ways to fill in the unknown facts agree on."""
        return Completions(self.linked, self.use)

    def breached(self, index: int, clause: str | None) -> Truth:
        """Whether a document with what it incorporates is breached, or one clause or section of it."""
        if clause is None:
            several = [*self._with_incorporated(index)]
            found = _forbidden(possible(self.rows[at] for at in several))
            return _forbidden(self.whole.joined(several).possible) if found is None else found
        norm = self.norms.get((index, clause))
        if norm is not None:
            found = conjunction((norm.scope, norm.force))
            if found is not None:
                return found
            return self.whole.truth(self.whole.in_scope((index, clause))).truth
        found = _forbidden(possible(_section(self.rows[index], clause, True)))
        return _forbidden(self.whole.section(index, clause).possible) if found is None else found

    def _with_incorporated(self, index: int) -> Iterator[int]:
        """The document, and those after it that came in by it."""
        yield index
        depth = len(self.linked.documents[index].path)
        for at in range(index + 1, len(self.rows)):
            if len(self.linked.documents[at].path) <= depth:
                return
            yield at


def _section(row: SectionFinding, section: str, outer: Truth) -> Iterator[SectionFinding]:
    """A section's row, its scope that of the sections around it as well."""
    scope = conjunction((outer, row.scope))
    if row.section == section:
        yield evolve(row, scope=scope)
    for inner in row.sections:
        yield from _section(inner, section, scope)


def _forbidden(remaining: Possible) -> Truth:
    if "forbidden" not in remaining:
        return False
    return True if len(remaining) == 1 else None
