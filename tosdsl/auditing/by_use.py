"""Rows of policies that presume something, or can be read in several ways: the engine decides each use.

SQL says nothing of such rows. They are of one kind if they are alike in all facts that are read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import define, field

from tosdsl.auditing.fitting import ROW, unknown_of
from tosdsl.auditing.judging import Judging
from tosdsl.base.verdict import Verdict
from tosdsl.decision.model import Decision
from tosdsl.engine.alternatives import decide_any, of_bits, verdict_any
from tosdsl.engine.presuming import Presuming
from tosdsl.errors import FactError
from tosdsl.trees.facts import Use


@define(eq=False)
class ByUse(Judging):
    """Judges rows by the decision on each use that is unlike the others."""

    presuming: Sequence[Presuming] = field(kw_only=True)
    unknown: Sequence[str] = field(kw_only=True)
    """Facts of which a cell can say that they are not known."""

    def prepare(self) -> None:
        pass

    def read(self) -> frozenset[str]:
        readings = self.answers[0].linked.vocabulary.interpretations  # no row says how a text is read
        texts = {each.leaf().path for each in readings}
        return frozenset().union(*(each.read() for each in self.presuming)) - texts

    def decide(self, use: Use) -> Decision:
        return decide_any(self.presuming, use)

    def agreed(self, use: Use) -> str:
        """Open where the verdict is another one with nothing presumed."""
        made, bare = verdict_any(self.presuming, use), 0
        for each in self.presuming:
            bare |= each.bare(use)
        return (made if made is of_bits(bare) else Verdict.UNDETERMINED).value

    def too_many_steps(self, use: Use) -> bool:
        try:
            self.decide(use)
        except FactError:
            return True
        return False

    def key(self) -> tuple[list[str], list[str]]:
        return [], [f"u{at}" for at, _ in enumerate(self._read())]

    def judged(self, rows: str, judged: str, more: Mapping[str, str]) -> None:
        named = "".join(f", {self.ident(each)} AS u{at}" for at, each in enumerate(self._read()))
        selected = f"{self.ident(ROW)}, 'undetermined' AS verdict{named}"
        self.database.keep(judged, f"SELECT {selected} FROM {rows}")

    def _read(self) -> list[str]:
        read = self.read()
        return [
            *self.columns(sorted(read)),
            *(unknown_of(each) for each in self.unknown if each in read),
        ]
