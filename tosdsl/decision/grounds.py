"""What an answer rests on: judgements, and evidence.

what decides, the state of each clause, the use -> Judgement, Evidence, Contested
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from attrs import frozen

from tosdsl.base.verdict import Verdict
from tosdsl.decision.evidence import evidence
from tosdsl.decision.layout import Clause, Layout, Row
from tosdsl.decision.model import Contested, Evidence, Judgement
from tosdsl.decision.resting import Bits, Resting
from tosdsl.trees import items
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Use
from tosdsl.trees.wording import value_words


class Known(Protocol):
    """What is known of a program, whatever is asked."""

    @property
    def layout(self) -> Layout: ...
    @property
    def leaves(self) -> dict[str, v.Leaf]: ...
    @property
    def judged(self) -> Sequence[tuple[v.Leaf, tuple[tuple[str, v.Leaf], ...]]]: ...
    @property
    def bits(self) -> Bits: ...


@frozen
class Grounds:
    """What the answer to one question rests on."""

    assembly: Known
    values: tuple[Any, ...]
    use: Use

    @property
    def layout(self) -> Layout:
        return self.assembly.layout

    def judgements(
        self, verdict: Verdict, deciding: list[Clause], rows: list[Row]
    ) -> Iterator[Judgement]:
        """Judged facts, supplied, without which the answer would have other reasons; of items of a
        list, each field that is judged, with the values of all items."""
        facts = self.use.facts
        judged = [
            (leaf, said)
            for fact, inner in self.assembly.judged
            if fact.path in facts
            for leaf, said in self._judged_in(fact, inner)
        ]
        if not judged:
            return
        bits = self.assembly.bits
        used = self._rests_on(verdict, deciding, rows)
        for leaf, said in judged:
            number = bits.numbers.get(leaf.path)
            if number is not None and used >> number & 1:
                yield Judgement(leaf.path, said, leaf.question)

    def _judged_in(
        self, fact: v.Leaf, inner: tuple[tuple[str, v.Leaf], ...]
    ) -> Iterator[tuple[v.Leaf, str]]:
        """The fact, if it is judged, or what is judged of its items; each with its value as text."""
        value = self.use.facts[fact.path]
        if fact.judged:
            yield fact, value_words(value)
            return
        for path, leaf in inner:
            found = items.supplied(value, path.removeprefix(f"{fact.path}."))
            if found:
                yield leaf, value_words(found[0] if len(found) == 1 else found)

    def _rests_on(self, verdict: Verdict, deciding: list[Clause], rows: list[Row]) -> int:
        """The facts under what decides, as bits."""
        clauses = [*deciding]
        if verdict is not Verdict.FORBIDDEN:  # then it rests on what kept each prohibition off as well
            in_scope = (clause for row in rows for clause in row.clauses)
            clauses += [clause for clause in in_scope if clause.norm.modality == "forbid"]
        resting = Resting(self.layout, self.assembly.bits, self.values)
        return resting.on(clauses)

    def evidence(self, verdict: Verdict, deciding: list[Clause], rows: list[Row]) -> Iterator[Evidence]:
        bits = self.assembly.bits
        used = self._rests_on(verdict, deciding, rows)
        for row in self.layout.rows:
            used |= bits.of(path for each in row.scopes for path in each.reads)
        for each in self.use.weighed.counted:
            number = bits.numbers.get(each.fact)
            if number is not None and used >> number & 1:
                yield evidence(each)

    def contested(self) -> Iterator[Contested]:
        for each in self.use.weighed.contested:
            given = None if each.given is None else value_words(each.given)
            said = tuple(map(evidence, each.assertions))
            yield Contested(each.fact, self.assembly.leaves[each.fact].question, given, said)
