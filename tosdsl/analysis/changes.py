"""What a difference is made of: classes of change, each with a use that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from attrs import field, frozen

from tosdsl.analysis.engine import Witness
from tosdsl.trees.vocabulary import Type

KINDS = (
    "loosened",
    "tightened",
    "newly undetermined",
    "newly settled",
    "reason changed",
    "duties changed",
    "enforcement changed",
    "presumptions changed",
)
VERDICT_KINDS = KINDS[:4]
_OPEN = {"permitted": 0, "not_applicable": 1, "forbidden": 2}


@frozen
class Class:
    """``before`` and ``after`` are verdicts; ``clause`` has its name on both sides (None: it is not
    there), or is None."""

    before: str
    after: str
    clause: tuple[str | None, str | None] | None
    old: str | None = None
    new: str | None = None
    by: tuple[str | None, str | None] | None = None
    duty: bool = False
    terms: tuple[tuple[str, str], ...] = ()
    """What a duty asks for, where it asks for something else: in words, on both sides."""

    @property
    def kind(self) -> str:
        if self.duty:
            return "duties changed"
        if self.before == self.after:
            return "reason changed"
        if self.after == "undetermined":
            return "newly undetermined"
        if self.before == "undetermined":
            return "newly settled"
        return "tightened" if _OPEN[self.after] > _OPEN[self.before] else "loosened"

    @property
    def mirrored(self) -> Class:
        """The class of the same uses where the sides change places."""

        def turned(pair: tuple[str | None, str | None] | None) -> tuple[str | None, str | None] | None:
            return None if pair is None else (pair[1], pair[0])

        return Class(
            self.after,
            self.before,
            turned(self.clause),
            self.new,
            self.old,
            turned(self.by),
            self.duty,
            tuple((new, old) for old, new in self.terms),
        )


@frozen
class Change:
    """A class and a use of it."""

    of: Class
    witness: Witness


@frozen
class Difference:
    """``changes`` lists every class; ``unsettled`` those of which it is not known whether a use is in
    them, each with the reason. ``besides`` is what else the documents differ in, in sentences."""

    changes: tuple[Change, ...]
    unsettled: tuple[tuple[Class, str], ...] = ()
    besides: tuple[str, ...] = ()
    enforcement: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    """Other documents that are led to otherwise: governing ones, incorporated ones."""
    presumed: tuple[str, ...] = ()
    """Facts of which something else is presumed."""
    declared: tuple[str, ...] = ()
    """Facts that are declared otherwise."""
    omitted: tuple[str, ...] = ()
    """Versions that differ, and that were not compared."""
    facts: Mapping[str, Type] = field(factory=dict, repr=False)
    """The types of the facts that witnesses say."""
    renamed: Mapping[str, str] = field(factory=dict)
    as_of: date | None = None
    known_at: date | None = None
    governs: tuple[bool, bool] = (True, True)
    """Whether each side is in force at all on the day that is asked about."""
    together: int = 1
    """How many documents a side asks about as one."""
    asked: int = 0
    """Questions that were put to the analysis."""

    @property
    def equal(self) -> bool:
        """Proved: no use is decided otherwise, or for another reason."""
        other = self.enforcement or self.leads or self.presumed or self.omitted
        return not (self.changes or self.unsettled or other)

    @property
    def verdicts(self) -> bool:
        """Whether a verdict changes for some use."""
        return any(each.of.kind in VERDICT_KINDS for each in self.changes)
